/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second opinion on an SPF check, and what other implementations are
   known to make of it. */
#ifndef TOOLS_SPFSECOND_H
#define TOOLS_SPFSECOND_H

#include "common/findings/finding.h"
#include "common/spf/spfcheck.h"
#include "tools/second_client.h"

/* Rounds in one run of questions that only libspf2 has; each term of a record
   is one at most, and a record in which that is not enough is no opinion. */
#define SPFSECOND_ROUNDS_MAX 60

struct spfsecond {
    struct second_client *client; /* borrowed; NULL: none, or not wanted */
    struct arena *arena;          /* holds the opinion */
    const struct value *opinion;  /* of the latest run; NULL: none */
    bool is_pending;              /* answers for it are missing */
};

void spfsecond_open(struct spfsecond *second, struct second_client *client);
void spfsecond_close(struct spfsecond *second);

/* In an analysis, when the check is not pending: ask the helper, and the
   view for what the helper lacks.  second->is_pending says that the run is
   not the last. */
void spfsecond_ask(struct spfsecond *second, struct view *view,
                   const struct spfcheck_input *input);

/* "others": libspf2's opinion or null, and the implementations that are known
   to differ.  Raises spf.implementations-differ where one does.  view is the
   one of the check; the value lives in the report's arena. */
struct value *spfsecond_others(const struct spfsecond *second,
                               struct view *view, struct report *report,
                               const struct spfcheck *check);

#endif
