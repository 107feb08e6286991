/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of the tables: versions, and the rules that they keep themselves. */
#include "common/registry/schema.h"

#include <string.h>

#include "common/base/file.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

static struct db *
open_new(const char *name)
{
    struct db *db = NULL;

    file_create(fixture_path(name), SLICE_EMPTY, 0600, NULL);
    if (db_open(fixture_path(name), 50, &db, NULL) != ST_OK)
        bail("cannot open %s", name);
    return db;
}

static const char *const step_1[] = {"CREATE TABLE t (a)", NULL};
static const char *const step_2[] = {"ALTER TABLE t ADD COLUMN b",
                                     "INSERT INTO t VALUES (1, 2)", NULL};
static const char *const step_bad[] = {"INSERT INTO t VALUES (3, 4)",
                                       "CREATE NONSENSE", NULL};

static void
test_versions(void)
{
    const char *const *const one[] = {step_1};
    const char *const *const two[] = {step_1, step_2};
    const char *const *const bad[] = {step_1, step_2, step_bad};
    struct db *db = open_new("versions.db");
    struct error err = ERROR_INIT;
    const char *path = fixture_path("versions.db");

    is_int(ST_DAMAGED, schema_verify(db, &err), "an empty file: %s", err.text);
    is_int(ST_OK, schema_apply(db, one, 1, &err), "version 1");
    is_int(1, fixture_count(path, "PRAGMA user_version"), "is written down");
    is_int(ST_OK, schema_apply(db, two, 2, &err), "version 1 to 2");
    is_int(ST_OK, schema_apply(db, two, 2, &err), "2 to 2: nothing to do");
    is_int(1, fixture_count(path, "SELECT count(*) FROM t WHERE b = 2"),
           "a step is done once");
    is_int(ST_IO, schema_apply(db, bad, 3, &err), "a step that fails");
    is_int(2, fixture_count(path, "PRAGMA user_version"),
           "a step that fails: the version stays");
    is_int(1, fixture_count(path, "SELECT count(*) FROM t"),
           "a step that fails: so do the rows");
    is_int(ST_NEWER, schema_apply(db, one, 1, &err), "2 for one that knows 1");
    ok(strstr(err.text, "newer selkie") != NULL, "says so: %s", err.text);
    db_close(db);
}

static void
test_strangers(void)
{
    struct db *db = open_new("stranger.db");
    struct error err = ERROR_INIT;

    db_script(db, "CREATE TABLE theirs (a)", NULL);
    is_int(ST_DAMAGED, schema_apply(db, schema_steps, schema_version, &err),
           "another program's database: %s", err.text);
    is_int(ST_DAMAGED, schema_verify(db, &err), "likewise when verified");
    db_close(db);
}

/* What no program may do to a registry, ours least of all. */
/* clang-format off */
static const struct {
    const char *name; /* of the row */
    const char *sql;  /* that must be refused */
} forbidden[] = {
    {"an event is not changed", "UPDATE event SET detail = 'x'"},
    {"an event is not deleted", "DELETE FROM event"},
    {"an event is not replaced",
     "INSERT OR REPLACE INTO event (id, at, uid, what, detail)"
     " VALUES (1, 1, 1, 'x', '')"},
    {"a customer is not deleted", "DELETE FROM customer"},
    {"a customer is not renamed", "UPDATE customer SET name = 'x'"},
    {"a customer is not replaced",
     "REPLACE INTO customer (id, name, state, created, since)"
     " VALUES (1, 'x', 'active', 1, 1)"},
    {"no unknown state", "UPDATE customer SET state = 'happy'"},
    {"a domain is not deleted", "DELETE FROM domain"},
    {"a token stays", "UPDATE domain SET token = 'x'"},
    {"a key is not deleted", "DELETE FROM key"},
    {"a selector stays", "UPDATE key SET selector = 'x'"},
    {"a public half stays", "UPDATE key SET public = 'x'"},
    {"a key keeps its halves", "UPDATE key SET sealed = NULL"},
    {"a key keeps its public half", "UPDATE key SET public = NULL"},
    {"a retired key has no private half", "UPDATE key SET state = 'retired'"},
    {"a selector is used once",
     "INSERT INTO key (domain, signing_domain, selector, algorithm, bits,"
     " state, origin, created, since, public, sealed) SELECT domain,"
     " signing_domain, selector, algorithm, bits, state, origin, created,"
     " since, public, sealed FROM key"},
    {"a key belongs to a domain",
     "INSERT INTO key (domain, signing_domain, selector, algorithm, bits,"
     " state, origin, created, since, public, sealed) SELECT 99,"
     " signing_domain, 'new', algorithm, bits, state, origin, created,"
     " since, public, sealed FROM key"},
    {"a domain is claimed once",
     "INSERT INTO domain (customer, name, mode, state, token, is_shared,"
     " ahead, created, since) SELECT customer, name, mode, state, 't',"
     " is_shared, ahead, created, since FROM domain"},
};
/* clang-format on */

static void
test_rules(void)
{
    struct registry *registry;
    struct seal *seal;
    struct db *db;
    int64_t domain;

    fixture_create("rules.db", &registry, &seal);
    domain = fixture_domain(registry, "moomin", "moomin.example");
    fixture_key(registry, seal, domain, "moomin.example", "k1");
    registry_free(registry);
    seal_free(seal);
    db_open(fixture_path("rules.db"), 50, &db, NULL);
    for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
        enum status st = db_script(db, forbidden[i].sql, NULL);

        ok(st == ST_UNSUPPORTED || st == ST_EXISTS, "%s (status %d)",
           forbidden[i].name, st);
    }
    is_int(
        ST_OK,
        db_script(db, "UPDATE key SET state = 'retired', sealed = NULL", NULL),
        "a key may be retired");
    is_int(ST_UNSUPPORTED,
           db_script(db, "UPDATE key SET state = 'active'", NULL),
           "and stays so");
    db_close(db);
}

int
main(void)
{
    plan_lazy();
    test_versions();
    test_strangers();
    test_rules();
    return tap_done();
}
