/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The published view: what the DNS server knows of customers.  An LMDB
   folder written from the registry; it holds no private key. */
#ifndef STUNT_STUNTVIEW_H
#define STUNT_STUNTVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/template/template.h"

/* Address space reserved for the map: 3,000,000 customers with two keys take
   some 4 GB.  Only what is written takes memory or disk. */
#define STUNTVIEW_MAP_SIZE ((size_t)64 << 30)
#define STUNTVIEW_VERSION  1

/*
 * One entry, keyed by its label ("c" + customer, "t" + token, "e" for the
 * ESP's own), all in wire-ready octets so that reading is only pointing:
 * selectors with algorithm and p= text, then fields by name.
 */
struct stunt_key {
    struct slice selector;  /* lower case */
    struct slice algorithm; /* "rsa", "ed25519": the k= value */
    struct slice data;      /* the p= value; empty: revoked */
};
struct stunt_field {
    struct slice name;  /* "pool" */
    struct slice value; /* any octets */
};

/* ---- writing (publish) ---- */

struct stuntwriter; /* one write transaction on a view folder */

/* Open (making the folder when it is not there) for writing; waits for
   another writer.  *applied is the event number stored by the last commit,
   0 for a new view. */
enum status stuntwriter_begin(const char *folder, struct stuntwriter **out,
                              uint64_t *applied, struct error *err);
/* An entry replaced; key_count may be 0. */
enum status stuntwriter_put(struct stuntwriter *writer, struct slice key,
                            const struct stunt_key *keys, size_t key_count,
                            const struct stunt_field *fields,
                            size_t field_count);
enum status stuntwriter_remove(struct stuntwriter *writer, struct slice key);
/* Forget every entry (a view that starts anew). */
enum status stuntwriter_clear(struct stuntwriter *writer);
/* Commit with the last event applied, durable on return; or give up. */
enum status stuntwriter_commit(struct stuntwriter *writer, uint64_t applied,
                               struct error *err);
void stuntwriter_abort(struct stuntwriter *writer);

/* ---- reading (serve, pdns, the Knot module) ---- */

struct stuntview; /* the opened folder; shared by threads */
struct stuntreader; /* a thread's read transaction */

/* ST_NOT_FOUND, ST_DAMAGED, ST_NEWER, ST_IO with a sentence. */
enum status stuntview_open(const char *folder, struct stuntview **out,
                           struct error *err);
void stuntview_close(struct stuntview *view);
enum status stuntreader_new(struct stuntview *view, struct stuntreader **out,
                            struct error *err);
void stuntreader_free(struct stuntreader *reader);
/* See what was committed since: between batches of questions. */
enum status stuntreader_refresh(struct stuntreader *reader);
/* The event number that the present snapshot stands for. */
uint64_t stuntreader_applied(const struct stuntreader *reader);
/* A binder on the present snapshot, for template_match and
   template_expand; good until the next refresh. */
void stuntreader_binder(struct stuntreader *reader,
                        struct template_binder *binder);

#endif
