/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text from outside made harmless for the medium it is printed on. */
#include "common/base/escape.h"

#include "common/base/utf8.h"

struct span {
    uint32_t first; /* character */
    uint32_t last;  /* character, included */
};

/* One file of rows, read once a table: each in ascending order. */
#define HARM(first, last)
#define WIDE(first, last)
#define MARK(first, last)

#undef HARM
#define HARM(first, last) {first, last},
static const struct span harmful[] = {
#include "common/base/escape.def"
};
#undef HARM
#define HARM(first, last)

#undef WIDE
#define WIDE(first, last) {first, last},
static const struct span wide[] = {
#include "common/base/escape.def"
};
#undef WIDE
#define WIDE(first, last)

#undef MARK
#define MARK(first, last) {first, last},
static const struct span marks[] = {
#include "common/base/escape.def"
};

static bool
is_in(uint32_t code, const struct span *spans, size_t n)
{
    size_t low = 0;

    while (low < n) {
        size_t middle = low + (n - low) / 2;

        if (code < spans[middle].first)
            n = middle;
        else if (code > spans[middle].last)
            low = middle + 1;
        else
            return true;
    }
    return false;
}

#define IS_IN(code, spans)                                                    \
    is_in((code), (spans), sizeof(spans) / sizeof((spans)[0]))

struct escape_char
escape_first(struct slice text)
{
    struct escape_char c = {.n = 1, .columns = 1};

    /* Most text is ASCII: no tables for it. */
    if ((unsigned char)text.p[0] < 0x80) {
        c.code = (unsigned char)text.p[0];
        c.is_utf8 = true;
        c.is_harmless = c.code >= 0x20 && c.code != 0x7f;
        return c;
    }
    c.n = utf8_decode(text, &c.code);
    c.is_utf8 = c.n > 0;
    if (!c.is_utf8) {
        c.n = 1;
        return c;
    }
    c.is_harmless = !IS_IN(c.code, harmful);
    c.columns = IS_IN(c.code, wide) ? 2 : IS_IN(c.code, marks) ? 0 : 1;
    return c;
}

void
escape_terminal(struct slice text, struct strbuf *out, size_t *columns)
{
    enum { ESCAPED = 4 }; /* columns of \DDD */
    size_t width = 0;

    while (text.n > 0) {
        struct escape_char c = escape_first(text);

        if (c.is_harmless) {
            strbuf_add(out, text.p, c.n);
            width += c.columns;
        } else {
            for (size_t i = 0; i < c.n; i++)
                strbuf_addf(out, "\\%03u", (unsigned char)text.p[i]);
            width += ESCAPED * c.n;
        }
        text = slice_from(text, c.n);
    }
    if (columns != NULL)
        *columns += width;
}

size_t
escape_columns(struct slice text)
{
    size_t width = 0;

    while (text.n > 0) {
        struct escape_char c = escape_first(text);

        width += c.columns;
        text = slice_from(text, c.n);
    }
    return width;
}
