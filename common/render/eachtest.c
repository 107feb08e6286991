/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A subject as a list of tests: findings, then what was decided without one,
   then rules. */
#include "common/render/eachtest.h"

/* The findings of one id, which are count from the first on: found when one
   of them is. */
static struct eachtest
test_of(const struct report *report, size_t first, size_t count,
        enum severity fail_on)
{
    const struct finding *finding = report_finding(report, first);
    struct eachtest test = {.name = finding_def(finding->id)->name,
                            .result = EACHTEST_UNKNOWN,
                            .first = first,
                            .count = count};

    for (size_t i = first; i < first + count; i++)
        if (report_finding(report, i)->state == FINDING_FOUND)
            test.result =
                finding->severity < fail_on ? EACHTEST_GOOD : EACHTEST_BAD;
    return test;
}

/* How many from the first on are of its id: sorted, they stand together. */
static size_t
count_same(const struct report *report, size_t first)
{
    enum finding_id id = report_finding(report, first)->id;
    size_t count = 1;

    while (first + count < report_count(report)
           && report_finding(report, first + count)->id == id)
        count++;
    return count;
}

static enum eachtest_result
result_of_rule(const struct profilerule_result *rule, enum severity fail_on)
{
    switch (rule->verdict) {
    case PROFILERULE_PASS:
        return EACHTEST_GOOD;
    case PROFILERULE_FAIL:
        return rule->severity < fail_on ? EACHTEST_GOOD : EACHTEST_BAD;
    default:
        return EACHTEST_SKIPPED;
    }
}

void
eachtest(const struct subject *subject, enum severity fail_on,
         void (*put)(void *context, const struct eachtest *test),
         void *context)
{
    const struct report *report = subject->report;
    struct eachtest test;
    size_t position = 0;
    enum finding_id id;
    bool known;

    if (subject->error != NULL)
        return;
    for (size_t i = 0; i < report_count(report); i += test.count) {
        test = test_of(report, i, count_same(report, i), fail_on);
        put(context, &test);
    }
    while (report_each_decided(report, &position, &id, &known)) {
        test = (struct eachtest){.name = finding_def(id)->name,
                                 .result =
                                     known ? EACHTEST_GOOD : EACHTEST_UNKNOWN};
        put(context, &test);
    }
    for (size_t i = 0; subject->rules != NULL && i < subject->rules->count;
         i++) {
        const struct profilerule_result *rule = &subject->rules->results[i];

        test = (struct eachtest){.name = rule->name,
                                 .result = result_of_rule(rule, fail_on),
                                 .rule = rule};
        put(context, &test);
    }
}
