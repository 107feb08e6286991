/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine: runs until nothing is pending, many subjects at once. */
#include "common/base/clock.h"
#include "common/dns/engine.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/tap/tap.h"

enum { ITEMS_MAX = 6000 };

/* A question that is out. */
struct item {
    struct view *view;        /* that asked; NULL: forgotten */
    struct question question; /* asked */
};

/* Answers each question NODATA, at once or a few at each wait. */
struct fake {
    struct source source;         /* must stand first */
    struct arena *arena;          /* of its one answer */
    const struct answer *answer;  /* to everything */
    bool at_once;                 /* out of ask() */
    size_t each;                  /* delivered at each wait */
    struct item items[ITEMS_MAX]; /* those from first to end are out */
    size_t first, end;            /* of items, going round */
    size_t most;                  /* out at one time */
};

static const struct answer *
fake_ask(struct source *source, struct view *view,
         const struct question *question)
{
    struct fake *fake = (struct fake *)(void *)source;

    if (fake->at_once)
        return fake->answer;
    if (fake->end - fake->first == ITEMS_MAX)
        bail("too many questions are out");
    fake->items[fake->end++ % ITEMS_MAX] = (struct item){view, *question};
    if (fake->end - fake->first > fake->most)
        fake->most = fake->end - fake->first;
    return NULL;
}

static bool
fake_wait(struct source *source, int timeout_ms)
{
    struct fake *fake = (struct fake *)(void *)source;

    (void)timeout_ms;
    if (fake->first == fake->end)
        return false;
    for (size_t i = 0; i < fake->each && fake->first < fake->end; i++) {
        struct item *item = &fake->items[fake->first++ % ITEMS_MAX];

        if (item->view != NULL)
            view_deliver(item->view, &item->question, fake->answer);
    }
    return true;
}

static void
fake_forget(struct source *source, struct view *view)
{
    struct fake *fake = (struct fake *)(void *)source;

    for (size_t i = fake->first; i < fake->end; i++)
        if (fake->items[i % ITEMS_MAX].view == view)
            fake->items[i % ITEMS_MAX].view = NULL;
}

static const struct source_ops later_ops = {"fake", fake_ask, fake_wait,
                                            fake_forget, NULL};
static const struct source_ops at_once_ops = {"fake", fake_ask, NULL, NULL,
                                              NULL};

static struct fake *
fake_new(bool at_once, size_t each)
{
    struct fake *fake = calloc(1, sizeof(*fake));

    if (fake == NULL)
        bail("no memory");
    fake->source.ops = at_once ? &at_once_ops : &later_ops;
    fake->at_once = at_once;
    fake->each = each;
    fake->arena = arena_new();
    fake->answer = answer_make(fake->arena, OUTCOME_NODATA, "fake", NULL);
    return fake;
}

static void
fake_free(struct fake *fake)
{
    arena_free(fake->arena);
    free(fake);
}

/* Subjects that ask a chain of questions, each after the answer to the one
   before, or many side by side. */
struct work {
    unsigned left;                /* subjects to come */
    unsigned depth;               /* questions one after the other */
    unsigned width;               /* questions side by side */
    unsigned runs;                /* of all subjects */
    unsigned finished;            /* subjects */
    unsigned abandoned;           /* subjects */
    unsigned refused;             /* answers seen at their ends */
    unsigned unfinished;          /* answers pending at their ends: a defect */
    unsigned given;               /* subjects so far */
    unsigned most;                /* begun and not ended; 0: no limit */
    bool last;                    /* stop when the last one is given */
    unsigned put_off;             /* times that a subject had to wait */
    char name[32];                /* of the subject */
    volatile int *stop;           /* set when the first one ends */
    unsigned subjects[ITEMS_MAX]; /* their numbers */
};

static void *
work_next(void *context, const char **name)
{
    struct work *work = context;

    if (work->left == 0 && work->last)
        *work->stop = 1;
    if (work->left == 0)
        return NULL;
    if (work->most > 0 && work->given - work->finished >= work->most) {
        work->put_off++;
        return engine_later;
    }
    work->left--;
    snprintf(work->name, sizeof(work->name), "s%u", work->given);
    *name = work->name;
    work->subjects[work->given] = work->given;
    return &work->subjects[work->given++];
}

static const struct answer *
ask_number(struct view *view, unsigned number)
{
    struct name name;
    char text[32];

    snprintf(text, sizeof(text), "q%u.test", number);
    if (name_parse(&name, slice_of(text), NULL) != ST_OK)
        bail("bad name");
    return view_lookup(view, &name, RR_TXT);
}

static void
work_analyse(void *context, void *subject, struct view *view)
{
    struct work *work = context;

    (void)subject;
    work->runs++;
    for (unsigned i = 0; i < work->width; i++)
        ask_number(view, 10000 + i);
    for (unsigned i = 0; i < work->depth; i++)
        if (ask_number(view, i)->outcome == OUTCOME_PENDING)
            return;
}

static void
work_finish(void *context, void *subject, struct view *view)
{
    struct work *work = context;
    const struct question *question;
    const struct answer *answer;
    size_t position = 0;

    (void)subject;
    work->finished++;
    if (work->stop != NULL)
        *work->stop = 1;
    while (view_each(view, &position, &question, &answer))
        work->unfinished += answer->outcome == OUTCOME_PENDING;
    for (unsigned i = 0; i < work->depth; i++)
        work->refused += ask_number(view, i)->outcome == OUTCOME_REFUSED;
}

static void
work_abandon(void *context, void *subject)
{
    struct work *work = context;

    (void)subject;
    work->abandoned++;
}

static const struct engine_ops ops = {work_next, work_analyse, work_finish,
                                      work_abandon};

static enum status
run(struct fake *fake, struct work *work, size_t in_flight)
{
    struct view_settings settings = {.source = &fake->source};

    return engine_run(&settings, in_flight, &ops, work, work->stop);
}

static void
test_at_once(void)
{
    struct fake *fake = fake_new(true, 0);
    static struct work work;

    work = (struct work){.left = 5000, .depth = 5, .width = 3};
    is_int(ST_OK, run(fake, &work, 0), "answered at once");
    is_int(5000, work.finished, "every subject ends");
    is_int(5000, work.runs, "after one run");
    fake_free(fake);
}

static void
test_chain(void)
{
    struct fake *fake = fake_new(false, 1000);
    static struct work work;

    work = (struct work){.left = 1, .depth = 30};
    is_int(ST_OK, run(fake, &work, 1), "a chain of thirty");
    is_int(1, work.finished, "ends");
    is_int(31, work.runs, "a run for each link and the last");
    is_int(0, work.unfinished, "with nothing pending");
    fake_free(fake);
}

static void
test_crowd(void)
{
    struct fake *fake = fake_new(false, 300);
    static struct work work;

    work = (struct work){.left = 4000, .depth = 3, .width = 2};
    is_int(ST_OK, run(fake, &work, 1000), "thousands of subjects");
    is_int(4000, work.finished, "all end");
    is_int(0, work.unfinished, "with nothing pending");
    ok(fake->most > 2000, "a thousand of them side by side");
    ok(fake->most <= 3000, "and no more");
    fake_free(fake);
}

/* Answers that trickle in do not cost a run each. */
static void
test_trickle(void)
{
    struct fake *fake = fake_new(false, 1);
    static struct work work;

    work = (struct work){.left = 1, .width = 500};
    run(fake, &work, 1);
    is_int(1, work.finished, "five hundred answers, one at a time");
    ok(work.runs < 100, "cost few runs");
    fake_free(fake);
}

/* A chain without an end is cut, not waited for, and ends nothing else. */
static void
test_endless(void)
{
    struct fake *fake = fake_new(false, 1000);
    static struct work work;

    work = (struct work){.left = 1, .depth = 1500};
    is_int(ST_OK, run(fake, &work, 1), "an endless chain");
    is_int(1, work.finished, "ends");
    is_int(ENGINE_RUNS_MAX, work.runs, "at the limit");
    ok(work.refused > 0, "what was not asked is refused");
    fake_free(fake);
}

/* The input may hold subjects back until others have ended. */
static void
test_later(void)
{
    struct fake *fake = fake_new(false, 1000);
    static struct work work;

    work = (struct work){.left = 50, .depth = 2, .most = 3};
    is_int(ST_OK, run(fake, &work, 10), "an input that pauses");
    is_int(50, work.finished, "is read to its end");
    ok(work.put_off > 0, "though it had to wait");
    is_int(3, (long long)fake->most, "with no more side by side");
    fake_free(fake);
}

static void
test_stop(void)
{
    struct fake *fake = fake_new(false, 1000);
    static struct work work;
    volatile int stop = 0;

    work = (struct work){.left = 100, .depth = 2, .stop = &stop};
    is_int(ST_STOPPED, run(fake, &work, 10), "a signal stops it");
    is_int(10, work.finished, "those in flight are finished");
    is_int(90, work.left, "no more are taken");
    is_int(0, work.abandoned, "and none is abandoned");
    fake_free(fake);
    fake = fake_new(false, 0);
    stop = 1;
    work = (struct work){.left = 5, .depth = 2, .stop = &stop};
    is_int(ST_STOPPED, run(fake, &work, 10), "stopped before it began");
    is_int(5, work.left, "it takes nothing");
    fake_free(fake);
}

/* Nothing is answered, and the signal comes when all are in flight. */
static void
test_abandon(void)
{
    struct fake *fake = fake_new(false, 0);
    static struct work work;
    volatile int stop = 0;
    uint64_t begun = clock_elapsed_us();

    work = (struct work){.left = 5, .depth = 2, .stop = &stop, .last = true};
    is_int(ST_STOPPED, run(fake, &work, 10), "a signal stops it");
    is_int(0, work.finished, "none could be finished");
    is_int(5, work.abandoned, "all are abandoned");
    ok(clock_elapsed_us() - begun >= (uint64_t)ENGINE_STOP_MS * 1000,
       "after they had their time");
    fake_free(fake);
}

static void
one_analyse(void *context, struct view *view)
{
    work_analyse(context, NULL, view);
}

static void
test_one(void)
{
    struct fake *fake = fake_new(false, 2);
    struct view_settings settings = {.source = &fake->source};
    static struct work work;
    struct view *view;

    work = (struct work){.depth = 4, .width = 7};
    view = engine_run_one(&settings, "one", one_analyse, &work);
    is_int(11, (long long)view_asked(view), "a single subject, to its end");
    is_int(0, (long long)view_pending(view), "with nothing pending");
    view_free(view);
    fake_free(fake);
    fake = fake_new(true, 0);
    settings.source = &fake->source;
    work.runs = 0;
    view = engine_run_one(&settings, "one", one_analyse, &work);
    is_int(1, work.runs, "answered at once: one run");
    view_free(view);
    fake_free(fake);
}

int
main(void)
{
    plan_lazy();
    test_at_once();
    test_chain();
    test_crowd();
    test_trickle();
    test_endless();
    test_later();
    test_stop();
    test_abandon();
    test_one();
    return tap_done();
}
