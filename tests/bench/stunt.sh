# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# scripts/bench stunt: servers under dnsperf, one after the other, in one run.
# Sourced: needs $work and $selkie.

stunt_port=5457
stunt_seconds=10

stunt_needs() {
    local tool
    for tool in knotd dnsperf kdig; do
        command -v $tool >/dev/null || {
            echo "bench: $tool is missing: apt-get install knot" \
                "knot-dnsutils dnsperf" >&2
            exit 2
        }
    done
}

# stunt_world CUSTOMERS: view, static zone and questions in $work.
stunt_world() {
    # shellcheck disable=SC2046 # options are words
    "${CC:-cc}" -std=gnu11 -O2 -D_GNU_SOURCE -I. -o "$work/stuntworld" \
        tests/bench/stuntworld.c common/stunt/stunt{entry,map,meta}.c \
        common/stunt/stuntwriter.c common/base/*.c \
        $(pkg-config --cflags --libs lmdb jansson libcrypto) -lpthread -lm
    "$work/stuntworld" "$1" tests/keys/rsa2048.txt "$work"
    cat >"$work/template.zone" <<'ZONE'
$ORIGIN sausagemail.com.
$TTL 3600
@ SOA ns1 hostmaster 1 3600 600 1209600 300
@ NS ns1
ns1 A 127.0.0.1
mx A 192.0.2.10
_spf TXT "v=spf1 ip4:192.0.2.0/24 -all"
{customer} MX 10 mx
{customer} TXT "v=spf1 include:_spf.sausagemail.com -all"
bounces.{customer} MX 10 mx
bounces.{customer} TXT "v=spf1 include:_spf.sausagemail.com -all"
{selector}._domainkey.{customer} TXT "v=DKIM1; k={algorithm}; p={key}"
_dmarc.{customer} TXT "v=DMARC1; p=reject; rua=mailto:{customer}@reports.sausagemail.com"
ZONE
    printf '%s\n' \
        'sausagemail.com. 3600 SOA ns1.sausagemail.com. hostmaster.sausagemail.com. 1 3600 600 1209600 300' \
        'sausagemail.com. 3600 NS ns1.sausagemail.com.' >"$work/apex.zone"
}

# stunt_knot FILE MODULES: knotd's configuration.
stunt_knot() {
    mkdir -p "$work/knot"
    cat <<CONF
server:
    rundir: "$work/knot"
    listen: 127.0.0.1@$stunt_port
    udp-workers: $(nproc)
    tcp-workers: 1
    background-workers: 1
log:
  - target: "$work/knot.log"
    any: warning
database:
    storage: "$work/knot"
policy:
  - id: bench
    algorithm: ecdsap256sha256
module:
  - id: mod-selkie
    file: "$work/selkie.so"
mod-selkie:
  - id: bench
    view: "$work/view"
    template: "$work/template.zone"
mod-onlinesign:
  - id: bench
    policy: bench
    nsec-bitmap: [ A, AAAA, MX, TXT ]
zone:
  - domain: sausagemail.com
    storage: "$work"
    file: "$1"
    zonefile-sync: -1
    zonefile-load: whole
    journal-content: none
    ${2:+module: [ $2 ]}
CONF
}

# stunt_pdns KIND SETTINGS...: a folder with pdns.conf.
stunt_pdns() {
    mkdir -p "$work/pdns-$1"
    printf '%s\n' local-address=127.0.0.1 "local-port=$stunt_port" daemon=no \
        guardian=no "socket-dir=$work/pdns-$1" \
        loglevel=3 "receiver-threads=$(nproc)" "${@:2}" \
        >"$work/pdns-$1/pdns.conf"
}

# stunt_family PID: it and its children.
stunt_family() {
    echo "$1"
    pgrep -P "$1" || true
}
# Ticks of CPU that processes have used.
stunt_ticks() {
    local pid all=0
    for pid in "$@"; do
        [ -r "/proc/$pid/stat" ] || continue
        all=$((all + $(sed 's/.*) //' "/proc/$pid/stat" |
            awk '{print $12 + $13}')))
    done
    echo $all
}
# Kilobytes that are theirs alone: not the mapped view, nor programs.
stunt_private() {
    local pid all=0
    for pid in "$@"; do
        all=$((all + $(awk '/^Anonymous:/{print $2}' \
            "/proc/$pid/smaps_rollup" 2>/dev/null || echo 0)))
    done
    echo $all
}

stunt_wait() {
    local tick
    for tick in $(seq 600); do
        kill -0 "$1" 2>/dev/null || break
        # MX: the zone's own server knows it, and the back-ends.
        kdig @127.0.0.1 -p $stunt_port +retry=0 +timeout=1 \
            c1.sausagemail.com MX 2>/dev/null | grep -q 'status: NOERROR' &&
            return 0
        sleep 0.1
    done
    echo "bench: no answer after $tick looks" >&2
    return 1
}

# stunt_one NAME DNSPERF-OPTIONS PROGRAM...: start it, ask it, end it.
stunt_one() {
    local name=$1 options=$2 pid begun pids extra=${stunt_extra-}
    shift 2
    begun=$(date +%s%N)
    "$@" >"$work/$name.log" 2>&1 </dev/null &
    pid=$!
    if ! stunt_wait $pid; then
        tail -n 5 "$work/$name.log" >&2
        kill $pid 2>/dev/null || true
        wait $pid 2>/dev/null || true
        return 0
    fi
    local start=$((($(date +%s%N) - begun) / 1000000))
    # shellcheck disable=SC2046,SC2086 # lists of words
    {
        pids="$(stunt_family $pid | tr '\n' ' ') $extra"
        local before private after
        before=$(stunt_ticks $pids)
        dnsperf -s 127.0.0.1 -p $stunt_port -d "$work/questions" \
            -l $stunt_seconds $options >"$work/dnsperf" 2>&1
        after=$(stunt_ticks $pids)
        private=$(stunt_private $pids)
    }
    awk -v name="$name" -v ticks=$((after - before)) -v kb="$private" \
        -v start="$start" -v hz="$(getconf CLK_TCK)" '
        /Queries completed/ { n = $3 }
        /Queries lost/ { lost = $3 }
        /Queries per second/ { rate = $4 }
        END { printf "%-22s %9.0f q/s %7.2f us CPU a question %7.1f MB" \
            " private, up in %.2f s, lost %d\n", name, rate,
            n ? ticks / hz * 1e6 / n : 0, kb / 1024, start / 1000, lost }' \
        "$work/dnsperf"
    kill $pid
    wait $pid 2>/dev/null || true
}

stunt() {
    local customers=$1 with_edns='-e -c 8 -q 400' remote
    stunt_seconds=$2
    stunt_needs
    knot/build "$work/selkie.so"
    stunt_world "$customers"
    echo "stunt: $customers customers x 6 records, $(nproc) cores shared" \
        "with dnsperf, load $(cut -d' ' -f1 /proc/loadavg) before"
    stunt_knot static.zone '' >"$work/static.conf"
    stunt_knot apex.zone mod-selkie/bench >"$work/module.conf"
    stunt_knot apex.zone 'mod-selkie/bench, mod-onlinesign/bench' \
        >"$work/signed.conf"
    for _ in 1 2; do
        stunt_one knot-static "$with_edns" knotd -c "$work/static.conf"
        stunt_one serve "$with_edns" "$selkie" serve --view "$work/view" \
            --template "$work/template.zone" \
            --listen "127.0.0.1:$stunt_port"
        stunt_one mod-selkie "$with_edns" knotd -c "$work/module.conf"
    done
    stunt_one mod-selkie-signed "$with_edns -D" knotd -c "$work/signed.conf"
    if ! command -v pdns_server >/dev/null; then
        echo "pdns: not installed: apt-get install pdns-server" \
            "pdns-backend-pipe pdns-backend-remote"
        return 0
    fi
    stunt_pdns pipe launch=pipe pipe-abi-version=1 \
        zone-cache-refresh-interval=0 \
        "pipe-command=$selkie pdns --view $work/view --template $work/template.zone"
    stunt_one pdns-pipe "$with_edns" pdns_server --config-dir="$work/pdns-pipe"
    "$selkie" pdns --socket "$work/pdns.sock" --view "$work/view" \
        --template "$work/template.zone" >"$work/remote.log" 2>&1 &
    remote=$!
    stunt_pdns remote launch=remote zone-cache-refresh-interval=60 \
        "remote-connection-string=unix:path=$work/pdns.sock"
    stunt_extra=$remote
    stunt_one pdns-remote "$with_edns" \
        pdns_server --config-dir="$work/pdns-remote"
    kill $remote
    wait $remote 2>/dev/null || true
}
