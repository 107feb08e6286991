/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie records: what must be published, in any form. */
#include <stdio.h>

#include "common/base/diag.h"
#include "common/records/emit.h"
#include "common/records/parked.h"
#include "common/records/plan.h"
#include "common/records/planside.h"
#include "tools/cmd.h"
#include "tools/desk.h"

/* Octets gathered before they are written. */
#define CHUNK 65536

struct records_options {
    bool all;    /* --all */
    bool fixed;  /* --fixed */
    bool parked; /* --parked */
    int whose;   /* --for: index of whose_words */
    int format;  /* --format: index of format_words */
};

/* FORM_USUAL has no word: zone with --all, text without. */
enum { FORM_USUAL = -1 };
static const char *const format_words[] = {
    "text",    "zone",     "json",       "csv",      "markdown", "html",
    "tinydns", "nsupdate", "knotc",      "pdnsutil", "pdns-api", "route53",
    "google",  "azure",    "cloudflare", "octodns",  NULL};
/* FOR_USUAL has no word: both, where the form is not for our servers alone. */
enum { FOR_USUAL = -1, FOR_ESP, FOR_CUSTOMER, FOR_BOTH };
static const char *const whose_words[] = {"esp", "customer", "both", NULL};
static const struct records_options records_defaults = {.format = FORM_USUAL,
                                                        .whose = FOR_USUAL};

static const struct opt_def records_options[] = {
    OPT_FLAG('a', "all", struct records_options, all,
             "the whole zone: the ESP's and every customer's"),
    OPT_FLAG(0, "fixed", struct records_options, fixed,
             "only the ESP's own records"),
    OPT_FLAG(0, "parked", struct records_options, parked,
             "of domains, not customers, that send no mail"),
    OPT_CHOICE(0, "for", struct records_options, whose, whose_words, "WHOSE",
               "in whose zones: esp, customer or both"),
    OPT_CHOICE('f', "format", struct records_options, format, format_words,
               "FORM", "default text; zone with --all"),
    OPT_END,
};

/* One run. */
struct run {
    const struct emitter *emitter; /* the form */
    bool is_ours, is_theirs;       /* whose records: ours, the customer's */
    struct emit_state state;       /* its own */
    struct strbuf out;             /* not yet written */
    struct desk desk;              /* registry and template */
    struct planner *planner;       /* on them */
    struct arena *arena;           /* of one group */
    struct name parked;            /* the last parked domain */
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
    enum status st;

    if (!run->is_ours)
        return ST_OK;
    st = planner_fixed(run->planner, run->arena, &plan, err);

    if (st == ST_OK)
        emit_group(run, NULL, &plan);
    return st;
}

static enum status
emit_customer(struct run *run, const struct served_customer *customer,
              struct error *err)
{
    struct plan plan = {NULL, 0};
    enum status st = ST_OK;

    if (run->is_ours)
        st = planner_customer(run->planner, customer, run->arena, &plan, err);
    if (st == ST_OK && run->is_theirs)
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

/* Records of a domain that nobody sends as: no registry is asked. */
static enum status
emit_parked(struct run *run, const char *domain, struct error *err)
{
    struct plan plan = {NULL, 0};
    struct name name;
    enum status st = name_from_user(&name, domain, err);

    if (st == ST_OK)
        st = parked_plan(&name, run->arena, &plan, err);
    if (st != ST_OK)
        return st;
    run->parked = name;
    run->state.origin = &run->parked;
    emit_group(run, domain, &plan);
    return ST_OK;
}

static enum exit_status
run_parked(struct run *run, const struct context *context)
{
    enum exit_status status = EXIT_GOOD;

    emit_begin(run->emitter, &run->state);
    for (int i = 0; i < context->operand_count; i++) {
        struct error err = ERROR_INIT;

        if (emit_parked(run, context->operands[i], &err) != ST_OK)
            status = cmd_failed(&err);
    }
    emit_end(run->emitter, &run->state);
    write_out(run, 0);
    return status;
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
    emit_begin(run->emitter, &run->state);
    if (options->all)
        st = emit_all(run, &err);
    else if (options->fixed)
        st = emit_fixed(run, &err);
    if (st == ST_OK)
        named = emit_named(run, context->operands, context->operand_count);
    if (st == ST_OK)
        emit_end(run->emitter, &run->state);
    write_out(run, 0);
    planner_free(run->planner);
    if (st != ST_OK)
        return cmd_failed(&err);
    return named == ST_OK ? EXIT_GOOD : EXIT_FAILED;
}

/* What does not go together, or NULL. */
static const char *
find_contradiction(const struct context *context)
{
    const struct records_options *options = context->options;

    if (options->parked)
        return options->all || options->fixed || options->whose != FOR_USUAL
                   ? "--parked is for domains that nobody sends as: no "
                     "--all, --fixed or --for beside it"
               : context->operand_count == 0 ? "which domains?"
                                             : NULL;
    if (options->all && (options->fixed || context->operand_count > 0))
        return "--all is all there is: no customers or --fixed beside it";
    if (!options->all && !options->fixed && context->operand_count == 0)
        return "which customers? (or --all, --fixed)";
    return NULL;
}

static void
choose_form(struct run *run, const struct records_options *options)
{
    int form = options->format;

    if (form == FORM_USUAL)
        form = options->all ? 1 : 0;
    run->emitter = emit_find(format_words[form]);
    run->is_ours = options->whose != FOR_CUSTOMER;
    run->is_theirs = options->whose == FOR_USUAL ? !run->emitter->is_ours
                                                 : options->whose != FOR_ESP;
}

static enum exit_status
records_run(struct context *context)
{
    const struct records_options *options = context->options;
    const char *contradiction = find_contradiction(context);
    struct run run = {.out = STRBUF_INIT};
    struct error err = ERROR_INIT;
    enum exit_status status;

    if (contradiction != NULL)
        return cmd_usage(context, "%s", contradiction);
    choose_form(&run, options);
    run.state.out = &run.out;
    if (!options->parked
        && desk_open(context, DESK_TEMPLATE, &run.desk, &err) != ST_OK)
        return cmd_failed(&err);
    run.state.origin = &run.desk.origin;
    run.arena = arena_new();
    status =
        options->parked ? run_parked(&run, context) : run_forms(&run, context);
    arena_free(run.arena);
    strbuf_clear(&run.out);
    desk_close(&run.desk);
    return status;
}

const struct command cmd_records = {
    .name = "records",
    .synopsis = "[options] [CUSTOMER...] | --parked DOMAIN...",
    .summary = "what must be published for customers, in any form",
    .about = "Prints the records of the named customers, or with --all the "
             "whole zone, as the template and the registry have them.  The "
             "form 'zone' is one record a line, owners absolute, and loads "
             "in any DNS server.  Others change a running server, or are "
             "bodies of requests to DNS operators.",
    .examples = "selkie records snufkin\n"
                "selkie records acme --for customer --format html >acme.html\n"
                "selkie records --all --format nsupdate | nsupdate -k key\n"
                "selkie records --parked unused.example --format zone\n"
                "selkie records --all >esp.example.zone\n"
                "selkie records snufkin --format json",
    .options = records_options,
    .defaults = &records_defaults,
    .options_size = sizeof(records_defaults),
    .needs = NEED_WORKSPACE,
    .operands_most = -1,
    .run = records_run,
};
