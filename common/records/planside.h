/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What customers publish themselves, in zones of their own. */
#ifndef RECORDS_PLANSIDE_H
#define RECORDS_PLANSIDE_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/dns/name.h"
#include "common/records/plan.h"
#include "common/registry/served.h"

/* TTL proposed for a customer's own records. */
#define PLANSIDE_TTL_S 3600

/* Is there a plan for the customer's side of that mode?  Delegations
   (MODE_NS and its kin) have none yet. */
bool planside_knows(enum domain_mode mode);

/* Who can do what once a domain is published in a mode: sentences without
   full stop. */
struct planside_powers {
    const char *esp;      /* what the ESP can do by itself */
    const char *customer; /* what remains with the customer */
};
struct planside_powers planside_powers(enum domain_mode mode);

/*
 * Add to plan, in arena, what the customer has to publish at its own domains:
 *   MODE_CNAME  SELECTOR._domainkey.DOMAIN CNAME SELECTOR.TOKEN._dkim.ESP
 *   MODE_TXT    SELECTOR._domainkey.DOMAIN TXT "v=DKIM1; k=...; p=..."
 * esp is the ESP's domain.  ST_RANGE for a name that is too long,
 * ST_UNSUPPORTED for a mode that has no plan: never is it passed over.
 */
enum status planside_customer(const struct served_customer *customer,
                              const struct name *esp, struct arena *arena,
                              struct plan *plan, struct error *err);

#endif
