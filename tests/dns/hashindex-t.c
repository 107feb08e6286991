/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/hashindex.c. */
#include "common/dns/hashindex.h"

#include "tests/tap/tap.h"

#define MANY 5000u

/* How often p is found under that hash. */
static int
count(const struct hashindex *index, uint64_t hash, const void *p)
{
    const void *found;
    size_t probe = 0;
    int n = 0;

    while ((found = hashindex_next(index, hash, &probe)) != NULL)
        n += found == p;
    return n;
}

static void
test_same_hash(struct arena *arena)
{
    struct hashindex index = {.arena = arena};
    int things[3];

    is_int(0, count(&index, 0, &things[0]), "an empty index has nothing");
    hashindex_remove(&index, 0, &things[0]);
    for (int i = 0; i < 3; i++)
        hashindex_add(&index, 0, &things[i]);
    for (int i = 0; i < 3; i++)
        is_int(1, count(&index, 0, &things[i]), "thing %d of one hash", i);
    hashindex_remove(&index, 0, &things[1]);
    is_int(0, count(&index, 0, &things[1]), "what was taken out is gone");
    is_int(1, count(&index, 0, &things[2]), "what comes after it is not");
    hashindex_add(&index, 0, &things[1]);
    is_int(1, count(&index, 0, &things[1]), "and it can come back");
}

static void
test_many(struct arena *arena)
{
    struct hashindex index = {.arena = arena};
    static int things[MANY];
    int found = 0;
    int missing = 0;

    /* Hashes whose low bits collide, as far as the index can. */
    for (unsigned i = 0; i < MANY; i++)
        hashindex_add(&index, (uint64_t)i / 2 << 4, &things[i]);
    for (unsigned i = 0; i < MANY; i += 3)
        hashindex_remove(&index, (uint64_t)i / 2 << 4, &things[i]);
    for (unsigned i = 0; i < MANY; i++)
        found += count(&index, (uint64_t)i / 2 << 4, &things[i]);
    for (unsigned i = 0; i < MANY; i += 3)
        missing += count(&index, (uint64_t)i / 2 << 4, &things[i]) == 0;
    is_int((MANY + 2) / 3, missing, "every third was taken out");
    is_int(MANY - (MANY + 2) / 3, found, "the others are there");
}

/* One thing that comes and goes: neither room nor time may grow with it. */
static void
test_coming_and_going(struct arena *arena)
{
    struct hashindex index = {.arena = arena};
    int thing;

    for (unsigned i = 0; i < 100 * MANY; i++) {
        hashindex_add(&index, 7, &thing);
        hashindex_remove(&index, 7, &thing);
    }
    is_int(16, (long long)index.room, "it takes no more room");
    is_int(0, count(&index, 7, &thing), "and is gone");
}

int
main(void)
{
    struct arena *arena = arena_new();

    plan_lazy();
    test_same_hash(arena);
    test_many(arena);
    test_coming_and_going(arena);
    arena_free(arena);
    return tap_done();
}
