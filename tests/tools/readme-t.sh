#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What README.md shows is what is printed; what is in share/examples does what
# it is there for.
set -u
: "${SELKIE_SOURCE:=.}" "${SELKIE_BIN:=$SELKIE_SOURCE/build/selkie}"
. "$SELKIE_SOURCE/tests/tap/tap.sh"
plan_lazy
work=$(mktemp -d "${TMPDIR:-/tmp}/selkie-test-XXXXXX")
trap 'rm -rf "$work"' EXIT
SELKIE_SEAL_DIR=$work/seal
SELKIE_WORKSPACE=$work/esp
export SELKIE_BIN SELKIE_SEAL_DIR SELKIE_WORKSPACE
examples=$SELKIE_SOURCE/share/examples

# ---- README.md ----

SELKIE_BIN=$SELKIE_BIN "$SELKIE_SOURCE/scripts/transcripts" \
    "$SELKIE_SOURCE/README.md" >"$work/README.md" 2>"$work/err"
is 0 $? 'the commands of README.md can be run again'
is '' "$(diff -u "$SELKIE_SOURCE/README.md" "$work/README.md")" \
    'README.md shows what they print (else: scripts/transcripts README.md)'
ok 'there are some' test "$(grep -c '^<!-- run -->' \
    "$SELKIE_SOURCE/README.md")" -ge 5
# A transcript that is not what is printed must be noticed.
sed 's/^brewery.example: bad/brewery.example: good/' \
    "$SELKIE_SOURCE/README.md" >"$work/false.md"
"$SELKIE_SOURCE/scripts/transcripts" "$work/false.md" >"$work/true.md"
ok_fail 'a false transcript is noticed' cmp -s "$work/false.md" \
    "$work/true.md"
# shellcheck disable=SC2013 # names without blanks
for name in $(grep -oE '`(scripts|share)/[a-z./-]+' \
    "$SELKIE_SOURCE/README.md" | tr -d '`' | sort -u); do
    ok "README.md: there is $name" test -e "$SELKIE_SOURCE/$name"
done

# ---- share/examples: NAME and the status it is to give ----

brewery() {
    "$SELKIE_BIN" audit --zone "$examples/brewery.zone" --selector k1 \
        brewery.example "$@"
}
provision() {
    "$SELKIE_BIN" provision --from "$examples/$1"
}
verify_all() {
    "$SELKIE_BIN" records --all >"$work/zone" &&
        "$SELKIE_BIN" verify --all --zone "$work/zone"
}
ok_status 1 'brewery.zone has mistakes' brewery
ok_status 0 'mended.zone mends them' brewery --overlay "$examples/mended.zone"
ok_status 1 'strict.conf is strict' brewery --overlay \
    "$examples/mended.zone" --profile "$examples/strict.conf"
brewery --overlay "$examples/mended.zone" --profile "$examples/strict.conf" \
    >"$work/strict"
ok_fail 'strict.conf turns a finding off' grep -q delegation.absent \
    "$work/strict"
ok 'a workspace for the customers' "$SELKIE_BIN" init esp.example
ok 'customers.csv: provisioned' provision customers.csv
ok 'customers.jsonl: provisioned' provision customers.jsonl
is 6 "$("$SELKIE_BIN" list | sed 1d | cut -d' ' -f1 | sort -u | wc -l |
    tr -d ' ')" 'six customers in all'
ok 'customers.csv again: nothing to do' provision customers.csv
ok_status 0 'all that they need is in the zone' verify_all

# Whatever lies there is tried above; folders are for servers, whose own tests
# start them: tests/stunt/knot-t.sh, pdns-t.sh.
for file in "$examples"/*; do
    [ ! -d "$file" ] || continue
    ok "${file##*/} is tried here" grep -qF "${file##*/}" "$0"
done
done_testing
