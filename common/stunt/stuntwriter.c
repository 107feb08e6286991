/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing the published view. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "common/stunt/stuntentry.h"
#include "common/stunt/stuntmeta.h"
#include "common/stunt/stuntview.h"

/* Of a folder that is not there; who wants a group to read it makes it. */
#define FOLDER_MODE 0700

struct stuntwriter {
    int lock;              /* the folder, locked: one writer from the reading
                              of the registry to the last commit */
    struct stuntmap *map;  /* open for writing */
    struct stunttxn *txn;  /* in it; NULL after a failed commit */
    struct stuntmeta meta; /* as it is to be */
    struct strbuf packed;  /* the entry being put */
};

static enum status
lock_folder(const char *folder, int *fd, struct error *err)
{
    if (mkdir(folder, FOLDER_MODE) != 0 && errno != EEXIST)
        return error_errno(err, ST_IO, "cannot make the view '%s'", folder);
    *fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*fd < 0)
        return error_errno(err, errno == EACCES ? ST_DENIED : ST_IO,
                           "cannot open the view '%s'", folder);
    while (flock(*fd, LOCK_EX) != 0)
        if (errno != EINTR)
            return error_errno(err, ST_IO, "cannot lock the view '%s'",
                               folder);
    return ST_OK;
}

enum status
stuntwriter_begin(const char *folder, struct stuntwriter **out,
                  uint64_t *applied, struct error *err)
{
    struct stuntwriter *writer = memory_zeroed(1, sizeof(*writer));
    enum status st;

    writer->packed = (struct strbuf)STRBUF_INIT;
    writer->lock = -1;
    if ((st = lock_folder(folder, &writer->lock, err)) != ST_OK
        || (st = stuntmap_open(folder, true, &writer->map, err)) != ST_OK
        || (st = stunttxn_begin(writer->map, true, &writer->txn, err))
               != ST_OK)
        goto out;
    st = stuntmeta_read(writer->txn, &writer->meta);
    if (st == ST_NOT_FOUND)
        st = ST_OK;
    else if (st != ST_OK)
        st = stuntmeta_explain(st, folder, err);
out:
    if (st != ST_OK) {
        stuntwriter_abort(writer);
        return st;
    }
    *applied = writer->meta.applied;
    *out = writer;
    return ST_OK;
}

void
stuntwriter_abort(struct stuntwriter *writer)
{
    if (writer == NULL)
        return;
    stunttxn_abort(writer->txn);
    stuntmap_close(writer->map);
    if (writer->lock >= 0)
        close(writer->lock);
    strbuf_clear(&writer->packed);
    free(writer);
}

bool
stuntwriter_field(struct stuntwriter *writer, struct slice key,
                  struct slice name, struct slice *value)
{
    struct slice octets;

    return stunttxn_get(writer->txn, key, &octets) == ST_OK
           && stuntentry_check(octets)
           && stuntentry_field(octets.p, name, value);
}

enum status
stuntwriter_put(struct stuntwriter *writer, struct slice key,
                const struct stunt_entry *entry, struct error *err)
{
    strbuf_cut(&writer->packed, 0);
    if (stuntentry_pack(entry, writer->meta.run, &writer->packed) != ST_OK)
        return error_set(err, ST_RANGE,
                         "'%.*s' has more than the view can hold",
                         SLICE_ARGS(key));
    return stunttxn_put(writer->txn, key, strbuf_slice(&writer->packed), err);
}

enum status
stuntwriter_remove(struct stuntwriter *writer, struct slice key,
                   struct error *err)
{
    return stunttxn_remove(writer->txn, key, err);
}

enum status
stuntwriter_anew(struct stuntwriter *writer, struct error *err)
{
    writer->meta.run++;
    writer->meta.applied = 0;
    return stuntmeta_write(writer->txn, &writer->meta, err);
}

enum status
stuntwriter_flush(struct stuntwriter *writer, struct error *err)
{
    struct stunttxn *txn = writer->txn;
    enum status st;

    writer->txn = NULL;
    st = stunttxn_commit(txn, err);
    return st == ST_OK ? stunttxn_begin(writer->map, true, &writer->txn, err)
                       : st;
}

static bool
is_unmarked(void *context, struct slice key, struct slice value)
{
    const struct stuntwriter *writer = context;

    return (key.n == 0 || key.p[0] != STUNTMETA_KEY)
           && (!stuntentry_check(value)
               || stuntentry_run(value.p) != writer->meta.run);
}

enum status
stuntwriter_sweep(struct stuntwriter *writer, struct error *err)
{
    return stunttxn_sweep(writer->txn, is_unmarked, writer, err);
}

enum status
stuntwriter_commit(struct stuntwriter *writer, uint64_t applied,
                   struct error *err)
{
    enum status st;

    writer->meta.applied = applied;
    writer->meta.was_complete = true;
    st = stuntmeta_write(writer->txn, &writer->meta, err);
    if (st == ST_OK) {
        struct stunttxn *txn = writer->txn;

        writer->txn = NULL;
        st = stunttxn_commit(txn, err);
    }
    stuntwriter_abort(writer);
    return st;
}
