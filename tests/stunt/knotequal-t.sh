#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Ten thousand customers: selkie serve, and Knot DNS with the static zone that
# template expand writes, must answer alike: rcode, flags, every section.
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

# ---- two servers ----

mkfifo "$work/ready" || bail 'mkfifo failed'
"$SELKIE_BIN" serve --listen 127.0.0.1:0 --rate-limit 0 >"$work/ready" \
    2>"$work/serve.err" </dev/null &
tools_pids="$tools_pids $!"
read -r said <"$work/ready" || said=
is ready "$said" 'selkie serves'
port=$(sed -n 's/.*listening on .* port //p' "$work/serve.err" | head -n 1)

# knot: sets knot_port.
knot() {
    for knot_port in 5601 5602 5603 5604; do
        cat >"$work/knot.conf" <<CONF
server:
    rundir: "$work"
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
    storage: "$work/knotdb"
zone:
  - domain: $zone
    file: "$work/static.zone"
    zonefile-sync: -1
    journal-content: none
    semantic-checks: on
CONF
        "$knotd" -c "$work/knot.conf" >"$work/knot.out" 2>&1 </dev/null &
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
knot || bail "knotd does not serve: $(cat "$work/knot.out")"
is '' "$(grep -i error "$work/knot.out")" 'Knot loads the zone without error'

perl "$SELKIE_SOURCE/tests/stunt/compare.pl" compare "$port" "$knot_port" \
    "$zone" "$work/static.zone" >"$work/compared" 2>&1
is 0 $? 'both answer alike'
while read -r line; do
    diag "$line"
done <"$work/compared"
done_testing
