# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh disable=SC2034
# What the tests of the program share: a folder, the program, servers, and
# looking into its JSON.  They end what they started, by process id.
#
#     . "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"

: "${SELKIE_SOURCE:=.}" "${SELKIE_BIN:=$SELKIE_SOURCE/build/selkie}"
: "${SELKIE_SUITES:=$SELKIE_SOURCE/../shared/suites}"
# Tests change folders.
SELKIE_SOURCE=$(cd "$SELKIE_SOURCE" && pwd)
SELKIE_BIN=$(cd "$(dirname "$SELKIE_BIN")" && pwd)/$(basename "$SELKIE_BIN")
. "$SELKIE_SOURCE/tests/tap/tap.sh"
[ -x "$SELKIE_BIN" ] || bail "no program: '$SELKIE_BIN'"

work=$(mktemp -d "${TMPDIR:-/tmp}/selkie-test.XXXXXX") || bail 'mktemp failed'
tools_pids=
tools_world=
tools_end() {
    for tools_pid in $tools_pids; do
        kill "$tools_pid" 2>/dev/null
        wait "$tools_pid" 2>/dev/null
    done
    [ -z "$tools_world" ] ||
        "$SELKIE_SOURCE/tests/world/world" stop "$tools_world"
    rm -rf "$work"
}
trap tools_end EXIT
trap 'exit 1' HUP INT TERM

# No test waits longer for one run of the program: 124 says that it did.
tools_patience=120

# run ARGS...: the program; sets status, out and err, and leaves the output in
# $work/out and $work/err.
run() {
    status=0
    timeout $tools_patience "$SELKIE_BIN" "$@" >"$work/out" 2>"$work/err" \
        </dev/null || status=$?
    out=$(tr -d '\000' <"$work/out")
    err=$(tr -d '\000' <"$work/err")
}

# ends WANTED NAME: with that status.
ends() {
    tap_run cat "$work/err" "$work/out"
    tap_status=$status
    tap_word=no
    [ "$status" -ne "$1" ] || tap_word=yes
    tap_judge $tap_word "$2: ends with $1" || return 0
}

# complains WANTED ERE NAME: ends with that status, says nothing on standard
# output, and one line on standard error, which matches.  Lines of the
# program's that only say how it is used do not count.
complains() {
    ends "$1" "$3"
    is '' "$out" "$3: nothing on standard output"
    is 1 "$(grep -c -v '^selkie: [a-z ]*: note: usage: ' "$work/err")" \
        "$3: one line"
    like "$err" "$2" "$3: which says what and where"
}

# json WHAT ARGS...: see json.pl; of $work/out unless it is named.
json() {
    perl "$SELKIE_SOURCE/tests/tools/json.pl" "$@"
}
# The findings of the last run: "id state at", sorted.
findings() {
    json findings "$work/out"
}
# has ID STATE AT NAME, lacks ID NAME
has() {
    like "$(findings)" "^$1 $2 $3$" "$4"
}
lacks() {
    unlike "$(findings)" "^$1 " "$2"
}
# fact PATH: of the last run's only subject, "facts.dkim.domainkey".
fact() {
    json get "$work/out" "$1"
}

# faulty_server SCRIPT: compiles it once; sets faulty_at to ADDRESS@PORT,
# faulty_port and faulty_pid.
faulty_server() {
    if [ ! -x "$work/faulty" ]; then
        ${CC:-cc} -D_GNU_SOURCE -std=gnu11 -O1 -I"$SELKIE_SOURCE" \
            -o "$work/faulty" "$SELKIE_SOURCE/tests/world/faulty.c" ||
            bail 'the server of faults does not compile'
    fi
    rm -f "$work/ready"
    mkfifo "$work/ready" || bail 'mkfifo failed'
    "$work/faulty" 127.0.0.1 0 "$1" >"$work/ready" &
    faulty_pid=$!
    tools_pids="$tools_pids $faulty_pid"
    read -r tools_word faulty_at <"$work/ready" || tools_word=
    [ "$tools_word" = ready ] || bail "the server of faults: '$1'"
    faulty_port=${faulty_at#*@}
}

# real_world ZONES...: sets world (its folder), WORLD_RESOLVER and WORLD_PORT;
# false when its servers are not installed.
real_world() {
    world=$work/world
    tools_status=0
    "$SELKIE_SOURCE/tests/world/world" start "$world" "$@" >"$work/world.log" \
        2>&1 || tools_status=$?
    [ $tools_status -ne 77 ] || return 1
    [ $tools_status -eq 0 ] || {
        diag "$(cat "$work/world.log")"
        bail "the world does not start ($tools_status)"
    }
    tools_world=$world
    . "$world/env"
}

# local_unbound STRICT ZONE=ADDRESS@PORT...: a resolver that asks those servers
# for the zones, label by label, and logs in $work/unbound.log what it is
# asked.  STRICT (yes or no): it gives up at NXDOMAIN of a label; what it says
# of names below such it does not remember then.  Sets unbound_port and
# unbound_pid; false without unbound or a free port.
local_unbound() {
    PATH=$PATH:/usr/sbin command -v unbound >/dev/null || return 1
    tools_strict=$1
    shift
    for unbound_port in 5391 5392 5393 5394 5395 5396; do
        {
            cat <<END
server:
    directory: "$work"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    logfile: "$work/unbound.log"
    log-queries: yes
    verbosity: 1
    do-daemonize: no
    interface: 127.0.0.1@$unbound_port
    so-reuseport: no
    do-ip6: no
    do-not-query-localhost: no
    module-config: "iterator"
    qname-minimisation: yes
    qname-minimisation-strict: $tools_strict
END
            for tools_stub; do
                printf 'stub-zone:\n    name: "%s"\n    stub-addr: %s\n' \
                    "${tools_stub%%=*}" "${tools_stub#*=}"
            done
        } >"$work/unbound.conf"
        PATH=$PATH:/usr/sbin unbound -d -c "$work/unbound.conf" >/dev/null \
            2>&1 </dev/null &
        unbound_pid=$!
        tools_pids="$tools_pids $unbound_pid"
        for tools_tick in $(seq 50); do
            kill -0 $unbound_pid 2>/dev/null || break
            dig -p $unbound_port @127.0.0.1 +tries=1 +time=1 "${1%%=*}" SOA \
                2>/dev/null | grep -q 'status: NOERROR' && return 0
            sleep 0.1
        done
    done
    return 1
}
