/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record that is nearly right: which of the known mistakes was made. */
#ifndef RECORDS_NEARMISS_H
#define RECORDS_NEARMISS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/dns/answer.h"
#include "common/dns/name.h"

/* What was expected at a name, and all that was found there and where it may
   have gone astray.  Borrowed throughout; an answer that was not asked for
   is NULL. */
struct nearmiss_case {
    struct arena *arena;          /* for working */
    const struct name *owner;     /* where the record belongs */
    uint16_t type;                /* RR_TXT, RR_CNAME, ... */
    struct slice expected;        /* TXT: joined; else the target, "a.b." */
    const struct name *zone;      /* that the owner lies in, or NULL */
    const struct answer *txt;     /* TXT at the owner */
    const struct answer *cname;   /* CNAME at the owner */
    const struct answer *address; /* A at the owner */
    const struct answer *doubled; /* TXT or CNAME at OWNER.ZONE */
    const struct answer *apex;    /* TXT at the zone's apex */
    const struct answer *control; /* TXT at a random sibling: a wildcard */
    const struct slice *siblings; /* expected texts of the other selectors */
    size_t sibling_count;         /* of them */
    const struct slice *retired;  /* p= of this domain's former keys */
    size_t retired_count;         /* of them */
};

struct nearmiss {
    const char *id; /* "doubled-suffix": a word for machines, permanent */
    const char *sentence; /* what was done */
    const char *fix;      /* in the imperative */
};

/*
 * The first row of the table that fits, the most telling first; NULL when
 * none does.
 */
const struct nearmiss *nearmiss_find(const struct nearmiss_case *given);

/* Row i of the table, or NULL: for documents and tests. */
const struct nearmiss *nearmiss_row(size_t i);

#endif
