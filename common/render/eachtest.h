/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A subject as a list of tests, for TAP and JUnit: one for each id decided,
   one for each rule of a profile. */
#ifndef RENDER_EACHTEST_H
#define RENDER_EACHTEST_H

#include "common/findings/subject.h"

enum eachtest_result {
    EACHTEST_GOOD,
    EACHTEST_BAD,
    EACHTEST_UNKNOWN, /* answers are missing */
    EACHTEST_SKIPPED  /* a rule that DNS does not show */
};

struct eachtest {
    const char *name;                      /* of the id, or of the rule */
    enum eachtest_result result;           /* what came of it */
    size_t first, count;                   /* findings of the subject's report;
                                              count 0: none, or a rule */
    const struct profilerule_result *rule; /* or NULL: a finding */
};

/* put is called for each, in the order in which they are printed; a subject
   with error set has none. */
void eachtest(const struct subject *subject, enum severity fail_on,
              void (*put)(void *context, const struct eachtest *test),
              void *context);

#endif
