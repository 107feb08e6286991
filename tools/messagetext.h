/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A message's document as text. */
#ifndef TOOLS_MESSAGETEXT_H
#define TOOLS_MESSAGETEXT_H

#include "tools/spfdesk.h"

/* To be given to spfdesk_render: what selkie-message(1) has, for people. */
void messagetext_draw(struct spfdesk *desk, const struct value *document);

#endif
