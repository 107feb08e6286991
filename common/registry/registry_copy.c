/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies a registry, and looks through one for damage. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "common/base/digest.h"
#include "common/base/file.h"
#include "common/registry/db.h"
#include "common/registry/registry.h"

/* Some file systems know no such flag, some no links. */
static bool
rename_new(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return true;
    return (errno == EINVAL || errno == ENOSYS) && link(from, to) == 0;
}

/* Sync the file and give it its name, unless that is taken. */
static enum status
settle(const char *temporary, const char *path, struct error *err)
{
    int fd = open(temporary, O_RDONLY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    if (!good || !rename_new(temporary, path))
        return error_errno(err, errno == EEXIST ? ST_EXISTS : ST_IO,
                           "cannot write backup '%s'", path);
    return file_sync_folder(path, err);
}

/* A name beside path that nobody has. */
static void
pick_temporary(const char *path, struct strbuf *out)
{
    char random[8];

    digest_random(random, sizeof(random));
    strbuf_addf(out, "%s.", path);
    digest_hex((struct slice){random, sizeof(random)}, out);
}

/* SQLite's sentence is about the registry: what cannot be written is its
   copy. */
static enum status
explain(const char *registry, const char *path, enum status st,
        const struct error *why, struct error *err)
{
    struct strbuf prefix = STRBUF_INIT;
    struct slice text = slice_of(why->text);

    strbuf_addf(&prefix, "registry '%s' ", registry);
    if ((st == ST_IO || st == ST_DENIED)
        && slice_starts(text, strbuf_slice(&prefix)))
        st = error_set(err, st, "backup '%s' %s", path, text.p + prefix.n);
    else
        st = error_set(err, st, "cannot write backup '%s': %s", path, text.p);
    strbuf_clear(&prefix);
    return st;
}

/* An empty file is what VACUUM INTO may write to, and its mode is ours. */
static enum status
copy(struct registry *registry, const char *temporary, const char *path,
     struct error *err)
{
    int fd = open(temporary,
                  O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct error why = ERROR_INIT;
    enum status st;

    if (fd < 0)
        return error_errno(err, errno == EACCES ? ST_DENIED : ST_IO,
                           "cannot write backup '%s'", path);
    close(fd);
    st = query_run(
        db_query(registry_db(registry), "VACUUM INTO ?1", "t", temporary),
        &why);
    return st == ST_OK
               ? ST_OK
               : explain(db_path(registry_db(registry)), path, st, &why, err);
}

enum status
registry_backup(struct registry *registry, const char *path, struct error *err)
{
    struct strbuf temporary = STRBUF_INIT;
    enum status st;

    /* Before the work; the renaming looks again. */
    if (access(path, F_OK) == 0)
        return error_set(err, ST_EXISTS, "backup '%s' is there already", path);
    pick_temporary(path, &temporary);
    st = copy(registry, temporary.p, path, err);
    if (st == ST_OK)
        st = settle(temporary.p, path, err);
    unlink(temporary.p);
    strbuf_clear(&temporary);
    return st;
}

/* What no single row can promise by itself: each query finds what is wrong,
   and says it in words. */
static const char *const checks[] = {
    "SELECT 'is damaged: ' || quick_check FROM pragma_quick_check(1)"
    " WHERE quick_check <> 'ok'",
    "SELECT 'is damaged: a row of ' || \"table\" || ' belongs to nothing'"
    " FROM pragma_foreign_key_check LIMIT 1",
    "SELECT 'is damaged: the key ' || selector || ' of ' || signing_domain"
    " || ' lacks a half' FROM key WHERE state NOT IN ('reserved', 'retired')"
    " AND ((public IS NULL AND origin <> 'shared') OR (sealed IS NULL AND"
    " state <> 'revoked' AND origin IN ('made', 'private'))) LIMIT 1",
    "SELECT 'is damaged: the key ' || selector || ' is not of the domain '"
    " || domain.name FROM key JOIN domain ON domain.id = key.domain"
    " WHERE key.signing_domain <> domain.name LIMIT 1",
    "SELECT 'is damaged: customer ' || customer.name || ' is removed and has'"
    " || ' a claim to ' || domain.name FROM customer JOIN domain ON"
    " domain.customer = customer.id WHERE customer.state = 'removed' AND"
    " domain.state <> 'removed' LIMIT 1",
    "SELECT 'is damaged: nothing is logged of the key ' || selector FROM key"
    " WHERE id NOT IN (SELECT key FROM event WHERE key IS NOT NULL) LIMIT 1",
};

enum status
registry_check(struct registry *registry, struct error *err)
{
    struct db *db = registry_db(registry);
    enum status st = ST_NOT_FOUND;

    for (size_t i = 0;
         i < sizeof(checks) / sizeof(checks[0]) && st == ST_NOT_FOUND; i++) {
        struct query *query = db_query(db, checks[i], "");

        st = query_step(query, err);
        if (st == ST_OK)
            st = db_fault(db, ST_DAMAGED, query_text(query, 0), err);
        query_end(query);
    }
    return st == ST_NOT_FOUND ? ST_OK : st;
}
