#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every command's manners: --help on standard output, nothing on standard
# error, 79 columns, one screen; a man page with exactly the same options.
# And the man pages themselves: clean, and referring only to what is there.
set -u
: "${SELKIE_SOURCE:=.}" "${SELKIE_BIN:=$SELKIE_SOURCE/build/selkie}"
. "$SELKIE_SOURCE/tests/tap/tap.sh"
plan_lazy
work=$(mktemp -d "${TMPDIR:-/tmp}/selkie-test-XXXXXX")
trap 'rm -rf "$work"' EXIT
pages=$SELKIE_SOURCE/share/man

# A terminal's height, and what a person scrolls back without losing the
# thread.
screen=60

# The heads of options in a help: "-f, --format FORM", sorted.
help_options() {
    sed '/^Examples:/,$d' "$1" |
        sed -n 's/^ \{2,6\}\(\(-[A-Za-z0-9]\(, \)\{0,1\}\)\{0,1\}\(--[a-z][a-z0-9-]*\)\{0,1\}\( [^ ]*\)\{0,1\}\)\( .*\)\{0,1\}$/\1/p' |
        grep -E '^-' | sed 's/ *$//' | sort -u
}
# The same of the OPTIONS section of a man page.
man_options() {
    awk '/^\.SH /{inside=($2=="OPTIONS")} inside && tag; {tag=/^\.TP/}' "$1" |
        sed 's/^\.[A-Z]* //; s/\\f[A-Z]//g; s/\\//g' | sort -u
}
section() { grep -q "^\.SH $2" "$1"; }
# Without the list of a family's commands the file is its own.
page_of() {
    page=$pages/selkie-$(echo "$1" | tr ' ' '-').1
    [ -e "$page" ] || page=$pages/selkie-${1%% *}.1
}
quiet_help() { [ -s "$work/help" ] && [ ! -s "$work/err" ]; }
narrow() { awk 'length > 79 { exit 1 }' "$1"; }

"$SELKIE_BIN" help --list >"$work/commands" 2>"$work/err"
is 0 $? 'help --list exits 0'
ok 'help --list lists, and only that' test -s "$work/commands" -a ! -s \
    "$work/err"

: >"$work/shared"
while read -r command; do
    # shellcheck disable=SC2086 # a command may be two words
    "$SELKIE_BIN" $command --help >"$work/help" 2>"$work/err"
    is 0 $? "$command --help exits 0"
    ok "$command --help: on standard output, and only there" quiet_help
    ok "$command --help fits 79 columns" narrow "$work/help"
    ok "$command --help fits a screen" \
        test "$(wc -l <"$work/help")" -le "$screen"
    # shellcheck disable=SC2086 # a command may be two words
    "$SELKIE_BIN" $command --no-such-option >"$work/out" 2>"$work/err"
    is 2 $? "$command: a wrong option exits 2"
    ok "$command: with a message, on standard error only" \
        test -s "$work/err" -a ! -s "$work/out"

    page_of "$command"
    ok "$command has a man page" test -e "$page"
    ok "$command: the man page says the exit status" section "$page" \
        'EXIT STATUS'
    help_options "$work/help" >"$work/in-help"
    man_options "$page" >"$work/in-man"
    case $command in
    *\ *) # several commands share a page: theirs is a part of its options
        cat "$work/in-help" >>"$work/shared-${command%% *}"
        echo "${command%% *}" >>"$work/shared"
        is '' "$(comm -23 "$work/in-help" "$work/in-man")" \
            "$command: its options are in the man page"
        ;;
    *)
        is "$(cat "$work/in-help")" "$(cat "$work/in-man")" \
            "$command: the man page has the same options"
        ;;
    esac
    ok "$command is in selkie(1)" \
        grep -q "^\.BR selkie\\\\-${command%% *} (1)" "$pages/selkie.1"
done <"$work/commands"
for family in $(sort -u "$work/shared"); do
    is "$(sort -u "$work/shared-$family")" \
        "$(man_options "$pages/selkie-$family.1")" \
        "$family: the man page has no further options"
done

# What a page refers to: "selkie-audit (1)".
references() {
    sed 's/\\//g' "$1" | grep -oE 'selkie[a-z.-]* \([0-9]\)' |
        sed 's/ (\(.\))/.\1/' | sort -u
}
for page in "$pages"/*.[157]; do
    name=${page##*/}
    for reference in $(references "$page"); do
        # selkie-findings(7) is made by the build.
        [ "$reference" = selkie-findings.7 ] ||
            ok "$name: there is $reference" test -e "$pages/$reference"
    done
    for wanted in NAME DESCRIPTION 'SEE ALSO'; do
        ok "$name has a section $wanted" section "$page" "$wanted"
    done
    if command -v groff >/dev/null; then
        is '' "$(groff -man -Tutf8 -ww -z "$page" 2>&1)" "$name: clean troff"
    else
        skip "$name: there is no groff"
    fi
    if command -v mandoc >/dev/null; then
        is '' "$(mandoc -T lint -W warning "$page" 2>&1)" "$name: clean mdoc"
    fi
done
done_testing
