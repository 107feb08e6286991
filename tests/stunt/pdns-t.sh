#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# selkie pdns: its lines and its JSON, and what a real PowerDNS makes of them
# beside selkie serve.  What differs there is a row of a table, with its cause.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
plan_lazy

SELKIE_SEAL_DIR=$work/seal
SELKIE_WORKSPACE=$work/esp
export SELKIE_SEAL_DIR SELKIE_WORKSPACE
zone=sausagemail.com

# pipe TEXT: what the pipe says to it, printf's escapes heeded; tabs are |.
pipe() {
    status=0
    printf '%b' "$1" | tr '|' '\t' |
        timeout $tools_patience "$SELKIE_BIN" pdns >"$work/out" \
            2>"$work/err" || status=$?
    out=$(tr '\t' '|' <"$work/out")
    err=$(cat "$work/err")
}

run pdns
ends 4 'no workspace'
run init "$zone" --ns ns1=192.0.2.1 --ns ns2=192.0.2.2
ends 0 'init'
printf '%s\n' '*.wild TXT "wild"' 'a.b.wild TXT "deep"' \
    'alias.{customer} CNAME {customer}' >>"$work/esp/template.zone"
run provision snufkin toffle --algorithm ed25519 --selector k1
ends 0 'two customers'
run pdns --regexdns x --view y
complains 2 'needs no template' '--regexdns and a view'

# ---- the pipe's lines ----

q1='|IN|%s|-1|127.0.0.1'
# asked NAME TYPE: a question of version 1.
asked() {
    # shellcheck disable=SC2059 # the form is ours
    printf "Q|%s$q1" "$1" "$2"
}
pipe 'HELO|1\n'
is 'OK|selkie' "$out" 'the handshake'
ends 0 'and the end'
for bad in '' 'HELO\n' 'HELO|0\n' 'HELO|6\n' 'HELO|1|2\n' 'Q|x\n' \
    '\n' 'HELO|\0001\n'; do
    pipe "$bad"
    unlike "$out" '^OK' "no handshake: '$bad'"
done
ends 4 'which is a failure'
pipe "HELO|1\n$(asked k1._domainkey.snufkin.$zone TXT)\n"
like "$out" "^DATA\|k1._domainkey.snufkin.$zone\|IN\|TXT\|3600\|-1\|\"v=DKIM1; k=ed25519; p=[A-Za-z0-9+/]{43}=\"$" \
    'a key'
is END "$(printf '%s\n' "$out" | tail -n 1)" 'and the end of it'
pipe "HELO|1\n$(asked snufkin.$zone MX)\n"
like "$out" "\|MX\|3600\|-1\|10\|mx\.$zone\.$" 'a tab after the priority'
pipe "HELO|1\n$(asked snufkin.$zone ANY)\n"
is 'DATA MX DATA TXT' "$(printf '%s\n' "$out" |
    sed -n 's/^DATA|[^|]*|IN|\([A-Z]*\)|.*/DATA \1/p' | sort |
    tr '\n' ' ' | sed 's/ $//')" 'ANY is all types'
pipe "HELO|1\n$(asked nobody.$zone ANY)\n"
unlike "$out" DATA 'nothing of nobody'
is END "$(printf '%s\n' "$out" | tail -n 1)" 'which is an answer'
pipe "HELO|1\n$(asked _domainkey.snufkin.$zone ANY)\n"
like "$out" 'TYPE65534' 'what exists through names below it'
pipe "HELO|1\n$(asked "*.snufkin.$zone" ANY)\n"
unlike "$out" DATA 'no wildcards'
pipe "HELO|2\n$(asked snufkin.$zone MX)|127.0.0.1\n"
like "$out" '^DATA\|snufkin' 'version 2'
pipe "HELO|3\n$(asked snufkin.$zone MX)|127.0.0.1|0.0.0.0/0\n"
like "$out" '^DATA\|0\|1\|snufkin' 'version 3'
pipe "HELO|5\nCMD|reload\nCMD|x\n$(asked snufkin.$zone MX)|127.0.0.1|0.0.0.0/0\n"
is 3 "$(printf '%s\n' "$out" | grep -c '^END$')" 'version 5 has commands'
like "$err" 'the template was read again' 'reload reads the template'
long=$(printf '%020000d' 0)
pipe "HELO|1\nQ\nQ|||||\nQ|x|CH|TXT|1|2\nQ|x|IN|NOTYPE|1|2\n$(asked x.$zone TXT)|9\n\\0377\\0376|\n$long\nAXFR|1\nPING\n$(asked snufkin.$zone MX)\n"
is 8 "$(printf '%s\n' "$out" | grep -c '^FAIL$')" 'eight lines that are none'
like "$out" '^DATA\|snufkin' 'and the next is answered'

# ---- what an idle pipe leaves to the publisher ----

# churn: enough changes that freed pages are used again, or are not.
churn() {
    for turn in $(seq 10); do
        "$SELKIE_BIN" customer suspend toffle >/dev/null &&
            "$SELKIE_BIN" customer resume toffle >/dev/null || return
    done
    view_size=$(wc -c <"$work/esp/view/data.mdb")
}
mkfifo "$work/asked" "$work/told"
"$SELKIE_BIN" pdns <"$work/asked" >"$work/told" 2>"$work/err" &
tools_pids="$tools_pids $!"
exec 5>"$work/asked" 6<"$work/told"
printf 'HELO\t1\n%b\n' "$(asked "snufkin.$zone" MX | tr '|' '\t')" >&5
while read -r said <&6 && [ "$said" != END ]; do :; done
is END "$said" 'a pipe has answered, and waits'
ok 'customers come and go' churn
before=$view_size
ok 'and again' churn
ok "their pages are used again: $before and $view_size octets" \
    [ "$view_size" -le $((before + 8192)) ]
exec 5>&- 6<&-

# ---- PowerDNS itself ----

for tool in pdns_server kdig; do
    command -v $tool >/dev/null || {
        skip "$tool is not installed: nothing is known of PowerDNS itself"
        done_testing
        exit
    }
done
waits_for() {
    for tick in $(seq 100); do
        ! grep -Eq "$2" "$1" 2>/dev/null || return 0
        sleep 0.1
    done
    diag "nothing like '$2' in '$1' after $tick looks"
    return 1
}
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

# powerdns KIND: with the example's settings, their paths changed.
powerdns() {
    pdns_port=$(free_port) || return 1
    mkdir -p "$work/$1"
    sed -e "s|/run/selkie/pdns.sock|$work/pdns.sock|" \
        -e "s|/usr/bin/selkie|$SELKIE_BIN|" \
        -e "s|/var/lib/selkie/view|$work/esp/view|" \
        -e "s|/etc/selkie/template.zone|$work/esp/template.zone|" \
        -e "s|^local-address=.*|local-address=127.0.0.1|; /^set[gu]id/d" \
        "$SELKIE_SOURCE/share/examples/powerdns/$1.conf" \
        >"$work/$1/pdns.conf"
    printf '%s\n' "local-port=$pdns_port" "socket-dir=$work/$1" \
        'daemon=no' 'guardian=no' 'loglevel=4' >>"$work/$1/pdns.conf"
    pdns_server --config-dir="$work/$1" >"$work/$1/log" 2>&1 </dev/null &
    pdns_pid=$!
    tools_pids="$tools_pids $pdns_pid"
    for tick in $(seq 100); do
        ask "$pdns_port" "$zone" SOA
        [ "$rcode" != NOERROR ] || return 0
        sleep 0.1
    done
    diag "no answer after $tick looks: $(cat "$work/$1/log")"
    return 1
}
ask() {
    kdig -p "$1" @127.0.0.1 +retry=0 +timeout=5 "$2" "$3" >"$work/kdig" 2>&1
    rcode=$(sed -n 's/.*status: \([A-Z]*\);.*/\1/p' "$work/kdig")
}
# answers PORT NAME TYPE: rcode and the answer section, sorted.
answers() {
    ask "$@"
    printf '%s\n' "$rcode"
    sed -n '/^;; ANSWER/,/^$/{/^;;/d;p}' "$work/kdig" | tr -s '\t ' ' ' |
        grep . | sort
}

# What PowerDNS says otherwise: kind, name, type, what it says, why.  "all":
# every record of the name; else a type that is added.
exceptions() {
    cat <<'TABLE'
both snufkin ANY all PowerDNS answers ANY with every record, or truncates it
both toffle ANY all likewise
both bounces.toffle ANY all likewise
both mx ANY all likewise
both alias.toffle ANY all and it follows an alias for ANY too
pipe _domainkey.snufkin ANY TYPE65534 a line cannot say that a name is empty
pipe b.wild ANY TYPE65534 likewise
pipe wild ANY TYPE65534 likewise
TABLE
}
# wanted KIND NAME TYPE: what selkie serve says, but for the exceptions.
wanted() {
    says=$(exceptions | awk -v k="$1" -v n="$2" -v t="$3" \
        '($1 == k || $1 == "both") && $2 == n && $3 == t { print $4 }')
    case $says in
    '') answers "$serve_port" "$2.$zone" "$3" ;;
    all)
        for each in TXT MX A; do
            answers "$serve_port" "$2.$zone" $each
        done | sort -u
        ;;
    *)
        answers "$serve_port" "$2.$zone" "$3"
        printf '%s\n' "$2.$zone. 0 IN $says \\# 0"
        ;;
    esac
}
compare() {
    for name in k1._domainkey.snufkin _domainkey.snufkin \
        k2._domainkey.snufkin snufkin toffle nobody _domainkey.nobody \
        x.snufkin _dmarc.toffle bounces.toffle mx alias.toffle x.wild \
        b.wild x.b.wild a.b.wild wild; do
        for type in TXT MX A ANY; do
            wanted "$1" "$name" $type >"$work/wanted"
            answers "$pdns_port" "$name.$zone" $type >"$work/seen"
            is "$(cat "$work/wanted")" "$(cat "$work/seen")" \
                "$1: $name $type"
        done
    done
    run provision "new-$1" --algorithm ed25519 --selector k1
    for tick in $(seq 50); do
        ask "$pdns_port" "new-$1.$zone" MX
        [ "$rcode" != NOERROR ] || break
        sleep 0.1
    done
    is NOERROR "$rcode" "$1: what is published is seen (after $tick looks)"
}

mkfifo "$work/ready"
"$SELKIE_BIN" serve --listen 127.0.0.1:0 >"$work/ready" 2>"$work/serve.err" \
    </dev/null &
tools_pids="$tools_pids $!"
read -r said <"$work/ready"
is ready "$said" 'selkie serve is ready'
serve_port=$(sed -n 's/.*listening on .* port //p' "$work/serve.err")

ok 'PowerDNS with the pipe' powerdns pipe && compare pipe
kill "$pdns_pid"
wait "$pdns_pid" 2>/dev/null

"$SELKIE_BIN" pdns --socket "$work/pdns.sock" >"$work/pdns.out" \
    2>"$work/pdns.err" </dev/null &
remote_pid=$!
tools_pids="$tools_pids $remote_pid"
ok 'the socket is there' waits_for "$work/pdns.out" '^ready'
run pdns --socket "$work/pdns.sock"
complains 4 'cannot listen on' 'a socket that is in use'
ok 'PowerDNS with the socket' powerdns remote && compare remote
kill "$pdns_pid"
wait "$pdns_pid" 2>/dev/null

# remote TEXT: what the socket says to it, until it closes or is silent.
remote() {
    out=$(perl -MIO::Socket::UNIX -e '
        my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die;
        $s->print($ARGV[1]); shutdown $s, 1; local $/;
        print <$s>;' "$work/pdns.sock" "$(printf '%b' "$1")
")
}
remote '{"method":"initialize","parameters":{}}'
is '{"result":true}' "$out" 'initialize'
remote '{"method":"lookup","parameters":{"qtype":"MX","qname":"snufkin.sausagemail.com."}}'
like "$out" '"content":"10 mx.sausagemail.com."' 'lookup'
remote '{"method":"getDomainInfo","parameters":{"name":"sausagemail.com."}}'
like "$out" '"kind":"native"' 'getDomainInfo'
remote '{"method":"getDomainInfo","parameters":{"name":"x.example."}}'
is '{"result":false}' "$out" 'of another zone'
remote '{"method":"setNotified"}'
is '{"result":false}' "$out" 'a method that is none'
for bad in '{' 'x' '[]' '{"method":1}' '{"method":"lookup"}' '\0001' \
    '{"method":"lookup","parameters":{"qtype":"ANY","qname":"a..b."}}'; do
    remote "$bad"
    unlike "$out" 'content' "nothing for $bad"
done
kill "$remote_pid"
wait "$remote_pid"
is 0 $? 'SIGTERM ends it'
ok 'and the socket is gone' test ! -e "$work/pdns.sock"

# ---- a file of several zones ----

printf '%s.example 60 IN SOA ns h 1 2 3 4 5\n' one two >"$work/zones.conf"
"$SELKIE_BIN" pdns --socket "$work/pdns.sock" --regexdns "$work/zones.conf" \
    >"$work/pdns.out" 2>"$work/pdns.err" </dev/null &
remote_pid=$!
tools_pids="$tools_pids $remote_pid"
ok 'it serves' waits_for "$work/pdns.out" '^ready'
all='{"method":"getAllDomains","parameters":{"include_disabled":false}}'
zones() {
    remote "$1"
    printf '%s\n' "$out" | tr '{}' '\n\n' |
        sed -n 's/.*"id":\([0-9]*\),"zone":"\([^"]*\)".*/\1 \2/p'
}
is '1 one.example.
2 two.example.' "$(zones "$all")" 'all zones'
is '2 two.example.' \
    "$(zones '{"method":"getDomainInfo","parameters":{"name":"two.example."}}')" \
    'one of them'
echo 'six.example 60 IN SOA ns h 1 2 3 4 5' >>"$work/zones.conf"
kill -HUP "$remote_pid"
ok 'one more' waits_for "$work/pdns.err" 'read again'
is '3 six.example.' "$(zones "$all" | tail -n 1)" 'is there after a reload'
kill "$remote_pid"
wait "$remote_pid"
done_testing
