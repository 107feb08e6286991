/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The faulty part of a record, underlined as a compiler does. */
#ifndef RENDER_EXCERPT_H
#define RENDER_EXCERPT_H

#include <stddef.h>

#include "common/base/slice.h"
#include "common/base/strbuf.h"

struct excerpt {
    struct slice record; /* octets from outside */
    size_t from;         /* offset of the faulty part */
    size_t length;       /* its octets; 0: nothing to underline */
    size_t indent;       /* blanks before both lines */
    size_t width;        /* columns of a line, the blanks counted */
    const char *on;      /* put before the underline: a colour, or "" */
    const char *off;     /* put behind it */
};

/*
 * Append the record on one line and the underline on the next.  A record
 * that is too long for the line is shown around its faulty part, with "..."
 * where something was left out.  Octets outside printable ASCII are \DDD.
 */
void excerpt_put(const struct excerpt *excerpt, struct strbuf *out);

#endif
