/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of check_dmarc*.c share. */
#ifndef AUDIT_DMARCCHECKER_H
#define AUDIT_DMARCCHECKER_H

#include "common/audit/collect_dmarc.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

struct dmarcchecker {
    const struct facts *facts;           /* what is known */
    const struct dmarc_facts *dmarc;     /* of it */
    const struct discovery *discovery;   /* of that */
    const struct discovery_step *own;    /* the domain's own name */
    const struct discovery_step *policy; /* whose record applies by RFC 9989,
                                            or NULL */
    struct report *report;               /* where findings go */
    struct arena *arena;                 /* the report's */
};

/* A finding at the name of a step's record, with its answer; "domain" is the
   author domain. */
struct finding *dmarcchecker_raise(const struct dmarcchecker *checker,
                                   enum finding_id id,
                                   const struct discovery_step *step);
/* The same with a part of the step's record (or text) underlined. */
struct finding *dmarcchecker_mark(const struct dmarcchecker *checker,
                                  enum finding_id id,
                                  const struct discovery_step *step,
                                  const struct dmarcrecord *record,
                                  struct slice part);
/* Fields: a name without its final dot; a policy's word. */
void dmarcchecker_name(const struct dmarcchecker *checker,
                       struct finding *finding, const char *field,
                       const struct name *name);
void dmarcchecker_policy(struct finding *finding, const char *field,
                         enum dmarcpolicy policy);

/* Does the domain say that it sends no mail: SPF is "v=spf1 -all" alone?  And
   that it takes none either: no MX but a null one? */
bool dmarcchecker_sends_nothing(const struct dmarcchecker *checker);
bool dmarcchecker_is_parked(const struct dmarcchecker *checker);

/* The parts: what is in the records (check_dmarc_record.c), which policy
   (check_dmarc_policy.c), who is whose organization (check_dmarc_walk.c),
   where reports go (check_dmarc_reports.c), known senders
   (check_dmarc_sources.c).  Each decides its ids. */
void check_dmarc_record(const struct dmarcchecker *checker);
void check_dmarc_policy(const struct dmarcchecker *checker);
void check_dmarc_walk(const struct dmarcchecker *checker);
void check_dmarc_reports(const struct dmarcchecker *checker);
void check_dmarc_sources(const struct dmarcchecker *checker);

#endif
