/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document of selkie report as lines of JSON, and as CSV. */
#include <string.h>

#include "common/base/medium.h"
#include "tools/reportform.h"

/* ---- lines of JSON ---- */

/* Lists of the document, and what one of their elements is. */
static const struct {
    const char *list; /* a member of the document */
    const char *kind; /* of a line */
} kinds[] = {
    {"sources",   "source"  },
    {"selectors", "selector"},
    {"domains",   "domain"  },
    {"customers", "customer"},
    {"receivers", "receiver"},
    {"days",      "day"     },
    {"findings",  "finding" },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static struct value *
line_of(struct arena *arena, const struct value *document, const char *kind)
{
    struct value *line = value_map(arena);

    value_set(line, "version", (struct value *)value_get(document, "version"));
    value_set(line, "command", (struct value *)value_get(document, "command"));
    value_set(line, "kind", value_text(arena, kind));
    return line;
}

static void
add_members(struct value *line, const struct value *map)
{
    for (size_t i = 0; i < value_count(map); i++)
        value_set(line, value_name(map, i),
                  (struct value *)value_element(map, i));
}

static bool
is_list(const char *name)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].list, name) == 0)
            return true;
    return false;
}

void
reportlines_draw(struct arena *arena, const struct value *document,
                 struct strbuf *out)
{
    struct value *line = line_of(arena, document, "summary");

    for (size_t i = 0; i < value_count(document); i++)
        if (!is_list(value_name(document, i)))
            value_set(line, value_name(document, i),
                      (struct value *)value_element(document, i));
    value_json(line, 0, out);
    strbuf_add_char(out, '\n');
    for (size_t k = 0; k < KINDS; k++) {
        const struct value *list = value_get(document, kinds[k].list);

        for (size_t i = 0; i < value_count(list); i++) {
            line = line_of(arena, document, kinds[k].kind);
            add_members(line, value_element(list, i));
            value_json(line, 0, out);
            strbuf_add_char(out, '\n');
        }
    }
}

/* ---- CSV ---- */

/* What a column holds of a source. */
static const char *const columns[] = {
    "address", "name", "domain", "customer",    "messages", "aligned",
    "failing", "dkim", "spf",    "quarantined", "rejected"};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static void
add_value(struct strbuf *out, const struct value *value)
{
    if (value_kind(value) == VALUE_NUMBER)
        strbuf_addf(out, "%lld,", (long long)value_as_number(value));
    else
        medium_csv(out, slice_of(value_as_text(value)), ',');
}

/* "esp.example/k1=pass bounce.esp.example=pass": identities in one cell. */
static void
add_identities(struct strbuf *out, const struct value *list)
{
    struct strbuf words = STRBUF_INIT;

    for (size_t i = 0; i < value_count(list); i++) {
        const struct value *seen = value_element(list, i);
        const char *selector = value_as_text(value_get(seen, "selector"));

        strbuf_addf(&words, "%s%s%s%s=%s", i > 0 ? " " : "",
                    value_as_text(value_get(seen, "domain")),
                    *selector == '\0' ? "" : "/", selector,
                    value_as_text(value_get(seen, "result")));
    }
    medium_csv(out, strbuf_slice(&words), ',');
    strbuf_clear(&words);
}

void
reportcsv_draw(const struct value *document, struct strbuf *out)
{
    const struct value *sources = value_get(document, "sources");

    for (size_t k = 0; k < COLUMNS; k++)
        strbuf_addf(out, "%s,", columns[k]);
    strbuf_add_text(out, "why,signed,return_paths,first,last\r\n");
    for (size_t i = 0; i < value_count(sources); i++) {
        const struct value *source = value_element(sources, i);
        const struct value *why = value_get(source, "why");

        for (size_t k = 0; k < COLUMNS; k++)
            add_value(out, value_get(source, columns[k]));
        add_value(out, value_get(value_element(why, 0), "cause"));
        add_identities(out, value_get(source, "signed"));
        add_identities(out, value_get(source, "return_paths"));
        add_value(out, value_get(source, "first"));
        medium_csv(out, slice_of(value_as_text(value_get(source, "last"))),
                   '\n');
    }
}
