/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie records: what must be published, in any form. */
#include <stdio.h>

#include "common/base/diag.h"
#include "common/records/emit.h"
#include "common/records/plan.h"
#include "common/records/planside.h"
#include "tools/cmd.h"
#include "tools/desk.h"

/* Octets gathered before they are written. */
#define CHUNK 65536

struct records_options {
    bool all;   /* --all */
    bool fixed; /* --fixed */
    int format; /* --format: index of format_words */
};

/* FORM_USUAL has no word: zone with --all, text without. */
enum { FORM_USUAL = -1 };
static const char *const format_words[] = {"text", "zone", "json", NULL};
static const struct records_options records_defaults = {.format = FORM_USUAL};

static const struct opt_def records_options[] = {
    OPT_FLAG('a', "all", struct records_options, all,
             "the whole zone: the ESP's and every customer's"),
    OPT_FLAG(0, "fixed", struct records_options, fixed,
             "only the ESP's own records"),
    OPT_CHOICE('f', "format", struct records_options, format, format_words,
               "FORM", "default text; zone with --all"),
    OPT_END,
};

/* One run. */
struct run {
    const struct emitter *emitter; /* the form */
    struct emit_state state;       /* its own */
    struct strbuf out;             /* not yet written */
    struct desk desk;              /* registry and template */
    struct planner *planner;       /* on them */
    struct arena *arena;           /* of one group */
};

static void
write_out(struct run *run, size_t from)
{
    if (run->out.n <= from)
        return;
    output_write(strbuf_slice(&run->out));
    strbuf_cut(&run->out, 0);
}

static void
emit_group(struct run *run, const char *customer, const struct plan *plan)
{
    emit_plan(run->emitter, &run->state, customer, plan);
    write_out(run, CHUNK);
    arena_reset(run->arena);
}

static enum status
emit_fixed(struct run *run, struct error *err)
{
    struct plan plan = {NULL, 0};
    enum status st = planner_fixed(run->planner, run->arena, &plan, err);

    if (st == ST_OK)
        emit_group(run, NULL, &plan);
    return st;
}

static enum status
emit_customer(struct run *run, const struct served_customer *customer,
              struct error *err)
{
    struct plan plan = {NULL, 0};
    enum status st =
        planner_customer(run->planner, customer, run->arena, &plan, err);

    /* What the customer publishes is in no zone of ours. */
    if (st == ST_OK && run->emitter != &emit_zone)
        st = planside_customer(customer, &run->desk.origin, run->arena, &plan,
                               err);
    if (st == ST_OK)
        emit_group(run, customer->customer.name, &plan);
    return st;
}

static enum status
emit_all(struct run *run, struct error *err)
{
    struct served_filter filter = {.customer = NULL};
    struct served_customer customer;
    struct served *served = NULL;
    enum status st = emit_fixed(run, err);

    if (st == ST_OK)
        st = served_open(run->desk.registry, &filter, &served, err);
    while (st == ST_OK && !output_is_lost()
           && (st = served_next(served, run->arena, &customer, err)) == ST_OK)
        st = emit_customer(run, &customer, err);
    served_free(served);
    return st == ST_NOT_FOUND ? ST_OK : st;
}

/* The others are printed all the same. */
static enum status
emit_named(struct run *run, char **names, int count)
{
    enum status worst = ST_OK;

    for (int i = 0; i < count; i++) {
        struct served_customer customer;
        struct error err = ERROR_INIT;
        enum status st = served_find(run->desk.registry, run->arena, names[i],
                                     &customer, &err);

        if (st == ST_OK)
            st = emit_customer(run, &customer, &err);
        if (st != ST_OK) {
            diag_error("%s", err.text);
            worst = st;
        }
    }
    return worst;
}

static enum exit_status
run_forms(struct run *run, const struct context *context)
{
    const struct records_options *options = context->options;
    struct error err = ERROR_INIT;
    enum status st = planner_new(run->desk.template, run->desk.registry,
                                 &run->planner, &err);
    enum status named = ST_OK;

    if (st != ST_OK)
        return cmd_failed(&err);
    run->emitter->begin(&run->state);
    if (options->all)
        st = emit_all(run, &err);
    else if (options->fixed)
        st = emit_fixed(run, &err);
    if (st == ST_OK)
        named = emit_named(run, context->operands, context->operand_count);
    if (st == ST_OK)
        run->emitter->end(&run->state);
    write_out(run, 0);
    planner_free(run->planner);
    if (st != ST_OK)
        return cmd_failed(&err);
    return named == ST_OK ? EXIT_GOOD : EXIT_FAILED;
}

static enum exit_status
records_run(struct context *context)
{
    const struct records_options *options = context->options;
    struct run run = {.out = STRBUF_INIT};
    struct error err = ERROR_INIT;
    enum exit_status status;
    int form = options->format;

    if (options->all && (options->fixed || context->operand_count > 0))
        return cmd_usage(context, "--all is all there is: no customers or "
                                  "--fixed beside it");
    if (!options->all && !options->fixed && context->operand_count == 0)
        return cmd_usage(context, "which customers? (or --all, --fixed)");
    if (form == FORM_USUAL)
        form = options->all ? 1 : 0;
    run.emitter = emit_find(format_words[form]);
    run.state.out = &run.out;
    if (desk_open(context, DESK_TEMPLATE, &run.desk, &err) != ST_OK)
        return cmd_failed(&err);
    run.arena = arena_new();
    status = run_forms(&run, context);
    arena_free(run.arena);
    strbuf_clear(&run.out);
    desk_close(&run.desk);
    return status;
}

const struct command cmd_records = {
    .name = "records",
    .synopsis = "[options] [CUSTOMER...]",
    .summary = "what must be published for customers, in any form",
    .about = "Prints the records of the named customers, or with --all the "
             "whole zone, as the template and the registry have them.  The "
             "form 'zone' is one record a line, owners absolute, and loads "
             "in any DNS server.",
    .examples = "selkie records snufkin\n"
                "selkie records --all >esp.example.zone\n"
                "selkie records snufkin --format json",
    .options = records_options,
    .defaults = &records_defaults,
    .options_size = sizeof(records_defaults),
    .needs = NEED_WORKSPACE,
    .operands_most = -1,
    .run = records_run,
};
