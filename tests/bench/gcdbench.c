/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long comparing the factors of many moduli takes, and whether it finds
 * the primes that they were given in common: gcdbench [MODULI].
 *
 * Making a prime of 1024 bits takes longer than comparing it.  So most moduli
 * are products of 64 primes just below 2^32, none used twice: for the trees
 * they are numbers of 2048 bits like others.  In PAIRS pairs of them both
 * have a real prime of 1024 bits, the same one, beside one of their own.
 */
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/dkim/batchgcd.h"

#define OCTETS  256 /* of a modulus */
#define FACTORS 64  /* of 32 bits each */
#define PAIRS   10
#define HALF    1024 /* bits of a real prime */

/* Primes from 2^32 downwards: a sieve of one segment after the other. */
struct primes {
    unsigned *small;       /* up to 2^16 */
    size_t small_count;    /* of them */
    unsigned long long at; /* the segment begins there */
    unsigned char *marks;  /* of the segment: composite */
    size_t next;           /* in the segment, counted from its end */
};

#define SEGMENT (1u << 20)
#define ROOT    65536u

static void
fill_segment(struct primes *primes)
{
    primes->at -= SEGMENT;
    primes->next = SEGMENT;
    memset(primes->marks, 0, SEGMENT);
    for (size_t i = 0; i < primes->small_count; i++) {
        unsigned long long p = primes->small[i];
        unsigned long long from = (primes->at + p - 1) / p * p;

        for (; from < primes->at + SEGMENT; from += p)
            primes->marks[from - primes->at] = 1;
    }
}

static void
primes_init(struct primes *primes)
{
    unsigned char *composite = memory_zeroed(ROOT, 1);

    *primes = (struct primes){.at = 1ull << 32};
    primes->small = memory_zeroed(ROOT, sizeof(*primes->small));
    primes->marks = memory_zeroed(SEGMENT, 1);
    for (unsigned p = 2; p < ROOT; p++) {
        if (composite[p])
            continue;
        primes->small[primes->small_count++] = p;
        for (unsigned long k = (unsigned long)p * p; k < ROOT; k += p)
            composite[k] = 1;
    }
    free(composite);
}

static void
primes_clear(struct primes *primes)
{
    free(primes->small);
    free(primes->marks);
}

static unsigned long
primes_next(struct primes *primes)
{
    for (;;) {
        if (primes->next == 0)
            fill_segment(primes);
        primes->next--;
        if (!primes->marks[primes->next])
            return (unsigned long)(primes->at + primes->next);
    }
}

/* ---- moduli ---- */

static void
store(const mpz_t number, unsigned char *out)
{
    size_t n = (mpz_sizeinbase(number, 2) + 7) / 8;

    memset(out, 0, OCTETS);
    mpz_export(out + OCTETS - n, NULL, 1, 1, 1, 0, number);
}

static void
make_moduli(unsigned char *octets, size_t count)
{
    struct primes primes;
    mpz_t product;

    primes_init(&primes);
    mpz_init(product);
    for (size_t i = 0; i < count; i++) {
        mpz_set_ui(product, 1);
        for (int k = 0; k < FACTORS; k++)
            mpz_mul_ui(product, product, primes_next(&primes));
        store(product, octets + i * OCTETS);
    }
    mpz_clear(product);
    primes_clear(&primes);
}

/* The places of the two of a pair: far from each other in the tree. */
static size_t
place_of(size_t pair, size_t count, int which)
{
    return which == 0 ? pair * 7 : count - 1 - pair * 5;
}

static void
real_prime(mpz_t prime, gmp_randstate_t random)
{
    mpz_urandomb(prime, random, HALF);
    mpz_setbit(prime, HALF - 1);
    mpz_setbit(prime, HALF - 2);
    mpz_nextprime(prime, prime);
}

static void
plant(unsigned char *octets, size_t count, mpz_t shared[PAIRS])
{
    gmp_randstate_t random;
    mpz_t own;

    gmp_randinit_default(random);
    gmp_randseed_ui(random, 20261124);
    mpz_init(own);
    for (size_t i = 0; i < PAIRS; i++) {
        mpz_init(shared[i]);
        real_prime(shared[i], random);
        for (int which = 0; which < 2; which++) {
            real_prime(own, random);
            mpz_mul(own, own, shared[i]);
            store(own, octets + place_of(i, count, which) * OCTETS);
        }
    }
    mpz_clear(own);
    gmp_randclear(random);
}

/* ---- what was found ---- */

static int
is_planted(const struct batchgcd_hit *hit, size_t count, mpz_t shared[PAIRS])
{
    mpz_t factor;
    int good = 0;

    mpz_init(factor);
    mpz_import(factor, hit->factor.n, 1, 1, 1, 0, hit->factor.p);
    for (size_t i = 0; i < PAIRS; i++)
        for (int which = 0; which < 2; which++)
            good |= hit->index == place_of(i, count, which)
                    && hit->partner == place_of(i, count, !which)
                    && mpz_cmp(factor, shared[i]) == 0;
    mpz_clear(factor);
    return good;
}

static double
cpu_seconds(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
           + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static long
peak_mb(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

static int
compare(unsigned char *octets, size_t count, mpz_t shared[PAIRS])
{
    struct slice *moduli = memory_zeroed(count, sizeof(*moduli));
    struct batchgcd_input input = {moduli, count, NULL};
    struct arena *arena = arena_new();
    struct batchgcd_result result;
    uint64_t begin = clock_elapsed_us();
    double cpu = cpu_seconds();
    size_t good = 0;
    enum status st;

    for (size_t i = 0; i < count; i++)
        moduli[i] = (struct slice){(char *)octets + i * OCTETS, OCTETS};
    st = batchgcd_run(arena, &input, &result);
    for (size_t i = 0; i < result.count; i++)
        good += (size_t)is_planted(&result.hits[i], count, shared);
    printf("%zu moduli of 2048 bits: %.1f s, %.1f s CPU, %ld MB at the most;"
           " %d planted, %zu found, %zu of them planted\n",
           count, (double)(clock_elapsed_us() - begin) / 1e6,
           cpu_seconds() - cpu, peak_mb(), 2 * PAIRS, result.count, good);
    arena_free(arena);
    free(moduli);
    return st == ST_OK && good == 2 * PAIRS && result.count == good ? 0 : 1;
}

int
main(int argc, char **argv)
{
    size_t count = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 100000;
    mpz_t shared[PAIRS];
    unsigned char *octets;
    int bad;

    if (!batchgcd_is_available() || count < 1000) {
        fprintf(stderr, "gcdbench: GMP is needed, and 1000 moduli\n");
        return 2;
    }
    octets = memory_zeroed(count, OCTETS);
    make_moduli(octets, count);
    plant(octets, count, shared);
    bad = compare(octets, count, shared);
    for (size_t i = 0; i < PAIRS; i++)
        mpz_clear(shared[i]);
    free(octets);
    return bad;
}
