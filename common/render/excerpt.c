/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The faulty part of a record, underlined as a compiler does. */
#include "common/render/excerpt.h"

#include <stdbool.h>

#define ELLIPSIS         "..."
#define ELLIPSIS_COLUMNS 3
/* Less than this shows nothing: such terminals wrap. */
#define ROOM_LEAST       20
/* Of the room beside the faulty part, the part that is put before it: what
   follows a fault tells more than what precedes it. */
#define BEFORE_PART      3
/* Of all the room, the same where the faulty part alone takes more. */
#define BEFORE_LONG_PART 4

/* Columns of the whole record, counted from its first. */
struct span {
    size_t from; /* first column */
    size_t to;   /* behind the last one */
};

/* Such records are of ASCII: what is not looks like it ("-" and an en dash),
   so it is shown as \DDD. */
static bool
is_plain(char c)
{
    return c >= 0x20 && c < 0x7f;
}

static size_t
columns_of(char c)
{
    enum { ESCAPED = 4 }; /* \DDD */

    return is_plain(c) ? 1 : ESCAPED;
}

static size_t
columns_until(struct slice record, size_t offset)
{
    size_t columns = 0;

    for (size_t i = 0; i < offset && i < record.n; i++)
        columns += columns_of(record.p[i]);
    return columns;
}

/* The columns to show, of total. */
static struct span
window(struct span mark, size_t total, size_t room)
{
    size_t inner = room - 2 * ELLIPSIS_COLUMNS;
    size_t marked = mark.to - mark.from;
    size_t before = marked < inner ? (inner - marked) / BEFORE_PART
                                   : inner / BEFORE_LONG_PART;
    struct span span = {0, total};

    if (total <= room)
        return span;
    /* Leaving out no more than the dots take would win nothing. */
    if (mark.from > before + ELLIPSIS_COLUMNS)
        span.from = mark.from - before;
    if (total - span.from + ELLIPSIS_COLUMNS <= room)
        span.from = total - (room - ELLIPSIS_COLUMNS);
    else if (span.from == 0)
        span.to = room - ELLIPSIS_COLUMNS;
    else
        span.to = span.from + inner;
    return span;
}

/* Append the octets that lie wholly within span: the columns that they really
   take. */
static struct span
put_window(struct slice record, struct span span, struct strbuf *out)
{
    struct span shown = {span.to, span.to};
    size_t column = 0;
    bool any = false;

    for (size_t i = 0; i < record.n && column < span.to; i++) {
        size_t columns = columns_of(record.p[i]);

        if (column >= span.from && column + columns <= span.to) {
            if (is_plain(record.p[i]))
                strbuf_add_char(out, record.p[i]);
            else
                strbuf_addf(out, "\\%03u", (unsigned char)record.p[i]);
            if (!any)
                shown.from = column;
            shown.to = column + columns;
            any = true;
        }
        column += columns;
    }
    return shown;
}

static void
put_underline(const struct excerpt *excerpt, struct span mark,
              struct span shown, bool is_cut, struct strbuf *out)
{
    size_t from = mark.from > shown.from ? mark.from : shown.from;
    size_t to = mark.to < shown.to ? mark.to : shown.to;

    if (to <= from)
        return;
    strbuf_fill(out, ' ',
                excerpt->indent + (is_cut ? ELLIPSIS_COLUMNS : 0) + from
                    - shown.from);
    strbuf_add_text(out, excerpt->on);
    strbuf_add_char(out, '^');
    strbuf_fill(out, '~', to - from - 1);
    strbuf_add_text(out, excerpt->off);
    strbuf_add_char(out, '\n');
}

void
excerpt_put(const struct excerpt *excerpt, struct strbuf *out)
{
    struct slice record = excerpt->record;
    size_t room = excerpt->width > excerpt->indent + ROOM_LEAST
                      ? excerpt->width - excerpt->indent
                      : ROOM_LEAST;
    size_t total = columns_until(record, record.n);
    struct span mark = {
        columns_until(record, excerpt->from),
        columns_until(record, excerpt->from + excerpt->length),
    };
    struct span span = window(mark, total, room);
    struct span shown;

    strbuf_fill(out, ' ', excerpt->indent);
    if (span.from > 0)
        strbuf_add_text(out, ELLIPSIS);
    shown = put_window(record, span, out);
    if (span.to < total)
        strbuf_add_text(out, ELLIPSIS);
    strbuf_add_char(out, '\n');
    if (excerpt->length > 0)
        put_underline(excerpt, mark, shown, span.from > 0, out);
}
