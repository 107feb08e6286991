/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a registry, version by version. */
#ifndef REGISTRY_SCHEMA_H
#define REGISTRY_SCHEMA_H

#include <stddef.h>

#include "common/base/status.h"
#include "common/registry/db.h"

/* "Slky" in the file's header, so that file(1) and we know our own. */
#define SCHEMA_APPLICATION_ID 0x536c6b79

/* The SQL that brings a registry from version i to i + 1: schema_steps[i], a
   list of scripts that ends in NULL.  A step once released never changes. */
extern const char *const *const schema_steps[];
extern const size_t schema_version; /* of this selkie: number of steps */

/*
 * Bring an empty database, or one of an older version, up to count steps, in
 * one transaction.  Returns ST_OK, also when there is nothing to do;
 *   ST_NEWER    it has more steps than that
 *   ST_DAMAGED  it is another program's database
 */
enum status schema_apply(struct db *db, const char *const *const *steps,
                         size_t count, struct error *err);

/* Is it a registry of at most this version?  ST_DAMAGED also when it is
   empty; ST_NEWER. */
enum status schema_verify(struct db *db, struct error *err);

#endif
