#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# selkie verify against selkie serve on loopback: a zone with two servers, each
# a process of its own that can be ended.
# shellcheck disable=SC2086,SC2317 # $dns is words; ok calls functions
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"

export HOME="$work" SELKIE_SEAL_DIR="$work/seal" SELKIE_WORKSPACE="$work/ws"
unset XDG_CONFIG_HOME

plan_lazy
cd "$work" || bail 'no folder'
run init sausagemail.com --ns ns1=127.0.0.1 --ns ns2=127.0.0.2
ends 0 'a workspace'
run provision snufkin --selector k1 --selector k2
ends 0 'snufkin'
run provision toffle --algorithm ed25519 --selector k1
ends 0 'toffle'

# serve WORKSPACE ADDRESS PORT: sets server_pid; false when the port is taken.
serve() {
    rm -f "$work/ready"
    mkfifo "$work/ready" || bail 'mkfifo failed'
    "$SELKIE_BIN" serve --workspace "$1" --listen "$2:$3" >"$work/ready" \
        2>"$work/serve.err" &
    server_pid=$!
    tools_pids="$tools_pids $server_pid"
    read -r word <"$work/ready" || word=
    [ "$word" = ready ]
}

# Both servers of WORKSPACE, at one port that is free at both addresses: sets
# one, two and dns.
serve_both() {
    for _ in 1 2 3 4 5; do
        serve "$1" 127.0.0.1 0 || bail "no server: $(cat "$work/serve.err")"
        one=$server_pid
        port=$(sed -n 's/.*port //p' "$work/serve.err")
        if serve "$1" 127.0.0.2 "$port"; then
            two=$server_pid
            dns="--resolver 127.0.0.1:$port --authority-port $port"
            return
        fi
        stop "$one"
    done
    bail 'no port is free at both addresses'
}

stop() {
    kill "$1"
    wait "$1" 2>/dev/null
    tools_pids=$(printf '%s' "$tools_pids" | sed "s/ $1\\>//")
}

# await FILE ERE: until the file has such a line, half a minute at most.
await() {
    for _ in $(seq 300); do
        ! grep -qE "$2" "$1" 2>/dev/null || return 0
        sleep 0.1
    done
    diag "$1 never had '$2':" "$(cat "$1")"
    return 1
}

# of NAME-BEGINNING TYPE MEMBER: of a record of the last run's only subject.
of() {
    perl -MJSON::PP -e '
        my ($file, $name, $type, $member) = @ARGV;
        open my $in, "<", $file or die;
        my $all = decode_json(do { local $/; <$in> });
        for (@{ $all->{subjects}[0]{facts}{records} }) {
            next if $_->{type} ne $type || $_->{name} !~ /^\Q$name\E/;
            next if $name =~ /\.$/ && $_->{name} ne $name;
            my $value = $_->{$member};
            $value = join " ", map { $_->{state} } @$value if ref $value;
            print $value // "null", "\n";
        }' "$work/out" "$@"
}

# ---- all is good ----

serve_both "$work/ws"
run verify --all $dns --format json
ends 0 'all customers'
is 'snufkin.sausagemail.com toffle.sausagemail.com' \
    "$(json domains "$work/out" | tr '\n' ' ' | sed 's/ $//')" \
    'in the order of their names'
is '' "$(findings)" 'no findings'
run verify snufkin $dns --format json
ends 0 'one customer'
is good "$(fact status)" 'is good'
is snufkin "$(fact customer)" 'by its name'
is 8 "$(json get "$work/out" facts.records | grep -o '"diagnosis":' | wc -l)" \
    'eight records'
is 'same same' "$(of k1._domainkey TXT servers)" 'each at both servers'
is same "$(of k1._domainkey TXT state)" 'and so everywhere'
is null "$(of k1._domainkey TXT diagnosis)" 'nothing to name'
run verify SNUFKIN $dns
ends 0 'a name in capitals'
like "$out" '8 same' 'text'
run verify nobody snufkin $dns
ends 4 'an unknown customer'
like "$out" "nobody.*cannot be used: no customer 'nobody'" 'is named'
like "$out" 'snufkin.*good' 'and the other one is looked at'

# ---- mistakes ----

run records snufkin --format zone
cp "$work/out" plan
run records toffle --format zone
toffle_key=$(sed -n 's/^k1\._domainkey.*TXT//p' "$work/out")
{
    sed -n '/^k1\._domainkey/{
        s/"\([^"]*\)"/"\\"\1\\""/g
        p
    }' plan
    echo "k2._domainkey.snufkin.sausagemail.com. 60 IN TXT $toffle_key"
    echo ';! _dmarc.snufkin.sausagemail.com. TXT NODATA'
    sed -n 's/^_dmarc\.snufkin/dmarc.snufkin/p' plan
    sed -n '/^bounces.*TXT/{
        p
        s/TXT.*/TXT "v=spf1 -all"/
        p
    }' plan
    echo 'snufkin.sausagemail.com. 60 IN MX 10' \
        'mx.sausagemail.com.sausagemail.com.'
    echo 'snufkin.sausagemail.com. 60 IN TXT "token=1"'
    sed -n '/^snufkin\.sausagemail\.com.*v=spf1/p' plan
} >overlay
run verify snufkin $dns --overlay overlay --format json
ends 1 'mistakes'
is bad "$(fact status)" 'are bad'
is different "$(of k1._domainkey TXT state)" 'quotes kept: different'
is quotes-kept "$(of k1._domainkey TXT diagnosis)" 'quotes kept: named'
is other-customer "$(of k2._domainkey TXT diagnosis)" "another's key: named"
is missing "$(of _dmarc TXT state)" 'no underscore: missing'
is without-underscore "$(of _dmarc TXT diagnosis)" 'no underscore: named'
is extra "$(of bounces TXT state)" 'two SPF records: extra'
is two-records "$(of bounces TXT diagnosis)" 'two SPF records: named'
is different "$(of snufkin MX state)" 'no final dot: different'
is target-without-dot "$(of snufkin MX diagnosis)" 'no final dot: named'
is same "$(of snufkin.sausagemail.com. TXT state)" \
    'a token beside SPF is nothing'
name=snufkin.sausagemail.com.
is "publish.differs found k1._domainkey.$name
publish.differs found k2._domainkey.$name
publish.differs found $name
publish.extra found bounces.$name
publish.missing found _dmarc.$name
spf.multiple-records found bounces.$name" "$(findings)" 'all findings'
like "$out" '"mistake": "quotes-kept"' 'the mistake is a field'
like "$out" "the key of 'toffle'" 'whose key it is'
run verify snufkin $dns --overlay overlay
ends 1 'as text'
flat=$(printf '%s' "$out" | tr -s '\n ' ' ')
like "$flat" 'quotes of the zone-file form are part of the text' 'what'
like "$flat" 'enter the value without quotes' 'how to mend it'
unlike "$out" '[{}]' 'no word is left out'

# ---- servers that do not answer ----

stop "$two"
run verify snufkin $dns --format json
ends 3 'one server is dead'
is unknown "$(fact status)" 'which is unknown'
is unknown "$(of _dmarc TXT state)" 'as is each record'
is 'same unknown' "$(of _dmarc TXT servers)" 'of that server'
is "publish.not-everywhere unknown" "$(findings | cut -d' ' -f1,2 | sort -u)" \
    'the finding'
run verify snufkin $dns --overlay overlay --format json
ends 1 'one server is dead, and there are mistakes'
stop "$one"
run verify snufkin $dns --format json
ends 3 'no server answers'
is "publish.missing unknown" "$(findings | cut -d' ' -f1,2 | sort -u)" \
    'nothing is known'
run verify snufkin $dns --wait 1s --format json
ends 3 'and after waiting'
like "$err" 'not as expected yet: 8 records of 1 customers: MX snufkin.*unknown.* s left' \
    'what is awaited is said meanwhile'
run verify snufkin $dns --wait 1s --quiet --format json
is '' "$err" 'but not with --quiet'

# ---- waiting ----

# The servers answer from a copy of the workspace that has no policies yet.
cp -R "$work/ws" "$work/served"
grep -v '^_dmarc\.{customer}' "$work/ws/template.zone" \
    >"$work/served/template.zone"
serve_both "$work/served"
run verify snufkin $dns --wait 1s --format json
ends 1 'waiting ran out, a record is missing'
is "publish.missing found _dmarc.$name" "$(findings)" 'which is named'
like "$err" 'TXT _dmarc.snufkin.sausagemail.com. \(missing\)' 'meanwhile too'
unlike "$err" 'k1._domainkey' 'and nothing that is there'

"$SELKIE_BIN" verify --all $dns --wait 60s --format json >later.out \
    2>later.err &
waiting=$!
tools_pids="$tools_pids $waiting"
ok 'it waits' await later.err 'not as expected yet: 2 records of 2 customers'
cp "$work/ws/template.zone" "$work/served/template.zone"
kill -HUP "$one" "$two"
status=0
wait "$waiting" || status=$?
cp later.out "$work/out"
cp later.err "$work/err"
ends 0 'a record that appears ends the waiting'
is '' "$(findings)" 'all is good then'
is 2 "$(json domains "$work/out" | wc -l)" 'of all customers'

stop "$one"
stop "$two"
"$SELKIE_BIN" verify snufkin $dns --wait 1h --format json >later.out \
    2>later.err &
waiting=$!
tools_pids="$tools_pids $waiting"
ok 'it waits for servers' await later.err 'not as expected yet'
kill "$waiting"
status=0
wait "$waiting" 2>/dev/null || status=$?
is 143 "$status" 'SIGTERM ends the waiting, by the signal'
cp later.out "$work/out"
is '[]' "$(json get "$work/out" /subjects)" 'with a whole document'

# ---- wrong calls ----

run verify
complains 2 'which customer' 'no customer'
run verify --all snufkin
complains 2 'takes no customers' 'all, and one'
run verify snufkin --wait soon
complains 2 "'soon' is not a duration" 'no duration'
run verify snufkin --wait 1h --format nonsense
complains 2 "unknown format 'nonsense'" 'no form, said before waiting'
run verify snufkin --wait 1h --zone "$work/nowhere"
complains 4 "nowhere'" 'no zone file, said before waiting'

done_testing
