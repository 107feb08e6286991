/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole include and redirect tree of a domain, at its worst: every term
   evaluated from left to right, and nothing matches. */
#ifndef SPF_SPFTREE_H
#define SPF_SPFTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/value.h"
#include "common/dns/view.h"
#include "common/spf/spfcheck.h"
#include "common/spf/spfset.h"

/*
 * Bounds of one walk.  RFC 7208 section 4.6.4 ends an evaluation at the
 * eleventh term, so what is cut off here is past that many times over: at
 * each of these bounds more than 10 terms are counted already.
 */
#define SPFTREE_NODES_MAX     200 /* domains whose records are fetched */
#define SPFTREE_QUESTIONS_MAX 500 /* questions asked in all */
#define SPFTREE_DEPTH_MAX     20  /* includes within includes */
/* Spans of addresses put together while working out what passes: records made
   to multiply them end here, and what they grant is not exact then. */
#define SPFTREE_SPANS_MAX     1000000u
/* Counts stop growing here: repeated includes multiply. */
#define SPFTREE_COUNT_MAX     1000000u

/* What a term that needs DNS comes to. */
enum spfbranch_state {
    SPFBRANCH_GOOD,     /* there is something */
    SPFBRANCH_VOID,     /* its query gives nothing */
    SPFBRANCH_FAILED,   /* no answer: temperror */
    SPFBRANCH_PENDING,  /* not here yet */
    SPFBRANCH_NONE,     /* include, redirect: no SPF record there */
    SPFBRANCH_BROKEN,   /* the record there is a permerror */
    SPFBRANCH_LOOP,     /* it leads back to where we come from */
    SPFBRANCH_TOO_MANY, /* more than SPFCHECK_MX_MAX MX names */
    SPFBRANCH_NO_NAME,  /* the target is no domain name: matches nothing */
    SPFBRANCH_DYNAMIC,  /* depends on the client, sender or HELO */
    SPFBRANCH_CUT       /* not looked at: a bound is reached */
};

/* "good", "void", ... */
const char *spfbranch_word(enum spfbranch_state state);

struct spfnode;

struct spfbranch {
    const struct spfterm *term;    /* include, a, mx, ptr, exists, redirect */
    struct slice target;           /* expanded; p NULL when dynamic */
    enum spfbranch_state state;    /* what it comes to */
    bool is_void;                  /* counts as a void lookup */
    struct name void_name;         /* whose query gave nothing */
    bool lacks_ipv4, lacks_ipv6;   /* a, mx: no address of that family */
    size_t mx_count;               /* MX names */
    uint32_t lookups;              /* own and below */
    struct spflookup *asked;       /* its questions */
    size_t asked_count;            /* of them */
    const struct spfbranch *entry; /* LOOP: the term of the domain it leads
                                      back to, by which we went round */
    struct spfnode *nested;        /* include, redirect: where it leads */
};

/* One record of the tree.  A domain that is reached twice is one node. */
struct spfnode {
    struct name domain;               /* where the record is */
    struct slice text;                /* the same as the term had it */
    struct spflookup txt;             /* the question for it */
    const struct spfselect *select;   /* what came */
    const struct spfrecord *record;   /* NULL: none, or several */
    struct spfbranch *branches;       /* terms that count, in order */
    size_t branch_count;              /* of them */
    const struct spfbranch *redirect; /* the last branch, or NULL */
    enum spfresult state;             /* NEUTRAL: a record without errors;
                                         NONE, PERMERROR, TEMPERROR, PENDING */
    uint32_t lookups_own;             /* its terms that count */
    uint32_t lookups;                 /* and those below */
    uint32_t voids_own;               /* void terms of its own */
    uint32_t voids;                   /* and those below */
    bool is_countable;                /* no record below is missing, broken or
                                         unknown: lookups is exact */
    bool voids_known;                 /* so is voids */
    bool is_dynamic;                  /* a term at or below depends on the
                                         sender */
    bool is_cut;                      /* a bound was reached at or below */
    unsigned height;                  /* levels of includes below it */
    enum spfresult fault;             /* what ends the walk first: TEMPERROR,
                                         PERMERROR, or NEUTRAL for nothing */
    uint32_t fault_lookups;           /* counted by then */
    uint32_t fault_voids;             /* likewise */
    const struct spfbranch *fault_branch; /* at which term; NULL: the record
                                             itself */
    struct spfset granted;                /* addresses that get a pass */
    bool is_granted_exact;            /* no dynamic or unknown term decides */
    bool is_open;                     /* for the walk: on the way down */
    const struct spfbranch *open;     /* likewise: the term being looked at */
    const struct spfnode *granted_to; /* for spfgrant: the node it was last
                                         added to */
};

struct spftree {
    struct spfnode *root;       /* the domain itself */
    struct spfnode **nodes;     /* all, in the order of the walk */
    size_t node_count;          /* of them */
    size_t questions;           /* asked */
    size_t spans;               /* put together for what is granted */
    const char *cut;            /* which bound was reached, or NULL */
    enum spfresult result;      /* NEUTRAL: ok; NONE, PERMERROR, TEMPERROR,
                                   PENDING */
    const struct spfnode *last; /* where redirects end: whose all counts */
    struct spflookup exp;       /* its explanation's question; answer NULL:
                                   not asked */
    struct slice exp_target;    /* where; p NULL: depends on the sender */
};

/* The walk, in the view's run arena. */
const struct spftree *spftree_walk(struct view *view,
                                   const struct name *domain);

/* The qualifier of the record's (first) all, or 0. */
char spfnode_all(const struct spfnode *node);

/* facts.spf of the machine contract.  (spftree_value.c) */
struct value *spftree_facts(struct arena *arena, const struct spftree *tree);
/* The whole tree: nodes with costs, causes, addresses and sizes. */
struct value *spftree_value(struct arena *arena, const struct spftree *tree);

#endif
