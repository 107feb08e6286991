/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a registry, version by version. */
#include "common/registry/schema.h"

#include <inttypes.h>

#include "common/base/strbuf.h"

/*
 * Version 1.  What must always be true stands here and not only in our code:
 * a key in use has its public half, one that we sign with has its sealed
 * private half, one that is retired has none; selectors are used once; what
 * was entered is never deleted; the log only grows.
 *
 * key.signing_domain repeats the domain's name because (domain, selector) is
 * unique for ever, over all claims to that domain, and because a private
 * half is sealed to it.  A shared key of the ESP has domain null and
 * signing_domain "_dkim.ESP".
 *
 * key_pool holds keys made ahead; rows leave it when they are handed out.
 */
static const char version_1_tables[] =
    "CREATE TABLE meta ("
    " name TEXT NOT NULL PRIMARY KEY,"
    " value TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE customer ("
    " id INTEGER PRIMARY KEY,"
    " name TEXT NOT NULL UNIQUE,"
    " state TEXT NOT NULL CHECK (state IN"
    "  ('active', 'suspended', 'leaving', 'removed')),"
    " created INTEGER NOT NULL,"
    " since INTEGER NOT NULL,"
    " due INTEGER"
    ") STRICT;"

    "CREATE TABLE customer_field ("
    " customer INTEGER NOT NULL REFERENCES customer,"
    " name TEXT NOT NULL,"
    " value TEXT NOT NULL CHECK (value <> ''),"
    " PRIMARY KEY (customer, name)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE domain ("
    " id INTEGER PRIMARY KEY,"
    " customer INTEGER NOT NULL REFERENCES customer,"
    " name TEXT NOT NULL,"
    " mode TEXT NOT NULL CHECK (mode IN"
    "  ('esp', 'cname', 'txt', 'ns', 'ns-label', 'ns-subdomain')),"
    " state TEXT NOT NULL CHECK (state IN"
    "  ('pending', 'verified', 'removed')),"
    " token TEXT UNIQUE CHECK ((token IS NULL) = (mode = 'esp')),"
    " label TEXT CHECK ((label IS NOT NULL) = (mode = 'ns-label')),"
    " is_shared INTEGER NOT NULL CHECK (is_shared IN (0, 1)),"
    " ahead INTEGER NOT NULL CHECK (ahead >= 0),"
    " created INTEGER NOT NULL,"
    " since INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX domain_customer ON domain (customer);"
    "CREATE INDEX domain_name ON domain (name);"
    "CREATE UNIQUE INDEX domain_claim ON domain (name)"
    " WHERE state <> 'removed' AND is_shared = 0;"
    "CREATE UNIQUE INDEX domain_once ON domain (customer, name)"
    " WHERE state <> 'removed';"

    "CREATE TABLE key ("
    " id INTEGER PRIMARY KEY,"
    " domain INTEGER REFERENCES domain,"
    " share TEXT,"
    " signing_domain TEXT NOT NULL,"
    " selector TEXT NOT NULL,"
    " algorithm TEXT NOT NULL CHECK (algorithm IN ('rsa', 'ed25519')),"
    " bits INTEGER NOT NULL CHECK (bits > 0),"
    " state TEXT NOT NULL CHECK (state IN ('reserved', 'pending',"
    "  'published', 'active', 'retiring', 'retired', 'revoked')),"
    " origin TEXT NOT NULL CHECK (origin IN"
    "  ('made', 'private', 'public', 'shared')),"
    " replaces INTEGER REFERENCES key,"
    " created INTEGER NOT NULL,"
    " since INTEGER NOT NULL,"
    " due INTEGER,"
    " published INTEGER,"
    " activated INTEGER,"
    " public TEXT CHECK (public <> ''),"
    " sealed BLOB CHECK (length(sealed) > 0),"
    " UNIQUE (signing_domain, selector),"
    " CHECK (domain IS NOT NULL OR share IS NOT NULL),"
    " CHECK (origin <> 'shared' OR share IS NOT NULL),"
    " CHECK (state IN ('reserved', 'retired')"
    "  OR (public IS NOT NULL) = (origin <> 'shared')),"
    " CHECK (state IN ('reserved', 'retired', 'revoked')"
    "  OR (sealed IS NOT NULL) = (origin IN ('made', 'private'))),"
    " CHECK (state NOT IN ('reserved', 'retired', 'revoked')"
    "  OR sealed IS NULL)"
    ") STRICT;"
    "CREATE INDEX key_domain ON key (domain);"
    "CREATE INDEX key_share ON key (share) WHERE share IS NOT NULL;"
    "CREATE INDEX key_due ON key (due) WHERE due IS NOT NULL;"
    "CREATE UNIQUE INDEX key_successor ON key (replaces)"
    " WHERE state IN ('pending', 'published');"

    "CREATE TABLE key_pool ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " algorithm TEXT NOT NULL CHECK (algorithm IN ('rsa', 'ed25519')),"
    " bits INTEGER NOT NULL CHECK (bits > 0),"
    " created INTEGER NOT NULL,"
    " public TEXT NOT NULL CHECK (public <> ''),"
    " sealed BLOB NOT NULL CHECK (length(sealed) > 0)"
    ") STRICT;"
    "CREATE INDEX key_pool_kind ON key_pool (algorithm, bits);"

    "CREATE TABLE event ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " at INTEGER NOT NULL,"
    " uid INTEGER NOT NULL,"
    " what TEXT NOT NULL CHECK (what <> ''),"
    " customer INTEGER REFERENCES customer,"
    " domain INTEGER REFERENCES domain,"
    " key INTEGER REFERENCES key,"
    " detail TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX event_customer ON event (customer)"
    " WHERE customer IS NOT NULL;";

static const char version_1_rules[] =
    "CREATE TRIGGER event_never_changes BEFORE UPDATE ON event BEGIN"
    " SELECT RAISE(ABORT, 'the log only grows'); END;"
    "CREATE TRIGGER event_never_goes BEFORE DELETE ON event BEGIN"
    " SELECT RAISE(ABORT, 'the log only grows'); END;"
    "CREATE TRIGGER customer_never_goes BEFORE DELETE ON customer BEGIN"
    " SELECT RAISE(ABORT, 'customers leave tombstones'); END;"
    "CREATE TRIGGER domain_never_goes BEFORE DELETE ON domain BEGIN"
    " SELECT RAISE(ABORT, 'domains leave tombstones'); END;"
    "CREATE TRIGGER key_never_goes BEFORE DELETE ON key BEGIN"
    " SELECT RAISE(ABORT, 'keys leave tombstones'); END;"
    "CREATE TRIGGER customer_name_stays BEFORE UPDATE OF id, name"
    " ON customer BEGIN"
    " SELECT RAISE(ABORT, 'names are for ever'); END;"
    "CREATE TRIGGER domain_name_stays BEFORE UPDATE OF id, customer, name,"
    " token ON domain BEGIN"
    " SELECT RAISE(ABORT, 'names are for ever'); END;"
    "CREATE TRIGGER key_name_stays BEFORE UPDATE OF id, domain,"
    " signing_domain, selector ON key BEGIN"
    " SELECT RAISE(ABORT, 'names are for ever'); END;"
    "CREATE TRIGGER key_halves_stay BEFORE UPDATE OF algorithm, bits, public"
    " ON key WHEN old.public IS NOT NULL BEGIN"
    " SELECT RAISE(ABORT, 'a new key is a new selector'); END;"
    "CREATE TRIGGER removed_is_final BEFORE UPDATE OF state ON customer"
    " WHEN old.state = 'removed' BEGIN"
    " SELECT RAISE(ABORT, 'a tombstone is final'); END;"
    "CREATE TRIGGER retired_is_final BEFORE UPDATE OF state ON key"
    " WHEN old.state = 'retired' BEGIN"
    " SELECT RAISE(ABORT, 'a tombstone is final'); END;";

static const char *const version_1[] = {version_1_tables, version_1_rules,
                                        NULL};

const char *const *const schema_steps[] = {version_1};
const size_t schema_version = sizeof(schema_steps) / sizeof(schema_steps[0]);

/* The two numbers in the header of the file. */
static enum status
read_header(struct db *db, int64_t *application, int64_t *version,
            struct error *err)
{
    enum status st;

    if ((st = query_single(db_query(db, "PRAGMA application_id", ""),
                           application, err))
        != ST_OK)
        return st;
    return query_single(db_query(db, "PRAGMA user_version", ""), version, err);
}

static enum status
check_header(struct db *db, size_t count, int64_t *version, struct error *err)
{
    int64_t application;
    enum status st;

    if ((st = read_header(db, &application, version, err)) != ST_OK)
        return st;
    if (application != SCHEMA_APPLICATION_ID || *version < 0)
        return db_fault(db, ST_DAMAGED, "is not a registry, or damaged", err);
    if (*version > (int64_t)count)
        return error_set(err, ST_NEWER,
                         "registry '%s' was written by a newer selkie (schema"
                         " %" PRId64 ", this one knows %zu): use that one",
                         db_path(db), *version, count);
    return ST_OK;
}

/* PRAGMA takes no bound values. */
static enum status
set_version(struct db *db, size_t version, struct error *err)
{
    struct strbuf sql = STRBUF_INIT;
    enum status st;

    strbuf_addf(&sql, "PRAGMA user_version = %zu", version);
    st = db_script(db, sql.p, err);
    strbuf_clear(&sql);
    return st;
}

/* Within the transaction: another process may have been quicker. */
static enum status
apply(struct db *db, const char *const *const *steps, size_t count,
      struct error *err)
{
    int64_t version;
    enum status st = check_header(db, count, &version, err);

    if (st != ST_OK)
        return st;
    for (size_t i = (size_t)version; i < count; i++)
        for (const char *const *sql = steps[i]; *sql != NULL; sql++)
            if ((st = db_script(db, *sql, err)) != ST_OK)
                return st;
    return (size_t)version == count ? ST_OK : set_version(db, count, err);
}

/* An empty database becomes ours: number of tables and both numbers 0. */
static enum status
adopt(struct db *db, struct error *err)
{
    int64_t application;
    int64_t version;
    int64_t tables = 0;
    struct strbuf sql = STRBUF_INIT;
    enum status st;

    if ((st = read_header(db, &application, &version, err)) != ST_OK)
        return st;
    st = query_single(db_query(db, "SELECT count(*) FROM sqlite_schema", ""),
                      &tables, err);
    if (st != ST_OK || tables > 0 || application != 0 || version != 0)
        return st;
    strbuf_addf(&sql, "PRAGMA application_id = %d", SCHEMA_APPLICATION_ID);
    st = db_script(db, sql.p, err);
    strbuf_clear(&sql);
    return st;
}

enum status
schema_apply(struct db *db, const char *const *const *steps, size_t count,
             struct error *err)
{
    int64_t version;
    enum status st;

    /* Nothing to do mostly, and then nothing is locked. */
    if (check_header(db, count, &version, NULL) == ST_OK
        && (size_t)version == count)
        return ST_OK;
    if ((st = db_script(db, "BEGIN IMMEDIATE", err)) != ST_OK)
        return st;
    st = adopt(db, err);
    if (st == ST_OK)
        st = apply(db, steps, count, err);
    if (st == ST_OK)
        st = db_script(db, "COMMIT", err);
    if (st != ST_OK && db_in_transaction(db))
        db_script(db, "ROLLBACK", NULL);
    return st;
}

enum status
schema_verify(struct db *db, struct error *err)
{
    int64_t version;
    enum status st = check_header(db, schema_version, &version, err);

    if (st == ST_OK && version == 0)
        return db_fault(db, ST_DAMAGED, "is not a registry, or damaged", err);
    return st;
}
