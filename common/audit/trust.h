/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The DNSSEC state of a zone, worked out from its records: RFC 4035. */
#ifndef AUDIT_TRUST_H
#define AUDIT_TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/value.h"
#include "common/dns/asked.h"
#include "common/dns/sigcheck.h"

/* Algorithms of one zone that are told apart. */
#define TRUST_ALGORITHMS_MAX 8

enum trust_state {
    TRUST_UNKNOWN,  /* an answer is missing, or a digest or algorithm is not
                       known */
    TRUST_UNSIGNED, /* no keys, and the zone above names none */
    TRUST_ISLAND,   /* keys, and the zone above names none */
    TRUST_SECURE,   /* a key that the zone above names signs the keys, and
                       these the SOA record */
    TRUST_MISMATCH, /* the zone above names keys that are not there */
    TRUST_BROKEN    /* no signature over a set holds */
};
/* "unknown", "unsigned", "island", "secure", "mismatch", "broken". */
const char *trust_word(enum trust_state state);

enum trust_fault {
    TRUST_WHOLE,   /* a signature holds, or cannot be looked at */
    TRUST_EXPIRED, /* it held until set.ends */
    TRUST_EARLY,   /* it will hold from set.begins on */
    TRUST_FORGED   /* none is made by a key that is there */
};

/* A set of records and its best signature. */
struct trust_set {
    struct asked asked;     /* the set, with DO and CD; may not be asked */
    bool is_good;           /* a signature holds now */
    enum trust_fault fault; /* why none does */
    int64_t begins, ends;   /* of the best one; 0 when none is known */
};

struct trust {
    struct name zone;       /* which zone */
    enum trust_state state; /* the result */
    struct asked ds;        /* DS, of the zone above; with DO and CD */
    struct trust_set keys;  /* DNSKEY */
    struct trust_set soa;   /* SOA, looked at when the zone above names keys */
    uint8_t algorithms[TRUST_ALGORITHMS_MAX]; /* of keys, least first */
    size_t algorithm_count;                   /* of them */
    bool is_digest_weak; /* no DS has a digest that is not weak */
};

/*
 * In the view's run arena.  All is asked of the resolvers, with CD: they hand
 * out what they would not believe, and what it is worth is decided here, by
 * the clock of the run.  The chain is followed one step: whether the zone
 * above is what it should be is not looked at.
 */
const struct trust *trust_find(struct view *view, const struct name *zone);

/* The same when nobody is asked: unknown. */
const struct trust *trust_unasked(struct arena *arena,
                                  const struct name *zone);

/* {"zone", "state", "algorithms", "expires"}. */
struct value *trust_value(struct arena *arena, const struct trust *trust);

#endif
