/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Placeholders in zone text: stand-ins for the zone reader, and back. */
#include "common/template/templateholes.h"

#include <stdio.h>

#include "common/base/digest.h"

#define MARK_LETTERS 8
#define MARK_LENGTH  (MARK_LETTERS + 2) /* with its digits */

static bool
is_name_octet(char c, bool first)
{
    return (c >= 'a' && c <= 'z')
           || (!first && (ascii_is_digit((unsigned char)c) || c == '_'));
}

/* The end of ":limit", whose braces come in pairs, or text.n. */
static size_t
limit_end(struct slice text, size_t i)
{
    unsigned depth = 0;

    for (; i < text.n && text.p[i] != '\n'; i++) {
        if (text.p[i] == '\\')
            i++;
        else if (text.p[i] == '{')
            depth++;
        else if (text.p[i] == '}' && depth-- == 0)
            return i;
    }
    return text.n;
}

/* Length of "{name}" at the start of text, in an owner also of "{name:limit}",
   0 when there is none. */
static size_t
hole_length(struct slice text, bool in_owner)
{
    size_t n = 1;

    if (text.n < 3 || text.p[0] != '{')
        return 0;
    while (n < text.n && is_name_octet(text.p[n], n == 1))
        n++;
    if (in_owner && n > 1 && n + 1 < text.n && text.p[n] == ':')
        n = limit_end(text, n + 1);
    return n > 1 && n < text.n && text.p[n] == '}' ? n + 1 : 0;
}

/* Where in the text one reads: the first word of a line is an owner. */
static bool
stays_in_owner(bool in_owner, char c)
{
    return c == '\n' || (in_owner && c != ' ' && c != '\t' && c != '"');
}

/* Is there a placeholder at text.p[i]?  Its length, or 0. */
static size_t
hole_at(struct slice text, size_t i, bool in_owner)
{
    size_t slashes = 0;

    if (i > 0 && text.p[i - 1] == '%')
        return 0;
    while (slashes < i && text.p[i - 1 - slashes] == '\\')
        slashes++;
    return slashes % 2 == 1 ? 0 : hole_length(slice_from(text, i), in_owner);
}

static bool
occurs(struct slice text, struct slice word)
{
    for (size_t i = 0; i + word.n <= text.n; i++)
        if (slice_equal_case(slice_sub(text, i, word.n), word))
            return true;
    return false;
}

/* A word that occurs nowhere, in neither case (owners are folded), and whose
   first letter comes but once: so that no end of what stands before it can
   be taken for its beginning. */
static void
choose_mark(struct templateholes *holes, struct slice text)
{
    uint64_t seed = 0;

    do
        digest_letters(seed++, SLICE("placeholder"), holes->mark,
                       MARK_LETTERS);
    while (strchr(holes->mark + 1, holes->mark[0]) != NULL
           || occurs(text, slice_of(holes->mark)));
}

static size_t
number_of(struct templateholes *holes, struct slice name)
{
    size_t i = 0;

    while (i < holes->count && !slice_equal(holes->names[i], name))
        i++;
    if (i == holes->count && i < TEMPLATEHOLES_MAX)
        holes->names[holes->count++] = name;
    return i;
}

void
templateholes_begin(struct templateholes *holes, struct slice text)
{
    *holes = (struct templateholes){0};
    choose_mark(holes, text);
}

bool
templateholes_put(struct templateholes *holes, struct slice name,
                  struct strbuf *out)
{
    size_t number = number_of(holes, name);

    if (number == TEMPLATEHOLES_MAX)
        return false;
    strbuf_addf(out, "%s%02zu", holes->mark, number);
    return true;
}

enum status
templateholes_hide(struct templateholes *holes, struct slice text,
                   struct strbuf *out)
{
    bool in_owner = true;

    templateholes_begin(holes, text);
    for (size_t i = 0; i < text.n;) {
        size_t n = hole_at(text, i, in_owner);

        if (n == 0) {
            in_owner = stays_in_owner(in_owner, text.p[i]);
            strbuf_add_char(out, text.p[i++]);
            continue;
        }
        if (!templateholes_put(holes, slice_sub(text, i + 1, n - 2), out))
            return ST_RANGE;
        i += n;
    }
    return ST_OK;
}

bool
templateholes_next(const struct templateholes *holes, struct slice octets,
                   size_t *position, struct slice *run, size_t *hole)
{
    struct slice rest = slice_from(octets, *position);
    size_t at = slice_search(rest, slice_of(holes->mark));
    uint64_t number;

    if (rest.n == 0)
        return false;
    *hole = holes->count;
    if (at > 0) {
        *run = slice_sub(rest, 0, at);
        *position += run->n;
        return true;
    }
    *run = slice_sub(rest, 0, MARK_LENGTH);
    *position += run->n;
    if (run->n == MARK_LENGTH
        && slice_number(slice_from(*run, MARK_LETTERS), TEMPLATEHOLES_MAX - 1,
                        &number)
        && number < holes->count)
        *hole = (size_t)number;
    return true;
}

/* The column, from 1, in a line of text, that a column of the line with
   stand-ins is. */
static size_t
column_of(struct slice text, size_t line, size_t column)
{
    size_t i = 0, begin, hidden = 1;
    bool in_owner = true;

    while (line > 1 && i < text.n)
        line -= text.p[i++] == '\n' ? 1 : 0;
    for (begin = i; i < text.n && hidden < column && text.p[i] != '\n';) {
        size_t n = hole_at(text, i, in_owner);

        in_owner = n > 0 ? in_owner : stays_in_owner(in_owner, text.p[i]);
        hidden += n == 0 ? 1 : MARK_LENGTH;
        if (hidden > column)
            break;
        i += n == 0 ? 1 : n;
    }
    return i - begin + 1;
}

void
templateholes_reveal(const struct templateholes *holes, struct slice text,
                     struct error *err)
{
    struct strbuf out = STRBUF_INIT;
    const char *place = strstr(err->text, "', line ");
    struct slice rest = slice_of(err->text), run;
    size_t position = 0, hole, line, column;
    int skip = 0;

    if (place != NULL
        && sscanf(place, "', line %zu, column %zu%n", &line, &column, &skip)
               == 2) {
        strbuf_add(&out, err->text, (size_t)(place - err->text));
        strbuf_addf(&out, "', line %zu, column %zu", line,
                    column_of(text, line, column));
        rest = slice_of(place + skip);
    }
    while (templateholes_next(holes, rest, &position, &run, &hole))
        if (hole == holes->count)
            strbuf_add_slice(&out, run);
        else
            strbuf_addf(&out, "{%.*s}", SLICE_ARGS(holes->names[hole]));
    error_set(err, ST_SYNTAX, "%s", out.p);
    strbuf_clear(&out);
}
