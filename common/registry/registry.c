/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registry as a whole: its file, its transactions, its copies. */
#include "common/registry/registry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/registry/db.h"
#include "common/registry/events.h"
#include "common/registry/schema.h"
#include "common/registry/seal.h"

struct registry {
    struct db *db;      /* owned */
    struct strbuf uuid; /* from meta */
    struct strbuf esp;  /* from meta */
    unsigned depth;     /* of begun transactions */
    bool has_erased;    /* a private half since the last commit */
};

#define META_UUID "uuid"
#define META_ESP  "esp"
#define META_SEAL "seal"

const char *
registry_uuid(const struct registry *registry)
{
    return registry->uuid.p;
}

const char *
registry_esp(const struct registry *registry)
{
    return registry->esp.p;
}

struct db *
registry_db(struct registry *registry)
{
    return registry->db;
}

/* One statement of transaction control; they are prepared once. */
static enum status
control(struct registry *registry, const char *sql, struct error *err)
{
    return query_run(db_query(registry->db, sql, ""), err);
}

/* The outermost is a transaction that may write from its start, so that two
   processes never both read first and then both want to write; inner ones
   are savepoints, which nest under one name. */
enum status
registry_begin(struct registry *registry, struct error *err)
{
    static const char outer[] = "BEGIN IMMEDIATE";
    static const char inner[] = "SAVEPOINT s";
    enum status st =
        control(registry, registry->depth == 0 ? outer : inner, err);

    if (st == ST_OK)
        registry->depth++;
    return st;
}

enum status
registry_begin_reading(struct registry *registry, struct error *err)
{
    static const char outer[] = "BEGIN";
    static const char inner[] = "SAVEPOINT s";
    enum status st =
        control(registry, registry->depth == 0 ? outer : inner, err);

    if (st == ST_OK)
        registry->depth++;
    return st;
}

void
registry_rollback(struct registry *registry)
{
    static const char outer[] = "ROLLBACK";
    static const char inner[] = "ROLLBACK TO s";
    static const char release[] = "RELEASE s";

    registry->depth--;
    /* A full disk has ended the whole of it already. */
    if (!db_in_transaction(registry->db))
        return;
    if (registry->depth == 0) {
        control(registry, outer, NULL);
    } else {
        control(registry, inner, NULL);
        control(registry, release, NULL);
    }
}

enum status
registry_commit(struct registry *registry, struct error *err)
{
    static const char outer[] = "COMMIT";
    static const char inner[] = "RELEASE s";
    enum status st;

    if (!db_in_transaction(registry->db)) {
        registry->depth--;
        return db_fault(registry->db, ST_IO,
                        "took nothing: the disk is full or failed", err);
    }
    st = control(registry, registry->depth == 1 ? outer : inner, err);
    if (st != ST_OK) {
        registry_rollback(registry);
        return st;
    }
    if (--registry->depth == 0 && registry->has_erased) {
        registry->has_erased = false;
        db_checkpoint(registry->db);
    }
    return ST_OK;
}

void
registry_note_erasure(struct registry *registry)
{
    registry->has_erased = true;
}

enum status
registry_end(struct registry *registry, enum status st, struct error *err)
{
    if (st == ST_OK)
        return registry_commit(registry, err);
    registry_rollback(registry);
    return st;
}

enum status
registry_meta(struct registry *registry, const char *name, struct strbuf *out,
              struct error *err)
{
    struct query *query = db_query(
        registry->db, "SELECT value FROM meta WHERE name = ?1", "t", name);
    enum status st = query_step(query, err);

    strbuf_cut(out, 0);
    if (st == ST_OK)
        strbuf_add_text(out, query_text(query, 0));
    query_end(query);
    return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status
put_meta(struct registry *registry, const char *name, const char *value,
         struct error *err)
{
    return query_run(db_query(registry->db,
                              "INSERT INTO meta (name, value) VALUES (?1, ?2)"
                              " ON CONFLICT (name) DO UPDATE SET value = ?2",
                              "tt", name, value),
                     err);
}

enum status
registry_set_meta(struct registry *registry, const char *name,
                  const char *value, struct error *err)
{
    struct event_claim event = {.what = EVENT_META_SET, .detail = name};
    enum status st = registry_begin(registry, err);

    if (st != ST_OK)
        return st;
    if ((st = put_meta(registry, name, value, err)) == ST_OK)
        st = events_add(registry, &event, err);
    return registry_end(registry, st, err);
}

/* A registry around an open database; it may still be without tables. */
static enum status
open_file(const char *path, struct registry **out, struct error *err)
{
    struct registry *registry;
    struct db *db;
    enum status st = db_open(path, REGISTRY_WAIT_MS, &db, err);

    if (st != ST_OK)
        return st;
    registry = memory_zeroed(1, sizeof(*registry));
    registry->db = db;
    registry->uuid = (struct strbuf)STRBUF_INIT;
    registry->esp = (struct strbuf)STRBUF_INIT;
    *out = registry;
    return ST_OK;
}

void
registry_free(struct registry *registry)
{
    if (registry == NULL)
        return;
    db_close(registry->db);
    strbuf_clear(&registry->uuid);
    strbuf_clear(&registry->esp);
    free(registry);
}

static enum status
load_meta(struct registry *registry, struct error *err)
{
    enum status st;

    if ((st = registry_meta(registry, META_UUID, &registry->uuid, err))
            != ST_OK
        || (st = registry_meta(registry, META_ESP, &registry->esp, err))
               != ST_OK)
        return st;
    if (registry->uuid.n != UUID_SIZE - 1 || registry->esp.n == 0)
        return db_fault(registry->db, ST_DAMAGED, "is damaged: it has no name",
                        err);
    return ST_OK;
}

enum status
registry_open(const char *path, struct registry **out, struct error *err)
{
    struct registry *registry;
    enum status st;

    if (access(path, F_OK) != 0 && errno == ENOENT)
        return error_set(err, ST_NOT_FOUND, "there is no registry '%s'", path);
    if ((st = open_file(path, &registry, err)) != ST_OK)
        return st;
    if ((st = schema_verify(registry->db, err)) == ST_OK
        && (st = schema_apply(registry->db, schema_steps, schema_version, err))
               == ST_OK)
        st = load_meta(registry, err);
    if (st != ST_OK) {
        registry_free(registry);
        return st;
    }
    *out = registry;
    return ST_OK;
}

/* The empty file first: SQLite gives its log the mode of it. */
static enum status
make_empty(const char *path, struct error *err)
{
    int fd =
        open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd >= 0) {
        close(fd);
        return ST_OK;
    }
    return error_errno(err,
                       errno == EEXIST                     ? ST_EXISTS
                       : errno == EACCES || errno == EROFS ? ST_DENIED
                                                           : ST_IO,
                       "cannot make registry '%s'", path);
}

static enum status
fill_new(struct registry *registry, const char *uuid, const char *esp,
         struct error *err)
{
    struct event_claim event = {.what = EVENT_CREATED, .detail = esp};
    enum status st =
        schema_apply(registry->db, schema_steps, schema_version, err);

    if (st != ST_OK || (st = registry_begin(registry, err)) != ST_OK)
        return st;
    if ((st = put_meta(registry, META_UUID, uuid, err)) == ST_OK
        && (st = put_meta(registry, META_ESP, esp, err)) == ST_OK)
        st = events_add(registry, &event, err);
    return registry_end(registry, st, err);
}

static void
remove_file(const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        struct strbuf name = STRBUF_INIT;

        strbuf_addf(&name, "%s%s", path, endings[i]);
        unlink(name.p);
        strbuf_clear(&name);
    }
}

enum status
registry_create(const char *path, const char *uuid, const char *esp,
                struct error *err)
{
    struct registry *registry;
    enum status st = make_empty(path, err);

    if (st != ST_OK)
        return st;
    if ((st = open_file(path, &registry, err)) == ST_OK) {
        st = fill_new(registry, uuid, esp, err);
        registry_free(registry);
    }
    if (st == ST_OK)
        st = file_sync_folder(path, err);
    if (st != ST_OK)
        remove_file(path);
    return st;
}

enum status
registry_seal(struct registry *registry, struct seal **out, struct error *err)
{
    struct strbuf wanted = STRBUF_INIT;
    struct seal *seal = NULL;
    enum status st = seal_load(registry->uuid.p, &seal, err);

    if (st == ST_OK)
        st = registry_meta(registry, META_SEAL, &wanted, err);
    if (st == ST_OK && wanted.n == 0)
        /* The first sealing key that is used is the one from then on. */
        st = registry_set_meta(registry, META_SEAL, seal_id(seal), err);
    else if (st == ST_OK && strcmp(wanted.p, seal_id(seal)) != 0)
        st = error_set(err, ST_DENIED,
                       "the sealing key of registry '%s' is another (%s) than"
                       " its keys are sealed with (%s)",
                       db_path(registry->db), seal_id(seal), wanted.p);
    strbuf_clear(&wanted);
    if (st != ST_OK) {
        seal_free(seal);
        return st;
    }
    *out = seal;
    return ST_OK;
}
