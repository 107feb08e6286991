/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dkim/batchgcd_gmp.c (or _absent.c, where that is built). */
#include "common/dkim/batchgcd.h"

#include <openssl/bn.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

/* A few primes are enough: they are told apart by the products they are in. */
#define PRIME_BITS   256
#define PRIMES_MAX   8
#define MODULUS_MAX  1024
#define MODULI_PLAIN 500

static BIGNUM *primes[PRIMES_MAX];
static struct arena *arena;

/* The product of two of the primes. */
static struct slice
product(unsigned a, unsigned b)
{
    BN_CTX *context = BN_CTX_new();
    BIGNUM *n = BN_new();
    struct slice octets;
    unsigned char *p;

    BN_mul(n, primes[a], primes[b], context);
    octets.n = (size_t)BN_num_bytes(n);
    p = arena_alloc(arena, octets.n);
    octets.p = (const char *)p;
    BN_bn2bin(n, p);
    BN_free(n);
    BN_CTX_free(context);
    return octets;
}

static void
make_primes(void)
{
    for (unsigned i = 0; i < PRIMES_MAX; i++) {
        bool is_new;

        primes[i] = BN_new();
        do {
            is_new = BN_generate_prime_ex(primes[i], PRIME_BITS, 0, NULL, NULL,
                                          NULL);
            for (unsigned k = 0; k < i; k++)
                is_new &= BN_cmp(primes[i], primes[k]) != 0;
        } while (!is_new);
    }
}

/* Moduli as pairs of primes, and what is wanted of them: "0:p1>2" is modulus
   0, factor prime 1, partner 2; "n" the whole modulus, "?" any partner. */
static const struct {
    const char *name;
    unsigned pairs[6][2];
    unsigned count;
    const char *wanted;
} rows[] = {
    {"none",                           {{0}},            0, ""                          },
    {"one alone",                      {{0, 1}},         1, ""                          },
    {"two without a common prime",     {{0, 1}, {2, 3}}, 2, ""                          },
    {"two that share one",             {{0, 1}, {1, 2}}, 2, "0:p1>1 1:p1>0 "            },
    {"the first and the last of five",
     {{0, 1}, {2, 3}, {4, 4}, {5, 5}, {6, 1}},
     5,                                                     "0:p1>4 4:p1>0 "            },
    {"three of one prime",
     {{0, 1}, {0, 2}, {0, 3}},
     3,                                                     "0:p0>1 1:p0>0 2:p0>0 "     },
    {"both primes are elsewhere",
     {{0, 1}, {0, 2}, {1, 3}},
     3,                                                     "0:n>1 1:p0>0 2:p1>0 "      },
    {"two groups",
     {{0, 1}, {2, 3}, {4, 5}, {1, 6}, {7, 7}, {3, 6}},
     6,                                                     "0:p1>3 1:p3>5 3:n>0 5:n>1 "},
};

static void
tell_hit(struct strbuf *out, const struct batchgcd_hit *hit,
         const struct slice *moduli)
{
    BIGNUM *factor = BN_bin2bn((const unsigned char *)hit->factor.p,
                               (int)hit->factor.n, NULL);

    strbuf_addf(out, "%zu:", hit->index);
    if (slice_equal(hit->factor, moduli[hit->index]))
        strbuf_add_char(out, 'n');
    for (unsigned i = 0; i < PRIMES_MAX; i++)
        if (BN_cmp(primes[i], factor) == 0)
            strbuf_addf(out, "p%u", i);
    strbuf_addf(out, ">%zu ", hit->partner);
    BN_free(factor);
}

static void
test_row(size_t r)
{
    struct slice moduli[6];
    struct batchgcd_input input = {moduli, rows[r].count, NULL};
    struct batchgcd_result result;
    struct strbuf seen = STRBUF_INIT;

    for (unsigned i = 0; i < rows[r].count; i++)
        moduli[i] = product(rows[r].pairs[i][0], rows[r].pairs[i][1]);
    if (batchgcd_run(arena, &input, &result) != ST_OK)
        strbuf_add_text(&seen, "failed");
    else
        for (size_t i = 0; i < result.count; i++)
            tell_hit(&seen, &result.hits[i], moduli);
    is_string(rows[r].wanted, seen.p, "%s", rows[r].name);
    strbuf_clear(&seen);
}

/* Numbers that are no moduli at all, and one that is: nothing breaks. */
static void
test_strange(void)
{
    struct slice moduli[] = {SLICE("\0\0"), SLICE("\1"), SLICE_EMPTY,
                             SLICE("\x23"), SLICE("\x15")};
    struct batchgcd_input input = {moduli, 5, NULL};
    struct batchgcd_result result;

    is_int(ST_OK, batchgcd_run(arena, &input, &result), "0, 1 and nothing");
    is_int(2, (long long)result.count, "35 and 21 share a prime");
    is_octets("\x07", 1, result.hits[0].factor.p, result.hits[0].factor.n,
              "it is 7");
}

static uint32_t
gcd(uint32_t a, uint32_t b)
{
    return b == 0 ? a : gcd(b, a % b);
}

/* Odd numbers from a simple generator, and two planted moduli: whoever shares
   a factor with another by GCDs of two must be found, and nobody else. */
static void
test_against_pairs(void)
{
    static struct slice moduli[MODULI_PLAIN];
    static unsigned char octets[MODULI_PLAIN][4];
    struct batchgcd_input input = {moduli, MODULI_PLAIN, NULL};
    struct batchgcd_result result;
    uint32_t state = 7, numbers[MODULI_PLAIN];
    size_t wanted = 0, at = 0;
    bool same = true;

    for (size_t i = 0; i < MODULI_PLAIN; i++) {
        state = state * 1664525u + 1013904223u;
        numbers[i] = state | 1;
        for (unsigned k = 0; k < 4; k++)
            octets[i][k] = (unsigned char)(numbers[i] >> (24 - 8 * k));
        moduli[i] = (struct slice){(const char *)octets[i], 4};
    }
    batchgcd_run(arena, &input, &result);
    for (size_t i = 0; i < MODULI_PLAIN; i++) {
        bool shares = false;

        for (size_t k = 0; k < MODULI_PLAIN && !shares; k++)
            shares = k != i && gcd(numbers[i], numbers[k]) != 1;
        wanted += shares;
        same &= !shares || (at < result.count && result.hits[at].index == i);
        at += shares;
    }
    ok(same, "the same as GCDs of two");
    is_int((long long)wanted, (long long)result.count, "and nobody else");
}

static void
test_stop(void)
{
    struct slice moduli[] = {product(0, 1), product(1, 2)};
    volatile int stop = 1;
    struct batchgcd_input input = {moduli, 2, &stop};
    struct batchgcd_result result;

    is_int(ST_STOPPED, batchgcd_run(arena, &input, &result), "a signal");
    is_int(0, (long long)result.count, "nothing is said");
}

/* SELKIE_BENCH=100000: so many moduli of 2048 bits, two of them planted; not
   primes times primes, which would take a day to make. */
static void
bench(size_t count)
{
    struct slice *moduli = arena_alloc(arena, count * sizeof(*moduli));
    struct batchgcd_input input = {moduli, count, NULL};
    struct batchgcd_result result;
    BN_CTX *context = BN_CTX_new();
    BIGNUM *n = BN_new(), *prime = BN_new();
    uint64_t begin_us;

    BN_generate_prime_ex(prime, MODULUS_MAX, 0, NULL, NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        unsigned char *p = arena_alloc(arena, 2 * MODULUS_MAX / 8);

        if (i == 3 || i == count - 3) {
            BN_rand(n, MODULUS_MAX, BN_RAND_TOP_TWO, BN_RAND_BOTTOM_ODD);
            BN_mul(n, n, prime, context);
        } else {
            BN_rand(n, 2 * MODULUS_MAX, BN_RAND_TOP_TWO, BN_RAND_BOTTOM_ODD);
        }
        BN_bn2binpad(n, p, 2 * MODULUS_MAX / 8);
        moduli[i] = (struct slice){(const char *)p, 2 * MODULUS_MAX / 8};
    }
    begin_us = clock_elapsed_us();
    batchgcd_run(arena, &input, &result);
    diag("%zu moduli in %.1f s", count,
         (double)(clock_elapsed_us() - begin_us) / 1e6);
    BN_free(n);
    BN_free(prime);
    BN_CTX_free(context);
}

int
main(void)
{
    const char *count = getenv("SELKIE_BENCH");

    if (!batchgcd_is_available())
        skip_all("built without GMP");
    plan_lazy();
    arena = arena_new();
    make_primes();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(i);
    test_strange();
    test_against_pairs();
    test_stop();
    if (count != NULL)
        bench((size_t)atol(count));
    for (unsigned i = 0; i < PRIMES_MAX; i++)
        BN_free(primes[i]);
    arena_free(arena);
    return tap_done();
}
