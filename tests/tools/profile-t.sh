#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# --profile by name: every profile that comes with selkie, and what a report
# says of its rules as text, JSON and TAP.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
plan_lazy

SELKIE_PROFILES=$SELKIE_SOURCE/share/profiles
export SELKIE_PROFILES

# A sender of good standing, and a domain that sends nothing.
cat >"$work/world.zone" <<'END'
$TTL 3600
. SOA ns.root.example. dns.root.example. 1 7200 3600 1209600 600
. NS ns.root.example.
$ORIGIN example.com.
@ SOA ns1 dns 1 7200 3600 1209600 600
@ NS ns1
ns1 A 192.0.2.1
@ MX 10 mail
mail A 192.0.2.25
@ TXT "v=spf1 mx -all"
_dmarc TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"
cut._domainkey.news TXT "v=DKIM1; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"
$ORIGIN 2.0.192.in-addr.arpa.
25 PTR mail.example.com.
$ORIGIN parked.example.
@ SOA ns1 dns 1 7200 3600 1209600 600
@ NS ns1
ns1 A 192.0.2.1
@ MX 0 .
@ TXT "v=spf1 -all"
*._domainkey TXT "v=DKIM1; p="
_dmarc TXT "v=DMARC1; p=reject; sp=reject; adkim=s; aspf=s; fo=1; rua=mailto:dmarc-rua@dmarc.service.gov.uk"
$ORIGIN service.gov.uk.
@ SOA ns1 dns 1 7200 3600 1209600 600
dmarc MX 10 mail
mail A 192.0.2.26
parked.example._report._dmarc.dmarc TXT "v=DMARC1"
END
audit() {
    run audit --zone "$work/world.zone" --no-guess "$@"
}

# verdict RULE: what the JSON in $work/out says of it.
verdict() {
    awk -v rule="\"rule\": \"$1\"," '
        index($0, rule) { seen = 1 }
        seen && /"verdict"/ { gsub(/[",]/, ""); print $2; exit }' "$work/out"
}

# ---- all of them ----

for file in "$SELKIE_PROFILES"/*.conf; do
    name=$(basename "$file" .conf)
    audit --profile "$name" --format json example.com
    ok "$name: is read" test "$status" -eq 0 -o "$status" -eq 1
    is "$name" "$(fact profile.name)" "$name: its name is the file's"
    like "$(fact profile.as_of)" '^20[0-9][0-9]-[01][0-9]-[0-3][0-9]$' \
        "$name: as of a day"
    like "$(sed 's/\\-/-/g' "$SELKIE_SOURCE/share/man/selkie-profile.5")" \
        "B.? .*$name" "$name: the manual names it"
    is "$(grep -c '^\[rule' "$file")" "$(grep -c '"rule": ' "$work/out")" \
        "$name: every rule is judged"
    is 0 "$(grep -c '"text": null\|"source": null' "$work/out")" \
        "$name: each has a text and a source"
done

# ---- every rule that DNS decides: a domain that keeps to it, one that does not

cat >"$work/rules.zone" <<'END'
$TTL 3600
. SOA ns.root.example. dns.root.example. 1 7200 3600 1209600 600
. NS ns.root.example.
; a sender of good standing
$ORIGIN good.example.
@ SOA ns1 dns 1 7200 3600 1209600 600
@ NS ns1
ns1 A 192.0.2.1
@ MX 10 mail
mail A 192.0.2.25
@ TXT "v=spf1 mx -all"
k202611._domainkey TXT (
    "v=DKIM1; k=rsa; t=s; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArmOCyFguzmbyHX6n/W3xSKT/RuDFsnA2IxgxRVgvl4GNnm4eLOceNzD9wviwskvvws1pMTpPKUz8A8quTwlIOB9d/OJr7w66zl4L1/lC8J5IxCV8uINdSgkvubRmnurhlpXzO"
    "oIzrN90enmULCZ1w12Vg6TD2ddMDaBwXLxLWrU0iLGwdyiWamh1MBo6m0/E0xsKqyEW8/FfvayqbsGCo99PRTgm28kH6WhYO2Fhnw6qnyHvb3vgyceugibht87piQ+YnUn37BG8oinOFkg1Slu33huEG89N7Jau+VvQe2ligkuyRjeZH7Vmg5MWtvEzVV9m77XkcEoCj"
    "fysQ2ibQwIDAQAB")
_dmarc TXT "v=DMARC1; p=reject; sp=reject; rua=mailto:dmarc@good.example,mailto:reports@dmarc.cyber.dhs.gov"
_mta-sts TXT "v=STSv1; id=20261101T000000"
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@good.example"
good.example._report._dmarc.dmarc.cyber.dhs.gov. TXT "v=DMARC1"
dmarc.cyber.dhs.gov. MX 10 mail.good.example.
$ORIGIN 2.0.192.in-addr.arpa.
25 PTR mail.good.example.
66 PTR host-192-0-2-66.dyn.bad.example.
; one of bad standing
$ORIGIN bad.example.
@ SOA ns1 dns 1 7200 3600 1209600 600
@ NS ns1
ns1 A 192.0.2.2
@ MX 10 mail
@ MX 0 .
mail CNAME ns1
@ TXT "v=spf1 mx ptr include:nothing.bad.example ?all"
_dmarc TXT "v=DMARC1; p=none; sp=none; pct=50; rua=mailto:a@b@other.example"
_mta-sts TXT "v=STSv10; id=1"
short._domainkey TXT "v=DKIM1; k=rsa; h=sha1; p=MHwwDQYJKoZIhvcNAQEBBQADawAwaAJhAL6meFFfApkOuAEAh3N1IgC+3ueySihzP2MsK1iP7eu30SfZeIU8G2WSeWRNLJzt+mchG6IoJ8I9UxMibun/q9oZqLL2/4GxerI1MjGtGTU1jmOTicqJWkplhvawQVo0qwIDAQAB"
; one whose records break rules of their own
$ORIGIN worse.example.
@ SOA ns1 dns 1 7200 3600 1209600 600
@ NS ns1
ns1 A 192.0.2.3
@ MX 10 ns1
@ TXT "v=spf1 a a a a a a a a a a a -all"
_dmarc TXT "v=DMARC1; p=reject; np=bogus; pct=50; aspf=s;; rua=mailto:d@worse.example"
_mta-sts TXT "v=STSv1; id=!"
_smtp._tls TXT "v=TLSRPTv1; rua=ftp:x"
ed._domainkey TXT "v=DKIM1; k=ed25519; p=AAAA"
; SPF alone, which aligns with nothing
$ORIGIN spfonly.example.
@ SOA ns1 dns 1 7200 3600 1209600 600
@ NS ns1
ns1 A 192.0.2.9
@ MX 10 ns1
@ TXT "v=spf1 mx -all"
_dmarc TXT "v=DMARC1; p=reject; pct=50; rua=mailto:d@spfonly.example"
; nothing but a zone
$ORIGIN bare.example.
@ SOA ns1 dns 1 7200 3600 1209600 600
@ NS ns1
ns1 A 192.0.2.4
; three that send nothing: as it should be, not quite, and hardly
$ORIGIN parked.example.
@ SOA ns1 dns 1 7200 3600 1209600 600
@ NS ns1
ns1 A 192.0.2.5
@ MX 0 .
@ TXT "v=spf1 -all"
* TXT "v=spf1 -all"
*._domainkey TXT "v=DKIM1; p="
_dmarc TXT "v=DMARC1; p=reject; sp=reject; adkim=s; aspf=s; fo=1; rua=mailto:dmarc-rua@dmarc.service.gov.uk"
parked.example._report._dmarc.dmarc.service.gov.uk. TXT "v=DMARC1"
dmarc.service.gov.uk. MX 10 mail.good.example.
$ORIGIN open.example.
@ SOA ns1 dns 1 7200 3600 1209600 600
@ NS ns1
ns1 A 192.0.2.6
@ TXT "v=spf1 -all"
_dmarc TXT "v=DMARC1; p=none; sp=reject; adkim=s; aspf=s; fo=1; rua=mailto:d@open.example"
$ORIGIN weak.example.
@ SOA ns1 dns 1 7200 3600 1209600 600
@ NS ns1
ns1 A 192.0.2.6
@ MX 0 .
@ TXT "V=SPF1 -ALL "
_dmarc TXT "v=DMARC1; p=reject; sp=none; adkim=s; aspf=s; fo=1; rua=mailto:d@weak.example"
$ORIGIN slack.example.
@ SOA ns1 dns 1 7200 3600 1209600 600
@ NS ns1
ns1 A 192.0.2.7
@ MX 0 .
@ TXT "v=spf1 ip4:192.0.2.9 ~all"
; a policy that differs for subdomains, and pct= of p=none
$ORIGIN half.example.
@ SOA ns1 dns 1 7200 3600 1209600 600
@ NS ns1
ns1 A 192.0.2.8
_dmarc TXT "v=DMARC1; p=reject; sp=quarantine; rua=mailto:d@half.example"
END

# What is given for a domain of rules.zone.
given() {
    case $1 in
    good) echo --ip 192.0.2.25 --sender x@good.example -s k202611 ;;
    bad) echo --ip 192.0.2.66 --sender x@gone.test -s short ;;
    worse) echo -s ed ;;
    spfonly) echo --sender x@gone.test ;;
    esac
}
# "RULE VERDICT" of each domain in verdicts.DOMAIN.
for domain in good bad worse spfonly bare parked open weak slack half; do
    for file in "$SELKIE_PROFILES"/*.conf; do
        # shellcheck disable=SC2046
        "$SELKIE_BIN" audit --zone "$work/rules.zone" --no-guess \
            --profile "$(basename "$file" .conf)" --format json \
            $(given $domain) $domain.example 2>/dev/null |
            awk -F'"' '$2 == "rule" { rule = $4 }
                $2 == "verdict" { print rule, $4 }'
    done >"$work/verdicts.$domain"
done
# RULE GOOD BAD: "-" where no domain of these shows it.
while read -r rule good bad; do
    for pair in "$good pass" "$bad fail"; do
        test "${pair% *}" = - && continue
        is "$rule ${pair#* }" \
            "$(grep "^$rule " "$work/verdicts.${pair% *}")" \
            "$rule: ${pair% *}.example"
    done
done <<'END'
gmail:all-1 good bad
gmail:all-2 good bad
gmail:bulk-1 good bad
gmail:bulk-2 good bare
gmail:bulk-3 good spfonly
gmail:bulk-5 good bad
gmail:bulk-6 good bad
yahoo:all-1 good bad
yahoo:all-2 good bad
yahoo:all-3 good bad
yahoo:bulk-1 good bad
yahoo:bulk-2 good bare
yahoo:bulk-3 good spfonly
yahoo:bulk-4 good bad
yahoo:bulk-6 good bad
yahoo:bulk-7 good bad
microsoft:1 good bad
microsoft:2 good bad
microsoft:3 good bare
microsoft:4 good spfonly
microsoft:5 good bad
microsoft:6 good bad
apple:1 good bad
apple:2 good bad
apple:3 good bare
apple:4 good bad
apple:8 good bad
m3aawg:auth-1 good bad
m3aawg:auth-2 good bare
m3aawg:keys-1 good bad
m3aawg:keys-2 good bad
m3aawg:keys-4 good bad
m3aawg:parked-1 parked slack
m3aawg:parked-2 parked open
m3aawg:parked-3 parked open
m3aawg:parked-4 parked open
m3aawg:parked-5 parked open
nist-800-177:spf-1 good bad
nist-800-177:spf-2 good bad
nist-800-177:spf-3 parked slack
nist-800-177:dkim-1 good bad
nist-800-177:dkim-2 good bad
nist-800-177:dmarc-1 good bad
nist-800-177:dmarc-2 good bare
nist-800-177:dnssec-1 - good
bod-18-01:spf good bad
bod-18-01:spf-parked parked slack
bod-18-01:dmarc good bare
bod-18-01:reject good bad
bod-18-01:subdomains good half
bod-18-01:pct good bad
bod-18-01:rua good bad
bod-18-01:dkim good bad
uk-gov:parked-spf parked slack
uk-gov:parked-dmarc parked open
uk-gov:parked-dmarc parked weak
uk-gov:parked-mx parked open
uk-gov:parked-dkim parked open
uk-gov:rua parked open
uk-gov:rua good open
uk-gov:spf good bad
uk-gov:dkim good bad
uk-gov:dmarc good bare
uk-gov:mta-sts - bad
uk-gov:mta-sts - worse
uk-gov:tls-rpt good bad
internet-nl:dkim good bare
internet-nl:dmarc good bare
internet-nl:dmarc-policy good bad
internet-nl:dmarc-sp half bad
internet-nl:dmarc-external good bad
internet-nl:spf good bad
internet-nl:spf-policy good bad
internet-nl:np good bad
internet-nl:dnssec - good
rfc:7208-record good bare
rfc:7208-syntax good bad
rfc:7208-limits good worse
rfc:7208-ptr good bad
rfc:6376-key good bad
rfc:8301-sha1 good bad
rfc:8301-bits good bad
rfc:8301-size good bad
rfc:8463-key good worse
rfc:9989-record good bare
rfc:9989-policy good worse
rfc:9989-syntax good worse
rfc:9989-reject good spfonly
rfc:9989-both good spfonly
rfc:9990-consent good bad
rfc:7505 good bad
rfc:2181-mx good bad
rfc:8461 good worse
rfc:8460 good worse
END

# ---- one by one ----

audit --profile gmail --format json --ip 192.0.2.25 example.com
is pass "$(verdict gmail:all-1)" 'SPF or DKIM: SPF is enough'
is pass "$(verdict gmail:all-2)" 'a name that leads back'
is unknown "$(verdict gmail:all-3)" 'TLS does not show'
is fail "$(verdict gmail:bulk-1)" 'SPF and DKIM: there is no _domainkey'
is pass "$(verdict gmail:bulk-2)" 'p=none is enough'
is unknown "$(verdict gmail:bulk-3)" 'no sender was named'
ends 1 'a required rule is broken'
audit --profile gmail --format json example.com
is unknown "$(verdict gmail:all-2)" 'no address, so nobody looked'
like "$out" 'give the address that sends: --ip' 'and what to give'
audit --profile gmail --sender x@mail.example.com example.com
like "$out" 'pass +\[gmail:bulk-3\]' 'a return path below the domain aligns'
audit --profile microsoft --format json example.com
is unknown "$(verdict microsoft:1)" 'SPF passes: for which address, nobody said'
like "$out" 'the address that sends: --ip' 'and that it needs one'
audit --profile microsoft --format json --ip 192.0.2.25 example.com
is pass "$(verdict microsoft:1)" 'SPF passes for this one'
audit --profile microsoft --format json --ip 192.0.2.26 example.com
is fail "$(verdict microsoft:1)" 'and not for that one'
audit --profile apple --format json example.com
is unknown "$(verdict apple:8)" 'no return path was named'
audit --profile apple --sender x@example.com --format json example.com
is pass "$(verdict apple:8)" 'its domain is there'
audit --profile apple --sender x@gone.example.com --format json example.com
is fail "$(verdict apple:8)" 'and this one is not'
audit --profile bod-18-01 --format json example.com
is fail "$(verdict bod-18-01:reject)" 'p=none is not enough'
is error "$(awk '/"dmarc.policy-none"/ { seen = 1 }
    seen && /"severity"/ { gsub(/[",]/, ""); print $2; exit }' "$work/out")" \
    'and the finding has the severity of the rule'
is fail "$(verdict bod-18-01:rua)" 'reports go elsewhere'
audit --profile uk-gov --format json parked.example
ends 0 'a parked domain as gov.uk wants it'
is pass "$(verdict uk-gov:parked-mx)" 'a null MX'
is pass "$(verdict uk-gov:dkim)" 'it need not sign'
is pass "$(verdict uk-gov:rua)" 'its reports go where they should'
audit --profile uk-gov --fail-on never example.com
ends 0 'nothing fails when nothing may'

# ---- text and TAP ----

audit --profile rfc --width 100 example.com
like "$out" 'profile rfc as of 2026-11-21: [0-9]+ pass, [0-9]+ fail, [0-9]+ unknown' \
    'text: how many'
like "$out" 'unknown +\[rfc:8301-bits\] .* - give the selector in use' \
    'text: why a rule is unknown'
audit --profile gmail --format tap example.com
like "$out" '^ok [0-9]+ - example.com gmail:bulk-2' 'TAP: a rule that passes'
like "$out" 'not ok [0-9]+ - example.com gmail:bulk-1' 'TAP: one that fails'
like "$out" 'ok [0-9]+ - example.com gmail:all-3 # SKIP unknown: only a' \
    'TAP: one that is unknown'

audit --profile gmail --selector cut --format json news.example.com
is 'fail unknown' "$(verdict gmail:bulk-1) $(verdict gmail:bulk-5)" \
    'a key that cannot be read has not been seen to be long enough'

# ---- by name, by file ----

audit --profile nobody example.com
complains 4 "neither a profile nor a file 'nobody'.*apple, bod-18-01, .*yahoo" 'no such profile'
cd "$work" || bail 'cannot enter the folder'
printf '[profile]\nname = ours\n[rule.a]\ntext = t\nbad = spf.missing\n' \
    >gmail
audit --profile ./gmail --format json example.com
is ours "$(fact profile.name)" './gmail is a file'
audit --profile gmail --format json example.com
is gmail "$(fact profile.name)" 'gmail is a profile'
printf '[rule.a]\ntext = t\nbad = spf.nothing\n' >bad.conf
audit --profile bad.conf example.com
complains 4 "'bad.conf', line 3: there is no finding 'spf.nothing'" \
    'a rule about nothing'
done_testing
