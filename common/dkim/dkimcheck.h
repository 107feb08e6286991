/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DKIM verification: RFC 6376 section 6 with RFC 8301 and RFC 8463. */
#ifndef DKIM_DKIMCHECK_H
#define DKIM_DKIMCHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/dkim/dkimsig.h"
#include "common/dkim/keyverify.h"
#include "common/dns/asked.h"

/* Signatures that are verified, from the top: no honest message has ten, and
   each may cost a question and a pass over the header. */
#define DKIMCHECK_SIGNATURES_MAX 32
/* Records of one key's name that are tried: RFC 6376 section 6.1.2 step 4
   leaves it to us. */
#define DKIMCHECK_KEYS_MAX       4

/* RFC 8601 section 2.7.1, and that an answer is still missing. */
enum dkimresult {
    DKIMRESULT_PASS,
    DKIMRESULT_FAIL,
    DKIMRESULT_POLICY,
    DKIMRESULT_NEUTRAL,
    DKIMRESULT_TEMPERROR,
    DKIMRESULT_PERMERROR,
    DKIMRESULT_PENDING
};

/* "pass", "fail", ..., "pending". */
const char *dkimresult_word(enum dkimresult result);

/* Why. */
enum dkimreason {
    DKIMREASON_VERIFIED,
    DKIMREASON_SYNTAX,        /* the field is void: its first fault */
    DKIMREASON_NOT_LOOKED_AT, /* too many signatures before it */
    DKIMREASON_EXPIRED,       /* x= is over */
    DKIMREASON_LENGTH,        /* l= is more than there is */
    DKIMREASON_BODY_HASH,     /* bh= is another one */
    DKIMREASON_SIGNATURE,     /* b= does not verify */
    DKIMREASON_KEY_PENDING,   /* its answer has not come */
    DKIMREASON_KEY_UNKNOWN,   /* nor will it: a failure of DNS */
    DKIMREASON_KEY_ABSENT,    /* no such record */
    DKIMREASON_KEY_REVOKED,   /* p= is empty */
    DKIMREASON_KEY_INVALID,   /* the record is none to verify with */
    DKIMREASON_KEY_WEAK,      /* RSA below 1024 bits: RFC 8301 section 3.2 */
    DKIMREASON_KEY_TYPE,      /* k= is not that of a= */
    DKIMREASON_KEY_HASH,      /* h= of the key lacks the one of a= */
    DKIMREASON_KEY_SERVICE,   /* s= of the key is not for mail */
    DKIMREASON_KEY_STRICT,    /* t=s, and i= is of a subdomain */
    DKIMREASON_COUNT
};
/* A clause: "the key is revoked". */
const char *dkimreason_text(enum dkimreason reason);

/* One header field of the message. */
struct dkimfield {
    struct slice name; /* without the colon and blanks before it */
    struct slice raw;  /* from the name on, without the last line end */
};

/* All borrowed, in arena's lifetime. */
struct dkimmail {
    const struct dkimfield *fields; /* from the top */
    size_t count;                   /* of them */
    struct slice body;              /* behind the empty line */
};

/* One DKIM-Signature field, as far as no key is needed. */
struct dkimcheck {
    size_t field;              /* its index in the fields */
    const struct dkimsig *sig; /* what it says */
    bool is_beyond;            /* DKIMCHECK_SIGNATURES_MAX: no more */
    bool is_hashed;            /* the rest is meant */
    bool body_matches;         /* bh= is right */
    uint64_t body_octets;      /* of the whole canonical body */
    uint8_t body_hash[DIGEST_SHA256_SIZE]; /* as computed */
    uint8_t digest[DIGEST_SHA256_SIZE];    /* of the header: b= signs it */
};

struct dkimcheck_list {
    struct dkimcheck *checks; /* from the top */
    size_t count;             /* of them */
};

/* Parse and hash all signatures of a message, in arena: one pass over the
   body. */
struct dkimcheck_list dkimcheck_prepare(struct arena *arena,
                                        const struct dkimmail *mail);

/* The header fields that h= names, in the order signed, found from the bottom
   up (section 5.4.2): indices into the fields, in arena; *count of them.
   own is the signature's own field, which is not among them. */
const size_t *dkimcheck_signed(struct arena *arena,
                               const struct dkimmail *mail,
                               const struct dkimsig *sig, size_t own,
                               size_t *count);

/* What is signed of the header, in canonical form, at the end of out: the
   fields of h= and the signature itself (section 3.7). */
void dkimcheck_header(struct arena *arena, const struct dkimmail *mail,
                      const struct dkimcheck *check, struct strbuf *out);

/* What became of one signature. */
struct dkimverdict {
    enum dkimresult result;    /* RFC 8601 */
    enum dkimreason reason;    /* why */
    enum dkimsig_fault fault;  /* _SYNTAX: which */
    struct asked asked;        /* the key's question, where it was asked */
    const struct dkimkey *key; /* used, or the best there was; or NULL */
    enum dkimreason flaw;      /* that no key mends, or _VERIFIED */
    bool may_pass;             /* only an answer is missing: the key's */
};

/*
 * Ask for the key and verify, in the view's run arena.  now is in seconds
 * since 1970, for x=.
 */
struct dkimverdict dkimcheck_run(struct view *view, struct keyverify *keys,
                                 const struct dkimcheck *check, int64_t now);

#endif
