#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The systemd units: systemd understands them and finds little exposed, and
# what they start answers.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
command -v systemd-analyze >/dev/null ||
    skip_all 'systemd-analyze is not installed'
plan_lazy

SELKIE_SEAL_DIR=$work/seal
SELKIE_WORKSPACE=$work/esp
export SELKIE_SEAL_DIR SELKIE_WORKSPACE
run init sausagemail.com --ns ns1=192.0.2.1 --ns ns2=192.0.2.2
ends 0 'init'
run publish
ends 0 'publish'

# Exposure by systemd's own measure, in tenths: below 2 is "OK" and better.
exposed_most=20
for name in serve pdns; do
    unit=$work/selkie-$name.service
    sed -e "s|/usr/bin/selkie|$SELKIE_BIN|" -e "/^Documentation/d" \
        "$SELKIE_SOURCE/share/systemd/selkie-$name.service" >"$unit"
    said=$(systemd-analyze verify "$unit" 2>&1 | grep "selkie-$name")
    is '' "$said" "systemd understands the unit of $name"
    exposed=$(systemd-analyze security --offline=true --no-pager "$unit" \
        2>/dev/null | sed -n 's/.*exposure level.*: \([0-9]*\)\.\([0-9]\).*/\1\2/p')
    if [ -z "$exposed" ]; then
        skip 'this systemd-analyze measures no unit that is not loaded'
    else
        ok "little is exposed of $name: $exposed tenths" \
            test "$exposed" -le $exposed_most
    fi
done

# What the unit starts, its paths and addresses changed.
line=$(sed -n 's/^ExecStart=//p' "$work/selkie-serve.service" |
    sed -e "s|/var/lib/selkie/view|$work/esp/view|" \
        -e "s|/etc/selkie/template.zone|$work/esp/template.zone|" \
        -e 's|--listen 0.0.0.0 --listen \[::\]|--listen 127.0.0.1:0|')
mkfifo "$work/ready"
# shellcheck disable=SC2086 # a line of words
$line >"$work/ready" 2>"$work/serve.err" </dev/null &
tools_pids="$tools_pids $!"
read -r said <"$work/ready" || said=
is ready "$said" 'what the unit starts is ready'
done_testing
