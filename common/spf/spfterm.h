/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One term of an SPF record: for spfrecord.c only. */
#ifndef SPF_SPFTERM_H
#define SPF_SPFTERM_H

#include "common/spf/spfrecord.h"

/* Note a fault in part, which lies within record->text. */
void spfterm_fault(struct arena *arena, struct spfrecord *record,
                   enum spffault_kind kind, struct slice part,
                   const char *reason);

/* Parse text, a run of octets without SP, as the next term of record; there
   is room for it. */
void spfterm_parse(struct arena *arena, struct spfrecord *record,
                   struct slice text);

#endif
