/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie report: what DMARC aggregate reports say together. */
#include <string.h>

#include "common/base/clock.h"
#include "common/base/diag.h"
#include "common/registry/rows.h"
#include "common/reports/tallyvalue.h"
#include "tools/desk.h"
#include "tools/reportform.h"
#include "tools/reportnames.h"
#include "tools/reportread.h"

struct report_options {
    struct opt_list selectors; /* --selector S */
    bool registry;             /* --registry */
    bool names;                /* --names */
    unsigned long max_mb;      /* --max-size MB */
    unsigned long max_rows;    /* --max-rows N */
};

static const struct report_options report_defaults = {
    .max_mb = FEEDBACKFILE_OCTETS_MAX >> 20,
    .max_rows = FEEDBACKFILE_ROWS_MAX,
};

static const struct opt_def report_options[] = {
    OPT_LIST('s', "selector", struct report_options, selectors, "S",
             "a selector of ours: others are told (repeats)"),
    OPT_FLAG(0, "registry", struct report_options, registry,
             "whose domains and selectors are, by the workspace"),
    OPT_FLAG('n', "names", struct report_options, names,
             "ask DNS for the names of addresses"),
    OPT_NUMBER(0, "max-size", struct report_options, max_mb, 1, 65536, "MB",
               "most that one file may unpack to; default 256"),
    OPT_NUMBER(0, "max-rows", struct report_options, max_rows, 1, 100000000,
               "N", "most rows of one file; default 250000"),
    OPT_END,
};

/* How it is printed. */
enum form { FORM_OTHER, FORM_NDJSON, FORM_CSV, FORM_HTML };

/* A run of the command. */
struct reporting {
    const struct report_options *options; /* as given */
    struct spfdesk desk;                  /* of the output */
    enum form form;                       /* likewise */
    struct owners *owners;                /* whose names are */
    struct tally *tally;                  /* what was read */
    struct tally_lists lists;             /* of it */
    struct table *names;                  /* of addresses, or NULL */
};

/* Forms that are this command's own; the desk knows the others. */
static enum form
take_form(struct context *context)
{
    static const char *const words[] = {
        [FORM_NDJSON] = "ndjson", [FORM_CSV] = "csv", [FORM_HTML] = "html"};
    const char *format = context->output.format;

    for (int i = FORM_NDJSON; i <= FORM_HTML; i++)
        if (format != NULL && strcmp(format, words[i]) == 0) {
            context->output.format = "json";
            return (enum form)i;
        }
    return FORM_OTHER;
}

/* ---- whose names are ---- */

static void
add_row(struct owners *owners, const struct row *row)
{
    if (row->domain.id != 0)
        owners_add_domain(owners, row->domain.name, row->customer.name);
    if (row->key.id != 0 && row->key.state != KEY_RESERVED)
        owners_add_selector(owners, &(struct owners_selector){
                                        .domain = row->key.signing_domain,
                                        .selector = row->key.selector,
                                        .state = states_key(row->key.state)});
}

static enum status
read_registry(struct context *context, struct owners *owners,
              struct error *err)
{
    static const struct row_filter all = {.with_removed = true};
    struct rows *rows = NULL;
    const struct row *row;
    struct desk desk;
    enum status st = desk_open(context, 0, &desk, err);

    if (st != ST_OK)
        return st;
    st = rows_open(desk.registry, &all, &rows, err);
    while (st == ST_OK && (st = rows_next(rows, &row, err)) == ST_OK)
        add_row(owners, row);
    rows_free(rows);
    desk_close(&desk);
    return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status
fill_owners(struct context *context, struct reporting *run, struct error *err)
{
    const struct opt_list *given = &run->options->selectors;

    run->owners = owners_new();
    for (size_t i = 0; i < given->count; i++)
        owners_add_selector(run->owners,
                            &(struct owners_selector){
                                .domain = "", .selector = given->items[i]});
    return run->options->registry ? read_registry(context, run->owners, err)
                                  : ST_OK;
}

/* ---- printing ---- */

static void
print(struct reporting *run, const struct value *document)
{
    struct spfdesk *desk = &run->desk;

    switch (run->form) {
    case FORM_NDJSON:
        reportlines_draw(desk->arena, document, &desk->text);
        break;
    case FORM_CSV:
        reportcsv_draw(document, &desk->text);
        break;
    case FORM_HTML:
        reporthtml_draw(document, &desk->text);
        break;
    default:
        spfdesk_print(desk, document, reporttext_draw);
        return;
    }
    output_write(strbuf_slice(&desk->text));
    strbuf_cut(&desk->text, 0);
}

static bool
asks_names(const struct context *context)
{
    const struct report_options *options = context->options;

    return options->names || context->dns.resolvers.count > 0
           || context->dns.zones.count > 0 || context->dns.replay != NULL;
}

static enum exit_status
report_all(struct context *context, struct reporting *run)
{
    struct spfdesk *desk = &run->desk;
    struct value *document = spfdesk_document(desk);
    struct tallyvalue from = {run->tally, &run->lists, run->owners, NULL};
    int fail_on = context->output.fail_on;
    struct subject subject = {.report = desk->report};

    tally_lists(run->tally, desk->arena, &run->lists);
    if (asks_names(context) && cmd_stop == 0)
        run->names = reportnames_ask(desk, &run->lists);
    from.names = run->names;
    tallyvalue_check(&from, desk->report);
    profile_apply(desk->profile, desk->report);
    subject.status = subject_judge(
        desk->report, fail_on < 0 ? SEVERITY_ERROR : (enum severity)fail_on);
    value_set(document, "status",
              value_text(desk->arena, subject_status_word(subject.status)));
    tallyvalue_fill(&from, desk->arena, document);
    spfdesk_findings(desk, document);
    print(run, document);
    return subject_exit(&subject);
}

static enum exit_status
read_and_report(struct context *context, struct reporting *run)
{
    struct reportread input = {
        .operands = (const char *const *)context->operands,
        .count = (size_t)context->operand_count,
        .limits = {.octets = (uint64_t)run->options->max_mb << 20,
                   .rows = run->options->max_rows},
        .quiet = context->output.quiet,
    };
    enum exit_status exit_status;
    size_t files = 0;
    enum status st;

    run->tally = tally_new(clock_now());
    cmd_catch_signals();
    st = reportread_run(&input, run->tally, &files);
    if (st == ST_STOPPED && !context->output.quiet)
        diag_note("interrupted after %zu files", files);
    exit_status = report_all(context, run);
    if (st == ST_STOPPED)
        return exit_status;
    if (files == 0 && st == ST_OK)
        diag_error("there is no file in what was given");
    return st == ST_IO || files == 0
               ? exit_status_worse(exit_status, EXIT_FAILED)
               : exit_status;
}

static enum exit_status
report_run(struct context *context)
{
    struct reporting run = {.options = context->options,
                            .form = take_form(context)};
    struct error err = ERROR_INIT;
    enum exit_status exit_status = spfdesk_open(&run.desk, context);

    if (exit_status != EXIT_GOOD)
        return exit_status;
    if (fill_owners(context, &run, &err) != ST_OK)
        exit_status = cmd_failed(&err);
    else
        exit_status = read_and_report(context, &run);
    table_free(run.names);
    tally_free(run.tally);
    owners_free(run.owners);
    return spfdesk_close(&run.desk, exit_status);
}

const struct command cmd_report = {
    .name = "report",
    .synopsis = "[options] FILE|FOLDER|- ...",
    .summary = "what DMARC reports say: who sends as us, and why it fails",
    .about = "Reads aggregate reports, XML, gzip, zip or in mails.  Other "
             "forms: csv, html.  Exit status: 0 good, 1 findings, 4 a file "
             "could not be read.",
    .examples = "selkie report reports/\n"
                "selkie report --registry --format html mail/ >report.html",
    .options = report_options,
    .defaults = &report_defaults,
    .options_size = sizeof(report_defaults),
    .needs = NEED_DNS | NEED_OUTPUT | FORMS_SHEETS | NEED_WORKSPACE,
    .operands_least = 1,
    .operands_most = -1,
    .run = report_run,
};
