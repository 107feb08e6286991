#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# selkie serve: what it refuses, what dig and a strict resolver get from it,
# and what it sees of changes.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
command -v dig >/dev/null || skip_all 'dig is not installed'
plan_lazy

SELKIE_SEAL_DIR=$work/seal
SELKIE_WORKSPACE=$work/esp
export SELKIE_SEAL_DIR SELKIE_WORKSPACE
zone=sausagemail.com

# serve ARGS...: starts it; sets server and port once it is ready.
serve() {
    rm -f "$work/ready"
    mkfifo "$work/ready" || bail 'mkfifo failed'
    "$SELKIE_BIN" serve "$@" >"$work/ready" 2>"$work/serve.err" </dev/null &
    server=$!
    tools_pids="$tools_pids $server"
    read -r said <"$work/ready" || said=
    port=$(sed -n 's/.*listening on .* port //p' "$work/serve.err" | head -n 1)
}

# ends_well SIGNAL NAME: the server ends with 0 when told so.
ends_well() {
    kill -"$1" "$server"
    wait "$server"
    is 0 $? "$2"
}

# ask NAME TYPE [OPTION...]: sets rcode, flags and answer.
ask() {
    asked=$1.$zone.
    [ "$1" != @ ] || asked=$zone.
    shift
    dig -p "$port" @127.0.0.1 +norec +noall +comments +answer +tries=1 \
        +time=5 "$asked" "$@" >"$work/dig" 2>&1
    rcode=$(sed -n 's/.*status: \([A-Z]*\),.*/\1/p' "$work/dig")
    flags=$(sed -n 's/^;; flags: \([a-z ]*\);.*/\1/p' "$work/dig")
    answer=$(grep -v '^;' "$work/dig" | grep .)
}

# waits_for FILE ERE: until a line is there; says so itself.
waits_for() {
    for tick in $(seq 100); do
        ! grep -Eq "$2" "$1" || return 0
        sleep 0.1
    done
    diag "nothing like '$2' after $tick looks"
    return 1
}

# ---- what it refuses ----

run serve
complains 2 'where to\? --listen' 'no address'
run serve --listen nonsense
complains 4 'no such|not found|no workspace|cannot' 'no workspace'
run init "$zone" --ns ns1=127.0.0.1 --ns ns2=127.0.0.2
ends 0 'init'
run serve --listen nonsense:0
complains 2 "'nonsense.*' is no IP address" 'no address that is one'
run serve --listen 127.0.0.1:70000
complains 2 'no port' 'no port that is one'
run serve --listen 127.0.0.1:0 --user no-such-user
complains 4 "there is no user 'no-such-user'" 'no such user'
run serve --listen 192.0.2.1:0
complains 4 "cannot listen on '192.0.2.1'" 'an address that is not here'
run serve --check --view "$work/none"
complains 4 "no published view in '$work/none'" 'no view'
run serve --check
ends 0 '--check'
printf 'nonsense\n' >"$work/broken.zone"
run serve --check --template "$work/broken.zone"
complains 4 "'$work/broken.zone', line 1" 'a broken template, checked'
run serve --listen 127.0.0.1:0 --template "$work/broken.zone"
ends 4 'a broken template, served'
unlike "$out" ready 'it was never ready'
cp -r "$work/esp/view" "$work/bad"
printf 'this is no database, but long enough to be one' |
    dd of="$work/bad/data.mdb" conv=notrunc status=none
dd if=/dev/zero of="$work/bad/data.mdb" bs=4096 count=2 conv=notrunc \
    status=none
run serve --check --view "$work/bad"
complains 4 "the view '$work/bad' is damaged" 'a damaged view'

# ---- what it answers ----

run provision snufkin --selector k1 --selector k2
ends 0 'a customer with an RSA key and an Ed25519 key'
run provision toffle --algorithm ed25519 --selector k1
ends 0 'another'
run provision moomin --algorithm ed25519,ed25519 --selector k1 --selector a.b
ends 0 'and one with a selector of two labels'
serve --listen 127.0.0.1:0
is ready "$said" 'it says that it is ready'
run serve --listen "127.0.0.1:$port"
complains 4 "port $port: another program does" 'a port that is in use'

keys='k1._domainkey.snufkin k2._domainkey.snufkin k1._domainkey.toffle k1._domainkey.moomin
    a.b._domainkey.moomin'
# a_key NAME: what its record is like; one of RSA-2048 is two strings.
a_key() {
    case $1 in
    k1._domainkey.snufkin)
        echo '"v=DKIM1; k=rsa; p=MII[A-Za-z0-9+/]{234}" "[A-Za-z0-9+/=]+"$'
        ;;
    *) echo '"v=DKIM1; k=ed25519; p=[A-Za-z0-9+/]{43}="$' ;;
    esac
}
for key in $keys; do
    ask "$key" TXT
    is 'NOERROR qr aa' "$rcode $flags" "$key is there"
    like "$answer" "$(a_key "$key")" "$key is a key"
    ask "$key" TXT +tcp
    is NOERROR "$rcode" "$key by TCP"
done
for name in _domainkey.snufkin b._domainkey.moomin _report._dmarc.reports; do
    ask "$name" TXT
    is 'NOERROR qr aa' "$rcode $flags" "$name exists"
    is '' "$answer" "$name has nothing"
done
for name in nobody _domainkey.nobody k3._domainkey.snufkin \
    b._domainkey.snufkin x.bounces.snufkin; do
    ask "$name" TXT
    is NXDOMAIN "$rcode" "$name does not exist"
done
ask K1._DomainKey.SNUFkin TXT
like "$answer" '^K1\._DomainKey\.SNUFkin\.' 'letters come back as they were'
ask @ AXFR
like "$(cat "$work/dig")" 'Transfer failed' 'no transfer'
ask @ ANY
is 1 "$(printf '%s\n' "$answer" | wc -l | tr -d ' ')" 'one RRset for ANY'
dig -p "$port" @127.0.0.1 +norec version.bind CH TXT >"$work/dig"
like "$(cat "$work/dig")" 'status: REFUSED' 'no version'
ask snufkin MX +edns=1 +noednsneg
is BADVERS "$rcode" 'EDNS version 1'

# ---- a resolver that asks label by label, and gives up at NXDOMAIN ----

if local_unbound yes "$zone=127.0.0.1@$port"; then
    server_port=$port
    port=$unbound_port
    for key in $keys; do
        ask "$key" TXT +rec
        is NOERROR "$rcode" "$key through a strict resolver"
        like "$answer" "$(a_key "$key")" "$key is a key there too"
    done
    ask _domainkey.snufkin TXT +rec
    is NOERROR "$rcode" '_domainkey exists for it'
    ask k1._domainkey.nobody TXT +rec
    is NXDOMAIN "$rcode" 'and that of nobody does not'
    port=$server_port
    kill $unbound_pid
else
    skip 'unbound is not installed, or finds no port'
fi

# ---- what changes ----

ask fillyjonk MX
is NXDOMAIN "$rcode" 'a customer to be'
run provision fillyjonk --algorithm ed25519 --selector k1
ends 0 'provision'
ask fillyjonk MX
is NOERROR "$rcode" 'is served at once'
run customer suspend fillyjonk
ask k1._domainkey.fillyjonk TXT
is NOERROR "$rcode" 'while suspended too'
run customer remove --yes fillyjonk
ends 0 'remove'
ask k1._domainkey.fillyjonk TXT
is NXDOMAIN "$rcode" 'no longer when removed'
ask snufkin MX
is NOERROR "$rcode" 'others stay'

printf 'more TXT "more"\n' >>"$work/esp/template.zone"
kill -HUP "$server"
ok 'the template is read again' waits_for "$work/serve.err" 'read again'
ask more TXT
is NOERROR "$rcode" 'and served'
printf 'broken nonsense\n' >>"$work/esp/template.zone"
kill -HUP "$server"
ok 'a broken one is told' waits_for "$work/serve.err" 'the old template stays'
like "$(cat "$work/serve.err")" "template.zone', line [0-9]+" 'with its line'
ask more TXT
is NOERROR "$rcode" 'the old one is served'
ends_well TERM 'SIGTERM ends it'
sed -i '$d' "$work/esp/template.zone"

# ---- a file of regexdns ----

run serve --regexdns x --view y --listen 127.0.0.1:0
complains 2 'needs no template' '--regexdns and a view'
run serve --check --regexdns "$work/none"
complains 4 "'$work/none'" 'no such file'
if [ -e "$SELKIE_SUITES/regexdns/sausagemail.zone" ]; then
    serve --listen 127.0.0.1:0 --regexdns \
        "$SELKIE_SUITES/regexdns/sausagemail.zone"
    is ready "$said" 'the example of regexdns is served as it is'
    ask k1._domainkey.anybody CNAME
    is NOERROR "$rcode" 'a key'
    ask _domainkey.anybody TXT
    is 'NOERROR ' "$rcode $answer" 'above it there is no data'
    ends_well TERM 'it ends'
else
    skip 'the suites are not here'
fi

# ---- the view, replaced by rename ----

# notified: one listens as a service manager does.
notified() {
    perl -MIO::Socket::UNIX -MSocket -e '
        my $s = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0])
            or die; $| = 1; print "listening\n";
        while (1) { $s->recv(my $m, 100) // die; print "$m\n"; }' \
        "$work/notify" >"$work/notified" 2>&1 </dev/null &
    tools_pids="$tools_pids $!"
    waits_for "$work/notified" listening
}
ok 'a service manager listens' notified
NOTIFY_SOCKET=$work/notify
export NOTIFY_SOCKET
serve --listen 127.0.0.1:0 --rate-limit 50
unset NOTIFY_SOCKET
is ready "$said" 'it serves with another limit'
ok 'and tells the service manager' waits_for "$work/notified" 'READY=1'
cp -r "$work/esp/view" "$work/was"
run provision hattifattener --algorithm ed25519 --selector k1
ask hattifattener MX
is NOERROR "$rcode" 'one more is served'
cp -r "$work/esp/view" "$work/next"
mv "$work/esp/view" "$work/gone"
sleep 0.3
ask hattifattener MX
is NOERROR "$rcode" 'while no view is there the old one stays'
mv "$work/was" "$work/esp/view"
ok 'another view is noticed' waits_for "$work/serve.err" 'replaced by another'
ask hattifattener MX
is NXDOMAIN "$rcode" 'and served'
ask snufkin MX
is NOERROR "$rcode" 'with all that it has'
mv "$work/esp/view" "$work/was"
mv "$work/bad" "$work/esp/view"
ok 'a damaged one is told' waits_for "$work/serve.err" 'the old view stays'
sleep 0.3
is 1 "$(grep -c 'the old view stays' "$work/serve.err")" 'once'
ask snufkin MX
is NOERROR "$rcode" 'and the old one is served'
mv "$work/esp/view" "$work/bad"
mv "$work/next" "$work/esp/view"
ok 'a good one again' waits_for "$work/serve.err" \
    'replaced by another'
for tick in $(seq 50); do
    ask hattifattener MX
    [ "$rcode" != NOERROR ] || break
    sleep 0.1
done
is NOERROR "$rcode" "is served in its turn (after $tick looks)"
run provision misabel --algorithm ed25519 --selector k1
ask misabel MX
is NOERROR "$rcode" 'and what is published into it'
ends_well TERM 'SIGTERM ends it again'
ok 'as the service manager is told' waits_for "$work/notified" 'STOPPING=1'

# ---- another user ----

if [ "$(id -u)" -eq 0 ] && id nobody >/dev/null 2>&1; then
    mkdir "$work/public"
    chmod 755 "$work" "$work/public"
    mkdir "$work/public/view"
    chgrp "$(id -g nobody)" "$work/public/view"
    chmod 2770 "$work/public/view"
    printf 'view = %s\n' "$work/public/view" >>"$work/esp/selkie.conf"
    run publish
    ends 0 'a view for a group'
    cp "$work/esp/template.zone" "$work/public/template.zone"
    chmod 644 "$work/public/template.zone"
    serve --listen 127.0.0.1:0 --user nobody --view "$work/public/view" \
        --template "$work/public/template.zone"
    is ready "$said" 'it serves as another user'
    is "$(id -u nobody)" "$(awk '/^Uid:/{print $2}' "/proc/$server/status")" \
        'and is that'
    ask snufkin MX
    is NOERROR "$rcode" 'and answers'
    run provision hemulen --algorithm ed25519 --selector k1
    ask hemulen MX
    is NOERROR "$rcode" 'and sees what is published'
    ends_well INT 'SIGINT ends it'
    run serve --listen 127.0.0.1:0 --user nobody
    ends 4 'a workspace that it may not read'
else
    skip 'only root can become another user'
fi
done_testing
