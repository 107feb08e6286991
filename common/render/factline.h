/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The facts of a subject in one line each, for a person. */
#ifndef RENDER_FACTLINE_H
#define RENDER_FACTLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/strbuf.h"
#include "common/base/value.h"

/*
 * Of the contract's facts, line by line: start with *position = 0; false at
 * the end.  *label is "SPF", "DKIM", ...; what is known of it is put into
 * text (cleared first).  Parts of which nothing was collected are passed
 * over.  Names are in presentation form, not yet harmless for a terminal.
 */
bool factline_next(const struct value *facts, size_t *position,
                   const char **label, struct strbuf *text);

/* Of facts.dkim: how many selectors were looked for, by who named them, and
   that this is no proof of others.  False when none was. */
bool factline_looked(const struct value *facts, struct strbuf *text);

/* Of facts.dkim: the aliases that lead from each selector that has any, hop by
   hop, and the least TTL on the way.  As factline_next. */
bool factline_via(const struct value *facts, size_t *position,
                  struct strbuf *text);

/* Of facts.dmarc: each question of the tree walk, and what it found; then
   those from MAIL FROM.  As factline_next. */
bool factline_walk(const struct value *facts, size_t *position,
                   struct strbuf *text);

#endif
