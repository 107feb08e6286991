#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Twenty thousand domains in one run: flat memory, and every planted fault is
# found, and none where there is none.
# shellcheck source=tests/tools/lib.sh disable=SC2086
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
bench=$SELKIE_SOURCE/tests/bench
all=20000
part=5000
plan_lazy

perl "$bench/world.pl" $all "$work" || bail 'no world'
is $all "$(wc -l <"$work/domains.txt")" 'a world of twenty thousand'
head -n $part "$work/domains.txt" >"$work/part.txt"

# audit LIST: sets peak, in MB, by the program's own account.
audit() {
    status=0
    timeout 300 "$SELKIE_BIN" audit --stats --zone "$work/world.zone" \
        --from "$1" --format ndjson >"$work/out" 2>"$work/err" || status=$?
    peak=$(sed -n 's/.*; peak memory \([0-9]*\) MB$/\1/p' "$work/err")
    diag "$(sed -n 's/^.*note: \(.* domains in \)/\1/p' "$work/err")"
}
audit "$work/part.txt"
is 1 $status "$part of them"
few=$peak
like "$few" '^[0-9]+$' 'it says what it took'
audit "$work/domains.txt"
is 1 $status 'all of them'
# A domain's facts and text are some 20 KB: those of 15,000 would be 300 MB.
ok "memory does not grow with them ($few MB, $peak MB)" \
    test "${peak:-999}" -le $((few + 4))
cut -d'"' -f10 "$work/out" >"$work/order.txt"
ok 'in the order of the list' cmp "$work/order.txt" "$work/domains.txt"
ok 'what is found is what was planted' \
    perl "$bench/compare.pl" "$work/truth.ndjson" "$work/out"
# compare.pl itself must be able to fail.
sed '1,40s/"id":"spf.missing"/"id":"spf.lost"/' "$work/out" >"$work/less"
ok_fail 'a finding that is lost is seen' \
    perl "$bench/compare.pl" "$work/truth.ndjson" "$work/less"
head -n 100 "$work/out" >"$work/less"
ok_fail 'as is a run that ends early' \
    perl "$bench/compare.pl" "$work/truth.ndjson" "$work/less"

# The same twice, whatever the order in which they are asked for.
sort -r "$work/part.txt" | head -n 500 >"$work/backwards.txt"
audit "$work/backwards.txt"
sort "$work/out" >"$work/backwards"
sort "$work/backwards.txt" >"$work/forwards.txt"
audit "$work/forwards.txt"
sort "$work/out" >"$work/forwards"
ok 'a domain is told the same in any company' \
    cmp "$work/backwards" "$work/forwards"
done_testing
