/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the view says of itself, under a key of its own. */
#ifndef STUNT_STUNTMETA_H
#define STUNT_STUNTMETA_H

#include "common/stunt/stuntmap.h"

/* No entry begins so: see stuntview.h. */
#define STUNTMETA_KEY 'm'

struct stuntmeta {
    uint32_t run;      /* how often it was begun anew; marks entries */
    bool was_complete; /* it once held all there was: it may be served */
    uint64_t applied;  /* last event of the registry; 0: unfinished */
};

/* ST_NOT_FOUND (a new view), ST_DAMAGED, ST_NEWER, ST_IO. */
enum status stuntmeta_read(struct stunttxn *txn, struct stuntmeta *out);
enum status stuntmeta_write(struct stunttxn *txn, const struct stuntmeta *meta,
                            struct error *err);
/* A sentence for what stuntmeta_read returned. */
enum status stuntmeta_explain(enum status status, const char *folder,
                              struct error *err);

#endif
