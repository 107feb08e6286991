/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second opinion on an SPF check, and what other implementations are
   known to make of it. */
#ifndef TOOLS_SPFSECOND_H
#define TOOLS_SPFSECOND_H

#include "common/spf/spfcheck.h"
#include "tools/second_client.h"
#include "tools/spfdesk.h"

/* Rounds in one run of questions that only libspf2 has; each term of a record
   is one at most, and a record in which that is not enough is no opinion. */
#define SPFSECOND_ROUNDS_MAX 60

struct spfsecond {
    struct second_client *client; /* NULL: no helper, or not wanted */
    struct arena *arena;          /* holds the opinion */
    const struct value *opinion;  /* of the latest run; NULL: none */
    bool is_pending;              /* answers for it are missing */
};

void spfsecond_open(struct spfsecond *second, bool wanted);
void spfsecond_close(struct spfsecond *second);

/* In an analysis, when the check is not pending: ask the helper, and the
   view for what the helper lacks.  second->is_pending says that the run is
   not the last. */
void spfsecond_ask(struct spfsecond *second, struct view *view,
                   const struct spfcheck_input *input);

/* Put "others" into the document: libspf2's opinion or null, and the
   implementations that are known to differ; raise
   spf.implementations-differ where one does. */
void spfsecond_report(struct spfsecond *second, struct spfdesk *desk,
                      struct value *document, const struct spfcheck *check);

#endif
