/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walks the registry, customer by customer, in the memory of one row. */
#ifndef REGISTRY_ROWS_H
#define REGISTRY_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/status.h"
#include "common/registry/customers.h"
#include "common/registry/domains.h"
#include "common/registry/keys.h"
#include "common/registry/registry.h"

/* Which rows: {0} is all that is neither removed nor retired. */
struct row_filter {
    const char *customer;         /* only this one; NULL: all */
    int64_t customer_id;          /* only this one; 0: all */
    bool with_removed;            /* tombstones too */
    unsigned key_states;          /* bits 1u << enum key_state; 0: any */
    int64_t due_by;               /* only keys due by then; 0: any */
    int64_t created_before;       /* only keys older than that; 0: any */
    bool has_algorithm;           /* only keys of this: */
    enum key_algorithm algorithm; /* see has_algorithm */
};

/*
 * One key of one domain of one customer.  A domain without keys and a
 * customer without domains have a row of their own, in which key.id, or
 * domain.id too, is 0 (not with a filter on keys).
 */
struct row {
    struct customer customer;      /* whose */
    struct customer_domain domain; /* id 0: has none */
    struct customer_key key;       /* id 0: has none */
};

struct rows;

/* Begin; filter->customer is borrowed until rows_free().  Ordered by
   customer's name, then order of entry.  All rows are of one instant, whatever
   is written meanwhile. */
enum status rows_open(struct registry *registry,
                      const struct row_filter *filter, struct rows **out,
                      struct error *err);
/* ST_OK with *row borrowed until the next call, ST_NOT_FOUND at the end. */
enum status rows_next(struct rows *rows, const struct row **row,
                      struct error *err);
void rows_free(struct rows *rows); /* NULL is allowed */

#endif
