#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The query log: what selkie serve notes, and what selkie querylog reads.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
command -v kdig >/dev/null || skip_all 'kdig is not installed'
plan_lazy

SELKIE_SEAL_DIR=$work/seal
SELKIE_WORKSPACE=$work/esp
export SELKIE_SEAL_DIR SELKIE_WORKSPACE
zone=sausagemail.com
log=$work/queries

# serve: with the log; sets server and port.
serve() {
    rm -f "$work/ready"
    mkfifo "$work/ready"
    "$SELKIE_BIN" serve --listen 127.0.0.1:0 --query-log "$log" \
        >"$work/ready" 2>"$work/serve.err" </dev/null &
    server=$!
    tools_pids="$tools_pids $server"
    read -r said <"$work/ready" || said=
    port=$(sed -n 's/.*listening on .* port //p' "$work/serve.err")
}
ask() {
    kdig -p "$port" @127.0.0.1 +retry=0 "$1.$zone" "$2" ${3+"$3"} \
        >/dev/null 2>&1
}
ends_well() {
    kill "$server"
    wait "$server"
    is 0 $? 'the server ends'
}

run init "$zone" --ns ns1=192.0.2.1 --ns ns2=192.0.2.2
ends 0 'init'
run provision snufkin toffle --algorithm ed25519 --selector k1
ends 0 'two customers'
serve
is ready "$said" 'it serves'
ask k1._domainkey.snufkin TXT
ask K1._DomainKey.Snufkin TXT +tcp
ask k1._domainkey.toffle TXT
ask k2._domainkey.toffle TXT
ask k1._domainkey.toffle A
ask _domainkey.toffle TXT
ask snufkin MX
ends_well
run querylog "$log"
ends 0 'querylog'
time='[0-9-]{10}T[0-9:]{8}Z'
like "$out" "^k1._domainkey.snufkin.$zone. 127.0.0.0/24 2 $time $time$" \
    'a key that was fetched by UDP and TCP'
like "$out" "^k1._domainkey.toffle.$zone. 127.0.0.0/24 1 " 'and another'
is 2 "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 'and nothing else'
run querylog --under "snufkin.$zone" "$log"
is 1 "$(printf '%s\n' "$out" | grep -c snufkin)" 'of one customer'
unlike "$out" toffle 'only'

# Half a row at the end, of a crash.
printf '\000\100half' >>"$log"
run querylog "$log"
ends 4 'a damaged end'
like "$err" "'$log' is damaged at octet" 'is told'
like "$out" 'snufkin' 'what comes before is shown'
serve
is ready "$said" 'the server goes on with it'
ask k1._domainkey.snufkin TXT
ends_well
run querylog "$log"
ends 0 'half a row is cut off'
like "$out" "^k1._domainkey.snufkin.$zone. 127.0.0.0/24 3 " 'and the rest goes on'

printf 'something else' >"$work/other"
run querylog "$work/other"
complains 4 "'$work/other' is no query log" 'another file'
run serve --listen 127.0.0.1:0 --query-log "$work/other"
ends 4 'it is not written to'
is 'something else' "$(cat "$work/other")" 'and stays as it is'
run querylog "$work/none"
complains 4 "'$work/none'" 'no file'
run querylog
ends 2 'no file named'
run querylog --under a..b "$log"
ends 2 'no name'
done_testing
