/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared prime factors, by product and remainder trees with GMP. */
#include "common/dkim/batchgcd.h"

#include <gmp.h>
#include <stdlib.h>

#include "common/base/memory.h"

/* 2^60 moduli are more than there are. */
#define LEVELS_MAX 61

/* One level of the tree: the products of pairs of the level below. */
struct level {
    mpz_t *numbers; /* malloc'ed */
    size_t count;   /* of them; 0: given back */
};

struct tree {
    struct level levels[LEVELS_MAX]; /* the moduli first, one number last */
    unsigned count;                  /* of them */
    const volatile int *stop;        /* as given */
};

static void
level_new(struct level *level, size_t count)
{
    level->numbers = memory_zeroed(count, sizeof(*level->numbers));
    level->count = count;
    for (size_t i = 0; i < count; i++)
        mpz_init(level->numbers[i]);
}

static void
level_clear(struct level *level)
{
    for (size_t i = 0; i < level->count; i++)
        mpz_clear(level->numbers[i]);
    free(level->numbers);
    *level = (struct level){0};
}

static void
tree_clear(struct tree *tree)
{
    for (unsigned i = 0; i < tree->count; i++)
        level_clear(&tree->levels[i]);
}

static bool
is_stopped(const struct tree *tree)
{
    return tree->stop != NULL && *tree->stop;
}

/* A number below 2 has no factor to share: 1 keeps it out of the products. */
static void
plant(struct level *leaves, const struct batchgcd_input *input)
{
    for (size_t i = 0; i < input->count; i++) {
        mpz_import(leaves->numbers[i], input->moduli[i].n, 1, 1, 1, 0,
                   input->moduli[i].p);
        if (mpz_cmp_ui(leaves->numbers[i], 2) < 0)
            mpz_set_ui(leaves->numbers[i], 1);
    }
}

/* From the moduli up to the product of all. */
static enum status
multiply(struct tree *tree)
{
    while (tree->levels[tree->count - 1].count > 1) {
        const struct level *below = &tree->levels[tree->count - 1];
        struct level *level = &tree->levels[tree->count++];

        level_new(level, (below->count + 1) / 2);
        for (size_t i = 0; i < level->count; i++) {
            if (is_stopped(tree))
                return ST_STOPPED;
            if (2 * i + 1 < below->count)
                mpz_mul(level->numbers[i], below->numbers[2 * i],
                        below->numbers[2 * i + 1]);
            else
                mpz_set(level->numbers[i], below->numbers[2 * i]);
        }
    }
    return ST_OK;
}

/* From the product down: each number of a level becomes the product modulo
   its square, and the level above is given back. */
static enum status
reduce(struct tree *tree, struct level *remainders)
{
    mpz_t square;
    enum status st = ST_OK;

    mpz_init(square);
    *remainders = tree->levels[--tree->count];
    while (tree->count > 0 && st == ST_OK) {
        struct level *level = &tree->levels[tree->count - 1];
        struct level next;

        level_new(&next, level->count);
        for (size_t i = 0; i < level->count && st == ST_OK; i++) {
            mpz_mul(square, level->numbers[i], level->numbers[i]);
            mpz_mod(next.numbers[i], remainders->numbers[i / 2], square);
            st = is_stopped(tree) ? ST_STOPPED : ST_OK;
        }
        level_clear(remainders);
        *remainders = next;
        /* The moduli themselves are wanted once more. */
        if (tree->count == 1)
            break;
        level_clear(level);
        tree->count--;
    }
    mpz_clear(square);
    return st;
}

static struct slice
octets_of(struct arena *arena, const mpz_t number)
{
    size_t n = (mpz_sizeinbase(number, 2) + 7) / 8;
    char *p = arena_alloc(arena, n);

    mpz_export(p, NULL, 1, 1, 1, 0, number);
    return (struct slice){p, n};
}

/* What a modulus has in common with the product of all others. */
static void
find_hits(struct arena *arena, const struct level *moduli,
          const struct level *remainders, struct batchgcd_result *out)
{
    mpz_t factor;

    mpz_init(factor);
    for (size_t i = 0; i < moduli->count; i++) {
        if (mpz_cmp_ui(moduli->numbers[i], 1) == 0)
            continue;
        mpz_divexact(factor, remainders->numbers[i], moduli->numbers[i]);
        mpz_gcd(factor, factor, moduli->numbers[i]);
        if (mpz_cmp_ui(factor, 1) == 0)
            continue;
        out->hits =
            arena_grow(arena, out->hits, out->count, sizeof(*out->hits));
        out->hits[out->count++] = (struct batchgcd_hit){
            .index = i,
            .factor = octets_of(arena, factor),
            .partner = BATCHGCD_NO_PARTNER,
        };
    }
    mpz_clear(factor);
}

static void
find_partners(const struct level *moduli, struct batchgcd_result *out)
{
    unsigned budget = BATCHGCD_PAIRS_MAX;
    mpz_t common;

    mpz_init(common);
    for (size_t i = 0; i < out->count; i++) {
        struct batchgcd_hit *hit = &out->hits[i];

        for (size_t k = 0;
             k < out->count && hit->partner == BATCHGCD_NO_PARTNER
             && budget > 0;
             k++) {
            if (k == i)
                continue;
            budget--;
            mpz_gcd(common, moduli->numbers[hit->index],
                    moduli->numbers[out->hits[k].index]);
            if (mpz_cmp_ui(common, 1) != 0)
                hit->partner = out->hits[k].index;
        }
    }
    mpz_clear(common);
}

bool
batchgcd_is_available(void)
{
    return true;
}

enum status
batchgcd_run(struct arena *arena, const struct batchgcd_input *input,
             struct batchgcd_result *out)
{
    struct tree tree = {.count = 1, .stop = input->stop};
    struct level remainders = {0};
    enum status st;

    *out = (struct batchgcd_result){0};
    if (input->count < 2)
        return ST_OK;
    level_new(&tree.levels[0], input->count);
    plant(&tree.levels[0], input);
    st = multiply(&tree);
    if (st == ST_OK)
        st = reduce(&tree, &remainders);
    if (st == ST_OK) {
        find_hits(arena, &tree.levels[0], &remainders, out);
        find_partners(&tree.levels[0], out);
    }
    level_clear(&remainders);
    tree_clear(&tree);
    return st;
}
