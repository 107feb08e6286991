/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Includes replaced by the addresses they stand for: as few as make a record
   fit into the limits of RFC 7208 section 4.6.4. */
#ifndef SPF_SPFFLATTEN_H
#define SPF_SPFFLATTEN_H

#include "common/spf/spftree.h"

/* Octets of a record's text: RFC 7208 section 3.4 says that name and texts
   should stay under 450, which leaves an answer of 512 some room. */
#define SPFFLATTEN_TEXT_MAX    450
/* Sets of includes looked at before the greedy choice is taken, and of them
   those that are written out: 20 includes have a million subsets. */
#define SPFFLATTEN_TRIALS_MAX  100000u
#define SPFFLATTEN_LAYOUTS_MAX 200u

struct spfflatten_limits {
    unsigned lookups; /* SPFCHECK_LOOKUPS_MAX, or less for head-room */
    unsigned voids;   /* SPFCHECK_VOIDS_MAX */
    size_t text;      /* octets of a record: SPFFLATTEN_TEXT_MAX */
};

enum spfflatten_state {
    SPFFLATTEN_FITS,   /* as it stands: nothing to replace */
    SPFFLATTEN_DONE,   /* records holds what to publish */
    SPFFLATTEN_CANNOT, /* no choice of includes makes it fit */
    SPFFLATTEN_BROKEN, /* there is no record, or it is a permerror anyway */
    SPFFLATTEN_UNKNOWN /* an answer is missing */
};

/* "fits", "flattened", "cannot", "broken", "unknown". */
const char *spfflatten_word(enum spfflatten_state state);

/* One TXT record to publish. */
struct spfflatten_record {
    struct name owner; /* at the domain, or _spfN below it */
    struct slice text; /* the whole, to be cut into strings of 255 */
};

struct spfflatten {
    enum spfflatten_state state;       /* what became of it */
    const char *problem;               /* CANNOT, BROKEN: a clause */
    const struct spfnode *node;        /* whose record it is: the domain's,
                                          or where it redirects to */
    const struct spfbranch **lifted;   /* includes replaced, in order */
    size_t lifted_count;               /* of them */
    struct spfflatten_record *records; /* the record, then _spf1 ... */
    size_t record_count;               /* of them */
    size_t network_count;              /* ip4 and ip6 terms in them */
    uint32_t lookups_before;           /* at worst */
    uint32_t voids_before;             /* likewise */
    uint32_t lookups;                  /* with the records */
    uint32_t voids;                    /* likewise */
};

/*
 * May the include be replaced by addresses?  Not when a record at or below it
 * holds a macro, exists or ptr, when something there is broken or unknown, or
 * when it is the term of another kind.
 */
bool spfflatten_may_lift(const struct spfbranch *branch);

/*
 * The smallest set of includes whose replacement makes the record fit; of
 * sets of one size that with the fewest records, then networks.  What an
 * include lets pass is node->granted: earlier terms of other qualifiers
 * inside it are subtracted.  Terms of one qualifier in a row may change
 * places, for they give the same result.  All in arena.
 */
const struct spfflatten *
spfflatten_plan(struct arena *arena, const struct spftree *tree,
                const struct spfflatten_limits *limits);

/* ---- for spfflatten.c: writing a choice out (spfflatten_layout.c) ---- */

/*
 * Put records, record_count and network_count into out: node's record with
 * the branches marked in lifted (one bool a branch of out->node) replaced.
 * False when a name grows too long or more than most further records are
 * needed.
 */
bool spfflatten_layout(struct arena *arena, struct spfflatten *out,
                       const bool *lifted, size_t text_max, size_t most);

#endif
