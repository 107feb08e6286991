/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie spf check: check_host() of RFC 7208, with its trace. */
#include <string.h>

#include "common/spf/spfcheck.h"
#include "tools/spfdesk.h"
#include "tools/spfsecond.h"
#include "tools/spftext.h"

struct check_options {
    const char *ip;       /* --ip */
    const char *sender;   /* --sender */
    const char *helo;     /* --helo */
    const char *receiver; /* --receiver */
    bool alone;           /* --no-second-opinion */
};

static const struct check_options check_defaults;

static const struct opt_def check_options[] = {
    OPT_TEXT(0, "ip", struct check_options, ip, "ADDRESS",
             "the address that sends"),
    OPT_TEXT(0, "sender", struct check_options, sender, "ADDRESS",
             "the MAIL FROM; '' is the null return path"),
    OPT_TEXT(0, "helo", struct check_options, helo, "NAME",
             "the HELO name; else the sender's domain"),
    OPT_TEXT(0, "receiver", struct check_options, receiver, "NAME",
             "who receives, for %{r} in explanations"),
    OPT_FLAG(0, "no-second-opinion", struct check_options, alone,
             "do not ask libspf2 what it would say"),
    OPT_END,
};

/* One check on its way. */
struct checking {
    struct spfcheck_input input;  /* who sends */
    struct spfsecond second;      /* libspf2's part */
    const struct spfcheck *check; /* of the latest run */
};

static void
analyse(void *context, struct view *view)
{
    struct checking *checking = context;

    checking->check = spfcheck_run(view, &checking->input);
    if (checking->check->result != SPFRESULT_PENDING)
        spfsecond_ask(&checking->second, view, &checking->input);
}

static void
draw(struct spfdesk *desk, const struct value *document)
{
    const char *result = value_as_text(value_get(document, "result"));
    const struct value *other = value_at(document, "others.libspf2");
    enum colour colour = strcmp(result, "pass") == 0        ? COLOUR_GREEN
                         : strcmp(result, "temperror") == 0 ? COLOUR_MAGENTA
                                                            : COLOUR_RED;

    strbuf_addf(&desk->text, "%s%s%s", page_on(&desk->page, colour), result,
                page_off(&desk->page));
    spfdesk_lines(
        desk, "  ", "  ",
        arena_printf(
            desk->arena, "%s, for %s: %lld of %d lookups, %lld of %d void",
            value_as_text(value_get(document, "ip")),
            value_as_text(value_get(document, "domain")),
            (long long)value_as_number(value_get(document, "lookups")),
            SPFCHECK_LOOKUPS_MAX,
            (long long)value_as_number(value_get(document, "void_lookups")),
            SPFCHECK_VOIDS_MAX));
    if (!value_is_null(value_get(document, "explanation")))
        spfdesk_lines(desk, "  explanation: ", "  ",
                      value_as_text(value_get(document, "explanation")));
    if (!value_is_null(other))
        spfdesk_lines(desk, "  ", "    ",
                      arena_printf(desk->arena, "libspf2 says %s",
                                   value_as_text(value_get(other, "result"))));
    strbuf_add_char(&desk->text, '\n');
    spftext_trace(desk, value_get(document, "trace"));
}

static enum exit_status
exit_of(enum spfresult result)
{
    if (result == SPFRESULT_PASS)
        return EXIT_GOOD;
    return result == SPFRESULT_TEMPERROR || result == SPFRESULT_PENDING
               ? EXIT_UNKNOWN
               : EXIT_FOUND;
}

static void
report_check(struct spfdesk *desk, struct checking *checking)
{
    struct arena *arena = desk->arena;
    struct value *document = spfdesk_document(desk), *facts;
    struct strbuf ip = STRBUF_INIT;

    facts = spfcheck_value(arena, checking->check);
    address_present(&checking->input.ip, &ip);
    value_set(document, "ip", value_slice(arena, strbuf_slice(&ip)));
    strbuf_clear(&ip);
    value_set(document, "sender", value_octets(arena, checking->input.sender));
    value_set(document, "helo", value_octets(arena, checking->input.helo));
    for (size_t i = 0; i < value_count(facts); i++)
        value_set(document, value_name(facts, i),
                  (struct value *)value_element(facts, i));
    value_set(document, "others",
              spfsecond_others(&checking->second, desk->view, desk->report,
                               checking->check));
    spfdesk_findings(desk, document);
    spfdesk_print(desk, document, draw);
}

static enum exit_status
read_identity(struct spfdesk *desk, const struct check_options *options,
              struct spfcheck_input *input)
{
    const char *at;

    if (options->ip == NULL || options->sender == NULL)
        return cmd_usage(desk->context, "%s is needed",
                         options->ip == NULL ? "--ip" : "--sender");
    input->sender = slice_of(options->sender);
    input->helo = slice_of(options->helo);
    input->receiver = slice_of(options->receiver);
    if (input->sender.n == 0 && input->helo.n == 0)
        return cmd_usage(desk->context,
                         "the null return path needs --helo: its SPF is that"
                         " of postmaster at the HELO name");
    if (input->helo.n == 0) {
        at = strrchr(options->sender, '@');
        input->helo = slice_of(at == NULL ? options->sender : at + 1);
    }
    return spfdesk_address(desk, options->ip, &input->ip);
}

static enum exit_status
check_run(struct context *context)
{
    const struct check_options *options = context->options;
    struct checking checking = {0};
    struct second_client *client = NULL;
    struct spfdesk desk;
    enum exit_status exit_status = spfdesk_open(&desk, context);

    if (exit_status != EXIT_GOOD)
        return exit_status;
    exit_status = read_identity(&desk, options, &checking.input);
    if (exit_status == EXIT_GOOD) {
        client = options->alone ? NULL : second_client_new();
        spfsecond_open(&checking.second, client);
        spfdesk_run(&desk,
                    checking.input.sender.n > 0 ? options->sender
                                                : options->helo,
                    analyse, &checking);
        report_check(&desk, &checking);
        spfsecond_close(&checking.second);
        second_client_free(client);
        exit_status = exit_of(checking.check->result);
    }
    return spfdesk_close(&desk, exit_status);
}

const struct command cmd_spf_check = {
    .name = "spf check",
    .synopsis = "--ip ADDRESS --sender ADDRESS [--helo NAME] [options]",
    .summary = "the SPF result of one message, and how it comes about",
    .about = "Evaluates SPF as RFC 7208 has it, and prints each term: what "
             "it asked, what came back, what it cost.  Exit status: 0 pass, "
             "3 temperror, 1 any other result.",
    .examples = "selkie spf check --ip 192.0.2.7 --sender a@example.com\n"
                "selkie spf check --ip 192.0.2.7 --sender '' --helo mta.test",
    .options = check_options,
    .defaults = &check_defaults,
    .options_size = sizeof(check_defaults),
    .needs = NEED_DNS | NEED_OUTPUT,
    .run = check_run,
};
