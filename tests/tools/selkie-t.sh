#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Manners of the program as a whole: help, wrong words, and standard output
# that is full, closed, or a pipe whose reader has gone.
set -u
: "${SELKIE_SOURCE:=.}" "${SELKIE_BIN:=$SELKIE_SOURCE/build/selkie}"
. "$SELKIE_SOURCE/tests/tap/tap.sh"
plan_lazy
work=$(mktemp -d "${TMPDIR:-/tmp}/selkie-test-XXXXXX")
trap 'rm -rf "$work"' EXIT
NO_COLOR=1
export NO_COLOR

# run COMMAND...: sets status; what it said is in $work/out and $work/err.
run() {
    status=0
    "$@" >"$work/out" 2>"$work/err" || status=$?
}
selkie() { run "$SELKIE_BIN" "$@"; }
err_has() { grep -qF -e "$1" "$work/err"; }
err_lines() { wc -l <"$work/err" | tr -d ' '; }
silent() { [ ! -s "$work/$1" ]; }

# ---- help and version ----

selkie
is 2 "$status" 'alone: exit status 2'
ok 'alone: nothing on standard output' silent out
ok 'alone: the commands on standard error' err_has 'usage: selkie COMMAND'

selkie --help
is 0 "$status" '--help: exit status 0'
ok '--help: nothing on standard error' silent err
cp "$work/out" "$work/help"
ok '--help names audit' grep -q '^  audit ' "$work/help"
for words in -h help; do
    selkie $words
    ok "'$words' says the same" cmp "$work/help" "$work/out"
done

selkie --version
ok '--version: name and number alone' \
    grep -qxE 'selkie [0-9]+\.[0-9]+.*' "$work/out"
is 1 "$(wc -l <"$work/out" | tr -d ' ')" '--version: one line'
is 0 "$status" '--version: exit status 0'

"$SELKIE_BIN" audit --help >"$work/help"
selkie help audit
ok "'help audit' is what 'audit --help' is" cmp "$work/help" "$work/out"
ok 'audit --help ends with examples' grep -q '^Examples:' "$work/help"
"$SELKIE_BIN" customer show --help >"$work/help"
selkie help customer show
ok "'help customer show' likewise" cmp "$work/help" "$work/out"
selkie help customer
is 5 "$(grep -c '^  customer ' "$work/out")" "'help customer' lists five"
cp "$work/out" "$work/help"
selkie customer --help
ok "'customer --help' likewise" cmp "$work/help" "$work/out"
is 0 "$status" "'customer --help': exit status 0"

# ---- wrong words: one line, exit status 2, nothing on standard output ----

# Words, then what the line must have.
while IFS='|' read -r words want; do
    # shellcheck disable=SC2086 # several words
    selkie $words
    is 2 "$status" "'$words': exit status 2"
    ok "'$words': nothing on standard output" silent out
    is 1 "$(err_lines)" "'$words': one line"
    ok "'$words': $want" err_has "$want"
done <<'END'
adit|unknown command 'adit' (did you mean 'audit'?)
verfy|did you mean 'verify'?
rec|did you mean 'records'?
customer|there is 'customer show', 'customer set'
customer shwo|did you mean 'customer show'?
zzzzzzzz|unknown command 'zzzzzzzz' ('selkie help' lists them)
--format json audit|options stand behind the command
help adit|did you mean 'audit'?
help audit list|one command at a time
END

while IFS='|' read -r words want; do
    # shellcheck disable=SC2086 # several words
    selkie $words
    is 2 "$status" "'$words': exit status 2"
    ok "'$words': $want" err_has "$want"
    ok "'$words': how it is called" err_has 'note: usage: selkie '
done <<'END'
audit|which domain?
audit --overlya x a.example|did you mean '--overlay'?
audit --zone|option '--zone' needs a value
audit --width 7 a.example|'7' is not a number from 40 to 1000
audit --format yaml a.example --zone /dev/null|unknown format 'yaml'
backup|too few operands
backup a b|too many operands: 'b'
provision x --bits 1024|too weak
provision x --bits many|'many' is not a number
list --format tap|'tap' is none of text, json, ndjson
explain no.such|there is no finding 'no.such'
records|which customers?
help --list audit|--list takes no command beside it
END

# ---- standard output that takes no more ----

zone=$work/zone
{
    echo '. 3600 SOA . . 1 1 1 1 1'
    i=0
    while [ $i -lt 3000 ]; do
        echo "d$i.example. 3600 TXT \"v=spf1 -all\""
        echo "d$i.example" >&3
        i=$((i + 1))
    done
} >"$zone" 3>"$work/domains"
audit() {
    "$SELKIE_BIN" audit --quiet --no-guess --zone "$zone" --format ndjson "$@"
}

# A pipe whose reader has gone for certain.
mkfifo "$work/pipe"
(exec 4<"$work/pipe") &
exec 5>"$work/pipe"
wait
into_gone_pipe() {
    status=0
    "$@" >&5 2>"$work/err" || status=$?
}
into_gone_pipe "$SELKIE_BIN" explain --list
is 141 "$status" 'a reader that went away: died of SIGPIPE'
ok 'a reader that went away: not a word' silent err
into_gone_pipe audit --from "$work/domains" --record "$work/recording"
is 141 "$status" 'a long run whose reader went away: died of SIGPIPE'
ok 'a long run whose reader went away: not a word' silent err
ok 'the recording is there all the same' \
    grep -q '^{"recording":1,' "$work/recording"
ok 'and the run ended early' \
    test "$(wc -l <"$work/recording")" -lt "$(wc -l <"$work/domains")"
exec 5>&-

# Only what a person types: no word of selkie's beside the line asked for.
(audit --from "$work/domains" 2>"$work/err") | head -n 1 >"$work/out"
is 1 "$(wc -l <"$work/out" | tr -d ' ')" 'into head: its line'
ok 'into head: not a word' silent err

full() { # NAME COMMAND...
    name=$1
    shift
    status=0
    "$@" >/dev/full 2>"$work/err" || status=$?
    is 4 "$status" "full disk, $name: exit status 4"
    is 1 "$(err_lines)" "full disk, $name: one line"
    ok "full disk, $name: which says so" \
        err_has 'cannot write standard output: No space left on device'
}
if [ -c /dev/full ]; then
    full help "$SELKIE_BIN" help
    full 'explain --list' "$SELKIE_BIN" explain --list
    full 'audit of one' audit d1.example
    full 'audit of many' audit --from "$work/domains"
    full 'audit --format text' audit --from "$work/domains" --format text
else
    skip 'there is no /dev/full'
fi

status=0
audit d1.example >&- 2>"$work/err" || status=$?
is 4 "$status" 'closed standard output: exit status 4'
is 1 "$(err_lines)" 'closed standard output: one line'
ok 'closed standard output: which says so' \
    err_has 'selkie: audit: cannot write standard output: '
rm -f "$work/recording"
status=0
audit --record "$work/recording" d1.example >&- 2>"$work/err" || status=$?
ok_fail 'nothing is printed into a file that was opened' \
    grep -q '"command"' "$work/recording"
run audit d1.example 2>&-
ok 'closed standard error: no matter' grep -q '"domain":"d1.example"' \
    "$work/out"
run audit --from - <&-
is 4 "$status" 'closed standard input: exit status 4'
ok 'closed standard input: which says so' err_has "cannot read '"

done_testing
