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
#define STUNTVIEW_MAP_SIZE ((size_t)16 << 30)
#define STUNTVIEW_VERSION  1

/*
 * One entry, keyed by its label ("c" + customer, "t" + token, "e" for the
 * ESP's own, "r" for what it was made from), all in wire-ready octets so that
 * reading is only pointing: selectors with algorithm and p= text, then fields
 * by name.  A customer may be there without keys; a token never is.
 */
struct stunt_key {
    struct slice selector;  /* lower case, 1 to 253 octets */
    struct slice algorithm; /* "rsa", "ed25519": the k= value */
    struct slice data;      /* the p= value; empty: revoked */
};
struct stunt_field {
    struct slice name;  /* "pool", at most 255 octets */
    struct slice value; /* any octets */
};
struct stunt_entry {
    const struct stunt_key *keys;     /* no selector twice */
    size_t key_count;                 /* may be 0 */
    const struct stunt_field *fields; /* no name twice */
    size_t field_count;               /* may be 0 */
};

/* Key of the ESP's entry. */
#define STUNTVIEW_ESP    "e"
/* Key of what it was made from: fields "uuid" and "esp" of the registry, and
   the "event" it stands for. */
#define STUNTVIEW_ORIGIN "r"

/* ---- writing (publish) ---- */

struct stuntwriter; /* the one writer of a view folder */

/*
 * Open (making the folder when it is not there) for writing; waits for
 * another writer, who is then done with all of its commits.  *applied is the
 * event number of the last stuntwriter_commit, 0 for a new view and for one
 * whose writing anew was not finished.  ST_DAMAGED, ST_NEWER (a newer
 * selkie's), ST_DENIED, ST_IO.
 */
enum status stuntwriter_begin(const char *folder, struct stuntwriter **out,
                              uint64_t *applied, struct error *err);
/* A field of an entry as it is now; false when there is none.  Borrowed until
   the next put. */
bool stuntwriter_field(struct stuntwriter *writer, struct slice key,
                       struct slice name, struct slice *value);
/* An entry replaced.  ST_RANGE for what no entry can hold, ST_IO. */
enum status stuntwriter_put(struct stuntwriter *writer, struct slice key,
                            const struct stunt_entry *entry,
                            struct error *err);
enum status stuntwriter_remove(struct stuntwriter *writer, struct slice key,
                               struct error *err);
/*
 * To write the view anew while it is read: after _anew, entries that are put
 * are marked, _flush makes durable what there is so far (in a view that was
 * complete old entries go on being served), and _sweep removes all that was
 * not marked.  Until stuntwriter_commit the view counts as unfinished.
 */
enum status stuntwriter_anew(struct stuntwriter *writer, struct error *err);
enum status stuntwriter_flush(struct stuntwriter *writer, struct error *err);
enum status stuntwriter_sweep(struct stuntwriter *writer, struct error *err);
/* Commit with the last event applied, durable on return; ends the writer in
   any case.  _abort gives up what was not flushed; NULL is allowed. */
enum status stuntwriter_commit(struct stuntwriter *writer, uint64_t applied,
                               struct error *err);
void stuntwriter_abort(struct stuntwriter *writer);

/* ---- reading (serve, pdns, the Knot module) ---- */

struct stuntview;   /* the opened folder; shared by threads */
struct stuntreader; /* a thread's read transaction */

/* ST_NOT_FOUND, ST_DENIED, ST_DAMAGED, ST_NEWER, ST_IO with a sentence. */
enum status stuntview_open(const char *folder, struct stuntview **out,
                           struct error *err);
void stuntview_close(struct stuntview *view); /* NULL is allowed */
/* A reader sees the view as it is now. */
enum status stuntreader_new(struct stuntview *view, struct stuntreader **out,
                            struct error *err);
void stuntreader_free(struct stuntreader *reader); /* NULL is allowed */
/* See what was committed since: between batches of questions.  Else than
   ST_OK every answer is SERVFAIL until it is ST_OK again. */
enum status stuntreader_refresh(struct stuntreader *reader);
/* Let go of the snapshot until the next refresh: nothing may be asked of it
   meanwhile. */
void stuntreader_rest(struct stuntreader *reader);
/* The event number that the present snapshot stands for. */
uint64_t stuntreader_applied(const struct stuntreader *reader);
/* A field of an entry, as stuntwriter_field; good until the next refresh. */
bool stuntreader_field(struct stuntreader *reader, struct slice key,
                       struct slice name, struct slice *value);
/* A binder on the present snapshot, for template_match and template_expand;
   good as long as the reader.  It allocates nothing. */
void stuntreader_binder(struct stuntreader *reader,
                        struct template_binder *binder);

#endif
