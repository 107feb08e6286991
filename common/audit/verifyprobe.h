/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a record that is not as expected may have gone astray. */
#ifndef AUDIT_VERIFYPROBE_H
#define AUDIT_VERIFYPROBE_H

#include "common/audit/verify.h"

/* Ask the server that is furthest from what was expected about all that the
   table of near misses looks at, and set the record's diagnosis. */
void verifyprobe_diagnose(struct view *view, const struct verify_facts *facts,
                          struct verify_record *record);

#endif
