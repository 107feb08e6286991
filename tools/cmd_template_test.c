/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie template test: what the DNS server would answer. */
#include "common/base/value.h"
#include "tools/templatetext.h"

struct test_options {
    struct templatedesk_options desk; /* which template */
    int format;                       /* --format: index of format_words */
};

enum { FORM_TEXT, FORM_JSON };
static const char *const format_words[] = {"text", "json", NULL};

static const struct test_options test_defaults;

static const struct opt_def test_options[] = {
    OPT_CHOICE('f', "format", struct test_options, format, format_words,
               "FORM", "text (default) or json"),
    TEMPLATEDESK_OPTIONS(struct test_options),
    OPT_END,
};

static struct value *
describe(const struct templatetext *text)
{
    return templatetext_value(text, "template test");
}

static enum exit_status
test_run(struct context *context)
{
    const struct test_options *options = context->options;
    struct templatetext_form form = {describe, templatetext_draw,
                                     options->format == FORM_JSON};

    return templatetext_run(context, &options->desk, &form);
}

const struct command cmd_template_test = {
    .name = "template test",
    .synopsis = "[options] NAME TYPE",
    .summary = "what the DNS server would answer",
    .about = "Asks the engine of selkie serve without a network.  It ends "
             "with 0 when there are records, 1 when there are none, 3 for "
             "SERVFAIL.",
    .examples = "selkie template test k1._domainkey.snufkin.sausagemail.com "
                "TXT\n"
                "selkie template test --regexdns sausagemail.zone "
                "sausagemail.com SOA",
    .options = test_options,
    .defaults = &test_defaults,
    .options_size = sizeof(test_defaults),
    .needs = NEED_WORKSPACE,
    .operands_least = 2,
    .operands_most = 2,
    .run = test_run,
};
