/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paragraphs, labels and colours: what text for a person is made of. */
#include "common/render/page.h"

#include <string.h>

/* ECMA-48 "select graphic rendition". */
static const char *const sequences[] = {
    [COLOUR_BOLD] = "\x1b[1m",
    [COLOUR_RED] = "\x1b[1;31m",
    [COLOUR_GREEN] = "\x1b[1;32m",
    [COLOUR_YELLOW] = "\x1b[1;33m",
    [COLOUR_MAGENTA] = "\x1b[1;35m",
    [COLOUR_CYAN] = "\x1b[1;36m",
    [COLOUR_NONE] = "",
};

const char *
page_on(const struct page *page, enum colour colour)
{
    return page->settings->colour ? sequences[colour] : "";
}

const char *
page_off(const struct page *page)
{
    return page->settings->colour ? "\x1b[0m" : "";
}

struct wrap
page_wrap(const struct page *page, size_t column, size_t indent)
{
    return (struct wrap){page->out, page->settings->width, indent, column,
                         false};
}

void
page_label(const struct page *page, enum colour colour, const char *label)
{
    size_t room = PAGE_TEXT_COLUMN - PAGE_LABEL_COLUMN;
    size_t n = strlen(label);

    strbuf_fill(page->out, ' ', PAGE_LABEL_COLUMN);
    strbuf_addf(page->out, "%s%s%s", page_on(page, colour), label,
                colour == COLOUR_NONE ? "" : page_off(page));
    strbuf_fill(page->out, ' ', n < room ? room - n : 1);
}

void
page_arrow(const struct page *page, const char *mark, const char *text)
{
    size_t column = PAGE_TEXT_COLUMN + strlen(mark);
    struct wrap wrap = page_wrap(page, column, column);

    strbuf_fill(page->out, ' ', PAGE_TEXT_COLUMN);
    strbuf_add_text(page->out, mark);
    wrap_add(&wrap, slice_of(text));
    strbuf_add_char(page->out, '\n');
}
