/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie list: the registry's customers, domains and keys. */
#include <stdio.h>

#include "common/base/clock.h"
#include "common/registry/rows.h"
#include "tools/cmd.h"
#include "tools/desk.h"

struct list_options {
    const char *customer; /* --customer */
    const char *state;    /* --state */
    bool all;             /* --all */
};

static const struct list_options list_defaults;

static const struct opt_def list_options[] = {
    OPT_TEXT('c', "customer", struct list_options, customer, "CUSTOMER",
             "only this customer"),
    OPT_TEXT(0, "state", struct list_options, state, "STATE",
             "only keys in this state: pending, active, ..."),
    OPT_FLAG(0, "all", struct list_options, all,
             "removed customers and retired keys too"),
    OPT_END,
};

static const char *
text_time(struct arena *arena, int64_t seconds)
{
    char *text = arena_alloc(arena, CLOCK_TEXT_SIZE);

    if (seconds == 0)
        return NULL;
    clock_text(seconds, text);
    return text;
}

/* The row's own state: the key's, else the domain's, else the customer's. */
static const char *
row_state(const struct row *row)
{
    if (row->key.id != 0)
        return states_key(row->key.state);
    if (row->domain.id != 0)
        return states_domain(row->domain.state);
    return states_customer(row->customer.state);
}

static struct value *
row_value(struct arena *arena, const struct row *row)
{
    struct value *map = value_map(arena);
    bool has_key = row->key.id != 0;

    value_set(map, "customer", value_text(arena, row->customer.name));
    value_set(map, "domain", value_text(arena, row->domain.name));
    value_set(map, "selector",
              value_text(arena, has_key ? row->key.selector : NULL));
    value_set(map, "state", value_text(arena, row_state(row)));
    value_set(
        map, "since",
        value_text(arena, text_time(arena, has_key ? row->key.since
                                                   : row->customer.since)));
    value_set(map, "due",
              value_text(arena, text_time(arena, has_key ? row->key.due : 0)));
    value_set(
        map, "algorithm",
        value_text(arena, has_key ? keymaker_word(row->key.algorithm) : NULL));
    value_set(map, "bits",
              has_key ? value_number(arena, row->key.bits)
                      : value_null(arena));
    value_set(map, "customer_state",
              value_text(arena, states_customer(row->customer.state)));
    return map;
}

static void
print_row(const struct row *row)
{
    char since[CLOCK_TEXT_SIZE];
    bool has_key = row->key.id != 0;

    clock_text(has_key ? row->key.since : row->customer.since, since);
    printf("%-16s %-30s %-14s %-8s %-10s %.10s\n", row->customer.name,
           row->domain.id == 0 ? "-" : row->domain.name,
           has_key ? row->key.selector : "-",
           has_key ? keymaker_word(row->key.algorithm) : "-", row_state(row),
           since);
}

/* JSON is written row by row too: a registry may hold a million. */
static void
print_json_row(const struct row *row, size_t n, bool ndjson)
{
    struct arena *arena = arena_new();
    struct strbuf text = STRBUF_INIT;

    value_json(row_value(arena, row), 0, &text);
    printf("%s%s%s",
           ndjson   ? ""
           : n == 0 ? "\n  "
                    : ",\n  ",
           text.p, ndjson ? "\n" : "");
    strbuf_clear(&text);
    arena_free(arena);
}

static enum status
print_rows(const struct context *context, struct desk *desk,
           const struct row_filter *filter, struct error *err)
{
    bool json = output_wants_json(&context->output);
    bool ndjson = json && context->output.format[0] == 'n';
    struct rows *rows = NULL;
    const struct row *row;
    size_t n = 0;
    enum status st = rows_open(desk->registry, filter, &rows, err);

    if (st != ST_OK)
        return st;
    if (json && !ndjson)
        printf("[");
    else if (!json)
        printf("%-16s %-30s %-14s %-8s %-10s %s\n", "CUSTOMER", "DOMAIN",
               "SELECTOR", "KEY", "STATE", "SINCE");
    while ((st = rows_next(rows, &row, err)) == ST_OK) {
        if (json)
            print_json_row(row, n++, ndjson);
        else
            print_row(row);
    }
    if (json && !ndjson)
        printf("%s]\n", n == 0 ? "" : "\n");
    rows_free(rows);
    return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum exit_status
list_run(struct context *context)
{
    const struct list_options *options = context->options;
    struct row_filter filter = {.customer = options->customer,
                                .with_removed = options->all};
    struct error err = ERROR_INIT;
    enum key_state state;
    struct desk desk;
    enum status st;

    if (options->state != NULL) {
        if (!states_key_parse(slice_of(options->state), &state))
            return cmd_usage(context, "unknown state '%s'", options->state);
        filter.key_states = 1u << state;
    }
    st = desk_open(context, 0, &desk, &err);
    if (st != ST_OK)
        return cmd_failed(&err);
    st = print_rows(context, &desk, &filter, &err);
    desk_close(&desk);
    return st == ST_OK ? EXIT_GOOD : cmd_failed(&err);
}

const struct command cmd_list = {
    .name = "list",
    .synopsis = "[options]",
    .summary = "the registry's customers, domains and keys",
    .options = list_options,
    .defaults = &list_defaults,
    .options_size = sizeof(list_defaults),
    .needs = NEED_WORKSPACE | NEED_OUTPUT,
    .run = list_run,
};
