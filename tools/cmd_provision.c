/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie provision: registers customers, makes their keys. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/base/progress.h"
#include "common/records/planside.h"
#include "common/registry/intake.h"
#include "common/registry/provision.h"
#include "tools/brought.h"
#include "tools/cmd.h"
#include "tools/desk.h"
#include "tools/keysource.h"

struct provision_options {
    const char *from;           /* --from FILE */
    const char *domain;         /* --domain D */
    const char *mode;           /* --mode M */
    struct opt_list algorithms; /* --algorithm A,B */
    const char *bits;           /* --bits N */
    struct opt_list selectors;  /* --selector S */
    struct opt_list privates;   /* --private-key FILE */
    struct opt_list publics;    /* --public-key FILE */
    unsigned long jobs;         /* --jobs N */
    bool dry_run;               /* --dry-run */
    bool all_or_none;           /* --all-or-none */
    bool quiet;                 /* -q */
};

static const struct provision_options provision_defaults;

static const struct opt_def provision_options[] = {
    OPT_TEXT(0, "from", struct provision_options, from, "FILE",
             "customers from a .csv or .jsonl file (-: stdin)"),
    OPT_TEXT('d', "domain", struct provision_options, domain, "DOMAIN",
             "the customer's own (default: below the ESP's)"),
    OPT_TEXT(0, "mode", struct provision_options, mode, "MODE",
             "esp, cname, txt, ns, ns-label or ns-subdomain"),
    OPT_LIST('s', "selector", struct provision_options, selectors, "S",
             "of each key in turn (repeats; default: dated)"),
    OPT_LIST(0, "algorithm", struct provision_options, algorithms, "LIST",
             "keys to make (default: rsa,ed25519)"),
    OPT_TEXT('b', "bits", struct provision_options, bits, "N",
             "of RSA keys: 2048 (default), 3072 or 4096"),
    OPT_LIST(0, "private-key", struct provision_options, privates, "FILE",
             "a key that the customer brings, both halves"),
    OPT_LIST(0, "public-key", struct provision_options, publics, "FILE",
             "likewise, its public half only: PEM, or a record"),
    OPT_NUMBER('j', "jobs", struct provision_options, jobs, 1, 256, "N",
               "make keys on N cores; default all"),
    OPT_FLAG('n', "dry-run", struct provision_options, dry_run,
             "only say what would be done"),
    OPT_FLAG(0, "all-or-none", struct provision_options, all_or_none,
             "do nothing if one customer cannot be done"),
    OPT_FLAG('q', "quiet", struct provision_options, quiet,
             "no progress, no line for each customer"),
    OPT_END,
};

/* The work, and what is told of it as it goes on. */
struct provision_work {
    const struct provision_options *options; /* as given */
    struct provision_request *requests;      /* to do */
    size_t count;                            /* of them */
    struct arena *arena;                     /* of requests from a file */
    struct intake intake;                    /* a file's; faults too */
    enum key_algorithm algorithms[PROVISION_KEYS_MAX]; /* of wish */
    struct provision_wish wish;                    /* of the command line */
    struct provision_key keys[PROVISION_KEYS_MAX]; /* that each shall have */
    size_t key_count;                              /* of them */
    struct brought brought;                        /* keys, not to be made */
    struct progress *progress;                     /* on the terminal */
    uint64_t done;                                 /* requests */
};

/* "--algorithm rsa,ed25519" and repeated ones alike. */
static enum status
parse_algorithms(const struct opt_list *list, enum key_algorithm *out,
                 size_t *count, struct error *err)
{
    *count = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct slice rest = slice_of(list->items[i]), word;

        while (slice_next(&rest, ',', &word)) {
            if (*count == PROVISION_KEYS_MAX)
                return error_set(err, ST_SYNTAX, "more than %d algorithms",
                                 PROVISION_KEYS_MAX);
            if (!keymaker_parse(slice_trim(word), &out[(*count)++]))
                return error_set(err, ST_SYNTAX,
                                 "unknown algorithm '%.*s': there is rsa and "
                                 "ed25519",
                                 SLICE_ARGS(word));
        }
    }
    return ST_OK;
}

/* Which sizes there are, and why no others, the key maker says. */
static enum status
parse_bits(const char *text, unsigned *bits, struct error *err)
{
    const char *warning = NULL;
    uint64_t number = 0;

    if (text == NULL)
        return ST_OK;
    if (!slice_number(slice_of(text), UINT_MAX, &number))
        return error_set(err, ST_SYNTAX,
                         "option '--bits': '%s' is not a number", text);
    *bits = (unsigned)number;
    if (keymaker_check(ALGORITHM_RSA, *bits, &warning, err) != ST_OK)
        return ST_SYNTAX;
    if (warning != NULL)
        diag_warning("%s", warning);
    return ST_OK;
}

/* Keys that were brought, instead of ones to be made. */
static enum status
brought_keys(struct provision_work *work, struct error *err)
{
    const struct provision_options *options = work->options;
    size_t selectors = options->selectors.count;
    enum status st;

    if (options->from != NULL || options->algorithms.count > 0
        || options->bits != NULL)
        return error_set(err, ST_SYNTAX,
                         "a key that is brought along goes with no --from, "
                         "--algorithm or --bits");
    st = brought_read(&options->privates, &options->publics, &work->brought,
                      err);
    if (st == ST_OK && selectors > 0 && selectors != work->brought.count)
        return error_set(err, ST_SYNTAX, "%zu selectors for %zu keys",
                         selectors, work->brought.count);
    for (size_t i = 0; st == ST_OK && i < work->brought.count; i++)
        work->keys[i] = (struct provision_key){
            .selector = selectors > 0 ? options->selectors.items[i] : NULL,
            .brought = &work->brought.pairs[i]};
    work->key_count = work->brought.count;
    return st;
}

static enum status
wished_keys(struct provision_work *work, struct error *err)
{
    const struct provision_options *options = work->options;
    enum status st;

    if (options->privates.count + options->publics.count > 0)
        return brought_keys(work, err);
    st = parse_algorithms(&options->algorithms, work->algorithms,
                          &work->wish.algorithm_count, err);
    work->wish.selectors = options->selectors.items;
    work->wish.selector_count = options->selectors.count;
    work->wish.algorithms = work->algorithms;
    if (st == ST_OK)
        st = parse_bits(options->bits, &work->wish.bits, err);
    return st == ST_OK
               ? provision_keys(&work->wish, work->keys, &work->key_count, err)
               : st;
}

static enum status
mode_of(const struct provision_options *options, enum domain_mode *mode,
        struct error *err)
{
    *mode = options->domain == NULL ? MODE_ESP : MODE_CNAME;
    if (options->mode != NULL
        && !states_mode_parse(slice_of(options->mode), mode))
        return error_set(err, ST_SYNTAX,
                         "unknown mode '%s': there is esp, cname, txt, ns, "
                         "ns-label and ns-subdomain",
                         options->mode);
    if (options->domain != NULL && *mode == MODE_ESP)
        return error_set(err, ST_SYNTAX, "--mode esp takes no --domain");
    if (options->domain == NULL && *mode != MODE_ESP && options->from == NULL)
        return error_set(err, ST_SYNTAX, "--mode %s needs --domain",
                         options->mode);
    return ST_OK;
}

/* Customers of the command line. */
static enum status
requests_of_operands(const struct context *context,
                     struct provision_work *work, struct error *err)
{
    size_t n = (size_t)context->operand_count;
    enum domain_mode mode;
    enum status st = mode_of(work->options, &mode, err);

    if (st != ST_OK)
        return st;
    if (n > 1 && work->options->domain != NULL)
        return error_set(err, ST_SYNTAX,
                         "--domain is for one customer at a time");
    if (n > 1 && work->brought.count > 0)
        return error_set(err, ST_SYNTAX,
                         "a key is brought by one customer at a time");
    work->requests = ARENA_ARRAY(work->arena, struct provision_request, n);
    work->count = n;
    for (size_t i = 0; i < n; i++)
        work->requests[i] =
            (struct provision_request){.customer = context->operands[i],
                                       .domain = work->options->domain,
                                       .mode = mode,
                                       .keys = work->keys,
                                       .key_count = work->key_count};
    return ST_OK;
}

/* Customers of --from: bad lines are told here, each with its number. */
static enum status
requests_of_file(struct provision_work *work, struct error *err)
{
    const struct provision_options *options = work->options;
    struct intake_defaults defaults = {.wish = work->wish,
                                       .has_mode = options->mode != NULL};
    enum status st = mode_of(options, &defaults.mode, err);

    if (st == ST_OK) {
        st = intake_read(options->from, work->arena, &defaults, &work->intake,
                         err);
        if (st == ST_SYNTAX)
            st = ST_DAMAGED;
    }
    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < work->intake.fault_count; i++)
        diag_error("'%s', line %zu: %s", options->from,
                   work->intake.faults[i].line, work->intake.faults[i].text);
    work->requests = work->intake.requests;
    work->count = work->intake.count;
    return ST_OK;
}

/* A mode whose records cannot be worked out yet would leave a customer
   without any. */
static enum status
refuse_modes(const struct provision_work *work, struct error *err)
{
    for (size_t i = 0; i < work->count; i++) {
        const struct provision_request *request = &work->requests[i];

        if (!planside_knows(request->mode))
            return error_set(err, ST_SYNTAX,
                             "customer '%s': mode %s is not offered yet: "
                             "there is esp, cname and txt",
                             request->customer, states_mode(request->mode));
    }
    return ST_OK;
}

static void
tell_outcome(void *context, const struct provision_request *request,
             enum provision_outcome outcome, const struct error *why)
{
    static const char *const words[] = {"added", "present", "refused"};
    bool is_wish = outcome == PROVISION_ADDED;
    struct provision_work *work = context;

    progress_set(work->progress, ++work->done, request->customer);
    if (outcome == PROVISION_REFUSED && request->line > 0)
        diag_error("'%s', line %zu: %s", work->options->from, request->line,
                   why->text);
    else if (outcome == PROVISION_REFUSED)
        diag_error("%s", why->text);
    else if (!work->options->quiet && work->options->from == NULL)
        printf("%s %s\n",
               is_wish && work->options->dry_run ? "would add"
                                                 : words[outcome],
               request->customer);
}

static enum status
run_requests(struct provision_work *work, struct desk *desk,
             struct provision_totals *totals, struct error *err)
{
    struct provision_settings settings = {
        .registry = desk->registry,
        .seal = desk->seal,
        .source = keysource(),
        .threads = (unsigned)work->options->jobs,
        .reserved = desk->reserved,
        .dry_run = work->options->dry_run,
        .all_or_none = work->options->all_or_none,
        .stop = &cmd_stop,
        .outcome = tell_outcome,
        .context = work,
    };
    enum status st;

    if (work->options->all_or_none && work->intake.fault_count > 0)
        return error_set(err, ST_SYNTAX, "nothing was done: %zu lines are bad",
                         work->intake.fault_count);
    cmd_catch_signals();
    work->progress =
        progress_new("customers", work->count, work->options->quiet);
    st = provision_run(&settings, work->requests, work->count, totals, err);
    progress_free(work->progress);
    return st;
}

/* Of customers' own domains: below ours there is nobody else to ask. */
static void
print_powers(const struct provision_work *work)
{
    bool is_used[DOMAIN_MODES] = {false};

    for (size_t i = 0; i < work->count; i++)
        is_used[work->requests[i].mode] = true;
    for (int i = 0; i < DOMAIN_MODES; i++) {
        struct planside_powers powers = planside_powers((enum domain_mode)i);

        if (i != MODE_ESP && is_used[i])
            printf("mode %s, once the customer has published its records "
                   "(selkie records CUSTOMER):\n"
                   "  the ESP       %s\n"
                   "  the customer  %s\n",
                   states_mode((enum domain_mode)i), powers.esp,
                   powers.customer);
    }
}

static void
print_totals(const struct provision_work *work,
             const struct provision_totals *totals)
{
    size_t refused = totals->refused + work->intake.fault_count;

    if (work->options->quiet)
        return;
    if (totals->added > 0)
        print_powers(work);
    printf("%s%zu added with %zu keys, %zu there already, %zu refused\n",
           work->options->dry_run ? "would be: " : "", totals->added,
           totals->keys, totals->present, refused);
}

static enum exit_status
provision_desk(struct context *context, struct provision_work *work)
{
    struct provision_totals totals = {0};
    struct error err = ERROR_INIT, late = ERROR_INIT;
    struct desk desk;
    unsigned parts = DESK_TEMPLATE | (work->options->dry_run ? 0 : DESK_SEAL);
    enum status st, published = ST_OK;

    if (work->options->from != NULL)
        st = requests_of_file(work, &err);
    else
        st = requests_of_operands(context, work, &err);
    if (st == ST_OK)
        st = refuse_modes(work, &err);
    if (st == ST_SYNTAX)
        return cmd_usage(context, "%s", err.text);
    if (st != ST_OK || (st = desk_open(context, parts, &desk, &err)) != ST_OK)
        return cmd_failed(&err);
    st = run_requests(work, &desk, &totals, &err);
    /* Also when nothing was added: a run that was killed between its commit
       and this is made good by the next. */
    if (!work->options->dry_run)
        published = desk_publish(&desk, &late);
    desk_close(&desk);
    /* What kept the first from going on mostly keeps this too. */
    if (published != ST_OK && (st == ST_OK || st == ST_STOPPED))
        diag_error("%s", late.text);
    print_totals(work, &totals);
    if (st != ST_OK && st != ST_STOPPED)
        return cmd_failed(&err);
    if (st == ST_STOPPED)
        diag_note("interrupted: the same command goes on where it stopped");
    return published == ST_OK && totals.refused == 0
                   && work->intake.fault_count == 0
               ? EXIT_GOOD
               : EXIT_FAILED;
}

static enum exit_status
provision_run_command(struct context *context)
{
    struct provision_work work = {.options = context->options,
                                  .arena = arena_new()};
    struct error err = ERROR_INIT;
    enum exit_status exit_status;
    enum status st;

    if ((context->operand_count == 0) == (work.options->from == NULL))
        exit_status = cmd_usage(context, context->operand_count == 0
                                             ? "which customer?"
                                             : "--from takes no customers "
                                               "beside it");
    else if ((st = wished_keys(&work, &err)) != ST_OK)
        exit_status = st == ST_SYNTAX || st == ST_RANGE
                          ? cmd_usage(context, "%s", err.text)
                          : cmd_failed(&err);
    else
        exit_status = provision_desk(context, &work);
    brought_wipe(&work.brought);
    arena_free(work.arena);
    return exit_status;
}

const struct command cmd_provision = {
    .name = "provision",
    .synopsis = "[options] CUSTOMER... | --from FILE",
    .summary = "register customers and make their keys",
    .about = "Gives each customer selectors, keys and its place in the zone, "
             "in one transaction.  A customer that is there already is left "
             "as it is, so that the same command goes on where it was "
             "interrupted.",
    .examples = "selkie provision snufkin toffle moomin\n"
                "selkie provision acme --domain acme.example --mode cname\n"
                "selkie provision acme --domain acme.example --mode txt \\\n"
                "    --private-key acme.pem --selector acme1\n"
                "selkie provision --from customers.csv --dry-run",
    .options = provision_options,
    .defaults = &provision_defaults,
    .options_size = sizeof(provision_defaults),
    .needs = NEED_WORKSPACE,
    .operands_most = -1,
    .run = provision_run_command,
};
