# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # work, selkie: of scripts/bench
# What selkie report takes, beside expat with empty handlers and Python's
# ElementTree on the same files in the same run.

# report_cpu COMMAND...: its CPU in microseconds, and its memory at most in
# kB, on standard output.
report_cpu() {
    python3 - "$@" <<'PY'
import os, resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(int((used.ru_utime + used.ru_stime) * 1e6), used.ru_maxrss)
PY
}

report() { # FILES
    local n=$1 few part cpu memory base best=999999999999 used=999999999999
    few=$((n / 10 > 0 ? n / 10 : 1))
    mkdir "$work/all" "$work/part" "$work/few"
    perl tests/bench/reportworld.pl "$n" "$work/all"
    find "$work/all" -name '*.xml' | sort | sed -n "1,$((n / 4))p" |
        xargs -r ln -t "$work/part"
    find "$work/all" -name '*.xml' | sort | sed -n "1,${few}p" |
        xargs -r ln -t "$work/few"
    # shellcheck disable=SC2046 # options are words
    "${CC:-cc}" -O2 -o "$work/expatbench" tests/bench/expatbench.c \
        $(pkg-config --cflags --libs expat)
    echo "$n reports of 50 rows, $(du -sm "$work/all" | cut -f1) MB," \
        "$(nproc) cores; CPU a report, the best of three"
    for part in 1 2 3; do
        read -r base memory < <(report_cpu "$work/expatbench" "$work/all")
        [ "$base" -ge "$best" ] || best=$base
        read -r cpu memory < <(report_cpu "$selkie" report --quiet \
            --format json "$work/all")
        [ "$cpu" -ge "$used" ] || used=$cpu
    done
    echo "expat, empty handlers: $((best / n)) us"
    echo "selkie report:         $((used / n)) us, $memory kB at most," \
        "$((used * 100 / best)) % of expat"
    read -r cpu memory < <(report_cpu "$selkie" report --quiet \
        --format json "$work/part")
    echo "  a quarter of them:   $memory kB at most"
    read -r cpu memory < <(report_cpu python3 -c 'import glob, sys
import xml.etree.ElementTree as tree
for path in glob.glob(sys.argv[1] + "/*"):
    tree.parse(path)' "$work/few")
    echo "ElementTree, $few of them: $((cpu / few)) us"
    [ $((used * 100 / best)) -le 150 ] || {
        echo 'bench: more than 1.5 times what expat takes' >&2
        return 1
    }
}
