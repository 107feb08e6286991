/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must be published for a customer: template times registry. */
#ifndef RECORDS_PLAN_H
#define RECORDS_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/dns/name.h"
#include "common/registry/registry.h"
#include "common/registry/served.h"
#include "common/template/template.h"

struct plan_record {
    struct name owner; /* where */
    uint16_t type;     /* IANA number */
    uint32_t ttl;      /* seconds */
    struct slice data; /* RDATA */
    unsigned line;     /* of the template it came from; 0: none */

    const struct served_key *key; /* that it is of, or NULL; borrowed from the
                                     customer or the planner */
    const struct customer_domain *side; /* published by the customer itself,
                                           for this domain of its own; else
                                           NULL.  Borrowed likewise */
};

/* The records of one customer, in the order of the template, in arena. */
struct plan {
    struct plan_record *records; /* grown */
    size_t count;                /* of them */
};

/*
 * What fills the patterns.  Its answers are those of the DNS server, since a
 * pattern's record counts only where the name, looked up in the template,
 * leads back to that pattern.  Borrows template and registry.
 */
struct planner;
enum status planner_new(const struct template *template,
                        struct registry *registry, struct planner **out,
                        struct error *err);
void planner_free(struct planner *planner); /* NULL is allowed */

/* Records of the patterns that are no customer's: SOA, NS, the ESP's own,
   its shared keys.  Added to plan, in arena, as with the next. */
enum status planner_fixed(struct planner *planner, struct arena *arena,
                          struct plan *plan, struct error *err);
/* Records in the ESP's zone that hold for this one customer.  ST_RANGE or
   ST_SYNTAX where a name or datum of it cannot be. */
enum status planner_customer(struct planner *planner,
                             const struct served_customer *customer,
                             struct arena *arena, struct plan *plan,
                             struct error *err);

/* The same for a customer by name, in one call.  ST_NOT_FOUND. */
enum status plan_customer(const struct template *template,
                          struct registry *registry, const char *customer,
                          struct arena *arena, struct plan *plan,
                          struct error *err);

#endif
