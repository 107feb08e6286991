/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/base/arena.c: memory with one end. */
#include "common/base/arena.h"

#include <stdalign.h>
#include <stdint.h>

#include "tests/tap/tap.h"

static bool
is_zero(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] != 0)
            return false;
    return true;
}

/* Sizes that stay within a block, cross its end and need their own. */
static void
test_alloc(struct arena *arena)
{
    enum { ROUNDS = 600 };
    static char *all[ROUNDS];
    bool aligned = true;
    bool zeroed = true;
    bool apart = true;
    size_t sum = 0;

    for (size_t i = 0; i < ROUNDS; i++) {
        size_t n = i * 37 % 3001;

        all[i] = arena_alloc(arena, n);
        sum += n;
        aligned = aligned && (uintptr_t)all[i] % alignof(max_align_t) == 0;
        zeroed = zeroed && is_zero(all[i], n);
        memset(all[i], (int)(i % 251 + 1), n);
    }
    for (size_t i = 0; i < ROUNDS; i++)
        for (size_t k = 0; k < i * 37 % 3001; k++)
            apart = apart && all[i][k] == (char)(i % 251 + 1);
    ok(aligned, "aligned for any object");
    ok(zeroed, "zeroed, though blocks are used again");
    ok(apart, "no two overlap");
    is_int((long long)sum, (long long)arena_used(arena), "octets handed out");
}

static void
test_copies(struct arena *arena)
{
    const char octets[] = "a\0b";
    struct slice s = arena_slice(arena, SLICE("skin"));

    is_octets("a\0b", 4, arena_copy(arena, octets, 3), 4,
              "a copy has a NUL behind it");
    is_string("", arena_copy(arena, NULL, 0), "a copy of nothing");
    is_octets("skin", 4, s.p, s.n, "a copy of a slice");
    is_string("skin", s.p, "ends in NUL");
    is_string("", arena_slice(arena, SLICE_EMPTY).p,
              "an empty slice has an address");
    is_string("ski", arena_text(arena, SLICE("ski")), "as text");
    is_string("seal 7", arena_printf(arena, "%s %d", "seal", 7), "printf");
    is_string("", arena_printf(arena, "%s", ""), "printf of nothing");
    is_int(70000, (long long)strlen(arena_printf(arena, "%70000d", 1)),
           "printf beyond a block");
}

struct pair {
    int a;
    int b;
};

static void
test_grow(struct arena *arena)
{
    struct pair *list = NULL;
    size_t count = 0;
    size_t moves = 0;
    bool good = true;

    while (count < 1000) {
        struct pair *before = list;

        list = arena_grow(arena, list, count, sizeof(*list));
        moves += before != list;
        good = good && list[count].a == 0 && list[count].b == 0;
        list[count] = (struct pair){(int)count + 1, -(int)count - 1};
        count++;
    }
    ok(good, "a new element is zeroed");
    for (size_t i = 0; i < count; i++)
        good = good && list[i].a == -list[i].b && list[i].a != 0;
    ok(good, "growth keeps what there was");
    is_int(9, (long long)moves, "moves at 0 and at 4, 8 ... 512");
}

int
main(void)
{
    struct arena *arena = arena_new();
    void *first = arena_alloc(arena, 0);

    plan_lazy();
    is_int(0, (long long)arena_used(arena), "a new one is empty");
    ok(first != NULL, "0 octets are an address");
    test_alloc(arena);
    arena_reset(arena);
    is_int(0, (long long)arena_used(arena), "reset: empty");
    first = arena_alloc(arena, 64);
    arena_reset(arena);
    ok(arena_alloc(arena, 64) == first, "reset: the memory is kept");
    arena_reset(arena);
    test_alloc(arena);
    test_copies(arena);
    test_grow(arena);
    ok(ARENA_NEW(arena, struct pair)->b == 0, "ARENA_NEW");
    ok(ARENA_ARRAY(arena, struct pair, 9)[8].b == 0, "ARENA_ARRAY");
    arena_free(arena);
    arena = arena_new();
    arena_reset(arena);
    is_int(0, (long long)arena_used(arena), "reset of a new one");
    arena_free(arena);
    arena_free(NULL);
    ok(true, "arena_free(NULL)");
    return tap_done();
}
