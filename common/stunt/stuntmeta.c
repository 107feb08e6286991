/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the view says of itself, under a key of its own. */
#include "common/stunt/stuntmeta.h"

#include "common/stunt/stuntview.h"

/* As it is stored: in the machine's own byte order, as all of LMDB is. */
struct stored {
    char magic[8];         /* MAGIC */
    uint32_t version;      /* STUNTVIEW_VERSION */
    uint32_t run;          /* as in struct stuntmeta, as what follows */
    uint32_t was_complete; /* 0 or 1 */
    uint32_t zero;         /* for later */
    uint64_t applied;      /* likewise */
};

static const char magic[8] = "selkie-v";
static const char meta_key = STUNTMETA_KEY;

/* Without a word on itself: a new view, or one that lost it? */
static enum status
judge_missing(struct stunttxn *txn)
{
    const char kinds[] = {'c', *STUNTVIEW_ORIGIN};

    for (size_t i = 0; i < sizeof(kinds); i++) {
        bool has;
        enum status st = stunttxn_has(txn, kinds[i], &has);

        if (st != ST_OK || has)
            return st != ST_OK ? st : ST_DAMAGED;
    }
    return ST_NOT_FOUND;
}

enum status
stuntmeta_read(struct stunttxn *txn, struct stuntmeta *out)
{
    struct stored stored;
    struct slice value;
    enum status st = stunttxn_get(txn, (struct slice){&meta_key, 1}, &value);

    if (st != ST_OK)
        return st == ST_NOT_FOUND ? judge_missing(txn) : st;
    if (value.n != sizeof(stored))
        return ST_DAMAGED;
    memcpy(&stored, value.p, sizeof(stored));
    if (memcmp(stored.magic, magic, sizeof(magic)) != 0)
        return ST_DAMAGED;
    if (stored.version != STUNTVIEW_VERSION)
        return ST_NEWER;
    *out = (struct stuntmeta){stored.run, stored.was_complete != 0,
                              stored.applied};
    return ST_OK;
}

enum status
stuntmeta_write(struct stunttxn *txn, const struct stuntmeta *meta,
                struct error *err)
{
    struct stored stored = {.version = STUNTVIEW_VERSION,
                            .run = meta->run,
                            .was_complete = meta->was_complete,
                            .applied = meta->applied};

    memcpy(stored.magic, magic, sizeof(magic));
    return stunttxn_put(txn, (struct slice){&meta_key, 1},
                        (struct slice){(const char *)&stored, sizeof(stored)},
                        err);
}

enum status
stuntmeta_explain(enum status status, const char *folder, struct error *err)
{
    switch (status) {
    case ST_NOT_FOUND:
        return error_set(err, status, "there is no published view in '%s'",
                         folder);
    case ST_NEWER:
        return error_set(err, status,
                         "the view '%s' was written by a newer selkie",
                         folder);
    case ST_DAMAGED:
        return error_set(err, status, "the view '%s' is damaged", folder);
    default:
        return error_set(err, status, "the view '%s' cannot be read", folder);
    }
}
