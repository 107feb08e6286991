/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hash index that lives in an arena: from a hash to whatever has it. */
#ifndef DNS_HASHINDEX_H
#define DNS_HASHINDEX_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"

struct hashcell; /* a hash and what has it */

/*
 * Several pointers may have one hash, and the caller tells them apart: the
 * index keeps no keys, so that a million names cost it 16 octets each and a
 * little more.  {.arena = arena} is an empty one.  Growing leaves the old
 * cells in the arena.
 */
struct hashindex {
    struct arena *arena;    /* borrowed: where the cells are */
    struct hashcell *cells; /* open addressing */
    size_t room;            /* cells: 0 or a power of two */
    size_t used;            /* cells taken, and gaps */
};

/* p is not NULL. */
void hashindex_add(struct hashindex *index, uint64_t hash, void *p);
/* Each pointer of that hash: start with *probe = 0; NULL at the end. */
void *hashindex_next(const struct hashindex *index, uint64_t hash,
                     size_t *probe);
/* Take p out; nothing happens when it is not there. */
void hashindex_remove(struct hashindex *index, uint64_t hash, const void *p);

#endif
