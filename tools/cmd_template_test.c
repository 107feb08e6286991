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

static void
print(const struct templatetext *text, int format)
{
    struct value *document = templatetext_value(text, "template test");
    struct strbuf out = STRBUF_INIT;

    if (format == FORM_JSON) {
        value_json(document, 2, &out);
        strbuf_add_char(&out, '\n');
    } else {
        templatetext_draw(document, &out);
    }
    output_write(strbuf_slice(&out));
    strbuf_clear(&out);
}

static enum exit_status
test_run(struct context *context)
{
    const struct test_options *options = context->options;
    struct templatedesk desk = {0};
    struct templatetext text = {.desk = &desk};
    enum exit_status exit_status = templatetext_read(&text, context);

    if (exit_status != EXIT_GOOD)
        return exit_status;
    text.arena = arena_new();
    exit_status =
        templatedesk_open(&desk, context, &options->desk, TEMPLATEDESK_VIEW);
    if (exit_status == EXIT_GOOD) {
        templatetext_ask(&text);
        print(&text, options->format);
        exit_status = templatetext_exit(&text);
    }
    templatedesk_close(&desk);
    arena_free(text.arena);
    return exit_status;
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
