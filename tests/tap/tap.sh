# SPDX-License-Identifier: GPL-3.0-or-later
# Test Anything Protocol for shell tests, run by prove.
#
#     . "${SELKIE_SOURCE:-.}/tests/tap/tap.sh"
#     plan_lazy
#     ok "help ends with 0" selkie --help
#     ok_fail "an unknown command is refused" selkie nonsense
#     is "1" "$(wc -l <list)" "one line"
#     done_testing
#
# Commands run in this very shell, so that functions may set variables; what
# they print is shown when they disappoint, and else dropped.  All names that
# are not for tests begin with tap_.

tap_planned=0
tap_count=0
tap_failed=0

# plan N: N tests will follow.
plan() {
    tap_planned=$1
    printf '1..%s\n' "$1"
}

# plan_lazy: their number is printed by done_testing.
plan_lazy() {
    tap_planned=0
}

# done_testing: end of the script; exits 0 if all planned tests ran and
# passed, else 1.
done_testing() {
    if [ "$tap_planned" -eq 0 ]; then
        printf '1..%s\n' "$tap_count"
    elif [ "$tap_planned" -ne "$tap_count" ]; then
        diag "planned $tap_planned tests but ran $tap_count"
        exit 1
    fi
    if [ "$tap_failed" -gt 0 ]; then
        diag "$tap_failed of $tap_count tests failed"
        exit 1
    fi
    [ "$tap_count" -gt 0 ] || exit 1
    exit 0
}

# skip_all WHY...: nothing can be tested here.
skip_all() {
    printf '1..0 # SKIP %s\n' "$*"
    exit 0
}

# bail WHY...: nor anywhere else.
bail() {
    printf 'Bail out! %s\n' "$*"
    exit 255
}

# diag TEXT...: for who reads along, each line behind a "#".
diag() {
    printf '%s\n' "$*" | sed 's/^/# /'
}

# skip WHY...: one test that cannot be run here.
skip() {
    tap_count=$((tap_count + 1))
    printf 'ok %s # SKIP %s\n' "$tap_count" "$*"
}

# tap_result STATUS NAME: print the line; returns STATUS.  A "#" in a name
# must not begin a directive, nor a newline a new line.
tap_result() {
    tap_count=$((tap_count + 1))
    tap_word=ok
    if [ "$1" -ne 0 ]; then
        tap_failed=$((tap_failed + 1))
        tap_word='not ok'
    fi
    tap_name=$(printf '%s' "$2" | tr '\n' ' ' | sed 's/[\\#]/\\&/g')
    printf '%s %s - %s\n' "$tap_word" "$tap_count" "$tap_name"
    return "$1"
}

# tap_run COMMAND...: sets tap_status, and tap_output to the name of a file.
tap_run() {
    tap_output=$(mktemp) || bail "mktemp failed"
    tap_status=0
    "$@" >"$tap_output" 2>&1 || tap_status=$?
}

# tap_explain: show what the command did.
tap_explain() {
    diag "exit status $tap_status, output:"
    sed 's/^/#   /' "$tap_output"
    # A last line without its end would swallow the next test.
    [ -z "$(tail -c 1 "$tap_output")" ] || printf '\n'
}

# tap_judge WHETHER NAME
tap_judge() {
    if [ "$1" = yes ]; then
        tap_result 0 "$2"
    else
        tap_result 1 "$2" || tap_explain
    fi
    rm -f "$tap_output"
    [ "$1" = yes ]
}

# ok NAME COMMAND...: the command must end with 0.
ok() {
    tap_title=$1
    shift
    [ $# -gt 0 ] || bail "ok '$tap_title': no command"
    tap_run "$@"
    tap_verdict=no
    [ "$tap_status" -ne 0 ] || tap_verdict=yes
    tap_judge "$tap_verdict" "$tap_title" || return 0
}

# ok_fail NAME COMMAND...: the command must run and end with another status.
# One that was not found, cannot be run (126, 127) or dies of a signal (above
# 128) did not fail as meant.
ok_fail() {
    tap_title=$1
    shift
    [ $# -gt 0 ] || bail "ok_fail '$tap_title': no command"
    tap_run "$@"
    tap_verdict=no
    if [ "$tap_status" -ne 0 ] && [ "$tap_status" -lt 126 ]; then
        tap_verdict=yes
    fi
    tap_judge "$tap_verdict" "$tap_title" || return 0
}

# ok_status WANTED NAME COMMAND...: the command must end with that status.
ok_status() {
    tap_wanted=$1
    tap_title=$2
    shift 2
    [ $# -gt 0 ] || bail "ok_status '$tap_title': no command"
    tap_run "$@"
    tap_verdict=no
    [ "$tap_status" -ne "$tap_wanted" ] || tap_verdict=yes
    tap_judge "$tap_verdict" "$tap_title" || return 0
}

# tap_show WORD TEXT
tap_show() {
    printf '%s:\n' "$1" | sed 's/^/# /'
    printf '%s\n' "$2" | sed 's/^/#   /'
}

# is WANTED SEEN NAME: the same text.
is() {
    [ $# -eq 3 ] || bail "is: three words, not $#: $*"
    if [ "$1" = "$2" ]; then
        tap_result 0 "$3"
    else
        tap_result 1 "$3" || :
        tap_show wanted "$1"
        tap_show saw "$2"
    fi
}

# like TEXT ERE NAME: some line of the text matches the extended regular
# expression.  An empty one would match anything.
like() {
    [ $# -eq 3 ] || bail "like: three words, not $#: $*"
    if [ -n "$2" ] && printf '%s\n' "$1" | grep -E -q -e "$2"; then
        tap_result 0 "$3"
    else
        tap_result 1 "$3" || :
        tap_show "nothing matches '$2' in" "$1"
    fi
}

# unlike TEXT ERE NAME: no line of it does.
unlike() {
    [ $# -eq 3 ] || bail "unlike: three words, not $#: $*"
    tap_status=0
    printf '%s\n' "$1" | grep -E -q -e "$2" || tap_status=$?
    # 2 says that the expression is none.
    if [ "$tap_status" -eq 1 ]; then
        tap_result 0 "$3"
    else
        tap_result 1 "$3" || :
        tap_show "'$2' matches (or is no expression) in" "$1"
    fi
}
