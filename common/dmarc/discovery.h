/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which policy applies to a name, and which is its organizational domain:
   the tree walk of RFC 9989 section 4.10 beside RFC 7489. */
#ifndef DMARC_DISCOVERY_H
#define DMARC_DISCOVERY_H

#include <stdbool.h>
#include <stddef.h>

#include "common/dmarc/dmarcrecord.h"
#include "common/dns/asked.h"
#include "common/dns/name.h"

/* RFC 9989 section 4.10: the most questions of one walk, and the labels of
   the second name asked when there are more than that. */
#define DISCOVERY_STEPS_MAX   8
#define DISCOVERY_LABELS_KEPT 7

/* What one name of the walk has. */
enum discovery_found {
    DISCOVERY_PENDING,
    DISCOVERY_NONE,  /* no policy record */
    DISCOVERY_ONE,   /* one: it counts */
    DISCOVERY_MANY,  /* more than one: all are dropped */
    DISCOVERY_FAILED /* no answer */
};

struct discovery_step {
    struct name domain;                     /* whose record */
    struct asked asked;                     /* "_dmarc." before it, TXT; not
                                               asked when that is too long */
    enum discovery_found found;             /* what came */
    const struct dmarcrecord *const *texts; /* every TXT there, parsed */
    size_t text_count;                      /* of them */
    size_t policy_count;                    /* that begin with v=DMARC1 */
    const struct dmarcrecord *record;       /* DISCOVERY_ONE: that one */
};

struct discovery_walk {
    struct name start;                                /* where it begins */
    struct discovery_step steps[DISCOVERY_STEPS_MAX]; /* in order */
    size_t count;                                     /* of them */
    bool is_pending;                          /* some answer is not here */
    bool is_unknown;                          /* or never came: no org */
    struct name org;                          /* the organizational domain */
    const struct discovery_step *org_step;    /* with its record, or NULL */
    const struct discovery_step *suffix_step; /* psd=y above it, or NULL */
};

/* The policy for one author domain by one of the two. */
struct discovery_policy {
    bool is_pending;                   /* decides nothing yet */
    bool org_is_known;                 /* org is meant */
    bool is_known;                     /* step, tag and policy are meant */
    struct name org;                   /* the organizational domain */
    const struct discovery_step *step; /* whose record applies, or NULL */
    const char *tag;                   /* "p", "sp", "np"; NULL when there is
                                          no policy */
    enum dmarcpolicy written;          /* what that tag says */
    enum dmarcpolicy policy;           /* after t=; DMARCPOLICY_ABSENT when
                                          there is none */
};

struct discovery {
    struct name author;                    /* the author domain */
    const struct discovery_walk *walk;     /* from it upwards */
    const struct discovery_step *psl_step; /* the record at the list's
                                             organizational domain, where that
                                             is another name; else NULL */
    struct asked existence;                /* TXT of the author domain itself:
                                              NXDOMAIN decides np= */
    struct discovery_policy rfc9989;       /* by the tree walk */
    struct discovery_policy rfc7489;       /* by the public suffix list */
};

/* The record of one name, in the run's arena. */
const struct discovery_step *discovery_ask(struct view *view,
                                           const struct name *domain);

/* The walk alone: whose organizational domain is it?  In the run's arena. */
const struct discovery_walk *discovery_walk(struct view *view,
                                            const struct name *start);

/* An answer that may not be here yet or never come. */
enum discovery_truth {
    DISCOVERY_NO,
    DISCOVERY_YES,
    DISCOVERY_CANNOT_TELL,
    DISCOVERY_NOT_YET
};

/*
 * Have two names the same organizational domain?  Where questions failed,
 * whatever might have been the answer is tried: a public suffix that does
 * not answer makes no difference to two names below one domain.
 */
enum discovery_truth discovery_same_org(const struct discovery_walk *a,
                                        const struct discovery_walk *b);

/*
 * Identifier alignment of RFC 9989 section 4.4: identical when strict, else
 * the same organizational domain.  The identifier is walked when need be.
 */
enum discovery_truth discovery_is_aligned(struct view *view,
                                          const struct discovery *discovery,
                                          const struct name *identifier,
                                          bool strict);
/* The same by RFC 7489 section 3.1 and the public suffix list. */
bool discovery_is_aligned_7489(const struct name *author,
                               const struct name *identifier, bool strict);

/* All of it for one author domain, in the run's arena. */
const struct discovery *discovery_find(struct view *view,
                                       const struct name *author);

/* One level lower, as t=y asks for (RFC 9989 section 4.7 t). */
enum dmarcpolicy discovery_lowered(enum dmarcpolicy policy);

#endif
