#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# selkie audit --keys: one subject more, which compares the keys of all.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
plan_lazy

start=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ
end=QIDAQAB
# Two moduli of 1024 bits with one prime in common.
one=$start"C+q4IJc42B8PWVMb4gF3E2N8YvMpsAiP1zzt5H2QypHMmCAnSHaK6ky/gsVCqYE3P/mLtCKt2iM3l9OntOwtAd1rKids2+4rRDvkcAU/03L8smb/RrqY17olaVcoqi3/QhX42wS8GG3EDVAbTguo9+7X6BXJ+zgBS12EPvjZmUB"$end
two=$start"DEiZMtIA7KDZj4wIlV8H3/3b026JxV+5j9UQItIgOmok0VLNRCNx348r20Jp6kXgaMsWRz/FfxMIq+os8w+VlQAEeeqnTtygOvG9neLjXWWiEncaj/inVNT/6DkRGGckmieZV9J7FmGjqCaKRmg26y1H+0o1Yp0KxiEOrwiItde"$end
cat >"$work/zone" <<END
. 3600 SOA ns dns 1 7200 3600 1209600 600
. 3600 NS ns
ns 3600 A 192.0.2.1
s._domainkey.a.example. 3600 TXT "v=DKIM1; p=$one"
s._domainkey.b.example. 3600 TXT "v=DKIM1; p=$two"
s._domainkey.c.example. 3600 TXT "v=DKIM1; t=y; p=$two"
END
audit() { run audit --zone "$work/zone" --no-guess -s s "$@"; }
domains='a.example b.example c.example'

# shellcheck disable=SC2086 # three domains
audit --format ndjson $domains
is 3 "$(wc -l <"$work/out" | tr -d ' ')" 'without --keys: the domains'
# shellcheck disable=SC2086
audit --keys --format ndjson $domains
is 4 "$(wc -l <"$work/out" | tr -d ' ')" '--keys: one subject more'
tail -n 1 "$work/out" >"$work/fleet"
ok 'it is the fleet' grep -q '^{"version":1,"command":"audit","domain":"fleet"' \
    "$work/fleet"
ok 'a key under two domains' grep -q '"id":"dkim.key-shared"' "$work/fleet"
ok 'test mode forgotten' grep -q '"id":"dkim.flag-testing"' "$work/fleet"
ok 'names are counted' grep -q '"names":3' "$work/fleet"
ok 'keys are counted' grep -q '"keys":2' "$work/fleet"
if grep -q '"compared":true' "$work/fleet"; then
    is 3 "$(grep -o '"id":"dkim.rsa-weak"' "$work/fleet" | wc -l |
        tr -d ' ')" 'a shared prime: found at every name'
    ends 1 'a shared prime'
else
    ok 'without GMP the fleet is unknown' \
        grep -q '"fleet":{"state":"unknown"' "$work/fleet"
fi

audit --keys --format json nowhere.example
ok 'no keys: a fleet of none' grep -q '"names": *0' "$work/out"
audit --keys --format json --from /dev/null
ok 'no domains: a fleet of none' grep -q '"domains": *0' "$work/out"
done_testing
