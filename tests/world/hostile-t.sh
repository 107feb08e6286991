#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What servers of the worse kind do, behind a real resolver, and what is said
# of it: hostile/ has the zones.
# shellcheck source=tests/tools/lib.sh disable=SC2086
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
here=$SELKIE_SOURCE/tests/world
real_world "$here/hostile" "$SELKIE_SOURCE/tests/tools/zones" ||
    skip_all 'knotd, unbound and kdig are not all installed'
plan_lazy
live="-4 -r $WORLD_RESOLVER --authority-port $WORLD_PORT --timeout 300"

# Each line: a domain, the exit status, facts.dkim.domainkey, the outcome for
# the selector k1, the DMARC policy, and what must be found ("id@owner", or
# "id?owner" for unknown).  Alternatives where a resolver may ask this server
# or that are written a|b.
cases() {
    cat <<'END'
ent.faulty.test 1 ent-broken found reject dns.ent-nxdomain@_domainkey
wild.test 1 wildcard found reject dns.wildcard-domainkey@*
parked.test 0 wildcard found reject dns.wildcard-domainkey-revoked@*._domainkey
lame.test 1 unknown nxdomain null dns.server-timeout@_domainkey
split.test 1 exists|unknown nxdomain null dmarc.missing@_dmarc
stale.test 0|1 exists found reject|none
mixed.test 0|1 exists|unknown found|nxdomain reject
long.faulty.test 1 exists|unknown servfail|timeout reject dkim.selector-dns-error@k1._domainkey
closed.faulty.test 1 unknown servfail|refused reject dns.server-refused@k1._domainkey
broken.faulty.test 1 absent nxdomain null dmarc.temperror@_dmarc
silent.faulty.test 1 unknown timeout|servfail reject dns.server-timeout@k1._domainkey
half.test 1 exists found reject dns.servfail@_domainkey
circle.test 1 exists servfail null delegation.cname-loop@_dmarc
dname.test 0 exists found reject delegation.dname-in-path@k1._domainkey
cut.test 0 exists found reject
unserved.test 1 unknown servfail|timeout reject delegation.ns-dangling@_domainkey
dense.faulty.test 1 wildcard nodata reject dkim.selector-nodata@k1._domainkey
bogus.test 1 unknown bogus null delegation.dnssec-bogus@_dmarc
quiet.test 1 absent nxdomain reject dkim.selector-nxdomain@k1._domainkey
plain.test 1 exists found reject
END
}

# case DOMAIN STATUS DOMAINKEY OUTCOME POLICY FINDING
one_case() {
    run audit $live -s k1 --no-guess --format json "$1"
    like "$status" "^($2)\$" "$1: exit status $2"
    like "$(fact facts.dkim.domainkey)" "^($3)\$" "$1: _domainkey is $3"
    like "$(fact facts.dkim.selectors.0.outcome)" "^($4)\$" "$1: k1 is $4"
    like "$(fact facts.dmarc.rfc9989.policy)" "^($5)\$" "$1: policy is $5"
    [ -n "$6" ] || return 0
    case $6 in
    *@*) state=found ;;
    *) state=unknown ;;
    esac
    at=${6#*[@?]}.$1.
    has "${6%%[@?]*}" $state "$(echo "$at" | sed 's/[.*]/\\&/g')" \
        "$1: ${6%%[@?]*}"
}
cases >"$work/cases"
while read -r domain wanted domainkey outcome policy finding; do
    one_case "$domain" "$wanted" "$domainkey" "$outcome" "$policy" "$finding"
done <"$work/cases"

# Two servers, of which one is behind: both answers are known, and whichever
# the resolver gave, no selector is absent where one server has it.
run audit $live -s k1 --no-guess --format json mixed.test
unlike "$(fact facts.dkim.domainkey)" absent \
    'what one of two servers has is not absent'

# Proof there is only where there are signatures.
run audit $live --no-guess --format json quiet.test
is 'absent dnssec' "$(fact facts.dkim.domainkey) $(fact facts.dkim.proof)" \
    'absent by proof'

# Every server beside every other, and the resolver.
run audit $live -s k1 --no-guess -v stale.test
like "$out" \
    '(different 60 +same|same 60 +different) 60 +same [0-9]+ +TXT _dmarc.stale' \
    'the server that is behind, in the table'
run audit $live -s k1 --no-guess -v half.test
like "$out" 'servfail +same 60 +same [0-9]+ +TXT k1._domainkey.half.test' \
    'the one that fails'
run audit $live -s k1 --no-guess -v dname.test
like "$out" 'alias +_domainkey.dname.test DNAME .*; least TTL [0-9]+' \
    'an alias hop by hop, with its TTL'

# SPF, counted over real servers: "mx ip4:192.0.2.0/24 -all" is one term that
# asks DNS, and both the worst case and the path of its first match cost one.
run spf tree $live --no-second-opinion --format ndjson --ip 192.0.2.10 plain.test
ends 0 'the SPF tree of a domain in good order'
is 'ok 1 0 pass 1 0' "$(fact result) $(fact lookups) $(fact void_lookups) \
$(fact path.result) $(fact path.lookups) $(fact path.void_lookups)" \
    'its counts'
is 'mx' "$(fact path.trace.1.term)" 'and the term that matches'
run spf tree $live --no-second-opinion plain.test
like "$out" 'nothing matches: ok; 1 of 10 lookups, 0 of 2 void' 'as text'

# All at once, in one process: the same.
cut -d' ' -f1 "$work/cases" >"$work/list"
run audit $live -s k1 --no-guess --quiet --format ndjson --from "$work/list"
ends 1 'all of them in one run'
perl -MJSON::PP -e '
    my %seen;
    while (<STDIN>) {
        my $subject = decode_json $_;
        $seen{ $subject->{domain} } = $subject->{facts}{dkim}{domainkey};
    }
    while (<>) {
        my ($domain, undef, $wanted) = split;
        print "$domain $seen{$domain}\n" if $seen{$domain} !~ /^($wanted)$/;
    }' "$work/cases" <"$work/out" >"$work/different"
is '' "$(cat "$work/different")" 'with the same verdicts'
ok 'the world stops' "$here/world" stop "$world"
tools_world=
done_testing
