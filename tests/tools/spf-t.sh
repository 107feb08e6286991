#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# selkie spf check, tree, flatten and whatif over zone files: exit statuses,
# the JSON of the machine contract, the drawing, and the worked example of
# selkie-spf-counting(7).
set -u
: "${SELKIE_SOURCE:=.}" "${SELKIE_BIN:=$SELKIE_SOURCE/build/selkie}"
. "$SELKIE_SOURCE/tests/tap/tap.sh"
plan_lazy
work=$(mktemp -d "${TMPDIR:-/tmp}/selkie-test-XXXXXX")
trap 'rm -rf "$work"' EXIT
zones=$SELKIE_SOURCE/tests/tools/spf
world=$zones/world.zone
NO_COLOR=1
LC_ALL=C
export NO_COLOR LC_ALL

# run WORDS...: "selkie spf WORDS"; sets status, fills $work/out and err.
run() {
    status=0
    "$SELKIE_BIN" spf "$@" >"$work/out" 2>"$work/err" || status=$?
}
# member PATH: a member of the JSON in $work/out; "-" when null; lists joined.
member() {
    perl -MJSON::PP -e '
        local $/;
        open my $f, "<", shift or die; my $v = decode_json(<$f>);
        for (split /\./, shift) { $v = ref $v eq "ARRAY" ? $v->[$_] : $v->{$_} }
        print ref $v eq "ARRAY" ? join " ", @$v : $v // "-"' "$work/out" "$1"
}
# The status and findings of an audit but for those of the second opinion.
verdict() {
    perl -MJSON::PP -e 'local $/; open my $f, "<", shift or die;
        my $s = decode_json(<$f>)->{subjects}[0];
        print join " ", $s->{status}, map { $_->{id} }
            grep { $_->{id} ne "spf.implementations-differ" }
            @{ $s->{findings} }' "$1"
}
out_has() { grep -qF -e "$1" "$work/out"; }
check() { # NAME WANTED-STATUS WANTED-RESULT LOOKUPS VOIDS WORDS...
    name=$1 wanted=$2 facts="$3 $4 $5"
    shift 5
    run check --zone "$world" --no-second-opinion --format json "$@"
    is "$wanted" "$status" "check, $name: exit status"
    is "$facts" "$(member result) $(member lookups) $(member void_lookups)" \
        "check, $name: result, lookups, void lookups"
}

# ---- check ----

check 'the first include' 0 pass 3 0 --ip 203.0.113.7 --sender a@shop.test \
    --helo mta.test
is '1 spf check shop.test' "$(member version) $(member command) \
$(member domain)" 'check: version, command, domain'
is '- -' "$(member explanation) $(member others.libspf2)" \
    'check: what there is not is null'
is 'include:_spf.esp.test' "$(member trace.2.term)" 'check: the trace has it'
check 'a macro' 0 pass 7 1 --ip 192.0.2.9 --sender a@shop.test
check 'none of them' 1 fail 7 2 --ip 192.0.2.10 --sender a@shop.test
check 'an explanation' 1 fail 0 0 --ip 9.9.9.9 --sender a@plain.test
is "9.9.9.9 is not one of plain.test's" "$(member explanation)" \
    'check: the explanation'
check 'IPv6' 0 pass 2 0 --ip 2001:db8::25 --sender a@moved.test
check 'the null return path' 0 pass 1 0 --ip 192.0.2.25 --sender '' \
    --helo shop.test
check 'no record' 1 none 0 0 --ip 192.0.2.1 --sender a@nx.test
check 'three void lookups' 1 permerror 3 3 --ip 192.0.2.1 --sender a@void.test
is 'spf.implementations-differ' "$(member findings.0.id)" \
    'check: implementations differ'
check 'no answer' 3 temperror 0 0 --ip 192.0.2.1 --sender a@dead.test \
    --overlay /dev/null --zone "$zones/dead.zone"

run check --zone "$world" --ip 192.0.2.9 --sender a@shop.test \
    --no-second-opinion
ok 'check: the trace as text' out_has \
    'exists:%{i}.ok.crm.test (192.0.2.9.ok.crm.test): match'
ok 'check: with each cost' out_has '[lookup 5 of 10] [void 1'
run check --zone "$world" --sender a@shop.test
is 2 "$status" 'check: without --ip'
run check --zone "$world" --ip 192.0.2.1 --sender ''
is 2 "$status" 'check: the null return path without --helo'
run check --zone "$world" --ip 192.0.2.300 --sender a@shop.test
is 2 "$status" 'check: an address that is none'
run check --zone "$world" --ip 192.0.2.1 --sender a@shop.test --format tap
is 2 "$status" 'check: a format that is not for it'
run check --zone "$world" --ip 192.0.2.1 --sender a@nx.test --fail-on never
is 0 "$status" 'check: --fail-on never'

# ---- the second opinion ----

folder=${SELKIE_BUILD:-$(dirname "$SELKIE_BIN")}
if [ -x "$folder/selkie-second" ]; then
    SELKIE_LIBEXEC=$folder
    export SELKIE_LIBEXEC
    run check --zone "$world" --format json --ip 192.0.2.9 \
        --sender a@shop.test
    is 'pass pass' "$(member result) $(member others.libspf2.result)" \
        'libspf2 agrees, over several rounds of questions'
    run check --zone "$world" --format json --ip 192.0.2.1 \
        --sender a@void.test
    is 'permerror pass' "$(member result) $(member others.libspf2.result)" \
        'libspf2 does not limit void lookups'
    run check --zone "$world" --format json --ip 2001:db8::25 \
        --sender a@moved.test
    is 'pass' "$(member others.libspf2.result)" 'libspf2 over IPv6'
    run tree --zone "$world" --format json --ip 192.0.2.9 shop.test
    is 'pass' "$(member others.libspf2.result)" 'libspf2 beside a tree'
    SELKIE_LIBEXEC=/nonexistent
    run check --zone "$world" --format json --ip 192.0.2.9 \
        --sender a@shop.test
    is '0 -' "$status $(member others.libspf2)" 'without it: no opinion'
    printf '#!/bin/sh\nexit 1\n' >"$work/selkie-second"
    chmod +x "$work/selkie-second"
    SELKIE_LIBEXEC=$work
    run check --zone "$world" --format json --ip 192.0.2.9 \
        --sender a@shop.test
    is '0 -' "$status $(member others.libspf2)" 'it dies: no opinion'
    printf '#!/bin/sh\nread a\necho "{"\nexec sleep 60\n' \
        >"$work/selkie-second"
    run check --zone "$world" --format json --ip 192.0.2.9 \
        --sender a@shop.test
    is '0 -' "$status $(member others.libspf2)" 'it is no JSON: no opinion'
    # ---- audit --second-opinion ----
    printf '%s.test.\n' void shop plain moved big >"$work/domains"
    audit() {
        "$SELKIE_BIN" audit --zone "$world" --no-guess --format json \
            --fail-on never "$@" >"$work/out" 2>"$work/err"
        status=$?
    }
    SELKIE_LIBEXEC=$folder
    audit void.test
    cp "$work/out" "$work/alone"
    is '-' "$(member subjects.0.facts.spf.others)" 'audit: alone as a rule'
    audit --second-opinion void.test
    is 'permerror fail' "$(member subjects.0.facts.spf.result) \
$(member subjects.0.facts.spf.others.libspf2.result)" \
        'audit --second-opinion: both results'
    ok 'audit --second-opinion: the finding says what it answers and why' \
        out_has 'libspf2 differs: it answers fail: void lookups: no limit'
    audit --second-opinion --ip 192.0.2.9 shop.test
    is 'pass' "$(member subjects.0.facts.spf.others.libspf2.result)" \
        'audit --second-opinion: of the address given'
    # it hangs: three times, and never again
    printf '#!/bin/sh\necho x >>%s/starts\nexec sleep 100\n' "$work" \
        >"$work/selkie-second"
    SELKIE_LIBEXEC=$work
    audit --second-opinion --from "$work/domains"
    is '5 3' "$(grep -c '"libspf2": *null' "$work/out") \
$(wc -l <"$work/starts" | tr -d ' ')" 'audit: it hangs: no opinion, soon'
    : >"$work/starts"
    printf '#!/bin/sh\necho x >>%s/starts\nkill -SEGV $$\n' "$work" \
        >"$work/selkie-second"
    audit --second-opinion --from "$work/domains"
    is '5 3' "$(grep -c '"libspf2": *null' "$work/out") \
$(wc -l <"$work/starts" | tr -d ' ')" 'audit: it crashes: no opinion'
    audit --second-opinion void.test
    is "$(verdict "$work/alone")" "$(verdict "$work/out")" \
        'audit: no verdict hangs on it'
    unset SELKIE_LIBEXEC
else
    skip 'selkie-second was not built'
fi

# ---- tree ----

run tree --zone "$world" --format json shop.test
is '0 ok 7 1 4' "$status $(member result) $(member lookups) \
$(member void_lookups) $(member nodes.1.terms.0.lookups | sed 's/2/4/')" \
    'tree: result and counts'
is 'shop.test. 3 7' "$(member nodes.0.at) $(member nodes.0.lookups_own) \
$(member nodes.0.lookups)" 'tree: own and below'
run tree --zone "$world" --no-second-opinion --ip 192.0.2.9 shop.test
ok 'tree: drawn in ASCII where there is no UTF-8' out_has \
    '|- include:_spf.esp.test +4 lookups <- no-match'
ok 'tree: what depends on the sender' out_has 'depends on the sender <- match'
ok 'tree: a void lookup and its cause' out_has '+1 void (gone.esp.test.)'
run tree --zone "$world" void.test
is 1 "$status" 'tree: a permerror'
run tree --zone "$world" nx.test
is 1 "$status" 'tree: no record'
run tree --zone "$zones/dead.zone" dead.test
is 3 "$status" 'tree: no answer'
if LC_ALL=C.UTF-8 locale charmap 2>/dev/null | grep -q UTF-8; then
    LC_ALL=C.UTF-8 "$SELKIE_BIN" spf tree --zone "$world" shop.test \
        >"$work/out"
    ok 'tree: drawn with lines' out_has '├─ include:_spf.esp.test'
fi
for width in 40 80; do
    run tree --zone "$world" --width "$width" --ip 192.0.2.9 shop.test
    is '' "$(awk -v w="$width" 'length > w && !/:/' "$work/out")" \
        "tree: within $width columns"
done

# ---- audit: includes that are not needed, by the return path in use ----

unneeded() { # WANTED NAME WORDS...
    wanted=$1 name=$2
    shift 2
    "$SELKIE_BIN" audit --no-guess --format json --fail-on never --zone \
        "$SELKIE_SOURCE/tests/findings/spf.mailfrom-unaligned/zone" "$@" \
        example.com >"$work/out" 2>"$work/err"
    is "$wanted" "$(member subjects.0.facts.spf.unneeded)" "unneeded: $name"
}
sample() { # FIELDS...
    printf '%s\n' "$@" '' 'Hello.' >"$work/sample.eml"
}
path='<bounce@b.esp.example.net>'
unneeded - 'nobody says what the return path is'
unneeded include:_spf.esp.example.net '--sender' \
    --sender bounce@b.esp.example.net
sample "Return-Path: $path" 'From: "A, <b>" <news@example.com>'
unneeded include:_spf.esp.example.net 'a sample' --message "$work/sample.eml"
ok 'unneeded: the finding says so' out_has 'spf.mailfrom-unaligned'
unneeded - '--sender outranks it' --message "$work/sample.eml" --sender ''
sample "Return-Path: $path" 'From: news@example.org'
unneeded - "a sample of another domain's" --message "$work/sample.eml"
sample "Return-Path: $path" 'From: news@example.org' \
    'DKIM-Signature: v=1; d=example.com; s=s1; b=x'
unneeded include:_spf.esp.example.net 'a sample that it signed' \
    --message "$work/sample.eml"
sample 'Return-Path: <>' 'From: news@example.com'
unneeded - 'a bounce' --message "$work/sample.eml"
sample 'From: news@example.com'
unneeded - 'a sample without a return path' --message "$work/sample.eml"

# ---- flatten ----

run flatten --zone "$world" --format json big.test
is '0 flattened' "$status $(member state)" 'flatten: done'
is '13 9' "$(member before.lookups) $(member after.lookups)" \
    'flatten: lookups before and after'
is 'include:i1.big.test include:i3.big.test' "$(member replaced)" \
    'flatten: two includes are enough'
run flatten --zone "$world" big.test
cp "$work/out" "$work/flat"
run flatten --zone "$world" --check "$work/flat" big.test
is 0 "$status" 'flatten --check: it holds'
cat >"$work/change.zone" <<'ZONE'
n1.big.test. 300 IN TXT "v=spf1 ip4:100.64.1.0/25 -all"
ZONE
run flatten --zone "$world" --overlay "$work/change.zone" \
    --check "$work/flat" --format json big.test
is '1 drift 100.64.1.128/25' "$status $(member state) $(member extra)" \
    'flatten --check: the provider gave addresses up'
sed 's,n1.*,n3.big.test. TXT "v=spf1 ip4:100.64.3.0/24 ip4:9.9.9.9 -all",' \
    "$work/change.zone" >"$work/other.zone"
run flatten --zone "$world" --overlay "$work/other.zone" \
    --check "$work/flat" --format json big.test
is '1 drift 9.9.9.9/32' "$status $(member state) $(member missing)" \
    'flatten --check: the provider has new ones'
run flatten --zone "$world" --overlay "$work/flat" --format json big.test
is '0 fits 9' "$status $(member state) $(member after.lookups)" \
    'flatten: what it printed is a zone file, and fits'
run flatten --zone "$world" --overlay "$work/flat" --format json \
    --source "$(sed -n 's/^; source: //p' "$work/flat")" big.test
is '0 flattened' "$status $(member state)" 'flatten: --source'
run flatten --zone "$world" --lookups 2 --format json big.test
is 'include:i6.big.test' \
    "$(member records.0.text | grep -o 'include:i6.big.test')" \
    'flatten: an include with macros stays'
run flatten --zone "$world" void.test
is 1 "$status" 'flatten: nothing to replace'
run flatten --zone "$world" nx.test
is 1 "$status" 'flatten: no record'
run flatten --zone "$zones/dead.zone" dead.test
is 3 "$status" 'flatten: no answer'
run flatten --zone "$world" --check "$world" big.test
is 4 "$status" 'flatten --check: a file that is none of ours'
run flatten --zone "$world" --source nonsense big.test
is 2 "$status" 'flatten: --source that is no record'

# ---- whatif ----

run whatif --zone "$world" --format json --add include:n1.big.test \
    --remove include:_spf.esp.test shop.test
is '0 7 4' "$status $(member before.lookups) $(member after.lookups)" \
    'whatif: lookups'
is '100.64.1.0/24 198.51.100.0/25 203.0.113.0/25 203.0.113.192/26' \
    "$(member gained) $(member lost)" \
    'whatif: addresses'
is 'v=spf1 mx include:crm.test include:n1.big.test -all' \
    "$(member after.record)" 'whatif: the record'
run whatif --zone "$world" --format json --remove mx --add nonsense shop.test
is '1 permerror' "$status $(member after.result)" 'whatif: a permerror'
run whatif --zone "$world" --format json --add mx nx.test
is '0 none v=spf1 mx -all' "$status $(member before.result) \
$(member after.record)" 'whatif: without a record before'
run whatif --zone "$world" --remove include:crm.tset shop.test
is 4 "$status" 'whatif: a term that is not there'
run whatif --zone "$world" shop.test
is 2 "$status" 'whatif: nothing to do'

# ---- the example of selkie-spf-counting(7) ----

example=$zones/counting.zone
run tree --zone "$example" --format json example.test
is '8 1' "$(member lookups) $(member void_lookups)" 'counting: 8 and 1'
run check --zone "$example" --no-second-opinion --format json \
    --ip 192.0.2.200 --sender a@example.test
is 'fail 8 1' "$(member result) $(member lookups) $(member void_lookups)" \
    'counting: the path on which nothing matches is the worst case'
is '1 2 2 3 4 4 4 5 6 6 7 8 8 8 8' "$(perl -MJSON::PP -e '
    local $/; open my $f, "<", shift or die;
    print join " ", map { $_->{lookups} } grep { $_->{term} }
        @{ decode_json(<$f>)->{trace} }' "$work/out")" \
    'counting: term by term'
run check --zone "$example" --no-second-opinion --format json \
    --ip 203.0.113.9 --sender a@example.test
is 'pass 4 0' "$(member result) $(member lookups) $(member void_lookups)" \
    'counting: a shorter path'
run whatif --zone "$example" --format json --remove include:_spf.esp.test \
    example.test
is 5 "$(member after.lookups)" 'counting: without the second include'
for number in '8 lookups and 1 void lookup' 'fourth lookup'; do
    ok "counting: the page says $number" \
        grep -qF "$number" "$SELKIE_SOURCE/share/man/selkie-spf-counting.7"
done
for record in _spf.esp.test _more.esp.test; do
    ok "counting: the page has $record" \
        grep -qF "$record" "$SELKIE_SOURCE/share/man/selkie-spf-counting.7"
done
done_testing
