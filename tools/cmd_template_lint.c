/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie template lint: what is wrong with it although it compiles. */
#include "common/records/templatelint.h"
#include "tools/templatedesk.h"

struct lint_options {
    struct templatedesk_options desk; /* which template */
};

static const struct lint_options lint_defaults;

static const struct opt_def lint_options[] = {
    TEMPLATEDESK_OPTIONS(struct lint_options),
    OPT_END,
};

static enum exit_status
print_report(const struct context *context, const struct templatedesk *desk,
             struct arena *arena)
{
    struct report *report = report_new(arena);
    struct output output = {0};
    struct subject subject = {
        .domain = name_bare(arena, template_origin(desk->template)),
        .report = report,
        .facts = templatelint_facts(desk->template, arena)};
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;
    enum exit_status exit_status = EXIT_GOOD;

    if (output_begin(&output, &context->output, "template lint", &err)
        != ST_OK)
        return cmd_usage(context, "%s", err.text);
    templatelint_check(desk->template, report);
    subject.status = output_judge(&output, report, NULL);
    output_render(&output, &subject, &text);
    output_place(&output, strbuf_slice(&text));
    strbuf_clear(&text);
    return output_end(&output, &exit_status, &err) == ST_OK ? exit_status
                                                            : cmd_failed(&err);
}

static enum exit_status
lint_run(struct context *context)
{
    const struct lint_options *options = context->options;
    struct templatedesk desk;
    struct arena *arena = arena_new();
    enum exit_status exit_status =
        templatedesk_open(&desk, context, &options->desk, TEMPLATEDESK_LOOK);

    if (exit_status == EXIT_GOOD)
        exit_status = print_report(context, &desk, arena);
    templatedesk_close(&desk);
    arena_free(arena);
    return exit_status;
}

const struct command cmd_template_lint = {
    .name = "template lint",
    .synopsis = "[options]",
    .summary = "what is wrong with a template although it compiles",
    .about = "Rules that can never answer, captures that no data uses, a "
             "CNAME beside other data, records that are no valid SPF, DKIM or "
             "DMARC, placeholders that take reserved labels, names that would "
             "be too long.  What does not compile is told as serve tells it.",
    .examples = "selkie template lint\n"
                "selkie template lint --template new.zone --origin "
                "sausagemail.com\n"
                "selkie template lint --regexdns sausagemail.zone",
    .options = lint_options,
    .defaults = &lint_defaults,
    .options_size = sizeof(lint_defaults),
    .needs = NEED_OUTPUT | FORMS_ALL | NEED_WORKSPACE,
    .run = lint_run,
};
