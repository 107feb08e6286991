/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A subject of a run with what was found: what renderers print. */
#ifndef FINDINGS_SUBJECT_H
#define FINDINGS_SUBJECT_H

#include "common/base/value.h"
#include "common/findings/finding.h"
#include "common/findings/profilerule.h"

enum subject_status { SUBJECT_GOOD, SUBJECT_UNKNOWN, SUBJECT_BAD };

struct subject {
    const char *domain;          /* without final dot; or the input line */
    const char *customer;        /* verify: whose, else NULL */
    enum subject_status status;  /* by subject_judge */
    const struct report *report; /* sorted; NULL when error is set */
    const struct value *facts;   /* the contract's facts; NULL likewise */
    const struct profilerule_report *rules; /* of a profile, or NULL */
    const char *error; /* a bad input line: why; else NULL */
};

/* What --fail-on says; SEVERITY_NEVER lets nothing fail. */
#define SEVERITY_NEVER ((enum severity)3)

/* bad: a found finding at or above the threshold; else unknown: an unknown
   one; else good.  (A subject with error set is for exit status 4.) */
enum subject_status subject_judge(const struct report *report,
                                  enum severity fail_on);
const char *subject_status_word(enum subject_status status);

/* SUBJECT of the machine contract. */
struct value *subject_value(struct arena *arena,
                            const struct subject *subject);

/* What the program exits with: usage and failures outrank the rest. */
enum exit_status {
    EXIT_GOOD = 0,
    EXIT_FOUND = 1,
    EXIT_USAGE = 2,
    EXIT_UNKNOWN = 3,
    EXIT_FAILED = 4
};
/* The one of two that counts. */
enum exit_status exit_status_worse(enum exit_status a, enum exit_status b);
enum exit_status subject_exit(const struct subject *subject);

#endif
