/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which addresses a record lets pass, as far as DNS alone tells. */
#ifndef SPF_SPFGRANT_H
#define SPF_SPFGRANT_H

#include "common/spf/spftree.h"

/*
 * Fill node->granted and is_granted_exact from its terms in order and the
 * nodes below, which are filled already: an address that an earlier term of
 * another qualifier takes gets no pass.  Terms that depend on the sender, or
 * whose answers are missing, grant nothing and make it inexact; so does
 * *spans, which counts the work, when it passes SPFTREE_SPANS_MAX.
 */
void spfgrant_node(struct arena *arena, struct spfnode *node, size_t *spans);

/* The addresses that a term of the node matches; false when they depend on
   the sender or an answer is missing.  branch: its branch, or NULL. */
bool spfgrant_term(struct arena *arena, const struct spfterm *term,
                   const struct spfbranch *branch, struct spfset *set);

#endif
