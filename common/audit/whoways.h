/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ways to a power being collected: for who*.c only. */
#ifndef AUDIT_WHOWAYS_H
#define AUDIT_WHOWAYS_H

#include "common/audit/who.h"
#include "common/dmarc/discovery.h"
#include "common/dns/authority.h"
#include "common/spf/spftree.h"

/* Whose powers are being looked for: the domain's, or a subdomain's. */
struct whoways_of {
    struct name domain;                     /* it */
    const struct audit_selector *selectors; /* of its keys */
    size_t selector_count;                  /* of them */
    bool is_guess;                          /* one of many subdomains that were
                                               only guessed */
    enum who_truth key_above; /* a signature by its keys aligns with the domain
                                 above */
    enum who_truth spf_above; /* so does SPF for it */
};

/* All that is being put together. */
struct whoways {
    struct view *view;                 /* asked */
    struct arena *arena;               /* of the run */
    struct who *who;                   /* the result */
    const struct authority *authority; /* of the domain's zone */
    struct whoways_of of;              /* at present */
    struct who_way **ways;             /* all, in order */
    size_t count;                      /* of them */
};

/* A path as it grows. */
struct whopath {
    struct who_hop hops[WHO_HOPS_MAX]; /* from the domain on */
    size_t count;                      /* of them */
};

/* Put a hop at the end; one too many is dropped. */
void whopath_add(struct whopath *path, const struct name *name, uint16_t type,
                 const struct name *target);

/*
 * A new way to powers over ways->of, its owner that of the path's last target
 * (of at where there is no path), or the one there already that is the same;
 * may be filled in further.
 */
struct who_way *whoways_add(struct whoways *ways, const struct who_way *like,
                            const struct whopath *path);

/* The aliases of an answer: a way for each owner on the path.  base (may be
   NULL) is the path up to the name asked. */
void whoways_chain(struct whoways *ways, const struct who_way *like,
                   const struct whopath *base, const struct asked *asked);

/* Does b, which may not be asked, lead to the same alias as a: by a wildcard?
 */
bool whoways_same_alias(const struct asked *a, const struct asked *b);

/* A question without an answer.  is_guess: one of many names that were only
   guessed; all of one power are one entry. */
void whoways_unknown(struct whoways *ways, const struct asked *asked,
                     unsigned powers, bool is_guess);

enum whopoint_kind {
    WHOPOINT_NONE,   /* it is in the zone above */
    WHOPOINT_CUT,    /* NS records: a zone of its own */
    WHOPOINT_ALIAS,  /* CNAME, or a DNAME above it */
    WHOPOINT_UNKNOWN /* no answer, or not yet */
};

/* A name that somebody else may hold.  (whopoint.c) */
struct whopoint {
    struct name name;                     /* the name */
    enum whopoint_kind kind;              /* who holds it */
    struct asked ns;                      /* NS there, by the resolvers */
    struct asked parent;                  /* and by a server of the zone
                                             above */
    struct name servers[WHO_SERVERS_MAX]; /* CUT: of both */
    size_t server_count;                  /* of them */
};

/* Who holds name?  In the zone above or cut off, by the resolvers and by a
   server of the domain's zone, which knows of a cut whose servers are gone. */
struct whopoint whopoint_ask(struct whoways *ways, const struct name *name);
/* The ways that a CUT gives: one for each owner of its servers. */
void whopoint_ways(struct whoways *ways, const struct whopoint *point,
                   const struct who_way *like, const struct whopath *base);
/* Does path end in a name of the domain's own zones that is cut off?  Then
   whoever serves that holds it too. */
void whopoint_own(struct whoways *ways, const struct who_way *like,
                  const struct whopath *path);

/* Who has `_domainkey` of ways->of, and selectors below it.  (who.c) */
void whoways_keys(struct whoways *ways);
/* Who has the name of a policy record, and gets reports by it; step may be
   NULL.  (who.c) */
void whoways_policy(struct whoways *ways, const struct discovery_step *step);

/* All that the SPF tree of ways->of gives.  (whospf.c) */
void whoways_spf(struct whoways *ways);

/* Fill in what of the domain passes for the domain above.  (whosub.c) */
void whoways_above(struct whoways *ways, const struct discovery *discovery);
/* All that subdomains give.  (whosub.c) */
void whoways_subdomains(struct whoways *ways);

/* Put the ways together by owner.  (whovalue.c) */
void whoways_parties(struct whoways *ways);

#endif
