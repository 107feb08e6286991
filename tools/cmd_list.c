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
    int format;           /* --format: index of format_words */
};

enum { FORM_TEXT, FORM_JSON, FORM_NDJSON };
static const char *const format_words[] = {"text", "json", "ndjson", NULL};
static const struct list_options list_defaults = {.format = FORM_TEXT};

static const struct opt_def list_options[] = {
    OPT_TEXT('c', "customer", struct list_options, customer, "CUSTOMER",
             "only this customer"),
    OPT_TEXT(0, "state", struct list_options, state, "STATE",
             "only keys in this state: pending, active, ..."),
    OPT_FLAG('a', "all", struct list_options, all,
             "removed customers and retired keys too"),
    OPT_CHOICE('f', "format", struct list_options, format, format_words,
               "FORM", "default text"),
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

    value_set(map, "version", value_number(arena, 1));
    value_set(map, "command", value_text(arena, "list"));
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
add_row(struct strbuf *out, const struct row *row)
{
    char since[CLOCK_TEXT_SIZE];
    bool has_key = row->key.id != 0;

    clock_text(has_key ? row->key.since : row->customer.since, since);
    strbuf_addf(out, "%-16s %-30s %-14s %-8s %-10s %.10s\n",
                row->customer.name,
                row->domain.id == 0 ? "-" : row->domain.name,
                has_key ? row->key.selector : "-",
                has_key ? keymaker_word(row->key.algorithm) : "-",
                row_state(row), since);
}

static void
add_json_row(struct strbuf *out, const struct row *row)
{
    struct arena *arena = arena_new();

    value_json(row_value(arena, row), 0, out);
    arena_free(arena);
}

/* What stands around the rows of each form, whether there are any or not. */
struct frame {
    const char *before;  /* all rows */
    const char *between; /* two rows */
    const char *first;   /* before the first */
    const char *after;   /* all rows, where there were some */
    const char *empty;   /* where there were none */
};

static const struct frame frames[] = {
    [FORM_TEXT] = {NULL, "",      "",     "",      ""   },
    [FORM_JSON] = {"[",  ",\n  ", "\n  ", "\n]\n", "]\n"},
    [FORM_NDJSON] = {"",   "\n",    "",     "\n",    ""   },
};

static void
add_heading(struct strbuf *out)
{
    strbuf_addf(out, "%-16s %-30s %-14s %-8s %-10s %s\n", "CUSTOMER", "DOMAIN",
                "SELECTOR", "KEY", "STATE", "SINCE");
}

/* Written row by row: a registry may hold a million. */
static enum status
print_rows(int form, struct desk *desk, const struct row_filter *filter,
           struct error *err)
{
    const struct frame *frame = &frames[form];
    struct strbuf text = STRBUF_INIT;
    struct rows *rows = NULL;
    const struct row *row;
    size_t n = 0;
    enum status st = rows_open(desk->registry, filter, &rows, err);

    if (st != ST_OK)
        return st;
    if (form == FORM_TEXT)
        add_heading(&text);
    else
        strbuf_add_text(&text, frame->before);
    while (!output_is_lost() && (st = rows_next(rows, &row, err)) == ST_OK) {
        strbuf_add_text(&text, n++ == 0 ? frame->first : frame->between);
        if (form == FORM_TEXT)
            add_row(&text, row);
        else
            add_json_row(&text, row);
        output_write(strbuf_slice(&text));
        strbuf_cut(&text, 0);
    }
    strbuf_add_text(&text, n > 0 ? frame->after : frame->empty);
    output_write(strbuf_slice(&text));
    strbuf_clear(&text);
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
    st = print_rows(options->format, &desk, &filter, &err);
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
    .needs = NEED_WORKSPACE,
    .run = list_run,
};
