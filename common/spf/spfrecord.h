/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPF records taken apart into terms, with everything wrong in them. */
#ifndef SPF_SPFRECORD_H
#define SPF_SPFRECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/dns/question.h"
#include "common/spf/spfmacro.h"

/* A TXT record's RDATA has a 16-bit length (RFC 1035 section 3.2.1), so no
   record is longer; its terms are fewer than half of that. */
#define SPFRECORD_SIZE_MAX   65535u
/* Faults kept of one record; the rest is only counted. */
#define SPFRECORD_FAULTS_MAX 64

enum spfterm_kind {
    SPFTERM_ALL,      /* RFC 7208 section 5.1 */
    SPFTERM_INCLUDE,  /* 5.2 */
    SPFTERM_A,        /* 5.3 */
    SPFTERM_MX,       /* 5.4 */
    SPFTERM_PTR,      /* 5.5 */
    SPFTERM_IP4,      /* 5.6 */
    SPFTERM_IP6,      /* 5.6 */
    SPFTERM_EXISTS,   /* 5.7 */
    SPFTERM_REDIRECT, /* 6.1 */
    SPFTERM_EXP,      /* 6.2 */
    SPFTERM_MODIFIER, /* any other name=value, ignored: section 6 */
    SPFTERM_INVALID   /* no term at all */
};

struct spfterm {
    enum spfterm_kind kind;       /* which */
    char qualifier;               /* '+', '-', '~', '?'; 0: a modifier */
    bool has_spec;                /* a domain-spec is there */
    bool is_broken;               /* a fault lies in it */
    uint8_t bits4;                /* prefix length for IPv4, 32 if absent */
    uint8_t bits6;                /* for IPv6, 128 if absent */
    struct address network;       /* of ip4 and ip6 */
    struct slice text;            /* the whole term, within the record */
    struct slice name;            /* "include", as written */
    struct slice value;           /* behind ':' or '=', prefixes cut off */
    const struct spfmacro *macro; /* value parsed; NULL when not has_spec and
                                     no modifier */
    size_t at;                    /* offset of text in the record */
};

/* Faults: each makes the record a permerror, RFC 7208 section 4.6. */
enum spffault_kind {
    SPFFAULT_SYNTAX,       /* an argument missing or out of place */
    SPFFAULT_UNKNOWN_TERM, /* no such mechanism */
    SPFFAULT_DOMAIN,       /* domain-spec ends in no toplabel: 7.1 */
    SPFFAULT_CIDR,         /* bad address or prefix length: 5.6 */
    SPFFAULT_MACRO,        /* malformed macro: 7.1 */
    SPFFAULT_EXP_LETTER,   /* c, r, t outside an explanation: 7.2 */
    SPFFAULT_DUPLICATE,    /* redirect= or exp= again: 6 */
    SPFFAULT_OCTET,        /* control or outside ASCII: 3.1 */
    SPFFAULT_TOO_LONG      /* over SPFRECORD_SIZE_MAX */
};

struct spffault {
    enum spffault_kind kind; /* which */
    const char *reason;      /* a clause: "include: needs a domain" */
    size_t at;               /* offset in the record */
    size_t length;           /* octets at fault, at least 1 */
    size_t term;             /* index of the term it lies in */
};

struct spfrecord {
    struct slice text;              /* strings joined; borrowed */
    struct spfterm *terms;          /* all of them, in order */
    size_t term_count;              /* of them */
    struct spffault *faults;        /* the first SPFRECORD_FAULTS_MAX */
    size_t fault_count;             /* kept */
    size_t faults_all;              /* there are; 0: the syntax is right */
    const struct spfterm *all;      /* the first, or NULL */
    const struct spfterm *redirect; /* the first, or NULL */
    const struct spfterm *exp;      /* the first, or NULL */
};

/* Does text begin with a version section: "v=spf1" in any case, then SP or
   the end (RFC 7208 section 4.5)? */
bool spfrecord_is_record(struct slice text);

/*
 * Parse text, which must be a record by spfrecord_is_record().  It is
 * borrowed and must outlive the result.  Always gives a record; it is right
 * when faults_all is 0.
 */
struct spfrecord *spfrecord_parse(struct arena *arena, struct slice text);

/* "include", "redirect", ...; "" for the last two kinds. */
const char *spfterm_word(enum spfterm_kind kind);
/* Is it one of the terms that section 4.6.4 limits to 10? */
static inline bool
spfterm_is_lookup(enum spfterm_kind kind)
{
    return (1u << kind
            & (1u << SPFTERM_INCLUDE | 1u << SPFTERM_A | 1u << SPFTERM_MX
               | 1u << SPFTERM_PTR | 1u << SPFTERM_EXISTS
               | 1u << SPFTERM_REDIRECT))
           != 0;
}
static inline bool
spfterm_is_mechanism(const struct spfterm *term)
{
    return term->kind <= SPFTERM_EXISTS;
}

/* A modifier that has a mechanism's name, "include=": always a mistake. */
bool spfterm_is_disguised(const struct spfterm *term);

/* The mechanism that a wrong name was probably meant to be ("ipv4" and "ip"
   are ip4, "prt" is ptr), or NULL. */
const char *spfterm_suggest(struct slice name);

#endif
