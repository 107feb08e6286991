/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Severities by file: "spf.all-softfail = warning" or "= off". */
#ifndef FINDINGS_PROFILE_H
#define FINDINGS_PROFILE_H

#include <stdbool.h>

#include "common/base/status.h"
#include "common/findings/finding.h"

struct profile; /* severities, one for each id */

/* Every id as findings.def has it. */
struct profile *profile_new(void);
/* Lay a file over it: keys are ids, values error, warning, info or off.  An
   unknown id or word is ST_SYNTAX, with file and line. */
enum status profile_read(struct profile *profile, const char *path,
                         struct error *err);
void profile_free(struct profile *profile);
bool profile_is_off(const struct profile *profile, enum finding_id id);

/* Change severities in the report and drop findings that are off. */
void profile_apply(const struct profile *profile, struct report *report);

#endif
