/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gate of rotations. */
#include "tools/rotategate.h"

#include "common/base/clock.h"
#include "common/base/diag.h"
#include "tools/batch.h"
#include "tools/customers.h"
#include "tools/desk.h"
#include "tools/rotatecases.h"

/* Of one customer: all its keys at each address of its zone's servers, and
   what went wrong with some. */
#define QUESTIONS_MAX 20000

struct gate {
    struct context *context;                  /* as called */
    const struct rotategate_options *options; /* likewise */
    enum rotategate_step step;                /* likewise */
    struct rotatecases_wish wish;             /* which keys */
    struct desk desk;                         /* the workspace */
    struct dns_setup setup;                   /* where answers come from */
    struct customer_reader *customers;        /* the input */
    struct error err;                         /* reading broke off */
    struct rotate_step *safe;                 /* steps to take, grown */
    size_t safe_count;                        /* of them */
    enum exit_status exit;                    /* by verdicts */
};

/* One customer on its way. */
struct gate_subject {
    struct arena *arena;           /* holds all of it */
    struct customer_plan plan;     /* what it should have published */
    struct rotatecases cases;      /* its keys */
    struct rotationcase_seen seen; /* of the latest run */
};

/* The next customer, with its cases; NULL: there is none, or it failed. */
static struct gate_subject *
read_customer(struct gate *gate)
{
    struct arena *arena = arena_new();
    struct gate_subject *subject = ARENA_NEW(arena, struct gate_subject);
    struct error why = ERROR_INIT;

    if (!customers_next(gate->customers, arena, &subject->plan, &gate->err)) {
        arena_free(arena);
        return NULL;
    }
    subject->arena = arena;
    if (subject->plan.problem == NULL
        && rotatecases_find(&gate->desk, &subject->plan, &gate->wish, arena,
                            &subject->cases, &why)
               != ST_OK)
        subject->plan.problem = arena_text(arena, slice_of(why.text));
    return subject;
}

/* Of all customers only those have a place in the output of whom something is
   asked: nothing is good of the others. */
static void *
gate_next(void *context, const char **name, const char **error)
{
    struct gate *gate = context;
    struct gate_subject *subject = read_customer(gate);

    while (subject != NULL && gate->options->all && subject->cases.count == 0
           && subject->plan.problem == NULL) {
        arena_free(subject->arena);
        subject = read_customer(gate);
    }
    if (subject == NULL)
        return NULL;
    *name = subject->plan.name;
    *error = subject->plan.problem;
    return subject;
}

static void
gate_analyse(void *context, void *subject, struct view *view)
{
    struct gate_subject *one = subject;

    (void)context;
    one->seen.fresh = verify_collect(&one->cases.fresh, view);
    one->seen.old = verify_collect(&one->cases.old, view);
    for (size_t i = 0; i < one->cases.count; i++)
        rotationcase_collect(&one->cases.cases[i], &one->seen, view);
}

/* The exit status of a verdict; what is safe is noted. */
static void
note_verdict(struct gate *gate, const struct rotationcase *c,
             struct rotate_step step)
{
    static const enum exit_status exits[ROTATION_VERDICTS] = {
        [ROTATION_SAFE] = EXIT_GOOD,
        [ROTATION_UNSAFE] = EXIT_FOUND,
        [ROTATION_UNKNOWN] = EXIT_UNKNOWN};

    gate->exit = exit_status_worse(gate->exit, exits[c->decision.verdict]);
    if (c->decision.verdict != ROTATION_SAFE)
        return;
    if (!c->is_retirement)
        step.due =
            c->facts.now + c->facts.queue_s + c->facts.old.ttl.seconds + 1;
    gate->safe = arena_grow(gate->desk.arena, gate->safe, gate->safe_count,
                            sizeof(*gate->safe));
    gate->safe[gate->safe_count++] = step;
}

static struct report *
gate_finish(void *context, void *subject, struct view *view,
            struct subject *result)
{
    struct gate *gate = context;
    struct gate_subject *one = subject;
    struct arena *arena = view_run_arena(view);
    struct report *report = verify_check(one->seen.fresh, arena);
    struct value *facts = value_map(arena), *list = value_list(arena);

    for (size_t i = 0; i < one->cases.count; i++) {
        const struct rotationcase *c = &one->cases.cases[i];

        rotationcase_check(c, &one->seen, report);
        value_add(list, rotationcase_value(c, arena));
        note_verdict(gate, c, one->cases.steps[i]);
    }
    value_set(facts, "rotation", list);
    result->domain = name_bare(arena, &one->plan.input.domain);
    result->customer = one->plan.name;
    result->facts = facts;
    return report;
}

static void
gate_release(void *context, void *subject)
{
    struct gate_subject *one = subject;

    (void)context;
    arena_free(one->arena);
}

/* Those named, or all that have keys to look at. */
static enum status
choose(struct gate *gate, struct error *err)
{
    unsigned states = gate->wish.is_retirement
                          ? 1u << KEY_RETIRING
                          : 1u << KEY_PENDING | 1u << KEY_PUBLISHED;
    struct customer_choice choice = {
        .names = (const char *const *)gate->context->operands,
        .count = (size_t)gate->context->operand_count};
    enum status st = ST_OK;

    if (gate->options->all)
        st = rotate_customers(gate->desk.registry, gate->desk.arena, states,
                              &choice.names, &choice.count, err);
    return st == ST_OK
               ? customers_open(&gate->desk, &choice, &gate->customers, err)
               : st;
}

static enum status
ask(struct gate *gate, struct output *output, struct error *err)
{
    static const struct batch_ops ops = {gate_next, gate_analyse, gate_finish,
                                         gate_release, NULL};
    struct batch batch = {.ops = &ops,
                          .context = gate,
                          .view = &gate->setup.view,
                          .output = output,
                          .what = "customers",
                          .total = customers_total(gate->customers),
                          .quiet = gate->context->output.quiet};
    enum status st = batch_run(&batch);

    if (st == ST_OK && gate->err.text[0] != '\0')
        return error_set(err, ST_IO, "%s", gate->err.text);
    return st;
}

/* Of those that were safe when DNS was asked. */
static void
tell_steps(const struct gate *gate, size_t done, bool is_all,
           enum exit_status *exit_status)
{
    bool is_retirement = gate->step == ROTATEGATE_RETIRE;

    if (done > 0 && !gate->context->output.quiet)
        diag_note("registry: %zu keys %s", done,
                  is_retirement ? "are retired, their private halves erased"
                                : "sign now");
    if (!is_all || done == gate->safe_count)
        return;
    diag_warning("%zu of %zu safe steps were not taken: their keys were moved "
                 "meanwhile; look again with 'selkie rotate status'",
                 gate->safe_count - done, gate->safe_count);
    *exit_status = exit_status_worse(*exit_status, EXIT_UNKNOWN);
}

/* Take the safe steps; the view is published also when there are none: a run
   that was killed between its commit and this is made good by the next.  So it
   is of what was committed before a failure. */
static enum status
take_steps(struct gate *gate, enum exit_status *exit_status, struct error *err)
{
    struct error late = ERROR_INIT;
    enum status st, published = ST_OK;
    size_t done = 0;

    if (gate->step == ROTATEGATE_LOOK || gate->options->dry_run
        || !dnsopt_is_live(&gate->context->dns))
        return ST_OK;
    st = rotate_steps(gate->desk.registry, gate->safe, gate->safe_count, &done,
                      err);
    tell_steps(gate, done, st == ST_OK, exit_status);
    if (st == ST_OK || done > 0)
        published = desk_publish(&gate->desk, &late);
    if (st == ST_OK && published != ST_OK)
        return error_set(err, published, "%s", late.text);
    return st;
}

static enum status
prepare(struct gate *gate, struct output *output, struct error *err)
{
    enum status st = ST_OK;

    gate->wish = (struct rotatecases_wish){.is_retirement =
                                               gate->step == ROTATEGATE_RETIRE,
                                           .with_first = !gate->options->all,
                                           .queue_s = ROTATION_QUEUE_S};
    if (gate->options->queue != NULL)
        st = clock_duration(slice_of(gate->options->queue),
                            &gate->wish.queue_s, err);
    if (st == ST_OK)
        st = dnsopt_setup(&gate->context->dns, &gate->setup, err);
    if (st != ST_OK)
        return st;
    gate->setup.view.question_limit = QUESTIONS_MAX;
    st = choose(gate, err);
    if (st == ST_OK)
        st = output_begin(output, &gate->context->output,
                          gate->context->command->name, err);
    if (st != ST_OK) {
        customers_close(gate->customers);
        dnsopt_finish(&gate->setup, NULL);
    }
    return st;
}

static enum exit_status
gate_desk(struct gate *gate)
{
    struct error err = ERROR_INIT, late = ERROR_INIT;
    enum exit_status exit_status = EXIT_GOOD;
    struct output output;
    enum status st = prepare(gate, &output, &err), finished;

    if (st != ST_OK)
        return st == ST_SYNTAX ? cmd_usage(gate->context, "%s", err.text)
                               : cmd_failed(&err);
    st = ask(gate, &output, &err);
    customers_close(gate->customers);
    output.exit = exit_status_worse(output.exit, gate->exit);
    if (output_end(&output, &exit_status, &late) != ST_OK && st == ST_OK)
        st = error_set(&err, ST_IO, "%s", late.text);
    output_push();
    finished = dnsopt_finish(&gate->setup, &late);
    if (finished != ST_OK && st == ST_OK)
        st = error_set(&err, finished, "%s", late.text);
    if (st == ST_OK)
        st = take_steps(gate, &exit_status, &err);
    return st == ST_OK ? exit_status : cmd_failed(&err);
}

enum exit_status
rotategate_run(struct context *context,
               const struct rotategate_options *options,
               enum rotategate_step step)
{
    struct gate gate = {.context = context, .options = options, .step = step};
    struct error err = ERROR_INIT, why = ERROR_INIT;
    enum exit_status exit_status;

    if (options->all && context->operand_count > 0)
        return cmd_usage(context, "--all takes no customers beside it");
    if (!options->all && context->operand_count == 0)
        return cmd_usage(context, "which customer? (--all: every one)");
    if (desk_open(context, DESK_TEMPLATE, &gate.desk, &err) != ST_OK)
        return cmd_failed(&err);
    /* Without it the pair of halves is not known, and all else is. */
    if (step != ROTATEGATE_RETIRE
        && registry_seal(gate.desk.registry, &gate.desk.seal, &why) != ST_OK)
        diag_warning("%s", why.text);
    exit_status = gate_desk(&gate);
    desk_close(&gate.desk);
    return exit_status;
}
