#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every C file is as clang-format leaves it; says one SPDX line; is no longer
# than 600 lines; and has no line over 79 columns.
set -u
cd "${SELKIE_SOURCE:-.}" || exit 255

files=$(ls -d common/*/*.[ch] knot/*.[ch] tools/*.[ch] tests/*/*.[ch])
work=$(mktemp -d "${TMPDIR:-/tmp}/selkie-test-XXXXXX")
trap 'rm -rf "$work"' EXIT

# Each look goes over all files at once and leaves the names at fault.
format=no
if command -v clang-format >/dev/null &&
    clang-format --version | grep -q 'version 14'; then
    format=yes
    echo "$files" | xargs -n 40 -P "$(nproc)" \
        clang-format --dry-run -Werror >"$work/said" 2>&1
    sed -n 's/^\([^:]*\):.* error: .*/\1/p' "$work/said" >"$work/format"
fi
# clang-format spreads the tables of tests wider than 79 columns by itself.
# shellcheck disable=SC2086 # a list of words
awk -v work="$work" '
    FNR == 1 && !/SPDX-License-Identifier: GPL-3.0-or-later/ {
        print FILENAME >(work "/spdx")
    }
    FNR == 601 { print FILENAME >(work "/long") }
    length > 79 && FILENAME !~ /^tests\// { print FILENAME >(work "/wide") }
' $files
touch "$work/format" "$work/spdx" "$work/long" "$work/wide"

n=0
bad=0
result() { # FAULTS FILE NAME: FILE is not among FAULTS
    n=$((n + 1))
    if grep -qxF "$2" "$work/$1"; then
        echo "not ok $n - $2 $3"
        bad=1
    else
        echo "ok $n - $2 $3"
    fi
}

for file in $files; do
    [ $format = no ] || result format "$file" 'is formatted'
    result spdx "$file" 'has its SPDX line'
    result long "$file" 'is at most 600 lines'
    result wide "$file" 'fits 79 columns'
done
if [ $format = no ]; then
    n=$((n + 1))
    echo "ok $n # SKIP clang-format 14 is not installed"
fi
echo "1..$n"
exit $bad
