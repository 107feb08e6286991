/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a finding or a receiver's code means, for a person: selkie explain. */
#ifndef FINDINGS_EXPLAIN_H
#define FINDINGS_EXPLAIN_H

#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/base/strbuf.h"

/*
 * Append the severity, meaning, source and remedy of the finding of that
 * name, in lines of at most width columns; what a {field} stands for is in
 * capitals; or what the code of a receiver's reply means (see replycode.h).
 * ST_NOT_FOUND: there is none, and err names some that have the word in their
 * names.
 */
enum status explain_text(struct slice name, unsigned width, struct strbuf *out,
                         struct error *err);

/* Append the name of every finding, one a line, in order. */
void explain_list(struct strbuf *out);

#endif
