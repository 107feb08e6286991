/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of the registry as a whole. */
#include "common/registry/registry.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/registry/customers.h"
#include "common/registry/db.h"
#include "common/registry/events.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

static const char *
count_sql(const char *table)
{
    static char sql[64];

    snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", table);
    return sql;
}

static void
test_pragmas(struct registry *registry)
{
    static const struct {
        const char *sql; /* to ask */
        int64_t wanted;  /* answer */
    } rows[] = {
        {"PRAGMA synchronous",        2},
        {"PRAGMA foreign_keys",       1},
        {"PRAGMA secure_delete",      1},
        {"PRAGMA recursive_triggers", 1},
        {"PRAGMA trusted_schema",     0},
    };
    struct query *query;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t seen = -1;

        query_single(db_query(registry_db(registry), rows[i].sql, ""), &seen,
                     NULL);
        is_int(rows[i].wanted, seen, "%s", rows[i].sql);
    }
    query = db_query(registry_db(registry), "PRAGMA journal_mode", "");
    query_step(query, NULL);
    is_string("wal", query_text(query, 0), "PRAGMA journal_mode");
    query_end(query);
}

static void
test_transactions(struct registry *registry, const char *path)
{
    struct error err = ERROR_INIT;
    int64_t id;

    registry_begin(registry, &err);
    customers_add(registry, "a", &id, &err);
    is_int(0, fixture_count(path, count_sql("customer")),
           "nothing is seen before the commit");
    is_int(ST_OK, registry_begin(registry, &err), "one within");
    customers_add(registry, "b", &id, &err);
    registry_rollback(registry);
    is_int(ST_OK, registry_commit(registry, &err), "the outer is kept");
    is_int(1, fixture_count(path, count_sql("customer")),
           "without what the inner one wrote");
    is_int(1,
           fixture_count(path, "SELECT count(*) FROM event WHERE what ="
                               " 'customer.added'"),
           "and without its event");
    registry_begin(registry, &err);
    registry_begin(registry, &err);
    customers_add(registry, "b", &id, &err);
    is_int(ST_OK, registry_commit(registry, &err), "the inner is kept");
    registry_rollback(registry);
    is_int(1, fixture_count(path, count_sql("customer")),
           "not if the outer is not");
    is_int(ST_EXISTS, customers_add(registry, "a", &id, &err), "refused");
    is_int(ST_OK, customers_add(registry, "b", &id, &err),
           "a refusal leaves no transaction open");
}

static void
test_meta(struct registry *registry)
{
    struct strbuf value = STRBUF_INIT;

    is_int(ST_OK, registry_meta(registry, "nothing", &value, NULL), "no meta");
    is_string("", value.p, "is empty");
    registry_set_meta(registry, "x", "1", NULL);
    registry_set_meta(registry, "x", "2", NULL);
    registry_meta(registry, "x", &value, NULL);
    is_string("2", value.p, "the last value counts");
    strbuf_clear(&value);
}

static void
test_seal(struct registry *registry, struct seal *seal)
{
    struct strbuf path = STRBUF_INIT;
    struct strbuf wanted = STRBUF_INIT;
    struct seal *other = NULL;
    struct error err = ERROR_INIT;

    registry_meta(registry, "seal", &wanted, NULL);
    is_string(seal_id(seal), wanted.p, "the registry knows its sealing key");
    seal_path(registry_uuid(registry), &path, NULL);
    file_write(path.p, SLICE("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"),
               0600, NULL);
    is_int(ST_DENIED, registry_seal(registry, &other, &err),
           "another sealing key: %s", err.text);
    unlink(path.p);
    is_int(ST_DENIED, registry_seal(registry, &other, &err),
           "no sealing key: %s", err.text);
    ok(strchr(err.text, '\n') == NULL, "one line");
    strbuf_clear(&path);
    strbuf_clear(&wanted);
}

static void
test_backup(struct registry *registry, const char *path)
{
    const char *copy = fixture_path("copy.db");
    struct registry *again = NULL;
    struct error err = ERROR_INIT;
    struct stat info;

    is_int(ST_OK, registry_backup(registry, copy, &err), "backup (%s)",
           err.text);
    ok(stat(copy, &info) == 0 && (info.st_mode & 07777) == 0600,
       "its mode is 0600");
    is_int(fixture_count(path, count_sql("event")),
           fixture_count(copy, count_sql("event")), "all events are in it");
    is_int(ST_OK, registry_open(copy, &again, &err), "it opens");
    is_string(registry_uuid(registry), registry_uuid(again), "the same UUID");
    is_int(ST_OK, registry_check(again, &err), "it is sound (%s)", err.text);
    registry_free(again);
    is_int(ST_EXISTS, registry_backup(registry, copy, &err),
           "not over another: %s", err.text);
    is_int(ST_IO, registry_backup(registry, fixture_path("no/copy.db"), &err),
           "no folder: %s", err.text);
}

/* Two open registries: numbers follow the order of commits. */
static void
test_two(struct registry *registry, const char *path)
{
    struct registry *other = NULL;
    int64_t before = 0;
    int64_t after = 0;
    int64_t id = 0;

    registry_open(path, &other, NULL);
    events_last(registry, &before, NULL);
    customers_add(other, "theirs", &id, NULL);
    events_last(registry, &after, NULL);
    is_int(before + 1, after, "one sees what the other wrote");
    is_int(ST_EXISTS, customers_add(registry, "theirs", &id, NULL),
           "and may not take the same name");
    registry_free(other);
}

static void
test_check(const char *path)
{
    static const struct {
        const char *name; /* of the row */
        const char *sql;  /* that spoils it */
        const char *word; /* in the sentence */
    } rows[] = {
        {"a key without its private half",
         "PRAGMA ignore_check_constraints = 1;"
         " UPDATE key SET sealed = NULL",    "key"    },
        {"a reference to nothing",
         "PRAGMA foreign_keys = 0; INSERT INTO customer_field VALUES"
         " (77, 'a', 'b')",                  "nothing"},
        {"a key nobody logged",
         "INSERT INTO key (domain, signing_domain, selector, algorithm,"
         " bits, state, origin, created, since) SELECT domain,"
         " signing_domain, 'k9', algorithm, bits, 'reserved', origin,"
         " created, since FROM key LIMIT 1", "logged" },
    };
    struct strbuf text = STRBUF_INIT;

    file_read(path, 1u << 24, &text, NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct registry *registry = NULL;
        struct error err = ERROR_INIT;

        file_write(fixture_path("spoilt.db"), strbuf_slice(&text), 0600, NULL);
        is_int(ST_OK, fixture_run(fixture_path("spoilt.db"), rows[i].sql),
               "%s: spoilt", rows[i].name);
        registry_open(fixture_path("spoilt.db"), &registry, NULL);
        is_int(ST_DAMAGED, registry_check(registry, &err), "%s: found",
               rows[i].name);
        ok(strstr(err.text, rows[i].word) != NULL, "%s: %s", rows[i].name,
           err.text);
        registry_free(registry);
    }
    strbuf_clear(&text);
}

static void
test_opening(void)
{
    struct registry *registry = NULL;
    struct error err = ERROR_INIT;
    char uuid[UUID_SIZE];

    seal_uuid(uuid);
    is_int(ST_NOT_FOUND,
           registry_open(fixture_path("none.db"), &registry, &err),
           "no registry: %s", err.text);
    is_int(ST_EXISTS,
           registry_create(fixture_path("a.db"), uuid, FIXTURE_ESP, &err),
           "it is not made twice: %s", err.text);
    is_int(ST_IO,
           registry_create(fixture_path("no/a.db"), uuid, FIXTURE_ESP, &err),
           "no folder: %s", err.text);
    file_create(fixture_path("empty.db"), SLICE_EMPTY, 0600, NULL);
    is_int(ST_DAMAGED,
           registry_open(fixture_path("empty.db"), &registry, &err),
           "an empty file: %s", err.text);
    fixture_run(fixture_path("copy.db"), "PRAGMA user_version = 99");
    is_int(ST_NEWER, registry_open(fixture_path("copy.db"), &registry, &err),
           "a newer version: %s", err.text);
    fixture_run(fixture_path("copy.db"),
                "PRAGMA user_version = 1; DELETE FROM meta");
    is_int(ST_DAMAGED, registry_open(fixture_path("copy.db"), &registry, &err),
           "no name: %s", err.text);
    registry_free(NULL);
}

int
main(void)
{
    struct registry *registry;
    struct seal *seal;
    const char *path;
    int64_t domain;

    plan_lazy();
    fixture_create("a.db", &registry, &seal);
    path = strdup(fixture_path("a.db"));
    is_int(1,
           fixture_count(path, "SELECT uid = (SELECT uid FROM event WHERE"
                               " id = 1) FROM event WHERE what ="
                               " 'registry.created'"),
           "its first event is its creation");
    test_pragmas(registry);
    test_transactions(registry, path);
    test_meta(registry);
    test_two(registry, path);
    domain = fixture_domain(registry, "snufkin", NULL);
    fixture_key(registry, seal, domain, "snufkin.sausagemail.com", "k1");
    is_int(ST_OK, registry_check(registry, NULL), "it is sound");
    test_backup(registry, path);
    test_seal(registry, seal);
    seal_free(seal);
    registry_free(registry);
    test_check(path);
    test_opening();
    free((void *)path);
    return tap_done();
}
