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
#include "common/records/nearmissplace.h"

/* A TXT record that is expected at another name. */
struct nearmiss_sibling {
    const struct name *owner; /* where */
    struct slice text;        /* its strings joined */
    struct slice key;         /* p= in it, or empty */
};

/*
 * What was expected at a name, and all that was found there and where it may
 * have gone astray, all said by one server.  Borrowed throughout; an answer
 * that was not asked for is NULL, and one that failed or is pending proves
 * nothing.
 */
struct nearmiss_case {
    struct arena *arena;      /* for working */
    const struct name *owner; /* where the record belongs */
    const struct name *zone;  /* apex of the zone that this is in */
    uint16_t type;            /* of the record: RR_TXT, RR_CNAME, ... */
    struct slice data;        /* its RDATA */
    bool is_there;            /* it is published, and something beside it */
    struct slice target_key;  /* RR_CNAME: p= of what it leads to, or empty */

    const struct answer *here;            /* its type at the owner */
    const struct answer *txt;             /* TXT at the owner */
    const struct answer *cname;           /* CNAME at the owner */
    const struct answer *address;         /* A at the owner */
    const struct answer *spf;             /* the type SPF at the owner */
    const struct answer *control;         /* its type at a random sibling */
    const struct answer *control_address; /* A at a random sibling */
    const struct answer *places[NEARMISSPLACE_COUNT]; /* its type there */

    const struct nearmiss_sibling *siblings; /* of the same customer */
    size_t sibling_count;                    /* of them */
    const char *customer;                    /* whose the record is, or NULL */
    /* Whose key is or was this (a name that lives as long as the context),
       or NULL.  May itself be NULL. */
    const char *(*owner_of)(void *context, struct slice key);
    void *context; /* for owner_of */
};

/* The part of a DNS host's form in which a mistake is made. */
enum nearmiss_part {
    NEARMISS_OWNER,   /* the name */
    NEARMISS_VALUE,   /* the data */
    NEARMISS_STRINGS, /* the data, how it is split into strings */
    NEARMISS_PROXY    /* a switch beside it */
};

struct nearmiss {
    const char *id;          /* "doubled-suffix": for machines, permanent */
    const char *sentence;    /* what was done */
    const char *fix;         /* in the imperative */
    enum nearmiss_part part; /* where it was made */
};

/*
 * The first row of the table that fits, the most telling first; NULL when
 * none does.  To be called only where something is wrong.
 */
const struct nearmiss *nearmiss_find(const struct nearmiss_case *given);

/* Row i of the table, or NULL: for documents and tests. */
const struct nearmiss *nearmiss_row(size_t i);

/* The customer whose key stands at the owner in the place of the right one,
   or NULL. */
const char *nearmiss_other(const struct nearmiss_case *given);

/*
 * Does RDATA found mean the same as the expected one?  Names are compared
 * without regard to case; TXT by the joined strings, and in a tag list of
 * DKIM or DMARC blanks beside ";" and a final ";" do not count (RFC 6376
 * section 3.2, RFC 9989 section 4.8); of SOA the serial does not.
 */
bool nearmiss_same_data(struct arena *arena, uint16_t type, struct slice found,
                        struct slice expected);

#endif
