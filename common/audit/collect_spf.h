/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPF of a domain: its tree, and the names around it that matter. */
#ifndef AUDIT_COLLECT_SPF_H
#define AUDIT_COLLECT_SPF_H

#include "common/audit/audit.h"
#include "common/audit/serverfail.h"
#include "common/spf/spftree.h"

/* Names of which the servers are asked why nobody answers; the findings of
   the others are unknown. */
#define SPF_FAILURES_MAX 8
/* Targets whose registration is looked into. */
#define SPF_DANGLING_MAX 20

/* A needed question without an answer. */
struct spf_failure {
    const struct spflookup *lookup; /* which */
    const struct spfnode *node;     /* whose term needs it, or NULL */
    const struct spfbranch *branch; /* which one; NULL: a record looked for */
    const struct serverfail *fail;  /* do its own servers fail?  NULL: too
                                       many failures to ask */
};

/* A name of a term that does not exist, and what is above it. */
struct spf_dangling {
    const struct spfnode *node;     /* whose */
    const struct spfbranch *branch; /* which term */
    struct name target;             /* the name that does not exist */
    struct name registrable;        /* what one would register */
    struct spflookup top;           /* NS of its top-level domain */
    struct spflookup lookup;        /* NS of the registrable domain */
};

/* A name at which an SPF record is of no use. */
struct spf_stray {
    struct name at;                 /* _dmarc, _domainkey, the name doubled */
    struct spflookup lookup;        /* its TXT records */
    const struct spfselect *select; /* what they hold */
};

/* Another identity of the domain's mail: --sender, --helo. */
struct spf_identity {
    bool is_given;                  /* it is to be looked at */
    struct name domain;             /* of it */
    struct spflookup lookup;        /* its TXT records */
    const struct spfselect *select; /* what they hold */
};

struct spf_facts {
    struct arena *arena;           /* the run's, for evidence */
    const struct spftree *tree;    /* of the domain */
    bool chain_known;              /* the records that decide are all here:
                                      the domain's and where it redirects */
    bool tree_known;               /* so is all else that terms ask for */
    struct spflookup type99;       /* records of type SPF */
    struct spflookup mx;           /* MX of the domain */
    struct spf_stray strays[3];    /* where no receiver looks */
    size_t stray_count;            /* of them */
    struct spflookup sibling;      /* TXT of RANDOM beside the domain; answer
                                      NULL: not asked */
    struct spflookup child;        /* TXT of RANDOM below it */
    struct spf_failure *failures;  /* in the order of the walk */
    size_t failure_count;          /* of them */
    struct spf_dangling *dangling; /* names that do not exist */
    size_t dangling_count;         /* of them */
    struct spf_identity mail_from; /* --sender */
    struct spf_identity helo;      /* --helo */
    const struct spfcheck *check;  /* of --ip, else NULL */
    uint64_t elapsed_us;           /* that the tree's answers took */
};

/* Who sends, as far as the input says: without --sender or --helo the domain
   itself.  (collect_spf.c) */
struct spfcheck_input spf_check_input(struct arena *arena,
                                      const struct audit_input *input);

/* The spf.* findings (check_spf.c). */
void check_spf(const struct facts *facts, struct report *report);

#endif
