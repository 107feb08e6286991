/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQLite behind a few functions: no other file knows of it. */
#include "common/registry/db.h"

#include <assert.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/memory.h"

struct query {
    struct db *db;           /* borrowed */
    const char *sql;         /* the literal it was made from */
    sqlite3_stmt *statement; /* NULL when it could not be prepared */
    int failed;              /* result of preparing and binding */
    bool is_busy;            /* between db_query() and its end */
    struct query *next;      /* of the same database */
};

struct db {
    char *path;            /* as it was opened */
    sqlite3 *handle;       /* may be NULL when opening failed */
    struct query *queries; /* all that were prepared */
};

/* Kept settings of every connection.  FULL: a commit is on the disk before
   it is reported.  secure_delete: an erased private key is overwritten.
   recursive_triggers: REPLACE must not go around the triggers that forbid
   deletion.  trusted_schema, cell_size_check: the file may be damaged, or
   somebody's trick. */
static const char settings[] = "PRAGMA journal_mode = WAL;"
                               "PRAGMA synchronous = FULL;"
                               "PRAGMA foreign_keys = ON;"
                               "PRAGMA secure_delete = ON;"
                               "PRAGMA recursive_triggers = ON;"
                               "PRAGMA trusted_schema = OFF;"
                               "PRAGMA cell_size_check = ON;"
                               "PRAGMA temp_store = MEMORY;"
                               "PRAGMA journal_size_limit = 16777216;";

/* What SQLite's answers mean to a user; extended codes before primary. */
/* clang-format off */
static const struct {
    int code;           /* extended or primary result code */
    enum status status; /* that it becomes */
    const char *why;    /* behind "registry 'PATH' " */
} meanings[] = {
    {SQLITE_CONSTRAINT_UNIQUE, ST_EXISTS, "has that already"},
    {SQLITE_CONSTRAINT_PRIMARYKEY, ST_EXISTS, "has that already"},
    {SQLITE_CONSTRAINT, ST_UNSUPPORTED, "forbids that change"},
    {SQLITE_BUSY, ST_BUSY, "is in use by another process"},
    {SQLITE_LOCKED, ST_BUSY, "is in use by another process"},
    {SQLITE_FULL, ST_IO, "cannot be written: the disk is full"},
    {SQLITE_READONLY, ST_DENIED, "cannot be written: no permission"},
    {SQLITE_PERM, ST_DENIED, "cannot be opened: no permission"},
    {SQLITE_AUTH, ST_DENIED, "cannot be opened: no permission"},
    {SQLITE_CORRUPT, ST_DAMAGED, "is damaged: restore it from a backup"},
    {SQLITE_NOTADB, ST_DAMAGED, "is not a registry, or damaged"},
};
/* clang-format on */

enum status
db_fault(const struct db *db, enum status status, const char *why,
         struct error *err)
{
    return error_set(err, status, "registry '%s' %s", db->path, why);
}

/* The system's own reason.  Where files beside ours may not be made, SQLite
   only finds that they are not there. */
static int
system_reason(const struct db *db)
{
    int number = db->handle == NULL ? 0 : sqlite3_system_errno(db->handle);

    return number == ENOENT && access(db->path, W_OK) != 0 ? errno : number;
}

/* Where the system failed: its own reason says more. */
static enum status
system_fault(const struct db *db, int code, struct error *err)
{
    int number = system_reason(db);
    const char *why = number == 0 ? NULL : strerrordesc_np(number);
    bool is_denied = number == EACCES || number == EPERM || number == EROFS;

    return error_set(err, is_denied ? ST_DENIED : ST_IO,
                     "registry '%s' cannot be %s: %s", db->path,
                     (code & 0xff) == SQLITE_CANTOPEN ? "opened"
                                                      : "read or written",
                     why == NULL ? sqlite3_errstr(code) : why);
}

/* The sentence for a result code. */
static enum status
fault(const struct db *db, int code, struct error *err)
{
    if ((code & 0xff) == SQLITE_NOMEM)
        memory_exhausted();
    for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
        if (meanings[i].code == code || meanings[i].code == (code & 0xff))
            return db_fault(db, meanings[i].status, meanings[i].why, err);
    return system_fault(db, code, err);
}

enum status
db_script(struct db *db, const char *sql, struct error *err)
{
    int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

    return code == SQLITE_OK
               ? ST_OK
               : fault(db, sqlite3_extended_errcode(db->handle), err);
}

enum status
db_open(const char *path, unsigned wait_ms, struct db **out, struct error *err)
{
    struct db *db = memory_zeroed(1, sizeof(*db));
    enum status st;
    int code;

    db->path = memory_text(path);
    /* One thread at a time uses it, so SQLite need not lock. */
    code = sqlite3_open_v2(path, &db->handle,
                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
                               | SQLITE_OPEN_EXRESCODE,
                           NULL);
    st = code == SQLITE_OK ? ST_OK : fault(db, code, err);
    if (st == ST_OK) {
        sqlite3_busy_timeout(db->handle, (int)wait_ms);
        sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        sqlite3_limit(db->handle, SQLITE_LIMIT_ATTACHED, 1);
        st = db_script(db, settings, err);
    }
    if (st != ST_OK) {
        db_close(db);
        return st;
    }
    *out = db;
    return ST_OK;
}

void
db_close(struct db *db)
{
    if (db == NULL)
        return;
    while (db->queries != NULL) {
        struct query *query = db->queries;

        db->queries = query->next;
        sqlite3_finalize(query->statement);
        free(query);
    }
    sqlite3_close(db->handle);
    free(db->path);
    free(db);
}

const char *
db_path(const struct db *db)
{
    return db->path;
}

bool
db_in_transaction(const struct db *db)
{
    return sqlite3_get_autocommit(db->handle) == 0;
}

void
db_checkpoint(struct db *db)
{
    sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE,
                              NULL, NULL);
}

/* An idle statement of that literal, or a new one.  Two walks may have the
   same text open at once: each has its own. */
static struct query *
prepare(struct db *db, const char *sql)
{
    struct query *query;

    for (query = db->queries; query != NULL; query = query->next)
        if (query->sql == sql && !query->is_busy && query->statement != NULL)
            return query;
    query = memory_zeroed(1, sizeof(*query));
    query->db = db;
    query->sql = sql;
    query->next = db->queries;
    db->queries = query;
    query->failed =
        sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT,
                           &query->statement, NULL);
    return query;
}

static int
bind_octets(sqlite3_stmt *statement, int i, const struct slice *octets)
{
    if (octets == NULL)
        return sqlite3_bind_null(statement, i);
    return sqlite3_bind_blob64(statement, i, octets->n == 0 ? "" : octets->p,
                               octets->n, SQLITE_STATIC);
}

static int
bind_number(sqlite3_stmt *statement, int i, int64_t number, bool zero_is_null)
{
    return zero_is_null && number == 0
               ? sqlite3_bind_null(statement, i)
               : sqlite3_bind_int64(statement, i, number);
}

struct query *
db_query(struct db *db, const char *sql, const char *form, ...)
{
    struct query *query = prepare(db, sql);
    int code = query->failed;
    va_list args;

    query->is_busy = true;
    va_start(args, form);
    for (int i = 1; code == SQLITE_OK && form[i - 1] != '\0'; i++) {
        char kind = form[i - 1];

        /* sqlite3_bind_text() makes null of NULL by itself. */
        if (kind == 't')
            code = sqlite3_bind_text(query->statement, i,
                                     va_arg(args, const char *), -1,
                                     SQLITE_STATIC);
        else if (kind == 'o')
            code = bind_octets(query->statement, i,
                               va_arg(args, const struct slice *));
        else
            code = bind_number(query->statement, i, va_arg(args, int64_t),
                               kind == 'I');
    }
    va_end(args);
    query->failed = code;
    return query;
}

void
query_end(struct query *query)
{
    if (query == NULL || !query->is_busy)
        return;
    query->is_busy = false;
    if (query->statement == NULL)
        return;
    query->failed = SQLITE_OK;
    sqlite3_reset(query->statement);
    sqlite3_clear_bindings(query->statement);
}

enum status
query_step(struct query *query, struct error *err)
{
    int code = query->failed;
    enum status st;

    assert(query->is_busy);
    if (code == SQLITE_OK)
        code = sqlite3_step(query->statement);
    if (code == SQLITE_ROW)
        return ST_OK;
    st = code == SQLITE_DONE ? ST_NOT_FOUND : fault(query->db, code, err);
    query_end(query);
    return st;
}

enum status
query_run(struct query *query, struct error *err)
{
    enum status st = query_step(query, err);

    query_end(query);
    return st == ST_NOT_FOUND ? ST_OK : st;
}

enum status
query_single(struct query *query, int64_t *number, struct error *err)
{
    enum status st = query_step(query, err);

    if (st == ST_OK)
        *number = query_number(query, 0);
    query_end(query);
    return st;
}

const char *
query_text(const struct query *query, int column)
{
    return (const char *)sqlite3_column_text(query->statement, column);
}

int64_t
query_number(const struct query *query, int column)
{
    return sqlite3_column_int64(query->statement, column);
}

struct slice
query_octets(const struct query *query, int column)
{
    const void *p = sqlite3_column_blob(query->statement, column);
    int n = sqlite3_column_bytes(query->statement, column);

    return (struct slice){p, (size_t)n};
}
