/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The trace and the tree of SPF as text: out of their documents. */
#ifndef TOOLS_SPFTEXT_H
#define TOOLS_SPFTEXT_H

#include "tools/spfdesk.h"

/* "trace" of spf check: each visit and term, with what it asked. */
void spftext_trace(struct spfdesk *desk, const struct value *trace);

/* "nodes" of spf tree, drawn from the first; trace is that of the path taken,
   or NULL.  (spftext_tree.c) */
void spftext_tree(struct spfdesk *desk, const struct value *document);

#endif
