#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Ten thousand customers: selkie serve, mod-selkie in Knot DNS, and Knot with
# the static zone that template expand writes must answer alike: rcode, flags,
# every section; and PowerDNS with selkie behind it, rcode and answers, but for
# the exceptions that compare.pl lists.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
: "${SELKIE_BUILD:=$(dirname "$SELKIE_BIN")}"
SELKIE_BIN=$SELKIE_BUILD/tests/tools/selkie-testkeys
[ -x "$SELKIE_BIN" ] || skip_all "there is no '$SELKIE_BIN'"
knotd=$(command -v knotd || echo /usr/sbin/knotd)
[ -x "$knotd" ] || skip_all 'knotd is not installed'
plan_lazy

customers=${SELKIE_CUSTOMERS:-10000}
zone=sausagemail.com
export HOME="$work" SELKIE_SEAL_DIR="$work/seal" SELKIE_WORKSPACE="$work/ws"
unset XDG_CONFIG_HOME

# ---- who there is ----

run init $zone --ns ns1=127.0.0.1 --ns ns2=127.0.0.2
ends 0 'a workspace'
{
    echo customer,pool
    seq "$customers" | sed 's/.*/c&,pool&/; s/,pool[0-9]*[02468]$/,/'
} >"$work/customers.csv"
run provision --from "$work/customers.csv" --selector k1 --selector a.b
ends 0 "$customers customers"
run customer suspend c7
run customer remove --yes c9
cat >>"$work/ws/template.zone" <<'END'
pool.{customer}             CNAME {pool}.pools
always.{customer}           TXT "always"
*.wild.{customer}           TXT "any of {customer}"
x.wild.{customer}           MX 5 mx
a.b.wild.{customer}         TXT "deep"
alias.{customer}            CNAME k1._domainkey.{customer}
out.{customer}              CNAME www.elsewhere.example.
far.{customer}              CNAME nowhere.{customer}
{customer}.sub              NS ns.{customer}.sub
{customer}.sub              NS ns1
ns.{customer}.sub           A 192.0.2.9
dn.{customer}               DNAME wild.{customer}
*.pools                     TXT "some pool"
pool1.pools                 A 192.0.2.20
{customer}.over             TXT "all"
k.{customer}.over           TXT "all"
{customer:pool}.over        TXT "with {pool}"
{customer:suspended}.over   TXT "suspended"
_sip._tcp.{customer}        SRV 1 2 5060 mx
END
run template expand
ends 0 'expanded'
cp "$work/out" "$work/static.zone"

# ---- selkie, and the static zone ----

mkfifo "$work/ready" || bail 'mkfifo failed'
"$SELKIE_BIN" serve --listen 127.0.0.1:0 --rate-limit 0 >"$work/ready" \
    2>"$work/serve.err" </dev/null &
tools_pids="$tools_pids $!"
read -r said <"$work/ready" || said=
is ready "$said" 'selkie serves'
port=$(sed -n 's/.*listening on .* port //p' "$work/serve.err" | head -n 1)

# free_port: one that nobody has, for UDP and TCP.
free_port() {
    perl -MIO::Socket::INET -e '
        for (1 .. 50) {
            my $t = IO::Socket::INET->new(LocalAddr => "127.0.0.1",
                Proto => "tcp", Listen => 1) or next;
            IO::Socket::INET->new(LocalAddr => "127.0.0.1", Proto => "udp",
                LocalPort => $t->sockport) or next;
            print $t->sockport, "\n"; exit;
        }
        exit 1;'
}
# knot NAME ZONE_FILE [MODULES]: sets knot_port.
knot() {
    for turn in 1 2 3; do
        knot_port=$(free_port) || return
        mkdir -p "$work/$1.run" "$work/$1.db"
        cat >"$work/$1.conf" <<CONF
server:
    rundir: "$work/$1.run"
    listen: 127.0.0.1@$knot_port
    identity: ""
    version: ""
    nsid: ""
    edns-client-subnet: off
    udp-max-payload: 1232
log:
  - target: stderr
    any: warning
database:
    storage: "$work/$1.db"
${3-}
zone:
  - domain: $zone
    file: "$2"
    zonefile-sync: -1
    journal-content: none
    semantic-checks: on
    ${3:+module: mod-selkie/equal}
CONF
        "$knotd" -c "$work/$1.conf" >"$work/$1.out" 2>&1 </dev/null &
        knot_pid=$!
        tools_pids="$tools_pids $knot_pid"
        for tick in $(seq 300); do
            kill -0 $knot_pid 2>/dev/null || break
            perl "$SELKIE_SOURCE/tests/stunt/compare.pl" ready $knot_port \
                $zone && return 0
            sleep 0.1
        done
    done
    return 1
}
# alike HOW PORT WHAT: as the static zone in Knot, or else it is shown.
alike() {
    perl "$SELKIE_SOURCE/tests/stunt/compare.pl" "$1" "$2" "$static_port" \
        "$zone" "$work/static.zone" >"$work/compared" 2>&1
    is 0 $? "$3 answers as the static zone does"
    while read -r line; do
        diag "$line"
    done <"$work/compared"
}
knot static "$work/static.zone" ||
    bail "knotd does not serve: $(cat "$work/static.out")"
is '' "$(grep -i error "$work/static.out")" 'Knot loads the zone without error'
static_port=$knot_port
alike compare "$port" 'selkie serve'

# ---- the module in another Knot ----

module=$SELKIE_BUILD/knot/selkie.so
if [ ! -e "$module" ] && [ -e /usr/include/knot/module.h ]; then
    module=$work/selkie.so
    "$SELKIE_SOURCE/knot/build" "$module" >"$work/build" 2>&1 ||
        bail "knot/build: $(cat "$work/build")"
fi
if [ -e "$module" ]; then
    # Its own zone is the apex alone.
    awk -v apex="$zone." '$1 == apex && ($0 ~ /[ \t](SOA|NS)[ \t]/)' \
        "$work/static.zone" >"$work/apex.zone"
    knot module "$work/apex.zone" "module:
  - id: mod-selkie
    file: \"$module\"
mod-selkie:
  - id: equal
    view: \"$SELKIE_WORKSPACE/view\"
    template: \"$SELKIE_WORKSPACE/template.zone\"" ||
        bail "knotd does not serve by the module: $(cat "$work/module.out")"
    alike module "$knot_port" 'mod-selkie'
else
    skip 'no module was built, and libknot-dev is not installed'
fi

# ---- PowerDNS: rcode and answers ----

# powerdns KIND LAUNCH...: sets pdns_port.
powerdns() {
    kind=$1
    shift
    mkdir -p "$work/$kind"
    for turn in 1 2 3; do
        pdns_port=$(free_port) || return
        printf '%s\n' "$@" 'local-address=127.0.0.1' "local-port=$pdns_port" \
            "socket-dir=$work/$kind" daemon=no guardian=no loglevel=3 \
            'cache-ttl=0' 'query-cache-ttl=0' 'negquery-cache-ttl=0' \
            'dname-processing=yes' 'udp-truncation-threshold=1232' \
            >"$work/$kind/pdns.conf"
        pdns_server --config-dir="$work/$kind" >"$work/$kind/log" 2>&1 \
            </dev/null &
        pdns_pid=$!
        tools_pids="$tools_pids $pdns_pid"
        for tick in $(seq 50); do
            kill -0 $pdns_pid 2>/dev/null || break
            perl "$SELKIE_SOURCE/tests/stunt/compare.pl" ready $pdns_port \
                $zone && return 0
            sleep 0.1
        done
    done
    return 1
}
if command -v pdns_server >/dev/null; then
    "$SELKIE_BIN" pdns --socket "$work/pdns.sock" >"$work/pdns.out" \
        2>"$work/pdns.err" </dev/null &
    tools_pids="$tools_pids $!"
    powerdns remote launch=remote \
        "remote-connection-string=unix:path=$work/pdns.sock" ||
        bail "PowerDNS does not serve: $(cat "$work/remote/log")"
    alike remote "$pdns_port" 'PowerDNS over the socket'
    powerdns pipe launch=pipe pipe-abi-version=5 \
        zone-cache-refresh-interval=0 \
        "pipe-command=$SELKIE_BIN pdns" ||
        bail "PowerDNS does not serve: $(cat "$work/pipe/log")"
    alike pipe "$pdns_port" 'PowerDNS through the pipe'
else
    skip 'pdns_server is not installed' 2
fi
done_testing
