/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many subjects through one engine, printed in the order of the input. */
#include "tools/batch.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "common/base/clock.h"
#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/base/progress.h"
#include "common/dns/engine.h"
#include "tools/cmd.h"

/* A subject on its way, and the text that waits for its turn. */
struct ticket {
    struct ticket *next; /* in input order */
    void *subject;       /* the caller's */
    const char *name;    /* borrowed from it */
    struct strbuf text;  /* rendered, once done */
    bool done;           /* text is complete, or never will be */
    bool lost;           /* it never will be: nothing is printed */
};

struct batch_state {
    struct batch *batch;       /* as given */
    struct ticket *head;       /* first not yet printed */
    struct ticket **tail;      /* where the next one goes */
    size_t waiting;            /* tickets not yet printed */
    uint64_t printed;          /* subjects */
    uint64_t questions;        /* that they asked, in their last runs */
    struct progress *progress; /* on the terminal */
};

static struct ticket *
new_ticket(struct batch_state *state, void *subject, const char *name)
{
    struct ticket *ticket = memory_zeroed(1, sizeof(*ticket));

    ticket->subject = subject;
    ticket->name = name;
    ticket->text = (struct strbuf)STRBUF_INIT;
    *state->tail = ticket;
    state->tail = &ticket->next;
    state->waiting++;
    return ticket;
}

/* Print what is done at the head of the line. */
static void
print_ready(struct batch_state *state)
{
    struct batch *batch = state->batch;
    uint64_t before = state->printed;

    while (state->head != NULL && state->head->done) {
        struct ticket *ticket = state->head;

        if (!ticket->lost) {
            output_place(batch->output, strbuf_slice(&ticket->text));
            progress_set(state->progress, ++state->printed, ticket->name);
        }
        state->head = ticket->next;
        if (state->head == NULL)
            state->tail = &state->head;
        state->waiting--;
        batch->ops->release(batch->context, ticket->subject);
        strbuf_clear(&ticket->text);
        free(ticket);
    }
    if (state->printed > before)
        output_push();
}

static void
finish_bad_line(struct batch_state *state, struct ticket *ticket,
                const char *error)
{
    struct subject result = {.domain = ticket->name, .error = error};

    output_render(state->batch->output, &result, &ticket->text);
    ticket->done = true;
    print_ready(state);
}

static void *
batch_next(void *context, const char **name)
{
    struct batch_state *state = context;
    struct batch *batch = state->batch;

    /* The first of those that wait is in flight. */
    if (state->waiting >= BATCH_AHEAD_MAX
        || (state->waiting > 0 && batch->ops->waits != NULL
            && batch->ops->waits(batch->context)))
        return engine_later;
    for (;;) {
        const char *error = NULL;
        void *subject = batch->ops->next(batch->context, name, &error);
        struct ticket *ticket;

        if (subject == NULL)
            return NULL;
        ticket = new_ticket(state, subject, *name);
        if (error == NULL)
            return ticket;
        finish_bad_line(state, ticket, error);
    }
}

static void
batch_analyse(void *context, void *subject, struct view *view)
{
    struct batch_state *state = context;
    struct ticket *ticket = subject;

    state->batch->ops->analyse(state->batch->context, ticket->subject, view);
}

static void
batch_finish(void *context, void *subject, struct view *view)
{
    struct batch_state *state = context;
    struct batch *batch = state->batch;
    struct ticket *ticket = subject;
    struct subject result = {0};
    struct report *report =
        batch->ops->finish(batch->context, ticket->subject, view, &result);

    state->questions += view_asked(view);
    result.rules = output_rules(batch->output, report, result.facts);
    result.status = output_judge(batch->output, report, result.rules);
    result.report = report;
    output_render(batch->output, &result, &ticket->text);
    ticket->done = true;
    print_ready(state);
}

static void
batch_abandon(void *context, void *subject)
{
    struct batch_state *state = context;
    struct ticket *ticket = subject;

    ticket->lost = true;
    ticket->done = true;
    print_ready(state);
}

static double
seconds_of(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

/* One line for people who measure. */
static void
tell_stats(const struct batch_state *state, uint64_t begin_us)
{
    double wall = (double)(clock_elapsed_us() - begin_us) / 1e6;
    struct rusage used;
    double cpu;

    getrusage(RUSAGE_SELF, &used);
    cpu = seconds_of(&used.ru_utime) + seconds_of(&used.ru_stime);
    diag_note("%llu %s in %.2f s, %.0f a second; %llu questions, %.2f us of "
              "CPU each; peak memory %ld MB",
              (unsigned long long)state->printed, state->batch->what, wall,
              wall > 0 ? (double)state->printed / wall : 0,
              (unsigned long long)state->questions,
              state->questions > 0 ? cpu * 1e6 / (double)state->questions : 0,
              used.ru_maxrss / 1024);
}

enum status
batch_run(struct batch *batch)
{
    static const struct engine_ops ops = {batch_next, batch_analyse,
                                          batch_finish, batch_abandon};
    struct batch_state state = {.batch = batch};
    uint64_t begin_us = clock_elapsed_us();
    enum status st;

    state.tail = &state.head;
    state.progress = progress_new(batch->what, batch->total, batch->quiet);
    cmd_catch_signals();
    st = engine_run(batch->view, ENGINE_SUBJECTS_DEFAULT, &ops, &state,
                    &cmd_stop);
    progress_free(state.progress);
    if (st == ST_STOPPED && !batch->quiet && !output_is_lost())
        diag_note("interrupted after %llu %s",
                  (unsigned long long)state.printed, batch->what);
    if (batch->stats)
        tell_stats(&state, begin_us);
    return st;
}
