#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What can go wrong with a workspace: one clear line that says what and where,
# exit status 4, and nothing half written.
# shellcheck disable=SC2317 # ok calls functions
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
plan_lazy

export HOME="$work" SELKIE_SEAL_DIR="$work/seal" SELKIE_WORKSPACE="$work/ws"
unset XDG_CONFIG_HOME
cd "$work" || bail 'no folder'
mounted=
faults_end() {
    for folder in $mounted; do umount "$folder" 2>/dev/null; done
    tools_end
}
trap faults_end EXIT

run init esp.example
ends 0 'a workspace'
run provision snufkin --algorithm ed25519 --selector k1
ends 0 'a customer'
cp -R ws kept.ws
cp -R seal kept.seal
sealing_key=$(ls seal)
restore() {
    rm -rf ws seal
    cp -R kept.ws ws
    cp -R kept.seal seal
}
# whole NAME: snufkin is there with its key, and nobody else.
whole() {
    is 'snufkin k1' "$("$SELKIE_BIN" list --format ndjson |
        sed 's/.*"customer":"\([^"]*\)".*"selector":"\([^"]*\)".*/\1 \2/')" \
        "$1: nothing is lost, and nothing half there"
}
# refused ERE NAME: by every command that needs the registry.
refused() {
    for command in list 'customer show snufkin' 'customer suspend snufkin' \
        'provision toffle --algorithm ed25519' 'records snufkin' \
        'verify snufkin' 'publish' "backup $work/copy.db"; do
        # shellcheck disable=SC2086 # words
        run $command
        complains 4 "$1" "$2: $command"
    done
    ok_fail "$2: no backup is left" test -e copy.db
}

# ---- the registry ----

printf 'not a registry at all, but some text\n' >ws/registry.db
refused "registry '.*/ws/registry.db' is not a registry" 'some text'
restore

perl -e 'open my $file, "+<", "ws/registry.db" or die;
    seek $file, 4096 * $_, 0 and print $file "\377" x 4096 for 1 .. 40'
for command in list 'provision toffle --algorithm ed25519'; do
    # shellcheck disable=SC2086 # words
    run $command
    complains 4 "registry '.*/ws/registry.db' is (damaged|not a registry)" \
        "damaged pages: $command"
done
restore

head -c 20000 kept.ws/registry.db >ws/registry.db
run list
complains 4 "registry '.*/ws/registry.db' is (damaged|not a registry)" \
    'a registry that was cut off'
restore

# The version stands at octet 60 (SQLite's user_version).
perl -e 'open my $file, "+<", "ws/registry.db" or die;
    seek $file, 60, 0; print $file pack("N", 99)'
cp ws/registry.db newer.db
refused 'was written by a newer selkie .schema 99, this one knows [0-9]+.: use that one' \
    'a newer registry'
ok 'a newer registry: is left as it was' cmp newer.db ws/registry.db
restore

rm ws/registry.db
run list
complains 4 "'.*/ws' is no workspace: it has no registry.db .selkie init makes one." \
    'no registry'
restore

# ---- the sealing key ----

provision='provision toffle --algorithm ed25519 --selector k1'
rm "seal/$sealing_key"
# shellcheck disable=SC2086 # words
run $provision
complains 4 "sealing key '.*/seal/$sealing_key'" 'no sealing key'
whole 'no sealing key'
restore

head -c 32 /dev/urandom | base64 >"seal/$sealing_key"
# shellcheck disable=SC2086
run $provision
complains 4 "the sealing key of registry '.*/ws/registry.db' is another .[0-9a-f]{16}. than its keys are sealed with .[0-9a-f]{16}." \
    'another sealing key'
whole 'another sealing key'
restore

echo 'nonsense' >"seal/$sealing_key"
# shellcheck disable=SC2086
run $provision
complains 4 "'.*/seal/$sealing_key'" 'a sealing key that is none'
whole 'a sealing key that is none'
restore

chmod 644 "seal/$sealing_key"
# shellcheck disable=SC2086
run $provision
complains 4 "'.*/seal/$sealing_key'.*others" 'a sealing key that others can read'
whole 'a sealing key that others can read'
restore

# ---- the template, settings, and who may write ----

printf '{customer} TXT "open\n' >>ws/template.zone
line=$(wc -l <ws/template.zone)
for command in "$provision" 'records snufkin' 'verify snufkin'; do
    # shellcheck disable=SC2086
    run $command
    complains 4 "template.zone', line $line" "a broken template: $command"
done
restore
whole 'a broken template'

printf 'no setting\n' >>ws/selkie.conf
run list
complains 4 "selkie.conf', line [0-9]+" 'settings that do not parse'
restore

chmod 666 ws/selkie.conf
run list
complains 4 "selkie.conf'.*others" 'settings that others can write'
restore
chmod 666 ws/template.zone
for command in list 'records snufkin' 'serve --listen 127.0.0.1:0'; do
    # shellcheck disable=SC2086
    run $command
    complains 4 "template.zone'.*others" \
        "a template that others can write: $command"
done
restore
chmod 777 ws
run list
complains 4 "ws'.*others" 'a folder that others can write'
restore
if [ "$(id -u)" -eq 0 ]; then
    chown 65534 ws/selkie.conf
    run list
    complains 4 "selkie.conf'.*belongs to" "somebody else's settings"
    restore
else
    skip 'only root can give a file away'
fi

# ---- lists of customers ----

printf 'customer,domain\nmoomin\n"open,x\n' >bad.csv
run provision --from bad.csv --algorithm ed25519
ends 4 'a broken CSV'
like "$err" "'bad.csv', line [23]" 'a broken CSV: the line is named'
printf 'customer,colour\nmoomin,red\n' >bad.csv
run provision --from bad.csv
complains 4 "'bad.csv'.*colour" 'a column that is none'
run provision --from nothing.csv
complains 4 "'nothing.csv': No such file" 'no file'
printf '{"customer":"moomin"}\n{"customer":\n' >bad.jsonl
run provision --from bad.jsonl --algorithm ed25519 --all-or-none
ends 4 'broken JSON lines, all or none'
like "$err" "'bad.jsonl', line 2" 'broken JSON lines: the line is named'
restore
printf 'customer\nmoomin\n-bad-\n' >bad.csv
run provision --from bad.csv --algorithm ed25519 --all-or-none
ends 4 'one bad line of two, all or none'
like "$err" "'bad.csv', line 3" 'one bad line: is named'
whole 'one bad line'
run provision --from bad.csv --algorithm ed25519
ends 4 'one bad line of two'
is 1 "$("$SELKIE_BIN" list --format ndjson | grep -c '"customer":"moomin"')" \
    'one bad line: the good one is done'
restore

# ---- a full disk ----

seq -f 'c%g' 3000 | sed '1i customer' >many.csv
many='provision --from many.csv --algorithm ed25519 --selector k1 --quiet'
# goes_on NAME: what is there is whole, and the command goes on with room.
goes_on() {
    "$SELKIE_BIN" list --format ndjson >seen || bail "$1: no list"
    count=$(wc -l <seen)
    diag "$1: $count customers before the disk was full"
    is "$count" "$(grep -c '"selector":"k1"' seen)" "$1: each with its key"
    ok "$1: and not all" [ "$count" -lt 3001 ]
}
# full ERE NAME: what provision says of it.
full() {
    # shellcheck disable=SC2086 # words
    run $many
    ends 4 "$2"
    is '' "$out" "$2: nothing on standard output"
    is 1 "$(wc -l <"$work/err" | tr -d ' ')" "$2: one line"
    like "$err" "$1" "$2: which says what and where"
}

(
    ulimit -f 600 # half-kilobytes or kilobytes: 300 or 600 KB
    # shellcheck disable=SC2086 # words
    timeout 120 "$SELKIE_BIN" $many >out 2>err
    echo $? >status
)
status=$(cat status) out=$(cat out) err=$(cat err)
ends 4 'files that may not grow'
like "$err" "registry '.*/ws/registry.db' cannot be .*written" \
    'files that may not grow: what and where'
is 1 "$(wc -l <err | tr -d ' ')" 'files that may not grow: one line'
goes_on 'files that may not grow'
# shellcheck disable=SC2086 # words
run $many
ends 0 'files may grow again: the same command goes on'
is 3001 "$("$SELKIE_BIN" list --format ndjson | wc -l | tr -d ' ')" \
    'files may grow again: all are there'
(
    ulimit -f 100
    timeout 60 "$SELKIE_BIN" backup "$work/copy.db" >out 2>err
    echo $? >status
)
status=$(cat status) out=$(cat out) err=$(cat err)
complains 4 "copy.db'" 'a backup that may not grow'
ok_fail 'a backup that may not grow: is not left' test -e copy.db
restore

mkdir small
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=1m,mode=700 selkie small \
    2>/dev/null; then
    mounted=$work/small
    cp -R ws/* small
    export SELKIE_WORKSPACE="$work/small"
    full "registry '.*/small/registry.db' cannot be written: the disk is full" \
        'a full disk'
    goes_on 'a full disk'
    run backup small/copy.db
    complains 4 "small/copy.db'" 'a backup to a full disk'
    ok_fail 'a backup to a full disk: nothing is left' test -e small/copy.db
    run init other.example --workspace "$work/small/other"
    complains 4 "small/other" 'a workspace on a full disk'
    ok_fail 'a workspace on a full disk: nothing is left' \
        test -e small/other
    mount -o remount,size=64m small
    # shellcheck disable=SC2086 # words
    run $many
    ends 0 'room again: the same command goes on'
    is 3001 "$("$SELKIE_BIN" list --format ndjson | wc -l | tr -d ' ')" \
        'room again: all are there'
    export SELKIE_WORKSPACE="$work/ws"
    umount small && mounted=
else
    skip 'a full disk: no tmpfs can be mounted here (needs root)'
fi

# ---- a folder that is read-only ----

mkdir locked
if [ "$(id -u)" -eq 0 ] && mount --bind ws locked 2>/dev/null; then
    mounted=$work/locked
    if mount -o remount,bind,ro locked 2>/dev/null; then
        export SELKIE_WORKSPACE="$work/locked"
        # shellcheck disable=SC2086 # words
        run $provision
        complains 4 "registry '.*/locked/registry.db' cannot be .*: Read-only file system" \
            'a read-only file system'
        run customer suspend snufkin
        complains 4 "locked/registry.db'" 'a read-only file system: suspend'
        run init third.example --workspace "$work/locked/third"
        complains 4 "locked/third" 'a read-only file system: init'
        export SELKIE_WORKSPACE="$work/ws"
    else
        skip 'a read-only file system: no remount here'
    fi
    umount locked && mounted=
else
    skip 'a read-only file system: no bind mount here (needs root)'
fi
whole 'a read-only file system'

# Permissions do not bind root: somebody else is asked.
other=
[ "$(id -u)" -ne 0 ] || other='setpriv --reuid=65534 --regid=65534 --clear-groups'
chmod 755 "$work"
if $other "$SELKIE_BIN" --version >/dev/null 2>&1; then
    rm -rf theirs
    cp -R kept.ws theirs
    cp -R kept.seal their.seal
    chmod 700 theirs their.seal
    [ -z "$other" ] || chown -R 65534:65534 theirs their.seal
    chmod 555 theirs
    status=0
    # shellcheck disable=SC2086 # words
    SELKIE_WORKSPACE=$work/theirs SELKIE_SEAL_DIR=$work/their.seal $other \
        "$SELKIE_BIN" $provision >out 2>err </dev/null || status=$?
    out=$(cat out) err=$(cat err)
    complains 4 "registry '.*/theirs/registry.db' cannot be written" \
        'a read-only folder'
    chmod 755 theirs
    status=0
    # shellcheck disable=SC2086 # words
    SELKIE_WORKSPACE=$work/theirs SELKIE_SEAL_DIR=$work/their.seal $other \
        "$SELKIE_BIN" $provision >out 2>err </dev/null || status=$?
    out=$(cat out) err=$(cat err)
    ends 0 'a folder that may be written again'
else
    skip 'a read-only folder: nobody else can run the program here'
fi
done_testing
