/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was seen in DNS, taken into the registry. */
#ifndef REGISTRY_SIGHTINGS_H
#define REGISTRY_SIGHTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/status.h"
#include "common/registry/registry.h"
#include "common/registry/states.h"

/* What all authoritative servers say. */
enum sight {
    SIGHT_UNKNOWN, /* not the same, or one of them did not say */
    SIGHT_SEEN,    /* each of them has it */
    SIGHT_GONE     /* each of them says that it has it not */
};

/* Moves that are due to what was seen, of any number of customers. */
struct sightings;
struct sightings *sightings_new(void);
void sightings_free(struct sightings *sightings); /* NULL is allowed */

/*
 * A key's records, and a domain's proof that it is the customer's.  state is
 * that of the registry when the records were worked out.
 *
 *   a pending key, seen         becomes published
 *   a published key, gone       becomes pending again
 *   a pending domain, seen      becomes verified
 *   a verified domain, gone     becomes pending again: it may have another
 *                               owner by now
 *
 * All else is nothing to note.
 */
void sightings_key(struct sightings *sightings, int64_t key,
                   enum key_state state, enum sight sight);
void sightings_domain(struct sightings *sightings, int64_t domain,
                      enum domain_state state, enum sight sight);
/* All that was noted since the last call is of one customer. */
void sightings_customer(struct sightings *sightings);

/* What came of them. */
struct sighting_totals {
    size_t published;  /* keys that became published */
    size_t lost;       /* keys that became pending again */
    size_t verified;   /* domains that became verified */
    size_t unverified; /* domains that became pending again */
};

/*
 * Make the moves, each with its event, in one transaction; or, so that others
 * may write between, in one for each few thousand, never one customer in two.
 * What somebody else has moved meanwhile is left as it is.  *totals holds what
 * was committed, also on failure.
 */
enum status sightings_record(struct registry *registry,
                             const struct sightings *sightings,
                             struct sighting_totals *totals,
                             struct error *err);

#endif
