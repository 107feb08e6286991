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
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc-rua@dmarc.service.gov.uk"
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
