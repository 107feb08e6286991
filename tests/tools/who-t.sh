#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# selkie who over a small world of vendors: exactly the parties that were
# planted, each with its powers and its path; and what could not be told.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
plan_lazy
zones=$SELKIE_SOURCE/tests/tools/who

who() {
    run who --zone "$zones/world.zone" --zone "$zones/vendors.zone" \
        --zone "$zones/news.zone" "$@"
}
# A line for each party: owner, powers, P when it signs as the parent.
parties() {
    perl -MJSON::PP -0777 -ne '
        for my $party (@{decode_json($_)->{parties}}) {
            print join(" ", $party->{owner}, join(",", @{$party->{powers}}),
                $party->{signs_as_parent} ? "P" : ()), "\n";
        }' "$work/out"
}
# The ways of one party: "at: NAME TYPE TARGET, ..." and the state.
ways() {
    perl -MJSON::PP -0777 -e '
        my $owner = shift;
        for my $party (@{decode_json(<>)->{parties}}) {
            next if $party->{owner} ne $owner;
            for my $way (@{$party->{ways}}) {
                print "$way->{at}: ", join(", ", map {
                    "$_->{name} $_->{type} $_->{target}" } @{$way->{path}}),
                    " ", $way->{state} // "-", "\n";
            }
        }' "$1" "$work/out"
}

# ---- everybody, and nobody else ----

who shop.example -s k1 -s old -s own -s cut --format ndjson
ends 0 'a world with vendors'
is "$(cat "$zones/parties")" "$(parties)" 'exactly the parties planted'
is 'k1._domainkey.shop.example.: k1._domainkey.shop.example. CNAME k1.dkim.mailer.example. live
shop.example.: shop.example. TXT spf.mailer.example. live' \
    "$(ways mailer.example)" 'two ways of one party'
is 'old._domainkey.shop.example.: old._domainkey.shop.example. CNAME old.dkim.bankrupt.example. gone' \
    "$(ways bankrupt.example)" 'a vendor that is gone'
is 'cut._domainkey.shop.example.: cut._domainkey.shop.example. NS ns1.cutter.example. -' \
    "$(ways cutter.example)" 'a selector cut off, by the parent alone'
is 'shop.example.: shop.example. TXT spf.mailer.example., spf.mailer.example. TXT spf.upstream.example. live' \
    "$(ways upstream.example)" 'an include within an include'
is '["own._domainkey.shop.example."]' "$(fact keys)" \
    'a key in the zone itself'
is '[]' "$(fact unknown)" 'nothing is unknown'

# ---- what was guessed, and what was not ----

who shop.example --format ndjson
unlike "$(parties)" '^(bankrupt|cutter)\.' \
    'selectors that nobody names or guesses are not found'
like "$(parties)" '^campaign\.' 'a subdomain in wide use is'
who shop.example --no-guess --format ndjson
unlike "$(parties)" '^campaign\.' 'but not with --no-guess'
who shop.example --no-guess --subdomain news --format ndjson
like "$(parties)" '^campaign.example create-key,set-policy,send P$' 'when it is given'
who shop.example --no-guess --subdomain news.shop.example --format ndjson
like "$(parties)" '^campaign.example create-key,set-policy,send P$' 'with its whole name'

# ---- names below a subdomain that is in the zone itself ----

cat >"$work/below.zone" <<'END'
$TTL 300
_domainkey.em.shop.example. NS ns1.keys.example.
_dmarc.em.shop.example. NS ns1.keys.example.
em.shop.example. TXT "v=spf1 include:spf.upstream.example -all"
k1._domainkey.b.shop.example. CNAME k1.dkim.mailer.example.
ns1.keys.example. A 192.0.2.7
END
who shop.example --overlay "$work/below.zone" --no-guess -s k1 \
    --subdomain em --subdomain b --format ndjson
like "$(parties)" '^keys.example create-key,set-policy P$' \
    'who has _domainkey and _dmarc of a subdomain'
like "$(ways upstream.example)" \
    '^em.shop.example.: em.shop.example. TXT spf.upstream.example. live$' \
    'who is included in its SPF'
like "$(ways mailer.example)" \
    '^k1._domainkey.b.shop.example.: k1._domainkey.b.shop.example. CNAME ' \
    'who has a selector of it'

# ---- which types a delegate has put there ----

cat >"$work/keys.zone" <<'END'
$TTL 300
test. SOA ns.nic.test. h.nic.test. 1 1 1 1 1
cut.test. SOA ns1.host.test. h.host.test. 1 1 1 1 1
cut.test. NS ns1.host.test.
_domainkey.cut.test. SOA ns1.vendor.test. h.vendor.test. 1 1 1 1 1
_domainkey.cut.test. NS ns1.vendor.test.
_domainkey.cut.test. CAA 0 issue "ca.test"
k1._domainkey.cut.test. TXT "v=DKIM1; p="
k1._domainkey.cut.test. A 192.0.2.66
ns1.vendor.test. A 192.0.2.8
END
run who --zone "$work/keys.zone" --no-guess -s k1 --format ndjson cut.test
is '["CAA"]' "$(fact parties.1.ways.0.types)" 'a CAA record at the cut'
is 'k1._domainkey.cut.test. A' \
    "$(fact parties.1.ways.0.types_below.0.name) $(fact parties.1.ways.0.types_below.0.type)" \
    'an address at a selector'
is '[]' "$(fact parties.1.ways.0.types_unknown)" 'every answer came'
sed -e '/ CAA /d' "$work/keys.zone" >"$work/lost.zone"
printf '%s\n' ';! _domainkey.cut.test. MX SERVFAIL' \
    ';! k1._domainkey.cut.test. SRV TIMEOUT' >>"$work/lost.zone"
run who --zone "$work/lost.zone" --no-guess -s k1 --format ndjson cut.test
is '["MX","SRV"]' "$(fact parties.1.ways.0.types_unknown)" \
    'no answer, at the name or below it, is not absent'
is '["TXT","A","AAAA","CAA","DNAME"]' \
    "$(fact parties.1.ways.0.types_asked)" 'nor is it looked for'
run who --zone "$work/lost.zone" --no-guess -s k1 cut.test
like "$out" '^    types +none known; ' 'so it may be there'
like "$(printf '%s' "$out" | tr -s '\n ' ' ')" '; no answer for MX, SRV' \
    'and that is said'

# ---- containment: strict alignment ----

cat >"$work/strict.zone" <<'END'
_dmarc.shop.example. 300 TXT "v=DMARC1; p=reject; adkim=s; aspf=s"
END
who shop.example --overlay "$work/strict.zone" --format ndjson
like "$(parties)" '^campaign.example create-key,set-policy,send$' \
    'strict alignment: its keys do not sign as the parent'
cat >"$work/psd.zone" <<'END'
_dmarc.news.shop.example. 300 TXT "v=DMARC1; p=reject; psd=n; adkim=s"
END
who news.shop.example --format ndjson
like "$(parties)" '^campaign.example .* P$' 'of the subdomain itself: it does'

# ---- never a party out of a failure ----

cat >"$work/dark.zone" <<'END'
$TTL 300
dark.test. SOA ns1.host.test. h.host.test. 1 1 1 1 1
dark.test. NS ns1.host.test.
;! dark.test. TXT SERVFAIL
;! k1._domainkey.dark.test. ANY TIMEOUT
END
run who --zone "$work/dark.zone" dark.test --no-guess -s k1 --format ndjson
ends 3 'answers are missing'
is 'host.test create-key,set-policy,send,read-reports' "$(parties)" \
    'only the operator of the zone'
is 'k1._domainkey.dark.test.' "$(fact unknown.0.name)" 'what is unknown'
is timeout "$(fact unknown.0.outcome)" 'and why'
is '["create-key"]' "$(fact unknown.0.powers)" 'and which power'

# ---- text ----

who shop.example -s k1 -s old -s cut
ends 0 'text'
like "$out" '^  campaign.example +yes +yes +yes +- +yes$' 'a row of the table'
like "$out" '^    gone +the name it leads to does not exist' 'who is gone'
like "$out" '^    cannot +create keys; change the SPF of shop.example$' \
    'what a party cannot do'
like "$out" 'its signatures and its SPF pass DMARC for the domain above' \
    'by what a subdomain passes for the domain'
like "$out" '^            its SPF passes DMARC for the domain above, too' \
    'an alias does by SPF alone'
like "$out" '^    from +198.51.100.0/24, 2001:db8::/32$' 'from where it sends'
like "$out" '^    types +TXT, MX; looked for TXT, A, AAAA, MX, SRV, CAA,' 'which types a zone cut off has now'
ok 'text fits 80 columns' awk 'length > 80 { exit 1 }' "$work/out"
who shop.example --format ndjson
is 1 "$(wc -l <"$work/out" | tr -d ' ')" 'ndjson is one line'

# ---- usage ----

run who --profile gmail shop.example
complains 2 "unknown option '--profile'" 'no rule is about parties'

run who
complains 2 'operand|domain' 'no domain'
run who shop.example --subdomain shop.example --zone "$zones/world.zone"
complains 2 'the domain itself' 'a subdomain that is none'
run who shop.example --format csv --zone "$zones/world.zone"
complains 2 'not for this command' 'a format of other commands'
done_testing
