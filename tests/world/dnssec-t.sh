#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# DNSSEC behind a validating resolver: a zone in good order, and zones that
# are not; dnssec/ has those that zones/ has not.
# shellcheck source=tests/tools/lib.sh disable=SC2086
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
here=$SELKIE_SOURCE/tests/world
real_world "$here/dnssec" ||
    skip_all 'knotd, unbound and kdig are not all installed'
plan_lazy
live="-4 -r $WORLD_RESOLVER --authority-port $WORLD_PORT --timeout 300"

audit() {
    run audit $live --no-guess --format json "$@"
}
# DOMAIN STATE: facts.delegation.dnssec of the domain's zone.
state_is() {
    is "$1. $2" \
        "$(fact facts.delegation.dnssec.0.zone) $(fact facts.delegation.dnssec.0.state)" \
        "$1 is $2"
}
none_of() {
    unlike "$(cat "$work/out")" '"delegation\.dnssec-' "$1: no finding"
}

audit signed.test
state_is signed.test secure
is ECDSAP256SHA256 "$(fact facts.delegation.dnssec.0.algorithms.0)" \
    'its algorithm'
like "$(fact facts.delegation.dnssec.0.expires)" '^20..-..-..T..:..:..Z$' \
    'until when its signatures hold'
none_of signed.test

audit plain.test
state_is plain.test unsigned
none_of plain.test

# A rule that asks for signed zones.
SELKIE_PROFILES=$SELKIE_SOURCE/share/profiles
export SELKIE_PROFILES
run audit $live --no-guess --profile nist-800-177 signed.test
like "$out" 'pass +\[nist-800-177:dnssec-1\]' 'a signed zone keeps to it'
run audit $live --no-guess --profile nist-800-177 plain.test
like "$out" 'fail +\[nist-800-177:dnssec-1\]' 'one that is not breaks it'

# By the clock alone, as a validator would have it.
audit --at 2036-01-01T00:00:00Z signed.test
ends 1 'when the signatures have expired'
state_is signed.test broken
has delegation.dnssec-bogus found 'signed\.test\.' 'expired is bogus'
like "$(cat "$work/out")" 'the signature over the DNSKEY records ended at' \
    'and it is said when'

audit bogus.test
ends 1 'a zone whose DS is of another key'
state_is bogus.test mismatch
has delegation.dnssec-ds-mismatch found 'bogus\.test\.' 'is named'
has delegation.dnssec-bogus found '_dmarc\.bogus\.test\.' \
    'and so it is known why the resolver gives nothing'

audit island.test
state_is island.test island
has delegation.dnssec-island found 'island\.test\.' 'signed, and no DS'

audit weak.test
state_is weak.test secure
has delegation.dnssec-weak-algorithm found 'weak\.test\.' 'RSA with SHA-1'
is 'absent dnssec' "$(fact facts.dkim.domainkey) $(fact facts.dkim.proof)" \
    'what a resolver on loopback has validated is proof'

ok 'the world stops' "$here/world" stop "$world"
tools_world=
done_testing
