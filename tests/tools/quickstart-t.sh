#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/quickstart: the main job from nothing, each step as it should be, and
# nothing left running or behind.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
command -v bash >/dev/null || skip_all 'bash is not installed'
plan_lazy

mkdir "$work/tmp"
# Idle now, or the time it takes is not ours.
load=$(cut -d ' ' -f 1 /proc/loadavg)
began=$(date +%s)
status=0
SELKIE_BIN=$SELKIE_BIN TMPDIR=$work/tmp timeout 300 \
    "$SELKIE_SOURCE/scripts/quickstart" --no-install >"$work/out" \
    2>"$work/err" </dev/null || status=$?
took=$(($(date +%s) - began))
ends 0 'quickstart'
if [ "${load%.*}" -lt "$(nproc)" ]; then
    ok "under 30 s when built ($took s)" [ $took -lt 30 ]
else
    diag "NOT CHECKED, load $load: under 30 s when built ($took s)"
    skip 'under 30 s when built: others use the machine'
fi

# step N: what is printed under its heading, blanks run together.
step() {
    sed -n "/^== $1\\. /,/^== /p" "$work/out" | sed '1d' | tr -s ' '
}
like "$(step 1)" '^sealing key ' '1: a workspace'
like "$(step 2)" '^3 added with 6 keys, 0 there already, 0 refused$' \
    '2: three customers'
is 6 "$(step 2 | grep -c ' pending ')" '2: six keys, pending'
like "$(step 3)" '^ name k1\._domainkey\.snufkin\.sausagemail\.com$' \
    '3: the RSA key'
like "$(step 3)" '^ value v=DKIM1; k=rsa; p=MII[A-Za-z0-9+/=]+$' \
    '3: in one line'
like "$(step 3)" '^ value v=DKIM1; k=ed25519; p=[A-Za-z0-9+/]{43}=$' \
    '3: the Ed25519 key'
like "$(step 4)" '^ready .process [0-9]+.$' '4: the server is ready'
like "$(step 5)" '^4 looked at: 4 good$' '5: all is published'
is 6 "$(step 5 | grep -cE ' (rsa|ed25519) published ')" '5: and the registry knows'
like "$(step 6)" 'quotes of the zone-file form' '6: the mistake is named'
like "$(step 6)" '^snufkin, snufkin\.sausagemail\.com: bad' '6: and is one'
like "$(step 7)" '^snufkin\.sausagemail\.com: good' '7: the audit is good'
unlike "$(cat "$work/err")" 'error' 'nothing is said to have gone wrong'

server=$(step 4 | sed -n 's/^ready (process \([0-9]*\)).*/\1/p')
ok_fail 'the server is stopped' kill -0 "$server"
is '' "$(ls -A "$work/tmp")" 'nothing is left behind'
"$SELKIE_SOURCE/scripts/quickstart" --nonsense >/dev/null 2>&1
is 2 $? 'an unknown option is refused'
done_testing
