/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Customers to work on, and what each should have published. */
#include "tools/customers.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/records/plan.h"
#include "common/records/planside.h"
#include "common/registry/labels.h"
#include "common/registry/served.h"

struct customer_reader {
    struct desk *desk;             /* borrowed */
    struct customer_choice choice; /* which */
    bool fixed_done;               /* the ESP's own were handed out */
    size_t position;               /* in names */
    struct served *served;         /* all */
    struct planner *planner;       /* works out records */
    uint64_t total;                /* of them */
};

static enum status
open_all(struct customer_reader *reader, struct error *err)
{
    static const struct served_filter all;
    int64_t total = 0;
    enum status st = customers_count(reader->desk->registry, &total, err);

    reader->total += (uint64_t)total;
    return st == ST_OK ? served_open(reader->desk->registry, &all,
                                     &reader->served, err)
                       : st;
}

enum status
customers_open(struct desk *desk, const struct customer_choice *choice,
               struct customer_reader **out, struct error *err)
{
    struct customer_reader *reader = memory_zeroed(1, sizeof(*reader));
    enum status st =
        planner_new(desk->template, desk->registry, &reader->planner, err);

    reader->desk = desk;
    reader->choice = *choice;
    reader->total = (choice->fixed ? 1 : 0) + choice->count;
    if (st == ST_OK && choice->all)
        st = open_all(reader, err);
    if (st == ST_OK)
        *out = reader;
    else
        customers_close(reader);
    return st;
}

uint64_t
customers_total(const struct customer_reader *reader)
{
    return reader->total;
}

void
customers_close(struct customer_reader *reader)
{
    if (reader == NULL)
        return;
    served_free(reader->served);
    planner_free(reader->planner);
    free(reader);
}

/* Whose servers are asked for a record: the ESP's for all in its zone; else
   those of the domain that `_domainkey` is of. */
static struct name
zone_of(const struct desk *desk, const struct name *owner,
        const struct name *domain)
{
    struct name zone;

    if (name_is_under(owner, &desk->origin))
        return desk->origin;
    for (unsigned i = 0; i < owner->labels; i++)
        if (slice_equal(name_label(owner, i), SLICE("_domainkey"))) {
            name_suffix(&zone, owner, owner->labels - i - 1);
            return zone;
        }
    return *domain;
}

/* The RRset of a record: one that is there, or a new one. */
static struct verify_expected *
find_set(const struct desk *desk, const struct plan_record *record,
         struct verify_expected *sets, struct verify_input *out)
{
    size_t k = 0;

    while (k < out->expected_count
           && !(sets[k].type == record->type
                && name_equal(&sets[k].owner, &record->owner)))
        k++;
    if (k == out->expected_count) {
        sets[k].owner = record->owner;
        sets[k].type = record->type;
        sets[k].zone = zone_of(desk, &record->owner, &out->domain);
        out->expected_count++;
    }
    return &sets[k];
}

static void
add_mark(struct arena *arena, const struct plan_record *record,
         size_t expected, struct customer_plan *out)
{
    if (record->key == NULL)
        return;
    out->marks =
        arena_grow(arena, out->marks, out->mark_count, sizeof(*out->marks));
    out->marks[out->mark_count++] =
        (struct customer_mark){record->key, record->side, expected};
}

/* The records of a plan by owner and type, in the plan's order. */
static void
group_records(const struct desk *desk, const struct plan *plan,
              struct arena *arena, struct customer_plan *out)
{
    struct verify_expected *sets =
        ARENA_ARRAY(arena, struct verify_expected, plan->count);

    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_record *record = &plan->records[i];
        struct verify_expected *set =
            find_set(desk, record, sets, &out->input);
        struct slice *data = arena_grow(arena, (void *)set->data, set->count,
                                        sizeof(struct slice));

        data[set->count++] = record->data;
        set->data = data;
        add_mark(arena, record, (size_t)(set - sets), out);
    }
    out->input.expected = sets;
}

/* The customer's first domain that is not removed: what the subject is
   called. */
static enum status
first_domain(const struct served_customer *customer, struct name *out,
             struct error *err)
{
    for (size_t i = 0; i < customer->domain_count; i++)
        if (customer->domains[i].domain.state != DOMAIN_REMOVED)
            return name_parse(out, slice_of(customer->domains[i].domain.name),
                              err);
    return error_set(err, ST_NOT_FOUND, "customer '%s' has no domain",
                     customer->customer.name);
}

static enum status
fill_plan(struct customer_reader *reader,
          const struct served_customer *customer, struct arena *arena,
          struct customer_plan *out, struct error *err)
{
    struct plan plan = {NULL, 0};
    enum status st = first_domain(customer, &out->input.domain, err);

    if (st == ST_OK)
        st = planner_customer(reader->planner, customer, arena, &plan, err);
    if (st == ST_OK)
        st = planside_customer(customer, &reader->desk->origin, arena, &plan,
                               err);
    if (st == ST_OK)
        group_records(reader->desk, &plan, arena, out);
    return st;
}

/* The ESP's own records, as if of a customer without name. */
static enum status
fill_fixed(struct customer_reader *reader, struct arena *arena,
           struct customer_plan *out, struct error *err)
{
    struct plan plan = {NULL, 0};
    enum status st = planner_fixed(reader->planner, arena, &plan, err);

    out->input.domain = reader->desk->origin;
    if (st == ST_OK)
        group_records(reader->desk, &plan, arena, out);
    return st;
}

static enum status
find_named(struct customer_reader *reader, struct arena *arena,
           struct served_customer *customer, struct error *err)
{
    const char *given = reader->choice.names[reader->position++];
    char name[LABEL_SIZE];

    customer->customer.name = arena_text(arena, slice_of(given));
    if (labels_customer(given, NULL, name, NULL) == ST_OK)
        given = name;
    return served_find(reader->desk->registry, arena, given, customer, err);
}

/* The next customer; ST_NOT_FOUND at the end, its own fault in *why. */
static enum status
next_customer(struct customer_reader *reader, struct arena *arena,
              struct served_customer *customer, struct error *why)
{
    if (reader->choice.all)
        return served_next(reader->served, arena, customer, why);
    return find_named(reader, arena, customer, why);
}

static bool
is_at_end(const struct customer_reader *reader)
{
    return !reader->choice.all && reader->position == reader->choice.count;
}

bool
customers_next(struct customer_reader *reader, struct arena *arena,
               struct customer_plan *out, struct error *err)
{
    struct served_customer customer = {0};
    struct error why = ERROR_INIT;
    enum status st;

    *out = (struct customer_plan){0};
    if (reader->choice.fixed && !reader->fixed_done) {
        reader->fixed_done = true;
        st = fill_fixed(reader, arena, out, &why);
        out->name = name_bare(arena, &reader->desk->origin);
    } else if (is_at_end(reader)) {
        return false;
    } else {
        st = next_customer(reader, arena, &customer, &why);
        if (st != ST_OK && reader->choice.all) {
            if (st != ST_NOT_FOUND)
                *err = why;
            return false;
        }
        if (st == ST_OK)
            st = fill_plan(reader, &customer, arena, out, &why);
        out->input.customer = out->name = customer.customer.name;
    }
    if (st != ST_OK)
        out->problem = arena_text(arena, slice_of(why.text));
    return true;
}
