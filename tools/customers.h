/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Customers to work on, and what each should have published. */
#ifndef TOOLS_CUSTOMERS_H
#define TOOLS_CUSTOMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/audit/verify.h"
#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/registry/served.h"
#include "tools/desk.h"

/* Which customers. */
struct customer_choice {
    bool all;                 /* every one that is not removed, by name */
    bool fixed;               /* the ESP's own records first */
    const char *const *names; /* else these, borrowed */
    size_t count;             /* of names */
};

/* A planned record that is of a key. */
struct customer_mark {
    const struct served_key *key;       /* in the plan's arena, or the
                                           reader's: a shared key of the ESP */
    const struct customer_domain *side; /* whose proof it is, the customer's
                                           own; or NULL */
    size_t expected;                    /* index of the RRset */
};

/* One customer. */
struct customer_plan {
    const char *name;            /* as the registry has it, or as given; the
                                    ESP's domain for its own records */
    struct verify_input input;   /* its domain and what is expected */
    struct customer_mark *marks; /* in the plan's order */
    size_t mark_count;           /* of them */
    const char *problem;         /* why there is no plan, or NULL */
};

struct customer_reader; /* operands, or all of the registry */

/* desk is borrowed, and has its template. */
enum status customers_open(struct desk *desk,
                           const struct customer_choice *choice,
                           struct customer_reader **out, struct error *err);
/* The next one, all of it in arena.  False at the end, or with err filled
   when reading broke off. */
bool customers_next(struct customer_reader *reader, struct arena *arena,
                    struct customer_plan *out, struct error *err);
uint64_t customers_total(const struct customer_reader *reader);
void customers_close(struct customer_reader *reader); /* NULL is allowed */

#endif
