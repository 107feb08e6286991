#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every file of the tree is in the lists that the build is made of.
set -u
cd "${SELKIE_SOURCE:-.}" || exit 255

# A tarball may be unpacked within somebody's checkout.
if [ ! -e .git ] || ! git rev-parse --git-dir >/dev/null 2>&1; then
    echo '1..0 # SKIP not a git checkout: nothing says which files are ours'
    exit 0
fi
echo 1..1
if out=$(scripts/sources --check); then
    echo 'ok 1 - sources.am names every file'
else
    echo 'not ok 1 - sources.am names every file'
    printf '%s\n' "$out" | sed 's/^/# /'
    exit 1
fi
