#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# selkie records: forms, what is refused, and a whole zone that real servers'
# checkers load.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
plan_lazy

SELKIE_SEAL_DIR=$work/seal
SELKIE_WORKSPACE=$work/esp
export SELKIE_SEAL_DIR SELKIE_WORKSPACE
zone=sausagemail.com

run init "$zone"
ends 0 'init'
run records
complains 2 'which customers\?' 'nobody'
run records --all snufkin
complains 2 '--all is all there is' 'all and one'
run records --all --fixed
complains 2 '--all is all there is' 'all and a part'
run records snufkin
ends 4 'a customer that is none'
like "$err" "no customer 'snufkin'" 'it is named'
is '' "$out" 'and nothing is printed'
run records --all --format nonsense
ends 2 'a form that is none'

run provision snufkin toffle --algorithm ed25519 --selector k1
ends 0 'provision'
run provision moomin --domain moomin.example --mode cname \
    --algorithm ed25519 --selector k1
ends 0 'and one with a domain of its own'
run customer suspend toffle

# ---- one customer ----

run records snufkin
ends 0 'one customer'
like "$out" '^customer snufkin$' 'as text'
like "$out" '^  name   k1._domainkey.snufkin.sausagemail.com$' 'its key'
like "$out" '^  value  v=DKIM1; k=ed25519; p=[A-Za-z0-9+/=]{44}$' 'in a line'
unlike "$out" toffle 'nobody else'
run records toffle snufkin nobody
ends 4 'one of three that is none'
like "$err" "no customer 'nobody'" 'it is named'
is 'customer toffle customer snufkin' \
    "$(printf '%s\n' "$out" | grep ^customer | tr '\n' ' ' | sed 's/ $//')" \
    'the others come in order'
run records snufkin --format zone
ends 0 'one customer as zone'
is 7 "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 'a record a line'
unlike "$out" 'SOA' 'without the zone itself'
like "$out" "^_dmarc\.snufkin\.$zone\.	[0-9]+	IN	TXT	\"v=DMARC1;" \
    'owners with their final dot'
run records moomin --format zone
like "$out" '^k1\.[a-z2-7]{20}\._dkim\.sausagemail\.com\.' \
    'a domain of its own by its token'
run records snufkin --format json
ends 0 'one customer as JSON'
is 'snufkin 7' "$(perl -MJSON::PP -0777 -ne '$g = decode_json($_)->{groups};
    print "$g->[0]{customer} ", scalar @{ $g->[0]{records} }' "$work/out")" \
    'its name and records'

# ---- the zone ----

run records --fixed
ends 0 'the fixed records'
like "$out" '^  type   SOA$' 'with the SOA'
unlike "$out" snufkin 'and no customers'
run records --all
ends 0 'all'
cp "$work/out" "$work/zone"
like "$(head -n 1 "$work/zone")" "^$zone\.	3600	IN	SOA	" \
    'the SOA comes first'
is 3 "$(grep -c 'v=DKIM1' "$work/zone")" 'a suspended customer is in it'
is "$(sort "$work/zone" | uniq | wc -l)" "$(wc -l <"$work/zone")" \
    'each record once'
run records --all --format json
ends 0 'all as JSON'
is 4 "$(grep -c '"customer":' "$work/out")" 'a group each, and the fixed one'

# loads CHECKER...: unless it is not installed.
loads() {
    if PATH=$PATH:/usr/sbin command -v "$1" >/dev/null; then
        ok "$1 loads it" env PATH="$PATH:/usr/sbin" "$@"
    else
        skip "$1 is not installed"
    fi
}
all_load() {
    loads named-checkzone -i full "$zone" "$work/zone"
    loads kzonecheck -o "$zone" "$work/zone"
    loads nsd-checkzone "$zone" "$work/zone"
}
all_load

# A zone as odd as a template can make it.
cat >>"$work/esp/template.zone" <<'ZONE'
odd TXT "\000\"\\;()$@\255 \009" "" "two"
long.{customer} TXT "0123456789012345678901234567890123456789012345678901234567890123456789" "0123456789012345678901234567890123456789012345678901234567890123456789" "0123456789012345678901234567890123456789012345678901234567890123456789" "0123456789012345678901234567890123456789012345678901234567890123456789 {customer}"
*.wild.{customer} MX 10 mx
srv.{customer} SRV 1 2 3 mx
a\.dot\032and\;more TXT "x"
sub NS ns.sub
ns.sub AAAA 2001:db8::1
unknown TYPE65280 \# 3 010203
ZONE
run records --all
ends 0 'an odd template'
cp "$work/out" "$work/zone"
like "$(cat "$work/zone")" '^\*\.wild\.snufkin\.' 'wildcards are in it'
all_load

# ---- what is broken ----

printf '{customer} TXT "{key}"\n' >>"$work/esp/template.zone"
run records --all
complains 4 "template.zone', line [0-9]+: nothing in the owner" \
    'a broken template'
rm "$work/esp/template.zone"
run records --all
complains 4 "template.zone" 'no template'
done_testing
