/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registry: customers, their domains and keys, and what became of them. */
#ifndef REGISTRY_REGISTRY_H
#define REGISTRY_REGISTRY_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/status.h"
#include "common/base/strbuf.h"

/*
 * An open registry.  Several processes may have it open; one at a time
 * writes, the others wait (10 s, then ST_BUSY).  One struct is for one
 * thread at a time, and must not be used after fork().
 *
 * Statuses of whatever reads or writes, each with a sentence:
 *   ST_BUSY     another process writes and does not end
 *   ST_IO       the disk is full, or failed
 *   ST_DENIED   no permission: a read-only file or folder
 *   ST_DAMAGED  the file is not a registry, or damaged
 */
struct registry;
struct db;
struct seal;

/* How long another process may hold the registry before ST_BUSY. */
#define REGISTRY_WAIT_MS 10000

/* A new registry file, 0600, its first event written.  ST_EXISTS when path
   is there.  esp: domain, A-labels without final dot. */
enum status registry_create(const char *path, const char *uuid,
                            const char *esp, struct error *err);

/*
 * Open a registry, bringing one of an older schema up to date.  Also
 * ST_NOT_FOUND, and ST_NEWER for a schema of a newer selkie.
 */
enum status registry_open(const char *path, struct registry **out,
                          struct error *err);
void registry_free(struct registry *registry); /* NULL is allowed */

/* Borrowed from the registry: its UUID; the ESP's domain (no final dot). */
const char *registry_uuid(const struct registry *registry);
const char *registry_esp(const struct registry *registry);

/* Other values that belong to the registry as a whole: "" when not set. */
enum status registry_meta(struct registry *registry, const char *name,
                          struct strbuf *out, struct error *err);
enum status registry_set_meta(struct registry *registry, const char *name,
                              const char *value, struct error *err);

/*
 * What is written between begin and commit is written wholly or not at all,
 * and is durable once the outermost commit returned ST_OK.  Each begin that
 * returned ST_OK is ended by one commit or one rollback; they nest, and an
 * inner rollback undoes what was written since its begin.  A commit that
 * fails has rolled back.  Functions that write do all this by themselves.
 */
enum status registry_begin(struct registry *registry, struct error *err);
/* The same for many reads that shall see one instant (and are quicker than
   each by itself); nothing may be written until registry_rollback(). */
enum status registry_begin_reading(struct registry *registry,
                                   struct error *err);
enum status registry_commit(struct registry *registry, struct error *err);
void registry_rollback(struct registry *registry);

/*
 * Copy the registry, as it is at one instant, to a new file of mode 0600;
 * the sealing key is not in it.  ST_EXISTS when path is there; on failure
 * nothing is left.
 */
enum status registry_backup(struct registry *registry, const char *path,
                            struct error *err);

/* Read it all and look for damage: pages, references, and that every key
   has its halves.  ST_DAMAGED with the first fault. */
enum status registry_check(struct registry *registry, struct error *err);

/*
 * Load the sealing key that belongs to this registry: seal_load(), and
 * ST_DENIED when it is another than the private keys were sealed with.
 */
enum status registry_seal(struct registry *registry, struct seal **out,
                          struct error *err);

/* registry_commit() when st is ST_OK, else registry_rollback(): returns what
   came of it.  For the end of a function that began. */
enum status registry_end(struct registry *registry, enum status st,
                         struct error *err);

/* For the files of this folder. */
struct db *registry_db(struct registry *registry);
/* A private half was erased: the commit also empties the write-ahead log,
   which still holds it. */
void registry_note_erasure(struct registry *registry);

#endif
