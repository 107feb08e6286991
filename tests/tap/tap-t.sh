#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests of tests/tap/tap.sh: above all that what fails is reported as failed.
# It prints its own lines: a library that passes everything would pass itself.
set -u

source=${SELKIE_SOURCE:-.}
case $source in
/*) ;;
*) source=$PWD/$source ;;
esac
work=$(mktemp -d) || exit 255
trap 'rm -rf "$work"' EXIT
count=0
status=0

# check WANTED SEEN NAME
check() {
    count=$((count + 1))
    if [ "$1" = "$2" ]; then
        printf 'ok %s - %s\n' "$count" "$3"
    else
        status=1
        printf 'not ok %s - %s\n' "$count" "$3"
        printf '%s\n' "wanted:" "$1" "saw:" "$2" | sed 's/^/#   /'
    fi
}

# run: the script on standard input, with set -eu; its lines but comments in
# $seen, its comments in $comments, its exit status in $ended.
run() {
    {
        printf 'set -eu\n. "%s/tests/tap/tap.sh"\n' "$source"
        cat
    } >"$work/script"
    ended=0
    sh "$work/script" >"$work/out" 2>"$work/err" || ended=$?
    seen=$(grep -v '^#' "$work/out")
    comments=$(grep '^#' "$work/out")
}

# judged: what prove says of the last script.
judged() {
    if prove -e sh "$work/script" >/dev/null 2>&1; then
        echo good
    else
        echo bad
    fi
}

run <<'EOF'
plan_lazy
ok "true" true
ok_fail "false" false
ok_status 3 "three" sh -c 'exit 3'
is "a b" "a b" "same"
is "" "" "both empty"
is "-n" "-n" "looks like an option"
like "one
two" '^tw' "second line"
unlike "one" '^tw' "none"
skip "not here"
done_testing
EOF
check 'ok 1 - true
ok 2 - false
ok 3 - three
ok 4 - same
ok 5 - both empty
ok 6 - looks like an option
ok 7 - second line
ok 8 - none
ok 9 # SKIP not here
1..9' "$seen" "what passes"
check 0 "$ended" "what passes: exit status"
check good "$(judged)" "what passes: prove"

# fails NAME LINE: a script of that one line must report a failure.
fails() {
    printf 'plan_lazy\n%s\nis 1 1 "goes on"\ndone_testing\n' "$2" >"$work/in"
    run <"$work/in"
    check 'not ok 1 - x
ok 2 - goes on
1..2' "$seen" "$1: not ok, and the script goes on"
    check 1 "$ended" "$1: exit status"
    check bad "$(judged)" "$1: prove"
}

fails "ok of what fails" 'ok x false'
fails "ok of what is missing" 'ok x ./no-such-command'
fails "ok_fail of what succeeds" 'ok_fail x true'
fails "ok_fail of what is missing" 'ok_fail x ./no-such-command'
fails "ok_fail of what cannot be run" 'ok_fail x /'
fails "ok_fail of what dies" "ok_fail x sh -c 'kill -9 \$\$'"
fails "ok_status of another" 'ok_status 3 x false'
fails "ok_status of success" 'ok_status 3 x true'
fails "is" 'is a b x'
fails "is, more of it" 'is a "a
" x'
fails "is, pattern" "is '*' a x"
fails "like" "like abc '^b' x"
fails "like, empty expression" "like abc '' x"
fails "like, no expression" "like abc '(' x"
fails "unlike" "unlike abc b x"
fails "unlike, no expression" "unlike abc '(' x"

run <<'EOF'
plan_lazy
hello() { echo hello; printf 'ok 7 - no test'; echo world >&2; return 5; }
ok "# TODO one
two \\" hello
done_testing
EOF
check 'not ok 1 - \# TODO one two \\
1..1' "$seen" "a name holds no directive"
check '# exit status 5, output:
#   hello
#   ok 7 - no testworld
# 1 of 1 tests failed' "$comments" "what a command printed is shown"
check bad "$(judged)" "a failure does not become a TODO by its name"

run <<'EOF'
plan_lazy
ok "no newline at the end" sh -c 'printf x; exit 1'
ok "next" true
done_testing
EOF
check 'not ok 1 - no newline at the end
ok 2 - next
1..2' "$seen" "output without a newline swallows no test"

run <<'EOF'
plan_lazy
value=old
change() { value=new; }
ok "function" change
is new "$value" "it runs in this shell"
done_testing
EOF
check 0 "$ended" "a function may set variables"

run <<'EOF'
plan 2
ok "one" true
done_testing
EOF
check '1..2
ok 1 - one' "$seen" "plan: printed first"
check 1 "$ended" "plan: one is missing"
check bad "$(judged)" "plan: one is missing: prove"

run <<'EOF'
plan 1
ok "one" true
false
done_testing
EOF
check 1 "$ended" "a script that stops early ends with its failure"
check bad "$(judged)" "a script that stops early: prove"

run <<'EOF'
plan_lazy
ok "one" true
exit 0
EOF
check bad "$(judged)" "without done_testing: prove"

run <<'EOF'
plan_lazy
done_testing
EOF
check 1 "$ended" "no test at all is no success"

run <<'EOF'
skip_all no network
ok "one" false
EOF
check '1..0 # SKIP no network' "$seen" "skip_all"
check 0 "$ended" "skip_all: exit status"

run <<'EOF'
plan_lazy
bail the disk is full
EOF
check 'Bail out! the disk is full' "$seen" "bail"
check 255 "$ended" "bail: exit status"

for line in 'ok x' 'ok_fail x' 'ok_status 1 x' 'is a b' 'like a b'; do
    printf 'plan_lazy\n%s\ndone_testing\n' "$line" >"$work/in"
    run <"$work/in"
    check 255 "$ended" "'$line' lacks a word: bail"
done

printf '1..%s\n' "$count"
exit "$status"
