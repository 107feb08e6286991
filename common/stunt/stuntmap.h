/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LMDB behind a few functions: no other file knows of it. */
#ifndef STUNT_STUNTMAP_H
#define STUNT_STUNTMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/slice.h"
#include "common/base/status.h"

/* A folder with data.mdb and lock.mdb, of sorted keys and values. */
struct stuntmap;
/* A transaction on it. */
struct stunttxn;

/* ST_NOT_FOUND, ST_DENIED, ST_DAMAGED, ST_IO with a sentence. */
enum status stuntmap_open(const char *folder, bool writing,
                          struct stuntmap **out, struct error *err);
void stuntmap_close(struct stuntmap *map); /* NULL is allowed */

/* One writing transaction at a time in all processes; readers never wait.
   Sentences as above; err may be NULL. */
enum status stunttxn_begin(struct stuntmap *map, bool writing,
                           struct stunttxn **out, struct error *err);
/* Writing: make it durable.  Ends it in any case. */
enum status stunttxn_commit(struct stunttxn *txn, struct error *err);
void stunttxn_abort(struct stunttxn *txn); /* NULL is allowed */
/* Reading: no snapshot, until it is renewed. */
void stunttxn_rest(struct stunttxn *txn);
/* Reading: the newest snapshot.  *changed: it is another than before. */
enum status stunttxn_renew(struct stunttxn *txn, bool *changed);

/* ST_NOT_FOUND or ST_IO without a sentence; no allocation.  Borrowed until
   the transaction ends, is renewed or writes. */
enum status stunttxn_get(struct stunttxn *txn, struct slice key,
                         struct slice *value);
enum status stunttxn_put(struct stunttxn *txn, struct slice key,
                         struct slice value, struct error *err);
/* ST_OK too when it was not there. */
enum status stunttxn_remove(struct stunttxn *txn, struct slice key,
                            struct error *err);
/* Is there a key of that first octet?  ST_IO: it cannot be told. */
enum status stunttxn_has(struct stunttxn *txn, char first, bool *has);
/* Remove every entry for which is_old says so. */
enum status stunttxn_sweep(struct stunttxn *txn,
                           bool (*is_old)(void *context, struct slice key,
                                          struct slice value),
                           void *context, struct error *err);

#endif
