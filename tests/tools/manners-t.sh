#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every command's manners: --help on standard output, nothing on standard
# error, 79 columns, one screen; a man page with exactly the same options.
set -u
: "${SELKIE_SOURCE:=.}" "${SELKIE_BIN:=$SELKIE_SOURCE/build/selkie}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

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

# Long options named in a text, sorted.
options_of() {
    sed 's/\\//g' "$1" | grep -oE '(^|[^a-z-])--[a-z][a-z0-9-]*' |
        sed 's/^[^-]*//' | sort -u
}
# Only the OPTIONS section of a man page.
man_options() {
    awk '/^\.SH /{inside=($2=="OPTIONS")} inside && /^\.(TP|B|BR|BI|IP)|^\\fB/' \
        "$1" >"$work/section"
    options_of "$work/section"
}

"$SELKIE_BIN" help --list >"$work/commands" 2>"$work/err"
result $? 'help --list exits 0'
[ -s "$work/commands" ] && [ ! -s "$work/err" ]
result $? 'help --list lists, and only that'

while read -r command; do
    # shellcheck disable=SC2086 # a command may be two words
    "$SELKIE_BIN" $command --help >"$work/help" 2>"$work/err"
    result $? "$command --help exits 0"
    [ -s "$work/help" ]
    result $? "$command --help says something"
    [ ! -s "$work/err" ]
    result $? "$command --help is silent on standard error"
    ! grep -qE '^.{80,}$' "$work/help"
    result $? "$command --help fits 79 columns"
    # shellcheck disable=SC2086 # a command may be two words
    "$SELKIE_BIN" $command --no-such-option >"$work/out" 2>"$work/err"
    [ $? -eq 2 ] && [ ! -s "$work/out" ] && [ -s "$work/err" ]
    result $? "$command: a wrong option exits 2 with a message"
    page=$SELKIE_SOURCE/share/man/selkie-$(echo "$command" | tr ' ' '-').1
    [ -e "$page" ] || page=$SELKIE_SOURCE/share/man/selkie-${command%% *}.1
    [ -e "$page" ]
    result $? "$command has a man page"
    options_of "$work/help" >"$work/in-help"
    man_options "$page" >"$work/in-man"
    echo --help >>"$work/in-help"
    sort -u -o "$work/in-help" "$work/in-help"
    echo --help >>"$work/in-man"
    sort -u -o "$work/in-man" "$work/in-man"
    case $command in
    *\ *) # several commands share a page: theirs is a part of its options
        [ -z "$(comm -23 "$work/in-help" "$work/in-man")" ] ;;
    *) cmp -s "$work/in-help" "$work/in-man" ;;
    esac
    result $? "$command: the man page has the same options"
    diff "$work/in-help" "$work/in-man" | sed 's/^/# /'
    grep -q 'EXIT STATUS' "$page"
    result $? "$command: the man page says the exit status"
done <"$work/commands"
echo "1..$n"
exit $bad
