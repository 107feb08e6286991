/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules of a profile: what a receiver or an authority asks of senders,
   and whether a subject keeps to it.  selkie-profile(5). */
#ifndef FINDINGS_PROFILERULE_H
#define FINDINGS_PROFILERULE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/settings.h"
#include "common/base/status.h"
#include "common/base/value.h"
#include "common/findings/finding.h"

/* Rules of one profile, and conditions of one rule: far more than any has. */
#define PROFILERULE_RULES_MAX      100
#define PROFILERULE_CONDITIONS_MAX 100

enum profilerule_verdict {
    PROFILERULE_PASS,
    PROFILERULE_FAIL,
    PROFILERULE_UNKNOWN /* DNS does not show it, or it was not looked at */
};
/* "pass", "fail", "unknown". */
const char *profilerule_word(enum profilerule_verdict verdict);

/* A rule as judged of one subject; borrows from the rules and the arena. */
struct profilerule_result {
    const char *name;                 /* "gmail:bulk-2" */
    const char *text;                 /* what it asks for, one sentence */
    const char *source;               /* where it is written */
    enum severity severity;           /* error: required; warning: advised */
    enum profilerule_verdict verdict; /* kept to? */
    const char *reason;               /* why it is unknown, or what is wrong;
                                         NULL when it passes */
    const enum finding_id *findings;  /* that break it */
    size_t finding_count;             /* of them */
};

/* All rules of a profile as judged of one subject. */
struct profilerule_report {
    const char *profile;                      /* "gmail" */
    const char *title;                        /* for people */
    const char *as_of;                        /* the day its text was read */
    const struct profilerule_result *results; /* in the file's order */
    size_t count;                             /* of them */
};

struct profilerules; /* of one file */

/* Keys of rules, not of severities: "profile.*" and "rule.*". */
bool profilerules_is_key(const char *key);

/*
 * Take the rules out of a file that was read; path is for sentences.  *out is
 * NULL where it has none.  ST_SYNTAX with file and line for what is unknown
 * or missing.
 */
enum status profilerules_read(const struct settings *settings,
                              const char *path, struct profilerules **out,
                              struct error *err);
void profilerules_free(struct profilerules *rules);

/* The worst severity that a rule gives to an id, or -1: alternatives ("or")
   give none. */
int profilerules_severity(const struct profilerules *rules,
                          enum finding_id id);

/* Judge a subject by its report, before severities are changed, and by its
   facts; in the report's arena. */
const struct profilerule_report *
profilerules_judge(const struct profilerules *rules,
                   const struct report *report, const struct value *facts);

/* "profile" of the machine contract.  (profilevalue.c) */
struct value *profilerule_value(struct arena *arena,
                                const struct profilerule_report *report);

#endif
