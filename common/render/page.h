/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paragraphs, labels and colours: what text for a person is made of. */
#ifndef RENDER_PAGE_H
#define RENDER_PAGE_H

#include <stddef.h>

#include "common/findings/wrap.h"
#include "common/render/renderer.h"

/* Labels stand at the first of these columns, text at the second. */
#define PAGE_LABEL_COLUMN 2
#define PAGE_TEXT_COLUMN  12

enum colour {
    COLOUR_BOLD,
    COLOUR_RED,
    COLOUR_GREEN,
    COLOUR_YELLOW,
    COLOUR_MAGENTA,
    COLOUR_CYAN,
    COLOUR_NONE
};

/* A subject being written. */
struct page {
    const struct render_settings *settings; /* borrowed */
    struct strbuf *out;                     /* borrowed */
    struct arena *arena;                    /* of sentences */
};

/* What turns a colour on, and all of them off: "" where there is none. */
const char *page_on(const struct page *page, enum colour colour);
const char *page_off(const struct page *page);

/* A paragraph that begins at column and goes on at indent. */
struct wrap page_wrap(const struct page *page, size_t column, size_t indent);

/* A label of ours, at most 9 letters, and blanks up to the text column. */
void page_label(const struct page *page, enum colour colour,
                const char *label);

/* A paragraph at the text column behind "-> " or another such mark. */
void page_arrow(const struct page *page, const char *mark, const char *text);

#endif
