#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# selkie who behind a real resolver and real servers: exactly the parties that
# who/ plants, whether they are still there or not.
# shellcheck source=tests/tools/lib.sh disable=SC2086
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
here=$SELKIE_SOURCE/tests/world
real_world "$here/who" ||
    skip_all 'knotd, unbound and kdig are not all installed'
plan_lazy
live="-4 -r $WORLD_RESOLVER --authority-port $WORLD_PORT --timeout 300"

# A line for each party: owner, powers, P when it signs as the parent, and the
# places it has, "!" where nobody is there any more.
parties() {
    perl -MJSON::PP -0777 -ne '
        for my $party (@{decode_json($_)->{parties}}) {
            print join(" ", $party->{owner}, join(",", @{$party->{powers}}),
                $party->{signs_as_parent} ? "P" : "-",
                join(",", map { $_->{place}
                    . (($_->{state} // "") eq "gone" ? "!" : "") }
                    @{$party->{ways}})), "\n";
        }' "$work/out"
}

run who $live --no-guess -s k1 --subdomain news --subdomain em \
    --subdomain lists --subdomain www --format ndjson client.test
ends 0 'all could be told'
# aspf= is not there, so that SPF aligns relaxed (RFC 9989 sections 4.4.2 and
# 4.7): an alias lets its target pass as client.test, though it makes no key.
# Below a DNAME are _domainkey, _dmarc and names to send as (RFC 6672 section
# 2.2), below a delegation all names.
is 'world.test create-key,set-policy,send,read-reports - zone
keyco.test create-key - keys
policyco.test set-policy - policy
readerco.test read-reports - reports
mailco.test send - spf
bulkco.test create-key,set-policy,send P subdomain
goneco.test send P subdomain!
departed.test create-key,set-policy,send P subdomain!' "$(parties)" \
    'exactly the parties planted, by NS, CNAME, DNAME, include and rua'
is '[]' "$(fact unknown)" 'and nothing is unknown'
path() { # OWNER: its first way
    perl -MJSON::PP -0777 -e '
        my $owner = shift;
        for my $party (grep { $_->{owner} eq $owner }
            @{decode_json(<>)->{parties}}) {
            print join " ", map { "$_->{name} $_->{type} $_->{target}" }
                @{$party->{ways}[0]{path}};
        }' "$1" "$work/out"
}
is '_domainkey.client.test. NS ns1.keyco.test. _domainkey.client.test. NS ns2.keyco.test.' \
    "$(path keyco.test)" 'the path of a delegation'
is '_dmarc.client.test. CNAME client.policyco.test.' "$(path policyco.test)" \
    'of an alias'
is 'news.client.test. DNAME client.bulkco.test.' "$(path bulkco.test)" \
    'of a DNAME'
is 'lists.client.test. NS ns1.departed.test.' "$(path departed.test)" \
    'of a delegation that only the zone above tells of'

run who $live --no-guess -s k1 client.test
like "$out" '^    types +A, MX; looked for TXT, A, ' \
    'an underscore kept no type away from the vendor'
like "$out" 'which the underscore does not forbid' 'and that is said'

# The same domain, audited: what is left behind is found.
run audit $live --no-guess -s k1 --format json client.test
has delegation.parent-owner-risk found '_domainkey\.client\.test\.' \
    'who holds the keys aligns'
ok 'the world stops' "$here/world" stop "$world"
tools_world=
done_testing
