#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# selkie sign: a message signed with both keys of a customer verifies with
# what the workspace has published of them.
set -u
: "${SELKIE_BUILD:=${SELKIE_SOURCE:-.}/build}"
# Its keys are made ones: nothing waits for new ones.
SELKIE_BIN=$SELKIE_BUILD/tests/tools/selkie-testkeys
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
plan_lazy

mkdir "$work/shop"
export SELKIE_SEAL_DIR="$work/seal" SELKIE_WORKSPACE="$work/shop"
run init esp.example
ends 0 'a workspace'
run provision acme --domain acme.example --algorithm rsa,ed25519
ends 0 'a customer'
run records acme --format zone
{
    printf '. 60 SOA ns.root.example. dns.root.example. 1 7 3 1 600\n'
    # the aliases that the customer would have
    grep '^s' "$work/out" | grep '_dkim' |
        sed 's/^\(s[0-9a-z]*\)\.[a-z0-9]*\._dkim\.esp\.example\./\1._domainkey.acme.example./'
    printf '_dmarc.acme.example. 60 TXT "v=DMARC1; p=reject"\n'
} >"$work/world.zone"
printf 'From: a@acme.example\nTo: b@example.net\nSubject: x\n' >"$work/mail"
printf 'Date: Tue, 24 Nov 2026 17:00:00 +0000\n' >>"$work/mail"
printf 'Message-ID: <1@acme.example>\n\nHello\n' >>"$work/mail"

sign() { # OPTION...: signed, and then verified
    run sign acme "$@"
    ends 0 "sign $*"
    mv "$work/out" "$work/signed"
    run message --zone "$work/world.zone" --format ndjson "$work/signed"
}
sign "$work/mail"
ends 0 'it passes DMARC'
is pass "$(fact dkim.0.result)" 'by RSA'
is pass "$(fact dkim.1.result)" 'and by Ed25519'
is rsa-sha256,ed25519-sha256 \
    "$(fact dkim.0.algorithm),$(fact dkim.1.algorithm)" 'both at once'
is '' "$(tail -n 7 "$work/signed" | cmp - "$work/mail")" \
    'the message itself is as it was'
sign --simple "$work/mail"
is simple/simple "$(fact dkim.0.canonicalization)" '--simple'
is pass "$(fact dkim.0.result)" 'verifies, too'
selector=$(fact dkim.1.selector)
sign --selector "$selector" "$work/mail"
is "$selector null" "$(fact dkim.0.selector) $(fact dkim.1)" 'one key alone'
sed 's/$/\r/' "$work/mail" >"$work/crlf"
sign "$work/crlf"
is pass "$(fact dkim.0.result)" 'lines that end in CR LF'
is "$(wc -l <"$work/signed")" "$(grep -c "$(printf '\r')\$" "$work/signed")" \
    'all of them'

{ echo 'From a@acme.example Tue Nov 24 17:00:00 2026' && cat "$work/mail"; } \
    >"$work/mbox"
sign "$work/mbox"
ends 0 'a message with the "From " line of a mailbox file'
like "$(head -n 1 "$work/signed")" '^From a@' 'which stays the first'

echo hello >"$work/nomail"
run sign acme "$work/nomail"
complains 4 'no mail message' 'what is no mail'
run sign nobody "$work/mail"
complains 4 'nobody' 'no such customer'
run sign acme --selector s1 "$work/mail"
complains 4 's1' 'no such key'
run sign acme --domain other.example "$work/mail"
complains 4 'other.example' 'no such domain'
unlike "$(cat "$work/signed")" 'PRIVATE' 'no private key is printed'
done_testing
