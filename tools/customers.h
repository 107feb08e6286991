/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Customers to work on, and what each should have published. */
#ifndef TOOLS_CUSTOMERS_H
#define TOOLS_CUSTOMERS_H

#include <stddef.h>
#include <stdint.h>

#include "common/audit/verify.h"
#include "common/base/arena.h"
#include "common/base/status.h"
#include "tools/desk.h"

struct customer_reader; /* operands, or all of the registry */

/* One customer. */
struct customer_plan {
    const char *name;          /* as the registry has it, or as given */
    struct verify_input input; /* its domain and what is expected */
    const char *problem;       /* why there is no plan, or NULL */
};

/* names (borrowed) NULL: every customer that is not removed, by name.  desk
   is borrowed, and has its template. */
enum status customers_open(struct desk *desk, const char *const *names,
                           size_t count, struct customer_reader **out,
                           struct error *err);
/* The next one, all of it in arena.  False at the end, or with err filled
   when reading broke off. */
bool customers_next(struct customer_reader *reader, struct arena *arena,
                    struct customer_plan *out, struct error *err);
uint64_t customers_total(const struct customer_reader *reader);
void customers_close(struct customer_reader *reader); /* NULL is allowed */

#endif
