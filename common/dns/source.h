/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where answers come from: live, zone files or a recording. */
#ifndef DNS_SOURCE_H
#define DNS_SOURCE_H

#include <stdbool.h>

#include "common/dns/answer.h"
#include "common/dns/question.h"

struct view;
struct source;

struct source_ops {
    const char *kind; /* "live", "zone", "recording" */
    /*
     * Answer at once (the answer need live only until the next call), or
     * return NULL and call view_deliver(view, question, ...) later, from
     * within wait().
     */
    const struct answer *(*ask)(struct source *source, struct view *view,
                                const struct question *question);
    /* Work until something was delivered or timeout_ms passed.  False when
       nothing is outstanding.  NULL for sources that answer at once. */
    bool (*wait)(struct source *source, int timeout_ms);
    /* view ends: deliver nothing more to it.  May be NULL. */
    void (*forget)(struct source *source, struct view *view);
    void (*free)(struct source *source);
};

/* The first member of each kind's own struct. */
struct source {
    const struct source_ops *ops; /* how it does it */
};

static inline void
source_free(struct source *source)
{
    if (source != NULL)
        source->ops->free(source);
}

#endif
