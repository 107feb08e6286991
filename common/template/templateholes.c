/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Placeholders in zone text: stand-ins for the zone reader, and back. */
#include "common/template/templateholes.h"

#include "common/base/digest.h"

#define MARK_LETTERS 8
#define MARK_LENGTH  (MARK_LETTERS + 2) /* with its digits */

static bool
is_name_octet(char c, bool first)
{
    return (c >= 'a' && c <= 'z')
           || (!first && (ascii_is_digit((unsigned char)c) || c == '_'));
}

/* Length of "{name}" at the start of text, 0 when there is none. */
static size_t
hole_length(struct slice text)
{
    size_t n = 1;

    if (text.n < 3 || text.p[0] != '{')
        return 0;
    while (n < text.n && is_name_octet(text.p[n], n == 1))
        n++;
    return n > 1 && n < text.n && text.p[n] == '}' ? n + 1 : 0;
}

static void
choose_mark(struct templateholes *holes, struct slice text)
{
    uint64_t seed = 0;

    do
        digest_letters(seed++, SLICE("placeholder"), holes->mark,
                       MARK_LETTERS);
    while (slice_search(text, slice_of(holes->mark)) < text.n);
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

enum status
templateholes_hide(struct templateholes *holes, struct slice text,
                   struct strbuf *out)
{
    *holes = (struct templateholes){0};
    choose_mark(holes, text);
    for (size_t i = 0; i < text.n;) {
        size_t n = i > 0 && text.p[i - 1] == '%'
                       ? 0
                       : hole_length(slice_from(text, i));
        size_t number;

        if (n == 0) {
            strbuf_add_char(out, text.p[i++]);
            continue;
        }
        number = number_of(holes, slice_sub(text, i + 1, n - 2));
        if (number == TEMPLATEHOLES_MAX)
            return ST_RANGE;
        strbuf_addf(out, "%s%02zu", holes->mark, number);
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
    if (run->n == MARK_LENGTH)
        *hole = (size_t)(run->p[MARK_LETTERS] - '0') * 10
                + (size_t)(run->p[MARK_LETTERS + 1] - '0');
    return true;
}
