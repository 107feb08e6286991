#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# selkie align: the matrix, the changes, the containment of a subdomain; and
# that each change and record it names does what it says.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
plan_lazy

# zone RECORD: the world, with this DMARC record.
zone() {
    cat >"$work/world.zone" <<END
\$TTL 300
example.com. SOA ns.example.com. h.example.com. 1 1 1 1 1
example.com. NS ns.example.com.
$1
com. SOA ns.example.com. h.example.com. 1 1 1 1 1
example. SOA ns.example.com. h.example.com. 1 1 1 1 1
net. SOA ns.example.com. h.example.com. 1 1 1 1 1
END
}
align() {
    run align --zone "$work/world.zone" "$@" --format ndjson
}

# ---- RFC 9989 and RFC 7489, appendices B.1 and B.3 ----

zone '_dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:d@example.com"'
align --from example.com --mailfrom sender@example.com
ends 0 'B.1.1 example 1: identical'
is pass "$(fact rfc9989.result)" 'passes by RFC 9989'
is pass "$(fact rfc7489.result)" 'and by RFC 7489'
align --from example.com --mailfrom sender@child.example.com
ends 0 'B.1.1 example 2: a subdomain'
is true "$(fact identifiers.0.rfc9989.relaxed)" 'relaxed'
is false "$(fact identifiers.0.rfc9989.strict)" 'not strict'
align --from child.example.com --mailfrom sender@example.net
ends 1 'B.1.1 example 3: not aligned'
align --from example.com --dkim example.com
ends 0 'B.1.2 example 1: identical'
align --from child.example.com --dkim example.com
ends 0 'B.1.2 example 2: d= is the parent'
align --from child.example.com --dkim example.net
ends 1 'B.1.2 example 3: not aligned'
is sign "$(fact changes.0.change)" 'what would make it pass'
is child.example.com "$(fact changes.0.value)" 'with which d='
align --from child.example.com --dkim sample.net
ends 1 'RFC 7489 B.1.2 example 3: not aligned'
zone '_dmarc.example.com. TXT "v=DMARC1; p=none; adkim=s; aspf=s"'
align --from example.com --mailfrom sender@child.example.com
ends 1 'B.1.1 example 2, strict'
align --from child.example.com --dkim example.com
ends 1 'B.1.2 example 2, strict'
zone '_dmarc.example.com. TXT ( "v=DMARC1; p=reject; aspf=r; "
    "rua=mailto:dmarc-feedback@example.com" )'
align --from example.com --mailfrom mail.example.com --dkim example.com
ends 0 'B.3.1: the message passes'
is true "$(fact identifiers.0.rfc9989.relaxed)" 'by one identifier'
is true "$(fact identifiers.1.rfc9989.relaxed)" 'and by the other'

# ---- each change does what it says ----

zone '_dmarc.example.com. TXT "v=DMARC1; p=reject; aspf=s"'
align --from example.com --mailfrom b.example.com
ends 1 'strict, and a subdomain'
is 'v=DMARC1; p=reject; aspf=r' "$(fact changes.0.value)" 'one tag is enough'
echo "$(fact changes.0.at) 300 TXT \"$(fact changes.0.value)\"" \
    >"$work/change.zone"
align --from example.com --mailfrom b.example.com \
    --overlay "$work/change.zone"
ends 0 'and so it is'

# ---- HELO, several claims ----

align --from example.com --mailfrom '' --helo example.com
ends 0 'HELO, of a null return path'
align --from example.com --mailfrom vendor.example --helo example.com
ends 1 'HELO does not count beside a MAIL FROM'
align --from example.com --dkim vendor.example --dkim m.example.com
ends 0 'one signature of two'

# ---- containment ----

zone '_dmarc.example.com. TXT "v=DMARC1; p=reject"'
align --from example.com --delegated news.example.com
ends 1 'a delegated subdomain that passes as its parent'
is example.com "$(fact containment.signs_as.0.from)" 'as the parent'
is '*.example.com' "$(fact containment.signs_as.1.from)" 'and its siblings'
echo "$(fact containment.records.0.at) 300 TXT \
\"$(fact containment.records.0.value)\"" >"$work/confine.zone"
echo "$(fact containment.records.1.at) 300 TXT \
\"$(fact containment.records.1.value)\"" >"$work/psd.zone"
align --from example.com --delegated news.example.com \
    --overlay "$work/confine.zone"
ends 0 'the first record confines it'
align --from example.com --delegated news.example.com \
    --overlay "$work/psd.zone"
ends 1 'the second'
is true "$(fact containment.confined.rfc9989)" 'does by RFC 9989'
is false "$(fact containment.confined.rfc7489)" 'alone'

# What people reach for: adkim=s and aspf=s do, psd=n does for one of them.
is 'd= false false
t=s false false
adkim=s false false
adkim=s; aspf=s true true
sp= false false
psd=n true false' "$(for i in 0 1 2 3 4 5; do
    printf '%s %s %s\n' "$(fact containment.measures.$i.tag)" \
        "$(fact containment.measures.$i.rfc9989)" \
        "$(fact containment.measures.$i.rfc7489)"
done)" 'which measures confine it, by each'
zone '_dmarc.example.com. TXT "v=DMARC1; p=reject; sp=reject; np=reject"'
align --from example.com --delegated news.example.com
is false "$(fact containment.confined.rfc9989)" 'sp= and np= do not'
zone '_dmarc.example.com. TXT "v=DMARC1; p=reject; adkim=s"'
align --from example.com --delegated news.example.com
is false "$(fact containment.confined.rfc9989)" 'nor does adkim=s alone'

# The record is the parent's, and both read it there.
zone '_dmarc.example.com. TXT "v=DMARC1; p=reject"'
align --from mail.example.com --delegated news.mail.example.com
is '_dmarc.example.com. true true' "$(fact containment.records.0.at) \
$(fact containment.records.0.rfc9989) $(fact containment.records.0.rfc7489)" \
    "the parent's record confines it by both"
is 'adkim=s; aspf=s true true' "$(fact containment.measures.3.tag) \
$(fact containment.measures.3.rfc9989) \
$(fact containment.measures.3.rfc7489)" 'and so the measure says'
echo "$(fact containment.records.0.at) 300 TXT \
\"$(fact containment.records.0.value)\"" >"$work/confine.zone"
align --from mail.example.com --delegated news.mail.example.com \
    --overlay "$work/confine.zone"
ends 0 'as it does when it is there'

# ---- findings ----

zone '_dmarc.example.com. TXT "v=DMARC1; p=reject; adkim=s"'
align --from example.com --dkim m.example.com --mailfrom vendor.example
is dmarc.strict-breaks-source "$(fact findings.0.id)" 'adkim=s breaks it'
is adkim=s "$(fact findings.0.fields.tag)" 'and that is named'
align --from example.com --dkim vendor.example
is dmarc.no-aligned-source "$(fact findings.0.id)" 'nothing aligns'
is error "$(fact findings.0.severity)" 'which is an error'
align --from example.com --dkim example.com
ends 0 'and when it does'
is '[]' "$(fact findings)" 'nothing is found'

# ---- no policy, no answer ----

zone ''
align --from example.com --dkim example.com
ends 1 'no policy'
is none "$(fact rfc9989.result)" 'is none'
zone ';! _dmarc.example.com. TXT SERVFAIL'
align --from example.com --dkim example.com
ends 3 'no answer'
is unknown "$(fact rfc9989.result)" 'is unknown'
is unknown "$(fact rfc9989.state)" 'and no policy is made up'

# ---- text ----

zone '_dmarc.example.com. TXT "v=DMARC1; p=reject; aspf=s"'
run align --zone "$work/world.zone" --from example.com --dkim m.example.com \
    --mailfrom b.example.com --delegated news.example.com
like "$out" '^  dkim m.example.com +yes\* +no +yes\* +no$' 'a row'
like "$out" '^  mailfrom b.example.com +yes +no\* +yes +no\*$' 'another'
like "$out" '^  example.com: by RFC 9989 yes, by RFC 7489 yes$' 'containment'
ok 'text fits 80 columns' awk 'length > 80 { exit 1 }' "$work/out"

# ---- usage ----

run align --zone "$work/world.zone" --dkim example.com
complains 2 'author domain' 'no author domain'
run align --zone "$work/world.zone" --from example.com
complains 2 'nothing to align' 'nothing else'
run align --zone "$work/world.zone" --from example.com --dkim 'a b'
complains 2 '--dkim' 'no domain'
run align --zone "$work/world.zone" --from example.com --delegated example.net
complains 2 'no subdomain' 'a subdomain of another domain'
done_testing
