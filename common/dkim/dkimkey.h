/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Key records, RFC 6376 section 3.6.1 and RFC 8463: what one says and all
   that is wrong with it. */
#ifndef DKIM_DKIMKEY_H
#define DKIM_DKIMKEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/dkim/keymaterial.h"
#include "common/dns/answer.h"

/* Each is a finding "dkim.*" of that name. */
enum dkimkey_fault_kind {
    DKIMKEY_NOT_A_KEY,
    DKIMKEY_TAG_SYNTAX,
    DKIMKEY_DUPLICATE_TAG,
    DKIMKEY_TAG_CASE,
    DKIMKEY_VERSION_NOT_FIRST,
    DKIMKEY_VERSION_INVALID,
    DKIMKEY_VERSION_MISSING,
    DKIMKEY_KEY_MISSING,
    DKIMKEY_KEY_REVOKED,
    DKIMKEY_KEY_BAD_BASE64,
    DKIMKEY_KEY_WHITESPACE,
    DKIMKEY_KEY_UNPADDED,
    DKIMKEY_KEY_TRUNCATED,
    DKIMKEY_KEY_STRING_ORDER,
    DKIMKEY_KEY_PEM_ARMOUR,
    DKIMKEY_KEY_PRIVATE,
    DKIMKEY_KEY_PKCS1,
    DKIMKEY_KEY_TYPE_UNKNOWN,
    DKIMKEY_KEY_TYPE_CASE,
    DKIMKEY_KEY_TYPE_MISMATCH,
    DKIMKEY_ED25519_LENGTH,
    DKIMKEY_ED25519_SPKI,
    DKIMKEY_ED25519_NO_K,
    DKIMKEY_RSA_TOO_SHORT,
    DKIMKEY_RSA_BELOW_2048,
    DKIMKEY_RSA_ABOVE_2048,
    DKIMKEY_RSA_ABOVE_4096,
    DKIMKEY_RSA_EXPONENT,
    DKIMKEY_RSA_EXPONENT_INVALID,
    DKIMKEY_RSA_WEAK,
    DKIMKEY_KEY_PUBLISHED_TEST,
    DKIMKEY_HASH_SHA1_ONLY,
    DKIMKEY_HASH_SHA1_LISTED,
    DKIMKEY_HASH_UNKNOWN_ONLY,
    DKIMKEY_SERVICE_NOT_EMAIL,
    DKIMKEY_FLAG_TESTING,
    DKIMKEY_FLAG_STRICT_ABSENT,
    DKIMKEY_G_TAG,
    DKIMKEY_NOTES_SIZE,
    DKIMKEY_UNKNOWN_TAG,
    DKIMKEY_FAULT_COUNT
};

/* Faults kept of one record: one of each kind and some more of those that a
   tag can have. */
#define DKIMKEY_FAULTS_MAX 64

struct dkimkey_fault {
    enum dkimkey_fault_kind kind; /* which */
    size_t from, length;          /* the part of the text at fault */
    const char *detail;           /* why, in words; the type in p=; where an
                                     example is published; or NULL */
    const char *expected;         /* what should stand there, or NULL */
    int64_t number;               /* bits, exponent or octets: by kind */
    int64_t total;                /* octets there should be */
};

enum dkimkey_state {
    DKIMKEY_OK,      /* verifiers can use it */
    DKIMKEY_REVOKED, /* p= is empty */
    DKIMKEY_INVALID  /* by the standards nothing may be verified with it */
};

enum dkimkey_type {
    DKIMKEY_TYPE_OTHER, /* k= says nothing we know */
    DKIMKEY_TYPE_RSA,
    DKIMKEY_TYPE_ED25519
};

struct dkimkey {
    struct slice text;                  /* strings joined; kept, not copied */
    enum dkimkey_state state;           /* what it is good for */
    enum dkimkey_type type;             /* rsa when k= is absent */
    struct slice type_text;             /* the value of k=, or empty */
    struct slice p;                     /* the value of p=, or empty */
    struct keymaterial material;        /* what is in p= */
    bool is_key;                        /* it is meant to be a key record */
    bool is_testing;                    /* t=y */
    bool is_strict;                     /* t=s */
    bool allows_sha256, allows_sha1;    /* h=, all when absent */
    const struct dkimkey_fault *faults; /* in order of discovery */
    size_t fault_count;                 /* of them */
};

/*
 * Parse the text of one TXT record.  Always gives a key, whose slices are of
 * text (borrowed).  strings are the record's character-strings where they
 * are known (else 0): they tell a key published in the wrong order.
 */
const struct dkimkey *dkimkey_parse(struct arena *arena, struct slice text,
                                    const struct slice *strings,
                                    size_t string_count);
/* The same of a TXT record. */
const struct dkimkey *dkimkey_of_record(struct arena *arena,
                                        const struct record *record);

/* The fault of that kind, or NULL. */
const struct dkimkey_fault *dkimkey_fault(const struct dkimkey *key,
                                          enum dkimkey_fault_kind kind);

/* "ok", "revoked", "invalid"; "rsa", "ed25519", "" : the contract's words. */
const char *dkimkey_state_word(enum dkimkey_state state);
const char *dkimkey_type_word(enum dkimkey_type type);
/* "dkim.tag-syntax" is "tag-syntax" here: for tests and tables. */
const char *dkimkey_fault_word(enum dkimkey_fault_kind kind);

#endif
