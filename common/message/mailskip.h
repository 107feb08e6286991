/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passing over quoted strings and comments of RFC 5322 section 3.2. */
#ifndef MESSAGE_MAILSKIP_H
#define MESSAGE_MAILSKIP_H

#include "common/base/slice.h"

/* Where the quoted string that begins at i ends (behind its last quote), or
   text.n when it does not. */
static inline size_t
mailskip_quoted(struct slice text, size_t i)
{
    for (i++; i < text.n; i++) {
        if (text.p[i] == '\\')
            i++;
        else if (text.p[i] == '"')
            return i + 1;
    }
    return text.n;
}

/* The same for a comment, with those in it. */
static inline size_t
mailskip_comment(struct slice text, size_t i)
{
    size_t depth = 0;

    for (; i < text.n; i++) {
        if (text.p[i] == '\\')
            i++;
        else if (text.p[i] == '(')
            depth++;
        else if (text.p[i] == ')' && --depth == 0)
            return i + 1;
    }
    return text.n;
}

#endif
