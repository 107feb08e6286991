/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options declared as data: the option part of --help. */
#include <limits.h>
#include <string.h>

#include "common/base/options.h"
#include "common/base/slice.h"

#define COLUMNS_MAX 79
/* Where the explanations begin; a longer option has its on the next line. */
#define HELP_COLUMN 30
/* Between an option and its explanation, and in front of the option. */
#define GAP         2

static void
pad_to(struct strbuf *out, size_t *column, size_t to)
{
    if (*column + GAP > to) {
        strbuf_add_char(out, '\n');
        *column = 0;
    }
    strbuf_fill(out, ' ', to - *column);
    *column = to;
}

/* Words with one blank between them, in the column of explanations. */
static void
add_wrapped(struct strbuf *out, struct slice text)
{
    size_t column = HELP_COLUMN;
    bool is_first = true;
    struct slice word;

    while (slice_next(&text, ' ', &word)) {
        if (!is_first && column + 1 + word.n > COLUMNS_MAX) {
            strbuf_add_char(out, '\n');
            strbuf_fill(out, ' ', HELP_COLUMN);
            column = HELP_COLUMN;
        } else if (!is_first) {
            strbuf_add_char(out, ' ');
            column++;
        }
        strbuf_add_slice(out, word);
        column += word.n;
        is_first = false;
    }
    strbuf_add_char(out, '\n');
}

/* What the row knows and its text need not repeat. */
static void
add_bounds(struct strbuf *text, const struct opt_def *def)
{
    if (def->kind == OPT_KIND_NUMBER && def->maximum == ULONG_MAX)
        strbuf_addf(text, " (at least %lu)", def->minimum);
    else if (def->kind == OPT_KIND_NUMBER)
        strbuf_addf(text, " (%lu to %lu)", def->minimum, def->maximum);
    if (def->kind != OPT_KIND_CHOICE)
        return;
    for (size_t i = 0; def->choices[i] != NULL; i++)
        strbuf_addf(text, "%s%s", i == 0 ? " (" : ", ", def->choices[i]);
    strbuf_add_char(text, ')');
}

static void
add_option(struct strbuf *out, const struct opt_def *def)
{
    struct strbuf text = STRBUF_INIT;
    size_t line = out->n;
    size_t column;

    strbuf_fill(out, ' ', GAP);
    if (def->letter != '\0')
        strbuf_addf(out, "-%c%s", def->letter, def->name == NULL ? "" : ", ");
    else
        strbuf_fill(out, ' ', sizeof("-x, ") - 1);
    if (def->name != NULL)
        strbuf_addf(out, "--%s", def->name);
    if (def->value != NULL)
        strbuf_addf(out, " %s", def->value);
    column = out->n - line;
    pad_to(out, &column, HELP_COLUMN);
    strbuf_add_text(&text, def->help == NULL ? "" : def->help);
    add_bounds(&text, def);
    add_wrapped(out, strbuf_slice(&text));
    strbuf_clear(&text);
}

static void
add_heading(struct strbuf *out, bool is_first, const char *text)
{
    strbuf_addf(out, "%s%s:\n", is_first ? "" : "\n", text);
}

void
options_help(const struct opt_set *sets, struct strbuf *out)
{
    bool is_first = true;

    for (size_t i = 0; i < OPT_SETS_MAX && sets[i].defs != NULL; i++) {
        for (const struct opt_def *def = sets[i].defs;
             def->kind != OPT_KIND_END; def++) {
            bool is_group = def->kind == OPT_KIND_GROUP;

            if (is_group || is_first)
                add_heading(out, is_first, is_group ? def->name : "Options");
            if (!is_group)
                add_option(out, def);
            is_first = false;
        }
    }
    if (is_first)
        add_heading(out, true, "Options");
    add_option(out, &options_help_row);
}
