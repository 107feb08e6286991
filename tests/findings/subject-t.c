/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of a subject: its verdict, its value, its exit status. */
#include "common/findings/subject.h"

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

/* clang-format off */
static const struct {
    const char *name;
    const char *findings; /* letters: error, warning, info; unknown: capital */
    enum severity fail_on;
    enum subject_status status;
} judged[] = {
    {"nothing", "", SEVERITY_INFO, SUBJECT_GOOD},
    {"an error", "e", SEVERITY_ERROR, SUBJECT_BAD},
    {"an unknown error", "E", SEVERITY_ERROR, SUBJECT_UNKNOWN},
    {"found outranks unknown", "Ee", SEVERITY_ERROR, SUBJECT_BAD},
    {"whichever comes first", "eE", SEVERITY_ERROR, SUBJECT_BAD},
    {"a warning is below", "wW", SEVERITY_ERROR, SUBJECT_GOOD},
    {"a warning is at", "w", SEVERITY_WARNING, SUBJECT_BAD},
    {"unknown at, info below", "Wi", SEVERITY_WARNING, SUBJECT_UNKNOWN},
    {"info is at", "i", SEVERITY_INFO, SUBJECT_BAD},
    {"unknown error, info below", "Ei", SEVERITY_ERROR, SUBJECT_UNKNOWN},
    {"never", "eE", SEVERITY_NEVER, SUBJECT_GOOD},
};
/* clang-format on */

static struct report *
report_of(struct arena *arena, const char *findings)
{
    struct report *report = report_new(arena);

    for (const char *f = findings; *f != '\0'; f++) {
        char letter = (char)ascii_lower((unsigned char)*f);
        struct finding *finding =
            report_add(report,
                       letter == 'e'   ? FIND_SPF_MISSING
                       : letter == 'w' ? FIND_DMARC_POLICY_NONE
                                       : FIND_SPF_ALL_SOFTFAIL,
                       "example.com.");

        if (letter != *f)
            finding_set_unknown(finding);
    }
    return report;
}

static void
test_judge(struct arena *arena)
{
    for (size_t i = 0; i < sizeof(judged) / sizeof(judged[0]); i++)
        is_int(judged[i].status,
               subject_judge(report_of(arena, judged[i].findings),
                             judged[i].fail_on),
               "%s", judged[i].name);
    is_string("good", subject_status_word(SUBJECT_GOOD), "good");
    is_string("unknown", subject_status_word(SUBJECT_UNKNOWN), "unknown");
    is_string("bad", subject_status_word(SUBJECT_BAD), "bad");
}

static void
test_exit(void)
{
    static const enum exit_status order[] = {
        EXIT_GOOD, EXIT_UNKNOWN, EXIT_FOUND, EXIT_FAILED, EXIT_USAGE};
    struct subject subject = {.domain = "x", .status = SUBJECT_BAD};

    for (size_t a = 0; a < 5; a++)
        for (size_t b = 0; b < 5; b++)
            is_int(order[a > b ? a : b], exit_status_worse(order[a], order[b]),
                   "worse of %d and %d", order[a], order[b]);
    is_int(EXIT_FOUND, subject_exit(&subject), "bad is 1");
    subject.status = SUBJECT_UNKNOWN;
    is_int(EXIT_UNKNOWN, subject_exit(&subject), "unknown is 3");
    subject.status = SUBJECT_GOOD;
    is_int(EXIT_GOOD, subject_exit(&subject), "good is 0");
    subject.error = "no name";
    is_int(EXIT_FAILED, subject_exit(&subject), "a bad line is 4");
}

static void
is_json(struct arena *arena, const struct subject *subject, const char *wanted,
        const char *name)
{
    struct strbuf json = STRBUF_INIT;

    value_json(subject_value(arena, subject), 0, &json);
    is_string(wanted, json.p, "%s", name);
    strbuf_clear(&json);
}

static void
test_value(struct arena *arena)
{
    struct value *facts = value_map(arena);
    struct subject subject = {
        .domain = "example.com",
        .customer = "acme",
        .status = SUBJECT_GOOD,
        .report = report_new(arena),
        .facts = facts,
    };

    value_set(facts, "spf", value_map(arena));
    is_json(arena, &subject,
            "{\"domain\":\"example.com\",\"customer\":\"acme\",\"status\":"
            "\"good\",\"findings\":[],\"facts\":{\"spf\":{}}}",
            "the contract's SUBJECT");
    subject = (struct subject){.domain = "a\x07..b", .error = "empty label"};
    is_json(arena, &subject,
            "{\"domain\":\"a\\\\007..b\",\"status\":\"unknown\",\"error\":"
            "\"empty label\",\"findings\":[],\"facts\":{}}",
            "a bad input line");
}

int
main(void)
{
    struct arena *arena = arena_new();

    plan_lazy();
    test_judge(arena);
    test_exit();
    test_value(arena);
    arena_free(arena);
    return tap_done();
}
