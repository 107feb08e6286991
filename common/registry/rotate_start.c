/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Successors of keys, made on all cores, entered customer by customer. */
#include "common/base/memory.h"
#include "common/registry/customers.h"
#include "common/registry/domains.h"
#include "common/registry/makers.h"
#include "common/registry/rotate.h"

#include <stdlib.h>

/* What one customer needs. */
struct need {
    const char *customer; /* name */
    int64_t *old;         /* keys to be replaced */
    size_t count;         /* of them */
};

struct run {
    const struct rotate_settings *settings; /* borrowed */
    struct rotate_totals *totals;           /* the caller's */
    struct arena *arena;                    /* of needs and jobs */
    struct need *needs;                     /* of customers who have some */
    struct makers_job *jobs;                /* one each */
    size_t count;                           /* of them */
};

static bool
is_stopped(const struct run *run)
{
    return run->settings->stop != NULL && *run->settings->stop != 0;
}

/* The keys of a customer that are due, and the kinds of their successors. */
static void
add_need(struct run *run, const char *customer,
         const struct customer_key *keys, size_t count)
{
    struct need *need = &run->needs[run->count];
    struct provision_key *kinds =
        ARENA_ARRAY(run->arena, struct provision_key, count);

    *need =
        (struct need){customer, ARENA_ARRAY(run->arena, int64_t, count), 0};
    for (size_t i = 0; i < count; i++)
        if (rotate_is_due(keys, count, &keys[i], run->settings->made_before)) {
            kinds[need->count].algorithm = keys[i].algorithm;
            /* One that was brought may be of a size that none is made of. */
            kinds[need->count].bits =
                keymaker_check(keys[i].algorithm, keys[i].bits, NULL, NULL)
                        == ST_OK
                    ? keys[i].bits
                    : 0;
            need->old[need->count++] = keys[i].id;
        }
    if (need->count == 0) {
        run->totals->idle++;
        return;
    }
    run->jobs[run->count++] = (struct makers_job){kinds, need->count};
}

static enum status
look_at(struct run *run, const char *name, struct error *err)
{
    struct registry *registry = run->settings->registry;
    struct arena *arena = arena_new();
    struct customer customer;
    struct customer_key *keys;
    size_t count;
    enum status st = customers_find(registry, arena, name, &customer, err);

    if (st == ST_OK)
        st = rotate_keys(registry, arena, name, &keys, &count, err);
    /* Of one that leaves or is suspended nothing is signed any more. */
    if (st == ST_OK && customer.state != CUSTOMER_ACTIVE)
        count = 0;
    if (st == ST_OK)
        add_need(run, name, keys, count);
    arena_free(arena);
    return st;
}

static enum status
look_at_all(struct run *run, const char *const *customers, size_t count,
            struct error *err)
{
    enum status st = registry_begin_reading(run->settings->registry, err);

    if (st != ST_OK)
        return st;
    for (size_t i = 0; st == ST_OK && i < count; i++)
        st = is_stopped(run) ? ST_STOPPED : look_at(run, customers[i], err);
    registry_rollback(run->settings->registry);
    return st;
}

/* The label that the domain's selectors end in, or NULL. */
static enum status
label_of(struct run *run, const char *customer, int64_t domain,
         struct arena *arena, const char **label, struct error *err)
{
    struct registry *registry = run->settings->registry;
    struct customer found;
    struct customer_domain *domains;
    size_t count;
    enum status st = customers_find(registry, arena, customer, &found, err);

    *label = NULL;
    if (st == ST_OK)
        st = domains_of(registry, arena, found.id, &domains, &count, err);
    for (size_t i = 0; st == ST_OK && i < count; i++)
        if (domains[i].id == domain)
            *label = domains[i].label;
    return st;
}

static enum status
add_key(struct run *run, const struct need *need,
        const struct customer_key *old, const struct key_pair *pair,
        struct error *err)
{
    struct arena *arena = arena_new();
    struct key_claim claim = {.domain = old->domain,
                              .signing_domain = old->signing_domain,
                              .state = KEY_PENDING,
                              .origin = ORIGIN_MADE,
                              .replaces = old->id,
                              .pair = pair};
    int64_t id;
    enum status st =
        label_of(run, need->customer, old->domain, arena, &claim.label, err);

    if (st == ST_OK)
        st = keys_add(run->settings->registry, run->settings->seal, &claim,
                      &id, err);
    arena_free(arena);
    return st;
}

/* Within the transaction: what another process was quicker with is left. */
static enum status
enter_keys(struct run *run, const struct need *need,
           const struct key_pair *pairs, size_t *added, struct error *err)
{
    struct arena *arena = arena_new();
    struct customer_key *keys;
    size_t count;
    enum status st = rotate_keys(run->settings->registry, arena,
                                 need->customer, &keys, &count, err);

    for (size_t i = 0; st == ST_OK && i < need->count; i++) {
        const struct customer_key *old =
            rotate_find(keys, count, need->old[i]);

        if (old == NULL
            || !rotate_is_due(keys, count, old, run->settings->made_before))
            continue;
        st = add_key(run, need, old, &pairs[i], err);
        *added += st == ST_OK ? 1 : 0;
    }
    arena_free(arena);
    return st;
}

static enum status
enter(struct run *run, struct makers *makers, size_t i, struct error *err)
{
    const struct rotate_settings *settings = run->settings;
    const struct need *need = &run->needs[i];
    struct key_pair *pairs;
    size_t added = 0;
    enum status st = makers_take(makers, i, &pairs, err);

    /* The wait for keys is over before others are kept waiting. */
    if (st != ST_OK || (st = registry_begin(settings->registry, err)) != ST_OK)
        return st;
    st = registry_end(settings->registry,
                      enter_keys(run, need, pairs, &added, err), err);
    makers_release(makers, i);
    if (st != ST_OK)
        return st;
    *(added > 0 ? &run->totals->customers : &run->totals->idle) += 1;
    run->totals->keys += added;
    if (settings->outcome != NULL)
        settings->outcome(settings->context, need->customer, added);
    return ST_OK;
}

static enum status
make_all(struct run *run, struct error *err)
{
    struct makers_plan plan = {.source = run->settings->source,
                               .threads = run->settings->threads,
                               .jobs = run->jobs,
                               .count = run->count,
                               .stop = run->settings->stop};
    struct makers *makers;
    enum status st;

    if (run->count == 0)
        return ST_OK;
    if ((st = makers_start(&plan, &makers, err)) != ST_OK)
        return st;
    for (size_t i = 0; st == ST_OK && i < run->count; i++)
        st = is_stopped(run) ? ST_STOPPED : enter(run, makers, i, err);
    makers_free(makers);
    return st;
}

enum status
rotate_start(const struct rotate_settings *settings,
             const char *const *customers, size_t count,
             struct rotate_totals *totals, struct error *err)
{
    struct run run = {
        .settings = settings, .totals = totals, .arena = arena_new()};
    enum status st;

    *totals = (struct rotate_totals){0};
    run.needs = memory_zeroed(count + 1, sizeof(*run.needs));
    run.jobs = memory_zeroed(count + 1, sizeof(*run.jobs));
    st = look_at_all(&run, customers, count, err);
    if (st == ST_OK)
        st = make_all(&run, err);
    free(run.needs);
    free(run.jobs);
    arena_free(run.arena);
    return st;
}
