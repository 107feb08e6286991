/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who fails: the domain's own servers, or only our resolvers? */
#ifndef AUDIT_SERVERFAIL_H
#define AUDIT_SERVERFAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "common/dns/asked.h"
#include "common/findings/finding.h"

/* Addresses asked, at most. */
#define SERVERFAIL_ADDRESSES_MAX 8

/*
 * Why a question has no answer.  A DNS failure is a finding that is so only
 * when the domain's own servers were asked and failed; else it may be so.
 */
struct serverfail {
    bool is_pending;           /* not known yet */
    bool is_found;             /* every server asked fails */
    const struct asked *asked; /* of each */
    size_t count;              /* of them */
};

/*
 * To be called when a question of the resolvers failed: asks the servers of
 * the zone that name is in, or of the zone of domain where that is not to be
 * found out.  In the run's arena.
 */
const struct serverfail *serverfail_find(struct view *view,
                                         const struct name *domain,
                                         const struct question *question);

/* Say of a finding whether it is found or unknown, with the evidence of the
   servers; fail may be NULL: unknown.  Returns the finding. */
struct finding *serverfail_mark(struct finding *finding, struct arena *arena,
                                const struct serverfail *fail);

/*
 * An answer of the resolvers that did not come, and that a finding of
 * severity error may rest on: a DNS failure at its name, unknown.  Nothing is
 * raised when the answer is here, or was not asked for.
 */
void serverfail_unknown(struct report *report, const struct asked *asked);

#endif
