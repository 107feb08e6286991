#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Forms of selkie records that change a running server, given to real ones: the
# zone they have afterwards is the one that was planned.
# shellcheck disable=SC2016,SC2086 # sh -c has its own $0; numbers
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
PATH=$PATH:/usr/sbin
for program in python3 knotd knotc kdig nsupdate; do
    command -v $program >/dev/null || skip_all "$program is not installed"
done
plan_lazy
readback="python3 $SELKIE_SOURCE/tests/tools/readback.py"

export HOME="$work" SELKIE_SEAL_DIR="$work/seal" SELKIE_WORKSPACE="$work/ws"
unset XDG_CONFIG_HOME
cd "$work" || bail 'no folder'
run init esp.example --ns ns1=127.0.0.1
ends 0 'a workspace'
run provision snufkin --selector k1 --selector k2
ends 0 'a customer'
cat >>ws/template.zone <<'ZONE'
odd TXT "\000\"\\;()$@\255 \009 'x' `y` %z" "" "two"
two TXT "one"
two TXT "two"
two A 192.0.2.7
*.w.{customer} TXT "x"
srv.{customer} SRV 1 2 3 mx
alias CNAME two
ZONE

# planned: what the zone should be but for its SOA, sorted.
planned() {
    "$SELKIE_BIN" records --all --format zone >planned.zone
    $readback zone planned.zone | grep -v ' SOA ' | sort
}
# served: what the server at $port has, likewise.
served() {
    kdig @127.0.0.1 -p "$port" esp.example. AXFR +noall +answer \
        +nocrypto 2>/dev/null | grep -v '^;' |
        awk 'NF { owner = $1; ttl = $2; type = $4
            sub(/^[^ \t]+[ \t]+[^ \t]+[ \t]+[^ \t]+[ \t]+[^ \t]+[ \t]+/, "")
            print owner "\t" ttl "\tIN\t" type "\t" $0 }' >served.zone
    $readback zone served.zone | grep -v ' SOA ' | sort
}
# agrees NAME
agrees() {
    planned >planned.list
    served >served.list
    ok "$1" cmp planned.list served.list
    cmp -s planned.list served.list ||
        diag "$(diff planned.list served.list | cut -c 1-200 | head -n 6)"
}

# ---- Knot ----

mkdir knot knot/db
{
    "$SELKIE_BIN" records --fixed --format zone |
        grep -E '^esp\.example\..*(SOA|NS)	'
} >knot/esp.example.zone
for port in 5411 5412 5413 5414 5415 none; do
    [ $port != none ] || bail "knotd does not start: $(cat knot.log)"
    cat >knot/knot.conf <<END
server:
    rundir: $work/knot
    listen: 127.0.0.1@$port
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stderr
    any: warning
database:
    storage: $work/knot/db
acl:
  - id: local
    address: 127.0.0.1
    action: [update, transfer]
zone:
  - domain: esp.example
    storage: $work/knot
    file: esp.example.zone
    acl: local
    zonefile-load: whole
    zonefile-sync: -1
END
    knotd -c knot/knot.conf >knot.log 2>&1 </dev/null &
    knot=$!
    tools_pids="$tools_pids $knot"
    for _ in $(seq 100); do
        kill -0 $knot 2>/dev/null || continue 2
        kdig @127.0.0.1 -p $port esp.example. SOA +timeout=1 +retry=0 \
            2>/dev/null | grep -q 'status: NOERROR' && break 2
        sleep 0.1
    done
done
is 1 "$(served | wc -l | tr -d ' ')" 'Knot has an empty zone'

"$SELKIE_BIN" records --all --format nsupdate |
    sed "s/^; server .*/server 127.0.0.1 $port/" >update
ok 'nsupdate takes it' nsupdate update
agrees 'Knot serves what was planned'
ok 'nsupdate takes it again' nsupdate update
agrees 'and nothing has changed'

# A record that changes: the old one goes.
sed -i 's/^two TXT "one"$/two TXT "three"/' ws/template.zone
run provision toffle --algorithm ed25519 --selector k1
ends 0 'another customer, and another text'
"$SELKIE_BIN" records --all --format knotc >commands
ok 'knotc takes it' env PATH="$PATH" sh -c '
    knotc() { command knotc -s "$0/knot/knot.sock" "$@"; }
    . "$0/commands"' "$work"
agrees 'Knot serves what was planned then'
ok 'knotc takes it again' env PATH="$PATH" sh -c '
    knotc() { command knotc -s "$0/knot/knot.sock" "$@"; }
    . "$0/commands"' "$work"
agrees 'and nothing has changed then'
ok_fail 'a script whose third command fails, fails' env PATH="$PATH" sh -c '
    knotc() {
        n=$((n + 1))
        [ $n != 3 ] && command knotc -s "$0/knot/knot.sock" "$@"
    }
    n=0
    . "$0/commands"' "$work"
ok 'and leaves no transaction in the way of the next' env PATH="$PATH" sh -c '
    knotc() { command knotc -s "$0/knot/knot.sock" "$@"; }
    . "$0/commands"' "$work"
agrees 'which does all of it'
kill $knot
wait $knot 2>/dev/null

# ---- PowerDNS ----

sql=/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql
# pdns_zone: what PowerDNS has, but for the zone's own SOA and NS, sorted.
pdns_zone() {
    pdnsutil list-zone esp.example 2>/dev/null | grep -v '^\$' >pdns.zone
    $readback zone pdns.zone | grep -v -e ' SOA ' -e '^[0-9a-f.]* NS ' | sort
}
# pdns_agrees NAME
pdns_agrees() {
    planned | grep -v '^[0-9a-f.]* NS ' >planned.list
    pdns_zone >served.list
    ok "$1" cmp planned.list served.list
    cmp -s planned.list served.list ||
        diag "$(diff planned.list served.list | cut -c 1-200 | head -n 6)"
}
pdns_has() {
    command -v pdnsutil >/dev/null && command -v pdns_server >/dev/null &&
        command -v sqlite3 >/dev/null && [ -f $sql ]
}
if pdns_has; then
    mkdir pdns
    sqlite3 pdns/zones.db <$sql
    cat >pdns/pdns.conf <<END
launch=gsqlite3
gsqlite3-database=$work/pdns/zones.db
socket-dir=$work/pdns
local-address=127.0.0.1
api=yes
api-key=test
webserver-address=127.0.0.1
webserver-port=5420
END
    pdnsutil() { command pdnsutil --config-dir="$work/pdns" "$@"; }
    pdnsutil create-zone esp.example >/dev/null 2>&1
    "$SELKIE_BIN" records --all --format pdnsutil >commands
    ok 'pdnsutil takes it' env PATH="$PATH" sh -c '
        pdnsutil() { command pdnsutil --config-dir="$0/pdns" "$@"; }
        . "$0/commands"' "$work"
    pdns_agrees 'PowerDNS has what was planned'

    # The same by its API: another text, and another customer.
    sed -i 's/^two TXT "three"$/two TXT "four"/' ws/template.zone
    run provision sniff --algorithm ed25519 --selector k1
    ends 0 'another customer'
    "$SELKIE_BIN" records --all --format pdns-api >body
    pdns_server --config-dir="$work/pdns" --daemon=no --guardian=no \
        --local-port=5421 >pdns.log 2>&1 </dev/null &
    tools_pids="$tools_pids $!"
    ok 'the API of PowerDNS takes it' perl -MHTTP::Tiny -e '
        my $url = "http://127.0.0.1:5420/api/v1/servers/localhost/zones";
        my %with = (headers => { "X-API-Key" => "test",
            "Content-Type" => "application/json" });
        my $http = HTTP::Tiny->new(timeout => 10);
        for (1 .. 100) {
            last if $http->get($url, \%with)->{success};
            select undef, undef, undef, 0.1;
        }
        open my $in, "<", "body" or die;
        my $answer = $http->request(PATCH => "$url/esp.example.",
            { %with, content => do { local $/; <$in> } });
        print "$answer->{status} $answer->{content}\n";
        exit !$answer->{success};'
    pdns_agrees 'PowerDNS has what was planned then'
else
    skip 'pdns_server, sqlite3 or pdns-backend-sqlite3 is not installed'
fi
done_testing
