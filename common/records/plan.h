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
#include "common/template/template.h"

struct plan_record {
    struct name owner; /* where */
    uint16_t type;     /* IANA number */
    uint32_t ttl;      /* seconds */
    struct slice data; /* RDATA */
    unsigned line;     /* of the template it came from */
};

/* The records of one customer, in the order of the template, in arena. */
struct plan {
    struct plan_record *records; /* grown */
    size_t count;                /* of them */
};

/* Records of the patterns that have no placeholder: SOA, NS, the ESP's own. */
enum status plan_fixed(const struct template *template, struct arena *arena,
                       struct plan *plan, struct error *err);
/* Records that hold for this one customer. */
enum status plan_customer(const struct template *template,
                          struct registry *registry, const char *customer,
                          struct arena *arena, struct plan *plan,
                          struct error *err);

#endif
