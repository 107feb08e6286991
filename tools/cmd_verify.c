/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie verify: what is published against what should be. */
#include <poll.h>

#include "common/audit/verify.h"
#include "common/base/clock.h"
#include "common/base/diag.h"
#include "common/dns/engine.h"
#include "tools/batch.h"
#include "tools/cmd.h"
#include "tools/customers.h"
#include "tools/desk.h"
#include "tools/keyring.h"
#include "tools/sights.h"

struct verify_options {
    bool all;         /* --all */
    bool fixed;       /* --fixed */
    const char *wait; /* --wait DURATION */
    bool dry_run;     /* --dry-run */
};

static const struct verify_options verify_defaults;

static const struct opt_def verify_options[] = {
    OPT_FLAG('a', "all", struct verify_options, all, "every customer"),
    OPT_FLAG(0, "fixed", struct verify_options, fixed,
             "the ESP's own records too, or alone"),
    OPT_TEXT(0, "wait", struct verify_options, wait, "DURATION",
             "ask again until all is published: 90s, 15m, 2h"),
    OPT_FLAG('n', "dry-run", struct verify_options, dry_run,
             "enter nothing of what was seen in the registry"),
    OPT_END,
};

/* Between two rounds of --wait: at first, and at most. */
#define WAIT_FIRST_S  2
#define WAIT_MOST_S   60
/* Records named while we wait; a person reads a few. */
#define WAIT_NAMED    5
/*
 * Questions of one customer.  The plan bounds them, not what is found: a
 * record is asked of each address of its zone's servers (16 of 8 at most),
 * and some 15 questions look for what went wrong.
 */
#define QUESTIONS_MAX 20000

struct verify_run {
    struct context *context;              /* as called */
    const struct verify_options *options; /* likewise */
    struct desk desk;                     /* the workspace */
    struct keyring *keyring;              /* whose key is it? */
    struct customer_reader *customers;    /* the input of this round, or
                                             NULL: not open */
    struct dns_setup setup;               /* where its answers come from */
    struct error err;                     /* reading broke off */
    struct customer_choice choice;        /* of this round */
    struct sightings *sightings;          /* for the registry; NULL: none are
                                             taken */
    struct arena *arena;                  /* of wanting */
    const char **wanting;        /* not good in this round: the next */
    size_t wanting_count;        /* of them */
    bool fixed_wanting;          /* the ESP's own are not good either */
    size_t missing;              /* records, of this round */
    struct strbuf missing_names; /* of some of those */
};

/* One customer on its way. */
struct verify_subject {
    struct arena *arena;        /* holds the plan */
    struct customer_plan plan;  /* what is expected */
    struct verify_facts *facts; /* of the latest run */
};

static struct verify_subject *
next_subject(struct verify_run *run)
{
    const struct dns_options *dns = &run->context->dns;
    struct arena *arena = arena_new();
    struct verify_subject *subject = ARENA_NEW(arena, struct verify_subject);

    if (!customers_next(run->customers, arena, &subject->plan, &run->err)) {
        arena_free(arena);
        return NULL;
    }
    subject->arena = arena;
    subject->plan.input.owner_of = keyring_owner;
    subject->plan.input.context = run->keyring;
    /* The system's resolvers may know of changes late: only those that were
       named, or a file, stand for servers out of reach. */
    subject->plan.input.trust_resolvers =
        dns->resolvers.count + dns->zones.count > 0 || dns->replay != NULL;
    subject->plan.input.ask_resolvers = run->options->wait != NULL;
    subject->plan.input.show_resolvers = run->context->output.verbose;
    return subject;
}

static void *
verify_next(void *context, const char **name, const char **error)
{
    struct verify_subject *subject = next_subject(context);

    if (subject == NULL)
        return NULL;
    *name = subject->plan.name;
    *error = subject->plan.problem;
    return subject;
}

static void
verify_analyse(void *context, void *subject, struct view *view)
{
    struct verify_subject *one = subject;

    (void)context;
    one->facts = verify_collect(&one->plan.input, view);
}

static struct report *
verify_finish(void *context, void *subject, struct view *view,
              struct subject *result)
{
    struct verify_run *run = context;
    struct verify_subject *one = subject;
    struct arena *arena = view_run_arena(view);

    result->domain = name_bare(arena, &one->plan.input.domain);
    result->customer = one->plan.input.customer;
    result->facts = verify_value(one->facts, arena);
    if (run->sightings != NULL)
        sights_note(&one->plan, one->facts, run->sightings);
    return verify_check(one->facts, arena);
}

static void
verify_release(void *context, void *subject)
{
    struct verify_subject *one = subject;

    (void)context;
    arena_free(one->arena);
}

/* Open what a round needs, unless it is open. */
static enum status
open_round(struct verify_run *run, struct error *err)
{
    enum status st = ST_OK;

    if (run->customers != NULL)
        return ST_OK;
    st = dnsopt_setup(&run->context->dns, &run->setup, err);
    if (st != ST_OK)
        return st;
    run->setup.view.question_limit = QUESTIONS_MAX;
    st = customers_open(&run->desk, &run->choice, &run->customers, err);
    if (st != ST_OK)
        dnsopt_finish(&run->setup, NULL);
    return st;
}

static enum status
close_round(struct verify_run *run, struct error *err)
{
    if (run->customers == NULL)
        return ST_OK;
    customers_close(run->customers);
    run->customers = NULL;
    return dnsopt_finish(&run->setup, err);
}

/* The round whose results are printed: of all that was asked for. */
static enum status
print_round(struct verify_run *run, struct output *output, struct error *err)
{
    static const struct batch_ops ops = {verify_next, verify_analyse,
                                         verify_finish, verify_release, NULL};
    struct batch batch = {.ops = &ops,
                          .context = run,
                          .view = &run->setup.view,
                          .output = output,
                          .what = "customers",
                          .quiet = run->context->output.quiet};
    enum status st = open_round(run, err);

    if (st != ST_OK)
        return st;
    batch.total = customers_total(run->customers);
    batch_run(&batch);
    st = close_round(run, err);
    if (st == ST_OK && run->err.text[0] != '\0')
        return error_set(err, ST_IO, "%s", run->err.text);
    return st;
}

/* ---- --wait: rounds that print nothing ---- */

static void *
wait_next(void *context, const char **name)
{
    struct verify_run *run = context;
    struct verify_subject *subject;

    /* Who has no plan is told of in the end; waiting does not help. */
    while ((subject = next_subject(run)) != NULL
           && subject->plan.problem != NULL)
        verify_release(run, subject);
    if (subject == NULL)
        return NULL;
    subject->plan.input.no_diagnosis = true;
    *name = subject->plan.name;
    return subject;
}

static void
add_missing(struct verify_run *run, const struct verify_record *record)
{
    if (record->state <= VERIFY_EXTRA || run->missing++ >= WAIT_NAMED)
        return;
    strbuf_add_text(&run->missing_names, run->missing > 1 ? ", " : " ");
    rrtype_present(record->expected->type, &run->missing_names);
    strbuf_add_char(&run->missing_names, ' ');
    name_present(&record->expected->owner, &run->missing_names);
    strbuf_addf(&run->missing_names, " (%s)", verify_word(record->state));
}

static void
add_wanting(struct verify_run *run, const struct customer_plan *plan)
{
    if (plan->input.customer == NULL) {
        run->fixed_wanting = true;
        return;
    }
    run->wanting = arena_grow(run->arena, run->wanting, run->wanting_count,
                              sizeof(*run->wanting));
    run->wanting[run->wanting_count++] =
        arena_text(run->arena, slice_of(plan->name));
}

static size_t
count_wanting(const struct verify_run *run)
{
    return run->wanting_count + (run->fixed_wanting ? 1 : 0);
}

static void
wait_finish(void *context, void *subject, struct view *view)
{
    struct verify_run *run = context;
    struct verify_subject *one = subject;

    (void)view;
    if (!verify_is_good(one->facts)) {
        add_wanting(run, &one->plan);
        for (size_t i = 0; i < one->facts->count; i++)
            add_missing(run, &one->facts->records[i]);
    }
    verify_release(run, one);
}

/* Ask for those that were not good the last time; those that are not now are
   the next round's. */
static enum status
quiet_round(struct verify_run *run, struct error *err)
{
    static const struct engine_ops ops = {wait_next, verify_analyse,
                                          wait_finish, verify_release};
    struct arena *old = run->arena;
    enum status st = open_round(run, err);

    run->arena = arena_new();
    run->wanting = NULL;
    run->wanting_count = run->missing = 0;
    run->fixed_wanting = false;
    strbuf_cut(&run->missing_names, 0);
    if (st == ST_OK) {
        engine_run(&run->setup.view, ENGINE_SUBJECTS_DEFAULT, &ops, run,
                   &cmd_stop);
        st = close_round(run, err);
    }
    arena_free(old);
    run->choice = (struct customer_choice){.fixed = run->fixed_wanting,
                                           .names = run->wanting,
                                           .count = run->wanting_count};
    return st;
}

static void
tell_missing(const struct verify_run *run, int64_t left_s)
{
    if (!run->context->output.quiet)
        diag_note("not as expected yet: %zu records of %zu customers:%s%s"
                  " (%lld s left)",
                  run->missing, count_wanting(run), run->missing_names.p,
                  run->missing > WAIT_NAMED ? ", ..." : "", (long long)left_s);
}

/* Until a signal comes, at most so long. */
static void
pause_for(int64_t seconds)
{
    enum { STEP_MS = 200 };
    uint64_t end = clock_elapsed_us() + (uint64_t)seconds * 1000000;

    /* In steps: a signal just before poll() does not end it. */
    while (!cmd_stop && clock_elapsed_us() < end)
        poll(NULL, 0, STEP_MS);
}

/* Ask again, ever more slowly, until all is good or the time is over. */
static enum status
wait_for_all(struct verify_run *run, int64_t duration_s, struct error *err)
{
    uint64_t begin = clock_elapsed_us();
    int64_t pause = WAIT_FIRST_S;

    for (;;) {
        int64_t left;
        enum status st = quiet_round(run, err);

        left = duration_s - (int64_t)((clock_elapsed_us() - begin) / 1000000);
        if (st != ST_OK || count_wanting(run) == 0 || left <= 0 || cmd_stop)
            return st;
        tell_missing(run, left);
        pause_for(left < pause ? left : pause);
        pause = pause * 2 > WAIT_MOST_S ? WAIT_MOST_S : pause * 2;
    }
}

/* What was asked for, as opposed to what is still wanting. */
static void
name_all(struct verify_run *run)
{
    run->choice = (struct customer_choice){
        .all = run->options->all,
        .fixed = run->options->fixed,
        .names = (const char *const *)run->context->operands,
        .count = (size_t)run->context->operand_count};
}

static enum status
wait_and_print(struct verify_run *run, int64_t duration_s,
               struct output *output, struct error *err)
{
    enum status st = ST_OK;

    if (run->options->wait != NULL) {
        cmd_catch_signals();
        st = wait_for_all(run, duration_s, err);
        name_all(run);
    }
    return st == ST_OK ? print_round(run, output, err) : st;
}

/* ---- the registry ---- */

static void
tell_moves(const struct verify_run *run, const struct sighting_totals *totals)
{
    if (run->context->output.quiet)
        return;
    if (totals->published > 0 || totals->verified > 0)
        diag_note("registry: %zu keys are published now, %zu domains verified",
                  totals->published, totals->verified);
    if (totals->lost > 0 || totals->unverified > 0)
        diag_note("registry: %zu keys and %zu domains are pending again: they "
                  "are at no server any more",
                  totals->lost, totals->unverified);
}

/* After the reading: nothing may be written below an open walk. */
static enum status
enter_sightings(struct verify_run *run, struct error *err)
{
    struct sighting_totals totals;
    enum status st;

    if (run->sightings == NULL)
        return ST_OK;
    st = sightings_record(run->desk.registry, run->sightings, &totals, err);
    tell_moves(run, &totals);
    return st;
}

/* All that the command line may have wrong is said before waiting, and before
   anything is printed. */
static enum status
begin(struct verify_run *run, int64_t *duration_s, struct output *output,
      struct error *err)
{
    const char *wait = run->options->wait;
    enum status st = ST_OK;

    name_all(run);
    if (wait != NULL)
        st = clock_duration(slice_of(wait), duration_s, err);
    if (st == ST_OK)
        st = open_round(run, err);
    return st == ST_OK
               ? output_begin(output, &run->context->output, "verify", err)
               : st;
}

static enum exit_status
verify_desk(struct verify_run *run)
{
    struct error err = ERROR_INIT, late = ERROR_INIT;
    enum exit_status exit_status = EXIT_GOOD;
    int64_t duration_s = 0;
    struct output output;
    enum status st = begin(run, &duration_s, &output, &err);

    if (st != ST_OK) {
        close_round(run, NULL);
        return st == ST_SYNTAX ? cmd_usage(run->context, "%s", err.text)
                               : cmd_failed(&err);
    }
    if (!run->options->dry_run && dnsopt_is_live(&run->context->dns))
        run->sightings = sightings_new();
    st = wait_and_print(run, duration_s, &output, &err);
    if (output_end(&output, &exit_status, &late) != ST_OK && st == ST_OK)
        return cmd_failed(&late);
    output_push();
    if (st == ST_OK)
        st = enter_sightings(run, &err);
    return st == ST_OK ? exit_status : cmd_failed(&err);
}

static enum exit_status
verify_run_command(struct context *context)
{
    const struct verify_options *options = context->options;
    struct verify_run run = {
        .context = context, .options = options, .missing_names = STRBUF_INIT};
    struct error err = ERROR_INIT;
    enum exit_status exit_status;

    if (options->all && context->operand_count > 0)
        return cmd_usage(context, "--all takes no customers beside it");
    if (!options->all && !options->fixed && context->operand_count == 0)
        return cmd_usage(context, "which customer? (--all: every one)");
    if (desk_open(context, DESK_TEMPLATE, &run.desk, &err) != ST_OK)
        return cmd_failed(&err);
    run.keyring = keyring_new(run.desk.registry);
    exit_status = verify_desk(&run);
    strbuf_clear(&run.missing_names);
    sightings_free(run.sightings);
    arena_free(run.arena);
    keyring_free(run.keyring);
    desk_close(&run.desk);
    return exit_status;
}

const struct command cmd_verify = {
    .name = "verify",
    .synopsis = "[options] CUSTOMER... | --all | --fixed",
    .summary = "what is published against what should be",
    .about = "Asks every authoritative server for every record of the "
             "customers, and names the mistake in one that differs.  What "
             "all of them have is entered in the registry: keys become "
             "published, and domains of customers' own verified.  Exit "
             "status: 0 all is as it should be, 1 something is not, 3 a "
             "server did not answer.",
    .examples = "selkie verify snufkin --wait 15m\n"
                "selkie verify --all --format ndjson",
    .options = verify_options,
    .defaults = &verify_defaults,
    .options_size = sizeof(verify_defaults),
    .needs = NEED_DNS | NEED_OUTPUT | FORMS_ALL | NEED_WORKSPACE,
    .operands_most = -1,
    .run = verify_run_command,
};
