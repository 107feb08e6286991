/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many subjects through one engine, printed in the order of the input. */
#ifndef TOOLS_BATCH_H
#define TOOLS_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/status.h"
#include "common/dns/view.h"
#include "common/findings/subject.h"
#include "tools/output.h"

/*
 * Subjects that are done while an earlier one is not: their text is held
 * back.  Beyond this many no further subject is taken, so that one slow
 * domain cannot make memory grow.
 */
#define BATCH_AHEAD_MAX 5000

struct batch_ops {
    /*
     * The next subject of the input and its name, or NULL at the end.  A
     * bad line is a subject too: set *error to why (borrowed until finish)
     * and it is printed without being analysed.
     */
    void *(*next)(void *context, const char **name, const char **error);
    /* One run of the analysis: see engine.h. */
    void (*analyse)(void *context, void *subject, struct view *view);
    /* The last run is over: fill in all of result but its status and its
       report's severities.  The view's memory is still there. */
    struct report *(*finish)(void *context, void *subject, struct view *view,
                             struct subject *result);
    /* The subject has been printed: free it. */
    void (*release)(void *context, void *subject);
    /* Would next() have to wait for its input?  May be NULL: never. */
    bool (*waits)(void *context);
};

struct batch {
    const struct batch_ops *ops;      /* what is done with a subject */
    void *context;                    /* for ops */
    const struct view_settings *view; /* where answers come from */
    struct output *output;            /* where results go */
    const char *what;                 /* "domains", for the progress */
    uint64_t total;                   /* 0: not known */
    bool quiet;                       /* no progress */
    bool stats;                       /* say what it took, at the end */
};

/* Work until the input ends.  ST_STOPPED after a signal: what could be done
   soon is printed, in the order of the input. */
enum status batch_run(struct batch *batch);

#endif
