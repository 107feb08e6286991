/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences broken into lines for a terminal. */
#include "common/findings/wrap.h"

#include "common/base/escape.h"

/* A word gets at least so many columns, however narrow the terminal. */
#define ROOM_LEAST 8

static size_t
room(const struct wrap *wrap)
{
    return wrap->width >= wrap->indent + ROOM_LEAST
               ? wrap->width - wrap->indent
               : ROOM_LEAST;
}

static size_t
right_margin(const struct wrap *wrap)
{
    return wrap->indent + room(wrap);
}

static void
break_line(struct wrap *wrap)
{
    strbuf_add_char(wrap->out, '\n');
    strbuf_fill(wrap->out, ' ', wrap->indent);
    wrap->column = wrap->indent;
    wrap->is_after_word = false;
}

/* A word that no line has room for. */
static void
add_long_word(struct wrap *wrap, struct slice word)
{
    while (word.n > 0) {
        size_t n = escape_first(word).n;
        size_t start = wrap->out->n;
        size_t columns = 0;

        escape_terminal(slice_sub(word, 0, n), wrap->out, &columns);
        if (wrap->column + columns > right_margin(wrap)
            && wrap->column > wrap->indent) {
            strbuf_cut(wrap->out, start);
            break_line(wrap);
            continue;
        }
        wrap->column += columns;
        word = slice_from(word, n);
    }
}

static void
add_word(struct wrap *wrap, struct slice word)
{
    size_t start = wrap->out->n;
    size_t before = wrap->is_after_word ? 1 : 0;
    size_t columns = before;

    strbuf_fill(wrap->out, ' ', before);
    escape_terminal(word, wrap->out, &columns);
    if (wrap->column + columns > right_margin(wrap)) {
        strbuf_cut(wrap->out, start);
        if (wrap->is_after_word)
            break_line(wrap);
        add_long_word(wrap, word);
    } else {
        wrap->column += columns;
    }
    wrap->is_after_word = true;
}

void
wrap_add(struct wrap *wrap, struct slice text)
{
    struct slice word;

    while (slice_next(&text, ' ', &word))
        if (word.n > 0)
            add_word(wrap, word);
}

void
wrap_paragraph(struct slice text, size_t width, size_t indent,
               struct strbuf *out)
{
    struct wrap wrap = {out, width, indent, indent, false};

    strbuf_fill(out, ' ', indent);
    wrap_add(&wrap, text);
    strbuf_add_char(out, '\n');
}
