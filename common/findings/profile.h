/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Severities by file: "spf.all-softfail = warning" or "= off", and rules. */
#ifndef FINDINGS_PROFILE_H
#define FINDINGS_PROFILE_H

#include <stdbool.h>

#include "common/base/status.h"
#include "common/findings/finding.h"
#include "common/findings/profilerule.h"

struct profile; /* severities, one for each id; rules of the last file */

/* Every id as findings.def has it. */
struct profile *profile_new(void);
/* Lay a file over it: keys are ids, values error, warning, info or off.  An
   unknown id or word is ST_SYNTAX, with file and line.  Rules in it give
   their severity to the findings that break them, unless the file has a key
   for these. */
enum status profile_read(struct profile *profile, const char *path,
                         struct error *err);
void profile_free(struct profile *profile);
bool profile_is_off(const struct profile *profile, enum finding_id id);

/* How a subject stands to the rules, or NULL where there are none: before
   profile_apply, since what is off breaks rules all the same. */
const struct profilerule_report *profile_judge(const struct profile *profile,
                                               const struct report *report,
                                               const struct value *facts);

/* Change severities in the report and drop findings that are off. */
void profile_apply(const struct profile *profile, struct report *report);

#endif
