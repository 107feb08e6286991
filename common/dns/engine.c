/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop that runs analyses again as their answers come. */
#include "common/dns/engine.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/dns/learnt.h"

/* Longest wait for answers when no subject is due: bounds how long a signal
   goes unseen. */
#define WAIT_MS         100
/* The quiet time doubles after each so many runs of one subject: a server
   that spaces its answers out cannot make each of them cost a run. */
#define RUNS_A_DOUBLING 32
#define DOUBLINGS_MAX   10
/* Looking at every subject in flight takes some 50 ns each: not more often
   than would take a fifth of the time. */
#define LOOK_EACH_NS    250

/* A subject between its first run and its last. */
struct flight {
    void *subject;       /* the caller's */
    struct view *view;   /* its answers */
    size_t news;         /* seen when last looked at */
    uint64_t changed_us; /* when that grew, or the run ended */
    unsigned runs;       /* so far */
};

struct engine {
    const struct view_settings *settings; /* of every view */
    const struct engine_ops *ops;         /* the caller's */
    void *context;                        /* theirs */
    struct flight *flights;               /* array with room for limit */
    size_t count;                         /* of them in flight */
    size_t limit;                         /* most of them */
    uint64_t looked_us;                   /* when all were looked at last */
    uint64_t stopped_us;                  /* when *stop was seen, or 0 */
    bool ended;                           /* next() has no more */
    bool stopped;                         /* before all were finished */
};

char engine_later[1];

/* True when it was the last run: nothing was pending in it. */
static bool
flight_run(const struct engine *engine, struct flight *flight)
{
    if (++flight->runs >= ENGINE_RUNS_MAX)
        view_close(flight->view);
    view_begin(flight->view);
    engine->ops->analyse(engine->context, flight->subject, flight->view);
    flight->news = view_news(flight->view);
    flight->changed_us = clock_elapsed_us();
    return view_pending(flight->view) == 0;
}

static uint64_t
quiet_us(const struct flight *flight)
{
    unsigned doublings = flight->runs / RUNS_A_DOUBLING;

    if (doublings > DOUBLINGS_MAX)
        doublings = DOUBLINGS_MAX;
    return (uint64_t)ENGINE_QUIET_MS * 1000 << doublings;
}

/* When it should run again: UINT64_MAX for not before more answers come. */
static uint64_t
flight_due(struct flight *flight, uint64_t now)
{
    size_t news = view_news(flight->view);

    if (news == 0) {
        /* Pending, yet nobody is going to answer: a defect of the source. */
        assert(view_outstanding(flight->view) > 0);
        return UINT64_MAX;
    }
    if (view_outstanding(flight->view) == 0)
        return now;
    if (news != flight->news) {
        flight->news = news;
        flight->changed_us = now;
    }
    return flight->changed_us + quiet_us(flight);
}

static void
flight_finish(const struct engine *engine, struct flight *flight)
{
    if (engine->ops->finish != NULL)
        engine->ops->finish(engine->context, flight->subject, flight->view);
    view_free(flight->view);
}

/* Take subjects in until the window is full.  One that is answered at once
   never enters it. */
static void
engine_fill(struct engine *engine, const volatile int *stop)
{
    while (!engine->ended && engine->count < engine->limit) {
        struct flight flight = {0};
        const char *name = NULL;

        if (stop != NULL && *stop) {
            engine->stopped = true;
            return;
        }
        flight.subject = engine->ops->next(engine->context, &name);
        if (flight.subject == engine_later)
            return;
        if (flight.subject == NULL) {
            engine->ended = true;
            return;
        }
        flight.view = view_new(engine->settings, name);
        if (flight_run(engine, &flight))
            flight_finish(engine, &flight);
        else
            engine->flights[engine->count++] = flight;
    }
}

/* Run what is due; returns when the next one will be. */
static uint64_t
engine_look(struct engine *engine)
{
    uint64_t now = clock_elapsed_us();
    uint64_t next = UINT64_MAX;
    size_t i = 0;

    engine->looked_us = now;
    while (i < engine->count) {
        struct flight *flight = &engine->flights[i];
        uint64_t due = flight_due(flight, now);

        if (due <= now && flight_run(engine, flight)) {
            flight_finish(engine, flight);
            *flight = engine->flights[--engine->count];
            continue;
        }
        if (due <= now)
            due = flight_due(flight, flight->changed_us);
        if (due < next)
            next = due;
        i++;
    }
    return next;
}

static int
milliseconds_until(uint64_t due)
{
    uint64_t now = clock_elapsed_us();

    if (due <= now)
        return 0;
    if (due - now >= WAIT_MS * 1000)
        return WAIT_MS;
    return (int)((due - now + 999) / 1000);
}

/* Wait for answers, for as long as looking at all subjects would cost. */
static void
engine_wait(struct engine *engine, uint64_t due)
{
    struct source *source = engine->settings->source;
    uint64_t spacing = engine->count * LOOK_EACH_NS / 1000;

    /* A source that answers at once leaves nothing pending. */
    assert(source->ops->wait != NULL);
    do {
        if (!source->ops->wait(source, milliseconds_until(due)))
            return;
    } while (clock_elapsed_us() - engine->looked_us < spacing);
}

/* Is the time over that those in flight have after a signal? */
static bool
engine_gives_up(struct engine *engine, const volatile int *stop)
{
    if (stop == NULL || !*stop)
        return false;
    if (engine->stopped_us == 0)
        engine->stopped_us = clock_elapsed_us();
    return clock_elapsed_us() - engine->stopped_us
           >= (uint64_t)ENGINE_STOP_MS * 1000;
}

static void
engine_abandon(struct engine *engine)
{
    for (size_t i = 0; i < engine->count; i++) {
        view_free(engine->flights[i].view);
        if (engine->ops->abandon != NULL)
            engine->ops->abandon(engine->context, engine->flights[i].subject);
    }
    engine->count = 0;
    engine->stopped = true;
}

static void
engine_work(struct engine *engine, const volatile int *stop)
{
    for (;;) {
        uint64_t due;

        engine_fill(engine, stop);
        if (engine->count == 0)
            return;
        if (engine_gives_up(engine, stop)) {
            engine_abandon(engine);
            return;
        }
        due = engine_look(engine);
        if (engine->count > 0 && due > clock_elapsed_us())
            engine_wait(engine, due);
    }
}

enum status
engine_run(const struct view_settings *settings, size_t in_flight,
           const struct engine_ops *ops, void *context,
           const volatile int *stop)
{
    struct view_settings shared = *settings;
    struct engine engine = {.settings = &shared,
                            .ops = ops,
                            .context = context,
                            .limit = in_flight};

    /* Files, and what is recorded, must say the same to each subject by
       itself. */
    if (settings->recorder == NULL
        && strcmp(settings->source->ops->kind, "live") == 0)
        shared.learnt = learnt_new();
    if (engine.limit == 0)
        engine.limit = ENGINE_SUBJECTS_DEFAULT;
    if (engine.limit > ENGINE_SUBJECTS_MAX)
        engine.limit = ENGINE_SUBJECTS_MAX;
    engine.flights = memory_zeroed(engine.limit, sizeof(*engine.flights));
    engine_work(&engine, stop);
    free(engine.flights);
    learnt_free(shared.learnt);
    return engine.stopped ? ST_STOPPED : ST_OK;
}

/* engine_run_one: the caller's function as an engine's. */
struct single {
    void (*analyse)(void *context, struct view *view); /* the caller's */
    void *context;                                     /* theirs */
};

static void
single_analyse(void *context, void *subject, struct view *view)
{
    const struct single *single = context;

    (void)subject;
    single->analyse(single->context, view);
}

struct view *
engine_run_one(const struct view_settings *settings, const char *name,
               void (*analyse)(void *context, struct view *view),
               void *context)
{
    static const struct engine_ops ops = {.analyse = single_analyse};
    struct single single = {analyse, context};
    struct flight flight = {.view = view_new(settings, name)};
    struct engine engine = {.settings = settings,
                            .ops = &ops,
                            .context = &single,
                            .flights = &flight,
                            .count = 1};

    if (flight_run(&engine, &flight))
        return flight.view;
    for (;;) {
        uint64_t due = flight_due(&flight, clock_elapsed_us());

        if (due > clock_elapsed_us()) {
            engine.looked_us = clock_elapsed_us();
            engine_wait(&engine, due);
        } else if (flight_run(&engine, &flight)) {
            return flight.view;
        }
    }
}
