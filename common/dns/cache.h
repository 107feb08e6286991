/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers shared by the subjects of a run: bounded in number and memory. */
#ifndef DNS_CACHE_H
#define DNS_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "common/dns/answer.h"
#include "common/dns/question.h"

/* Answers kept at most, unless told otherwise; and their memory. */
#define CACHE_SIZE_DEFAULT 20000
#define CACHE_MEMORY_MAX   ((size_t)64 << 20)
/* Never longer than this, whatever the TTL says. */
#define CACHE_TTL_MAX_S    3600
/*
 * An answer of one server by itself, and a failure: long enough for
 * subjects side by side to share it, too short for a waiting user to be
 * shown what was (RFC 9520 section 3.2 asks for at least one second).
 */
#define CACHE_SHORT_S      5

struct cache;

/* size: answers kept, 0 for the default. */
struct cache *cache_new(size_t size);
void cache_free(struct cache *cache);

/* The answer to question if it still holds at now (microseconds of a clock
   that only goes forward), or NULL.  Borrowed until the next call. */
const struct answer *cache_get(struct cache *cache,
                               const struct question *question, uint64_t now);

/* Keep a copy; an answer with TTL 0 is not kept (RFC 1035 section 3.2.1). */
void cache_put(struct cache *cache, const struct question *question,
               const struct answer *answer, uint64_t now);

/* Answers in it, holding or not. */
size_t cache_count(const struct cache *cache);

#endif
