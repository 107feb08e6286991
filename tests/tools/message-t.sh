#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# selkie message: the signed message of RFC 8463, who sent it, a folder; and
# that no trick with From is ever aligned.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
plan_lazy

data=$SELKIE_SOURCE/tests/tools/message
message() { # what is given goes behind the zone, and the answer is on one line
    run message --zone "$data/world.zone" "$@" --format ndjson
}

# ---- RFC 8463 appendix A ----

message "$data/rfc8463.eml"
ends 0 'RFC 8463 A.3 passes DMARC'
is pass "$(fact dkim.0.result)" 'the Ed25519 signature'
is pass "$(fact dkim.1.result)" 'and the RSA one'
is true "$(fact dkim.1.aligned)" 'is aligned'
is football.example.com "$(fact dmarc.domain)" 'the author domain'
is pass "$(fact dmarc.rfc7489.result)" 'and passes by RFC 7489'
is null "$(fact spf)" 'SPF is not looked at'

sed 's/dinner/supper/' "$data/rfc8463.eml" >"$work/changed.eml"
message "$work/changed.eml"
ends 3 'with another Subject SPF would decide'
is fail "$(fact dkim.0.result)" 'both signatures'
is same "$(fact dkim.0.body_hash)" 'though the body is the same'
is temperror "$(fact dmarc.result)" 'and who sent it is not known'
like "$(fact explanation)" 'give them with --ip' 'which is said'
has message.auth-none unknown football.example.com. 'this may be wrong'
has message.dmarc-fail unknown football.example.com. 'and so may this'
message --ip 198.51.100.7 --sender a@football.example.com "$work/changed.eml"
ends 1 'from a wrong address it fails'
message --sender a@elsewhere.example "$work/changed.eml"
ends 1 'and for a return path that is not aligned, whatever the address'
sed '/^DKIM-Signature/,/^From/{/^From/!d;}' "$data/rfc8463.eml" \
    >"$work/unsigned.eml"
message "$work/unsigned.eml"
ends 3 'without a signature SPF would decide'
is null "$(fact dkim.0)" 'there is none'

message --ip 192.0.2.7 --sender a@football.example.com "$work/changed.eml"
ends 0 'but SPF is aligned, too'
is pass "$(fact spf.result)" 'and passes'
is --ip "$(fact origin.ip_from)" 'the address was given'
{
    echo 'Return-Path: <a@football.example.com>'
    echo 'Received: from mta.example (mta.example [192.0.2.7]) by mx; now'
    cat "$work/changed.eml"
} >"$work/traced.eml"
message "$work/traced.eml"
ends 0 'the same out of the trace fields'
is Received "$(fact origin.ip_from)" 'which is said'

# ---- the server of the keys is silent ----

{
    sed '/_domainkey/,$d' "$data/world.zone"
    echo ';! brisbane._domainkey TXT TIMEOUT'
    echo ';! test._domainkey TXT TIMEOUT'
} >"$work/silent.zone"
run message --zone "$work/silent.zone" --ip 198.51.100.7 \
    --sender a@football.example.com --format ndjson "$data/rfc8463.eml"
ends 3 'without the keys it cannot be told'
sed 's/hungry/tired/' "$data/rfc8463.eml" >"$work/tired.eml"
run message --zone "$work/silent.zone" --ip 198.51.100.7 \
    --sender a@football.example.com --format ndjson "$work/tired.eml"
ends 1 'but no key helps where the body is changed'
is temperror "$(fact dkim.0.result)" 'though of the signature it is not known'
has message.dmarc-fail found football.example.com. 'it fails'
like "$(fact explanation)" 'the body was changed' 'which is why'

# ---- what is aligned is not always known ----

{
    cat "$data/world.zone"
    echo ';! _dmarc.news TXT TIMEOUT'
} >"$work/open.zone"
run message --zone "$work/open.zone" --ip 198.51.100.7 \
    --sender a@news.football.example.com --format ndjson "$work/changed.eml"
ends 1 'SPF does not pass, aligned or not'
is null "$(fact spf.aligned)" 'it may be a domain of its own'
is true "$(fact dkim.0.aligned)" 'unlike that of the signatures'
run message --zone "$work/open.zone" --ip 198.51.100.7 \
    --sender a@news.football.example.com --format ndjson "$work/unsigned.eml"
like "$(fact explanation)" 'whether that is aligned .* cannot be told' \
    'the paragraph says so'
message --sender a@elsewhere.example "$work/unsigned.eml"
like "$(fact explanation)" 'the return path is not aligned' \
    'of a foreign return path SPF does not count'
sed 's/^From: .*/From: joe@news.football.example.com/' "$data/rfc8463.eml" \
    >"$work/news.eml"
run message --zone "$work/open.zone" --format ndjson "$work/news.eml"
is null "$(fact dkim.0.aligned)" 'nor are the signatures known to be'

# ---- From: nothing may be aligned, whatever the reader sees ----

n=0
while IFS= read -r from; do
    n=$((n + 1))
    { printf "$from\n" && sed '/^From:/d' "$data/rfc8463.eml"; } \
        >"$work/trick.eml"
    message --ip 192.0.2.7 --sender a@football.example.com "$work/trick.eml"
    ends 1 "trick $n is no pass"
    is permerror "$(fact dmarc.result)" "trick $n: $from"
    unlike "$(fact dkim.0.aligned)" true "trick $n: the signature"
    is false "$(fact spf.aligned)" "trick $n: SPF"
done <<'END'
From: joe@football.example.com\nFrom: eve@evil.example
From : joe@football.example.com
From: <@evil.example:joe@football.example.com>
From: us: joe@football.example.com, eve@evil.example;
From: <joe@football.example.com>\\\\,<eve@evil.example>
From: joe@football.example.com <eve@evil.example>
From: joe@football.example.com, eve@evil.example
From: joe@football.example.com (eve@evil.example)
From: =?utf-8?B?PGV2ZUBldmlsLmV4YW1wbGU+?=,<joe@football.example.com>
X: 1\nFrom\n : eve@evil.example\nFrom: joe@football.example.com
X: 1\n From: eve@evil.example\nFrom: joe@football.example.com
 From:\n eve@evil.example\nFrom: joe@football.example.com
END

# ---- a folder, standard input, what is no mail ----

mkdir "$work/mail"
for i in 1 2 3 4 5 6 7 8; do
    cp "$data/rfc8463.eml" "$work/mail/$i.eml"
done
cp "$work/changed.eml" "$work/mail/5.eml"
run message --zone "$data/world.zone" --format ndjson "$work/mail"
ends 3 'of a folder the worst one counts'
is 8 "$(wc -l <"$work/out" | tr -d ' ')" 'each has its line'
is '1 2 3 4 5 6 7 8' \
    "$(sed 's/.*\/\([0-9]\).eml.*/\1/' "$work/out" | tr '\n' ' ' | sed 's/ $//')" \
    'in the order of their names'
echo hello >"$work/mail/0.eml"
run message --zone "$data/world.zone" --format json "$work/mail"
ends 4 'a file that is no mail'
like "$err" "0.eml' is no mail message" 'is told of'
is 8 "$(grep -c '"explanation"' "$work/out")" 'and the others are done'
"$SELKIE_BIN" message --zone "$data/world.zone" - <"$data/rfc8463.eml" \
    >"$work/out"
is 0 $? 'standard input'
message "$work/nowhere.eml"
ends 4 'no such file'
run message --zone "$data/world.zone" --sender '' "$data/rfc8463.eml"
ends 2 'the null return path needs HELO'
done_testing
