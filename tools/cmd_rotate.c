/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie rotate plan, start and status: the steps that the registry decides.
 */
#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/diag.h"
#include "common/base/progress.h"
#include "common/registry/customers.h"
#include "common/registry/rotate.h"
#include "tools/cmd.h"
#include "tools/desk.h"
#include "tools/keysource.h"

/* M3AAWG: keys are replaced every six months. */
#define AGE_DEFAULT_S ((int64_t)180 * 86400)

struct rotate_options {
    bool all;           /* --all */
    const char *older;  /* --older-than DURATION */
    unsigned long jobs; /* --jobs N */
    int format;         /* --format: index of format_words */
    bool quiet;         /* -q */
};

enum { FORM_TEXT, FORM_JSON, FORM_NDJSON };
static const char *const format_words[] = {"text", "json", "ndjson", NULL};
static const struct rotate_options rotate_defaults = {.format = FORM_TEXT};

#define OPT_ALL                                                               \
    OPT_FLAG('a', "all", struct rotate_options, all, "every customer")
#define OPT_OLDER(text)                                                       \
    OPT_TEXT(0, "older-than", struct rotate_options, older, "DURATION", text)
#define OPT_FORM                                                              \
    OPT_CHOICE('f', "format", struct rotate_options, format, format_words,    \
               "FORM", "default text")

static const struct opt_def plan_options[] = {
    OPT_ALL, OPT_OLDER("keys older than that are due; default 180d"), OPT_FORM,
    OPT_END};
static const struct opt_def status_options[] = {OPT_ALL, OPT_FORM, OPT_END};
static const struct opt_def start_options[] = {
    OPT_ALL, OPT_OLDER("only keys older than that (--all: default 180d)"),
    OPT_NUMBER('j', "jobs", struct rotate_options, jobs, 1, 256, "N",
               "make keys on N cores; default all"),
    OPT_FLAG('q', "quiet", struct rotate_options, quiet,
             "no progress, no line for each customer"),
    OPT_END};

/* Customers to work on, and what is done with them. */
struct rotate_work {
    struct context *context;              /* as called */
    const struct rotate_options *options; /* likewise */
    struct desk desk;                     /* the workspace */
    const char *const *customers;         /* those named, or all */
    size_t count;                         /* of them */
    int64_t age_s;                        /* of keys that are due */
    struct progress *progress;            /* on the terminal */
    uint64_t done;                        /* customers */
    size_t printed;                       /* rows */
};

/* Is the call in order?  Then open the workspace and see whom to work on. */
static enum status
prepare(struct rotate_work *work, unsigned parts, unsigned states,
        struct error *err)
{
    const struct context *context = work->context;
    enum status st = ST_OK;

    if (work->options->all && context->operand_count > 0)
        return error_set(err, ST_SYNTAX, "--all takes no customers beside it");
    if (!work->options->all && context->operand_count == 0)
        return error_set(err, ST_SYNTAX, "which customer? (--all: every one)");
    if (work->options->older != NULL)
        st = clock_duration(slice_of(work->options->older), &work->age_s, err);
    if (st != ST_OK)
        return st;
    st = desk_open(context, parts, &work->desk, err);
    /* A fault of the workspace is none of the call. */
    if (st != ST_OK)
        return st == ST_SYNTAX ? ST_DAMAGED : st;
    work->customers = (const char *const *)context->operands;
    work->count = (size_t)context->operand_count;
    if (work->options->all)
        st = rotate_customers(work->desk.registry, work->desk.arena, states,
                              &work->customers, &work->count, err);
    if (st != ST_OK)
        desk_close(&work->desk);
    return st;
}

static enum exit_status
failed(const struct rotate_work *work, enum status st, const struct error *err)
{
    return st == ST_SYNTAX ? cmd_usage(work->context, "%s", err->text)
                           : cmd_failed(err);
}

/* ---- plan and status ---- */

/* Is a key to be printed?  Then *due is when its next step is; 0: none. */
struct key_filter {
    bool (*takes)(const struct rotate_work *work,
                  const struct customer_key *keys, size_t count,
                  const struct customer_key *key, int64_t *due); /* does it? */
};

static bool
is_due(const struct rotate_work *work, const struct customer_key *keys,
       size_t count, const struct customer_key *key, int64_t *due)
{
    *due = key->created + work->age_s;
    return rotate_is_due(keys, count, key, clock_now() - work->age_s);
}

static bool
is_live(const struct rotate_work *work, const struct customer_key *keys,
        size_t count, const struct customer_key *key, int64_t *due)
{
    (void)work;
    (void)keys;
    (void)count;
    *due = key->due;
    return states_key_is_live(key->state);
}

static struct value *
time_value(struct arena *arena, int64_t seconds)
{
    char *text = arena_alloc(arena, CLOCK_TEXT_SIZE);

    clock_text(seconds, text);
    return value_text(arena, seconds == 0 ? NULL : text);
}

static void
add_json(const struct rotate_work *work, const char *customer,
         const struct customer_key *key, int64_t due, struct strbuf *out)
{
    struct arena *arena = arena_new();
    struct value *map = value_map(arena);

    value_set(map, "version", value_number(arena, 1));
    value_set(map, "command", value_text(arena, work->context->command->name));
    value_set(map, "customer", value_text(arena, customer));
    value_set(map, "domain", value_text(arena, key->signing_domain));
    value_set(map, "selector", value_text(arena, key->selector));
    value_set(map, "state", value_text(arena, states_key(key->state)));
    value_set(map, "since", time_value(arena, key->since));
    value_set(map, "due", time_value(arena, due));
    value_json(map, 0, out);
    arena_free(arena);
}

static void
print_key(struct rotate_work *work, const char *customer,
          const struct customer_key *key, int64_t due)
{
    static const char *const first[] = {"", "[\n  ", ""};
    static const char *const between[] = {"", ",\n  ", "\n"};
    int form = work->options->format;
    char since[CLOCK_TEXT_SIZE], until[CLOCK_TEXT_SIZE];
    struct strbuf text = STRBUF_INIT;

    clock_text(key->since, since);
    clock_text(due, until);
    strbuf_add_text(&text, work->printed++ == 0 ? first[form] : between[form]);
    if (form == FORM_TEXT)
        strbuf_addf(&text, "%-16s %-30s %-14s %-10s %.10s %s\n", customer,
                    key->signing_domain, key->selector, states_key(key->state),
                    since, due == 0 ? "-" : until);
    else
        add_json(work, customer, key, due, &text);
    output_write(strbuf_slice(&text));
    strbuf_clear(&text);
}

static enum status
print_customer(struct rotate_work *work, const char *name,
               const struct key_filter *filter, struct error *err)
{
    struct arena *arena = arena_new();
    struct customer customer;
    struct customer_key *keys;
    size_t count;
    int64_t due;
    enum status st =
        customers_find(work->desk.registry, arena, name, &customer, err);

    if (st == ST_OK)
        st = rotate_keys(work->desk.registry, arena, name, &keys, &count, err);
    for (size_t i = 0; st == ST_OK && i < count; i++)
        if (filter->takes(work, keys, count, &keys[i], &due))
            print_key(work, name, &keys[i], due);
    arena_free(arena);
    return st;
}

static enum exit_status
print_keys(struct context *context, const struct key_filter *filter)
{
    static const char *const ends[] = {"", "\n]\n", "\n"};
    struct rotate_work work = {.context = context,
                               .options = context->options,
                               .age_s = AGE_DEFAULT_S};
    struct error err = ERROR_INIT;
    int form = work.options->format;
    enum status st = prepare(&work, 0, ~0u, &err);

    if (st != ST_OK)
        return failed(&work, st, &err);
    if (form == FORM_TEXT)
        printf("%-16s %-30s %-14s %-10s %-10s %s\n", "CUSTOMER", "DOMAIN",
               "SELECTOR", "STATE", "SINCE", "DUE");
    st = registry_begin_reading(work.desk.registry, &err);
    for (size_t i = 0; st == ST_OK && i < work.count && !output_is_lost(); i++)
        st = print_customer(&work, work.customers[i], filter, &err);
    registry_rollback(work.desk.registry);
    output_write(slice_of(work.printed > 0    ? ends[form]
                          : form == FORM_JSON ? "[]\n"
                                              : ""));
    desk_close(&work.desk);
    return st == ST_OK ? EXIT_GOOD : cmd_failed(&err);
}

static enum exit_status
plan_run(struct context *context)
{
    return print_keys(context, &(const struct key_filter){is_due});
}

static enum exit_status
status_run(struct context *context)
{
    return print_keys(context, &(const struct key_filter){is_live});
}

/* ---- start ---- */

static void
tell_started(void *context, const char *customer, size_t keys)
{
    struct rotate_work *work = context;

    progress_set(work->progress, ++work->done, customer);
    if (!work->options->quiet && !work->options->all)
        printf("started %s: %zu new keys\n", customer, keys);
}

static enum status
start_all(struct rotate_work *work, struct rotate_totals *totals,
          struct error *err)
{
    bool any_age = work->options->older == NULL && !work->options->all;
    struct rotate_settings settings = {
        .registry = work->desk.registry,
        .seal = work->desk.seal,
        .source = keysource(),
        .threads = (unsigned)work->options->jobs,
        .made_before = any_age ? INT64_MAX : clock_now() - work->age_s,
        .stop = &cmd_stop,
        .outcome = tell_started,
        .context = work};
    enum status st;

    cmd_catch_signals();
    work->progress =
        progress_new("customers", work->count, work->options->quiet);
    st = rotate_start(&settings, work->customers, work->count, totals, err);
    progress_free(work->progress);
    return st;
}

static enum exit_status
start_run(struct context *context)
{
    struct rotate_work work = {.context = context,
                               .options = context->options,
                               .age_s = AGE_DEFAULT_S};
    struct rotate_totals totals = {0};
    struct error err = ERROR_INIT, late = ERROR_INIT;
    enum status st = prepare(&work, DESK_SEAL, 1u << KEY_ACTIVE, &err);
    enum status published;

    if (st != ST_OK)
        return failed(&work, st, &err);
    st = start_all(&work, &totals, &err);
    /* Also when nothing was added: a run that was killed between its commit
       and this is made good by the next. */
    published = desk_publish(&work.desk, &late);
    desk_close(&work.desk);
    if (published != ST_OK && (st == ST_OK || st == ST_STOPPED))
        diag_error("%s", late.text);
    if (!work.options->quiet)
        printf("%zu customers started with %zu keys, %zu had nothing due\n",
               totals.customers, totals.keys, totals.idle);
    if (st == ST_STOPPED)
        diag_note("interrupted: the same command goes on where it stopped");
    else if (st != ST_OK)
        return cmd_failed(&err);
    return published == ST_OK ? EXIT_GOOD : EXIT_FAILED;
}

const struct command cmd_rotate_plan = {
    .name = "rotate plan",
    .synopsis = "[options] CUSTOMER... | --all",
    .summary = "whose keys are due for a successor",
    .options = plan_options,
    .defaults = &rotate_defaults,
    .options_size = sizeof(rotate_defaults),
    .needs = NEED_WORKSPACE,
    .operands_most = -1,
    .run = plan_run,
};

const struct command cmd_rotate_start = {
    .name = "rotate start",
    .synopsis = "[options] CUSTOMER... | --all",
    .summary = "make successors of keys that sign, and serve them",
    .about = "Each key that signs and is due gets a successor of its kind at "
             "a new dated selector, all of one customer or none.  Those that "
             "have one on its way are left alone: interrupted, the same "
             "command goes on where it stopped.  Signers still use the old "
             "keys.",
    .examples = "selkie rotate start snufkin\n"
                "selkie rotate start --all --older-than 180d",
    .options = start_options,
    .defaults = &rotate_defaults,
    .options_size = sizeof(rotate_defaults),
    .needs = NEED_WORKSPACE,
    .operands_most = -1,
    .run = start_run,
};

const struct command cmd_rotate_status = {
    .name = "rotate status",
    .synopsis = "[options] CUSTOMER... | --all",
    .summary = "where each key is in its life",
    .options = status_options,
    .defaults = &rotate_defaults,
    .options_size = sizeof(rotate_defaults),
    .needs = NEED_WORKSPACE,
    .operands_most = -1,
    .run = status_run,
};
