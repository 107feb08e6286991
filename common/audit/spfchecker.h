/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the checks of SPF share: for check_spf*.c only. */
#ifndef AUDIT_SPFCHECKER_H
#define AUDIT_SPFCHECKER_H

#include "common/audit/collect_spf.h"

/* Findings of one id about one domain: a record of 64 KB may have thousands
   of them, and the first ones tell the story. */
#define SPFCHECKER_SAME_MAX 20

struct spfchecker {
    const struct facts *facts;        /* what there is */
    const struct spf_facts *spf;      /* of them */
    struct report *report;            /* where findings go */
    struct arena *arena;              /* of the run */
    const char *domain;               /* the subject, for {domain} */
    unsigned char counts[FIND_COUNT]; /* raised so far */
};

/*
 * A finding at a name, with {domain} and, unless lookup is NULL, its
 * evidence; NULL when there are SPFCHECKER_SAME_MAX of the id already.
 */
struct finding *spfchecker_raise(struct spfchecker *checker,
                                 enum finding_id id, const struct name *at,
                                 const struct spflookup *lookup);
/* The same about a term of a node's record, with {term}, underlined. */
struct finding *spfchecker_raise_term(struct spfchecker *checker,
                                      enum finding_id id,
                                      const struct spfnode *node,
                                      const struct spfterm *term);
/* One more piece of evidence. */
void spfchecker_evidence(struct spfchecker *checker, struct finding *finding,
                         const struct spflookup *lookup);

/* Faults and bad habits of the records that decide: the domain's own, and
   those it redirects to.  (check_spf_record.c) */
void check_spf_record(struct spfchecker *checker, const struct spfnode *node);
/* What the terms of any record of the tree come to.  (check_spf_tree.c) */
void check_spf_tree(struct spfchecker *checker);
/* What is published around the domain.  (check_spf_around.c) */
void check_spf_around(struct spfchecker *checker);

#endif
