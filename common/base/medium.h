/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text from outside within a medium that has a syntax of its own: it can
   neither end the place where it stands nor be taken for a command there. */
#ifndef BASE_MEDIUM_H
#define BASE_MEDIUM_H

#include "common/base/slice.h"
#include "common/base/strbuf.h"

/* XML 1.0 and HTML, within elements and quoted attributes.  Octets that XML
   cannot have at all must be gone (strbuf_add_presented). */
void medium_xml(struct strbuf *out, struct slice text);

/*
 * A cell of CSV (RFC 4180) in quotes, and what ends it: ',' or '\n', which
 * becomes CRLF.  A cell that a spreadsheet would take for a formula begins
 * with an apostrophe there, which it does not show; so does one that begins
 * with one.
 */
void medium_csv(struct strbuf *out, struct slice text, char end);

/* Markdown: the text as a block by itself, in a fence that is longer than any
   run of its own character in the text. */
void medium_fenced(struct strbuf *out, struct slice text);
/* Markdown: the text as code within a line or a cell of a table; it has no
   newline. */
void medium_code(struct strbuf *out, struct slice text);
/* Markdown: words within a line or a cell of a table. */
void medium_prose(struct strbuf *out, struct slice text);

#endif
