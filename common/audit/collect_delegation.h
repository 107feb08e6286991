/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who holds `_domainkey` and `_dmarc` of a domain. */
#ifndef AUDIT_COLLECT_DELEGATION_H
#define AUDIT_COLLECT_DELEGATION_H

#include "common/audit/audit.h"
#include "common/audit/cut.h"
#include "common/audit/registrable.h"
#include "common/audit/trust.h"
#include "common/dns/asked.h"

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
    struct asked dname;                      /* DNAME there, where asked */
    const struct cut *cut; /* both sides of it, where there may be one */
};

/* Selectors looked at; each may take four questions. */
#define DELEGATION_SELECTORS_MAX 32

/* A name that is an alias: a selector's, or `_dmarc`. */
struct delegation_alias {
    struct name name;          /* the alias */
    struct asked txt;          /* TXT there: the chain and its end */
    struct registrable target; /* looked at where the target is gone */
    const struct trust *from;  /* the zone that the alias is in, and */
    const struct trust *to;    /* the one it leads to: looked at where the
                                  first is secure */
    bool to_is_unknown;        /* it should be, and its zone is not found */
};

/* A selector that may be a zone of its own. */
struct delegation_cut {
    struct name name; /* of the selector */
    struct asked ns;  /* NS there */
};

/* A name whose TXT records every server of its zone was asked for. */
struct delegation_copies {
    struct name name;          /* a selector, or `_dmarc` */
    const struct cut *cut;     /* the zone that it is in */
    const struct asked *asked; /* of each that serves the zone */
    size_t count;              /* of them */
};

/* Zones whose DNSSEC state is looked at. */
#define DELEGATION_ZONES_MAX 8

enum { DELEGATION_DOMAINKEY, DELEGATION_DMARC, DELEGATION_POINTS };

struct delegation_facts {
    struct delegation_point points[DELEGATION_POINTS]; /* both */
    struct asked soa;                                  /* SOA of the domain */
    struct asked servers;                   /* NS of the domain's zone */
    struct name zone;                       /* that zone; {0}: not known */
    const struct delegation_alias *aliases; /* selectors, then `_dmarc` */
    size_t alias_count;                     /* of them */
    const struct delegation_cut *cuts;      /* selectors that are found */
    size_t cut_count;                       /* of them */
    const struct cut *own;                  /* the domain's zone; NULL: its
                                               servers are not known */
    const struct delegation_copies *copies; /* where they may differ */
    size_t copies_count;                    /* of them */
    const struct trust *zones[DELEGATION_ZONES_MAX]; /* the domain's first */
    size_t zone_count;                               /* of them */
    bool is_cut; /* there are more selectors or zones than are looked at */
};

/* The part of collecting that comes last: zone, own, copies, zones, and the
   aliases' trust.  (collect_zones.c) */
void collect_zones(const struct facts *facts, struct view *view,
                   struct delegation_facts *delegation);

/* The delegation.* findings (check_delegation.c), and with them those about
   aliases (check_alias.c), both sides of a cut (check_cut.c), copies that
   differ (check_copies.c) and DNSSEC (check_trust.c). */
void check_delegation(const struct facts *facts, struct report *report);
void check_aliases(const struct facts *facts, struct report *report);
void check_zone_cuts(const struct facts *facts, struct report *report);
void check_copies(const struct facts *facts, struct report *report);
void check_trust(const struct facts *facts, struct report *report);

/* Are all zones known that the domain's names are in?  (check_trust.c) */
bool delegation_zones_known(const struct facts *facts);

#endif
