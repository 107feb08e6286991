/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hash table from octets to pointers that remembers the order of entry. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/slice.h"

/*
 * Keys are copied into the table; values are borrowed.  The hash is keyed
 * with a random number of the process, since keys come from strangers.
 */
struct table;

struct table *table_new(void);
/* End it; the values are the caller's affair.  NULL is allowed. */
void table_free(struct table *table);

/* The value at key, or NULL. */
void *table_get(const struct table *table, struct slice key);
/* Set the value at key (not NULL); returns the one it replaced, or NULL. */
void *table_put(struct table *table, struct slice key, void *value);
/* Take key out; returns its value, or NULL when there was none. */
void *table_remove(struct table *table, struct slice key);
/* Take all out, keeping the memory. */
void table_reset(struct table *table);

size_t table_count(const struct table *table);

/*
 * In order of entry: start with *position = 0; false at the end.  The table
 * must not be changed meanwhile.  key and value may be NULL.
 */
bool table_each(const struct table *table, size_t *position, struct slice *key,
                void **value);

/* The hash itself (SipHash-1-3): the same for one key in one process. */
uint64_t table_hash(struct slice key);

#endif
