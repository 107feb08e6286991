#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# verify --wait asks a resolver for a record only once all authoritative
# servers have it: a resolver asked sooner would remember for the zone's
# negative TTL, five minutes here, that it is not there.
# shellcheck disable=SC2317 # ok calls functions
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
for program in dig unbound; do
    PATH=$PATH:/usr/sbin command -v $program >/dev/null ||
        skip_all "$program is not installed"
done
plan_lazy

export HOME="$work" SELKIE_SEAL_DIR="$work/seal" SELKIE_WORKSPACE="$work/ws"
unset XDG_CONFIG_HOME
cd "$work" || bail 'no folder'
run init sausagemail.com --ns ns1=127.0.0.1 --ns ns2=127.0.0.2
ends 0 'a workspace'
run provision snufkin --algorithm ed25519 --selector k1
ends 0 'a customer'

# Each server has a template of its own, at first without the policies of
# customers, and without a name that the resolver is asked for too early.
grep -v -e '^_dmarc\.{customer}' -e '^_spf ' ws/template.zone >without.zone
for n in 1 2; do
    cp without.zone $n.zone
done

# serve ADDRESS PORT N: sets server_pid; false when the port is taken.
serve() {
    rm -f ready
    mkfifo ready || bail 'mkfifo failed'
    "$SELKIE_BIN" serve --listen "$1:$2" --template "$3.zone" >ready \
        2>"$3.err" &
    server_pid=$!
    tools_pids="$tools_pids $server_pid"
    read -r word <ready || word=
    [ "$word" = ready ]
}
for _ in 1 2 3 4 5; do
    serve 127.0.0.1 0 1 || bail "$(cat 1.err)"
    one=$server_pid
    port=$(sed -n 's/.*port //p' 1.err)
    serve 127.0.0.2 "$port" 2 && break
    kill "$one"
    port=
done
two=$server_pid
[ -n "$port" ] || bail 'no port is free at both addresses'
local_unbound no "sausagemail.com=127.0.0.2@$port" ||
    bail "unbound does not start: $(cat unbound.log)"
name=_dmarc.snufkin.sausagemail.com.

# await FILE ERE: until the file has such a line, half a minute at most.
await() {
    for _ in $(seq 300); do
        ! grep -qE "$2" "$1" 2>/dev/null || return 0
        sleep 0.1
    done
    diag "$1 never had '$2':" "$(cat "$1")"
    return 1
}
# ask NAME: what the resolver says of TXT there.
ask() {
    dig -p "$unbound_port" @127.0.0.1 +noall +comments "$1" TXT |
        sed -n 's/.*status: \([A-Z]*\),.*/\1/p'
}
asked() { grep -c " $name " unbound.log; }

is NXDOMAIN "$(ask _spf.sausagemail.com.)" 'the resolver asked too early'
"$SELKIE_BIN" verify snufkin --resolver "127.0.0.1:$unbound_port" \
    --authority-port "$port" --wait 120s --format json >later.out \
    2>later.err &
waiting=$!
tools_pids="$tools_pids $waiting"
ok 'the record is at neither server: it waits' \
    await later.err "TXT $name .missing. .*s left"
is 0 "$(asked)" 'the resolver was not asked for it'
ok 'but for the rest of the customer' grep -q ' k1._domainkey.snufkin' \
    unbound.log

cp ws/template.zone 1.zone
kill -HUP "$one"
ok 'one server has it' await 1.err 'read again'
notes=$(grep -c 's left' later.err)
: >later.err
ok 'it still waits' await later.err "TXT $name .missing. .*s left"
diag "$notes rounds before"
is 0 "$(asked)" 'and the resolver was still not asked'

cp ws/template.zone 2.zone
kill -HUP "$two"
ok 'the other one has it' await 2.err 'read again'
status=0
wait "$waiting" || status=$?
cp later.out out
cp later.err err
ends 0 'the waiting ends well, within the negative TTL'
ok 'now the resolver was asked' [ "$(asked)" -gt 0 ]
is '' "$(findings)" 'and it has the record at once'

is NXDOMAIN "$(ask _spf.sausagemail.com.)" \
    'while it remembers what it was asked for too early'

done_testing
