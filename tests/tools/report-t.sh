#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# selkie report: files, folders and pipes; every form; what goes wrong.
# shellcheck disable=SC2317 # ok calls functions
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
plan_lazy
samples=$SELKIE_SOURCE/tests/reports/samples
# json EXPRESSION FILE: of the document D in it, by python.
json() {
    python3 -c 'import json, sys
D = json.load(open(sys.argv[2]))
print(eval(sys.argv[1]))' "$1" "$2"
}
# report ID IP COUNT DKIM: one of a row, on standard output.
report() {
    sed "s/<report_id>r1/<report_id>$1/; s/192\.0\.2\.1/$2/
        s/<count>3/<count>$3/; s/<dkim>pass/<dkim>$4/" "$samples/plain.xml"
}
cd "$work" || bail 'no folder'

# ---- what is read ----

run report "$samples/plain.xml" --format json
ends 0 'a file'
is '1 3 3' "$(json 'D["reports"], D["messages"], D["aligned"]' "$work/out" |
    tr -d '(),')" 'a file: one report, three messages'
is k1 "$(json 'D["selectors"][0]["selector"]' "$work/out")" \
    'a file: the selector'
is 2026-01-01T23:59:59Z "$(json 'D["selectors"][0]["last_pass"]' \
    "$work/out")" 'a file: when it was last seen to pass'
is None "$(json 'D["selectors"][0]["known"]' "$work/out")" \
    'a file: nobody said whose it is'

"$SELKIE_BIN" report - --format json <"$samples/one.xml.gz" >"$work/piped"
is 0 $? 'standard input'
is 3 "$(json 'D["messages"]' "$work/piped")" 'standard input: is read'

mkdir -p folder/sub folder/.hidden
report a 192.0.2.7 5 fail >folder/a.xml
report b 192.0.2.8 1 pass | gzip >folder/sub/b.xml.gz
report c 192.0.2.9 9 fail >folder/.hidden/c.xml
report d 192.0.2.9 9 fail >folder/.d.xml
echo nonsense >folder/readme
run report folder --format json
ends 0 'a folder'
is '2 6 5' "$(json 'D["reports"], D["messages"], D["failing"]' "$work/out" |
    tr -d '(),')" 'a folder: its files and those below'
is '192.0.2.7 other' "$(json \
    'D["sources"][0]["address"] + " " + D["sources"][0]["why"][0]["cause"]' \
    "$work/out")" \
    'a folder: the worst source first'
is '1 report.malformed' "$(json \
    'str(D["left_out"]) + " " + D["findings"][0]["id"]' "$work/out")" \
    'a folder: what is no report stops none'
run report folder --format json --fail-on warning
ends 1 'a folder: and may be made to count'

# Whatever the order in which threads end.
mkdir many
n=0
while [ $n -lt 40 ]; do
    n=$((n + 1))
    report "id$((n % 30))" "192.0.2.$n" $n pass >"many/$n.xml"
done
"$SELKIE_BIN" report many -f json >first.json
for again in 1 2 3; do
    "$SELKIE_BIN" report many -f json >again.json
    ok "run $again says the same" cmp first.json again.json
done
is '30 10' "$(json 'D["reports"], D["duplicates"]' first.json | tr -d '(),')" \
    'duplicates are counted once'

# ---- whose they are ----

export HOME="$work" SELKIE_SEAL_DIR="$work/seal" SELKIE_WORKSPACE="$work/ws"
unset XDG_CONFIG_HOME
run init esp.example
ends 0 'a workspace'
run provision acme --domain example.com --mode cname --algorithm ed25519 \
    --selector k9
ends 0 'a customer with a selector k9'
run report --registry "$samples/plain.xml" -f json
ends 0 'by the registry'
is 'acme 3' "$(json \
    'D["customers"][0]["name"] + " " + str(D["customers"][0]["messages"])' \
    "$work/out")" 'by the registry: messages of the customer'
is "[('k1', False, True), ('k9', True, False)]" "$(json \
    '[(s["selector"], s["known"], s["last_pass"] is not None)
      for s in D["selectors"]]' "$work/out")" \
    'by the registry: ours that no report names, and another that one names'
is report.unknown-selector "$(json 'D["findings"][0]["id"]' "$work/out")" \
    'by the registry: the other is a finding'
run report --registry --selector k1 "$samples/plain.xml" -f json
is '[]' "$(json 'D["findings"]' "$work/out")" \
    'by the registry and the command line: it is none'

# ---- names of addresses ----

cat >names.zone <<'ZONE'
. SOA ns.root.example. dns.root.example. 1 7200 3600 1209600 600
. NS ns.root.example.
1.2.0.192.in-addr.arpa. PTR mail.esp.example.
ZONE
run report --zone names.zone "$samples/plain.xml" folder/a.xml -f json
ends 0 'names'
is "[('192.0.2.7', None), ('192.0.2.1', 'mail.esp.example')]" "$(json \
    '[(s["address"], s["name"]) for s in D["sources"]]' "$work/out")" \
    'names: of the address that has one'

# ---- forms ----

run report folder -f ndjson
ends 0 'ndjson'
is 'summary source source selector domain receiver day finding' \
    "$(python3 -c 'import json, sys
for line in open(sys.argv[1]):
    D = json.loads(line)
    assert D["version"] == 1 and D["command"] == "report"
    print(D["kind"], end=" ")' "$work/out" | sed 's/ $//')" \
    'ndjson: an object a line, each with its kind'

sed 's/example\.com</=cmd|x</' "$samples/plain.xml" >formula.xml
run report formula.xml -f csv
ends 0 'csv'
is "'=cmd|x 3" "$(python3 -c 'import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
print(rows[0]["domain"], rows[0]["messages"])' "$work/out")" \
    'csv: what would be a formula is none'

run report folder
ends 0 'text'
ok 'text: nothing is wider than 80 columns' \
    awk 'length > 80 { exit 1 }' "$work/out"

printf '<x>' >evil.xml
sed 's/example\.com</\&lt;script\&gt;alert(1)\&lt;\/script\&gt;</' \
    "$samples/plain.xml" >evil2.xml
run report folder evil2.xml -f html
ends 0 'html'
ok 'html: is well-formed' python3 -c 'import sys
from xml.dom.minidom import parse
parse(sys.argv[1])' "$work/out"
ok_fail 'html: nothing from outside becomes markup' grep -q '<script' \
    "$work/out"
ok_fail 'html: nothing is fetched' grep -qiE '(src|href)="?(https?:)?//' \
    "$work/out"
ok 'html: has plots' grep -q '<svg' "$work/out"
ok 'html: dark and light' grep -q 'prefers-color-scheme: dark' "$work/out"
ok 'html: and paper' grep -q '@media print' "$work/out"

run report "$samples/plain.xml" -f tap
complains 2 "format 'tap'|format 'tap' is not" 'a form that it has not'

# ---- what goes wrong ----

run report missing.xml "$samples/plain.xml" -f json
ends 4 'a file that is not there'
is 3 "$(json 'D["messages"]' "$work/out")" \
    'a file that is not there: the rest is done'
ok 'a file that is not there: is named' grep -q "cannot open 'missing.xml'" \
    "$work/err"
# A library without an octet in it is none that the loader takes.
mkdir lib
for library in libarchive.so.13 libgmime-3.0.so.0; do
    : >lib/$library
done
for sample in one.zip mail-gzip.eml; do
    cp "$samples/$sample" "again-$sample"
    export LD_LIBRARY_PATH="$work/lib"
    run report "$samples/$sample" "again-$sample" "$samples/plain.xml" -f json
    unset LD_LIBRARY_PATH
    ends 4 "$sample without the library"
    is '3 0 []' "$(json 'D["messages"], D["left_out"], D["findings"]' \
        "$work/out" | tr -d '(),')" \
        "$sample without the library: no fault of the file's"
    is 1 "$(grep -c 'cannot load ' "$work/err")" \
        "$sample without the library: is told once"
done
# Folders in folders without end, and a name of nothing: the rest is read.
mkdir -p odd/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p
ln -s nowhere odd/b.xml
cp "$samples/plain.xml" odd/c.xml
run report odd -f json
ends 4 'a folder with what cannot be read'
is 3 "$(json 'D["messages"]' "$work/out")" \
    'a folder with what cannot be read: the rest is done'
is 'nested nowhere' "$(sed -n "s/.*'odd.*: folders are nested.*/nested/p
    s/.*'odd.b.xml': No such.*/nowhere/p" "$work/err" | tr '\n' ' ' |
    sed 's/ $//')" 'a folder with what cannot be read: each is named'
mkdir void
run report void
ends 4 'a folder without files'
ok 'a folder without files: is told' grep -q 'there is no file' "$work/err"

if [ -c /dev/full ]; then
    timeout 60 "$SELKIE_BIN" report folder >/dev/full 2>"$work/err"
    is 4 $? 'a full disk'
    ok 'a full disk: is told once' \
        test 1 = "$(grep -c 'cannot write standard output' "$work/err")"
fi
{ timeout 60 "$SELKIE_BIN" report many -v -f json 2>"$work/err"; echo $? \
    >"$work/ended"; } | :
is 141 "$(cat "$work/ended")" 'a reader that went away ends it by SIGPIPE'
is '' "$(cat "$work/err")" 'and of that nothing is said'

# Ctrl-C while a pipe has nothing to give: what is done is printed.
mkfifo pipe
exec 9<>pipe
"$SELKIE_BIN" report "$samples/plain.xml" pipe -f json >"$work/out" \
    2>"$work/err" 9>&- &
pid=$!
tools_pids="$tools_pids $pid"
n=0
until [ -n "$(ls -l "/proc/$pid/fd" 2>/dev/null | grep 'pipe$')" ] ||
    [ $n -ge 300 ]; do
    n=$((n + 1))
    sleep 0.1
done
kill -INT "$pid"
wait "$pid"
is 130 $? 'Ctrl-C: ends by the signal'
is 3 "$(json 'D["messages"]' "$work/out")" 'Ctrl-C: what is done is printed'
exec 9>&-
done_testing
