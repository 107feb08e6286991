/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LMDB behind a few functions: its one user. */
#include "common/stunt/stuntmap.h"

#include <errno.h>
#include <lmdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "common/stunt/stuntview.h"

/* Of the files: those whom the folder lets read and write. */
#define FILE_MODE 0660

struct stuntmap {
    MDB_env *env;         /* LMDB's */
    struct strbuf folder; /* for sentences */
    bool writing;         /* opened for that */
};

struct stunttxn {
    struct stuntmap *map; /* borrowed */
    MDB_txn *txn;         /* LMDB's */
    MDB_dbi dbi;          /* the unnamed database */
    size_t id;            /* of the snapshot */
};

static enum status
explain(const struct stuntmap *map, int code, struct error *err)
{
    const char *folder = map->folder.p;

    switch (code) {
    case ENOENT:
        return error_set(err, ST_NOT_FOUND,
                         "there is no published view in '%s'", folder);
    case EACCES:
    case EPERM:
    case EROFS:
        return error_set(err, ST_DENIED,
                         "cannot open the view '%s': %s (readers too must be "
                         "allowed to write its lock.mdb)",
                         folder, strerror(code));
    case MDB_INVALID:
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_VERSION_MISMATCH:
    case MDB_PANIC:
        return error_set(err, ST_DAMAGED, "the view '%s' is damaged: %s",
                         folder, mdb_strerror(code));
    default:
        return error_set(err, ST_IO, "view '%s': %s", folder,
                         mdb_strerror(code));
    }
}

/* A page beyond the file's end would be a SIGBUS. */
static enum status
check_size(const struct stuntmap *map, struct error *err)
{
    MDB_envinfo info;
    MDB_stat stats;
    struct stat st;
    mdb_filehandle_t fd;

    mdb_env_info(map->env, &info);
    mdb_env_stat(map->env, &stats);
    if (mdb_env_get_fd(map->env, &fd) != 0 || fstat(fd, &st) != 0)
        return explain(map, errno, err);
    if ((uint64_t)st.st_size
        < (uint64_t)(info.me_last_pgno + 1) * stats.ms_psize)
        return error_set(err, ST_DAMAGED,
                         "the view '%s' is damaged: data.mdb is too short",
                         map->folder.p);
    return ST_OK;
}

/* Pages that were freed before they were ever written leave the file shorter
   than its last page number says. */
static int
extend(const struct stuntmap *map)
{
    MDB_envinfo info;
    MDB_stat stats;
    struct stat st;
    mdb_filehandle_t fd;
    off_t wanted;

    mdb_env_info(map->env, &info);
    mdb_env_stat(map->env, &stats);
    wanted = (off_t)((info.me_last_pgno + 1) * stats.ms_psize);
    if (mdb_env_get_fd(map->env, &fd) != 0 || fstat(fd, &st) != 0)
        return errno;
    return st.st_size < wanted && ftruncate(fd, wanted) != 0 ? errno : 0;
}

/* Both files as open to a group as the folder is, whatever the umask. */
static void
open_to_group(const struct stuntmap *map)
{
    static const char *const names[] = {"data.mdb", "lock.mdb"};
    struct stat st;

    if (stat(map->folder.p, &st) != 0)
        return;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct strbuf path = STRBUF_INIT;
        int ignored;

        strbuf_addf(&path, "%s/%s", map->folder.p, names[i]);
        /* Fails for another's file, which is then as it should be. */
        ignored = chmod(path.p, st.st_mode & FILE_MODE);
        (void)ignored;
        strbuf_clear(&path);
    }
}

enum status
stuntmap_open(const char *folder, bool writing, struct stuntmap **out,
              struct error *err)
{
    struct stuntmap *map = memory_zeroed(1, sizeof(*map));
    unsigned flags = MDB_NOTLS | (writing ? 0 : MDB_RDONLY);
    enum status st = ST_OK;
    int dead, code;

    map->folder = (struct strbuf)STRBUF_INIT;
    strbuf_add_text(&map->folder, folder);
    map->writing = writing;
    if ((code = mdb_env_create(&map->env)) == 0
        && (code = mdb_env_set_mapsize(map->env, STUNTVIEW_MAP_SIZE)) == 0
        && (code = mdb_env_open(map->env, folder, flags, FILE_MODE)) == 0)
        code = mdb_reader_check(map->env, &dead);
    if (code != 0)
        st = explain(map, code, err);
    else if (writing)
        open_to_group(map);
    if (st == ST_OK)
        st = check_size(map, err);
    if (st == ST_OK)
        *out = map;
    else
        stuntmap_close(map);
    return st;
}

void
stuntmap_close(struct stuntmap *map)
{
    if (map == NULL)
        return;
    if (map->env != NULL)
        mdb_env_close(map->env);
    strbuf_clear(&map->folder);
    free(map);
}

enum status
stunttxn_begin(struct stuntmap *map, bool writing, struct stunttxn **out,
               struct error *err)
{
    struct stunttxn *txn = memory_zeroed(1, sizeof(*txn));
    int code;

    txn->map = map;
    code = mdb_txn_begin(map->env, NULL, writing ? 0 : MDB_RDONLY, &txn->txn);
    if (code == 0) {
        code = mdb_dbi_open(txn->txn, NULL, 0, &txn->dbi);
        if (code != 0)
            mdb_txn_abort(txn->txn);
    }
    if (code != 0) {
        free(txn);
        return explain(map, code, err);
    }
    txn->id = mdb_txn_id(txn->txn);
    *out = txn;
    return ST_OK;
}

enum status
stunttxn_commit(struct stunttxn *txn, struct error *err)
{
    struct stuntmap *map = txn->map;
    int code = mdb_txn_commit(txn->txn);

    free(txn);
    if (code == 0)
        code = extend(map);
    return code == 0 ? ST_OK : explain(map, code, err);
}

void
stunttxn_abort(struct stunttxn *txn)
{
    if (txn == NULL)
        return;
    mdb_txn_abort(txn->txn);
    free(txn);
}

void
stunttxn_rest(struct stunttxn *txn)
{
    mdb_txn_reset(txn->txn);
}

enum status
stunttxn_renew(struct stunttxn *txn, bool *changed)
{
    int code;
    size_t id;

    mdb_txn_reset(txn->txn);
    code = mdb_txn_renew(txn->txn);
    if (code != 0)
        return ST_IO;
    id = mdb_txn_id(txn->txn);
    *changed = id != txn->id;
    txn->id = id;
    return ST_OK;
}

static MDB_val
val_of(struct slice s)
{
    return (MDB_val){s.n, (void *)(uintptr_t)s.p};
}

enum status
stunttxn_get(struct stunttxn *txn, struct slice key, struct slice *value)
{
    MDB_val k = val_of(key), v;
    int code = mdb_get(txn->txn, txn->dbi, &k, &v);

    if (code != 0)
        return code == MDB_NOTFOUND ? ST_NOT_FOUND : ST_IO;
    *value = (struct slice){v.mv_data, v.mv_size};
    return ST_OK;
}

enum status
stunttxn_put(struct stunttxn *txn, struct slice key, struct slice value,
             struct error *err)
{
    MDB_val k = val_of(key), v = val_of(value);
    int code = mdb_put(txn->txn, txn->dbi, &k, &v, 0);

    return code == 0 ? ST_OK : explain(txn->map, code, err);
}

enum status
stunttxn_remove(struct stunttxn *txn, struct slice key, struct error *err)
{
    MDB_val k = val_of(key);
    int code = mdb_del(txn->txn, txn->dbi, &k, NULL);

    return code == 0 || code == MDB_NOTFOUND ? ST_OK
                                             : explain(txn->map, code, err);
}

enum status
stunttxn_has(struct stunttxn *txn, char first, bool *has)
{
    MDB_val k = {1, &first}, v;
    MDB_cursor *cursor;
    int code;

    *has = false;
    if (mdb_cursor_open(txn->txn, txn->dbi, &cursor) != 0)
        return ST_IO;
    code = mdb_cursor_get(cursor, &k, &v, MDB_SET_RANGE);
    *has = code == 0 && k.mv_size > 0 && *(const char *)k.mv_data == first;
    mdb_cursor_close(cursor);
    return code == 0 || code == MDB_NOTFOUND ? ST_OK : ST_IO;
}

enum status
stunttxn_sweep(struct stunttxn *txn,
               bool (*is_old)(void *context, struct slice key,
                              struct slice value),
               void *context, struct error *err)
{
    MDB_cursor *cursor;
    MDB_val k, v;
    int code = mdb_cursor_open(txn->txn, txn->dbi, &cursor);

    if (code != 0)
        return explain(txn->map, code, err);
    while ((code = mdb_cursor_get(cursor, &k, &v, MDB_NEXT)) == 0)
        if (is_old(context, (struct slice){k.mv_data, k.mv_size},
                   (struct slice){v.mv_data, v.mv_size})
            && (code = mdb_cursor_del(cursor, 0)) != 0)
            break;
    mdb_cursor_close(cursor);
    return code == MDB_NOTFOUND ? ST_OK : explain(txn->map, code, err);
}
