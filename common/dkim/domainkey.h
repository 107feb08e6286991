/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does `_domainkey` exist, and how far may its absence be believed?
   RFC 8020, RFC 4592 section 2.2.2. */
#ifndef DKIM_DOMAINKEY_H
#define DKIM_DOMAINKEY_H

#include <stdbool.h>
#include <stddef.h>

#include "common/dns/asked.h"
#include "common/dns/authority.h"
#include "common/dns/denial.h"
#include "common/dns/name.h"

/* Addresses of authoritative servers that are asked; politeness, and no
   domain needs more to be judged. */
#define DOMAINKEY_SERVERS_MAX 16
/* Random labels asked below `_domainkey`: one may meet a name that exists. */
#define DOMAINKEY_WILDCARDS   2

enum domainkey_verdict {
    DOMAINKEY_PENDING,
    DOMAINKEY_EXISTS,
    DOMAINKEY_ABSENT,     /* NXDOMAIN everywhere, and nothing contradicts */
    DOMAINKEY_WILDCARD,   /* random names exist as well: proves nothing */
    DOMAINKEY_ENT_BROKEN, /* denied by a server that has a name below it */
    DOMAINKEY_UNKNOWN
};

/* Why absence may be believed. */
enum domainkey_proof {
    DOMAINKEY_PROOF_NONE,
    DOMAINKEY_PROOF_CONTROL, /* a server of the set answers another empty
                                non-terminal as it should */
    DOMAINKEY_PROOF_DNSSEC   /* a validated denial */
};

/* One authoritative server at one address. */
struct domainkey_server {
    struct name name;       /* of the NS record */
    struct address address; /* asked here */
    struct asked domainkey; /* TXT of `_domainkey` */
    struct asked dnssec;    /* the same with DO, which may tell compact denial
                               and bring NSEC records; asked where it says
                               that there is nothing */
    enum denial nsec;       /* what these say of `_domainkey` */
    bool is_cut;            /* of the zone that `_domainkey` is cut off into */
    struct asked selector;  /* TXT of a selector that exists, where this
                               server denies `_domainkey`; else not asked */
    struct asked control;   /* the other empty non-terminal, likewise */
    bool is_broken;         /* denies a name that it has names below */
};

struct domainkey {
    struct name name;                       /* `_domainkey.DOMAIN` */
    enum domainkey_verdict verdict;         /* the result */
    enum domainkey_proof proof;             /* of absence */
    struct asked resolved;                  /* TXT of it, by the resolvers */
    struct asked denial;                    /* the same with DO, where that
                                               may tell compact denial */
    const struct domainkey_server *servers; /* asked each by itself */
    size_t server_count;                    /* of them */
    bool resolver_is_broken;                /* is_broken, by resolvers alone */
    struct asked below;                     /* a selector that exists */
    struct asked control;                   /* another empty non-terminal, by
                                               the resolvers */
    struct asked control_child;             /* the name below it */
    struct asked wildcards[DOMAINKEY_WILDCARDS]; /* random selectors */
    bool has_wildcard;                           /* one of them has TXT */
};

/* What was asked below `_domainkey` until now. */
struct domainkey_below {
    const struct asked *list; /* TXT of selectors, by the resolvers */
    size_t count;             /* of them */
    bool is_complete;         /* no more will be asked in this run */
};

/*
 * Judge `_domainkey` of domain, in the run's arena.  It is called once when
 * the asserted selectors have answered (not complete), to see whether guessed
 * ones need be asked at all, and again when all have: a resolver that
 * believes NXDOMAIN (RFC 8020) is asked for `_domainkey` before the selectors
 * only where nothing can be lost by it, since a wrong denial in its cache
 * would deny every selector too.
 */
const struct domainkey *domainkey_find(struct view *view,
                                       const struct name *domain,
                                       const struct domainkey_below *below);

/* Does a selector have what random ones have: the same TXT, or an alias that
   leads nowhere?  It may come from a wildcard, or be made on demand. */
bool domainkey_is_wildcard(const struct domainkey *domainkey,
                           const struct asked *asked);

/* "exists", "absent", "wildcard", "ent-broken", "unknown"; "dnssec",
   "control", "none": the contract's words. */
const char *domainkey_verdict_word(enum domainkey_verdict verdict);
const char *domainkey_proof_word(enum domainkey_proof proof);

#endif
