#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What verify enters in the registry: keys become published and customers' own
# domains verified when every authoritative server has the record, and never
# for want of an answer.  And the ESP's own records are verified too.
# shellcheck disable=SC2086 # $dns is words
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

# serve WORKSPACE ADDRESS PORT NAME: sets server_pid; false when the port is
# taken.
serve() {
    rm -f "$work/ready"
    mkfifo "$work/ready" || bail 'mkfifo failed'
    "$SELKIE_BIN" serve --workspace "$1" --listen "$2:$3" >"$work/ready" \
        2>"$work/$4.err" &
    server_pid=$!
    tools_pids="$tools_pids $server_pid"
    read -r word <"$work/ready" || word=
    [ "$word" = ready ]
}
stop() {
    kill "$1"
    wait "$1" 2>/dev/null
    tools_pids=$(printf '%s' "$tools_pids" | sed "s/ $1\\>//")
}

# states: "SELECTOR STATE" of each key, and "DOMAIN STATE" of customers' own.
states() {
    "$SELKIE_BIN" list --format ndjson |
        sed 's/.*"domain":"\([^"]*\)".*"selector":"\([^"]*\)","state":"\([^"]*\)".*/\2.\1 \3/'
    "$SELKIE_BIN" customer show moomin |
        sed -n 's/^  \(moomin.example\)  (cname, \([a-z]*\))$/\1 \2/p'
}
events() { "$SELKIE_BIN" customer show "$1" | grep -c '\.state '; }

# ---- an ESP with two servers, and a customer's own zone with one ----

run init sausagemail.com --ns ns1=127.0.0.1 --ns ns2=127.0.0.2
ends 0 'a workspace'
run provision snufkin --algorithm ed25519,ed25519 --selector k1 --selector k2
ends 0 'a customer below the ESP'
run provision moomin --domain moomin.example --algorithm ed25519 --selector m1
ends 0 'one with a domain of its own'
target=$("$SELKIE_BIN" records moomin | sed -n 's/^  value  \(m1\..*\)/\1/p')
run init moomin.example --workspace "$work/own" --ns ns1=127.0.0.3
ends 0 'that domain'
cp own/template.zone without
{
    cat without
    echo "m1._domainkey CNAME $target"
} >with

all_serve() {
    for _ in 1 2 3 4 5; do
        serve "$work/ws" 127.0.0.1 0 one || bail "$(cat one.err)"
        one=$server_pid
        port=$(sed -n 's/.*port //p' one.err)
        if serve "$work/ws" 127.0.0.2 "$port" two; then
            two=$server_pid
            serve "$work/own" 127.0.0.3 "$port" own && own=$server_pid &&
                return
            stop "$two"
        fi
        stop "$one"
    done
    bail 'no port is free at three addresses'
}
all_serve
local_unbound yes "sausagemail.com=127.0.0.1@$port" \
    "moomin.example=127.0.0.3@$port" ||
    bail "unbound does not start: $(cat unbound.log)"
dns="--resolver 127.0.0.1:$unbound_port --authority-port $port"

# own_has with|without: the customer's server has that zone from now on.
own_has() {
    cp "$1" own/template.zone
    said=$(grep -c 'read again' own.err)
    kill -HUP "$own"
    for _ in $(seq 100); do
        [ "$(grep -c 'read again' own.err)" -eq "$said" ] || return 0
        sleep 0.1
    done
    bail "the customer's server does not read its zone"
}

is 'm1.moomin.example pending
k1.snufkin.sausagemail.com pending
k2.snufkin.sausagemail.com pending
moomin.example pending' "$(states)" 'at first all is pending'

# ---- nothing is entered for what is not DNS as it is ----

"$SELKIE_BIN" records --all >all.zone
run verify snufkin --zone all.zone
ends 0 'offline, all is good'
run verify snufkin $dns --overlay all.zone
ends 0 'an overlay'
run verify snufkin $dns --resolvers-only
ends 0 'resolvers only'
run verify snufkin $dns --record snufkin.recording --dry-run
ends 0 'a dry run'
run verify snufkin --replay snufkin.recording
ends 0 'a recording'
like "$(states)" '^k1.snufkin.sausagemail.com pending' 'none of them counts'
is 0 "$(events snufkin)" 'nor leaves an event'

# ---- never on "cannot tell" ----

stop "$two"
run verify --all $dns
ends 1 'one server is down, and the alias is missing'
like "$(states)" '^k1.snufkin.sausagemail.com pending' \
    'a server that did not say: nothing is entered'
unlike "$(states)" 'published|verified' 'for nobody'
serve "$work/ws" 127.0.0.2 "$port" two || bail "$(cat two.err)"
two=$server_pid

# ---- seen at every server ----

run verify --all $dns
ends 1 'the alias is missing'
like "$err" 'registry: 2 keys are published now, 0 domains verified' \
    'what was entered is said'
is 'm1.moomin.example pending
k1.snufkin.sausagemail.com published
k2.snufkin.sausagemail.com published
moomin.example pending' "$(states)" 'those that are seen'
is 2 "$(events snufkin)" 'with an event each'
like "$("$SELKIE_BIN" customer show snufkin)" \
    'key.state +k1  pending -> published$' 'which says what became of it'
run verify --all $dns --quiet
is '' "$err" 'a second time there is nothing to enter'
is 2 "$(events snufkin)" 'and no event'

own_has with
run verify moomin $dns
ends 0 'the alias is there'
like "$err" 'registry: 1 keys are published now, 1 domains verified' \
    'the domain is verified by its token'
is 2 "$(events moomin)" 'with its events'
like "$(states)" '^moomin.example verified$' 'and stays so'

# ---- gone again ----

own_has without
stop "$own"
run verify moomin $dns
ends 3 'its server is down'
like "$(states)" '^moomin.example verified$' 'which takes nothing back'
serve "$work/own" 127.0.0.3 "$port" own || bail "$(cat own.err)"
own=$server_pid
run verify moomin $dns
ends 1 'the alias is gone'
like "$err" 'registry: 1 keys and 1 domains are pending again' 'is said'
like "$(states)" '^moomin.example pending$' 'nobody inherits the name'
like "$(states)" '^m1.moomin.example pending$' 'nor is the key published'

# ---- the ESP's own records ----

run verify --fixed $dns --format json
ends 0 "the ESP's own records"
is sausagemail.com "$(json domains "$work/out")" 'are one subject'
like "$out" '"type": "SOA"' 'with the SOA'
run verify --all --fixed $dns --format json
is 'sausagemail.com moomin.example snufkin.sausagemail.com' \
    "$(json domains "$work/out" | tr '\n' ' ' | sed 's/ $//')" \
    'before those of all customers'
run verify --fixed snufkin $dns
ends 0 'or of one'
sed 's/^_spf .*/_spf TXT "v=spf1 ip4:192.0.2.77 -all"/' ws/template.zone \
    >changed
cp ws/template.zone kept
cp changed ws/template.zone
run verify --fixed $dns --format json
ends 1 'a template that is not what is served'
has publish.differs found _spf.sausagemail.com. 'is found'
run verify --fixed $dns --wait 1s
ends 1 'also after waiting'
like "$err" 'not as expected yet: 1 records of 1 customers: TXT _spf' \
    'which says what it waits for'
cp kept ws/template.zone

done_testing
