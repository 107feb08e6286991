/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One condition of a profile's rule: what breaks the rule. */
#ifndef FINDINGS_PROFILECONDITION_H
#define FINDINGS_PROFILECONDITION_H

#include <stdbool.h>

#include "common/base/arena.h"
#include "common/base/value.h"
#include "common/findings/profilerule.h"

enum profilecondition_kind {
    PROFILECONDITION_FOUND,     /* ID: the finding was made */
    PROFILECONDITION_NOT_FOUND, /* !ID: it was looked for, and not made */
    PROFILECONDITION_FACT_IS,   /* PATH=TEXT: TEXT is what is there */
    PROFILECONDITION_FACT_NOT,  /* PATH!TEXT: it is not */
    PROFILECONDITION_FACT_LACKS /* PATH~TEXT: it is no part of that */
};

/* One word of bad=, or=, not-for= or only-for=. */
struct profilecondition {
    enum profilecondition_kind kind; /* which of these */
    int id;                          /* of the finding, or -1 */
    const char *path; /* into the facts: "dmarc.rfc9989.policy"; after "[]"
                         in each element of the list; NULL: a finding */
    const char *text; /* compared with what is there */
};

/*
 * Judge one with a path by the facts.  PROFILERULE_FAIL when they break the
 * rule: *reason, in the arena, says why, else it is left alone.  Of a list any
 * element breaks it; one that is not known leaves it open, and so does a list
 * that is empty or may lack some.
 */
enum profilerule_verdict
profilecondition_judge(struct arena *arena,
                       const struct profilecondition *condition,
                       const struct value *facts, const char **reason);

/* Did anybody look at what one with a path is about? */
bool profilecondition_is_there(struct arena *arena,
                               const struct profilecondition *condition,
                               const struct value *facts);

#endif
