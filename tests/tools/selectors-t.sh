#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Where an audit's selectors come from, and that it says so: the command line,
# messages, the registry, vendors, guesses.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
export HOME="$work" SELKIE_SEAL_DIR="$work/seal"
unset SELKIE_WORKSPACE XDG_CONFIG_HOME
cd "$work" || bail 'no folder'
plan_lazy

key='"v=DKIM1; k=ed25519; t=s; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="'
cat >zone <<END
\$TTL 3600
. SOA ns.root.example. dns.root.example. 1 7200 3600 1209600 600
. NS ns.root.example.
\$ORIGIN example.com.
@ SOA ns1 dns 1 7200 3600 1209600 600
@ NS ns1
ns1 A 192.0.2.1
@ MX 10 aspmx.l.google.com.
@ TXT "v=spf1 mx -all"
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
msg1._domainkey TXT $key
msg2.region1._domainkey TXT $key
google._domainkey TXT $key
k1._domainkey CNAME dkim.mcsv.net.
dkim.mcsv.net. TXT $key
END
cat >mail <<'END'
From a@example.com Tue Nov 24 08:00:00 2026
From: a@example.com
DKIM-Signature: v=1; a=ed25519-sha256; d=example.com;
	s=msg1; h=From; bh=AA==; b=AA==
DKIM-Signature: v=1; d=Example.COM; s=msg2.region1; b=
DKIM-Signature: v=1; d=other.example; s=elsewhere; b=
DKIM-Signature: v=1; s=nobody; b=

DKIM-Signature: v=1; d=example.com; s=body; b=
END

# why SELECTOR: "why... vendor" of it; nothing when it is not listed.
why() {
    perl -MJSON::PP -e '
        local $/;
        my $d = decode_json(<STDIN>);
        for (map { @{$_->{facts}{dkim}{selectors} // []} } @{$d->{subjects}}) {
            print join(" ", @{$_->{why}}, $_->{vendor} // ()), "\n"
                if $_->{selector} eq $ARGV[0];
        }' "$1" <"$work/out"
}

# ---- a message ----

run audit --zone zone --no-guess --message mail example.com --format json
is message "$(why msg1)" 'the selector of a message'
is message "$(why msg2.region1)" 'with a dot in it'
is '' "$(why elsewhere)" 'not that of another domain'
is '' "$(why body)" 'nor what stands in the body'
like "$err" "'mail': DKIM-Signature 4 is passed over: it has no d=" \
    'a signature of nobody is told of'
run audit --zone zone --no-guess --message mail --format json
is 'example.com other.example' "$(perl -MJSON::PP -e '
    local $/;
    print join " ", map { $_->{domain} } @{decode_json(<STDIN>)->{subjects}}' \
    <out)" \
    'without a domain those of the signatures'
timeout 60 "$SELKIE_BIN" audit --zone zone --no-guess -m - example.com \
    --format json <mail >out 2>err
is message "$(why msg1)" 'a message from standard input'
run audit --zone zone --no-guess -s msg1 -m mail example.com --format json
is 'command-line message' "$(why msg1)" 'all who name it are named'
run audit --zone zone --no-guess -m mail example.com
like "$out" 'msg1 \(ed25519 256; in a message\)' 'and in text'

printf 'hello\n' >nomail
complains_of() {
    run audit --zone zone --message "$1" example.com
    complains 4 "$2" "$3"
}
complains_of nomail "'nomail' is no mail message: it does not begin with" \
    'no message'
complains_of nowhere "cannot read 'nowhere'" 'no file'
perl -e 'print "A: 1\n" x 3000' >long
complains_of long "'long' is no mail message: its header has more than" \
    'too long a header'
printf 'Subject: x\n\n' >unsigned
run audit --zone zone --no-guess -m unsigned example.com
like "$err" "'unsigned' has no DKIM-Signature" 'an unsigned message'
perl -e 'print "DKIM-Signature: d=example.com; s=\e[31m\x{1}x\n\n"' >evil
run audit --zone zone --no-guess -m evil example.com
unlike "$out$err" "$(printf '\033')" 'nothing harmful is printed'

# ---- vendors and guesses ----

run audit --zone zone example.com --format json
is 'provider guess Google Workspace' "$(why google)" 'usual at the MX'"'"'s vendor'
is 'provider guess Mailchimp' "$(why k1)" 'an alias tells whose it is'
is 1 "$(fact facts.dkim.looked.provider)" 'counted'
run audit --zone zone example.com
like "$out" 'google \(ed25519 256; usual at Google' 'said in text'
run audit --zone zone example.com -v
like "$out" '1 usual at a vendor, [0-9]+ guessed; DNS lists no names' \
    'silence proves nothing'
like "$out" 'same 3600 +same 3600 +TXT _dmarc.example.com' \
    'servers side by side'

# ---- names ----

long=$(printf 'a%.0s' $(seq 64))
run audit --zone zone --no-guess -s "$long" -s 'bücher' -s a_b example.com \
    --format json
has dkim.name-too-long found '' 'a label of 64 octets'
has dkim.selector-not-alabel found xn--bcher-kva._domainkey.example.com. \
    'letters beyond ASCII'
has dkim.selector-syntax found a_b._domainkey.example.com. 'an underscore'
label=$(printf 'a%.0s' $(seq 60))
run audit --zone zone --no-guess -s "$label.$label.$label.$label" \
    example.com --format json
has dkim.name-too-long found '' 'a name of more than 253'
run audit --zone zone --no-guess -s msg2.region1 example.com --format json
lacks dkim.selector-syntax 'a selector of two labels'

# ---- reports ----

mkdir reports
report() { # SELECTOR RESULT
    sed "s/<selector>k1/<selector>$1/; s/<report_id>r1/<report_id>$1/
        s/<result>pass<\/result><\/dkim>/<result>$2<\/result><\/dkim>/" \
        "$SELKIE_SOURCE/tests/reports/samples/plain.xml"
}
report msg1 pass >reports/a.xml
report forged fail >reports/b.xml
echo nonsense >reports/c.xml
run audit --zone zone --no-guess --reports reports example.com --format json
is report "$(why msg1)" 'the selector of a report'
is '' "$(why forged)" 'not one that never passed'
like "$err" "'reports/c.xml' is passed over: it is neither XML" \
    'a report that is none is told'
run audit --zone zone --no-guess --reports reports --format json
is report "$(why msg1)" 'without domains: that of the report'
run audit --zone zone --reports missing example.com
is 4 "$status" 'reports that are not there'

# ---- the registry ----

run init esp.example --workspace ws
run provision snufkin moomin --workspace ws --algorithm rsa --selector s1 \
    --quiet
run provision snork --workspace ws --algorithm rsa --selector s20250101 \
    --quiet
ends 0 'three customers'
{
    echo ". 3600 SOA ns.root.example. dns.root.example. 1 7200 3600 1209600 600"
    echo ". 3600 NS ns.root.example."
    "$SELKIE_BIN" records --all --workspace ws
} >esp
run audit --zone esp --no-guess --registry --workspace ws \
    snufkin.esp.example --format json
is registry "$(why s1)" 'a selector of the registry'
unlike "$(json get out facts.dkim.selectors)" '"since":null' \
    'which knows how old the key is'
run audit --zone esp --no-guess snufkin.esp.example --format json
is '' "$(why s1)" 'not without being asked for'
run audit --zone esp --no-guess --keys --workspace ws --format json
is '3 3 3' "$(perl -MJSON::PP -e '
    local $/;
    my $d = decode_json(<STDIN>);
    my ($f) = grep { $_->{facts}{fleet} } @{$d->{subjects}};
    print join " ", @{$f->{facts}{fleet}}{qw(domains names keys)}' <out)" \
    'the keys of the whole registry'
run audit --zone esp --no-guess --keys --workspace ws --key-age 1 \
    --key-limit 30 --at 2099-01-01T00:00:00Z --format json
has dkim.key-overage found s1._domainkey.moomin.esp.example. \
    'all of them are old one day'
is 3 "$(perl -MJSON::PP -e '
    local $/;
    my $d = decode_json(<STDIN>);
    my ($f) = grep { $_->{facts}{fleet} } @{$d->{subjects}};
    print $f->{facts}{fleet}{overage}' <out)" 'and counted'
sed 's/p=MII/p=MIJ/' esp >changed
run audit --zone changed --no-guess --registry --workspace ws \
    snufkin.esp.example --format json
lacks dkim.selector-reused 'what is no key is no other key'
awk '/^s1._domainkey.snufkin/ { sub(/^s1._domainkey.snufkin/,
    "s1._domainkey.moomin"); print; next }
    !/^s1._domainkey.moomin/' esp >swapped
run audit --zone swapped --no-guess --registry --workspace ws \
    moomin.esp.example --format json
has dkim.selector-reused found s1._domainkey.moomin.esp.example. \
    'another key than that of the registry'
run audit --keys --workspace nowhere
complains 4 nowhere 'no workspace'

# ---- an earlier run ----

run audit --zone zone --no-guess -s msg1 example.com --record before \
    --at 2025-01-01T00:00:00Z
run audit --zone zone --no-guess -s msg1 example.com --baseline before \
    --at 2025-09-01T00:00:00Z --format json
has dkim.key-age found msg1._domainkey.example.com. 'older than 180 days'
run audit --zone zone --no-guess -s msg1 example.com --baseline before \
    --at 2025-09-01T00:00:00Z --key-age 300 --format json
lacks dkim.key-age 'but not than 300'
run audit --zone zone --no-guess -s msg1 example.com --baseline before \
    --at 2026-09-01T00:00:00Z --format json
has dkim.key-overage found msg1._domainkey.example.com. 'older than a year'
run audit --zone zone --baseline nomail example.com
complains 4 nomail 'no recording'
done_testing
