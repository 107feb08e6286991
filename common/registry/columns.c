/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of the registry: columns of its tables into structs. */
#include "common/registry/columns.h"

static const char *
text(const struct query *query, int column, struct arena *arena)
{
    const char *value = query_text(query, column);

    return value == NULL || arena == NULL ? value
                                          : arena_text(arena, slice_of(value));
}

static struct slice
word(const struct query *query, int column)
{
    return slice_of(query_text(query, column));
}

bool
columns_customer(const struct query *query, int first, struct arena *arena,
                 struct customer *out)
{
    *out = (struct customer){.id = query_number(query, first)};
    if (out->id == 0)
        return true;
    out->name = text(query, first + 1, arena);
    out->created = query_number(query, first + 3);
    out->since = query_number(query, first + 4);
    out->due = query_number(query, first + 5);
    return out->name != NULL
           && states_customer_parse(word(query, first + 2), &out->state);
}

bool
columns_domain(const struct query *query, int first, struct arena *arena,
               struct customer_domain *out)
{
    *out = (struct customer_domain){.id = query_number(query, first)};
    if (out->id == 0)
        return true;
    out->customer = query_number(query, first + 1);
    out->name = text(query, first + 2, arena);
    out->token = text(query, first + 5, arena);
    out->label = text(query, first + 6, arena);
    out->is_shared = query_number(query, first + 7) != 0;
    out->ahead = query_number(query, first + 8);
    out->created = query_number(query, first + 9);
    out->since = query_number(query, first + 10);
    return out->name != NULL
           && states_mode_parse(word(query, first + 3), &out->mode)
           && states_domain_parse(word(query, first + 4), &out->state);
}

bool
columns_key(const struct query *query, int first, struct arena *arena,
            struct customer_key *out)
{
    *out = (struct customer_key){.id = query_number(query, first)};
    if (out->id == 0)
        return true;
    out->domain = query_number(query, first + 1);
    out->share = text(query, first + 2, arena);
    out->signing_domain = text(query, first + 3, arena);
    out->selector = text(query, first + 4, arena);
    out->bits = (unsigned)query_number(query, first + 6);
    out->replaces = query_number(query, first + 9);
    out->created = query_number(query, first + 10);
    out->since = query_number(query, first + 11);
    out->due = query_number(query, first + 12);
    out->published = query_number(query, first + 13);
    out->activated = query_number(query, first + 14);
    out->public_text = text(query, first + 15, arena);
    out->has_private = query_number(query, first + 16) != 0;
    return out->signing_domain != NULL && out->selector != NULL
           && keymaker_parse(word(query, first + 5), &out->algorithm)
           && states_key_parse(word(query, first + 7), &out->state)
           && states_origin_parse(word(query, first + 8), &out->origin);
}

enum status
columns_fault(struct registry *registry, struct error *err)
{
    return db_fault(registry_db(registry), ST_DAMAGED,
                    "is damaged: it holds a word that means nothing", err);
}
