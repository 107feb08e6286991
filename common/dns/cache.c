/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two generations of answers: when the young one is full, the old one goes
   as a whole.  What is asked for again moves to the young one. */
#include "common/dns/cache.h"

#include <stdlib.h>

#include "common/base/arena.h"
#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "common/base/table.h"

struct kept {
    const struct answer *answer; /* in the generation's arena */
    uint64_t until_us;           /* it holds */
};

struct generation {
    struct arena *arena; /* of its answers */
    struct table *kept;  /* struct kept by question */
};

struct cache {
    struct generation young, old; /* each of half the size */
    size_t half;                  /* answers in a generation */
    struct strbuf key;            /* of the question at hand: reused */
};

static void
generation_init(struct generation *generation)
{
    generation->arena = arena_new();
    generation->kept = table_new();
}

static void
generation_clear(struct generation *generation)
{
    table_free(generation->kept);
    arena_free(generation->arena);
}

struct cache *
cache_new(size_t size)
{
    struct cache *cache = memory_zeroed(1, sizeof(*cache));

    if (size == 0)
        size = CACHE_SIZE_DEFAULT;
    cache->half = (size + 1) / 2;
    cache->key = (struct strbuf)STRBUF_INIT;
    generation_init(&cache->young);
    generation_init(&cache->old);
    return cache;
}

void
cache_free(struct cache *cache)
{
    if (cache == NULL)
        return;
    generation_clear(&cache->young);
    generation_clear(&cache->old);
    strbuf_clear(&cache->key);
    free(cache);
}

static void
age(struct cache *cache)
{
    generation_clear(&cache->old);
    cache->old = cache->young;
    generation_init(&cache->young);
}

static bool
is_full(const struct cache *cache)
{
    return table_count(cache->young.kept) >= cache->half
           || arena_used(cache->young.arena) >= CACHE_MEMORY_MAX / 2;
}

/* The key is in cache->key. */
static const struct answer *
keep(struct cache *cache, const struct answer *answer, uint64_t until_us)
{
    struct kept *kept;

    if (is_full(cache))
        age(cache);
    kept = ARENA_NEW(cache->young.arena, struct kept);
    kept->answer = answer_copy(cache->young.arena, answer);
    kept->until_us = until_us;
    table_put(cache->young.kept, strbuf_slice(&cache->key), kept);
    return kept->answer;
}

const struct answer *
cache_get(struct cache *cache, const struct question *question, uint64_t now)
{
    const struct kept *kept;
    struct slice key;

    question_key(question, &cache->key);
    key = strbuf_slice(&cache->key);
    kept = table_get(cache->young.kept, key);
    if (kept != NULL)
        return kept->until_us > now ? kept->answer : NULL;
    kept = table_get(cache->old.kept, key);
    if (kept == NULL || kept->until_us <= now)
        return NULL;
    /* It must not be aged away while it is being copied. */
    if (is_full(cache))
        return kept->answer;
    return keep(cache, kept->answer, kept->until_us);
}

/* RFC 2308 section 5: the negative TTL bounds a denial. */
static uint32_t
seconds_to_keep(const struct question *question, const struct answer *answer)
{
    uint32_t ttl = CACHE_SHORT_S;
    uint32_t most =
        question->server.family == 0 ? CACHE_TTL_MAX_S : CACHE_SHORT_S;

    if (answer->outcome == OUTCOME_FOUND)
        ttl = answer_least_ttl(answer);
    else if (outcome_is_absent(answer->outcome))
        ttl = answer->negative_ttl;
    if (outcome_is_absent(answer->outcome) && answer->chain_count > 0
        && answer_least_ttl(answer) < ttl)
        ttl = answer_least_ttl(answer);
    return ttl < most ? ttl : most;
}

void
cache_put(struct cache *cache, const struct question *question,
          const struct answer *answer, uint64_t now)
{
    uint32_t seconds = seconds_to_keep(question, answer);

    if (seconds == 0)
        return;
    question_key(question, &cache->key);
    keep(cache, answer, now + (uint64_t)seconds * 1000000);
}

size_t
cache_count(const struct cache *cache)
{
    return table_count(cache->young.kept) + table_count(cache->old.kept);
}
