#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One customer's life: fields that the template uses, suspended, resumed,
# removed.
set -u
: "${SELKIE_SOURCE:=.}" "${SELKIE_BIN:=$SELKIE_SOURCE/build/selkie}"
. "$SELKIE_SOURCE/tests/tap/tap.sh"
plan_lazy
work=$(mktemp -d "${TMPDIR:-/tmp}/selkie-test-XXXXXX")
trap 'rm -rf "$work"' EXIT
SELKIE_SEAL_DIR=$work/seal
SELKIE_WORKSPACE=$work/esp
export SELKIE_SEAL_DIR SELKIE_WORKSPACE

selkie() { "$SELKIE_BIN" "$@"; }
show() { selkie customer show snufkin; }
# The records of snufkin that hold a text.
records() { selkie records snufkin --format zone | grep -c "$1"; }
said() { selkie "$@" 2>&1; }

ok 'a workspace' selkie init esp.example
echo 'pool.{customer} TXT "pool={pool}"' >>"$SELKIE_WORKSPACE/template.zone"
ok 'a customer' selkie provision snufkin --selector k1 --algorithm ed25519

# ---- set ----

is 0 "$(records 'pool=')" 'without the field its record is left out'
ok 'set: a field' selkie customer set snufkin pool=bulk
is 1 "$(records '"pool=bulk"')" 'its record has the value'
like "$(show)" '^ +pool +bulk$' 'show: the field'
like "$(show)" 'customer.set +pool = bulk' 'show: what was done'
ok_status 2 'set: nothing is set if one of several is none' \
    selkie customer set snufkin pool=quick what
is 1 "$(records '"pool=bulk"')" 'the value is as it was'
like "$(said customer set snufkin what)" "'what' is no FIELD=VALUE" \
    'set: what is wrong is named'
for wrong in 'pool=two words' 'pool=a"b' '=x' 'Pool=x' 'key=x'; do
    ok_fail "set: '$wrong' is refused" selkie customer set snufkin "$wrong"
done
is 1 "$(records '"pool=bulk"')" 'the value is as it was'
ok_status 4 'set: there must be the customer' \
    selkie customer set nobody pool=bulk
ok_status 2 'set: needs a field' selkie customer set snufkin
ok 'set: taken away' selkie customer set snufkin pool=
is 0 "$(records 'pool=')" 'its record is left out again'

# ---- suspend, resume, remove ----

ok 'suspend' selkie customer suspend snufkin
like "$(show)" '^snufkin +suspended' 'suspended'
is 1 "$(records '^k1._domainkey')" 'its key stays published'
ok 'suspend again' selkie customer suspend snufkin
ok 'resume' selkie customer resume snufkin
like "$(show)" '^snufkin +active' 'active'
ok_status 2 'remove asks for --yes' selkie customer remove snufkin
like "$(show)" '^snufkin +active' 'and nothing was done'
ok 'remove --yes' selkie customer remove --yes snufkin
ok_fail 'its records are no more' selkie records snufkin
is 0 "$(selkie list | grep -c snufkin)" 'list is without it'
ok 'list --all has it' sh -c '"$0" list --all | grep -q snufkin' "$SELKIE_BIN"
ok_status 4 'its name is not used again' selkie provision snufkin
ok_fail 'a removed customer does not come back' selkie customer resume snufkin
done_testing
