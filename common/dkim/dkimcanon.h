/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Canonical forms of header fields and bodies, RFC 6376 section 3.4, and the
   hashes of a body: one pass, however many signatures want one. */
#ifndef DKIM_DKIMCANON_H
#define DKIM_DKIMCANON_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/digest.h"
#include "common/base/slice.h"
#include "common/base/strbuf.h"

enum dkimcanon { DKIMCANON_SIMPLE, DKIMCANON_RELAXED, DKIMCANON_COUNT };

/* "simple", "relaxed". */
const char *dkimcanon_word(enum dkimcanon canon);

/*
 * One header field at the end of out, with CR LF behind it: sections 3.4.1
 * and 3.4.2.  raw is the field from the first octet of its name to the last
 * one before its line end; a LF in it counts as CR LF.  Only SP and TAB are
 * white space.
 */
void dkimcanon_field(enum dkimcanon canon, struct slice raw,
                     struct strbuf *out);

/* No limit to the octets hashed: there is no l=. */
#define DKIMCANON_NO_LIMIT UINT64_MAX

/* What one signature wants of a body. */
struct dkimcanon_hash {
    enum dkimcanon canon;               /* in which form */
    uint64_t limit;                     /* l=, or DKIMCANON_NO_LIMIT */
    uint8_t digest[DIGEST_SHA256_SIZE]; /* out: SHA-256 of so much of it */
    uint64_t octets;                    /* out: of the whole canonical body */
};

struct dkimcanon_body; /* a body while it is read */

/* hashes (borrowed until _end) say what is wanted. */
struct dkimcanon_body *dkimcanon_body_new(struct dkimcanon_hash *hashes,
                                          size_t count);
/* The next octets, in pieces of any size; LF counts as CR LF. */
void dkimcanon_body_add(struct dkimcanon_body *body, struct slice octets);
/* There are no more: fill in the hashes, and free it. */
void dkimcanon_body_end(struct dkimcanon_body *body);

/* All of a body in one canonical form, at the end of out: to be shown. */
void dkimcanon_body_text(enum dkimcanon canon, struct slice octets,
                         struct strbuf *out);

#endif
