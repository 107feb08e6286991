/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What verify's answers say of keys and domains. */
#ifndef TOOLS_SIGHTS_H
#define TOOLS_SIGHTS_H

#include "common/audit/verify.h"
#include "common/registry/sightings.h"
#include "tools/customers.h"

/*
 * Note what the facts about a customer's plan mean for the registry.
 *
 * A key was seen when all its records were, and is gone when one of them is.
 * A domain of the customer's own was seen when one record was that nobody else
 * has reason to publish: an alias with its token, or a key that we made or
 * were given in confidence.  It is gone when all such are.
 */
void sights_note(const struct customer_plan *plan,
                 const struct verify_facts *facts,
                 struct sightings *sightings);

#endif
