/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie verify: what is published against what should be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/audit/verify.h"
#include "common/base/clock.h"
#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/dns/engine.h"
#include "tools/batch.h"
#include "tools/cmd.h"
#include "tools/customers.h"
#include "tools/desk.h"

struct verify_options {
    bool all;         /* --all */
    const char *wait; /* --wait DURATION */
};

static const struct verify_options verify_defaults;

static const struct opt_def verify_options[] = {
    OPT_FLAG('a', "all", struct verify_options, all, "every customer"),
    OPT_TEXT(0, "wait", struct verify_options, wait, "DURATION",
             "ask again until all is published: 90s, 15m, 2h"),
    OPT_END,
};

/* Between two rounds of --wait: at first, and at most. */
#define WAIT_FIRST_S 2
#define WAIT_MOST_S  60

struct verify_run {
    struct context *context;           /* as called */
    struct desk desk;                  /* the workspace */
    struct customer_reader *customers; /* the input of this round */
    bool last;                         /* resolvers are asked as well */
    size_t wanting;                    /* of this round: not good */
    struct strbuf names;               /* of some of those */
    struct error err;                  /* reading broke off */
};

/* One customer on its way. */
struct verify_subject {
    struct arena *arena;        /* holds what is expected */
    const char *name;           /* the customer */
    struct verify_input input;  /* for the comparison */
    struct verify_facts *facts; /* of the latest run */
    const char *error;          /* cannot be planned */
};

static void *
verify_next(void *context, const char **name, const char **error)
{
    struct verify_run *run = context;
    struct arena *arena = arena_new();
    struct verify_subject *subject;
    struct error err = ERROR_INIT;
    const char *customer = customers_next(run->customers, arena, &run->err);

    if (customer == NULL) {
        arena_free(arena);
        return NULL;
    }
    subject = ARENA_NEW(arena, struct verify_subject);
    subject->arena = arena;
    subject->name = customer;
    if (customers_expect(&run->desk, customer, arena, &subject->input, &err)
        != ST_OK)
        subject->error = arena_text(arena, slice_of(err.text));
    subject->input.ask_resolvers =
        run->last && !run->context->dns.resolvers_only;
    *name = customer;
    *error = subject->error;
    return subject;
}

static void
verify_analyse(void *context, void *subject, struct view *view)
{
    struct verify_subject *one = subject;

    (void)context;
    one->facts = verify_collect(&one->input, view);
}

static struct report *
verify_finish(void *context, void *subject, struct view *view,
              struct subject *result)
{
    struct verify_subject *one = subject;
    struct arena *arena = view_run_arena(view);

    (void)context;
    result->domain = name_bare(arena, &one->input.domain);
    result->customer = one->name;
    result->facts = verify_value(one->facts, arena);
    return verify_check(one->facts, arena);
}

static void
verify_release(void *context, void *subject)
{
    struct verify_subject *one = subject;

    (void)context;
    arena_free(one->arena);
}

static enum status
open_round(struct verify_run *run, struct dns_setup *setup, struct error *err)
{
    const struct verify_options *options = run->context->options;
    enum status st = customers_open(
        &run->desk, options->all ? NULL : run->context->operands,
        (size_t)run->context->operand_count, &run->customers, err);

    if (st != ST_OK)
        return st;
    st = dnsopt_setup(&run->context->dns, setup, err);
    if (st != ST_OK)
        customers_close(run->customers);
    return st;
}

/* The round whose results are printed. */
static enum exit_status
print_round(struct verify_run *run)
{
    static const struct batch_ops ops = {verify_next, verify_analyse,
                                         verify_finish, verify_release};
    struct error err = ERROR_INIT;
    enum exit_status exit_status = EXIT_GOOD;
    struct output output;
    struct dns_setup setup;
    struct batch batch = {.ops = &ops,
                          .context = run,
                          .view = &setup.view,
                          .output = &output,
                          .what = "customers",
                          .quiet = run->context->output.quiet};
    enum status st =
        output_begin(&output, &run->context->output, "verify", &err);

    if (st == ST_OK && (st = open_round(run, &setup, &err)) == ST_OK) {
        batch.total = customers_total(run->customers);
        batch_run(&batch);
        customers_close(run->customers);
        st = dnsopt_finish(&setup, &err);
        if (output_end(&output, &exit_status, &err) != ST_OK)
            st = ST_IO;
    }
    if (st == ST_SYNTAX)
        return cmd_usage(run->context, "%s", err.text);
    if (st == ST_OK && run->err.text[0] != '\0')
        return cmd_failed(&run->err);
    return st == ST_OK ? exit_status : cmd_failed(&err);
}

/* ---- --wait: rounds that print nothing ---- */

static void *
wait_next(void *context, const char **name)
{
    const char *error = NULL;

    return verify_next(context, name, &error);
}

static void
wait_finish(void *context, void *subject, struct view *view)
{
    struct verify_run *run = context;
    struct verify_subject *one = subject;

    (void)view;
    if (one->error != NULL || !verify_is_good(one->facts)) {
        if (run->wanting++ < 5)
            strbuf_addf(&run->names, " %s", one->name);
    }
    verify_release(NULL, one);
}

static enum status
quiet_round(struct verify_run *run, struct error *err)
{
    static const struct engine_ops ops = {wait_next, verify_analyse,
                                          wait_finish};
    struct dns_setup setup;
    enum status st;

    run->wanting = 0;
    strbuf_cut(&run->names, 0);
    st = open_round(run, &setup, err);
    if (st != ST_OK)
        return st;
    engine_run(&setup.view, ENGINE_SUBJECTS_DEFAULT, &ops, run, &cmd_stop);
    customers_close(run->customers);
    return dnsopt_finish(&setup, err);
}

static void
tell_wanting(const struct verify_run *run, int64_t left)
{
    if (!run->context->output.quiet)
        diag_note("%zu not as expected yet:%s%s (%lld s left)", run->wanting,
                  run->names.p, run->wanting > 5 ? " ..." : "",
                  (long long)left);
}

/* Ask again, ever more slowly, until all is good or the time is over. */
static enum status
wait_for_all(struct verify_run *run, int64_t duration_s, struct error *err)
{
    uint64_t begin = clock_elapsed_us();
    unsigned pause = WAIT_FIRST_S;

    for (;;) {
        int64_t left;
        enum status st = quiet_round(run, err);

        left = duration_s - (int64_t)((clock_elapsed_us() - begin) / 1000000);
        if (st != ST_OK || run->wanting == 0 || left <= 0 || cmd_stop)
            return st;
        tell_wanting(run, left);
        /* sleep() ends early on a signal, and cmd_stop says so. */
        sleep((unsigned)(left < pause ? left : pause));
        pause = pause * 2 > WAIT_MOST_S ? WAIT_MOST_S : pause * 2;
    }
}

static enum exit_status
verify_desk(struct verify_run *run)
{
    const struct verify_options *options = run->context->options;
    struct error err = ERROR_INIT;
    int64_t duration_s = 0;

    if (options->wait != NULL) {
        if (clock_duration(slice_of(options->wait), &duration_s, &err)
            != ST_OK)
            return cmd_usage(run->context, "%s", err.text);
        cmd_catch_signals();
        if (wait_for_all(run, duration_s, &err) != ST_OK)
            return cmd_failed(&err);
        run->last = true;
    }
    return print_round(run);
}

static enum exit_status
verify_run_command(struct context *context)
{
    const struct verify_options *options = context->options;
    struct verify_run run = {.context = context};
    struct error err = ERROR_INIT;
    enum exit_status exit_status;

    if (options->all == (context->operand_count > 0))
        return cmd_usage(context, options->all
                                      ? "--all takes no customers beside it"
                                      : "which customer? (--all: every one)");
    if (desk_open(context, DESK_TEMPLATE, &run.desk, &err) != ST_OK)
        return cmd_failed(&err);
    run.names = (struct strbuf)STRBUF_INIT;
    exit_status = verify_desk(&run);
    strbuf_clear(&run.names);
    desk_close(&run.desk);
    return exit_status;
}

const struct command cmd_verify = {
    .name = "verify",
    .synopsis = "[options] CUSTOMER... | --all",
    .summary = "what is published against what should be",
    .about = "Asks every authoritative server for every record of the "
             "customers, and names the mistake in one that differs.  Exit "
             "status: 0 all is as it should be, 1 something is not, 3 a "
             "server did not answer.",
    .examples = "selkie verify snufkin --wait 15m\n"
                "selkie verify --all --format ndjson",
    .options = verify_options,
    .defaults = &verify_defaults,
    .options_size = sizeof(verify_defaults),
    .needs = NEED_DNS | NEED_OUTPUT | NEED_WORKSPACE,
    .operands_most = -1,
    .run = verify_run_command,
};
