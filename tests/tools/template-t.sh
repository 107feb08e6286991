#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# selkie template: lint, test, explain, expand, convert.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
plan_lazy

SELKIE_SEAL_DIR=$work/seal
SELKIE_WORKSPACE=$work/esp
export SELKIE_SEAL_DIR SELKIE_WORKSPACE
zone=sausagemail.com

# ---- a workspace ----

run init "$zone"
ends 0 'init'
run provision snufkin toffle --algorithm ed25519 --selector k1
ends 0 'two customers'
run template lint
ends 0 'what init writes has no fault'
run template lint --fail-on info
ends 0 'not even a small one'

run template test "k1._domainkey.snufkin.$zone" TXT
ends 0 'test: a key'
like "$out" '^;; NOERROR, authoritative' 'test: its rcode'
like "$out" "^k1\._domainkey\.snufkin\.$zone\. [0-9]+ IN TXT .v=DKIM1; k=ed25519" \
    'test: the record'
run template test "nobody.$zone" MX
ends 1 'test: no such customer'
like "$out" '^;; NXDOMAIN' 'test: is denied'
run template test "snufkin.$zone" NOTYPE
complains 2 "'NOTYPE' is no type" 'test: a type that is none'
run template test "a..$zone" A
complains 2 'empty label' 'test: a name that is none'
run template test other.example A
ends 1 'test: another zone'
like "$out" '^;; REFUSED$' 'test: is refused'
run template test --format json "snufkin.$zone" MX
like "$out" '"rcode": "NOERROR"' 'test: as JSON'

run template explain "k1._domainkey.toffle.$zone" TXT
ends 0 'explain: a key'
like "$out" "why: '\{selector\}\._domainkey\.\{customer\}\.$zone\.' \(line [0-9]+\)" \
    'explain: the rule'
like "$out" "^;; \{customer\} is 'toffle'" 'explain: the customer'
like "$out" "^;; \{selector\} is 'k1'" 'explain: the selector'
run template explain "_domainkey.toffle.$zone" TXT
ends 1 'explain: an empty name'
like "$out" 'exists only through names below it' 'explain: why it exists'
run template explain "k2._domainkey.toffle.$zone" TXT
like "$out" "'_domainkey\.toffle\.$zone\.' exists, .* the label 'k2'" \
    'explain: where it ends'
like "$out" 'mod-onlinesign' 'explain: what signing makes of it'
run template explain "toffle.$zone" A
like "$out" 'has no records of that type' 'explain: another type'

# ---- expand ----

run template expand
ends 0 'expand'
printf '%s\n' "$out" >"$work/static"
run records --all --format zone
is "$(grep -v '^;' "$work/static" | sort)" \
    "$(printf '%s\n' "$out" | grep -v '^;' | sort)" \
    'expand is what records says'
{
    cat "$work/esp/template.zone"
    printf '{label:x[0-9]}.free TXT "{label}"\n'
    printf '*.free.{customer:pool} TXT "pool {pool}"\n'
    printf '{customer:pool} MX 10 pool\n'
} >"$work/more.zone"
run customer set snufkin pool=one
run template expand --template "$work/more.zone"
ends 0 'expand: another template'
like "$err" "'\{label:x\[0-9\]\}\.free\.$zone\.' \(line [0-9]+\) stands for" \
    'expand: what cannot be listed'
like "$out" "^\*\.free\.snufkin\.$zone\..*\"pool one\"" 'expand: an override'
unlike "$out" 'free\.toffle' 'expand: only for whom it is'
run template test --template "$work/more.zone" "x7.free.$zone" TXT
ends 0 'a pattern that takes it'
run template test --template "$work/more.zone" "y7.free.$zone" TXT
ends 1 'and one that does not'
run template expand --template "$work/none"
ends 4 'expand: no template'

# ---- regexdns ----

cat >"$work/regexdns" <<'END'
; as regexdns has it
esp.example 3600 IN SOA ns1.esp.example hostmaster.esp.example 1 2 3 4 600
mx.esp.example 3600 IN A 192.0.2.1
k1._dkim.esp.example 60 IN TXT "v=DKIM1; k=ed25519; p=yjWi5yUNoYWG06L4HtX+Rg1nAelxfgAakDkQOjW9BSo="
(?P<s>[^.]+)\._domainkey\.(?P<customer>[^.]+)\.esp\.example 60 IN CNAME ${s}._dkim.esp.example
(?P<customer>[^.]+)\.esp\.example 60 IN MX 10 mx.esp.example
pool-(\d+)\.(?P<customer>[^.]+)\.esp\.example 60 IN TXT "pool $1 of ${customer} {x}"
late.esp.example 60 IN A 192.0.2.2
END
run template lint --regexdns "$work/regexdns"
ends 0 'lint: nothing wrong'
like "$out" 'late\.esp\.example \(line 8\) never answers' 'lint: but shadowed'
run template lint --regexdns "$work/regexdns" --format json
like "$out" '"denies": true' 'lint: names are denied'
run template convert "$work/regexdns"
ends 0 'convert'
printf '%s\n' "$out" >"$work/converted"
like "$out" '^pool-\{label3:\\d\+\}\.\{customer\}\.esp\.example\. 60 IN TXT' \
    'convert: a part of a label'
like "$out" '^; line 8, which never answered: late\.esp\.example' \
    'convert: what is left out'
like "$out" '^esp\.example\. 3600 IN NS ns1\.esp\.example\.' \
    'convert: name servers'
SELKIE_WORKSPACE=$work/other
run init esp.example
run provision snufkin --algorithm ed25519 --selector own
for question in 'esp.example SOA' 'mx.esp.example A' '_dkim.esp.example A' \
    'k1._domainkey.snufkin.esp.example TXT' 'snufkin.esp.example MX' \
    'q._domainkey.snufkin.esp.example TXT' 'snufkin.esp.example A' \
    '_domainkey.snufkin.esp.example TXT' '_dmarc.esp.example MX' \
    'pool-12.snufkin.esp.example TXT' 'pool-x.snufkin.esp.example TXT' \
    '_domainkey.esp.example TXT' 'www.esp.example MX' 'a.b.esp.example A'; do
    # shellcheck disable=SC2086 # two words
    run template test --regexdns "$work/regexdns" $question
    wanted="$status $(printf '%s\n' "$out" | sed 's/ 600 IN SOA .*/ SOA/')"
    # shellcheck disable=SC2086 # two words
    run template test --template "$work/converted" $question
    is "$wanted" \
        "$status $(printf '%s\n' "$out" | sed 's/ 600 IN SOA .*/ SOA/')" \
        "converted, the same: $question"
done
run template test --template "$work/converted" evil.esp.example MX
ends 1 'converted: only customers'

# Rules that take some of each other's names: by a label that one of them
# spells out, by placeholders that take the same numbers.
cat >"$work/overlap" <<'END'
esp.example 3600 IN SOA ns1.esp.example hostmaster.esp.example 1 2 3 4 600
nlit.esp.example 60 IN A 192.0.2.1
([a-z]+)\.n([a-z]+)\.esp\.example 60 IN TXT "names below nlit, too"
x\.a-([0-9]+)\.esp\.example 60 IN TXT "x"
y\.a-([0-9a-f]+)\.esp\.example 60 IN TXT "y by any number"
y\.a-([0-9]+)\.esp\.example 60 IN TXT "y by a decimal number"
([a-z])\.b-([0-9]+)\.esp\.example 60 IN TXT "apart from all others"
(q|r)s\.b-([0-9]+)\.esp\.example 60 IN TXT "likewise"
END
run template convert "$work/overlap"
ends 4 'convert: rules that overlap'
like "$err" '3 rules may answer otherwise than by their order' 'are counted'
is '; line 3, which a template does not tell by order from line 2:
; line 5, which a template does not tell by order from line 4:
; line 6, which a template does not tell by order from line 5:' \
    "$(printf '%s\n' "$out" | sed -n '/^; line/s/: .*/:/p')" 'and shown'

printf '%s\n' '(.+)\.any\.esp\.example 60 IN A 192.0.2.9' >>"$work/regexdns"
run template lint --regexdns "$work/regexdns" --format json
like "$out" '"denies": false' 'an open expression: nothing is denied'
like "$out" '"open": 9' 'and lint says why'
run template explain --regexdns "$work/regexdns" x.y.z.esp.example A
like "$out" '^;; NOERROR' 'NODATA, never NXDOMAIN'
like "$out" 'the expression on line 9' 'and why'
run template convert "$work/regexdns"
ends 4 'convert: what cannot be said'
like "$err" '1 rules or records are left out' 'is told'
like "$out" '^; line 9, a rule that no template can say' 'shown in a comment'
run template lint --regexdns "$work/none"
ends 4 'no such file'
run template lint --regexdns "$work/regexdns" --origin x.example
complains 2 'needs no other option' 'regexdns needs no origin'
printf 'nonsense\n' >"$work/broken"
run template lint --template "$work/broken" --origin x.example
complains 4 "'$work/broken', line 1" 'a template that does not parse'

# ---- what the words of the example that regexdns comes with are worth ----

example=${SELKIE_SUITES:-$SELKIE_SOURCE/../shared/suites}/regexdns/sausagemail.zone
if [ -e "$example" ]; then
    run template lint --regexdns "$example" --format json
    ends 1 'the example: lint finds errors'
    is 3 "$(printf '%s\n' "$out" | grep -c '"template.invalid-record"')" \
        'two keys, one DMARC record'
else
    skip "no suites at '$example'"
fi
done_testing
