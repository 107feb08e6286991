/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences broken into lines for a terminal. */
#ifndef FINDINGS_WRAP_H
#define FINDINGS_WRAP_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/slice.h"
#include "common/base/strbuf.h"

/* A paragraph being written. */
struct wrap {
    struct strbuf *out; /* borrowed: where it goes */
    size_t width;       /* columns of a line */
    size_t indent;      /* blanks before the second line and later ones */
    size_t column;      /* where the next word begins, from 0 */
    bool is_after_word; /* a blank is due before the next word */
};

/*
 * Add text, a blank before it where a word is there already.  It is broken
 * at blanks, and within a word only where that is longer than a line.
 * Harmless for a terminal: see escape_terminal.
 */
void wrap_add(struct wrap *wrap, struct slice text);

/* A whole paragraph: blanks up to indent on every line, a newline at the
   end. */
void wrap_paragraph(struct slice text, size_t width, size_t indent,
                    struct strbuf *out);

#endif
