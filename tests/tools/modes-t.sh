#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Ways to onboard: below the ESP, by CNAME, by TXT; keys made by us, or brought
# by the customer; and what a dry run says and leaves.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
plan_lazy

export HOME="$work" SELKIE_SEAL_DIR="$work/seal" SELKIE_WORKSPACE="$work/ws"
unset XDG_CONFIG_HOME
cd "$work" || bail 'no folder'
run init esp.example
ends 0 'a workspace'
zone() { "$SELKIE_BIN" records --all; }
# text CUSTOMER: its records as people enter them, "NAME TYPE VALUE" a line.
text() {
    "$SELKIE_BIN" records "$1" | sed -n 's/^  [a-z]* *//p' | paste -d ' ' - - -
}

# ---- a dry run ----

zone >before
cp ws/registry.db before.db
run provision snufkin --algorithm ed25519 --dry-run
ends 0 'a dry run'
like "$out" '^would add snufkin$' 'says whom it would add'
like "$out" '^would be: 1 added with 1 keys, 0 there already, 0 refused$' \
    'and how many'
printf 'customer\nsnufkin\nwww\n-x-\n' >some.csv
run provision --from some.csv --dry-run
ends 4 'a dry run of a file with bad lines'
like "$err" "'some.csv', line 3.*'www'" 'names a reserved label'
like "$err" "'some.csv', line 4" 'and a name that is none'
like "$out" '^would be: 1 added with 2 keys, 0 there already, 2 refused$' \
    'and counts the rest'
for label in ns1 reports bounces; do
    run provision $label --dry-run
    ends 4 "a dry run of a label of the template: $label"
    like "$err" "'$label' is (a name in the template|reserved for)" \
        "$label: is refused with the reason"
done
zone >after
ok 'the zone is as it was' cmp before after
ok 'and so is the registry' cmp before.db ws/registry.db

# ---- below the ESP ----

run provision snufkin --algorithm ed25519 --selector k1
ends 0 'mode esp'
unlike "$out" 'once the customer' 'asks the customer nothing'
like "$("$SELKIE_BIN" customer show snufkin)" \
    'the ESP makes, rotates and revokes keys' 'who can do what: the ESP'
like "$("$SELKIE_BIN" customer show snufkin)" \
    'the customer can change nothing' 'and the customer'
unlike "$(text snufkin)" 'CNAME' 'all its records are ours'

# ---- what receivers see of all that ----

zone >all.zone
cat >root.zone <<'END'
. 3600 IN SOA a.root. h.root. 1 2 3 4 300
. 3600 IN NS a.root.
a.root. 3600 IN A 192.0.2.250
END
world='--zone root.zone --zone all.zone --no-guess'
# shellcheck disable=SC2086 # words
{
    run audit $world esp.example reports.esp.example
    ends 0 "an audit of the ESP's own names"
    like "$out" '^2 looked at: 2 good$' 'both are good'
    run audit $world --selector k1 snufkin.esp.example
    ends 0 "an audit of a customer's"
    like "$out" '^snufkin.esp.example: good' 'which is good'
    sed '/^k1\._domainkey\.snufkin/d' all.zone >less.zone
    run audit --zone root.zone --zone less.zone --no-guess --selector k1 \
        snufkin.esp.example
    ends 1 'and would not be without its key'
}

# ---- a backup ----

run backup copy.db
ends 0 'a backup'
like "$out" "^saved 'copy.db'; the sealing key '.*' is not in it$" \
    'says what is not in it'
is 600 "$(stat -c %a copy.db)" 'is private'
mkdir -m 700 copied && cp -p copy.db copied/registry.db
is "$("$SELKIE_BIN" list)" "$("$SELKIE_BIN" list --workspace copied)" \
    'and lists what the registry does'
run backup copy.db
complains 4 "'copy.db'" 'a file that is there is kept'

# ---- progress ----

# Work of half a second shows nothing: more customers, until it is longer.
progress_of() {
    for n in 1000 8000 60000; do
        seq -f "$2%g" $n | sed '1i customer' >many.csv
        $1 "'$SELKIE_BIN' provision --from many.csv --algorithm ed25519 \
            --selector k1 --workspace other" >progress 2>&1 </dev/null
        grep -q " customers: \|^customers: " progress && return
    done
}
on_terminal() {
    TERM=xterm script -qec "stty cols 80; $1" /dev/null
}
run init progress.example --workspace other
ends 0 'another workspace'
escape=$(printf '\033')
carriage=$(printf '\r')
if command -v script >/dev/null; then
    progress_of on_terminal t
    like "$(cat progress)" \
        '\[#*\.*\] customers: [0-9]+ of [0-9]+, [0-9.]+/s' \
        'a terminal shows a bar, a count and a rate'
    like "$(cat progress)" "$carriage" 'which is drawn over'
else
    skip 'script (package bsdutils) is not here: no terminal'
    seq -f 't%g' 8000 | sed '1i customer' >many.csv
fi
sed 's/^t/p/' many.csv >plain.csv
"$SELKIE_BIN" provision --from plain.csv --algorithm ed25519 --selector k1 \
    --workspace other >"$work/out" 2>"$work/err"
unlike "$(cat "$work/out" "$work/err")" "$carriage|$escape|\\[#" \
    'elsewhere lines are plain'

# ---- by CNAME ----

run provision moomin --domain moomin.example --mode cname \
    --algorithm ed25519 --selector m1
ends 0 'mode cname'
like "$out" '^  the ESP       rotates and revokes the keys behind the aliases' \
    'who can do what: the ESP'
like "$out" '^  the customer  ends it by removing an alias' 'and the customer'
like "$(text moomin)" \
    '^m1._domainkey.moomin.example CNAME m1\.[a-z2-7]{20}\._dkim\.esp\.example\.$' \
    'the customer publishes an alias with its token'
like "$(zone)" \
    '^m1\.[a-z2-7]{20}\._dkim\.esp\.example\..*"v=DKIM1; k=ed25519; p=' \
    'our zone has the key'
unlike "$(zone)" 'moomin\.example' "and nothing of the customer's"

# ---- by TXT ----

run provision toffle --domain toffle.example --mode txt --algorithm ed25519 \
    --selector t1
ends 0 'mode txt'
like "$out" '^  the ESP       signs, and can rotate or revoke nothing' \
    'who can do what: the ESP'
like "$(text toffle)" \
    '^t1._domainkey.toffle.example TXT v=DKIM1; k=ed25519; p=[A-Za-z0-9+/]{43}=$' \
    'the customer publishes the key'

# ---- a second claim, and modes that there are not ----

run provision hemulen --domain moomin.example --algorithm ed25519
ends 4 'a domain that is claimed'
like "$err" "moomin.example.*moomin" 'says by whom'
run provision hemulen --mode esp --domain hemulen.example
complains 2 'mode esp takes no --domain' 'mode esp with a domain'
run provision hemulen --mode dns --domain hemulen.example
complains 2 "unknown mode 'dns'" 'no such mode'

# ---- keys that the customer brings ----

command -v openssl >/dev/null || {
    skip 'openssl is not installed: no keys to bring'
    done_testing
}
openssl genpkey -algorithm ed25519 -out own.pem 2>/dev/null
openssl pkey -in own.pem -pubout -out own.pub
raw=$(openssl pkey -in own.pem -pubout -outform DER | tail -c 32 | base64)
openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:1024 -out weak.pem \
    2>/dev/null

run provision sniff --private-key own.pem --selector own
ends 0 'a private key'
like "$(zone)" "^own\\._domainkey\\.sniff\\.esp\\.example\\..*p=$(
    printf '%s' "$raw" | sed 's/[+]/[+]/g')\"" 'its public half is published'
unlike "$(strings ws/registry.db 2>/dev/null || cat ws/registry.db)" \
    'PRIVATE KEY' 'the private one is sealed'
unlike "$("$SELKIE_BIN" customer show sniff)" 'no private half' \
    'and we can sign'
run provision sniff --private-key own.pem --selector own
ends 0 'the same again'
like "$out" '^present sniff$' 'changes nothing'
openssl genpkey -algorithm ed25519 -out other.pem 2>/dev/null
run provision sniff --private-key other.pem --selector own
ends 4 'another key for the same selector'
like "$err" 'more keys come by rotation' 'is refused'

run provision snork --domain snork.example --mode cname --public-key own.pub \
    --selector own
ends 0 'a public key'
like "$("$SELKIE_BIN" customer show snork)" 'own .*no private half' \
    'we cannot sign with it'
like "$(zone)" "^own\\.[a-z2-7]{20}\\._dkim.*p=$(
    printf '%s' "$raw" | sed 's/[+]/[+]/g')\"" 'it is published'
run provision snork --domain snork.example --mode cname --private-key own.pem \
    --selector own
ends 4 'its private half later'
like "$err" "'own'.*without its private half" 'is not silently dropped'
echo "v=DKIM1; k=ed25519; p=$raw" >own.record
run provision ninny --public-key own.record --public-key own.pub \
    --selector n1 --selector n2
ends 0 'a record, and a PEM'
is 2 "$("$SELKIE_BIN" records ninny --format zone | grep -c "p=$raw")" \
    'are both published'

run provision fuzzy --private-key weak.pem
ends 4 'RSA of 1024 bits'
like "$err" '1024 bits: 2048 to 4096' 'is refused with the reason'
run provision fuzzy --private-key own.pub
complains 4 "'own.pub'" 'a public key for a private one'
run provision fuzzy --public-key ws/selkie.conf
complains 4 "'ws/selkie.conf'" 'no key at all'
run provision fuzzy --private-key nothing.pem
complains 4 "'nothing.pem': No such file" 'no file'
run provision fuzzy --private-key own.pem --algorithm rsa
complains 2 'no --from, --algorithm or --bits' 'a key brought, and one made'
run provision fuzzy stinky --private-key own.pem
complains 2 'one customer at a time' 'one key for two customers'
run provision fuzzy --private-key own.pem --selector a --selector b
complains 2 '2 selectors for 1 keys' 'two selectors for one key'
run customer show fuzzy
ends 4 'and nobody was entered by these'
done_testing
