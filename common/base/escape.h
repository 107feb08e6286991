/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text from outside made harmless for the medium it is printed on. */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include "common/base/slice.h"
#include "common/base/strbuf.h"

/*
 * For a terminal: control characters, DEL, C1 controls, bidirectional
 * overrides and isolates, zero-width characters and octets that are no UTF-8
 * become \DDD of each octet; all else stays.  columns (may be NULL) grows by
 * what it takes on the screen.
 */
void escape_terminal(struct slice text, struct strbuf *out, size_t *columns);

/* Columns that UTF-8 text takes on a terminal (wide characters count 2). */
size_t escape_columns(struct slice text);

/* What text (not empty) begins with, and whether it may be printed as is. */
struct escape_char {
    size_t n;         /* octets: those of the character, or 1 */
    size_t columns;   /* on the screen, when it is printed as is */
    uint32_t code;    /* the character; not meant when it is no UTF-8 */
    bool is_utf8;     /* else it is one octet that is no UTF-8 */
    bool is_harmless; /* else a terminal must not see it */
};
struct escape_char escape_first(struct slice text);

#endif
