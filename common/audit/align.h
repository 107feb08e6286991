/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alignment planned before there is mail: which identifiers DMARC would
   accept for an author domain, and what an outsourced sender could sign as. */
#ifndef AUDIT_ALIGN_H
#define AUDIT_ALIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/value.h"
#include "common/dmarc/discovery.h"
#include "common/dns/view.h"
#include "common/findings/finding.h"

/* RFC 9989 by its tree walk, RFC 7489 by the public suffix list. */
enum align_rules { ALIGN_9989, ALIGN_7489, ALIGN_RULES };

enum align_truth { ALIGN_NO, ALIGN_YES, ALIGN_CANNOT_TELL };

enum align_kind {
    ALIGN_DKIM,     /* d= */
    ALIGN_MAILFROM, /* the domain of MAIL FROM */
    ALIGN_HELO      /* HELO: counts only where MAIL FROM is null */
};
/* "dkim", "mailfrom", "helo". */
const char *align_kind_word(enum align_kind kind);

/* What a message would bring. */
struct align_claim {
    enum align_kind kind; /* which */
    struct name domain;   /* of it */
    bool counts;          /* DMARC looks at it */
};

struct align_input {
    struct name from;                 /* the author domain */
    const struct align_claim *claims; /* in the order given */
    size_t claim_count;               /* of them */
    struct name delegated;            /* a subdomain held by somebody else;
                                         size 0: none */
};

/* One claim by one set of rules. */
struct align_cell {
    enum align_truth relaxed, strict; /* aligned in that mode? */
    enum align_truth in_force;        /* in the mode the record asks for */
};

struct align_row {
    const struct align_claim *claim;      /* borrowed */
    struct align_cell cells[ALIGN_RULES]; /* by each */
};

/* The policy by one set of rules. */
struct align_policy {
    bool is_known;                        /* the rest is meant */
    bool exists;                          /* there is one */
    bool strict_dkim, strict_spf;         /* adkim=s, aspf=s */
    const struct discovery_policy *found; /* where, and what */
};

enum align_result {
    ALIGN_PASS,   /* some claim that counts is aligned */
    ALIGN_FAIL,   /* none is */
    ALIGN_NONE,   /* no policy: DMARC says nothing */
    ALIGN_UNKNOWN /* an answer is missing */
};
/* "pass", "fail", "none", "unknown". */
const char *align_result_word(enum align_result result);

enum align_change_kind {
    ALIGN_SIGN,   /* "sign": with d= value */
    ALIGN_RETURN, /* "mailfrom": MAIL FROM at value */
    ALIGN_RELAX,  /* "relax": the record value, at at */
    ALIGN_PUBLISH /* "publish": likewise, where there is none */
};

/* A change that, by itself, makes it pass by both. */
struct align_change {
    enum align_change_kind kind; /* what to do */
    struct name at;              /* of a record */
    const char *value;           /* a domain, or the record's text */
};

/* An author domain that the delegated one, by d= or MAIL FROM, passes for. */
struct align_reach {
    struct name author;                    /* in From */
    enum align_truth aligned[ALIGN_RULES]; /* by each */
};

/* A record that keeps the delegated subdomain to itself. */
struct align_remedy {
    struct name at;             /* where */
    const char *value;          /* TXT */
    bool confines[ALIGN_RULES]; /* by each */
};

/* What is often thought to confine it, and whether it does by itself. */
struct align_measure {
    const char *tag;            /* "t=s" */
    bool confines[ALIGN_RULES]; /* by each */
};

/* Names above a delegated one that are looked at, a sibling, and itself. */
#define ALIGN_REACH_MAX    12
#define ALIGN_CHANGES_MAX  4
#define ALIGN_REMEDIES_MAX 4
#define ALIGN_MEASURES     6

struct align {
    const struct align_input *input;                /* borrowed */
    const struct discovery *discovery;              /* of the author domain */
    struct align_policy policies[ALIGN_RULES];      /* that apply */
    const struct align_row *rows;                   /* one a claim */
    enum align_result results[ALIGN_RULES];         /* by each */
    struct align_change changes[ALIGN_CHANGES_MAX]; /* the smallest first */
    size_t change_count;                            /* of them */
    struct align_reach reach[ALIGN_REACH_MAX];      /* of the delegated one */
    size_t reach_count;                             /* of them */
    enum align_truth confined[ALIGN_RULES];         /* to itself? */
    struct align_remedy remedies[ALIGN_REMEDIES_MAX]; /* where it is not */
    size_t remedy_count;                              /* of them */
    struct align_measure measures[ALIGN_MEASURES];    /* all of them */
};

/*
 * RFC 9989 sections 4.4 and 4.10, RFC 7489 section 3.1, in the view's run
 * arena.  Whether a signature verifies, or SPF passes, is not asked: it is
 * taken that they do.
 */
const struct align *align_find(struct view *view,
                               const struct align_input *input);

/* dmarc.no-aligned-source and dmarc.strict-breaks-source, of the identifiers
   that count, by RFC 9989. */
void align_check(const struct align *align, struct report *report);

/* True, false, or null where it cannot be told.  (alignvalue.c) */
struct value *align_truth_value(struct arena *arena, enum align_truth truth);

/* The members of selkie-align(1), set in map.  (alignvalue.c) */
void align_value(struct arena *arena, const struct align *align,
                 struct value *map);

#endif
