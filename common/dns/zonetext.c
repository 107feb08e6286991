/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Zone-file text as logical lines, by a scanner that knows of quotes,
   escapes, comments and parentheses: RFC 1035 section 5.1. */
#include "common/dns/zonetext.h"

#include <stdarg.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/strbuf.h"

void
zonetext_init(struct zonetext *zonetext, const char *file, struct slice text,
              const struct name *origin)
{
    *zonetext = (struct zonetext){.file = file, .text = text, .number = 1};
    zonetext->origin = *origin;
}

void
zonetext_clear(struct zonetext *zonetext)
{
    free(zonetext->strings);
    zonetext->strings = NULL;
    zonetext->string_room = 0;
}

enum status
zonetext_error(struct error *err, const char *file, size_t line, size_t column,
               const char *form, ...)
{
    struct strbuf text = STRBUF_INIT;
    enum status status;
    va_list args;

    strbuf_addf(&text, "line %zu", line);
    if (column != 0)
        strbuf_addf(&text, ", column %zu", column);
    strbuf_add_text(&text, ": ");
    va_start(args, form);
    strbuf_addv(&text, form, args);
    va_end(args);
    status = error_set(err, ST_SYNTAX, "'%s', %s", file, text.p);
    strbuf_clear(&text);
    return status;
}

/* A place in the present line, to be named later. */
struct place {
    size_t line;   /* from 1 */
    size_t column; /* from 1 */
};

static struct place
place_here(const struct zonetext *z)
{
    return (struct place){z->number, z->at - z->begin + 1};
}

static enum status
fail(const struct zonetext *z, struct place place, const char *why,
     struct error *err)
{
    return zonetext_error(err, z->file, place.line, place.column, "%s", why);
}

static bool
at_end(const struct zonetext *z)
{
    return z->at >= z->text.n;
}

static unsigned char
octet(const struct zonetext *z)
{
    return (unsigned char)z->text.p[z->at];
}

/* Past the newline at the present place. */
static void
take_newline(struct zonetext *z)
{
    z->at++;
    z->number++;
    z->begin = z->at;
}

static enum status
check_octet(const struct zonetext *z, struct error *err)
{
    unsigned char c = octet(z);
    struct place place = place_here(z);

    if (c == '\t' || (c >= ' ' && c < 0x7f))
        return ST_OK;
    return zonetext_error(err, z->file, place.line, place.column,
                          "octet %u may not stand there: write \\%03u", c, c);
}

/* Up to the newline, which stays.  Comments may be in any encoding. */
static enum status
take_comment(struct zonetext *z, struct error *err)
{
    for (; !at_end(z) && octet(z) != '\n'; z->at++)
        if (octet(z) == '\0')
            return check_octet(z, err);
    return ST_OK;
}

/* One octet of a string, however it is written. */
static enum status
take_character(struct zonetext *z, struct error *err)
{
    const char *p = z->text.p + z->at;
    size_t left = z->text.n - z->at;
    enum status status = check_octet(z, err);

    if (status != ST_OK)
        return status;
    if (*p != '\\' || left < 2 || p[1] == '\n')
        z->at++;
    else if (left >= 4 && ascii_is_digit((unsigned char)p[1]) && p[2] != '\n'
             && p[3] != '\n')
        z->at += 4;
    else
        z->at += 2;
    return ST_OK;
}

static void
note_string(struct zonetext *z, struct place place, size_t length)
{
    if (length <= ZONETEXT_STRING_MAX)
        return;
    if (z->string_count == z->string_room) {
        z->string_room = z->string_room == 0 ? 4 : 2 * z->string_room;
        z->strings =
            memory_resize(z->strings, z->string_room * sizeof(*z->strings));
    }
    z->strings[z->string_count++] =
        (struct zonetext_string){place.line, place.column, length};
}

/* RFC 1035 lets a quoted string go on on the next line; nobody means it. */
static enum status
take_quoted(struct zonetext *z, struct error *err)
{
    struct place place = place_here(z);
    enum status status = ST_OK;
    size_t length = 0;

    z->at++;
    for (; !at_end(z) && octet(z) != '"'; length++) {
        if (octet(z) == '\n')
            break;
        if ((status = take_character(z, err)) != ST_OK)
            return status;
    }
    if (at_end(z) || octet(z) == '\n')
        return fail(z, place, "the quote that opens here is not closed", err);
    z->at++;
    note_string(z, place, length);
    return ST_OK;
}

static bool
ends_word(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == ';' || c == '('
           || c == ')' || c == '"';
}

static enum status
take_word(struct zonetext *z, struct zonetext_line *line, struct error *err)
{
    struct place place = place_here(z);
    size_t from = z->at;
    enum status status;
    size_t length = 0;
    struct slice word;

    for (; !at_end(z) && !ends_word(octet(z)); length++)
        if ((status = take_character(z, err)) != ST_OK)
            return status;
    word = slice_sub(z->text, from, z->at - from);
    if (line->kind == ZONETEXT_BLANK)
        line->word = word;
    if (slice_equal(word, SLICE("\\#")))
        line->generic = true;
    note_string(z, place, length);
    return ST_OK;
}

/* A comment that is all there is in its line. */
static enum status
take_mark(struct zonetext *z, struct zonetext_line *line, struct error *err)
{
    size_t from = z->at + 2;
    enum status status = take_comment(z, err);

    line->kind = ZONETEXT_MARK;
    line->word = slice_sub(z->text, from, z->at - from);
    line->word = slice_sub(line->word, 0, slice_find(line->word, ';'));
    return status;
}

static bool
is_mark(const struct zonetext *z, const struct zonetext_line *line,
        struct place open)
{
    return line->kind == ZONETEXT_BLANK && open.line == 0
           && z->at + 1 < z->text.n && z->text.p[z->at + 1] == '!';
}

/* Knot's scanner has one level of parentheses; so have zone files. */
static enum status
take_parenthesis(struct zonetext *z, struct place *open, struct error *err)
{
    struct place here = place_here(z);
    bool opens = octet(z) == '(';

    if (opens && open->line != 0)
        return fail(z, here, "a parenthesis within parentheses", err);
    if (!opens && open->line == 0)
        return fail(z, here, "a parenthesis closes that none opened", err);
    *open = opens ? here : (struct place){0, 0};
    z->at++;
    return ST_OK;
}

/* A quote or a word: the first says what the line is. */
static enum status
take_token(struct zonetext *z, struct zonetext_line *line, struct error *err)
{
    bool directive = octet(z) == '$' && z->at == line->start;
    enum status status =
        octet(z) == '"' ? take_quoted(z, err) : take_word(z, line, err);

    if (line->kind == ZONETEXT_BLANK)
        line->kind = directive ? ZONETEXT_DIRECTIVE : ZONETEXT_RECORD;
    return status;
}

/* What begins at the present place, no newline. */
static enum status
take_item(struct zonetext *z, struct zonetext_line *line, struct place *open,
          struct error *err)
{
    switch (octet(z)) {
    case ' ':
    case '\t':
        z->at++;
        return ST_OK;
    case ';':
        return is_mark(z, line, *open) ? take_mark(z, line, err)
                                       : take_comment(z, err);
    case '(':
    case ')':
        return take_parenthesis(z, open, err);
    default:
        return take_token(z, line, err);
    }
}

/* A relative or bad origin is an error that the record scanner reports. */
static void
follow_origin(struct zonetext *z, const struct zonetext_line *line)
{
    struct slice rest = slice_sub(z->text, line->start, z->at - line->start);
    struct name origin;
    size_t n = 0;

    if (!slice_equal_case(line->word, SLICE("$ORIGIN")))
        return;
    rest = slice_trim(slice_from(rest, line->word.n));
    while (n < rest.n && !ends_word((unsigned char)rest.p[n]))
        n++;
    if (name_parse(&origin, slice_sub(rest, 0, n), NULL) == ST_OK)
        z->origin = origin;
}

enum status
zonetext_next(struct zonetext *z, struct zonetext_line *line,
              struct error *err)
{
    struct place open = {0, 0};
    enum status status;

    if (at_end(z))
        return ST_NOT_FOUND;
    z->string_count = 0;
    *line = (struct zonetext_line){.number = z->number, .start = z->at};
    line->indented = octet(z) == ' ' || octet(z) == '\t';
    while (!at_end(z) && (octet(z) != '\n' || open.line != 0)) {
        if (octet(z) == '\n')
            take_newline(z);
        else if ((status = take_item(z, line, &open, err)) != ST_OK)
            return status;
    }
    if (open.line != 0)
        return fail(z, open, "the parenthesis that opens here is not closed",
                    err);
    if (line->kind == ZONETEXT_DIRECTIVE)
        follow_origin(z, line);
    if (!at_end(z))
        take_newline(z);
    line->strings = z->strings;
    line->string_count = z->string_count;
    return ST_OK;
}
