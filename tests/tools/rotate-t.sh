#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A whole rotation over real servers: start, verify, preflight, switch, drain,
# retire.  After every step, whoever has a message signed with a key that
# signs, or did within the time that mail is on its way, finds that key.
# shellcheck disable=SC2086 # $dns is words
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
for program in dig unbound sqlite3; do
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

# serve ADDRESS PORT NAME: sets server_pid; false when the port is taken.
serve() {
    rm -f ready
    mkfifo ready || bail 'mkfifo failed'
    "$SELKIE_BIN" serve --listen "$1:$2" >ready 2>"$3.err" &
    server_pid=$!
    tools_pids="$tools_pids $server_pid"
    read -r word <ready || word=
    [ "$word" = ready ]
}
for _ in 1 2 3 4 5; do
    serve 127.0.0.1 0 one || bail "$(cat one.err)"
    one=$server_pid
    port=$(sed -n 's/.*port //p' one.err)
    serve 127.0.0.2 "$port" two && break
    kill "$one"
    port=
done
two=$server_pid
[ -n "$port" ] || bail 'no port is free at both addresses'
local_unbound yes "sausagemail.com=127.0.0.1@$port" ||
    bail "unbound does not start: $(cat unbound.log)"
dns="--resolver 127.0.0.1:$unbound_port --authority-port $port"

# states: "SELECTOR STATE" of each key.
states() {
    "$SELKIE_BIN" list --all --format ndjson |
        sed 's/.*"selector":"\([^"]*\)","state":"\([^"]*\)".*/\1 \2/'
}
# Times, in seconds since 1970, of the first case of the last run.
safe_at() {
    date -u -d "$(fact facts.rotation.0.safe_at)" +%s
}
# later SECONDS: as if all that the registry has had been so much earlier.
later() {
    sqlite3 ws/registry.db "UPDATE key SET since = since - $1, due = due - $1" ||
        bail 'sqlite3 failed'
}
# since SELECTOR: when its key came into its state, in seconds since 1970.
since() {
    date -u -d "$("$SELKIE_BIN" list --all --format ndjson |
        sed -n "s/.*\"selector\":\"$1\".*\"since\":\"\([^\"]*\)\".*/\1/p")" +%s
}
# asked SELECTOR: what both servers have there, each once.
asked() {
    for address in 127.0.0.1 127.0.0.2; do
        dig -p "$port" "@$address" +short TXT \
            "$1._domainkey.snufkin.sausagemail.com" | tr -d '" '
    done | sort -u
}
# never_lost WHEN: each key that signs, or whose mail is on its way, is at both
# servers as it was when it signed.
never_lost() {
    for pair in $(states | grep -E ' (active|retiring)$' | tr ' ' =); do
        is "$(cat "key.${pair%%=*}")" "$(asked "${pair%%=*}")" \
            "$1: ${pair%%=*} is found"
    done
}
events() { "$SELKIE_BIN" customer show snufkin | grep -c 'key\.'; }

# until_seen SELECTOR: both servers have it.
until_seen() {
    for _ in $(seq 100); do
        seen=$(asked "$1")
        case $seen in
        v=DKIM1*) [ "$(echo "$seen" | wc -l)" -ne 1 ] || break ;;
        esac
        sleep 0.1
    done
    echo "$seen" >"key.$1"
    like "$seen" '^v=DKIM1;k=ed25519;p=' "both servers have $1"
}

# ---- the first key ----

run rotate start snufkin
ends 0 'nothing signs yet'
like "$out" '^0 customers started' 'so nothing is started'
run rotate preflight --all
ends 0 'no key is to replace another'
is "0 looked at" "$out" 'and nobody is called good for that'
until_seen k1
run rotate switch snufkin $dns
ends 3 'before verify saw it'
is 'k1 pending' "$(states)" 'it is not known since when the key is there'
run verify snufkin $dns
ends 0 'both servers have all'
run rotate preflight snufkin $dns --format json
ends 1 'too soon'
has dkim.rotation-ttl-pending found k1._domainkey.snufkin.sausagemail.com. \
    'caches may have it that there is no such name'
first=$(safe_at)
# The template's TTL is 3600, its negative TTL 300.
is $(($(since k1) + 3601)) "$first" 'the second from which on it is safe'
run rotate switch snufkin $dns --at "@$((first - 1))"
ends 1 'one second before'
is 'k1 published' "$(states)" 'nothing was done'
run rotate preflight snufkin $dns --at "@$first"
ends 0 'at that second preflight is good'
is 'k1 published' "$(states)" 'and does nothing'
run rotate switch snufkin $dns --at "@$first"
ends 0 'nor does switch, at a time that is not now'
is 'k1 published' "$(states)" 'it is not done'
later 3601
run rotate switch snufkin $dns --dry-run
ends 0 'nor does a dry run'
is 'k1 published' "$(states)" 'it is not done either'
run rotate switch snufkin $dns
ends 0 'at that time'
is 'k1 active' "$(states)" 'k1 signs'
never_lost 'k1 signs'

# ---- its successor ----

# plan's and start's clock is the system's: k1 was made a moment ago.
run rotate plan --all
ends 0 'who is due'
unlike "$out" snufkin 'nobody is, by the policy of half a year'
run rotate start --all
like "$out" '^0 customers started' 'and --all starts nobody'
run rotate start snufkin
ends 0 'a new key'
new=$(states | sed -n 's/ pending$//p')
like "$new" '^s20[0-9][0-9][01][0-9][0-3][0-9]e$' 'at a dated selector'
never_lost 'a new key was made'
before=$(events)
run rotate start snufkin
ends 0 'once more'
is "$before" "$(events)" 'changes nothing'
until_seen "$new"

kill "$two"
wait "$two" 2>/dev/null
run rotate preflight snufkin $dns --timeout 50 --format json
ends 3 'a server that does not answer'
has dkim.rotation-not-visible unknown \
    "$new._domainkey.snufkin.sausagemail.com." 'is no absence'
later 99999999
run rotate switch snufkin $dns --timeout 50
ends 3 'and however late'
is "k1 active
$new pending" "$(states)" 'it is not switched'
serve 127.0.0.2 "$port" two || bail "$(cat two.err)"
two=$server_pid

run verify snufkin $dns
ends 0 'both servers have the new key'
run rotate preflight snufkin $dns --format json
ends 1 'too soon'
at=$(safe_at)
run rotate switch snufkin $dns --at "@$((at - 1))"
ends 1 'one second before'
run rotate switch snufkin $dns --at "@$at" --dry-run
ends 0 'at that second'
run rotate switch snufkin $dns
ends 1 'now'
never_lost 'while caches may not know the new key'
later 3601
run rotate switch --all $dns
ends 0 'at that time'
is "k1 retiring
$new active" "$(states)" 'the new key signs, the old one drains'
never_lost 'after the switch'
run rotate switch --all $dns
ends 0 'once more'
is "k1 retiring
$new active" "$(states)" 'changes nothing'
run rotate status snufkin --format ndjson
ends 0 'status'
due=$(date -u -d "$(sed -n \
    's/.*"selector":"k1".*"due":"\([^"]*\)".*/\1/p' out)" +%s)
# It was reckoned before k1 was entered as retiring.
gone=$(($(since k1) + 7 * 86400 + 3600 + 1))
is yes "$([ "$due" -le "$gone" ] && [ "$due" -gt $((gone - 120)) ] &&
    echo yes)" 'says when the old key may go'

# ---- the old one goes ----

run rotate retire --all $dns --format json
ends 1 'mail is on its way'
has dkim.rotation-drain-short found k1._domainkey.snufkin.sausagemail.com. \
    'which the old key signed'
is "$gone" "$(safe_at)" 'for a week and the TTL after the switch'
run rotate retire snufkin $dns --queue-life 1d --at "@$((gone - 86400))"
ends 1 'what switch reckoned holds for retire'
run rotate retire snufkin $dns --at "@$((gone - 1))"
ends 1 'one second before'
never_lost 'while mail is on its way'
run rotate retire --all $dns --at "@$gone"
ends 0 'at that second'
is "k1 retiring
$new active" "$(states)" 'nothing is erased at a time that is not now'
later $((7 * 86400 + 3600 + 1))
run rotate retire snufkin $dns
ends 0 'at that time'
is "k1 retired
$new active" "$(states)" 'the old key is a tombstone'
never_lost 'after the old key is gone'
for _ in $(seq 100); do
    [ -n "$(asked k1)" ] || break
    sleep 0.1
done
is '' "$(asked k1)" 'and its record is gone'
before=$(events)
run rotate retire --all $dns
ends 0 'once more'
is "$before" "$(events)" 'no step is repeated'

# ---- two at a time ----

# Somebody else moves one key while the other is being switched.
run provision moomin --algorithm ed25519 --selector a1 --selector a2
ends 0 'a customer with two keys'
for _ in $(seq 100); do
    "$SELKIE_BIN" verify moomin --dry-run $dns >verified 2>&1 && break
    sleep 0.1
done
run verify moomin $dns
ends 0 'both servers have both'
later 3601
sqlite3 ws/registry.db "CREATE TRIGGER other AFTER UPDATE OF state ON key
    WHEN NEW.state = 'active'
    BEGIN UPDATE key SET state = 'pending' WHERE state = 'published'; END" ||
    bail 'sqlite3 failed'
run rotate switch moomin $dns
sqlite3 ws/registry.db 'DROP TRIGGER other'
ends 3 'one key is moved by somebody else'
like "$err" '1 of 2 safe steps were not taken' 'it is said'
is 'active
pending' "$(states | sed -n 's/^a[12] //p' | sort)" 'and the key is left as it is'

sqlite3 ws/registry.db "UPDATE key SET sealed = zeroblob(length(sealed))
    WHERE state = 'pending'" || bail 'sqlite3 failed'
run rotate preflight moomin $dns
ends 3 'a private half that does not open'
like "$err" 'warning: moomin: ' 'and why'

# ---- bad calls ----

run rotate switch
complains 2 'which customer' 'nobody named'
run rotate switch --all snufkin
complains 2 'takes no customers' 'all and one'
run rotate start nobody
ends 4 'a customer that is not there'
run rotate retire snufkin --queue-life soon
complains 2 soon 'no duration'

done_testing
