#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# selkie audit, end to end: the same truth from servers, zone files and a
# recording; its input, forms and exit statuses.
# shellcheck source=tests/tools/lib.sh disable=SC2086
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
here=$SELKIE_SOURCE/tests/tools
offline="--zone $here/audit/offline.zone --no-guess"
plan_lazy

# ---- one world, three sources ----

# Each zone of the world, as a file that names itself.
copy_zones() {
    mkdir "$work/zones"
    cp "$world/root/zones/root.zone" "$work/zones/"
    for zone in "$world"/ns1/zones/*.zone "$world"/tld/zones/*.zone; do
        name=$(basename "$zone" .zone)
        printf '$ORIGIN %s.\n' "$name" >"$work/zones/$name.zone"
        cat "$zone" >>"$work/zones/$name.zone"
    done
    zones=
    for zone in "$work"/zones/*; do
        zones="$zones --zone $zone"
    done
}

# Not those whose truth is in the servers: split, lame, bogus and faulty.
domains='esp.test shop.test messy.test cut.test plain.test signed.test
    world.test'

three_sources() {
    copy_zones
    live="-4 -r $WORLD_RESOLVER --authority-port $WORLD_PORT"
    run audit $live --record "$work/recording" --format json $domains
    cp "$work/out" "$work/live.json"
    ends 1 'an audit of servers'
    is '' "$err" 'it says nothing on standard error'
    run audit $zones --format json $domains
    cp "$work/out" "$work/zone.json"
    ends 1 'an audit of zone files'
    for form in live zone; do
        json plain "$work/$form.json" >"$work/$form.plain"
    done
    is 7 "$(json domains "$work/live.json" | wc -l)" 'every domain is there'
    ok 'servers and zone files: the same findings, facts and evidence' \
        diff "$work/zone.plain" "$work/live.plain"
    # So that agreement about nothing does not pass.
    run audit $zones --format json messy.test
    has dns.escaped-semicolon found _dmarc.messy.test. 'a fault is found'
    has dkim.key-type-case found k1._domainkey.messy.test. 'and another'
    run audit $zones --format json shop.test
    like "$(fact facts.dkim.selectors)" \
        'k1._domainkey.shop.test. CNAME k1._dkim.esp.test.' \
        'and a key behind an alias'
    run audit $zones --format json cut.test
    is 'ns ["ns1.world.test.","ns2.world.test."]' \
        "$(fact facts.delegation._domainkey.kind) $(
            fact facts.delegation._domainkey.target)" 'and a delegation'

    run audit --replay "$work/recording" --format json $domains
    ends 1 'a replay'
    ok 'it is the recorded run to the octet' \
        cmp "$work/out" "$work/live.json"
    # With -v every server is asked for every record: a recording of its own,
    # and what each of them said is left out.
    run audit $live --record "$work/recording" -v --width 1000 $domains
    run audit --replay "$work/recording" -v --width 1000 $domains
    cp "$work/out" "$work/replay.text"
    run audit $zones -v --width 1000 $domains
    ok 'a text with evidence differs in the servers alone' sh -c '
        plain="s/, says .*//; s/; least TTL.*//; s/, TTL [0-9]*//g
            /^  proof /d; /^  servers  /d; /^  records  /d
            /^            [a-z0-9][a-z0-9]* /d; /^            - /d"
        sed "$plain" "$1/replay.text" >"$1/a"
        sed "$plain" "$1/out" >"$1/b"
        diff "$1/a" "$1/b"' sh "$work"

    # The one thing that zone files cannot give is a signature's proof.
    run audit $live --format json quiet.test
    ends 0 'an audit of a signed domain without keys'
    is 'absent dnssec' \
        "$(fact facts.dkim.domainkey) $(fact facts.dkim.proof)" \
        'its _domainkey is absent by proof'
    cp "$work/out" "$work/live.json"
    run audit $zones --format json quiet.test
    is 'absent none' \
        "$(fact facts.dkim.domainkey) $(fact facts.dkim.proof)" \
        'out of a zone file, without'
    is "$(json findings "$work/live.json")" "$(findings)" \
        'and nothing else is found'

    run audit $live --resolvers-only --record "$work/recording" \
        --format json shop.test
    cp "$work/out" "$work/live.json"
    run audit --replay "$work/recording" --format json shop.test
    ok 'a recording remembers that only resolvers were asked' \
        cmp "$work/out" "$work/live.json"

    # One that answers late, one whose servers disagree, one with a dead one.
    run audit $live --timeout 200 --format json --no-guess \
        slow.faulty.test split.test lame.test plain.test
    is 'slow.faulty.test split.test lame.test plain.test ' \
        "$(json domains "$work/out" | tr '\n' ' ')" \
        'subjects come in the order of the input, not of the answers'
    run audit $live --timeout 200 --format json --no-guess bogus.test
    ends 1 'a domain whose signatures fail'
    like "$out" '"outcome": "bogus"' 'and why'
    # Somebody who writes the next name when the last one is answered.
    mkfifo "$work/names"
    "$SELKIE_BIN" audit $live --from "$work/names" --format ndjson \
        >"$work/answers" 2>"$work/err" &
    pid=$!
    tools_pids="$tools_pids $pid"
    exec 4>"$work/names"
    for name in plain.test esp.test; do
        echo $name >&4
        tries=0
        until grep -q "$name" "$work/answers" || [ $tries -eq 200 ]; do
            tries=$((tries + 1))
            sleep 0.1
        done
        ok "$name is answered before more is asked" \
            grep -q "$name" "$work/answers"
    done
    exec 4>&-
    status=0
    wait $pid || status=$?
    is 1 $status 'and the end is seen'
    ok 'the world stops' "$here/../world/world" stop "$world"
    tools_world=
}

if real_world "$here/zones"; then
    three_sources
else
    skip 'servers against zone files: knotd, unbound, kdig are not all here'
fi

# ---- input ----

printf '# customers\n\n  good.example  \nBAD.example.\r\nwarned.example' \
    >"$work/list"
run audit $offline --from "$work/list" --format json unknown.example
is 'unknown.example good.example bad.example warned.example ' \
    "$(json domains "$work/out" | tr '\n' ' ')" \
    'operands first, then the lines of a file'
"$SELKIE_BIN" audit $offline --from - --format json unknown.example \
    <"$work/list" >"$work/stdin" 2>"$work/err"
ok 'and of standard input' cmp "$work/out" "$work/stdin"
run audit $offline --format json good.example good.example
is 'good.example good.example ' "$(json domains "$work/out" | tr '\n' ' ')" \
    'one that is named twice is there twice'
run audit $offline --format json bücher.example
is xn--bcher-kva.example "$(json domains "$work/out")" \
    'a name with letters beyond ASCII'
# Many of them: in order although they are done out of it.
seq -f 'd%g.example' 1 700 >"$work/many"
run audit $offline --from "$work/many" --format ndjson --quiet
ok 'seven hundred come in their order' sh -c '
    perl "$1/json.pl" domains "$2/out" | cmp - "$2/many"' sh "$here" "$work"

# ---- what if ----

printf '%s\n' 'bad.example. 60 TXT "v=spf1 mx ~all"' \
    '_dmarc.bad.example. 60 TXT "v=DMARC1; p=reject; rua=mailto:a@bad.example"' \
    >"$work/overlay"
run audit $offline --overlay "$work/overlay" --format json bad.example
ends 0 'a domain as it would be with other records'
is reject "$(fact facts.dmarc.rfc9989.policy)" 'it has the policy now'
printf ';! bad.example. TXT NODATA\n;! _dmarc.bad.example. ANY NXDOMAIN\n' \
    >"$work/removed"
run audit $offline --overlay "$work/removed" --format json bad.example
is 'dmarc.missing found _dmarc.bad.example.
spf.missing found bad.example.
transport.tlsrpt-missing found _smtp._tls.bad.example.' "$(findings | grep -E 'missing')" \
    'and without some'
run audit $offline --overlay "$work/overlay" --record "$work/recording" \
    --format json bad.example
cp "$work/out" "$work/live.json"
run audit --replay "$work/recording" --no-guess \
    --overlay "$work/overlay" --format json bad.example
ok 'what is recorded is what lies below' cmp "$work/out" "$work/live.json"

# ---- the clock ----

clock_of() {
    sed -n '1s/.*"clock":\([0-9]*\).*/\1/p' "$work/recording"
}
run audit $offline --at 2024-02-29T01:00:00+01:00 \
    --record "$work/recording" good.example
is 1709164800 "$(clock_of)" 'as if it were another time'
run audit $offline --at @1700000000 --record "$work/recording" good.example
is 1700000000 "$(clock_of)" 'in seconds, too'

# ---- exit statuses: 2 and 4 outrank 1, 1 outranks 3 ----

statuses() {
    while read -r wanted arguments; do
        run audit $offline $arguments
        ends "$wanted" "audit $arguments"
    done <<'END'
0 good.example
0 warned.example
1 bad.example
3 --resolvers-only unknown.example
3 --resolvers-only good.example unknown.example
1 --resolvers-only bad.example unknown.example
1 --resolvers-only unknown.example bad.example
4 bad.example bad..name
4 unknown.example no..name
2 bad.example --nonsense
2
1 --fail-on warning warned.example
0 --fail-on warning good.example
1 --fail-on info good.example
0 --fail-on never bad.example
0 --fail-on never --resolvers-only unknown.example
4 --fail-on never bad.example bad..name
END
}
statuses
run audit --zone "$here/audit/offline.zone" -q "$work/no-such"
ends 4 'a domain that is a path'

# Its own servers do not answer: that is found, not unknown.
run audit $offline --format json unknown.example
ends 1 'a domain whose servers do not answer'
has spf.temperror found unknown.example. 'that is found'
run audit $offline --resolvers-only --format json unknown.example
has spf.temperror unknown unknown.example. 'of resolvers alone, it is not'
is unknown "$(fact status)" 'and the domain is neither good nor bad'

# ---- severities of one's own ----

printf 'spf.ptr-used = error\nspf.all-softfail = off\n' >"$work/profile"
run audit $offline --profile "$work/profile" --format json warned.example
ends 1 'a warning that a profile makes an error'
is error "$(json get "$work/out" findings.0.severity)" 'it is one'
lacks spf.all-softfail 'and one that it turns off'
for line in 'spf.no-such = error' 'spf.ptr-used = loud' 'spf.ptr-used'; do
    printf '# mine\n%s\n' "$line" >"$work/profile"
    run audit $offline --profile "$work/profile" good.example
    complains 4 "'$work/profile', line 2" "a profile that says '$line'"
done

# ---- forms ----

run audit $offline --format json good.example
like "$out" '^  "version": 1,$' 'JSON has its version'
is audit "$(json get "$work/out" /command)" 'and its command'
json subjects "$work/out" >"$work/one"
run audit $offline --format ndjson good.example bad.example
is 2 "$(grep -c '^{"version":1,"command":"audit","domain":' "$work/out")" \
    'NDJSON is one line a domain'
json subjects "$work/out" | sed -n 1p >"$work/two"
ok 'which says the same' cmp "$work/one" "$work/two"
run audit $offline --format tap --resolvers-only good.example bad.example \
    unknown.example bad..name
cp "$work/out" "$work/tap"
ok 'TAP is TAP' perl -MTAP::Parser -e '
    my $parser = TAP::Parser->new({tap => do { local $/; <> }});
    while (my $result = $parser->next) {
        die "unknown: ", $result->raw, "\n" if $result->is_unknown;
    }
    die $parser->parse_errors, "\n" if $parser->parse_errors;' "$work/tap"
like "$(cat "$work/tap")" '^not ok [0-9]+ - bad.example spf.cidr-invalid' \
    'what is found is not ok'
like "$(cat "$work/tap")" \
    '^not ok [0-9]+ - unknown.example spf.temperror.* # TODO unknown' \
    'what is unknown is to do'
like "$(cat "$work/tap")" '^ok [0-9]+ - good.example spf.missing' \
    'what was decided and not found is ok'
for form in json ndjson tap text; do
    run audit $offline --from /dev/null --format $form
    ends 0 "nothing at all as $form"
done
ok 'nothing is JSON all the same' perl -MJSON::PP -e '
    decode_json(join "", <>)->{subjects} or die' <<END
$("$SELKIE_BIN" audit $offline --from /dev/null --format json)
END

# ---- text ----

run audit $offline -v good.example warned.example bad.example unknown.example \
    bad..name
unlike "$out" '.{81}' 'text fits 80 columns'
unlike "$out" "$(printf '\033')" 'it has no colour in a file'
like "$out" '^ +\^~+$' 'the faulty part is underlined'
like "$out" '^bad.example: bad, [0-9]+ errors' 'each domain is summed up'
is 'error info ' "$(sed -n '/^bad.example/,/^unknown.example/p' "$work/out" |
    sed -n 's/^  \(error\|info\) .*/\1/p' | uniq | tr '\n' ' ')" \
    'the worst comes first'
run audit $offline --width 50 bad.example
unlike "$out" '.{51}' 'or as many as are wanted'

# A terminal of TERM under which the program runs: what it prints.
terminal() {
    TERM=$1 script -qec "stty cols 60; $2 '$SELKIE_BIN' audit $offline \
        bad.example" /dev/null </dev/null | tr -d '\r'
}
if command -v script >/dev/null; then
    escape=$(printf '\033')
    like "$(terminal xterm env)" "$escape\\[" 'a terminal has colour'
    unlike "$(terminal xterm 'env NO_COLOR=1')" "$escape" \
        'but not under NO_COLOR'
    like "$(terminal xterm 'env NO_COLOR=')" "$escape\\[" \
        'which counts only when it says something'
    unlike "$(terminal dumb env)" "$escape" 'nor does a dumb one'
    unlike "$(terminal dumb env)" '.{61}' 'text is as wide as the terminal'
else
    diag 'script (package bsdutils) is not here: NO TERMINAL WAS TESTED'
    skip 'colour on a terminal'
fi
done_testing
