#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is wrong with the input is one clear line, or a finding that names what
# and where, and the exit status says which; whatever servers do, it is never
# taken for absence, and ends in time.
# shellcheck source=tests/tools/lib.sh disable=SC2086
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
here=$SELKIE_SOURCE/tests/tools
plan_lazy
cd "$work" || bail "no '$work'"
cp "$here/audit/offline.zone" good.zone
mkdir folder

# ---- the command line: 2 ----

options() {
    while read -r expression arguments; do
        run audit good.example $arguments
        complains 2 "$expression" "audit $arguments"
    done <<'END'
'--nonsense' --nonsense
'--fail-on' --fail-on loud
'yaml' --format yaml
'--zone' --zone
'-z' -z
'--timeout' --timeout 5
'--timeout' --timeout soon
'--max-in-flight' --max-in-flight 0
'--authority-port' --authority-port 65536
'--width' --width 10
'nowhere' --resolver nowhere
'127.0.0.1:99999' --resolver 127.0.0.1:99999
--record.*--replay --record a --replay b
--replay.*--zone --replay a --zone b
--resolver --resolver 127.0.0.1 --zone good.zone
-4.*-6 -4 -6
yesterday --at yesterday
2026-11-24 --at 2026-11-24
2026-02-30T00:00:00Z --at 2026-02-30T00:00:00Z
@1e9 --at @1e9
@99999999999999999999 --at @99999999999999999999
END
}
options
run audit --zone good.zone
complains 2 'domain' 'no domain at all'
like "$err" 'usage: selkie audit' 'how it is used is said too'

# ---- files: 4, and the place ----

# bad_file OPTION NAME ERE: the program is given a file of that text.
bad_file() {
    run audit $1 "$2" good.example
    complains 4 "$3" "$1 of a file with $2"
}
zone_of() {
    { printf '. SOA a. b. 1 2 3 4 5\n'; cat; } >"$1"
}
printf 'x.example. TXT "open\n' | zone_of 'an open quote'
bad_file --zone 'an open quote' ", line 2, column 16: "
printf 'x.example. A 192.0.2\n' | zone_of 'a bad address'
bad_file --zone 'a bad address' ", line 2, column [0-9]+: .*192\.0\.2"
printf 'x.example. TYPO x\n' | zone_of 'a bad type'
bad_file --zone 'a bad type' ", line 2, column [0-9]+: .*TYPO"
printf 'x.example. CNAME y.\n\nx.example. TXT x\n' | zone_of 'a CNAME and TXT'
bad_file --zone 'a CNAME and TXT' ", line 4.*CNAME"
printf 'a TXT x\n$INCLUDE good.zone\n' | zone_of 'an include'
bad_file --zone 'an include' ", line 3.*INCLUDE"
printf '$INCLUDE %s\n' 'itself' | zone_of 'itself'
run audit --allow-include --zone itself good.example
complains 4 "itself', line 2: .*INCLUDE" 'a zone that includes itself'
printf '$INCLUDE nothing\n' | zone_of 'nothing included'
run audit --allow-include --zone 'nothing included' good.example
complains 4 "nothing included', line 2.*nothing" 'an include of nothing'
printf '$GENERATE 1-9 a$ A 192.0.2.$\n' | zone_of 'generated'
bad_file --zone 'generated' ", line 2.*GENERATE"
printf 'x.example. TXT "a\000b"\n' | zone_of 'a NUL'
bad_file --zone 'a NUL' ", line 2, column 18: "
perl -e 'print "x.example. TXT ", "x" x 70000, "\n"' | zone_of 'a long text'
bad_file --zone 'a long text' ", line 2, column [0-9]+: .*too long"
perl -e 'print "x.example. TXT", " xxxxxxx" x 10000, "\n"' |
    zone_of 'many strings'
bad_file --zone 'many strings' ", line 2, column [0-9]+: .*too long"
printf ';! x.example. TXT LOST\n' | zone_of 'a bad outcome'
bad_file --zone 'a bad outcome' ", line 2: .*outcome"
printf 'x.example. TXT x\n' >'no SOA'
bad_file --zone 'no SOA' ", line 1: .*SOA"
perl -e 'srand 1; print map { chr rand 256 } 1 .. 10000' >'noise'
bad_file --zone 'noise' ", line [0-9]+, column [0-9]+: octet "
bad_file --zone 'absent' "'absent': No such file"
bad_file --zone folder "'folder': Is a directory"

printf 'x.example. 60 TXT "open\n' >'an open quote'
run audit --zone good.zone --overlay 'an open quote' good.example
complains 4 ", line 1, column 19: " 'an overlay with an open quote'
printf 'x.example. TXT a\n;! x.example. TXT GONE\n' >'a bad outcome'
run audit --zone good.zone --overlay 'a bad outcome' good.example
complains 4 ", line 2: .*outcome" 'an overlay with a bad outcome'
run audit --zone good.zone --overlay absent good.example
complains 4 "'absent': No such file" 'an overlay that is not there'

head='{"recording":1}'
line='"name":"x.example.","type":"TXT","outcome"'
: >'nothing in it'
bad_file --replay 'nothing in it' 'empty'
printf '{%s:"nodata"}\n' "$line" >'no head'
bad_file --replay 'no head' ', line 1: .*begins with'
printf '{"recording":2}\n' >'a later version'
bad_file --replay 'a later version' ', line 1: version 2 '
printf '{"recording":1,"clock":"noon"}\n' >'a bad clock'
bad_file --replay 'a bad clock' ', line 1: "clock"'
printf '%s\n{%s:"nodata"' "$head" "$line" >'a cut line'
bad_file --replay 'a cut line' ', line 2: '
printf '%s\n\n{%s:"lost"}\n' "$head" "$line" >'a bad outcome'
bad_file --replay 'a bad outcome' ", line 3: \"outcome\": 'lost'"
printf '%s\n{%s:"found"}\n' "$head" "$line" >'no answer'
bad_file --replay 'no answer' ', line 2: .*"answer"'
printf '%s\n{%s:"found","answer":["x.example. 60 TXT \\"open"]}\n' "$head" \
    "$line" >'bad data'
bad_file --replay 'bad data' ', line 2: "answer": .*quote'
printf '%s\n{%s:"nodata","colour":1}\n' "$head" "$line" >'a strange member'
bad_file --replay 'a strange member' ', line 2: "colour"'
printf '%s\n{%s:"nodata"}\n{%s:"nodata"}\n' "$head" "$line" "$line" >'twice'
bad_file --replay 'twice' ', line 3: '
perl -e 'print "{\"recording\":1}\n", "[" x 100000, "\n"' >'a deep tree'
bad_file --replay 'a deep tree' ', line 2: '
cp noise 'a recording of noise'
bad_file --replay 'a recording of noise' ', line [0-9]+: '
bad_file --replay 'absent' "'absent': No such file"
bad_file --replay folder "'folder': Is a directory"

printf 'spf.missing = loud\n' >'a bad severity'
run audit --zone good.zone --profile 'a bad severity' good.example
complains 4 ", line 1" 'a profile with a bad severity'
run audit --zone good.zone --from absent good.example
like "$err" "'absent': No such file" 'a list that is not there'
ends 4 'a list that is not there'
run audit --zone good.zone --from folder good.example
like "$err" "'folder': Is a directory" 'a list that is a folder'
ends 4 'a list that is a folder'

# Permissions do not bind root: somebody else is asked to read it.
chmod 755 "$work"
cp good.zone closed.zone
chmod 0 closed.zone
other=
[ "$(id -u)" -ne 0 ] || other='setpriv --reuid=65534 --clear-groups'
if $other "$SELKIE_BIN" --version >/dev/null 2>&1; then
    status=0
    $other "$SELKIE_BIN" audit --zone closed.zone good.example >out 2>err ||
        status=$?
    out=$(cat out) err=$(cat err)
    complains 4 "'closed.zone': Permission denied" 'a zone that is closed to us'
else
    skip 'a closed file: nobody else can run the program here'
fi

# ---- lines of input: the rest is done ----

# list NAME: the file "list" is audited; sets errors, one a line.
list() {
    run audit --zone good.zone --no-guess --format ndjson --quiet --from list
    ends "$1" "$2"
    is '' "$err" "$2: nothing on standard error"
    errors=$(perl -MJSON::PP -ne '
        my $subject = decode_json $_;
        print "$subject->{error}\n" if defined $subject->{error}' out)
}
printf 'good.example\nbad name\n\n# none\n-x.example\ngood.example #\n' >list
list 4 'a list with bad lines'
is 4 "$(wc -l <out)" 'each line that says something is a subject'
is "'list', line 2:
'list', line 5:
'list', line 6:" "$(echo "$errors" | cut -d' ' -f1-3)" 'and says where it stands'
is good "$(sed -n 1p out | perl -MJSON::PP -ne 'print decode_json($_)->{status}')" \
    'the good one is audited'
printf 'go\000od.example\ngood.example\n' >list
list 4 'a NUL octet in a name'
like "$errors" "^'list', line 1: .*NUL" 'it is named'
perl -e 'print "a" x 1000000, "\ngood.example\n"' >list
list 4 'a line of a million octets'
like "$errors" "^'list', line 1: .*too long" 'it is named'
is 2 "$(wc -l <out)" 'and the next one is audited'
perl -e 'print "l" x 64, ".example\n", "d." x 127, "example\na..b\n.\n"' >list
list 4 'names that are too long or empty'
is 4 "$(echo "$errors" | wc -l)" 'all of them'
printf '\033[31mred.example\n\377\376.example\n<b>.example\n' >list
list 4 'names with what a terminal would obey'
is 3 "$(echo "$errors" | wc -l)" 'all of them'
unlike "$(cat -v out)" '\^\[' 'and it does not come through'
run audit --zone good.zone --from list
unlike "$(cat -v out)" '\^\[' 'nor in text'
printf '\357\273\277good.example\r\ngood.example.\r\n' >list
list 0 'a list from elsewhere: a byte-order mark, CR LF'
: >list
list 0 'an empty list'
printf '# nothing\n\n' >list
list 0 'a list of comments'

# ---- output that cannot be written: 4 ----

run audit --zone good.zone --record folder/a/b good.example
complains 4 "'folder/a/b': No such file" 'a recording in no folder'
run audit --zone good.zone --record folder good.example
complains 4 "'folder': it is no regular file" 'a recording that is a folder'
if [ -c /dev/full ]; then
    run audit --zone good.zone --record /dev/full good.example
    complains 4 "'/dev/full'" 'a recording on a device'
    for form in text json ndjson tap; do
        status=0
        "$SELKIE_BIN" audit --zone good.zone --format $form good.example \
            >/dev/full 2>err || status=$?
        out='' err=$(cat err)
        complains 4 'standard output: No space left' "$form on a full disk"
    done
else
    skip 'a full disk: no /dev/full'
fi
status=0
"$SELKIE_BIN" audit --zone good.zone good.example >&- 2>err || status=$?
out='' err=$(cat err)
complains 4 'standard output' 'standard output is closed'

# ---- servers ----

# A zone of its own for each fault, all at one server: they are audited at
# once, and a server that fails in one is not dead for the others.
faults='drop wrong-id wrong-address wrong-question no-qr loop refused
    servfail servfail-bare notimp formerr truncate-no-tcp truncate-deaf bogus'
healthy='none truncate part formerr-edns formerr-bare no-aa ad'
cat >root.script <<'END'
rr . 60 SOA ns.root. host.root. 1 3600 600 86400 60
rr test. 60 SOA ns.root. host.root. 1 3600 600 86400 60
rr test. 60 NS ns.test.
rr ns.test. 60 A 127.0.0.1
END
script() {
    cat root.script
    for fault in $faults $healthy; do
        cat <<END
rr $fault.test. 3600 SOA ns.test. host.test. 1 3600 600 86400 300
rr $fault.test. 3600 NS ns.test.
rr $fault.test. 3600 TXT "v=spf1 ~all"
rr _dmarc.$fault.test. 3600 TXT "v=DMARC1; p=reject"
rr k1._domainkey.$fault.test. 3600 TXT "v=DKIM1; k=ed25519; p=qkU9qUTYTXMd+zxSlVo5rHJJoKzeOPmzwZRJjjy3L7s="
when $fault.test. TXT $fault
when *.$fault.test. ANY $fault
END
    done
}
script >faults.script
faulty_server faults.script
live="-4 -r $faulty_at --authority-port $faulty_port --timeout 100"

# judge NAME: of each subject "domain status spf domainkey dmarc outcome".
judge() {
    json subjects out | perl -MJSON::PP -ne '
        my $subject = decode_json $_;
        my $facts = $subject->{facts};
        my ($spf) = grep { $_->{id} eq "spf.temperror" }
            @{ $subject->{findings} };
        print join " ", $subject->{domain}, $subject->{status},
            $facts->{spf}{result}, $facts->{dkim}{domainkey},
            $facts->{dmarc}{rfc9989}{state},
            $spf ? ($spf->{state}, $spf->{evidence}[0]{outcome}) : "-";
        print "\n"'
}
outcome_of() {
    case $1 in
    drop | wrong-address | truncate-*) echo timeout ;;
    refused) echo refused ;;
    wrong-* | no-qr | loop) echo malformed ;;
    *) echo servfail ;;
    esac
}
set --
for fault in $faults $healthy; do
    set -- "$@" "$fault.test"
done
absence='(spf|dmarc)\.missing|selector-n'
run audit $live --resolvers-only -s k1 --no-guess --quiet --format json "$@"
ends 3 'a resolver of all faults'
is '' "$err" 'it says nothing on standard error'
judge >judged
for fault in $faults; do
    is "$fault.test unknown temperror unknown unknown unknown $(
        outcome_of "$fault")" "$(grep "^$fault\.test " judged)" \
        "$fault: nothing is good, nothing is absent"
done
for fault in $healthy; do
    is "$fault.test good ok exists known -" "$(grep "^$fault\.test " judged)" \
        "$fault: a resolver copes with it, and so do we"
done
unlike "$(findings)" "$absence" 'no absence is reported'

# The domain's own servers, asked by themselves, fail alike: that is found.
run audit $live -s k1 --no-guess --quiet --format json "$@"
ends 1 'servers of all faults'
judge >judged
for fault in $faults; do
    is "$fault.test bad temperror unknown unknown found $(
        outcome_of "$fault")" "$(grep "^$fault\.test " judged)" \
        "$fault: its servers are at fault"
done
unlike "$(findings)" "$absence" 'no absence is reported'

# In words: what it was, and of whom.
reasons() {
    while read -r fault expression; do
        run audit $live --resolvers-only --no-guess --width 200 $fault.test
        ends 3 "$fault"
        like "$(sed -n '/dmarc.temperror/,/->/p' out)" "note: $expression" \
            "$fault: the reason is told"
    done
}
reasons <<END
drop 127.0.0.1@$faulty_port does not answer
wrong-id an answer with another id
wrong-question an answer to another question
loop cut short or damaged
no-qr a question where an answer should be
truncate-no-tcp 127.0.0.1@$faulty_port truncates by UDP
END
# Octets that are no message name no question, so it is said of every one
# that waits: these have servers of their own.
for fault in garbage empty; do
    echo "when * ANY $fault" | cat - root.script >noise.script
    faulty_server noise.script
    live="-4 -r $faulty_at --authority-port $faulty_port --timeout 100"
    reasons <<END
$fault too short for a DNS message
END
done

# A record of 64 KB, aliases in a circle, and one on end.
cat root.script - >size.script <<'END'
rr huge.test. 3600 SOA ns.test. host.test. 1 3600 600 86400 300
rr huge.test. 3600 NS ns.test.
rr huge.test. 3600 TXT @65000
rr _dmarc.huge.test. 3600 TXT @65000
rr k1._domainkey.huge.test. 3600 TXT @65000
rr circle.test. 3600 SOA ns.test. host.test. 1 3600 600 86400 300
rr circle.test. 3600 NS ns.test.
rr circle.test. 3600 TXT "v=spf1 include:a.circle.test ~all"
rr a.circle.test. 3600 CNAME b.circle.test.
rr b.circle.test. 3600 CNAME a.circle.test.
rr _dmarc.circle.test. 3600 CNAME a.circle.test.
rr k1._domainkey.circle.test. 3600 CNAME k1._domainkey.circle.test.
END
faulty_server size.script
live="-4 -r $faulty_at --authority-port $faulty_port --timeout 500"
run audit $live -s k1 --no-guess --format json huge.test
ends 1 'records of 64 KB'
has dns.txt-over-1232 found huge.test. 'they are too large'
has dkim.not-a-key-record found k1._domainkey.huge.test. 'and read'
run audit $live -s k1 --no-guess huge.test
unlike "$out" '.{81}' 'and the text still fits'
run audit $live -s k1 --no-guess --format json circle.test
ends 1 'aliases in a circle'
has delegation.cname-loop found _dmarc.circle.test. 'the circle is named'
lacks dmarc.missing 'and is no absence'
lacks dkim.selector-nxdomain 'nor is that of a selector'

# Nobody there at all.
port=$(perl -MIO::Socket::INET -e '
    print IO::Socket::INET->new(LocalAddr => "127.0.0.1", Proto => "udp")
        ->sockport')
run audit -r 127.0.0.1@$port --timeout 100 --no-guess good.example
ends 3 'a resolver that is not there'
like "$out" "note: nothing listens at 127.0.0.1@$port" 'it is named'
run audit -r 127.0.0.1@$port --timeout 100 --no-guess --format json \
    good.example
is 'unknown null unknown' "$(fact status) $(fact facts.dmarc.rfc9989.policy) $(
    fact facts.dkim.domainkey)" 'nothing is known'
unlike "$(findings)" ' found ' 'nothing is found'

# ---- a signal in the middle ----

# The first few are answered at once, the others late: the run is long, and
# has written something when it is told to stop.
{
    cat root.script
    echo 'when *.late.test. ANY delay 50'
    echo 'rr late.test. 60 SOA ns.root. host.root. 1 3600 600 86400 60'
} >late.script
faulty_server late.script
live="-4 -r $faulty_at --authority-port $faulty_port --max-in-flight 60"
{ seq -f 'd%g.test' 1 20; seq -f 'd%g.late.test' 1 20000; } >many

# interrupted SIGNAL ARGS...: sets status; what it wrote is in out.
interrupted() {
    signal=$1
    shift
    : >out
    # A shell without job control has its children ignore SIGINT.
    perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV or die' "$SELKIE_BIN" audit \
        $live --resolvers-only --no-guess --from many "$@" \
        >out 2>err </dev/null &
    pid=$!
    tools_pids="$tools_pids $pid"
    tries=0
    until grep -q 'd9\.test' out; do
        tries=$((tries + 1))
        [ $tries -lt 600 ] && kill -0 $pid 2>/dev/null || break
        sleep 0.1
    done
    kill -"$signal" $pid
    status=0
    { wait $pid || status=$?; } 2>/dev/null
    out=$(cat out) err=$(cat err)
}
for case in 'INT 130' 'TERM 143'; do
    signal=${case% *}
    interrupted "$signal" --quiet --format json --record taken
    is "${case#* }" "$status" "SIG$signal: it dies of the signal"
    is '' "$err" "SIG$signal: --quiet, without a word"
    count=$(json domains out | wc -l)
    ok "SIG$signal: what is written is whole" json domains out
    ok "SIG$signal: it is a part ($count of 20020)" \
        test "$count" -ge 9 -a "$count" -lt 20020
    json domains out >domains
    ok "SIG$signal: in the order of the input" perl -e '
        open my $all, "<", "many"; open my $some, "<", "domains";
        while (my $domain = <$some>) {
            while (($_ = <$all>) ne $domain) { die $domain if eof $all }
        }'
    ok "SIG$signal: the recording is in place" grep -q '"d9.test."' taken
done
interrupted INT --format text
like "$(tail -n 1 out)" '^[0-9]+ looked at: ' 'text is summed up'
like "$err" '^selkie: audit: note: interrupted after [0-9]+ domains$' \
    'and it is said that this is not all'
done_testing
