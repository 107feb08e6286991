#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every form of selkie records, read back by a reader that knows nothing of
# selkie: the same records, with texts of every length and of every octet.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
command -v python3 >/dev/null || skip_all 'python3 is not installed'
plan_lazy
readback="python3 $SELKIE_SOURCE/tests/tools/readback.py"

export HOME="$work" SELKIE_SEAL_DIR="$work/seal" SELKIE_WORKSPACE="$work/ws"
unset XDG_CONFIG_HOME
cd "$work" || bail 'no folder'
run init esp.example
ends 0 'a workspace'
run provision snufkin toffle --algorithm ed25519 --selector k1
ends 0 'customers below the ESP'
run provision moomin --domain moomin.example --algorithm rsa,ed25519 \
    --selector m1 --selector m2
ends 0 'one by CNAME'
run provision sniff --domain sniff.example --mode txt --algorithm rsa
ends 0 'one by TXT'

# Texts of every length to 900, and beyond that of those beside the ends of
# strings, to 4,096 (a template has a megabyte at most): letters, with another octet at the ends of strings
# and every fifteenth place, all octets in turn, first those that mean
# something in one of the forms.  Strings as they were cut; other types.
perl -e '
    my @first = map { ord } split //, "\";\\()\$@ \t\n\r{%,\x27`<>&[]=+-:|#";
    my @octets = (@first, 0 .. 255);
    my $turn = 0;
    for my $n (1 .. 900,
        (map { 255 * $_ - 1 .. 255 * $_ + 1 } 4 .. 16), 1023 .. 1025,
        2047 .. 2049, 4095, 4096) {
        my @text = map { chr(97 + ($n + $_) % 26) } 1 .. $n;
        $text[$_] = sprintf "\\%03d", $octets[$turn++ % @octets]
            for grep { $_ % 15 == 0 || $_ % 255 > 252 || $_ == $n - 1 }
            0 .. $n - 1;
        print "t$n TXT";
        print " \"", splice(@text, 0, 255), "\"" while @text;
        print "\n";
    }' >long.zone
cat >>ws/template.zone <<'ZONE'
cut TXT "" "a" "" "b"
empty TXT ""
brackets TXT "[parameters('x')]"
formula TXT "=1+1"
quote TXT "it's"
*.w.{customer} TXT "x"
a\032b MX 10 mx
alias CNAME snufkin
srv SRV 1 2 3 mx
v6 AAAA 2001:db8::1
two TXT "one"
two TXT "two"
two A 192.0.2.7
sub NS ns.other.example.
ZONE
cp ws/template.zone short.zone
cat long.zone >>ws/template.zone

# reads_back FORM...: each read back is as the JSON has it, written by the program
# with the arguments $given, but for the records that the operator keeps.
reads_back() {
    # shellcheck disable=SC2086 # words
    run records $given --format json
    ends 0 "$given: json"
    $readback json "$work/out" >all.list || bail 'the JSON is not read back'
    sort all.list >all.sorted
    sed -e '/ SOA /d' -e '/^657370\.6578616d706c65 NS /d' all.sorted \
        >most.sorted
    for form; do
        # shellcheck disable=SC2086 # words
        run records $given --format "$form"
        ends 0 "$given: $form"
        wanted=all.sorted
        case $form in
        octodns)
            # Its texts are whole.
            sed '/ TXT /s|/||g' most.sorted | sort >whole.sorted
            wanted=whole.sorted ;;
        nsupdate | knotc | pdnsutil | route53 | google | cloudflare | azure)
            wanted=most.sorted ;;
        esac
        $readback "$form" "$work/out" 2>"$work/err" | sort >"$form.sorted"
        ok "$given: $form is read back the same" cmp "$wanted" "$form.sorted"
        [ ! -s "$work/err" ] || diag "$(tail -n 3 "$work/err")"
    done
}
given='--all --for esp'
reads_back zone csv markdown html tinydns nsupdate knotc pdnsutil pdns-api \
    route53 google cloudflare azure
if python3 -c 'import yaml' 2>/dev/null; then
    reads_back octodns
else
    skip 'octodns: python3-yaml is not installed'
fi
ok 'all lengths were there' [ "$(wc -l <all.sorted)" -gt 947 ]
cp short.zone ws/template.zone
given='moomin sniff snufkin --for customer'
reads_back zone csv markdown html tinydns nsupdate knotc pdnsutil pdns-api \
    route53 google cloudflare azure
is 3 "$(wc -l <all.sorted | tr -d ' ')" 'what customers publish: three keys'

# ---- whose ----

run records moomin
like "$out" '_domainkey\.moomin\.example$' 'text has both'
like "$out" '^  name   m1\..*_dkim\.esp\.example$' 'text has both: ours'
run records moomin --for customer
unlike "$out" '_dkim\.esp\.example$' "only the customer's"
run records moomin --for esp
unlike "$out" 'moomin\.example$' 'only ours'
run records moomin --format nsupdate
unlike "$out" 'moomin\.example\.' "no server of ours gets the customer's"
run records moomin --format nsupdate --for customer
like "$out" '^zone moomin\.example\.$' 'unless it is asked for'

# ---- parked domains ----

run records --parked unused.example --format zone
ends 0 'a parked domain'
is 4 "$(wc -l <"$work/out" | tr -d ' ')" 'has four records'
{
    echo 'unused.example. 3600 SOA ns.unused.example. h.unused.example. 1 2 3 4 5'
    echo 'unused.example. 3600 NS ns.unused.example.'
    echo 'ns.unused.example. 3600 A 192.0.2.1'
    cat "$work/out"
} >parked.zone
ok 'no workspace is needed' env -u SELKIE_WORKSPACE "$SELKIE_BIN" records \
    --parked unused.example
run audit --zone parked.zone --no-guess unused.example
ends 0 'it passes our own audit'
run records --parked
complains 2 'which domains' 'no domain'
run records --parked --all
complains 2 '--parked is for domains' 'parked, and all'
run records --parked 'a..b' unused.example
ends 4 'one that is no domain'
like "$out" 'unused\.example' 'the other one is printed'
done_testing
