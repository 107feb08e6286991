/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the codes mean that receivers refuse mail with: the table of
   share/replycodes, compiled in. */
#ifndef FINDINGS_REPLYCODE_H
#define FINDINGS_REPLYCODE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/base/strbuf.h"

/* A row of the table; see share/replycodes/README. */
struct replycode {
    const char *codes;    /* separated by blanks */
    const char *receiver; /* whose meaning it is */
    const char *meaning;  /* a clause */
    const char *remedy;   /* likewise */
    const char *source;   /* where it is written */
    const char *findings; /* ids separated by blanks, or "" */
};

size_t replycode_count(void);
void replycode_get(size_t i, struct replycode *out);

/* Is it the row of that code, "5.7.26" or "reason=001"? */
bool replycode_has(const struct replycode *row, struct slice code);

/*
 * The code in a line of a receiver's reply: "550-5.7.26 This mail ..." has
 * 5.7.26 (RFC 3463 section 2, RFC 5321 section 4.2), and "compauth=fail
 * reason=001" has "reason=001".  Empty when text begins with neither: it is
 * no reply.
 */
struct slice replycode_in(struct slice text);

/*
 * Append what a code means to each that gives it a meaning, in lines of at
 * most width columns.  ST_NOT_FOUND: it is in no row, and err says so.
 */
enum status replycode_text(struct slice code, unsigned width,
                           struct strbuf *out, struct error *err);

#endif
