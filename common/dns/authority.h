/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who answers for a name: the zone cut, its servers and their addresses. */
#ifndef DNS_AUTHORITY_H
#define DNS_AUTHORITY_H

#include <stdbool.h>
#include <stddef.h>

#include "common/dns/view.h"

/* Servers of one zone that are asked; the rest is said, not asked. */
#define AUTHORITY_SERVERS_MAX   16
/* Addresses of one server, likewise. */
#define AUTHORITY_ADDRESSES_MAX 8

struct authority_server {
    struct name name;                /* of the NS record */
    enum outcome outcome;            /* of its address lookups: found, or why
                                        it has none */
    const struct address *addresses; /* that may be asked */
    size_t address_count;            /* of them */
};

enum authority_state {
    AUTHORITY_PENDING,
    AUTHORITY_KNOWN,
    AUTHORITY_UNKNOWN /* see problem: no answer, or we may not ask */
};

struct authority {
    enum authority_state state;
    struct name zone;                       /* apex: owner of the SOA */
    const struct authority_server *servers; /* in name order */
    size_t server_count;                    /* of them */
    const struct answer *parent; /* the referral of the zone above; NULL: not
                                    known */
    bool intercepted;            /* port 53 is answered by somebody else */
    const char *problem; /* a sentence: why it is unknown, or that some of
                            the servers are not asked; else NULL */
    const struct answer *evidence;    /* the answer that decided */
    const struct answer *const *lost; /* lookups that got no answer: there may
                                         be more servers, or addresses */
    size_t lost_count;                /* of them */
};

/*
 * Find the zone that name belongs to (SOA asked of the resolvers, from the
 * name up; an alias belongs to the zone above its target), its NS set as the
 * zone itself has it and as one server of the zone above has it (resolvers
 * begin with these), the servers' addresses (the zone's own, else the glue),
 * and which of these may be asked; all in the run's arena.  A lookup of an
 * SOA that fails leaves it unknown; that the zone above says nothing does
 * not.
 *
 * The zone's SOA is asked of every address.  Since the resolvers have the
 * zone, one of its servers gave it to them with AA.  If none gives it so
 * here, it is not these servers that we reach: when all that answer do so
 * with RA and without AA, port 53 is intercepted; when nobody answers at all,
 * it may be closed; and what they say or do not say counts for nothing:
 * unknown.  One answer with AA makes it known, before the others have come.
 * An address that is not asked (no route, a family that is off) is not
 * listed.  zone is {0} unless it was found.
 */
const struct authority *authority_find(struct view *view,
                                       const struct name *name);

/* The zone that name belongs to, found in the same way, nobody being asked
   but the resolvers: {0} when it is not known, or not yet.  Returns the answer
   that decided. */
const struct answer *authority_zone(struct view *view, const struct name *name,
                                    struct name *zone);

/*
 * The servers of a cut below, as a referral (an answer with referral set)
 * names them: NS records, glue, and no more.  Unlike authority_find it is
 * known even when none of them serves the zone, since the zone above says
 * that it is they who should.
 */
const struct authority *authority_below(struct view *view,
                                        const struct answer *referral);

/* One server's answer about a name. */
struct authority_answer {
    const struct authority_server *server; /* who */
    const struct address *address;         /* at which address */
    struct question question;              /* what was asked */
    const struct answer *answer;           /* may be pending */
};

/* Ask name and type of every address of every server; the count comes back
   in *count (0 when unknown).  In the run's arena. */
const struct authority_answer *
authority_ask_all(struct view *view, const struct authority *authority,
                  const struct name *name, uint16_t type, size_t *count);

#endif
