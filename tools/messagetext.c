/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A message's document as text. */
#include "tools/messagetext.h"

#include <string.h>

/* The text of a member, or what stands for null. */
static const char *
text_of(const struct value *map, const char *name, const char *otherwise)
{
    const struct value *value = value_get(map, name);

    return value_is_null(value) ? otherwise : value_as_text(value);
}

static enum colour
colour_of(const char *result)
{
    if (strcmp(result, "pass") == 0)
        return COLOUR_GREEN;
    return strcmp(result, "temperror") == 0 ? COLOUR_MAGENTA : COLOUR_RED;
}

/* "LABEL RESULT text", the text in a column of its own. */
static void
draw_result(struct spfdesk *desk, const char *label, const char *result,
            const char *text)
{
    int width = (int)(strlen(label) + strlen(result)) + 2;

    strbuf_addf(&desk->text, "%s %s%s%s", label,
                page_on(&desk->page, colour_of(result)), result,
                page_off(&desk->page));
    spfdesk_lines(desk, " ", arena_printf(desk->arena, "%*s", width, ""),
                  text);
}

static void
draw_head(struct spfdesk *desk, const struct value *document)
{
    const struct value *dmarc = value_get(document, "dmarc");
    const char *file = text_of(document, "file", NULL);

    if (file != NULL)
        spfdesk_lines(desk, "", "  ", file);
    draw_result(
        desk, "DMARC", text_of(dmarc, "result", ""),
        arena_printf(desk->arena, "From %s, policy %s; by RFC 7489 it is %s",
                     text_of(dmarc, "domain", "nobody"),
                     text_of(dmarc, "policy", "none"),
                     value_as_text(value_at(dmarc, "rfc7489.result"))));
}

static void
draw_signature(struct spfdesk *desk, const struct value *one)
{
    const struct value *bits = value_at(one, "key.bits");
    const char *key = "";

    if (!value_is_null(bits))
        key = arena_printf(desk->arena, "; key of %lld bits, %s",
                           (long long)value_as_number(bits),
                           value_as_text(value_at(one, "key.key")));
    draw_result(desk, "  DKIM", text_of(one, "result", ""),
                arena_printf(
                    desk->arena, "d=%s s=%s %s, %s: %s%s",
                    text_of(one, "domain", "?"), text_of(one, "selector", "?"),
                    text_of(one, "algorithm", "?"),
                    value_as_bool(value_get(one, "aligned")) ? "aligned"
                                                             : "not aligned",
                    text_of(one, "reason", ""), key));
}

static void
draw_spf(struct spfdesk *desk, const struct value *document)
{
    const struct value *spf = value_get(document, "spf");

    if (value_is_null(spf)) {
        strbuf_add_text(&desk->text, "  SPF not looked at: --ip and --sender "
                                     "say who sent it\n");
        return;
    }
    draw_result(desk, "  SPF", text_of(spf, "result", ""),
                arena_printf(
                    desk->arena, "for %s, %s", text_of(spf, "domain", "?"),
                    value_as_bool(value_get(spf, "aligned")) ? "aligned"
                                                             : "not aligned"));
}

/* What was not given on the command line was taken from the message. */
static void
draw_origin(struct spfdesk *desk, const struct value *document)
{
    static const char *const names[][3] = {
        {"ip",     "ip_from",     "address"    },
        {"helo",   "helo_from",   "HELO"       },
        {"sender", "sender_from", "return path"},
    };
    const struct value *origin = value_get(document, "origin");

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *from = text_of(origin, names[i][1], NULL);

        if (from == NULL || strncmp(from, "--", 2) == 0)
            continue;
        spfdesk_lines(desk, "  ", "    ",
                      arena_printf(desk->arena,
                                   "%s %s: as %s of the message "
                                   "has it",
                                   names[i][2],
                                   text_of(origin, names[i][0], ""), from));
    }
}

void
messagetext_draw(struct spfdesk *desk, const struct value *document)
{
    const struct value *list = value_get(document, "dkim");

    draw_head(desk, document);
    for (size_t i = 0; i < value_count(list); i++)
        draw_signature(desk, value_element(list, i));
    if (value_count(list) == 0)
        strbuf_add_text(&desk->text, "  DKIM none\n");
    draw_spf(desk, document);
    draw_origin(desk, document);
    strbuf_add_char(&desk->text, '\n');
    spfdesk_lines(desk, "", "", text_of(document, "explanation", ""));
    strbuf_add_char(&desk->text, '\n');
    spfdesk_lines(desk, "", "  ",
                  text_of(document, "authentication_results", ""));
}
