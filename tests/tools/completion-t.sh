#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The completions: current, and completing.
set -u
: "${SELKIE_SOURCE:=.}" "${SELKIE_BIN:=$SELKIE_SOURCE/build/selkie}"
. "$SELKIE_SOURCE/tests/tap/tap.sh"
plan_lazy
work=$(mktemp -d "${TMPDIR:-/tmp}/selkie-test-XXXXXX")
trap 'rm -rf "$work"' EXIT
export SELKIE_BIN
completion=$(cd "$SELKIE_SOURCE" && pwd)/share/completion

for pair in bash:selkie.bash zsh:_selkie; do
    shell=${pair%%:*} file=$completion/${pair##*:}
    "$SELKIE_SOURCE/scripts/completion" "$shell" >"$work/new"
    is 0 $? "$shell: can be made"
    is '' "$(diff "$file" "$work/new")" \
        "$shell: is what 'scripts/completion $shell' makes"
    if command -v "$shell" >/dev/null; then
        ok "$shell: parses" "$shell" -n "$file"
    else
        skip "there is no $shell"
    fi
done

# The program by its name, and files to complete.
mkdir "$work/bin" "$work/here" "$work/here/folder"
ln -s "$(realpath "$SELKIE_BIN")" "$work/bin/selkie"
PATH=$work/bin:$PATH
: >"$work/here/file.zone"
cd "$work/here" || bail 'no folder'
# shellcheck source=/dev/null # made by the build
. "$completion/selkie.bash" || bail 'cannot be read'

# complete_line WORD...: the last one is being written.
complete_line() {
    COMP_WORDS=(selkie "$@")
    COMP_CWORD=$#
    COMPREPLY=()
    _selkie 2>"$work/err"
    echo "${COMPREPLY[*]}"
}

# What is written, "_" for nothing yet; what is offered.
while IFS='|' read -r line want; do
    # shellcheck disable=SC2086 # words
    set -- $line
    [ "${*: -1}" != _ ] || set -- "${@:1:$#-1}" ''
    is "$want" "$(complete_line "$@")" "'selkie $line'"
    is '' "$(cat "$work/err")" "'selkie $line': without a word"
done <<'END'
au|audit
re|records report
customer _|show set suspend resume remove
customer re|resume remove
audit --form|--format
audit --format _|text json ndjson tap junit sarif github markdown csv
audit a.example -f nd|ndjson
audit --fail-on w|warning
audit --zone f|file.zone folder
audit --resolver _|
list --workspace f|folder
records --all --format z|zone
customer remove --y|--yes
customer show -w fo|folder
provision --mode ns-|ns-label ns-subdomain
explain spf.too-many-l|spf.too-many-lookups
help ver|verify
backup fi|file.zone
nonsense --f|
END
done_testing
