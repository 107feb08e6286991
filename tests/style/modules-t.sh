#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every module has a test of its name, tests/FOLDER/NAME-t.*, or is a row of
# the table below with the test that covers it instead; and every library's
# header is included in one file.
set -u
cd "${SELKIE_SOURCE:-.}" || exit 255

covered=tests/style/modules.covered
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

for file in common/*/*.c; do
    stem=${file#common/}
    stem=${stem%.c}
    if ls "tests/$stem-t".* >/dev/null 2>&1; then
        result 0 "$stem has a test"
        continue
    fi
    by=$(sed -n "s|^$stem[ ][ ]*||p" "$covered")
    [ -n "$by" ] && [ -e "$by" ]
    result $? "$stem is covered by ${by:-nothing}"
done

while read -r header; do
    count=$(grep -lE "^#[ ]*include <$header" common/*/*.[ch] tools/*.[ch] |
        wc -l)
    [ "$count" -le 1 ]
    result $? "<$header> is included in $count files"
done <<LIST
sqlite3.h
lmdb.h
pcre2.h
jansson.h
csv.h
libpsl.h
idn2.h
libzscanner/
libdnssec/
libknot/
ares.h
expat.h
archive.h
gmime/
LIST
echo "1..$n"
exit $bad
