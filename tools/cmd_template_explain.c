/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie template explain: which rule answers, and why so. */
#include "common/base/value.h"
#include "common/dns/answer.h"
#include "common/stunt/stuntanswer.h"
#include "common/template/regexdns.h"
#include "common/template/templatelook.h"
#include "tools/templatetext.h"

struct explain_options {
    struct templatedesk_options desk; /* which template */
    int format;                       /* --format: index of format_words */
};

enum { FORM_TEXT, FORM_JSON };
static const char *const format_words[] = {"text", "json", NULL};

static const struct explain_options explain_defaults;

static const struct opt_def explain_options[] = {
    OPT_CHOICE('f', "format", struct explain_options, format, format_words,
               "FORM", "text (default) or json"),
    TEMPLATEDESK_OPTIONS(struct explain_options),
    OPT_END,
};

static unsigned
line_of(const struct templatetext *text, const struct template_node *node)
{
    return template_is_regexdns(text->desk->template)
               ? regexdns_line(node)
               : templatelook_line(node);
}

static const char *
rule_text(const struct templatetext *text, const struct template_node *node)
{
    return arena_printf(text->arena, "'%s' (line %u)",
                        template_node_text(node), line_of(text, node));
}

/* The line of an expression because of which nothing is denied, or 0. */
static unsigned
open_line(const struct template *template)
{
    const struct template_node *node = NULL;

    while (template_is_regexdns(template)
           && (node = template_next(template, node)) != NULL)
        if (regexdns_form(node) == REGEXDNS_FREE)
            return regexdns_line(node);
    return 0;
}

static bool
has_type(const struct template_node *node, uint16_t type)
{
    const struct template_record *record = NULL;

    while ((record = template_record_next(node, record)) != NULL)
        if (template_record_type(record) == type)
            return true;
    return false;
}

/* ---- why ---- */

static const char *
why_records(const struct templatetext *text,
            const struct template_match *match)
{
    struct arena *arena = text->arena;
    const char *rule = rule_text(text, match->node);

    if (text->type == RR_ANY)
        return arena_printf(arena,
                            "%s takes the name; of ANY one RRset is enough "
                            "(RFC 8482)",
                            rule);
    if (has_type(match->node, text->type))
        return arena_printf(arena, "%s takes the name%s", rule,
                            text->result->count == 0
                                    || text->result->records[0].section
                                           != STUNT_ANSWER
                                ? ", but a field in its data has no value"
                                : "");
    if (has_type(match->node, RR_CNAME))
        return arena_printf(arena, "%s takes the name, which is an alias",
                            rule);
    return arena_printf(arena,
                        "%s takes the name, which has no records of that "
                        "type",
                        rule);
}

/* The name above it that exists: below it nothing fits. */
static const char *
why_none(const struct templatetext *text)
{
    struct arena *arena = text->arena;
    struct template_match match;
    struct name above = text->name, child = above;
    struct strbuf label = STRBUF_INIT;
    const char *why;

    do {
        child = above;
        name_parent(&above, &above);
        template_match(text->desk->template, &above, &text->desk->binder,
                       &match);
    } while (match.found == TEMPLATE_NONE && above.labels > 0);
    strbuf_add_presented(&label, name_label(&child, 0));
    why = arena_printf(arena,
                       "no rule takes the name, nor anything below it: "
                       "'%s' exists, but nothing there takes the label '%s'",
                       name_dotted(arena, &above), label.p);
    strbuf_clear(&label);
    return why;
}

static const char *
why_empty(const struct templatetext *text)
{
    unsigned open = open_line(text->desk->template);

    if (open > 0)
        return arena_printf(text->arena,
                            "no owner takes the name; it is not denied since "
                            "the expression on line %u may take names below "
                            "it",
                            open);
    return "the name exists only through names below it (RFC 8020)";
}

static const char *
why(const struct templatetext *text, const struct template_match *match)
{
    struct arena *arena = text->arena;

    if (match->unsure)
        return "a pattern took too many steps, so nobody knows";
    if (match->cut != NULL)
        return arena_printf(arena, "it is delegated by %s",
                            rule_text(text, match->cut));
    if (match->dname != NULL)
        return arena_printf(arena, "it is below the DNAME of %s",
                            rule_text(text, match->dname));
    switch (match->found) {
    case TEMPLATE_RECORDS:
        return why_records(text, match);
    case TEMPLATE_EMPTY:
        return why_empty(text);
    case TEMPLATE_NONE:
        break;
    }
    return why_none(text);
}

/* ---- the document ---- */

static void
add_rule(const struct templatetext *text, const struct template_match *match,
         struct value *document)
{
    struct arena *arena = text->arena;
    struct value *captures;
    struct slice name, value;

    value_set(document, "rule",
              match->node == NULL
                  ? value_null(arena)
                  : value_text(arena, template_node_text(match->node)));
    value_set(document, "line",
              match->node == NULL
                  ? value_null(arena)
                  : value_number(arena, line_of(text, match->node)));
    captures = value_set(document, "captures", value_list(arena));
    for (unsigned i = 0;
         match->node != NULL
         && templatelook_capture(match->node, match, i, &name, &value);
         i++) {
        struct value *map = value_add(captures, value_map(arena));

        value_set(map, "name", value_slice(arena, name));
        value_set(map, "value", value_octets(arena, value));
    }
}

/* RFC 9824 section 3: what a signature made on the fly can prove. */
static const char *
signed_note(const struct templatetext *text)
{
    return text->result->rcode == STUNT_NXDOMAIN
               ? "signed on the fly (mod-onlinesign), the denial under DO is "
                 "NODATA with a minimal NSEC: validators cannot tell it from "
                 "an empty name, and no larger part of the zone is denied by "
                 "it"
               : NULL;
}

static struct value *
explain(const struct templatetext *text)
{
    struct arena *arena = text->arena;
    struct value *document = templatetext_value(text, "template explain");
    const struct name *origin = NULL;
    struct template_match match = {.found = TEMPLATE_NONE};
    bool is_inside =
        template_zone(text->desk->template, &text->name, &origin) != NULL;

    if (is_inside)
        template_match(text->desk->template, &text->name, &text->desk->binder,
                       &match);
    value_set(document, "zone",
              is_inside ? value_text(arena, name_dotted(arena, origin))
                        : value_null(arena));
    add_rule(text, &match, document);
    value_set(document, "why",
              value_text(arena, is_inside ? why(text, &match)
                                          : "the name is in no zone of it"));
    value_set(document, "signed",
              signed_note(text) == NULL
                  ? value_null(arena)
                  : value_text(arena, signed_note(text)));
    return document;
}

static void
draw(const struct value *document, struct strbuf *out)
{
    const struct value *captures = value_get(document, "captures");

    templatetext_draw(document, out);
    strbuf_addf(out, ";; why: %s\n",
                value_as_text(value_get(document, "why")));
    for (size_t i = 0; i < value_count(captures); i++) {
        const struct value *capture = value_element(captures, i);

        strbuf_addf(out, ";; {%s} is '%s'\n",
                    value_as_text(value_get(capture, "name")),
                    value_as_text(value_get(capture, "value")));
    }
    if (!value_is_null(value_get(document, "signed")))
        strbuf_addf(out, ";; %s\n",
                    value_as_text(value_get(document, "signed")));
}

static enum exit_status
explain_run(struct context *context)
{
    const struct explain_options *options = context->options;
    struct templatetext_form form = {explain, draw,
                                     options->format == FORM_JSON};

    return templatetext_run(context, &options->desk, &form);
}

const struct command cmd_template_explain = {
    .name = "template explain",
    .synopsis = "[options] NAME TYPE",
    .summary = "which rule answers, what it captured, and why so",
    .about = "The answer as template test prints it, and which rule takes the "
             "name, what its placeholders stand for, and why the answer is no "
             "data or no such name.",
    .examples = "selkie template explain _domainkey.snufkin.sausagemail.com "
                "TXT\n"
                "selkie template explain --regexdns sausagemail.zone "
                "evil.sausagemail.com MX",
    .options = explain_options,
    .defaults = &explain_defaults,
    .options_size = sizeof(explain_defaults),
    .needs = NEED_WORKSPACE,
    .operands_least = 2,
    .operands_most = 2,
    .run = explain_run,
};
