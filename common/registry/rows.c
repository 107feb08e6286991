/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walks the registry, customer by customer, in the memory of one row. */
#include "common/registry/rows.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/registry/columns.h"
#include "common/registry/db.h"

struct rows {
    struct registry *registry; /* borrowed */
    struct row_filter filter;  /* but for its customer, done by SQL */
    struct query *query;       /* half walked; NULL at the end */
    struct row row;            /* the present one */
};

/* Outer joins fix the order of the loops: customers by the index on their
   names, domains and keys by the indexes on their owners, each of which holds
   rows in order of entry.  So nothing is sorted, and memory stays flat. */
#define ROWS_SELECT                                                           \
    "SELECT " CUSTOMER_COLUMNS ", " DOMAIN_COLUMNS ", " KEY_COLUMNS           \
    " FROM customer AS c"                                                     \
    " LEFT JOIN domain AS d ON d.customer = c.id"                             \
    " AND (?1 OR d.state <> 'removed')"                                       \
    " LEFT JOIN key AS k ON k.domain = d.id"                                  \
    " AND (?1 OR k.state <> 'retired')"                                       \
    " WHERE (?1 OR c.state <> 'removed')"
#define ROWS_ORDER " ORDER BY c.name, d.id, k.id"

enum status
rows_open(struct registry *registry, const struct row_filter *filter,
          struct rows **out, struct error *err)
{
    static const char all[] = ROWS_SELECT ROWS_ORDER;
    static const char by_name[] = ROWS_SELECT " AND c.name = ?2" ROWS_ORDER;
    static const char by_id[] = ROWS_SELECT " AND c.id = ?2" ROWS_ORDER;
    struct rows *rows = memory_zeroed(1, sizeof(*rows));
    struct db *db = registry_db(registry);
    int64_t removed = filter->with_removed;

    (void)err;
    rows->registry = registry;
    rows->filter = *filter;
    if (filter->customer_id != 0)
        rows->query = db_query(db, by_id, "ii", removed, filter->customer_id);
    else if (filter->customer != NULL)
        rows->query = db_query(db, by_name, "it", removed, filter->customer);
    else
        rows->query = db_query(db, all, "i", removed);
    *out = rows;
    return ST_OK;
}

static bool
asks_for_keys(const struct row_filter *filter)
{
    return filter->key_states != 0 || filter->due_by != 0
           || filter->created_before != 0 || filter->has_algorithm;
}

static bool
matches(const struct row_filter *filter, const struct customer_key *key)
{
    if (!asks_for_keys(filter))
        return true;
    if (key->id == 0)
        return false;
    return (filter->key_states == 0
            || (filter->key_states & 1u << key->state) != 0)
           && (filter->due_by == 0
               || (key->due != 0 && key->due <= filter->due_by))
           && (filter->created_before == 0
               || key->created < filter->created_before)
           && (!filter->has_algorithm || key->algorithm == filter->algorithm);
}

static bool
take(struct rows *rows)
{
    int column = 0;

    if (!columns_customer(rows->query, column, NULL, &rows->row.customer))
        return false;
    column += CUSTOMER_COLUMN_COUNT;
    if (!columns_domain(rows->query, column, NULL, &rows->row.domain))
        return false;
    column += DOMAIN_COLUMN_COUNT;
    return columns_key(rows->query, column, NULL, &rows->row.key);
}

enum status
rows_next(struct rows *rows, const struct row **row, struct error *err)
{
    enum status st = ST_NOT_FOUND;

    while (rows->query != NULL && (st = query_step(rows->query, err)) == ST_OK)
        if (!take(rows)) {
            query_end(rows->query);
            st = columns_fault(rows->registry, err);
            break;
        } else if (matches(&rows->filter, &rows->row.key)) {
            *row = &rows->row;
            return ST_OK;
        }
    rows->query = NULL;
    return st;
}

void
rows_free(struct rows *rows)
{
    if (rows == NULL)
        return;
    query_end(rows->query);
    free(rows);
}
