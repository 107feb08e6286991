/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie audit: everything receivers will see of any domain. */
#include <stdio.h>
#include <stdlib.h>

#include "common/audit/audit.h"
#include "common/audit/collect_spf.h"
#include "common/audit/expect.h"
#include "common/audit/fleet.h"
#include "common/audit/keyage.h"
#include "common/base/memory.h"
#include "tools/auditsource.h"
#include "tools/batch.h"
#include "tools/cmd.h"
#include "tools/desk.h"
#include "tools/domains.h"
#include "tools/spfsecond.h"

struct audit_options {
    const char *from;          /* --from FILE */
    struct opt_list selectors; /* --selector S */
    struct opt_list messages;  /* --message FILE */
    struct opt_list reports;   /* --reports PATH */
    bool registry;             /* --registry */
    const char *baseline;      /* --baseline FILE */
    const char *expect;        /* --expect FILE */
    unsigned long key_age;     /* --key-age DAYS, 0: the usual */
    unsigned long key_limit;   /* --key-limit DAYS, 0: the usual */
    const char *sender;        /* --sender */
    const char *helo;          /* --helo */
    const char *ip;            /* --ip */
    bool second;               /* --second-opinion */
    bool no_guess;             /* --no-guess */
    bool ask_all;              /* --ask-all */
    bool keys;                 /* --keys */
    bool stats;                /* --stats */
};

static const struct audit_options audit_defaults;

static const struct opt_def audit_options[] = {
    OPT_TEXT(0, "from", struct audit_options, from, "FILE",
             "also the domains in FILE, one a line (-: stdin)"),
    OPT_LIST('s', "selector", struct audit_options, selectors, "S",
             "a selector the domain signs with (repeats)"),
    OPT_LIST('m', "message", struct audit_options, messages, "FILE",
             "a message it signed: its selector, too (repeats)"),
    OPT_LIST(0, "reports", struct audit_options, reports, "PATH",
             "DMARC reports: selectors that passed (repeats)"),
    OPT_FLAG(0, "registry", struct audit_options, registry,
             "the selectors, and domains, of the workspace"),
    OPT_TEXT(0, "baseline", struct audit_options, baseline, "FILE",
             "what --record kept earlier: has a key changed?"),
    OPT_TEXT(0, "expect", struct audit_options, expect, "FILE",
             "whom the names of each domain should lead to"),
    OPT_NUMBER(0, "key-age", struct audit_options, key_age, 1, 36500, "DAYS",
               "warn of older keys; default 180"),
    OPT_NUMBER(0, "key-limit", struct audit_options, key_limit, 1, 36500,
               "DAYS", "no key must be older; default 365"),
    OPT_FLAG(0, "no-guess", struct audit_options, no_guess,
             "look at no selector but those given"),
    OPT_FLAG(0, "ask-all", struct audit_options, ask_all,
             "ask selectors below an absent _domainkey, too"),
    OPT_FLAG('k', "keys", struct audit_options, keys,
             "compare all keys at the end, and their primes"),
    OPT_TEXT(0, "sender", struct audit_options, sender, "ADDRESS",
             "a MAIL FROM in use; '' is the null return path"),
    OPT_TEXT(0, "ip", struct audit_options, ip, "ADDRESS",
             "an address that sends: does it pass?"),
    OPT_TEXT(0, "helo", struct audit_options, helo, "NAME",
             "the HELO name in use"),
    OPT_FLAG(0, "second-opinion", struct audit_options, second,
             "say what libspf2 would answer, too"),
    OPT_FLAG(0, "stats", struct audit_options, stats,
             "say at the end what the run took"),
    OPT_END,
};

/* The run: what every domain's audit shares. */
struct audit_run {
    const struct audit_options *options; /* as given */
    struct domain_reader *domains;       /* the input */
    struct auditsource *source;          /* of selectors */
    struct recording *earlier;           /* --baseline, or NULL */
    struct keyage_baseline *baseline;    /* what is in it, or NULL */
    struct expect *expect;               /* --expect, or NULL */
    const struct zonefile *zone;         /* --zone, or NULL */
    struct address ip;                   /* --ip, family 0: none */
    struct fleet *fleet;                 /* --keys, else NULL */
    struct second_client *client;        /* --second-opinion, else NULL */
    bool is_verbose;                     /* -v: servers side by side */
};

/* One domain on its way. */
struct audit_subject {
    struct audit_input input;     /* for the audit */
    struct domain_line line;      /* as read */
    struct arena *arena;          /* of its selectors, or NULL */
    struct facts *facts;          /* of the latest run */
    struct spfsecond second;      /* --second-opinion */
    const struct spfcheck *check; /* for it, of the latest run */
};

/* The client where none is given: in a block that is nobody's (RFC 1112
   section 4), so that every term is looked at. */
static const struct address nobody = {
    .family = 4, .octets = {240, 0, 0, 1}
};

static void *
audit_next(void *context, const char **name, const char **error)
{
    struct audit_run *run = context;
    struct audit_subject *subject = memory_zeroed(1, sizeof(*subject));

    if (!domains_next(run->domains, &subject->line)) {
        free(subject);
        return NULL;
    }
    subject->input = (struct audit_input){
        .domain = subject->line.name,
        .zone = run->zone,
        .mail_from = run->options->sender,
        .helo = run->options->helo,
        .ip = run->ip,
        .ask_all = run->options->ask_all,
        .baseline = run->baseline,
        .expect = run->expect,
        .compare_servers = run->is_verbose,
        .key_age_days = (unsigned)run->options->key_age,
        .key_limit_days = (unsigned)run->options->key_limit,
    };
    spfsecond_open(&subject->second, run->client);
    if (subject->line.error == NULL)
        auditsource_fill(run->source, &subject->input, &subject->arena);
    *name = subject->line.text;
    *error = subject->line.error;
    return subject;
}

static bool
audit_waits(void *context)
{
    const struct audit_run *run = context;

    return domains_waits(run->domains);
}

/* The helper is asked once the check is not pending: it sees finished answers
   alone. */
static void
ask_second(struct audit_subject *one, struct view *view)
{
    struct spfcheck_input input =
        spf_check_input(view_run_arena(view), &one->input);

    if (input.ip.family == 0)
        input.ip = nobody;
    one->check = spfcheck_run(view, &input);
    if (one->check->result != SPFRESULT_PENDING)
        spfsecond_ask(&one->second, view, &input);
}

static void
audit_analyse(void *context, void *subject, struct view *view)
{
    const struct audit_run *run = context;
    struct audit_subject *one = subject;

    one->facts = audit_collect(&one->input, view);
    if (run->options->second)
        ask_second(one, view);
}

/* Beside what was found, never in place of it. */
static void
add_second(struct audit_subject *one, struct view *view,
           struct subject *result, struct report *report)
{
    struct value *spf = (struct value *)value_get(result->facts, "spf");

    value_set(spf, "others",
              spfsecond_others(&one->second, view, report, one->check));
    report_sort(report);
}

static struct report *
audit_finish(void *context, void *subject, struct view *view,
             struct subject *result)
{
    const struct audit_run *run = context;
    struct audit_subject *one = subject;
    struct arena *arena = view_run_arena(view);
    struct report *report;

    if (run->fleet != NULL)
        fleet_add_facts(run->fleet, one->facts, arena);
    result->domain = name_bare(arena, &one->input.domain);
    result->facts = audit_value(one->facts, arena);
    report = audit_check(one->facts, arena);
    if (run->options->second)
        add_second(one, view, result, report);
    return report;
}

static void
audit_release(void *context, void *subject)
{
    struct audit_subject *one = subject;

    (void)context;
    domains_release(&one->line);
    spfsecond_close(&one->second);
    arena_free(one->arena);
    free(one);
}

/* One subject more, behind the domains: their keys side by side. */
static void
audit_fleet(struct audit_run *run, struct output *output)
{
    struct arena *arena = arena_new();
    struct strbuf text = STRBUF_INIT;
    struct subject result = {.domain = FLEET_SUBJECT};
    struct report *report;

    fleet_compare(run->fleet, &cmd_stop);
    report = fleet_check(run->fleet, arena);
    result.facts = fleet_value(run->fleet, arena);
    result.status = output_judge(output, report, NULL);
    result.report = report;
    output_render(output, &result, &text);
    output_place(output, strbuf_slice(&text));
    strbuf_clear(&text);
    arena_free(arena);
}

static enum exit_status
audit_domains(struct context *context, struct audit_run *run,
              struct dns_setup *setup)
{
    static const struct batch_ops ops = {
        audit_next, audit_analyse, audit_finish, audit_release, audit_waits};
    struct error err = ERROR_INIT;
    enum exit_status exit_status = EXIT_GOOD;
    struct output output;
    struct batch batch = {.ops = &ops,
                          .context = run,
                          .view = &setup->view,
                          .output = &output,
                          .what = "domains",
                          .quiet = context->output.quiet,
                          .stats = run->options->stats};
    enum status st = output_begin(&output, &context->output, "audit", &err);

    if (st != ST_OK)
        return st == ST_SYNTAX ? cmd_usage(context, "%s", err.text)
                               : cmd_failed(&err);
    batch.total = domains_total(run->domains);
    batch_run(&batch);
    if (run->fleet != NULL)
        audit_fleet(run, &output);
    if (output_end(&output, &exit_status, &err) != ST_OK
        || domains_failed(run->domains, &err))
        return cmd_failed(&err);
    return exit_status;
}

/* Read what the analysis of every domain rests on. */
static enum status
open_sources(struct context *context, struct audit_run *run, struct error *err)
{
    const struct audit_options *options = run->options;
    struct auditsource_settings settings = {.given = &options->selectors,
                                            .messages = &options->messages,
                                            .reports = &options->reports,
                                            .guess = !options->no_guess};
    struct desk desk = {0};
    bool needs_registry =
        options->registry
        || (options->keys && options->from == NULL
            && context->operand_count == 0 && options->messages.count == 0
            && options->reports.count == 0);
    enum status st = ST_OK;

    if (needs_registry)
        st = desk_open(context, 0, &desk, err);
    if (st != ST_OK)
        return st;
    settings.registry = desk.registry;
    st = auditsource_new(&settings, &run->source, err);
    desk_close(&desk);
    if (st == ST_OK && options->baseline != NULL) {
        st = recording_read(options->baseline, &run->earlier, err);
        if (st == ST_OK)
            run->baseline = keyage_baseline_new(run->earlier);
    }
    if (st == ST_OK && options->expect != NULL)
        st = expect_read(options->expect, &run->expect, err);
    return st;
}

/* The domains given, else those of the messages, reports and registry. */
static enum status
open_domains(struct context *context, struct audit_run *run, struct error *err)
{
    char **names = context->operands;
    size_t count = (size_t)context->operand_count;

    if (count == 0 && run->options->from == NULL)
        names = auditsource_domains(run->source, &count);
    return domains_open(names, count, run->options->from, &run->domains, err);
}

static void
close_sources(struct audit_run *run)
{
    if (run->domains != NULL)
        domains_close(run->domains);
    expect_free(run->expect);
    keyage_baseline_free(run->baseline);
    recording_free(run->earlier);
    auditsource_free(run->source);
    fleet_free(run->fleet);
    second_client_free(run->client);
}

static enum exit_status
audit_run(struct context *context)
{
    struct audit_run run = {.options = context->options,
                            .is_verbose = context->output.verbose};
    struct error err = ERROR_INIT;
    struct dns_setup setup;
    enum exit_status exit_status;
    enum status st;

    if (context->operand_count == 0 && run.options->from == NULL
        && run.options->messages.count == 0 && run.options->reports.count == 0
        && !run.options->registry && !run.options->keys)
        return cmd_usage(context, "which domain?");
    if (run.options->ip != NULL
        && address_parse(&run.ip, slice_of(run.options->ip), &err) != ST_OK)
        return cmd_usage(context, "%s", err.text);
    st = open_sources(context, &run, &err);
    if (st == ST_OK)
        st = open_domains(context, &run, &err);
    if (st != ST_OK) {
        close_sources(&run);
        return cmd_failed(&err);
    }
    st = dnsopt_setup(&context->dns, &setup, &err);
    if (st != ST_OK) {
        close_sources(&run);
        return st == ST_SYNTAX ? cmd_usage(context, "%s", err.text)
                               : cmd_failed(&err);
    }
    run.zone = setup.zone;
    run.fleet = run.options->keys ? fleet_new() : NULL;
    run.client = run.options->second ? second_client_new() : NULL;
    exit_status = audit_domains(context, &run, &setup);
    if (dnsopt_finish(&setup, &err) != ST_OK)
        exit_status = cmd_failed(&err);
    close_sources(&run);
    return exit_status;
}

const struct command cmd_audit = {
    .name = "audit",
    .synopsis = "[options] DOMAIN... | --from FILE | --message FILE",
    .summary = "what receivers will see of a domain: SPF, DKIM, DMARC",
    .about = "Asks DNS for all that a receiver of the domain's mail would "
             "ask.  Exit status: 0 good, 1 something was found, 3 it could "
             "not be told.",
    .examples = "selkie audit example.com --selector k1\n"
                "selkie audit --zone example.com.zone example.com\n"
                "selkie audit --from domains.txt --format ndjson\n"
                "selkie audit --message sample.eml",
    .options = audit_options,
    .defaults = &audit_defaults,
    .options_size = sizeof(audit_defaults),
    .needs = NEED_DNS | NEED_OUTPUT | FORMS_ALL | NEED_WORKSPACE,
    .operands_most = -1,
    .run = audit_run,
};
