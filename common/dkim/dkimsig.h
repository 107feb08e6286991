/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DKIM-Signature fields, RFC 6376 section 3.5 with RFC 8301 and RFC 8463:
   what one says, and what makes it void before a key is looked at. */
#ifndef DKIM_DKIMSIG_H
#define DKIM_DKIMSIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/base/taglist.h"
#include "common/dkim/dkimcanon.h"
#include "common/dns/name.h"

/* Names in one h=: honest ones list some 30, oversigning doubled. */
#define DKIMSIG_NAMES_MAX  1000
/* Octets of a signature: RSA keys of 16,384 bits, OpenSSL's limit, give
   2,048. */
#define DKIMSIG_OCTETS_MAX 2048

enum dkimsig_algorithm {
    DKIMSIG_UNKNOWN,
    DKIMSIG_RSA_SHA1, /* RFC 8301 section 3.1: never valid */
    DKIMSIG_RSA_SHA256,
    DKIMSIG_ED25519_SHA256 /* RFC 8463 */
};

/* In the order in which section 6.1.1 has them looked at; each but _EXPIRED
   is one bit of faults. */
enum dkimsig_fault {
    DKIMSIG_TAG_SYNTAX,    /* no tag list */
    DKIMSIG_DUPLICATE_TAG, /* section 3.2: the whole list is void */
    DKIMSIG_VERSION,       /* v= is not 1 */
    DKIMSIG_TAG_MISSING,   /* one of v a b bh d h s */
    DKIMSIG_BAD_VALUE,     /* of a tag that needs a certain form */
    DKIMSIG_ALGORITHM,     /* a= unknown */
    DKIMSIG_SHA1,          /* a=rsa-sha1 */
    DKIMSIG_FROM_UNSIGNED, /* h= lacks From */
    DKIMSIG_IDENTITY,      /* i= is not within d= */
    DKIMSIG_QUERY,         /* q= knows no dns/txt */
    DKIMSIG_TIMES,         /* x= is not after t=, or one is no time */
    DKIMSIG_FAULTS
};

struct dkimsig {
    const struct taglist *tags;       /* as written */
    unsigned faults;                  /* bits of enum dkimsig_fault */
    const char *detail;               /* of the first: a tag's name, or NULL */
    enum dkimsig_algorithm algorithm; /* a= */
    struct slice algorithm_text;      /* as written; empty: none */
    struct slice domain_text;         /* d=, likewise */
    struct slice selector_text;       /* s=, likewise */
    struct name domain;               /* d=; size 0: none that is valid */
    struct name key_name;             /* s._domainkey.d; size 0: likewise */
    struct slice identity;            /* i=; empty: none */
    struct name identity_domain;      /* of i=, else d= */
    enum dkimcanon header, body;      /* c= */
    const struct slice *signed_names; /* h=, in order */
    size_t signed_count;              /* of them */
    struct slice body_hash;           /* bh=, decoded */
    struct slice signature;           /* b=, decoded */
    bool has_length;                  /* l= is there */
    uint64_t length;                  /* l=, UINT64_MAX when larger */
    bool has_time, has_expiry;        /* t=, x= are there */
    uint64_t time, expiry;            /* seconds since 1970, likewise */
};

/*
 * Read the value of a field, all behind the colon (borrowed), into arena.
 * Always gives one; faults 0 means that its key may be asked for.
 */
const struct dkimsig *dkimsig_parse(struct arena *arena, struct slice value);

/* The faults in words: "duplicate-tag". */
const char *dkimsig_fault_word(enum dkimsig_fault fault);
/* The first of the faults, or DKIMSIG_FAULTS when there is none. */
enum dkimsig_fault dkimsig_first_fault(const struct dkimsig *sig);

/* How often h= names a field. */
size_t dkimsig_signs(const struct dkimsig *sig, struct slice name);

/*
 * The field itself as it is signed: raw (from its name on) without the value
 * of b= and the white space around it (section 3.7), new in arena.  value is
 * what dkimsig_parse was given, a part of raw.
 */
struct slice dkimsig_unsigned(struct arena *arena, const struct dkimsig *sig,
                              struct slice raw);

#endif
