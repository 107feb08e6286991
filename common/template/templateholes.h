/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Placeholders in zone text: stand-ins for the zone reader, and back. */
#ifndef TEMPLATE_TEMPLATEHOLES_H
#define TEMPLATE_TEMPLATEHOLES_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/base/strbuf.h"

/* Different placeholders of one template: their stand-ins have two digits. */
#define TEMPLATEHOLES_MAX 100

/*
 * "{name}" is written into the text as a word that occurs nowhere in it,
 * made of letters and two digits, so that a zone reader takes it as part of
 * a label or of a string.
 */
struct templateholes {
    char mark[9];                          /* the word's letters */
    struct slice names[TEMPLATEHOLES_MAX]; /* "customer", by the digits */
    size_t count;                          /* of them */
};

/*
 * Put stand-ins for all "{name}" of text (a letter, then letters, digits and
 * '_', all lower case; "%{i}" of SPF macros is none, nor is "\\{name}"), and
 * for all "{name:limit}" in the first word of a line, into out.  ST_RANGE for
 * too many.  The names point into text.
 */
enum status templateholes_hide(struct templateholes *holes, struct slice text,
                               struct strbuf *out);

/* The two steps of it, for texts that mark placeholders in another way: a
   word that is not in text; and the stand-in of name (which lives on), a word
   of letters and digits, onto out.  False for too many. */
void templateholes_begin(struct templateholes *holes, struct slice text);
bool templateholes_put(struct templateholes *holes, struct slice name,
                       struct strbuf *out);

/*
 * The next part of octets, of which *position have been read: a run without
 * stand-ins (*hole is holes->count) or one stand-in.  False at the end.
 */
bool templateholes_next(const struct templateholes *holes, struct slice octets,
                        size_t *position, struct slice *run, size_t *hole);

/*
 * A sentence about the text with stand-ins, as one about the text itself:
 * placeholders by their names, and the column where it says one.
 */
void templateholes_reveal(const struct templateholes *holes, struct slice text,
                          struct error *err);

#endif
