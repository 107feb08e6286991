/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of the registry: columns of its tables into structs. */
#ifndef REGISTRY_COLUMNS_H
#define REGISTRY_COLUMNS_H

#include <stdbool.h>

#include "common/base/arena.h"
#include "common/registry/customers.h"
#include "common/registry/db.h"
#include "common/registry/domains.h"
#include "common/registry/keys.h"

/* What to select, the tables being called c, d and k, and how many. */
#define CUSTOMER_COLUMNS                                                      \
    "c.id, c.name, c.state, c.created,"                                       \
    " c.since, c.due"
#define CUSTOMER_COLUMN_COUNT 6
#define DOMAIN_COLUMNS                                                        \
    "d.id, d.customer, d.name, d.mode, d.state, d.token, d.label,"            \
    " d.is_shared, d.ahead, d.created, d.since"
#define DOMAIN_COLUMN_COUNT 11
#define KEY_COLUMNS                                                           \
    "k.id, k.domain, k.share, k.signing_domain, k.selector, k.algorithm,"     \
    " k.bits, k.state, k.origin, k.replaces, k.created, k.since, k.due,"      \
    " k.published, k.activated, k.public, k.sealed IS NOT NULL"

/*
 * The row's columns from the first one on.  Texts are borrowed from the row,
 * or copied when arena is not NULL.  All zero when the id is null (an outer
 * join).  False for a word that we do not know: the file is damaged.
 */
bool columns_customer(const struct query *query, int first,
                      struct arena *arena, struct customer *out);
bool columns_domain(const struct query *query, int first, struct arena *arena,
                    struct customer_domain *out);
bool columns_key(const struct query *query, int first, struct arena *arena,
                 struct customer_key *out);

/* The sentence for such a word. */
enum status columns_fault(struct registry *registry, struct error *err);

#endif
