#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The file that regexdns comes with, served as it is: each thing that regexdns
# does not do right with it, and what selkie does.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
command -v dig >/dev/null || skip_all 'dig is not installed'
zone=sausagemail.com
example=$SELKIE_SUITES/regexdns/sausagemail.zone
[ -e "$example" ] || skip_all "no suites at '$example'"
plan_lazy

SELKIE_SEAL_DIR=$work/seal
SELKIE_WORKSPACE=$work/esp
export SELKIE_SEAL_DIR SELKIE_WORKSPACE

# serve ARGS...: starts it; sets server and port once it is ready.
serve() {
    rm -f "$work/ready"
    mkfifo "$work/ready" || bail 'mkfifo failed'
    "$SELKIE_BIN" serve --listen 127.0.0.1:0 "$@" >"$work/ready" \
        2>"$work/serve.err" </dev/null &
    server=$!
    tools_pids="$tools_pids $server"
    read -r said <"$work/ready" || said=
    port=$(sed -n 's/.*listening on .* port //p' "$work/serve.err" | head -n 1)
}

# ask NAME TYPE [OPTION...]: sets rcode and answer (fields with one blank).
ask() {
    asked=$1.$zone.
    [ "$1" != @ ] || asked=$zone.
    shift
    dig -p "$port" @127.0.0.1 +norec +noall +comments +answer +tries=1 \
        +time=5 "$asked" "$@" >"$work/dig" 2>&1
    rcode=$(sed -n 's/.*status: \([A-Z]*\),.*/\1/p' "$work/dig")
    answer=$(grep -v '^;' "$work/dig" | grep . | tr -s '\t ' ' ')
}

serve --regexdns "$example"
is ready "$said" 'the file is served as it is'

# ---- what regexdns does right ----

alias="k1._domainkey.snufkin.$zone. 3600 IN CNAME k1._dkim.$zone.
k1._dkim.$zone. 3600 IN TXT \"v=DKIM1; k=RSA; p=key-goes-here\""
ask k1._domainkey.snufkin TXT
is "NOERROR $alias" "$rcode $answer" 'a key: the alias and its target'
ask bounces.snufkin TXT
is "bounces.snufkin.$zone. 3600 IN TXT \"v=spf1 include:_spf.$zone\"" \
    "$answer" 'the return path: SPF'
ask bounces.snufkin MX
is "bounces.snufkin.$zone. 3600 IN MX 10 bounces.$zone." "$answer" \
    'the return path: MX'
ask snufkin MX
is "snufkin.$zone. 3600 IN MX 10 replies.$zone." "$answer" 'replies'
ask @ SOA
is "$zone. 3600 IN SOA ns1.$zone. steve.blighty.com. 2023102019 10800 3600 2592000 600" \
    "$answer" 'the SOA'
ask _dmarc.TOFFLE TXT
is "_dmarc.TOFFLE.$zone. 3600 IN TXT \"v=DMARC1 p=none rua=rua+toffle@$zone\"" \
    "$answer" 'a capture is in lower case, the name as it was asked'

# ---- what it does not: a name above others exists (RFC 8020) ----

ask _domainkey.snufkin TXT
is 'NOERROR ' "$rcode $answer" '_domainkey of a customer exists'
ask x.bounces.snufkin TXT
is NXDOMAIN "$rcode" 'what is nowhere is denied'

if local_unbound yes "$zone=127.0.0.1@$port"; then
    server_port=$port
    port=$unbound_port
    ask k1._domainkey.snufkin TXT +rec
    is "NOERROR $alias" "$rcode $answer" \
        'the key through a resolver with strict minimisation'
    ask k2._domainkey.toffle TXT +rec
    like "$answer" 'p=other-key-goes-here' 'the other key, too'
    port=$server_port
    kill $unbound_pid
else
    skip 'unbound is not installed, or finds no port' 2
fi

# ---- reserved labels are no customers ----

for name in _dmarc _domainkey www ns1 '\*'; do
    ask "$name" MX
    is 'NXDOMAIN ' "$rcode $answer" "$name is no customer"
done
ask _dkim MX
is 'NOERROR ' "$rcode $answer" '_dkim exists, and is none either'
ask k1._domainkey.www TXT
is NXDOMAIN "$rcode" 'nor has www a key'

# ---- anybody is a customer, unless there is a registry ----

ask evil MX
like "$answer" "MX 10 replies.$zone." 'without a registry any label is one'
kill "$server"
wait "$server"
run init "$zone"
ends 0 'a registry'
run provision snufkin toffle --algorithm ed25519 --selector own
ends 0 'of two customers'
run template convert "$example"
ends 0 'the file as a template'
printf '%s\n' "$out" >"$work/esp/template.zone"
serve
is ready "$said" 'which is served'
ask evil MX
is 'NXDOMAIN ' "$rcode $answer" 'evil is no customer'
ask k1._domainkey.evil TXT
is 'NXDOMAIN ' "$rcode $answer" 'and has no key'
ask k1._domainkey.snufkin TXT
is "NOERROR $alias" "$rcode $answer" 'a customer has'
ask _domainkey.snufkin TXT
is 'NOERROR ' "$rcode $answer" '_domainkey of a customer exists'
ask _dmarc MX
is 'NXDOMAIN ' "$rcode $answer" '_dmarc is no customer'
kill "$server"
wait "$server"
is 0 $? 'it ends well'

# ---- delegations: a referral with its glue, of the rule of each name ----

printf '%s\n' "$zone 3600 IN SOA ns1.$zone h.$zone 1 2 3 4 60" \
    "(?P<customer>[^.]+)\\.host\\.sausagemail\\.com 60 IN NS ns.\$customer.host.$zone" \
    'ns\.([^.]+)\.host\.sausagemail\.com 60 IN A 192.0.2.8' \
    >"$work/cuts.conf"
serve --regexdns "$work/cuts.conf"
is ready "$said" 'a file with delegations is served'
for name in www.snufkin.host snufkin.host ns.snufkin.host; do
    ask "$name" A +authority +additional
    is "NOERROR snufkin.host.$zone. 60 IN NS ns.snufkin.host.$zone.
ns.snufkin.host.$zone. 60 IN A 192.0.2.8" "$rcode $answer" \
        "$name: the referral with its glue"
done
kill "$server"
wait "$server"
# told NAME: what PowerDNS is told of all that NAME has.
told() {
    printf 'HELO\t1\nQ\t%s\tIN\tANY\t-1\t127.0.0.1\n' "$1.$zone" |
        timeout $tools_patience "$SELKIE_BIN" pdns \
            --regexdns "$work/cuts.conf" | grep '^DATA' | tr '\t' ' '
}
is "DATA snufkin.host.$zone IN NS 60 -1 ns.snufkin.host.$zone." \
    "$(told snufkin.host)" 'PowerDNS is told of the delegation'
is "DATA ns.snufkin.host.$zone IN A 60 -1 192.0.2.8" \
    "$(told ns.snufkin.host)" 'and of the glue'
is '' "$(told www.snufkin.host)" 'and of nothing else below it'

# ---- its own tester ----

run template test --regexdns "$example" "k1._domainkey.snufkin.$zone" TXT
ends 0 'template test says what is served'
like "$out" "IN CNAME k1._dkim.$zone" 'the alias'
like "$out" 'p=key-goes-here' 'and its target'

# ---- its own check ----

run template lint --regexdns "$example"
ends 1 'template lint does not let it pass'
like "$out" 'no valid DKIM' 'k=RSA is no key'
like "$out" '_dmarc.* on line 28' 'v=DMARC1 p=none is no policy'
done_testing
