/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text from outside within XML, CSV and Markdown. */
#include "common/base/medium.h"

#include <string.h>

/* What stands for an octet, or NULL when it may stay. */
static const char *
xml_entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void
medium_xml(struct strbuf *out, struct slice text)
{
    for (size_t i = 0; i < text.n; i++) {
        const char *entity = xml_entity(text.p[i]);

        if (entity != NULL)
            strbuf_add_text(out, entity);
        else
            strbuf_add_char(out, text.p[i]);
    }
}

void
medium_csv(struct strbuf *out, struct slice text, char end)
{
    bool is_formula = text.n > 0 && memchr("=+-@\t\r'", text.p[0], 7) != NULL;

    strbuf_add_text(out, is_formula ? "\"'" : "\"");
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"')
            strbuf_add_char(out, '"');
        strbuf_add_char(out, text.p[i]);
    }
    strbuf_add_char(out, '"');
    if (end == '\n')
        strbuf_add_char(out, '\r');
    strbuf_add_char(out, end);
}

/* The longest run of backquotes in it. */
static size_t
longest_run(struct slice text)
{
    size_t longest = 0, run = 0;

    for (size_t i = 0; i < text.n; i++) {
        run = text.p[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

void
medium_fenced(struct strbuf *out, struct slice text)
{
    size_t longest = longest_run(text);
    size_t fence = longest < 3 ? 3 : longest + 1;

    strbuf_fill(out, '`', fence);
    strbuf_add_char(out, '\n');
    strbuf_add_slice(out, text);
    strbuf_add_char(out, '\n');
    strbuf_fill(out, '`', fence);
    strbuf_add_char(out, '\n');
}

/* A bar would end the cell of a table, even within code. */
void
medium_code(struct strbuf *out, struct slice text)
{
    size_t fence = longest_run(text) + 1;
    const char *pad = fence > 1 ? " " : "";

    strbuf_fill(out, '`', fence);
    strbuf_add_text(out, pad);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '|')
            strbuf_add_char(out, '\\');
        strbuf_add_char(out, text.p[i]);
    }
    strbuf_add_text(out, pad);
    strbuf_fill(out, '`', fence);
}

/* Every mark of punctuation that CommonMark gives a meaning can be escaped
   (section 2.4); '-' and '.' mean something only where a line begins. */
void
medium_prose(struct strbuf *out, struct slice text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (memchr("\\`*_{}[]<>()#!|&~", c, 17) != NULL)
            strbuf_add_char(out, '\\');
        strbuf_add_char(out, c == '\n' ? ' ' : c);
    }
}
