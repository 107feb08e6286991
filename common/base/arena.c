/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory with one owner and one end: chained blocks, freed together. */
#include "common/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

/* The first block serves a small run, later ones double up to the largest. */
#define BLOCK_FIRST    ((size_t)4096)
#define BLOCK_LARGEST  ((size_t)1 << 18)
/* What is larger than this part of a block gets a block of its own, so that
   at most a quarter of a block is left unused. */
#define OWN_BLOCK_PART 4
/* arena_grow: elements of the first allocation. */
#define GROW_FIRST     4

struct block {
    struct block *next;               /* older block, or NULL */
    size_t room;                      /* octets in it */
    alignas(max_align_t) char data[]; /* what is handed out */
};

struct arena {
    struct block *current; /* where small allocations come from, or NULL */
    struct block *large;   /* blocks of one allocation each */
    size_t at;             /* octets of the current block handed out */
    size_t used;           /* octets asked for */
};

struct arena *
arena_new(void)
{
    return memory_zeroed(1, sizeof(struct arena));
}

static void
free_chain(struct block *block)
{
    while (block != NULL) {
        struct block *next = block->next;

        free(block);
        block = next;
    }
}

void
arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    free_chain(arena->current);
    free_chain(arena->large);
    free(arena);
}

/* The newest block is the largest: keeping that one lets the next round of
   the same size do without malloc. */
void
arena_reset(struct arena *arena)
{
    free_chain(arena->large);
    arena->large = NULL;
    if (arena->current != NULL) {
        free_chain(arena->current->next);
        arena->current->next = NULL;
    }
    arena->at = 0;
    arena->used = 0;
}

static struct block *
block_new(size_t room, struct block *next)
{
    struct block *block;

    if (room > SIZE_MAX / 2)
        memory_exhausted();
    block = memory_alloc(sizeof(*block) + room);
    block->room = room;
    block->next = next;
    return block;
}

static void *
take_own_block(struct arena *arena, size_t n)
{
    arena->large = block_new(n, arena->large);
    return arena->large->data;
}

static void *
take(struct arena *arena, size_t n)
{
    struct block *block = arena->current;
    size_t align = alignof(max_align_t);
    size_t whole = n > SIZE_MAX - align ? n : (n + align - 1) / align * align;
    size_t room = BLOCK_FIRST;
    void *p;

    if (block != NULL && whole <= block->room - arena->at) {
        p = block->data + arena->at;
        arena->at += whole;
        return p;
    }
    if (block != NULL)
        room = block->room < BLOCK_LARGEST ? 2 * block->room : BLOCK_LARGEST;
    if (whole > room / OWN_BLOCK_PART)
        return take_own_block(arena, n);
    arena->current = block_new(room, block);
    arena->at = whole;
    return arena->current->data;
}

void *
arena_alloc(struct arena *arena, size_t n)
{
    void *p = take(arena, n);

    arena->used += n;
    return memset(p, 0, n);
}

void *
arena_copy(struct arena *arena, const void *p, size_t n)
{
    char *copy;

    if (n == SIZE_MAX)
        memory_exhausted();
    copy = take(arena, n + 1);
    arena->used += n + 1;
    if (n > 0)
        memcpy(copy, p, n);
    copy[n] = '\0';
    return copy;
}

struct slice
arena_slice(struct arena *arena, struct slice s)
{
    return (struct slice){arena_copy(arena, s.p, s.n), s.n};
}

char *
arena_text(struct arena *arena, struct slice s)
{
    return arena_copy(arena, s.p, s.n);
}

char *
arena_printf(struct arena *arena, const char *form, ...)
{
    va_list args;
    char *text;
    int n;

    va_start(args, form);
    n = vsnprintf(NULL, 0, form, args);
    va_end(args);
    if (n < 0)
        n = 0;
    text = arena_alloc(arena, (size_t)n + 1);
    va_start(args, form);
    vsnprintf(text, (size_t)n + 1, form, args);
    va_end(args);
    return text;
}

size_t
arena_used(const struct arena *arena)
{
    return arena->used;
}

void *
arena_grow(struct arena *arena, void *array, size_t count, size_t size)
{
    size_t room = count == 0 ? GROW_FIRST : 2 * count;
    void *moved;

    /* Full at 0 and at each power of two from the first room on. */
    if (count != 0 && (count < GROW_FIRST || (count & (count - 1)) != 0))
        return array;
    if (size != 0 && room > SIZE_MAX / 2 / size)
        memory_exhausted();
    moved = arena_alloc(arena, room * size);
    if (count > 0)
        memcpy(moved, array, count * size);
    return moved;
}
