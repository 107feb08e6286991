#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# selkie message: which Authentication-Results fields are the receiver's own,
# which came in from outside, and which are wrong.
set -u
. "${SELKIE_SOURCE:-.}/tests/tools/lib.sh"
plan_lazy

data=$SELKIE_SOURCE/tests/tools/message

# The fields that a message went through, from below.
results() { # AUTHSERV-ID DKIM-RESULT
    echo "Authentication-Results: $1; dkim=$2 header.d=football.example.com"
}
outside() {
    echo 'Received: from mta.example (mta.example [192.0.2.7]) by mx; now'
}
inside() { echo 'Received: from mx (mx [10.0.0.1]) by store; now'; }
client() { echo 'Received: from pc (pc [198.51.100.9]) by mta; now'; }

# The ar- findings of the message with those fields on top.
found() { # WANTED NAME
    cat "$work/fields" "$data/rfc8463.eml" >"$work/top.eml"
    "$SELKIE_BIN" message --zone "$data/world.zone" --format ndjson \
        "$work/top.eml" >"$work/json"
    is "$1" "$(grep -o '"id":"message\.ar-[a-z]*"' "$work/json" |
        sed 's/.*\.//; s/"//' | tr '\n' ' ')" "$2"
}

{ results mx.example pass; outside; client; } \
    >"$work/fields"
found '' 'the receiver agrees'
{ results mx.example fail; outside; client; } \
    >"$work/fields"
found 'ar-disagrees ' 'the receiver differs'
{ results mx.example temperror; outside; } \
    >"$work/fields"
found '' 'a temporary error is no verdict'
{ results mx.example pass; inside; results mx.example pass; outside; } \
    >"$work/fields"
found '' 'two of its own, a hop inside between them'
{ outside; results mx.example pass; results mx.example pass; client; } \
    >"$work/fields"
found '' 'its own below its Received field'
{ results mx.example pass; outside; results mx.example pass; } \
    >"$work/fields"
found 'ar-forged ' 'one of its name below that'
{ outside; results mx.example pass; client; results MX.example fail; } \
    >"$work/fields"
found 'ar-forged ' 'one of its name below the next hop'
{ results mx.example pass; outside; results mta.example fail; } \
    >"$work/fields"
found '' 'what another host found is not compared'
{ echo 'Authentication-Results: mx.example; dkim=pass (x'; outside; } \
    >"$work/fields"
found 'ar-syntax ' 'one that cannot be read'
done_testing
