/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The zone of a name, and what the zone above says of its servers. */
#ifndef DNS_ZONEABOVE_H
#define DNS_ZONEABOVE_H

#include "common/dns/view.h"

/*
 * Ask the resolvers for the SOA of *at, and of the names above it until one
 * tells a zone, which *zone then is (else it is left alone).  *at ends at the
 * name asked last; the answer to that is returned.
 */
const struct answer *zoneabove_climb(struct view *view, struct name *at,
                                     struct name *zone);

/*
 * The NS records of zone as one server of the zone above has them: an answer
 * that is a referral to zone, or that has them as records (a server of both).
 * NULL where nobody says so.  What is pending comes back in *pending, which
 * else is left alone.
 */
const struct answer *zoneabove_ask(struct view *view, const struct name *zone,
                                   const struct answer **pending);

#endif
