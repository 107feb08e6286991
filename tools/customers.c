/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Customers to work on, and what each should have published. */
#include "tools/customers.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/records/plan.h"
#include "common/registry/domains.h"
#include "common/registry/keys.h"
#include "common/registry/rows.h"

struct customer_reader {
    struct desk *desk;     /* borrowed */
    char **names;          /* borrowed; NULL: all */
    size_t count;          /* of names */
    size_t position;       /* in names */
    struct rows *rows;     /* all */
    char last[LABEL_SIZE]; /* name of the row before */
    uint64_t total;        /* of them */
};

enum status
customers_open(struct desk *desk, char **names, size_t count,
               struct customer_reader **out, struct error *err)
{
    struct customer_reader *reader = memory_zeroed(1, sizeof(*reader));
    static const struct row_filter all;
    int64_t total = (int64_t)count;
    enum status st = ST_OK;

    reader->desk = desk;
    reader->names = names;
    reader->count = count;
    if (names == NULL
        && (st = customers_count(desk->registry, &total, err)) == ST_OK)
        st = rows_open(desk->registry, &all, &reader->rows, err);
    reader->total = (uint64_t)total;
    if (st == ST_OK)
        *out = reader;
    else
        free(reader);
    return st;
}

const char *
customers_next(struct customer_reader *reader, struct arena *arena,
               struct error *err)
{
    const struct row *row;
    enum status st;

    if (reader->names != NULL)
        return reader->position < reader->count
                   ? reader->names[reader->position++]
                   : NULL;
    while ((st = rows_next(reader->rows, &row, err)) == ST_OK) {
        if (strcmp(row->customer.name, reader->last) == 0)
            continue;
        strncpy(reader->last, row->customer.name, sizeof(reader->last) - 1);
        return arena_text(arena, slice_of(row->customer.name));
    }
    if (st == ST_NOT_FOUND && err != NULL)
        err->text[0] = '\0';
    return NULL;
}

uint64_t
customers_total(const struct customer_reader *reader)
{
    return reader->total;
}

void
customers_close(struct customer_reader *reader)
{
    if (reader != NULL)
        rows_free(reader->rows);
    free(reader);
}

/* The records of a plan by owner and type, in the plan's order. */
static void
group_records(const struct desk *desk, const struct plan *plan,
              struct arena *arena, struct verify_input *out)
{
    struct verify_expected *sets =
        ARENA_ARRAY(arena, struct verify_expected, plan->count);
    size_t n = 0;

    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_record *record = &plan->records[i];
        struct slice *data;
        size_t k = 0;

        while (k < n
               && !(sets[k].type == record->type
                    && name_equal(&sets[k].owner, &record->owner)))
            k++;
        if (k == n) {
            sets[n].owner = record->owner;
            sets[n].type = record->type;
            sets[n].zone = name_is_under(&record->owner, &desk->origin)
                               ? desk->origin
                               : out->domain;
            n++;
        }
        data = arena_grow(arena, (void *)sets[k].data, sets[k].count,
                          sizeof(struct slice));
        data[sets[k].count++] = record->data;
        sets[k].data = data;
    }
    out->expected = sets;
    out->expected_count = n;
}

/* Keys that were there before: a published former key has a name. */
static enum status
list_retired(struct desk *desk, int64_t domain, struct arena *arena,
             struct verify_input *out, struct error *err)
{
    struct customer_key *keys = NULL;
    struct slice *retired;
    size_t count = 0, n = 0;
    enum status st =
        keys_of(desk->registry, arena, domain, &keys, &count, err);

    if (st != ST_OK)
        return st;
    retired = ARENA_ARRAY(arena, struct slice, count);
    for (size_t i = 0; i < count; i++)
        if (!states_key_is_served(keys[i].state)
            && keys[i].public_text != NULL)
            retired[n++] = slice_of(keys[i].public_text);
    out->retired = retired;
    out->retired_count = n;
    return ST_OK;
}

/* The customer's first domain that is not removed: what the subject is
   called. */
static enum status
find_domain(struct desk *desk, const char *name, struct arena *arena,
            struct customer_domain *out, struct error *err)
{
    struct customer customer;
    struct customer_domain *domains = NULL;
    size_t count = 0;
    enum status st =
        customers_find(desk->registry, arena, name, &customer, err);

    if (st == ST_OK)
        st = domains_of(desk->registry, arena, customer.id, &domains, &count,
                        err);
    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < count; i++)
        if (domains[i].state != DOMAIN_REMOVED) {
            *out = domains[i];
            return ST_OK;
        }
    return error_set(err, ST_NOT_FOUND, "customer '%s' has no domain", name);
}

enum status
customers_expect(struct desk *desk, const char *customer, struct arena *arena,
                 struct verify_input *out, struct error *err)
{
    struct customer_domain domain = {0};
    struct plan plan = {0};
    enum status st = find_domain(desk, customer, arena, &domain, err);

    *out = (struct verify_input){.customer = customer};
    if (st == ST_OK)
        st = name_parse(&out->domain, slice_of(domain.name), err);
    if (st == ST_OK)
        st = plan_customer(desk->template, desk->registry, customer, arena,
                           &plan, err);
    if (st == ST_OK)
        st = list_retired(desk, domain.id, arena, out, err);
    if (st == ST_OK)
        group_records(desk, &plan, arena, out);
    return st;
}
