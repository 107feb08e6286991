/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs analyses again until their answers are all here: thousands of
   subjects in flight over one source. */
#ifndef DNS_ENGINE_H
#define DNS_ENGINE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/status.h"
#include "common/dns/view.h"

/* Subjects in flight unless told otherwise: enough to fill the window. */
#define ENGINE_SUBJECTS_DEFAULT 200
#define ENGINE_SUBJECTS_MAX     10000
/* A subject is run again when new answers came and nothing is outstanding,
   or when this passed without one (longer after many runs). */
#define ENGINE_QUIET_MS         20
/* Runs of one subject; the deepest honest chain (walk, includes, aliases)
   takes some 40.  The last one is of a closed view: what it has not asked
   by then is REFUSED, "not asked". */
#define ENGINE_RUNS_MAX         400
/* After a signal, those in flight have so long to come to their ends: what
   answers at all mostly has by then, and a person waits. */
#define ENGINE_STOP_MS          2000

/* What next() returns when it has a subject only after another one is
   finished (a reorder buffer is full); never while none is in flight. */
extern char engine_later[1];

struct engine_ops {
    /* The next subject and its name, or NULL at the end of the input, or
       engine_later. */
    void *(*next)(void *context, const char **name);
    /* One run: ask the view, leave facts in view_run_arena(). */
    void (*analyse)(void *context, void *subject, struct view *view);
    /* Called once, right after the run in which nothing was pending; the
       run's memory is still there.  The view is freed afterwards. */
    void (*finish)(void *context, void *subject, struct view *view);
    /* Instead of finish, for a subject that was in flight when the run ended
       before its time.  May be NULL. */
    void (*abandon)(void *context, void *subject);
};

/*
 * What one subject learns of servers serves the others (learnt.h).
 * Work until next() gives NULL and all subjects are finished, in the order
 * in which they are done.  *stop (may be NULL) set by a signal handler makes
 * it take no more subjects, finish those in flight that it can within
 * ENGINE_STOP_MS, and abandon the others: ST_STOPPED.
 */
enum status engine_run(const struct view_settings *settings, size_t in_flight,
                       const struct engine_ops *ops, void *context,
                       const volatile int *stop);

/* A single subject, to its end; the view is the caller's to free. */
struct view *engine_run_one(const struct view_settings *settings,
                            const char *name,
                            void (*analyse)(void *context, struct view *view),
                            void *context);

#endif
