/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie who: every party that can act as a domain, and by which path. */
#include <stdlib.h>
#include <string.h>

#include "common/audit/who.h"
#include "common/base/memory.h"
#include "tools/selectors.h"
#include "tools/spfdesk.h"
#include "tools/whotext.h"

struct who_options {
    struct opt_list selectors;  /* --selector S */
    struct opt_list subdomains; /* --subdomain NAME */
    bool no_guess;              /* --no-guess */
};

static const struct who_options who_defaults;

static const struct opt_def who_options[] = {
    OPT_LIST('s', "selector", struct who_options, selectors, "S",
             "a selector the domain signs with (repeats)"),
    OPT_LIST(0, "subdomain", struct who_options, subdomains, "NAME",
             "a subdomain that may be delegated (repeats)"),
    OPT_FLAG(0, "no-guess", struct who_options, no_guess,
             "look at no selector and subdomain but those given"),
    OPT_END,
};

/* Names that sending is delegated under, by the instructions that vendors
   give and what people call it. */
static const char *const guessed[] = {
    "news", "newsletter", "mail",    "email", "em",     "e",     "mg",
    "m",    "marketing",  "mktg",    "mkt",   "go",     "info",  "notify",
    "send", "bounce",     "bounces", "mta",   "return", "reply", "updates"};
#define GUESSED (sizeof(guessed) / sizeof(guessed[0]))

/* One question on its way. */
struct asking {
    struct who_input input;           /* what is asked about */
    struct name *subdomains;          /* of it; new */
    struct audit_selector *selectors; /* likewise */
    const struct who *who;            /* of the latest run */
};

static void
analyse(void *context, struct view *view)
{
    struct asking *asking = context;

    asking->who = who_find(view, &asking->input);
}

static void
fill_selectors(struct asking *asking, const struct who_options *options)
{
    size_t guesses = options->no_guess ? 0 : selectors_count();
    size_t n = 0;

    asking->selectors = memory_zeroed(options->selectors.count + guesses + 1,
                                      sizeof(*asking->selectors));
    for (size_t i = 0; i < options->selectors.count; i++)
        asking->selectors[n++] =
            (struct audit_selector){.selector = options->selectors.items[i],
                                    .origin = SELECTOR_COMMAND_LINE};
    for (size_t i = 0; i < guesses; i++)
        asking->selectors[n++] = (struct audit_selector){
            .selector = selectors_ranked(i), .origin = SELECTOR_GUESSED};
    asking->input.selectors = asking->selectors;
    asking->input.selector_count = n;
}

/* "news", or "news.example.com". */
static enum exit_status
add_subdomain(struct spfdesk *desk, struct asking *asking, const char *text,
              struct name *name)
{
    const struct name *domain = &asking->input.domain;
    struct error err = ERROR_INIT;

    if (name_from_user(name, text, &err) != ST_OK)
        return cmd_usage(desk->context, "%s", err.text);
    if (!name_is_under(name, domain)
        && name_prepend(name, slice_of(name_bare(desk->arena, name)), domain)
               != ST_OK)
        return cmd_usage(desk->context, "subdomain '%s': the name is too long",
                         text);
    if (name_equal(name, domain))
        return cmd_usage(desk->context, "subdomain '%s' is the domain itself",
                         text);
    return EXIT_GOOD;
}

static enum exit_status
fill_subdomains(struct spfdesk *desk, struct asking *asking,
                const struct who_options *options)
{
    const struct opt_list *given = &options->subdomains;
    enum exit_status exit_status = EXIT_GOOD;
    size_t n = 0;

    asking->subdomains =
        memory_zeroed(given->count + GUESSED, sizeof(*asking->subdomains));
    while (n < given->count && exit_status == EXIT_GOOD) {
        exit_status = add_subdomain(desk, asking, given->items[n],
                                    &asking->subdomains[n]);
        n++;
    }
    asking->input.subdomain_asserted = n;
    for (size_t i = 0; i < GUESSED && !options->no_guess; i++)
        if (name_prepend(&asking->subdomains[n], slice_of(guessed[i]),
                         &asking->input.domain)
            == ST_OK)
            n++;
    asking->input.subdomains = asking->subdomains;
    asking->input.subdomain_count = n;
    return exit_status;
}

static void
report_who(struct spfdesk *desk, const struct asking *asking)
{
    struct value *document = spfdesk_document(desk);

    who_value(desk->arena, asking->who, document);
    spfdesk_print(desk, document, whotext_draw);
}

static enum exit_status
who_run(struct context *context)
{
    const struct who_options *options = context->options;
    struct asking asking = {.who = NULL};
    struct spfdesk desk;
    enum exit_status exit_status = spfdesk_open(&desk, context);

    if (exit_status != EXIT_GOOD)
        return exit_status;
    exit_status = spfdesk_domain(&desk, 0, &asking.input.domain);
    if (exit_status == EXIT_GOOD)
        exit_status = fill_subdomains(&desk, &asking, options);
    if (exit_status == EXIT_GOOD) {
        fill_selectors(&asking, options);
        spfdesk_run(&desk, context->operands[0], analyse, &asking);
        report_who(&desk, &asking);
        if (asking.who->unknown_count > 0 || asking.who->is_cut)
            exit_status = EXIT_UNKNOWN;
    }
    free(asking.selectors);
    free(asking.subdomains);
    return spfdesk_close(&desk, exit_status);
}

const struct command cmd_who = {
    .name = "who",
    .synopsis = "[options] DOMAIN",
    .summary = "who can sign as a domain, set its policy, send, read reports",
    .about = "Lists every party that DNS gives a power over the domain's "
             "mail, by which path it has it, and what it can and cannot do.  "
             "Exit status: 0 all could be told, 3 not all.",
    .examples = "selkie who example.com\n"
                "selkie who example.com -s k1 --subdomain news",
    .options = who_options,
    .defaults = &who_defaults,
    .options_size = sizeof(who_defaults),
    .needs = NEED_DNS | NEED_OUTPUT | NO_PROFILE,
    .operands_least = 1,
    .operands_most = 1,
    .run = who_run,
};
