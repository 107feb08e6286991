/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DMARC of a domain: policy by both algorithms, and where reports go. */
#ifndef AUDIT_COLLECT_DMARC_H
#define AUDIT_COLLECT_DMARC_H

#include "common/audit/audit.h"
#include "common/audit/serverfail.h"
#include "common/dmarc/discovery.h"
#include "common/dmarc/reportauth.h"

/* Records that are looked at for faults: the domain's own, the one that
   applies by either algorithm, and the list's organizational domain's. */
#define DMARC_STEPS_MAX   4
/* Names left out by the walk from one of more than 8 labels that are looked
   at all the same: what is there never counts. */
#define DMARC_SKIPPED_MAX 8

struct dmarc_facts {
    const struct discovery *discovery;                   /* both algorithms */
    const struct discovery_step *steps[DMARC_STEPS_MAX]; /* in that order */
    size_t step_count;                                   /* of them */
    const struct discovery_step *skipped[DMARC_SKIPPED_MAX]; /* records there
                                                                are unseen */
    size_t skipped_count;                                    /* of them */
    /* The first name whose failure leaves the policy open, or NULL. */
    const struct discovery_step *failed;
    const struct serverfail *fail;            /* who fails there */
    const struct discovery_step *reporting;   /* whose rua= counts, or NULL */
    const struct reportauth *reports;         /* where reports go */
    size_t report_count;                      /* of them */
    struct name org;                          /* by the public suffix list */
    bool has_sender;                          /* --sender names a domain */
    struct name sender;                       /* of it */
    const struct discovery_walk *sender_walk; /* from it; NULL: the author */
    enum discovery_truth sender_9989;         /* relaxed alignment with it */
    bool sender_7489;                         /* by the public suffix list */
    struct asked apex;                        /* TXT of the domain itself */
    struct asked misnamed;        /* TXT of "dmarc.", without the underscore */
    struct asked mx;              /* MX of the domain */
    struct asked bimi;            /* TXT of "default._bimi." */
    struct asked wildcard;        /* TXT of a random name below the
                                     organizational domain */
    struct asked wildcard_report; /* TXT of a random name below
                                     "_report._dmarc." */
};

/* The dmarc.* findings, and dns.wildcard-report (check_dmarc.c). */
void check_dmarc(const struct facts *facts, struct report *report);

#endif
