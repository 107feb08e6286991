/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes key pairs, and takes in those that others made. */
#ifndef REGISTRY_KEYMAKER_H
#define REGISTRY_KEYMAKER_H

#include <stdbool.h>

#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/base/strbuf.h"

enum key_algorithm {
    ALGORITHM_RSA,    /* rsa-sha256, RFC 6376 and 8301 */
    ALGORITHM_ED25519 /* ed25519-sha256, RFC 8463 */
};
#define KEY_ALGORITHMS  2

#define KEY_RSA_DEFAULT 2048 /* RFC 8301 section 3.2: SHOULD at least */
#define KEY_RSA_MAX     4096 /* what verifiers must manage, same section */
#define KEY_ED25519     256  /* the only size there is */

/* "rsa", "ed25519": the words of k= (RFC 6376 section 3.6.1, RFC 8463). */
const char *keymaker_word(enum key_algorithm algorithm);
bool keymaker_parse(struct slice word, enum key_algorithm *algorithm);
/* The size that is meant when none is given. */
unsigned keymaker_default_bits(enum key_algorithm algorithm);

/*
 * May such a key be made?  RSA of 2048, 3072 or 4096 bits, Ed25519 of 256;
 * else ST_RANGE (below 2048: RFC 8301 section 3.2) with the sentence.
 * *warning (may be NULL) is set to what a user should know about that size
 * in DNS, or to NULL.
 */
enum status keymaker_check(enum key_algorithm algorithm, unsigned bits,
                           const char **warning, struct error *err);

/* A key pair.  private_der must never be printed, logged or put in an
   error; key_pair_wipe() cleanses it. */
struct key_pair {
    enum key_algorithm algorithm; /* of both halves */
    unsigned bits;                /* RSA modulus, or 256 */
    struct strbuf private_der;    /* PKCS#8 DER; empty: public half only */
    struct strbuf public_text;    /* the p= tag: base64 of the SPKI (RSA) or
                                     of the 32 octets (RFC 8463 section 4) */
};
#define KEY_PAIR_INIT                                                         \
    {                                                                         \
        ALGORITHM_RSA, 0, STRBUF_INIT, STRBUF_INIT                            \
    }
void key_pair_wipe(struct key_pair *pair);

/*
 * Where key pairs come from.  make() may be called from several threads at
 * once.  out is KEY_PAIR_INIT or wiped; on failure it stays so.
 */
struct key_source {
    enum status (*make)(void *context, enum key_algorithm algorithm,
                        unsigned bits, struct key_pair *out,
                        struct error *err); /* one new pair */
    void *context;                          /* first argument of make */
};
/* OpenSSL's generator: what every program uses. */
extern const struct key_source keymaker_source;

/*
 * A private key from PEM or DER (PKCS#8, or the traditional form of RSA).
 * ST_SYNTAX when it is none, ST_UNSUPPORTED for another algorithm or one
 * behind a pass phrase, ST_RANGE for RSA below 1024 bits.
 */
enum status keymaker_import(struct slice octets, struct key_pair *out,
                            struct error *err);
/*
 * A public key from a p= tag, PEM, or a whole key record.  RSA as SPKI or
 * PKCS#1 (RFC 8301 readers take both; it becomes SPKI).  Statuses as above.
 */
enum status keymaker_import_public(struct slice octets, struct key_pair *out,
                                   struct error *err);

/* Do both halves of pair belong together?  False also when one is missing. */
bool keymaker_matches(const struct key_pair *pair);

/*
 * Sign a SHA-256 digest with a private key, PKCS#8 DER: RSA with PKCS #1 v1.5
 * padding, or Ed25519 over the digest, by what the key is.  The signature
 * goes to the end of out.  ST_DAMAGED for a key that OpenSSL does not take.
 */
enum status keymaker_sign(struct slice private_der, struct slice digest,
                          struct strbuf *out, struct error *err);

/* The private half as PEM (PKCS#8), for signers; out is wiped by the caller
   and was given enough room at once, so that no copy stays behind. */
enum status keymaker_pem(struct slice private_der, struct strbuf *out,
                         struct error *err);

#endif
