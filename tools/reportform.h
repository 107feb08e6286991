/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document of selkie report as text, lines of JSON, CSV and HTML: out of
   the value alone. */
#ifndef TOOLS_REPORTFORM_H
#define TOOLS_REPORTFORM_H

#include "common/base/value.h"
#include "tools/spfdesk.h"

/* For a person; for spfdesk_print(). */
void reporttext_draw(struct spfdesk *desk, const struct value *document);

/* One object a line: what it is of is in "kind". */
void reportlines_draw(struct arena *arena, const struct value *document,
                      struct strbuf *out);

/* One source a line, RFC 4180, with a head. */
void reportcsv_draw(const struct value *document, struct strbuf *out);

/* One page with its style and plots in it, that needs no network. */
void reporthtml_draw(const struct value *document, struct strbuf *out);

#endif
