/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parties of selkie who as text: out of its document. */
#ifndef TOOLS_WHOTEXT_H
#define TOOLS_WHOTEXT_H

#include "tools/spfdesk.h"

/* A table of parties and powers, each way with what it lets its owner do, and
   what could not be told. */
void whotext_draw(struct spfdesk *desk, const struct value *document);

#endif
