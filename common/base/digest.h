/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hashes, base64, hexadecimal and random octets, on OpenSSL's EVP. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/base/strbuf.h"

#define DIGEST_SHA256_SIZE 32

void digest_sha256(struct slice octets, uint8_t out[DIGEST_SHA256_SIZE]);

/* The same of octets that come in pieces; _end frees it. */
struct digest;
struct digest *digest_new(void) __attribute__((returns_nonnull));
void digest_add(struct digest *digest, struct slice octets);
void digest_end(struct digest *digest, uint8_t out[DIGEST_SHA256_SIZE]);

/* Lower-case hexadecimal at the end of out. */
void digest_hex(struct slice octets, struct strbuf *out);
/* RFC 4648 section 4 with padding, no line breaks, at the end of out. */
void digest_base64(struct slice octets, struct strbuf *out);

/* What base64_decode found, so that a check can name the fault. */
struct base64_fault {
    size_t at;       /* offset of the first octet at fault */
    bool whitespace; /* SP, TAB, CR or LF was skipped somewhere */
    bool unpadded;   /* the final "=" are missing: decoded all the same */
};

/*
 * Decode base64 (RFC 4648 section 4), skipping white space as RFC 6376
 * section 3.2 allows.  Missing padding is accepted and noted; wrong padding,
 * data behind it, another octet, or a length of 1 modulo 4 is ST_SYNTAX with
 * fault->at set.  fault may be NULL.
 */
enum status digest_base64_decode(struct slice text, struct strbuf *out,
                                 struct base64_fault *fault);

/* n octets from the system's generator; failure ends the program. */
void digest_random(void *p, size_t n);

/*
 * n letters a-z that are a function of seed and the text of what they are
 * for: the same in every run with the same seed.
 */
void digest_letters(uint64_t seed, struct slice purpose, char *out, size_t n);

#endif
