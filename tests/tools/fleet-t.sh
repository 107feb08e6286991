#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Ten thousand customers from CSV: provisioned by a program that is killed two
# hundred times, published, and verified.  selkie-testkeys is the program
# itself but for its keys, which are those that tests share.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
: "${SELKIE_BUILD:=$(dirname "$SELKIE_BIN")}"
SELKIE_BIN=$SELKIE_BUILD/tests/tools/selkie-testkeys
[ -x "$SELKIE_BIN" ] || skip_all "there is no '$SELKIE_BIN'"

files=10
each=1000
kills_each=20
# Tries for them: a run that ends before it is killed is none.
tries_each=100
# The registry is looked at after so many kills, and whenever a file is done.
look_every=5
# The seed of the instants of the kills: SELKIE_SEED plays a run again.
seed=${SELKIE_SEED:-$$}

export SELKIE_SOURCE HOME="$work" SELKIE_SEAL_DIR="$work/seal"
export SELKIE_WORKSPACE="$work/ws"
unset XDG_CONFIG_HOME
cd "$work" || bail 'no folder'

plan_lazy
diag "SELKIE_SEED=$seed"
run init sausagemail.com --ns ns1=127.0.0.1 --ns ns2=127.0.0.2
ends 0 'a workspace'

# Numbers from 0 to 999, one for each try.
perl -e 'srand shift; print map { int(rand 1000), "\n" } 1 .. shift' \
    "$seed" $((files * tries_each)) >numbers
exec 3<numbers
for file in $(seq $files); do
    echo customer
    seq -f 'c%g' $((file * each - each + 1)) $((file * each))
done | awk -v each=$each '
    $1 == "customer" { name = sprintf("%d.csv", ++n) }
    { print >name }'

provision() {
    "$SELKIE_BIN" provision --from "$1.csv" --selector k1 --selector k2 \
        --quiet
}

# Milliseconds that a command takes.
duration() {
    perl -MTime::HiRes=time -e '
        my $begin = time;
        system(@ARGV) == 0 or die "@ARGV: $?\n";
        printf "%d\n", 1000 * (time - $begin) + 1' "$@"
}

# look: every customer has both its keys, and none is gone that was there.
before=0
halves=0
lost=0
look() {
    "$SELKIE_BIN" list --format ndjson |
        sed 's/.*"customer":"\([^"]*\)".*"selector":"\([^"]*\)".*/\1 \2/' |
        awk '{ keys[$1] = keys[$1] $2 " " }
            END {
                for (name in keys) {
                    n++
                    if (keys[name] != "k1 k2 ")
                        bad++
                }
                print n + 0, bad + 0
            }' >seen || bail 'the registry cannot be listed'
    read -r now bad <seen
    halves=$((halves + bad))
    [ "$now" -ge "$before" ] || lost=$((lost + 1))
    [ $((now % each)) -eq 0 ] || partly=$((partly + 1))
    before=$now
}

# Each file is provisioned by runs that are killed, and by one that is not.
kills=0
partly=0
window=$(duration "$SELKIE_BIN" provision --from 1.csv --selector k1 \
    --selector k2 --quiet)
for file in $(seq $files); do
    span=$window
    killed=0
    for _ in $(seq $tries_each); do
        [ $killed -lt $kills_each ] || break
        read -r number <&3
        ms=$((span * number / 1000 + 1))
        status=0
        timeout -s KILL "$(printf '%d.%03d' $((ms / 1000)) $((ms % 1000)))" \
            "$SELKIE_BIN" provision --from "$file.csv" --selector k1 \
            --selector k2 --quiet >killed.out 2>&1 || status=$?
        case $status in
        137)
            killed=$((killed + 1))
            [ $((killed % look_every)) -ne 0 ] || look
            ;;
        0) span=$((span * 3 / 4 + 1)) ;;
        *) bail "provision ends with $status: $(cat killed.out)" ;;
        esac
    done
    kills=$((kills + killed))
    provision "$file" >last.out 2>&1 ||
        bail "provision does not go on: $(cat last.out)"
    look
    [ "$before" -ge $((file * each)) ] || lost=$((lost + 1))
done
diag "$kills kills; a file was seen half done $partly times"
is $((files * kills_each)) $kills 'runs were killed'
is 0 $halves 'no kill leaves half a customer'
is 0 $lost 'no kill loses a customer'
is $((files * each)) "$before" 'all customers are there'

# ---- what comes of it ----

run records --fixed --format zone
fixed=$(wc -l <"$work/out")
run records --all --format zone
ends 0 'the zone'
cp "$work/out" zone
is $((fixed + files * each * 8)) "$(wc -l <zone | tr -d ' ')" \
    'the zone has eight records of each customer'
# loads CHECKER...: unless it is not installed.
loads() {
    if PATH=$PATH:/usr/sbin command -v "$1" >/dev/null; then
        ok "the zone loads: $1" env PATH="$PATH:/usr/sbin" "$@"
    else
        skip "$1 is not installed"
    fi
}
loads named-checkzone sausagemail.com zone
loads kzonecheck -o sausagemail.com zone
loads nsd-checkzone sausagemail.com zone

rm -f ready
mkfifo ready || bail 'mkfifo failed'
"$SELKIE_BIN" serve --listen 127.0.0.1:0 >ready 2>serve.err &
tools_pids="$tools_pids $!"
read -r word <ready || word=
is ready "$word" 'serve is ready'
port=$(sed -n 's/.*port //p' serve.err)
# The zone's second server is the first one by another address.
"$SELKIE_BIN" serve --listen "127.0.0.2:$port" >ready 2>serve.err &
tools_pids="$tools_pids $!"
read -r word <ready || word=
is ready "$word" 'and so is the other one'

begin=$(date +%s)
run verify --all --resolver "127.0.0.1:$port" --authority-port "$port" \
    --server-rate 100000 \
    --format ndjson --quiet
ends 0 'verify --all'
took=$(($(date +%s) - begin))
diag "verify --all took $took s"
is $((files * each)) "$(grep -c '"status":"good"' "$work/out")" \
    'every customer is good'
ok 'in less than a minute' [ $took -lt 60 ]

done_testing
