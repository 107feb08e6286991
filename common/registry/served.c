/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What DNS must say of customers: rows put together by customer. */
#include "common/registry/served.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/registry/keys.h"
#include "common/registry/rows.h"

struct served {
    struct registry *registry; /* borrowed */
    struct rows *rows;         /* being walked */
    const struct row *row;     /* read but not yet taken; NULL: none */
    bool ended;                /* no more rows */
};

enum status
served_open(struct registry *registry, const struct served_filter *filter,
            struct served **out, struct error *err)
{
    struct served *served = memory_zeroed(1, sizeof(*served));
    struct row_filter rows = {.customer = filter->customer,
                              .customer_id = filter->customer_id,
                              .with_removed = filter->with_removed};
    enum status st = rows_open(registry, &rows, &served->rows, err);

    served->registry = registry;
    if (st == ST_OK)
        *out = served;
    else
        free(served);
    return st;
}

void
served_free(struct served *served)
{
    if (served == NULL)
        return;
    rows_free(served->rows);
    free(served);
}

static enum status
look_ahead(struct served *served, struct error *err)
{
    enum status st;

    if (served->row != NULL)
        return ST_OK;
    if (served->ended)
        return ST_NOT_FOUND;
    st = rows_next(served->rows, &served->row, err);
    if (st != ST_OK) {
        served->row = NULL;
        served->ended = true;
    }
    return st;
}

static const char *
copy(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_text(arena, slice_of(text));
}

/* Has the key a record of its own in DNS?  One that only leads to another
   has none. */
static bool
is_served(const struct customer_key *key)
{
    return key->id != 0 && states_key_is_served(key->state)
           && (key->public_text != NULL || key->state == KEY_REVOKED);
}

static struct served_key
take_key(struct arena *arena, const struct customer_key *key)
{
    return (struct served_key){
        .selector = copy(arena, key->selector),
        .algorithm = keymaker_word(key->algorithm),
        .data = key->state == KEY_REVOKED ? "" : copy(arena, key->public_text),
        .id = key->id,
        .state = key->state,
        .origin = key->origin};
}

static void
take_row(struct arena *arena, const struct row *row,
         struct served_customer *out)
{
    struct served_domain *domain =
        out->domain_count == 0 ? NULL : &out->domains[out->domain_count - 1];

    if (row->domain.id == 0)
        return;
    if (domain == NULL || domain->domain.id != row->domain.id) {
        out->domains = arena_grow(arena, out->domains, out->domain_count,
                                  sizeof(*out->domains));
        domain = &out->domains[out->domain_count++];
        domain->domain = row->domain;
        domain->domain.name = copy(arena, row->domain.name);
        domain->domain.token = copy(arena, row->domain.token);
        domain->domain.label = copy(arena, row->domain.label);
    }
    if (row->domain.state == DOMAIN_REMOVED || !is_served(&row->key))
        return;
    domain->keys = arena_grow(arena, domain->keys, domain->key_count,
                              sizeof(*domain->keys));
    domain->keys[domain->key_count++] = take_key(arena, &row->key);
}

static void
add_field(struct arena *arena, struct served_customer *out, const char *name)
{
    out->fields =
        arena_grow(arena, out->fields, out->field_count, sizeof(*out->fields));
    out->fields[out->field_count++] = (struct customer_field){name, "yes"};
}

/* What the registry knows by itself. */
static void
add_states(struct arena *arena, struct served_customer *out)
{
    bool has_key = false;

    for (size_t i = 0; i < out->domain_count; i++)
        has_key |= out->domains[i].domain.mode == MODE_ESP
                   && out->domains[i].key_count > 0;
    if (has_key)
        add_field(arena, out, SERVED_OWN_KEY);
    if (out->customer.state == CUSTOMER_SUSPENDED)
        add_field(arena, out, SERVED_SUSPENDED);
}

enum status
served_next(struct served *served, struct arena *arena,
            struct served_customer *out, struct error *err)
{
    enum status st = look_ahead(served, err);

    if (st != ST_OK)
        return st;
    *out = (struct served_customer){.customer = served->row->customer};
    out->customer.name = copy(arena, served->row->customer.name);
    while (st == ST_OK && served->row->customer.id == out->customer.id) {
        take_row(arena, served->row, out);
        served->row = NULL;
        st = look_ahead(served, err);
    }
    if (st != ST_OK && st != ST_NOT_FOUND)
        return st;
    st = customers_fields(served->registry, arena, out->customer.id,
                          &out->fields, &out->field_count, err);
    if (st == ST_OK)
        add_states(arena, out);
    return st;
}

enum status
served_find(struct registry *registry, struct arena *arena,
            const char *customer, struct served_customer *out,
            struct error *err)
{
    struct served_filter filter = {.customer = customer};
    struct served *served = NULL;
    enum status st = served_open(registry, &filter, &served, err);

    if (st == ST_OK)
        st = served_next(served, arena, out, err);
    if (st == ST_NOT_FOUND)
        error_set(err, st, "no customer '%s' in the registry", customer);
    served_free(served);
    return st;
}

enum status
served_shared(struct registry *registry, struct arena *arena,
              struct served_key **out, size_t *count, struct error *err)
{
    struct customer_key *keys;
    size_t n = 0;
    enum status st = keys_of(registry, arena, 0, &keys, &n, err);

    *out = NULL;
    *count = 0;
    for (size_t i = 0; st == ST_OK && i < n; i++) {
        if (!is_served(&keys[i]))
            continue;
        *out = arena_grow(arena, *out, *count, sizeof(**out));
        (*out)[(*count)++] = take_key(arena, &keys[i]);
    }
    return st;
}
