/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the codes mean that receivers refuse mail with. */
#include "common/findings/replycode.h"

#include <assert.h>

#include "common/findings/wrap.h"

#define INDENT          4
/* RFC 3463 section 2: the subject and the detail have at most three digits. */
#define CODE_DIGITS_MAX 3

enum column {
    COLUMN_CODES,
    COLUMN_RECEIVER,
    COLUMN_MEANING,
    COLUMN_REMEDY,
    COLUMN_SOURCE,
    COLUMN_FINDINGS,
    COLUMNS
};

static const char *const cells[] = {
#include "share/replycodes/replycodes.csv"
};

#define ROWS (sizeof(cells) / sizeof(cells[0]) / COLUMNS)
/* A comma that is missing makes one cell of two, without a word. */
static_assert(sizeof(cells) / sizeof(cells[0]) % COLUMNS == 0,
              "every row has all its cells");

size_t
replycode_count(void)
{
    return ROWS - 1;
}

void
replycode_get(size_t i, struct replycode *out)
{
    /* the first row names the columns */
    const char *const *row = &cells[(i + 1) * COLUMNS];

    *out = (struct replycode){.codes = row[COLUMN_CODES],
                              .receiver = row[COLUMN_RECEIVER],
                              .meaning = row[COLUMN_MEANING],
                              .remedy = row[COLUMN_REMEDY],
                              .source = row[COLUMN_SOURCE],
                              .findings = row[COLUMN_FINDINGS]};
}

bool
replycode_has(const struct replycode *row, struct slice code)
{
    struct slice rest = slice_of(row->codes), one;

    while (slice_next(&rest, ' ', &one))
        if (slice_equal_case(one, code))
            return true;
    return false;
}

/* ---- where the code stands ---- */

static size_t
digits(struct slice text)
{
    size_t n = 0;

    while (n < text.n && ascii_is_digit((unsigned char)text.p[n]))
        n++;
    return n;
}

/* The enhanced code that text begins with. */
static struct slice
status_code(struct slice text)
{
    size_t n = 0;

    if (text.n < 2 || strchr("245", text.p[0]) == NULL || text.p[0] == '\0')
        return SLICE_EMPTY;
    for (int part = 0; part < 3; part++) {
        size_t length = digits(slice_from(text, n));

        if (length == 0 || length > (part == 0 ? 1 : CODE_DIGITS_MAX))
            return SLICE_EMPTY;
        n += length;
        if (part < 2 && (n == text.n || text.p[n++] != '.'))
            return SLICE_EMPTY;
    }
    return n == text.n || strchr(" \t:,;", text.p[n]) != NULL
               ? slice_sub(text, 0, n)
               : SLICE_EMPTY;
}

/* "reason=001", alone or behind "compauth=fail ". */
static struct slice
reason_code(struct slice text)
{
    static const char word[] = "reason=";
    size_t n = sizeof(word) - 1;

    if (slice_starts_case(text, SLICE("compauth=")))
        text = slice_trim(slice_from(text, slice_find(text, ' ')));
    if (!slice_starts_case(text, slice_of(word)))
        return SLICE_EMPTY;
    n += digits(slice_from(text, n));
    return n > sizeof(word) - 1 ? slice_sub(text, 0, n) : SLICE_EMPTY;
}

struct slice
replycode_in(struct slice text)
{
    struct slice code;

    text = slice_trim(text);
    code = reason_code(text);
    if (code.n > 0)
        return code;
    /* the basic code before it, "550 " or "550-" */
    if (digits(text) == 3 && text.n > 3
        && (text.p[3] == ' ' || text.p[3] == '-'))
        text = slice_trim(slice_from(text, 4));
    return status_code(text);
}

/* ---- in words ---- */

static void
put_row(const struct replycode *row, struct slice code, unsigned width,
        struct strbuf *out)
{
    strbuf_addf(out, "%.*s (%s)\n", SLICE_ARGS(code), row->receiver);
    wrap_paragraph(slice_of(row->meaning), width, INDENT, out);
    strbuf_add_text(out, "\n  Where it is written\n");
    wrap_paragraph(slice_of(row->source), width, INDENT, out);
    strbuf_add_text(out, "\n  What to do\n");
    wrap_paragraph(slice_of(row->remedy), width, INDENT, out);
    if (row->findings[0] == '\0')
        return;
    strbuf_add_text(out, "\n  See also\n");
    wrap_paragraph(slice_of(row->findings), width, INDENT, out);
}

enum status
replycode_text(struct slice code, unsigned width, struct strbuf *out,
               struct error *err)
{
    bool any = false;

    for (size_t i = 0; i < replycode_count(); i++) {
        struct replycode row;

        replycode_get(i, &row);
        if (!replycode_has(&row, code))
            continue;
        if (any)
            strbuf_add_char(out, '\n');
        any = true;
        put_row(&row, code, width, out);
    }
    return any ? ST_OK
               : error_set(err, ST_NOT_FOUND,
                           "what a receiver means by '%.*s' is not known:"
                           " selkie-explain(1) lists the codes that are",
                           SLICE_ARGS(code));
}
