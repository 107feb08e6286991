/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each server says of a record: one row of the table for a person. */
#ifndef AUDIT_SERVERVIEW_H
#define AUDIT_SERVERVIEW_H

#include "common/base/value.h"
#include "common/dns/asked.h"

/* One server's answer, for facts.records of the contract. */
struct serverview {
    const struct answer *answer; /* what it said */
    const char *state;           /* "same", "missing", ... */
    bool is_resolver;            /* else authoritative */
};

/* {"server","role","state","outcome","ttl","data"}: the least TTL of the
   answer, and aliases on the way before the records. */
struct value *serverview_value(struct arena *arena,
                               const struct serverview *view);

#endif
