/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A subject as a verdict, as a value and as an exit status. */
#include "common/findings/subject.h"

enum subject_status
subject_judge(const struct report *report, enum severity fail_on)
{
    enum subject_status status = SUBJECT_GOOD;

    for (size_t i = 0; i < report_count(report); i++) {
        const struct finding *finding = report_finding(report, i);

        if (finding->severity < fail_on)
            continue;
        if (finding->state == FINDING_FOUND)
            return SUBJECT_BAD;
        status = SUBJECT_UNKNOWN;
    }
    return status;
}

const char *
subject_status_word(enum subject_status status)
{
    static const char *const words[] = {
        [SUBJECT_GOOD] = "good",
        [SUBJECT_UNKNOWN] = "unknown",
        [SUBJECT_BAD] = "bad",
    };

    return words[status];
}

static struct value *
findings_value(struct arena *arena, const struct report *report)
{
    struct value *list = value_list(arena);

    for (size_t i = 0; i < report_count(report); i++)
        value_add(list, finding_value(arena, report_finding(report, i)));
    return list;
}

/* An input line that names no subject: nothing is known of it. */
static struct value *
error_value(struct arena *arena, const struct subject *subject)
{
    struct value *map = value_map(arena);

    value_set(map, "domain", value_octets(arena, slice_of(subject->domain)));
    value_set(map, "status",
              value_text(arena, subject_status_word(SUBJECT_UNKNOWN)));
    value_set(map, "error", value_text(arena, subject->error));
    value_set(map, "findings", value_list(arena));
    value_set(map, "facts", value_map(arena));
    return map;
}

struct value *
subject_value(struct arena *arena, const struct subject *subject)
{
    struct value *map;

    if (subject->error != NULL)
        return error_value(arena, subject);
    map = value_map(arena);
    value_set(map, "domain", value_text(arena, subject->domain));
    if (subject->customer != NULL)
        value_set(map, "customer", value_text(arena, subject->customer));
    value_set(map, "status",
              value_text(arena, subject_status_word(subject->status)));
    value_set(map, "findings", findings_value(arena, subject->report));
    if (subject->rules != NULL)
        value_set(map, "profile", profilerule_value(arena, subject->rules));
    /* A tree may be part of several; none of them changes it. */
    value_set(map, "facts",
              subject->facts == NULL ? value_map(arena)
                                     : (struct value *)subject->facts);
    return map;
}

enum exit_status
exit_status_worse(enum exit_status a, enum exit_status b)
{
    static const unsigned char rank[] = {
        [EXIT_GOOD] = 0,   [EXIT_UNKNOWN] = 1, [EXIT_FOUND] = 2,
        [EXIT_FAILED] = 3, [EXIT_USAGE] = 4,
    };

    return rank[a] >= rank[b] ? a : b;
}

enum exit_status
subject_exit(const struct subject *subject)
{
    static const enum exit_status exits[] = {
        [SUBJECT_GOOD] = EXIT_GOOD,
        [SUBJECT_UNKNOWN] = EXIT_UNKNOWN,
        [SUBJECT_BAD] = EXIT_FOUND,
    };

    return subject->error != NULL ? EXIT_FAILED : exits[subject->status];
}
