#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every C file is as clang-format leaves it; says one SPDX line; is no longer
# than 600 lines; and has no line over 79 columns.
set -u
cd "${SELKIE_SOURCE:-.}" || exit 255

n=0
bad=0
result() { # STATUS NAME
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $n - $2"
    else
        echo "not ok $n - $2"
        bad=1
    fi
}

format=no
if command -v clang-format >/dev/null &&
    clang-format --version | grep -q 'version 14'; then
    format=yes
fi
for file in common/*/*.[ch] tools/*.[ch] tests/*/*.[ch]; do
    [ -e "$file" ] || continue
    if [ $format = yes ]; then
        clang-format --dry-run -Werror "$file" >/dev/null 2>&1
        result $? "$file is formatted"
    fi
    head -n 1 "$file" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later'
    result $? "$file has its SPDX line"
    [ "$(wc -l <"$file")" -le 600 ]
    result $? "$file is at most 600 lines"
    # clang-format spreads the tables of tests wider than that by itself.
    case $file in
    tests/*) continue ;;
    esac
    ! grep -qE '^.{80,}$' "$file"
    result $? "$file fits 79 columns"
done
if [ $format = no ]; then
    n=$((n + 1))
    echo "ok $n # SKIP clang-format 14 is not installed"
fi
echo "1..$n"
exit $bad
