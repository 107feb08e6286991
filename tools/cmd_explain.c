/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie explain: what a finding or a receiver's code means, where it is
   written, how to mend it. */
#include "common/findings/explain.h"
#include "tools/cmd.h"

struct explain_options {
    bool list; /* --list */
};

static const struct explain_options explain_defaults;

static const struct opt_def explain_options[] = {
    OPT_FLAG(0, "list", struct explain_options, list,
             "the ids of all findings, one a line"),
    OPT_END,
};

static enum exit_status
explain_run(struct context *context)
{
    const struct explain_options *options = context->options;
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;
    enum status st = ST_OK;

    if (options->list) {
        explain_list(&text);
        output_write(strbuf_slice(&text));
        strbuf_clear(&text);
        return EXIT_GOOD;
    }
    if (context->operand_count == 0)
        return cmd_usage(context, "which finding? ('--list' lists them)");
    for (int i = 0; st == ST_OK && i < context->operand_count; i++) {
        if (i > 0)
            strbuf_add_char(&text, '\n');
        st = explain_text(slice_of(context->operands[i]), output_width(),
                          &text, &err);
    }
    output_write(strbuf_slice(&text));
    strbuf_clear(&text);
    return st == ST_OK ? EXIT_GOOD : cmd_usage(context, "%s", err.text);
}

const struct command cmd_explain = {
    .name = "explain",
    .synopsis = "[--list | ID... | CODE...]",
    .summary = "what a finding means, where it is written, how to mend it",
    .examples = "selkie explain spf.too-many-lookups\n"
                "selkie explain 5.7.26\n"
                "selkie explain --list",
    .options = explain_options,
    .defaults = &explain_defaults,
    .options_size = sizeof(explain_defaults),
    .operands_most = -1,
    .run = explain_run,
};
