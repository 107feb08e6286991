/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/registry/sightings.c: which moves follow from what was
   seen, with their events, and all or none of them. */
#include "common/registry/sightings.h"

#include <stdio.h>

#include "common/registry/db.h"
#include "common/registry/domains.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

#define FILE_NAME "a.db"

static struct registry *registry;
static struct seal *seal;

static int64_t
count(const char *sql)
{
    return fixture_count(fixture_path(FILE_NAME), sql);
}

/* One sighting of a key in a state. */
static const struct {
    const char *name;     /* of the row */
    enum key_state state; /* before */
    enum sight sight;     /* of its records */
    enum key_state then;  /* after */
} key_rows[] = {
    {"pending, seen",      KEY_PENDING,   SIGHT_SEEN,    KEY_PUBLISHED},
    {"pending, gone",      KEY_PENDING,   SIGHT_GONE,    KEY_PENDING  },
    {"pending, unknown",   KEY_PENDING,   SIGHT_UNKNOWN, KEY_PENDING  },
    {"published, seen",    KEY_PUBLISHED, SIGHT_SEEN,    KEY_PUBLISHED},
    {"published, gone",    KEY_PUBLISHED, SIGHT_GONE,    KEY_PENDING  },
    {"published, unknown", KEY_PUBLISHED, SIGHT_UNKNOWN, KEY_PUBLISHED},
    {"active, gone",       KEY_ACTIVE,    SIGHT_GONE,    KEY_ACTIVE   },
    {"active, seen",       KEY_ACTIVE,    SIGHT_SEEN,    KEY_ACTIVE   },
    {"revoked, seen",      KEY_REVOKED,   SIGHT_SEEN,    KEY_REVOKED  },
};

static enum key_state
state_of(int64_t domain, int64_t key)
{
    struct arena *arena = arena_new();
    struct customer_key *keys = NULL;
    enum key_state state = KEY_RESERVED;
    size_t n = 0;

    keys_of(registry, arena, domain, &keys, &n, NULL);
    for (size_t i = 0; i < n; i++)
        if (keys[i].id == key)
            state = keys[i].state;
    arena_free(arena);
    return state;
}

static void
bring_to(int64_t key, enum key_state state)
{
    struct key_step step = {KEY_PENDING, state, 0};
    struct error err = ERROR_INIT;

    if (state != KEY_PENDING && keys_move(registry, key, &step, &err) != ST_OK)
        bail("%s", err.text);
}

static void
test_keys(void)
{
    int64_t domain = fixture_domain(registry, "keys", NULL);

    for (size_t i = 0; i < sizeof(key_rows) / sizeof(key_rows[0]); i++) {
        struct sightings *sightings = sightings_new();
        struct sighting_totals totals;
        struct error err = ERROR_INIT;
        char selector[16];
        int64_t key, events;

        snprintf(selector, sizeof(selector), "k%zu", i);
        key =
            fixture_key(registry, seal, domain, "keys." FIXTURE_ESP, selector);
        bring_to(key, key_rows[i].state);
        events = count("SELECT count(*) FROM event");
        sightings_key(sightings, key, key_rows[i].state, key_rows[i].sight);
        is_int(ST_OK, sightings_record(registry, sightings, &totals, &err),
               "%s: status", key_rows[i].name);
        is_int(key_rows[i].then, state_of(domain, key), "%s: state",
               key_rows[i].name);
        is_int(key_rows[i].then != key_rows[i].state,
               count("SELECT count(*) FROM event") - events,
               "%s: an event only for a move", key_rows[i].name);
        is_int(key_rows[i].then != key_rows[i].state,
               (long long)(totals.published + totals.lost), "%s: counted",
               key_rows[i].name);
        sightings_free(sightings);
    }
    is_int(1,
           count("SELECT count(*) FROM event WHERE what = 'key.state'"
                 " AND detail = 'pending -> published' AND key = 1"),
           "the event says from where to where");
    is_int(1, count("SELECT published IS NOT NULL FROM key WHERE id = 1"),
           "when it was first published is kept");
}

static void
test_domains(void)
{
    static const struct {
        const char *name;
        enum domain_state state;
        enum sight sight;
        enum domain_state then;
    } rows[] = {
        {"domain seen",        DOMAIN_PENDING,  SIGHT_SEEN,    DOMAIN_VERIFIED},
        {"domain unknown",     DOMAIN_VERIFIED, SIGHT_UNKNOWN, DOMAIN_VERIFIED},
        {"domain seen again",  DOMAIN_VERIFIED, SIGHT_SEEN,    DOMAIN_VERIFIED},
        {"domain gone",        DOMAIN_VERIFIED, SIGHT_GONE,    DOMAIN_PENDING },
        {"domain gone before", DOMAIN_PENDING,  SIGHT_GONE,    DOMAIN_PENDING },
    };
    int64_t domain = fixture_domain(registry, "own", "own.example");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct sightings *sightings = sightings_new();
        struct sighting_totals totals;
        struct error err = ERROR_INIT;
        int64_t events = count("SELECT count(*) FROM event");

        sightings_domain(sightings, domain, rows[i].state, rows[i].sight);
        is_int(ST_OK, sightings_record(registry, sightings, &totals, &err),
               "%s: status", rows[i].name);
        is_int(rows[i].then == DOMAIN_VERIFIED,
               count("SELECT count(*) FROM domain WHERE name = 'own.example'"
                     " AND state = 'verified'"),
               "%s: state", rows[i].name);
        is_int(rows[i].then != rows[i].state,
               count("SELECT count(*) FROM event") - events, "%s: events",
               rows[i].name);
        sightings_free(sightings);
    }
}

/* Somebody else was there between the asking and the writing. */
static void
test_moved_meanwhile(void)
{
    int64_t domain = fixture_domain(registry, "raced", "raced.example");
    int64_t one = fixture_key(registry, seal, domain, "raced.example", "k1");
    int64_t two = fixture_key(registry, seal, domain, "raced.example", "k2");
    struct sightings *sightings = sightings_new();
    struct sighting_totals totals;
    struct error err = ERROR_INIT;
    int64_t events;

    sightings_key(sightings, one, KEY_PENDING, SIGHT_SEEN);
    sightings_key(sightings, two, KEY_PENDING, SIGHT_SEEN);
    sightings_domain(sightings, domain, DOMAIN_PENDING, SIGHT_SEEN);
    bring_to(one, KEY_RETIRED);
    is_int(ST_OK, sightings_record(registry, sightings, &totals, &err),
           "moved meanwhile: no failure (%s)", err.text);
    is_int(KEY_RETIRED, state_of(domain, one), "what was moved stays");
    is_int(KEY_PUBLISHED, state_of(domain, two), "the rest is done");
    is_int(1, (long long)totals.published, "and only that is counted");
    sightings_free(sightings);

    sightings = sightings_new();
    sightings_domain(sightings, domain, DOMAIN_PENDING, SIGHT_SEEN);
    events = count("SELECT count(*) FROM event");
    is_int(ST_OK, sightings_record(registry, sightings, &totals, &err),
           "verified meanwhile: no failure (%s)", err.text);
    is_int(0, (long long)totals.verified, "and nothing is counted");
    is_int(0, count("SELECT count(*) FROM event") - events, "nor an event");
    sightings_free(sightings);

    sightings = sightings_new();
    sightings_domain(sightings, domain, DOMAIN_VERIFIED, SIGHT_GONE);
    domains_remove(registry, domain, NULL);
    is_int(ST_OK, sightings_record(registry, sightings, &totals, &err),
           "removed meanwhile: no failure (%s)", err.text);
    is_int(1,
           count("SELECT count(*) FROM domain WHERE name = 'raced.example'"
                 " AND state = 'removed'"),
           "and it stays removed");
    sightings_free(sightings);
}

/* A failure in the middle undoes the moves before it. */
static void
test_all_or_none(void)
{
    int64_t domain = fixture_domain(registry, "whole", NULL);
    struct sightings *sightings = sightings_new();
    struct sighting_totals totals;
    struct error err = ERROR_INIT;

    for (int i = 0; i < 3; i++) {
        char selector[16];

        snprintf(selector, sizeof(selector), "k%d", i);
        sightings_key(sightings,
                      fixture_key(registry, seal, domain, "whole." FIXTURE_ESP,
                                  selector),
                      KEY_PENDING, SIGHT_SEEN);
    }
    db_script(registry_db(registry),
              "CREATE TRIGGER fault BEFORE UPDATE ON key"
              " WHEN old.selector = 'k2' BEGIN"
              " INSERT INTO meta SELECT * FROM meta; END",
              NULL);
    ok(sightings_record(registry, sightings, &totals, &err) != ST_OK,
       "a fault in the last of three: %s", err.text);
    is_int(0,
           count("SELECT count(*) FROM key AS k WHERE state = 'published' AND"
                 " signing_domain = 'whole." FIXTURE_ESP "'"),
           "none is moved");
    is_int(0, (long long)totals.published, "none is counted");
    db_script(registry_db(registry), "DROP TRIGGER fault", NULL);
    is_int(ST_OK, sightings_record(registry, sightings, &totals, &err),
           "and without it");
    is_int(3, (long long)totals.published, "all three are");
    sightings_free(sightings);
}

int
main(void)
{
    plan_lazy();
    fixture_create(FILE_NAME, &registry, &seal);
    test_keys();
    test_domains();
    test_moved_meanwhile();
    test_all_or_none();
    seal_free(seal);
    registry_free(registry);
    return tap_done();
}
