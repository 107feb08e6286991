/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who holds `_domainkey` and `_dmarc` of a domain. */
#ifndef AUDIT_COLLECT_DELEGATION_H
#define AUDIT_COLLECT_DELEGATION_H

#include "common/audit/audit.h"

/* Name servers of one cut that are looked at. */
#define DELEGATION_SERVERS_MAX 16

enum delegation_kind {
    DELEGATION_NONE,  /* lives in the domain's own zone */
    DELEGATION_NS,    /* a zone cut */
    DELEGATION_CNAME, /* an alias: of that one name only */
    DELEGATION_DNAME  /* an alias of all names below */
};

struct delegation_target {
    struct name name;          /* name server, or the alias's target */
    const struct answer *a;    /* NS: its addresses */
    const struct answer *aaaa; /* NS: likewise */
};

/* One of the two names. */
struct delegation_point {
    struct name name;                        /* "_domainkey.example.com." */
    bool known;                              /* an answer says it */
    enum delegation_kind kind;               /* when known */
    const struct delegation_target *targets; /* in order of the answer */
    size_t target_count;                     /* of them */
    struct question question;                /* that decided */
    const struct answer *answer;             /* to it */
    const struct answer *txt;                /* TXT at the name itself */
};

enum { DELEGATION_DOMAINKEY, DELEGATION_DMARC, DELEGATION_POINTS };

struct delegation_facts {
    struct delegation_point points[DELEGATION_POINTS]; /* both */
};

/* The delegation.* findings (check_delegation.c). */
void check_delegation(const struct facts *facts, struct report *report);

#endif
