/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/registry/rotate.c and rotate_start.c: successors once, steps
   wholly or not at all, and what was interrupted goes on. */
#include "common/registry/rotate.h"

#include <stdio.h>

#include "common/registry/db.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

#define FILE_NAME "a.db"
/* Later than any key here was made. */
#define ANY_AGE   INT64_MAX

static struct registry *registry;
static struct seal *seal;
static volatile sig_atomic_t stop;

static int64_t
count(const char *sql)
{
    return fixture_count(fixture_path(FILE_NAME), sql);
}

static void
stop_after_one(void *context, const char *customer, size_t keys)
{
    (void)context;
    (void)customer;
    stop = keys > 0;
}

static struct rotate_settings
settings(void)
{
    struct provision_settings other = fixture_settings(registry, seal);

    return (struct rotate_settings){.registry = registry,
                                    .seal = seal,
                                    .source = other.source,
                                    .threads = 1,
                                    .made_before = ANY_AGE,
                                    .stop = &stop};
}

/* A customer with a key in that state. */
static int64_t
customer_with(const char *name, enum key_state state)
{
    char domain[64];
    int64_t key;
    struct key_step step = {KEY_PENDING, state, 0};
    struct error err = ERROR_INIT;

    snprintf(domain, sizeof(domain), "%s.%s", name, FIXTURE_ESP);
    key = fixture_key(registry, seal, fixture_domain(registry, name, NULL),
                      domain, "first");
    if (state != KEY_PENDING && keys_move(registry, key, &step, &err) != ST_OK)
        bail("%s", err.text);
    return key;
}

static enum status
start(const struct rotate_settings *with, const char *const *names, size_t n,
      struct rotate_totals *totals)
{
    struct error err = ERROR_INIT;
    enum status st = rotate_start(with, names, n, totals, &err);

    if (err.text[0] != '\0')
        diag("%s", err.text);
    return st;
}

/* ---- who gets a successor ---- */

static const struct {
    const char *name;     /* of the customer */
    enum key_state state; /* of its key */
    int64_t made_before;  /* asked for */
    size_t keys;          /* that it gets */
} start_rows[] = {
    {"active",    KEY_ACTIVE,    ANY_AGE, 1},
    {"young",     KEY_ACTIVE,    1,       0},
    {"pending",   KEY_PENDING,   ANY_AGE, 0},
    {"published", KEY_PUBLISHED, ANY_AGE, 0},
    {"revoked",   KEY_REVOKED,   ANY_AGE, 0},
};

static void
test_who(void)
{
    for (size_t i = 0; i < sizeof(start_rows) / sizeof(*start_rows); i++) {
        struct rotate_settings with = settings();
        struct rotate_totals totals;
        const char *name = start_rows[i].name;

        customer_with(name, start_rows[i].state);
        with.made_before = start_rows[i].made_before;
        is_int(ST_OK, start(&with, &name, 1, &totals), "%s: done", name);
        is_int((int)start_rows[i].keys, (int)totals.keys, "%s: keys", name);
        is_int(1 - (int)start_rows[i].keys, (int)totals.idle, "%s: idle",
               name);
    }
    is_int(1,
           count("SELECT count(*) FROM key WHERE replaces IS NOT NULL"
                 " AND state = 'pending' AND sealed IS NOT NULL"
                 " AND selector GLOB 's20[0-9]*'"
                 " AND replaces IN (SELECT id FROM key AS o"
                 "  WHERE o.algorithm = key.algorithm"
                 "   AND o.bits = key.bits AND o.domain = key.domain)"),
           "the successor is of the same kind, sealed, at a dated selector");
}

static void
test_twice(void)
{
    struct rotate_settings with = settings();
    struct rotate_totals totals;
    static const char *const names[] = {"active", "nobody"};
    int64_t before = count("SELECT count(*) FROM key");

    is_int(ST_OK, start(&with, names, 1, &totals), "once more: done");
    is_int(0, (int)totals.keys, "once more: nothing");
    customer_with("other", KEY_ACTIVE);
    is_int(ST_NOT_FOUND,
           rotate_start(&with, (const char *[]){"other", "nobody"}, 2, &totals,
                        &(struct error)ERROR_INIT),
           "one that is not there is told");
    is_int((int)before + 1, (int)count("SELECT count(*) FROM key"),
           "and none is begun with");
}

static void
test_interrupted(void)
{
    struct rotate_settings with = settings();
    struct rotate_totals totals;
    static const char *const names[] = {"one", "two", "three"};

    for (size_t i = 0; i < 3; i++)
        customer_with(names[i], KEY_ACTIVE);
    with.outcome = stop_after_one;
    is_int(ST_STOPPED, start(&with, names, 3, &totals), "stopped");
    is_int(1, (int)totals.keys, "after the first");
    stop = 0;
    with.outcome = NULL;
    is_int(ST_OK, start(&with, names, 3, &totals), "the same call goes on");
    is_int(2, (int)totals.keys, "with the other two");
    is_int(1, (int)totals.idle, "and leaves the first alone");
}

/* ---- steps ---- */

static int64_t
successor_of(int64_t key)
{
    char sql[80];

    snprintf(sql, sizeof(sql), "SELECT id FROM key WHERE replaces = %lld",
             (long long)key);
    return count(sql);
}

static int64_t
state_is(int64_t key, const char *state)
{
    char sql[120];

    snprintf(sql, sizeof(sql),
             "SELECT count(*) FROM key WHERE id = %lld AND state = '%s'",
             (long long)key, state);
    return count(sql);
}

static void
test_steps(void)
{
    int64_t old = customer_with("steps", KEY_ACTIVE), fresh;
    struct rotate_settings with = settings();
    struct rotate_totals totals;
    static const char *const names[] = {"steps"};
    struct error err = ERROR_INIT;
    size_t done;

    start(&with, names, 1, &totals);
    fresh = successor_of(old);
    /* It is pending: who saw it published saw something else. */
    struct rotate_step step = {fresh, KEY_PUBLISHED, old, 4102444800};

    is_int(ST_OK, rotate_steps(registry, &step, 1, &done, &err),
           "not published any more");
    is_int(0, (int)done, "a key that was moved meanwhile is left");
    is_int(1, (int)state_is(old, "active"), "and the old one signs on");

    keys_move(registry, fresh,
              &(struct key_step){KEY_PENDING, KEY_PUBLISHED, 0}, &err);
    is_int(ST_OK, rotate_steps(registry, &step, 1, &done, &err), "switch");
    is_int(1, (int)done, "one step");
    is_int(1, (int)state_is(fresh, "active"), "the new one signs");
    is_int(1, (int)state_is(old, "retiring"), "the old one is served on");
    is_int(1, (int)count("SELECT count(*) FROM key WHERE due = 4102444800"),
           "until it is due");
    is_int(ST_OK, rotate_steps(registry, &step, 1, &done, &err), "again");
    is_int(0, (int)done, "no step is repeated");

    step = (struct rotate_step){.old = old};
    is_int(ST_OK, rotate_steps(registry, &step, 1, &done, &err), "retire");
    is_int(1, (int)state_is(old, "retired"), "the old one is a tombstone");
    is_int(0,
           (int)count("SELECT count(*) FROM key WHERE state = 'retired'"
                      " AND sealed IS NOT NULL"),
           "without private half");
}

int
main(void)
{
    plan_lazy();
    fixture_create(FILE_NAME, &registry, &seal);
    test_who();
    test_twice();
    test_interrupted();
    test_steps();
    registry_free(registry);
    seal_free(seal);
    return tap_done();
}
