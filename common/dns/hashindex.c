/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hash index that lives in an arena: linear probing, no keys. */
#include "common/dns/hashindex.h"

#include <stdbool.h>

/* A free cell has neither; one taken out keeps its hash as a gap, so that
   probing goes on behind it. */
struct hashcell {
    uint64_t hash; /* not 0 once taken */
    void *p;       /* NULL in a gap */
};

#define ROOM_FIRST ((size_t)16)

/* 0 marks a free cell. */
static uint64_t
nonzero(uint64_t hash)
{
    return hash == 0 ? 1 : hash;
}

/* Gaps are taken again: else what comes and goes under one hash would leave
   an ever longer way behind it. */
static void
put(struct hashindex *index, uint64_t hash, void *p)
{
    size_t at = (size_t)hash & (index->room - 1);

    while (index->cells[at].p != NULL)
        at = (at + 1) & (index->room - 1);
    if (index->cells[at].hash == 0)
        index->used++;
    index->cells[at] = (struct hashcell){hash, p};
}

static void
grow(struct hashindex *index)
{
    struct hashcell *old = index->cells;
    size_t old_room = index->room;

    index->room = old_room == 0 ? ROOM_FIRST : 2 * old_room;
    index->cells = ARENA_ARRAY(index->arena, struct hashcell, index->room);
    index->used = 0;
    for (size_t i = 0; i < old_room; i++)
        if (old[i].p != NULL)
            put(index, old[i].hash, old[i].p);
}

void
hashindex_add(struct hashindex *index, uint64_t hash, void *p)
{
    /* Three quarters full: probes stay short. */
    if (4 * (index->used + 1) > 3 * index->room)
        grow(index);
    put(index, nonzero(hash), p);
}

/* The cell of that hash, the probe-th or a later one from where the hash
   points to; NULL before the first free cell. */
static struct hashcell *
probe_cell(const struct hashindex *index, uint64_t hash, size_t *probe)
{
    while (*probe < index->room) {
        size_t at = (size_t)(hash + *probe) & (index->room - 1);
        struct hashcell *cell = &index->cells[at];

        (*probe)++;
        if (cell->hash == 0)
            return NULL;
        if (cell->hash == hash && cell->p != NULL)
            return cell;
    }
    return NULL;
}

void *
hashindex_next(const struct hashindex *index, uint64_t hash, size_t *probe)
{
    const struct hashcell *cell = probe_cell(index, nonzero(hash), probe);

    return cell == NULL ? NULL : cell->p;
}

void
hashindex_remove(struct hashindex *index, uint64_t hash, const void *p)
{
    struct hashcell *cell;
    size_t probe = 0;

    while ((cell = probe_cell(index, nonzero(hash), &probe)) != NULL)
        if (cell->p == p)
            cell->p = NULL;
}
