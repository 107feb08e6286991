/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Registers customers with their keys: on all cores, whole or not at all. */
#include "common/registry/provision.h"

#include <stdlib.h>

#include "common/base/arena.h"
#include "common/base/memory.h"
#include "common/registry/enrol.h"
#include "common/registry/makers.h"
#include "common/registry/twins.h"

/* Customers in one transaction at most.  A commit costs a sync of the disk,
   some milliseconds; this many spread it thin, and still what is reported
   follows what is done within a fraction of a second. */
#define BATCH_MAX 256

struct run {
    const struct provision_settings *settings; /* borrowed */
    const struct provision_request *requests;  /* borrowed */
    size_t count;                              /* of them */
    struct provision_totals *totals;           /* the caller's */
    struct arena *arena;                       /* of one request at a time */
    struct makers_job *jobs;                   /* of what is to be added */
    size_t *todo;                              /* request of each job */
    size_t job_count;                          /* of them */
    struct makers *makers;                     /* at work; NULL before */
};

/* What became of one request of a batch. */
struct result {
    enum provision_outcome outcome; /* after the commit */
    struct error why;               /* refused */
};

enum status
provision_keys(const struct provision_wish *wish, struct provision_key *keys,
               size_t *count, struct error *err)
{
    static const enum key_algorithm both[] = {ALGORITHM_RSA,
                                              ALGORITHM_ED25519};
    bool is_default = wish->algorithm_count == 0;
    const enum key_algorithm *algorithms =
        is_default ? both : wish->algorithms;
    size_t n = is_default ? 2 : wish->algorithm_count;
    size_t selectors = wish->selectors == NULL ? 0 : wish->selector_count;

    if (n > PROVISION_KEYS_MAX || selectors > PROVISION_KEYS_MAX)
        return error_set(err, ST_RANGE, "at most %d keys a domain",
                         PROVISION_KEYS_MAX);
    if (selectors > 0 && selectors != n && n != 1)
        return error_set(err, ST_SYNTAX,
                         "%zu selectors for %zu algorithms: name one selector"
                         " for each algorithm, or one algorithm for all",
                         selectors, n);
    *count = selectors > 0 ? selectors : n;
    for (size_t i = 0; i < *count; i++) {
        enum key_algorithm algorithm = algorithms[n == 1 ? 0 : i];

        keys[i] = (struct provision_key){
            .selector = selectors > 0 ? wish->selectors[i] : NULL,
            .algorithm = algorithm,
            .bits = algorithm == ALGORITHM_RSA ? wish->bits : 0};
    }
    return ST_OK;
}

static bool
is_stopped(const struct run *run)
{
    return run->settings->stop != NULL && *run->settings->stop != 0;
}

static void
report(struct run *run, size_t i, enum provision_outcome outcome,
       const struct error *why)
{
    struct provision_totals *totals = run->totals;
    size_t keys;

    enrol_keys(&run->requests[i], &keys);
    if (outcome == PROVISION_ADDED) {
        totals->added++;
        totals->keys += keys;
    } else if (outcome == PROVISION_PRESENT) {
        totals->present++;
    } else {
        totals->refused++;
    }
    if (run->settings->outcome != NULL)
        run->settings->outcome(run->settings->context, &run->requests[i],
                               outcome, why);
}

/* Check request i against itself, those before it, and the registry. */
static enum status
judge(struct run *run, struct twins *twins, size_t i, bool *present,
      struct error *err)
{
    struct enrolment enrolment;
    enum status st;

    arena_reset(run->arena);
    st = enrol_check(run->settings, &run->requests[i], run->arena, &enrolment,
                     err);
    if (st == ST_OK)
        st = enrol_look(run->settings->registry, &enrolment, present, err);
    if (st == ST_OK && !*present)
        st = twins_check(twins, &enrolment, present, err);
    return st;
}

static void
add_job(struct run *run, size_t i)
{
    struct makers_job *job = &run->jobs[run->job_count];

    job->keys = enrol_keys(&run->requests[i], &job->count);
    run->todo[run->job_count++] = i;
}

/* Tell what is to be added from what is there and what cannot be. */
static enum status
sort(struct run *run, struct error *err)
{
    struct twins *twins;
    enum status st = registry_begin_reading(run->settings->registry, err);

    if (st != ST_OK)
        return st;
    twins = twins_new();
    for (size_t i = 0; i < run->count; i++) {
        struct error why = ERROR_INIT;
        bool present = false;

        if (is_stopped(run)) {
            st = ST_STOPPED;
            break;
        }
        st = judge(run, twins, i, &present, &why);
        if (st != ST_OK && !enrol_is_refusal(st)) {
            error_set(err, st, "%s", why.text);
            break;
        }
        if (st != ST_OK)
            report(run, i, PROVISION_REFUSED, &why);
        else if (present)
            report(run, i, PROVISION_PRESENT, &why);
        else
            add_job(run, i);
        st = ST_OK;
    }
    twins_free(twins);
    registry_rollback(run->settings->registry);
    return st;
}

/* Within the batch's transaction; one of its own, so that what is refused
   (another process was quicker) leaves nothing. */
static enum status
enter(struct run *run, size_t job, struct key_pair *pairs,
      struct result *result, struct error *err)
{
    struct registry *registry = run->settings->registry;
    const struct provision_request *request = &run->requests[run->todo[job]];
    struct enrolment enrolment;
    bool present = false;
    enum status st = registry_begin(registry, err);

    if (st != ST_OK)
        return st;
    arena_reset(run->arena);
    st = enrol_check(run->settings, request, run->arena, &enrolment,
                     &result->why);
    if (st == ST_OK)
        st = enrol_look(registry, &enrolment, &present, &result->why);
    if (st == ST_OK && !present)
        st = enrol_enter(run->settings, &enrolment, pairs, &result->why);
    result->outcome = st != ST_OK ? PROVISION_REFUSED
                      : present   ? PROVISION_PRESENT
                                  : PROVISION_ADDED;
    st = registry_end(registry, st, &result->why);
    if (st == ST_OK || enrol_is_refusal(st))
        return ST_OK;
    return error_set(err, st, "%s", result->why.text);
}

/* From job first on: wait for it, and take those along that are ready. */
static enum status
enter_batch(struct run *run, size_t first, struct result *results,
            size_t *done, struct error *err)
{
    enum status st = ST_OK;
    size_t n = 0;

    while (st == ST_OK && n < BATCH_MAX && first + n < run->job_count
           && (n == 0 || makers_is_ready(run->makers, first + n))) {
        struct key_pair *pairs;

        results[n] = (struct result){.why = ERROR_INIT};
        st = makers_take(run->makers, first + n, &pairs, err);
        if (st == ST_OK)
            st = enter(run, first + n, pairs, &results[n], err);
        if (st == ST_OK)
            makers_release(run->makers, first + n++);
    }
    *done = n;
    return st;
}

static enum status
commit_batch(struct run *run, size_t first, size_t *done, struct error *err)
{
    struct registry *registry = run->settings->registry;
    struct result *results;
    struct key_pair *pairs;
    enum status st = makers_take(run->makers, first, &pairs, err);

    /* The wait for keys is over before others are kept waiting. */
    *done = 0;
    if (st != ST_OK || (st = registry_begin(registry, err)) != ST_OK)
        return st;
    results = memory_zeroed(BATCH_MAX, sizeof(*results));
    st = enter_batch(run, first, results, done, err);
    st = registry_end(registry, st, err);
    for (size_t i = 0; st == ST_OK && i < *done; i++)
        report(run, run->todo[first + i], results[i].outcome, &results[i].why);
    free(results);
    return st;
}

static enum status
add_all(struct run *run, struct error *err)
{
    struct makers_plan plan = {.source = run->settings->source,
                               .threads = run->settings->threads,
                               .jobs = run->jobs,
                               .count = run->job_count,
                               .stop = run->settings->stop};
    size_t done = 0;
    enum status st;

    if (run->job_count == 0)
        return ST_OK;
    if ((st = makers_start(&plan, &run->makers, err)) != ST_OK)
        return st;
    for (size_t i = 0; st == ST_OK && i < run->job_count; i += done)
        st = commit_batch(run, i, &done, err);
    makers_free(run->makers);
    return st;
}

static void
say_all_added(struct run *run)
{
    struct error none = ERROR_INIT;

    for (size_t i = 0; i < run->job_count; i++)
        report(run, run->todo[i], PROVISION_ADDED, &none);
}

static enum status
go(struct run *run, struct error *err)
{
    const struct provision_settings *settings = run->settings;
    enum status st = sort(run, err);

    if (st != ST_OK)
        return st;
    if (settings->all_or_none && run->totals->refused > 0)
        return error_set(err, ST_SYNTAX,
                         "%zu of %zu customers were refused, so none was"
                         " provisioned",
                         run->totals->refused, run->count);
    if (!settings->dry_run)
        return add_all(run, err);
    say_all_added(run);
    return ST_OK;
}

enum status
provision_run(const struct provision_settings *settings,
              const struct provision_request *requests, size_t count,
              struct provision_totals *totals, struct error *err)
{
    struct run run = {.settings = settings,
                      .requests = requests,
                      .count = count,
                      .totals = totals,
                      .arena = arena_new()};
    enum status st;

    *totals = (struct provision_totals){0};
    run.jobs = memory_zeroed(count, sizeof(*run.jobs));
    run.todo = memory_zeroed(count, sizeof(*run.todo));
    st = go(&run, err);
    free(run.jobs);
    free(run.todo);
    arena_free(run.arena);
    return st;
}
