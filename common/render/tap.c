/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Test Anything Protocol, version 13: one test for each id decided of
   each subject. */
#include "common/render/eachtest.h"
#include "common/render/renderer.h"

/* In what a subject gave, a test's number stands where this octet is: it is
   known only when the subject is placed, and no text has it. */
#define NUMBER '\x01'

static void
tap_begin(struct render_state *state, struct strbuf *out)
{
    (void)state;
    strbuf_add_text(out, "TAP version 13\n");
}

/* Text in a description: '#' would begin a directive. */
static void
put_description(struct slice text, struct strbuf *out)
{
    struct strbuf plain = STRBUF_INIT;

    strbuf_add_presented(&plain, text);
    for (size_t i = 0; i < plain.n; i++) {
        if (plain.p[i] == '#')
            strbuf_add_char(out, '\\');
        strbuf_add_char(out, plain.p[i]);
    }
    strbuf_clear(&plain);
}

static void
put_test(bool good, const char *domain, const char *what, struct strbuf *out)
{
    strbuf_addf(out, "%sok %c - ", good ? "" : "not ", NUMBER);
    put_description(slice_of(domain), out);
    strbuf_add_char(out, ' ');
    put_description(slice_of(what), out);
}

/* "  - at: ..." with all that the contract says of a finding: JSON texts are
   YAML as well. */
static void
put_finding(struct arena *arena, const struct finding *finding,
            struct strbuf *out)
{
    static const char *const members[] = {"at",      "state",  "severity",
                                          "message", "source", "remedy"};
    const struct value *value = finding_value(arena, finding);

    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        strbuf_addf(out, "    %s %s: ", i == 0 ? "-" : " ", members[i]);
        value_json(value_get(value, members[i]), 0, out);
        strbuf_add_char(out, '\n');
    }
}

static void
put_findings(const struct report *report, const struct eachtest *test,
             struct strbuf *out)
{
    struct arena *arena = arena_new();

    strbuf_add_text(out, "  ---\n  findings:\n");
    for (size_t i = test->first; i < test->first + test->count; i++)
        put_finding(arena, report_finding(report, i), out);
    strbuf_add_text(out, "  ...\n");
    arena_free(arena);
}

static void
put_rule(const struct profilerule_result *rule, struct strbuf *out)
{
    struct arena *arena = arena_new();

    strbuf_add_text(out, "  ---\n  text: ");
    value_json(value_text(arena, rule->text), 0, out);
    if (rule->verdict == PROFILERULE_FAIL) {
        strbuf_add_text(out, "\n  verdict: \"fail\"\n  findings:");
        for (size_t i = 0; i < rule->finding_count; i++)
            strbuf_addf(out, "\n    - %s",
                        finding_def(rule->findings[i])->name);
        if (rule->finding_count == 0)
            strbuf_add_text(out, " []");
    }
    strbuf_add_text(out, "\n  ...\n");
    arena_free(arena);
}

struct page {
    const struct subject *subject; /* whose tests */
    struct strbuf *out;            /* where they go */
};

/* A rule that could not be told is skipped, and says why: many never show in
   DNS.  An unknown finding fails, as a thing that is to be done. */
static void
put_one(void *context, const struct eachtest *test)
{
    const struct page *page = context;
    bool good =
        test->result == EACHTEST_GOOD || test->result == EACHTEST_SKIPPED;

    put_test(good, page->subject->domain, test->name, page->out);
    if (test->result == EACHTEST_UNKNOWN)
        strbuf_add_text(page->out, " # TODO unknown");
    if (test->result == EACHTEST_SKIPPED) {
        strbuf_add_text(page->out, " # SKIP unknown: ");
        put_description(slice_of(test->rule->reason), page->out);
    }
    strbuf_add_char(page->out, '\n');
    if (test->count > 0)
        put_findings(page->subject->report, test, page->out);
    if (test->rule != NULL)
        put_rule(test->rule, page->out);
}

static void
tap_subject(struct render_state *state, const struct subject *subject,
            struct strbuf *out)
{
    struct page page = {subject, out};

    if (subject->error != NULL) {
        put_test(false, subject->domain, subject->error, out);
        strbuf_add_char(out, '\n');
    }
    eachtest(subject, state->settings->fail_on, put_one, &page);
}

static void
tap_place(struct render_state *state, struct slice subject, struct strbuf *out)
{
    struct slice part;

    while (slice_next(&subject, NUMBER, &part)) {
        strbuf_add_slice(out, part);
        if (subject.p != NULL)
            strbuf_addf(out, "%zu", ++state->tests);
    }
}

static void
tap_end(struct render_state *state, struct strbuf *out)
{
    if (state->tests == 0)
        strbuf_add_text(out, "1..0 # SKIP nothing was looked at\n");
    else
        strbuf_addf(out, "1..%zu\n", state->tests);
}

const struct renderer render_tap = {"tap", tap_begin, tap_subject, tap_place,
                                    tap_end};
