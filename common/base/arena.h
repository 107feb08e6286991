/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory with one owner and one end: nothing in it is freed singly. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "common/base/slice.h"

struct arena;

/* A new arena; running out of memory ends the program. */
struct arena *arena_new(void);
/* End it and all it holds; NULL is allowed. */
void arena_free(struct arena *arena);
/* Forget all it holds and keep some of the memory for the next round. */
void arena_reset(struct arena *arena);

/* n zeroed octets, aligned for any object.  n may be 0. */
void *arena_alloc(struct arena *arena, size_t n)
    __attribute__((malloc, alloc_size(2), returns_nonnull));
/* A copy of n octets with a NUL behind them. */
void *arena_copy(struct arena *arena, const void *p, size_t n)
    __attribute__((returns_nonnull));
struct slice arena_slice(struct arena *arena, struct slice s);
char *arena_text(struct arena *arena, struct slice s);
char *arena_printf(struct arena *arena, const char *form, ...)
    __attribute__((format(printf, 2, 3)));

/* Octets handed out since the arena was made or reset. */
size_t arena_used(const struct arena *arena);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, n)                                           \
    ((type *)arena_alloc((arena), (n) * sizeof(type)))

/*
 * Room for one element more behind the count that an array has: returns the
 * array, moved when it had to grow (at 0 and at each power of two from 4 on).
 * The new element is zeroed.  So a growing list is one pointer and one count:
 *
 *     list = arena_grow(arena, list, count, sizeof(*list));
 *     list[count++] = element;
 */
void *arena_grow(struct arena *arena, void *array, size_t count, size_t size)
    __attribute__((returns_nonnull));

#endif
