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

/* names NULL: every customer that is not removed. */
enum status customers_open(struct desk *desk, char **names, size_t count,
                           struct customer_reader **out, struct error *err);
/* The next name, in arena; NULL at the end, or with err filled when reading
   broke off. */
const char *customers_next(struct customer_reader *reader, struct arena *arena,
                           struct error *err);
uint64_t customers_total(const struct customer_reader *reader);
void customers_close(struct customer_reader *reader);

/* What should be published for a customer, as RRsets in arena. */
enum status customers_expect(struct desk *desk, const char *customer,
                             struct arena *arena, struct verify_input *out,
                             struct error *err);

#endif
