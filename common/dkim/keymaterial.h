/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the octets in p= are: which kind of key, how long, how sound. */
#ifndef DKIM_KEYMATERIAL_H
#define DKIM_KEYMATERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/digest.h"
#include "common/base/slice.h"

enum keymaterial_form {
    KEYMATERIAL_UNKNOWN,   /* nothing we know */
    KEYMATERIAL_RSA_SPKI,  /* SubjectPublicKeyInfo: what all verifiers take */
    KEYMATERIAL_RSA_PKCS1, /* RSAPublicKey: what RFC 6376 section 3.6.1 says
                              and few verifiers take (EID 3017) */
    KEYMATERIAL_ED25519_RAW,  /* 32 octets, RFC 8463 section 4.2 */
    KEYMATERIAL_ED25519_SPKI, /* 44 octets of DER around them */
    KEYMATERIAL_OTHER_SPKI,   /* a public key of another algorithm */
    KEYMATERIAL_PRIVATE,      /* a private key: PKCS#1, PKCS#8 or SEC 1 */
    KEYMATERIAL_TRUNCATED     /* DER whose length says more than there is */
};

enum keymaterial_weakness {
    KEYMATERIAL_SOUND,       /* none that we test for */
    KEYMATERIAL_SMALL_PRIME, /* the modulus has a small factor */
    KEYMATERIAL_ROCA         /* CVE-2017-15361: has the fingerprint */
};

struct keymaterial {
    enum keymaterial_form form;         /* which */
    unsigned bits;                      /* RSA modulus; 256 for Ed25519; else
                                           0 */
    uint64_t exponent;                  /* RSA; 0 when it is longer than 64
                                           bits */
    bool exponent_is_unusable;          /* even, or 1, or 0 */
    enum keymaterial_weakness weakness; /* RSA */
    unsigned small_prime;               /* the factor, when that is it */
    struct slice modulus;               /* RSA: big-endian octets */
    struct slice raw;                   /* Ed25519: the 32 octets */
    uint8_t digest[DIGEST_SHA256_SIZE]; /* of the key, the same whatever its
                                           form; meant when bits > 0 */
    size_t size;                        /* octets there are */
    size_t wanted;                      /* octets that DER says there are */
};

/* Look at decoded octets; what is kept of them is copied into arena. */
void keymaterial_read(struct arena *arena, struct slice octets,
                      struct keymaterial *out);

/*
 * Where a key is published as an example, with its private half: "RFC 6376
 * appendix C"; NULL for all other keys.
 */
const char *keymaterial_example(const struct keymaterial *material);

#endif
