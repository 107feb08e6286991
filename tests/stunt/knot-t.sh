#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# mod-selkie in a real knotd: the same answers as selkie serve, signed ones
# that unbound validates, and what it sees of changes.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
for tool in knotd kdig unbound pkg-config; do
    command -v $tool >/dev/null || skip_all "$tool is not installed"
done
module=${SELKIE_BUILD:-$SELKIE_SOURCE/build}/knot/selkie.so
if [ ! -e "$module" ]; then
    [ -e /usr/include/knot/module.h ] ||
        skip_all 'no module was built, and libknot-dev is not installed'
    module=$work/selkie.so
    "$SELKIE_SOURCE/knot/build" "$module" >"$work/build" 2>&1 ||
        bail "knot/build: $(cat "$work/build")"
fi
plan_lazy

SELKIE_SEAL_DIR=$work/seal
SELKIE_WORKSPACE=$work/esp
export SELKIE_SEAL_DIR SELKIE_WORKSPACE
zone=sausagemail.com
example=$SELKIE_SOURCE/share/examples/knot

# waits_for FILE ERE: until a line is there.
waits_for() {
    for tick in $(seq 100); do
        ! grep -Eq "$2" "$1" 2>/dev/null || return 0
        sleep 0.1
    done
    diag "nothing like '$2' in '$1' after $tick looks"
    return 1
}

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

# knot: the example's configuration, its paths changed, started; sets
# knot_pid and knot_port.
knot() {
    knot_port=$(free_port) || return 1
    sed -e "s|/run/knot|$work/run|; s|/var/lib/knot|$work/keys|" \
        -e "s|/usr/lib/knot/selkie.so|$module|" \
        -e "s|/var/lib/selkie/view|$work/esp/view|" \
        -e "s|/etc/selkie/template.zone|$work/esp/template.zone|" \
        -e "s|\"/etc/knot\"|\"$example\"|" \
        -e "s|listen: .*|listen: 127.0.0.1@$knot_port|; /user:/d" \
        -e "s|target: syslog|target: \"$work/knot.log\"|" \
        -e "s|^server:|&\\n    udp-workers: 2\\n    tcp-workers: 1|" \
        -e "$1" "$example/knot.conf" >"$work/knot.conf"
    mkdir -p "$work/run" "$work/keys"
    : >"$work/knot.log"
    knotd -c "$work/knot.conf" >"$work/knotd.out" 2>&1 </dev/null &
    knot_pid=$!
    tools_pids="$tools_pids $knot_pid"
    waits_for "$work/knot.log" 'server started' || {
        diag "$(cat "$work/knotd.out" "$work/knot.log")"
        return 1
    }
}
ends_knot() {
    kill "$knot_pid"
    wait "$knot_pid"
}

# ask PORT NAME TYPE [OPTION...]: sets rcode, flags and answer.
ask() {
    kdig -p "$1" @127.0.0.1 +retry=0 +timeout=5 "$2" "$3" \
        ${4+"$4"} >"$work/kdig" 2>&1
    rcode=$(sed -n 's/.*status: \([A-Z]*\);.*/\1/p' "$work/kdig")
    flags=$(sed -n 's/^;; Flags: \([a-z ]*\);.*/\1/p' "$work/kdig")
    answer=$(grep -v '^;' "$work/kdig" | grep .)
}
# same NAME TYPE [OPTION...]: knotd and selkie serve say the same, but for
# the order of records.
same() {
    ask "$serve_port" "$@"
    grep -Ev '^;; (From|Time|Received)|id: ' "$work/kdig" | sort \
        >"$work/wanted"
    wanted="$rcode $flags"
    ask "$knot_port" "$@"
    grep -Ev '^;; (From|Time|Received)|id: ' "$work/kdig" | sort >"$work/seen"
    is "$wanted" "$rcode $flags" "$*: flags"
    is "$(cat "$work/wanted")" "$(cat "$work/seen")" "$*: records"
}

run init "$zone" --ns ns1=192.0.2.1 --ns ns2=192.0.2.2
ends 0 'init'
cat >>"$work/esp/template.zone" <<'ZONE'
{customer}.alias CNAME {customer}
chain.{customer} CNAME {customer}.alias
gone.{customer} CNAME nothing.{customer}
out.{customer} CNAME www.elsewhere.example.
cut NS ns.cut
ns.cut A 192.0.2.7
dn DNAME mx
*.wild TXT "wild"
a.b.wild TXT "deep"
ZONE
run provision snufkin toffle --algorithm ed25519 --selector k1
ends 0 'two customers'

# ---- not signed: what selkie serve says ----

# start_serve ARGS...: sets serve_pid and serve_port.
start_serve() {
    rm -f "$work/ready"
    mkfifo "$work/ready"
    "$SELKIE_BIN" serve --listen 127.0.0.1:0 "$@" >"$work/ready" \
        2>"$work/serve.err" </dev/null &
    serve_pid=$!
    tools_pids="$tools_pids $serve_pid"
    read -r said <"$work/ready"
    is ready "$said" 'selkie serve is ready'
    serve_port=$(sed -n 's/.*listening on .* port //p' "$work/serve.err")
}
start_serve
knot "s|, mod-onlinesign/$zone||; s|, mod-onlinesign/sausagemail||" ||
    bail 'knotd does not start with the example'
for name in k1._domainkey.snufkin _domainkey.snufkin k2._domainkey.snufkin \
    snufkin nobody _domainkey.nobody x.snufkin _dmarc.toffle \
    bounces.toffle mx toffle.alias chain.snufkin gone.snufkin out.snufkin \
    nobody.alias wild x.wild b.wild x.b.wild a.b.wild x.dn dn; do
    same "$name.$zone" TXT
    same "$name.$zone" MX
done
for type in SOA NS MX TXT A DS ANY CNAME; do
    same "$zone" "$type"
    same "snufkin.$zone" "$type"
    same "cut.$zone" "$type"
done
same "x.cut.$zone" A
for name in snufkin _domainkey.snufkin nobody cut x.cut toffle.alias \
    gone.snufkin; do
    same "$name.$zone" NSEC
    same "$name.$zone" RRSIG
done
same "K1._DomainKey.SNUFkin.$zone" TXT
same "snufkin.$zone" MX +tcp
same "snufkin.$zone" MX +bufsize=512
same "snufkin.$zone" MX +dnssec
ask "$knot_port" "$zone" AXFR
like "$(cat "$work/kdig")" 'NOTAUTH|REFUSED|failed' 'no transfer'
run provision hemulen --algorithm ed25519 --selector k1
for tick in $(seq 10); do
    ask "$knot_port" "hemulen.$zone" MX
    [ "$rcode" != NOERROR ] || break
    sleep 0.1
done
is NOERROR "$rcode" "what is published is seen (after $tick looks)"
run customer remove --yes hemulen
ask "$knot_port" "hemulen.$zone" MX
is NXDOMAIN "$rcode" 'and what is removed'

# knotc reload reads the template again, and keeps one that was good.
reload() {
    kill -HUP "$knot_pid"
    waits_for "$work/knot.log" "$1"
}
printf 'more TXT "more"\n' >>"$work/esp/template.zone"
ok 'a reload reads the template' reload 'read again'
ask "$knot_port" "more.$zone" TXT
is NOERROR "$rcode" 'and it is served'
printf 'broken nonsense\n' >>"$work/esp/template.zone"
ok 'a broken one is told' reload "template.zone', line [0-9]+.*stays"
ask "$knot_port" "more.$zone" TXT
is NOERROR "$rcode" 'and the old one stays'
sed -i '$d' "$work/esp/template.zone"
cp -r "$work/esp/view" "$work/next"
mv "$work/esp/view" "$work/gone"
mv "$work/next" "$work/esp/view"
sleep 0.2
ask "$knot_port" "snufkin.$zone" MX
is NOERROR "$rcode" 'another view in its place'
ok 'is noticed' waits_for "$work/knot.log" 'replaced by another'
ends_knot

# No view at the start: a failure, never an absence; then it is there.
mv "$work/esp/view" "$work/gone2"
knot "s|, mod-onlinesign/sausagemail||" || bail 'knotd does not start again'
ok 'that there is no view is told' waits_for "$work/knot.log" \
    'no published view'
ask "$knot_port" "snufkin.$zone" MX
is SERVFAIL "$rcode" 'and no name is absent'
ask "$knot_port" "snufkin.$zone" NSEC
is SERVFAIL "$rcode" 'nor is it for NSEC'
ask "$knot_port" "$zone" TXT +dnssec
is SERVFAIL "$rcode" 'nor are records of the apex, under DO'
mv "$work/gone2" "$work/esp/view"
for tick in $(seq 50); do
    ask "$knot_port" "snufkin.$zone" MX
    [ "$rcode" != NOERROR ] || break
    sleep 0.1
done
is NOERROR "$rcode" "once it is there it is served (after $tick looks)"
ends_knot

# ---- signed by mod-onlinesign, validated by unbound ----

knot '' || bail 'knotd does not start signed'
ask "$knot_port" "$zone" DNSKEY
is NOERROR "$rcode" 'the zone has a key'
anchor=$(printf '%s\n' "$answer" | grep DNSKEY | head -n 1)
resolver_port=$(free_port)
cat >"$work/unbound.conf" <<CONF
server:
    directory: "$work"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    logfile: "$work/unbound.log"
    val-log-level: 2
    do-daemonize: no
    interface: 127.0.0.1@$resolver_port
    do-not-query-localhost: no
    module-config: "validator iterator"
    trust-anchor: "$anchor"
    qname-minimisation: yes
    qname-minimisation-strict: yes
    aggressive-nsec: yes
stub-zone:
    name: "$zone"
    stub-addr: 127.0.0.1@$knot_port
CONF
unbound -d -c "$work/unbound.conf" >/dev/null 2>&1 </dev/null &
tools_pids="$tools_pids $!"
for tick in $(seq 50); do
    ask "$resolver_port" "$zone" SOA
    [ "$rcode" != NOERROR ] || break
    sleep 0.1
done
is NOERROR "$rcode" "unbound answers (after $tick looks)"
# secure NAME TYPE ERE: validated, and the answer is like that.
secure() {
    ask "$resolver_port" "$1.$zone" "$2" +adflag
    is NOERROR "$rcode" "$1 $2 resolves"
    like "$flags" '(^| )ad( |$)' "$1 $2 is validated"
    like "$answer" "$3" "$1 $2 is what it should be"
}
secure k1._domainkey.snufkin TXT 'v=DKIM1; k=ed25519; p=[A-Za-z0-9+/]{43}='
secure k1._domainkey.nobody TXT 'IN[[:space:]]SOA'
secure nobody MX 'IN[[:space:]]SOA'
secure nobody TXT 'IN[[:space:]]SOA'
secure _domainkey.snufkin TXT 'IN[[:space:]]SOA'
secure snufkin A 'IN[[:space:]]SOA'
secure snufkin MX '10 mx'
secure snufkin TXT 'v=spf1'
secure toffle.alias MX '10 mx'
secure chain.snufkin TXT 'v=spf1'
secure gone.snufkin TXT 'CNAME'
secure x.wild TXT wild
secure x.dn A '192.0.2.10|CNAME'
ask "$resolver_port" "$zone" MX +adflag
like "$flags" ' ad' 'the apex is validated'
ask "$resolver_port" "$zone" AAAA +adflag
like "$rcode $answer" '^NOERROR .*SOA' 'the apex has no AAAA'
like "$flags" ' ad' 'which is validated'
ask "$resolver_port" "$zone" TXT +adflag
like "$answer" 'v=spf1' 'nor is TXT denied by that'
ask "$knot_port" "nobody.$zone" MX +dnssec
is NOERROR "$rcode" 'under DO a missing name is NODATA'
like "$answer" 'NSEC[[:space:]]+\\000\.nobody' 'with the smallest NSEC'
ask "$knot_port" "nobody.$zone" MX
is NXDOMAIN "$rcode" 'without DO it does not exist'
for name in cut x.cut toffle.alias nobody; do
    for type in ANY NSEC A; do
        ask "$knot_port" "$name.$zone" $type +dnssec
        is NOERROR "$rcode" "$name $type is answered under DO"
    done
done
ok 'knotd is well' kill -0 "$knot_pid"
ends_knot

# ---- a file of regexdns, as it is ----

kill "$serve_pid"
printf '%s\n' 'sausagemail.com 3600 IN SOA ns1.sausagemail.com h.sausagemail.com 1 2 3 4 60' \
    '(?P<selector>[^.]+)\._domainkey\.(?P<customer>[^.]+)\.sausagemail\.com 60 IN CNAME ${selector}._dkim.sausagemail.com' \
    'k1\._dkim\.sausagemail\.com 60 IN TXT "v=DKIM1; p=AAAA"' \
    >"$work/regexdns.conf"
start_serve --regexdns "$work/regexdns.conf"
knot "/view:/d; s|template: .*template.zone.*|regexdns: $work/regexdns.conf|
    s|, mod-onlinesign/sausagemail||" || bail 'knotd does not start'
for name in k1._domainkey.snufkin _domainkey.snufkin snufkin k1._dkim; do
    same "$name.$zone" TXT
done
ask "$knot_port" "k1._domainkey.snufkin.$zone" TXT
like "$answer" 'p=AAAA' 'a key by its alias'
ends_knot
done_testing
