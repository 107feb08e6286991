/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of many RSA moduli share a prime factor with another: one of two
   files is built, batchgcd_gmp.c or batchgcd_absent.c. */
#ifndef DKIM_BATCHGCD_H
#define DKIM_BATCHGCD_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/base/status.h"

/* Partners are sought by at most so many GCDs of two, some two seconds: many
   moduli that share what nobody else has end the search, not the run. */
#define BATCHGCD_PAIRS_MAX  200000u
/* No partner was found within that. */
#define BATCHGCD_NO_PARTNER ((size_t)-1)

struct batchgcd_input {
    const struct slice *moduli; /* big-endian octets, no two the same */
    size_t count;               /* of them */
    const volatile int *stop;   /* set by a signal: give up; may be NULL */
};

/* A modulus that anybody can factor. */
struct batchgcd_hit {
    size_t index;        /* of the modulus */
    struct slice factor; /* what it shares, big-endian octets; the modulus
                            itself when others have both its primes */
    size_t partner;      /* index of one that shares it, or
                            BATCHGCD_NO_PARTNER */
};

struct batchgcd_result {
    struct batchgcd_hit *hits; /* in order of index */
    size_t count;              /* of them */
};

/* Can batchgcd_run do it in this build? */
bool batchgcd_is_available(void);

/*
 * Find them all: product and remainder trees (Bernstein, "How to find smooth
 * parts of integers", 2004; Heninger and others, "Mining Your Ps and Qs",
 * 2012), in time little more than linear.  100,000 moduli of 2048 bits take
 * some two minutes and 700 MB.  Results are in arena.
 *
 * Returns ST_OK, ST_STOPPED, or ST_UNSUPPORTED in a build without GMP.
 */
enum status batchgcd_run(struct arena *arena,
                         const struct batchgcd_input *input,
                         struct batchgcd_result *out);

#endif
