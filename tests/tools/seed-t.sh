#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The records of the article that this project began with, audited: what is
# wrong with each, and the empty non-terminal that its server denies.
# shellcheck source=tests/tools/lib.sh disable=SC2086
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
here=$SELKIE_SOURCE/tests/tools/seed
regexdns=$SELKIE_SUITES/regexdns/sausagemail.zone
customer=snufkin.sausagemail.com
plan_lazy

# ---- the fixtures are what the article's server publishes ----

# That file, its patterns filled in: "owner type data", sorted.
expand() {
    sed -e '/^;/d' -e '/^$/d' -e 's/\\\././g' \
        -e 's/(?P<customer>\[^.\]+)/snufkin/; s/\${customer}/snufkin/' \
        "$regexdns" |
        sed -e '/(?P<selector>/{h;s/(?P<selector>[^)]*)/k1/;s/\${selector}/k1/
            p;g;s/(?P<selector>[^)]*)/k2/;s/\${selector}/k2/;}' |
        awk '{ owner = $1; type = $4; $1 = $2 = $3 = $4 = ""
            sub(/^ +/, ""); print owner, type, $0 }' | sed 's/\.$//' | sort
}
# The zone, in the same form; com is there to make a whole world.
of_zone() {
    awk '/^\$ORIGIN/ { origin = $2; next } /^;/ || origin == "com." { next }
        { owner = $1 == "@" ? "" : $1 "."; type = $4
          $1 = $2 = $3 = $4 = ""; sub(/^ +/, "")
          print owner substr(origin, 1, length(origin) - 1), type, $0
        }' "$here/sausagemail.zone" | sed 's/\.$//' | sort
}
# The server's script: it has the name servers besides.
of_script() {
    awk '$1 == "rr" && $2 ~ /sausagemail/ && $4 != "NS" && $2 !~ /^ns1/ {
        owner = $2; type = $4; $1 = $2 = $3 = $4 = ""; sub(/^ +/, "")
        print substr(owner, 1, length(owner) - 1), type, $0
    }' "$here/sausagemail.script" | sed 's/\.$//' | sort
}
plain() {
    sed 's/^\(.* SOA ns1.sausagemail.com\)\./\1/'
}
of_zone | plain >"$work/zone"
of_script | plain >"$work/script"
if [ -f "$regexdns" ]; then
    expand | plain >"$work/regexdns"
    is 12 "$(wc -l <"$work/regexdns")" 'twelve records'
    ok 'the zone has them' diff "$work/regexdns" "$work/zone"
else
    diag "SELKIE_SUITES has no regexdns: NOT COMPARED WITH WHAT WAS PUBLISHED"
    skip 'the zone against the published one'
fi
ok 'the server has those of the zone' diff "$work/zone" "$work/script"

# ---- what is wrong with them ----

# each FINDING-LINE: of the last run
each() {
    while read -r id at name; do
        has "$id" found "$at" "$name"
    done
}
run audit --zone "$here/sausagemail.zone" --no-guess -s k1 -s k2 \
    --format json $customer
ends 1 'the customer'
each <<END
dmarc.tag-syntax _dmarc.$customer. DMARC without semicolons
dmarc.rua-invalid _dmarc.$customer. a report address without mailto:
dkim.key-type-case k1._domainkey.$customer. k=RSA
dkim.key-type-case k2._domainkey.$customer. k=RSA of the other key
dkim.key-bad-base64 k1._domainkey.$customer. a p= that is no key
dkim.key-bad-base64 k2._domainkey.$customer. the other p=
END
is null "$(fact facts.dmarc.rfc9989.policy)" 'no receiver sees a policy'
is null "$(fact facts.dmarc.rfc7489.policy)" 'by either algorithm'
is 'invalid invalid' "$(fact facts.dkim.selectors.0.key) $(
    fact facts.dkim.selectors.1.key)" 'no verifier has a key'
is "[\"k1._domainkey.$customer. CNAME k1._dkim.sausagemail.com.\"]" \
    "$(fact facts.dkim.selectors.0.via)" 'the way to it is told'
cp "$work/out" "$work/zone.json"

run audit --zone "$here/sausagemail.zone" --no-guess -s k1 -s k2 $customer
like "$out" 'write rua=mailto:rua\+snufkin@sausagemail.com' \
    'the remedy is the address as it should be'
like "$out" 'v=DMARC1; p=none; rua=mailto:rua\+snufkin@sausagemail.com' \
    'and the record as it should be'
is 'v=DMARC1 p=none rua=rua+snufkin@sausagemail.com
        ^' "$(sed -n '/dmarc.tag-syntax/,/->/s/^ \{14\}//p' "$work/out")" \
    'the place where the semicolon is missing'

run audit --zone "$here/sausagemail.zone" --no-guess --format json \
    bounces.$customer
has spf.no-terminator found bounces.$customer. 'SPF without an all'
is 'null ok' "$(fact facts.spf.all) $(fact facts.spf.result)" \
    'the record itself can be read'
run audit --zone "$here/sausagemail.zone" --no-guess --format json \
    _spf.sausagemail.com
lacks spf.no-terminator 'the included one has its ~all'

# ---- as its server answers ----

faulty_server "$here/sausagemail.script"
live="-4 -r $faulty_at --authority-port $faulty_port --timeout 500"
run audit $live --no-guess -s k1 -s k2 --format json $customer
ends 1 'the customer, from the server'
is ent-broken "$(fact facts.dkim.domainkey)" \
    '_domainkey is denied and yet not absent'
has dns.ent-nxdomain found _domainkey.$customer. 'that is the fault of a server'
has dns.qname-minimisation-breaks found _domainkey.$customer. \
    'which costs who asks label by label'
like "$out" '"server": "127.0.0.1@'"$faulty_port" 'the evidence names it'
is "$(json findings "$work/zone.json")" \
    "$(findings | grep -v -e '^dns.ent-nxdomain' \
        -e '^dns.qname-minimisation-breaks')" \
    'all else is as in the zone'

# The same without being told of a selector: the list has k1 and k2.
run audit $live --format json $customer
is ent-broken "$(fact facts.dkim.domainkey)" 'guessed selectors tell, too'
run audit $live --resolvers-only --format json $customer
is ent-broken "$(fact facts.dkim.domainkey)" \
    'and answers of a resolver alone'
has dns.ent-nxdomain found _domainkey.$customer. 'the finding is there'

# With no selector that is known to exist nobody can tell; a server that is
# known to deny what exists proves nothing.
run audit $live --no-guess --format json $customer
unlike "$(fact facts.dkim.domainkey) $(fact facts.dkim.proof)" \
    '^absent (dnssec|control)' 'unasked, it is not proven absent'
done_testing
