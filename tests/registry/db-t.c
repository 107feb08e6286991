/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of the wrapper around SQLite. */
#include "common/registry/db.h"

#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

static struct db *
open_new(const char *name)
{
    struct db *db = NULL;
    struct error err = ERROR_INIT;

    if (file_create(fixture_path(name), SLICE_EMPTY, 0600, &err) != ST_OK
        || db_open(fixture_path(name), 50, &db, &err) != ST_OK)
        bail("%s", err.text);
    return db;
}

static void
test_values(struct db *db)
{
    struct slice octets = {"\0\1\2", 3};
    struct query *query;

    db_script(db, "CREATE TABLE t (a, b, c, d)", NULL);
    query = db_query(db, "INSERT INTO t VALUES (?1, ?2, ?3, ?4)", "tiIo",
                     "x'y", (int64_t)1 << 40, (int64_t)0, &octets);
    is_int(ST_OK, query_run(query, NULL), "values go in");
    query = db_query(db, "SELECT a, b, c IS NULL, d FROM t", "");
    is_int(ST_OK, query_step(query, NULL), "a row");
    is_string("x'y", query_text(query, 0), "text");
    is_int((long long)1 << 40, query_number(query, 1), "number");
    is_int(1, query_number(query, 2), "0 as null");
    is_octets("\0\1\2", 3, query_octets(query, 3).p, query_octets(query, 3).n,
              "octets");
    is_int(ST_NOT_FOUND, query_step(query, NULL), "no more");
    query = db_query(db, "INSERT INTO t VALUES (?1, 0, 0, ?2)", "to",
                     (const char *)NULL, (const struct slice *)NULL);
    is_int(ST_OK, query_run(query, NULL), "nulls go in");
    is_int(1,
           fixture_count(db_path(db),
                         "SELECT count(*) FROM t WHERE a IS NULL AND d IS"
                         " NULL"),
           "another connection sees them");
}

/* Two walks of one text at once do not disturb each other. */
static void
test_nested(struct db *db)
{
    static const char sql[] = "SELECT 1 UNION SELECT 2 UNION SELECT 3";
    struct query *outer = db_query(db, sql, "");
    struct query *inner;

    query_step(outer, NULL);
    inner = db_query(db, sql, "");
    ok(inner != outer, "a busy statement is not given out again");
    query_step(inner, NULL);
    query_step(inner, NULL);
    query_step(outer, NULL);
    is_int(2, query_number(outer, 0), "the outer walk goes on");
    query_end(inner);
    query_end(outer);
    query_end(outer);
    ok(db_query(db, sql, "") == inner || db_query(db, sql, "") == outer,
       "an idle statement is");
}

static void
test_faults(struct db *db)
{
    struct error err = ERROR_INIT;
    int64_t number = 7;

    is_int(ST_IO, query_run(db_query(db, "SELECT nothing", ""), &err),
           "bad SQL: %s", err.text);
    db_script(db, "CREATE TABLE u (a UNIQUE CHECK (a <> 3))", NULL);
    db_script(db, "INSERT INTO u VALUES (1)", NULL);
    is_int(ST_EXISTS, db_script(db, "INSERT INTO u VALUES (1)", &err),
           "what is unique: %s", err.text);
    is_int(ST_UNSUPPORTED, db_script(db, "INSERT INTO u VALUES (3)", &err),
           "what a rule forbids: %s", err.text);
    is_int(ST_NOT_FOUND,
           query_single(db_query(db, "SELECT a FROM u WHERE a = 9", ""),
                        &number, NULL),
           "no number");
    is_int(7, number, "and none is touched");
}

static void
test_busy(struct db *db)
{
    struct db *other = NULL;
    struct error err = ERROR_INIT;

    db_open(db_path(db), 50, &other, NULL);
    ok(!db_in_transaction(db), "no transaction at first");
    db_script(db, "BEGIN IMMEDIATE", NULL);
    ok(db_in_transaction(db), "a transaction");
    is_int(ST_BUSY, db_script(other, "BEGIN IMMEDIATE", &err), "busy: %s",
           err.text);
    db_script(db, "ROLLBACK", NULL);
    is_int(ST_OK, db_script(other, "BEGIN IMMEDIATE; ROLLBACK", &err),
           "and free again");
    db_close(other);
}

static void
test_opening(void)
{
    struct error err = ERROR_INIT;
    struct db *db;

    is_int(ST_IO, db_open(fixture_path("none.db"), 0, &db, &err),
           "no file: %s", err.text);
    file_create(fixture_path("text.db"),
                SLICE("This is not a database, and"
                      " long enough to be told."),
                0600, NULL);
    is_int(ST_DAMAGED, db_open(fixture_path("text.db"), 0, &db, &err),
           "no database: %s", err.text);
}

int
main(void)
{
    struct db *db;

    plan_lazy();
    db = open_new("a.db");
    test_values(db);
    test_nested(db);
    test_faults(db);
    test_busy(db);
    db_checkpoint(db);
    db_close(db);
    db_close(NULL);
    test_opening();
    return tap_done();
}
