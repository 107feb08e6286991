/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JUnit's XML, as CI systems read it: a suite for each subject, a case for
   each id decided of it. */
#include "common/base/escape.h"
#include "common/base/medium.h"
#include "common/render/eachtest.h"
#include "common/render/renderer.h"

/* A suite while it is written: its head, which has the counts, comes first. */
struct suite {
    const struct subject *subject;       /* whose */
    struct strbuf cases;                 /* done so far */
    size_t counts[EACHTEST_SKIPPED + 1]; /* by result */
};

static void
put_attribute(struct strbuf *out, const char *name, const char *text)
{
    struct strbuf plain = STRBUF_INIT;

    escape_terminal(slice_of(text), &plain, NULL);
    strbuf_addf(out, " %s=\"", name);
    medium_xml(out, strbuf_slice(&plain));
    strbuf_add_char(out, '"');
    strbuf_clear(&plain);
}

/* A sentence for each finding, and what to do. */
static void
put_sentences(const struct subject *subject, const struct eachtest *test,
              struct strbuf *out)
{
    struct arena *arena = arena_new();

    for (size_t i = test->first; i < test->first + test->count; i++) {
        const struct finding *finding = report_finding(subject->report, i);

        medium_xml(out, slice_of(finding_message(arena, finding)));
        strbuf_add_text(out, "\n-> ");
        medium_xml(out, slice_of(finding_remedy(arena, finding)));
        strbuf_add_char(out, '\n');
    }
    if (test->rule != NULL) {
        medium_xml(out, slice_of(test->rule->text));
        strbuf_add_char(out, '\n');
    }
    arena_free(arena);
}

/* What a viewer shows in its list: the first sentence. */
static void
put_failure(const struct subject *subject, const struct eachtest *test,
            struct strbuf *out)
{
    struct arena *arena = arena_new();
    enum severity severity =
        test->rule != NULL
            ? test->rule->severity
            : report_finding(subject->report, test->first)->severity;
    const char *message =
        test->rule != NULL
            ? test->rule->reason
            : finding_message(arena,
                              report_finding(subject->report, test->first));

    strbuf_add_text(out, "      <failure");
    put_attribute(out, "type", severity_word(severity));
    put_attribute(out, "message", message == NULL ? test->name : message);
    strbuf_add_char(out, '>');
    put_sentences(subject, test, out);
    strbuf_add_text(out, "</failure>\n");
    arena_free(arena);
}

static void
put_case(void *context, const struct eachtest *test)
{
    struct suite *suite = context;
    struct strbuf *out = &suite->cases;

    suite->counts[test->result]++;
    strbuf_add_text(out, "    <testcase");
    put_attribute(out, "classname", suite->subject->domain);
    put_attribute(out, "name", test->name);
    if (test->result == EACHTEST_GOOD && test->count == 0) {
        strbuf_add_text(out, "/>\n");
        return;
    }
    strbuf_add_text(out, ">\n");
    if (test->result == EACHTEST_BAD) {
        put_failure(suite->subject, test, out);
    } else if (test->result == EACHTEST_GOOD) {
        strbuf_add_text(out, "      <system-out>");
        put_sentences(suite->subject, test, out);
        strbuf_add_text(out, "</system-out>\n");
    } else {
        strbuf_add_text(out, "      <skipped");
        put_attribute(out, "message",
                      test->rule != NULL && test->rule->reason != NULL
                          ? test->rule->reason
                          : "unknown: answers are missing");
        strbuf_add_text(out, "/>\n");
    }
    strbuf_add_text(out, "    </testcase>\n");
}

static void
junit_begin(struct render_state *state, struct strbuf *out)
{
    strbuf_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                         "<testsuites");
    put_attribute(out, "name", state->settings->command);
    strbuf_add_text(out, ">\n");
}

static void
put_suite(const struct suite *suite, struct strbuf *out)
{
    const size_t *counts = suite->counts;
    size_t skipped = counts[EACHTEST_UNKNOWN] + counts[EACHTEST_SKIPPED];
    size_t failed = counts[EACHTEST_BAD];
    size_t errors = suite->subject->error != NULL;

    strbuf_add_text(out, "  <testsuite");
    put_attribute(out, "name", suite->subject->domain);
    strbuf_addf(out,
                " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\""
                " skipped=\"%zu\">\n",
                counts[EACHTEST_GOOD] + failed + skipped + errors, failed,
                errors, skipped);
    strbuf_add_slice(out, strbuf_slice(&suite->cases));
    strbuf_add_text(out, "  </testsuite>\n");
}

static void
junit_subject(struct render_state *state, const struct subject *subject,
              struct strbuf *out)
{
    struct suite suite = {.subject = subject, .cases = STRBUF_INIT};

    if (subject->error != NULL) {
        strbuf_add_text(&suite.cases, "    <testcase");
        put_attribute(&suite.cases, "classname", subject->domain);
        put_attribute(&suite.cases, "name", "input");
        strbuf_add_text(&suite.cases, ">\n      <error");
        put_attribute(&suite.cases, "message", subject->error);
        strbuf_add_text(&suite.cases, "/>\n    </testcase>\n");
    }
    eachtest(subject, state->settings->fail_on, put_case, &suite);
    put_suite(&suite, out);
    strbuf_clear(&suite.cases);
}

static void
junit_end(struct render_state *state, struct strbuf *out)
{
    (void)state;
    strbuf_add_text(out, "</testsuites>\n");
}

const struct renderer render_junit = {"junit", junit_begin, junit_subject,
                                      renderer_append, junit_end};
