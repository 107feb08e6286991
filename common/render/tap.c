/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Test Anything Protocol, version 13: one test for each id decided of
   each subject. */
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

/* The findings of one id, which are count from the first on: found when one
   of them is. */
static void
put_findings(const struct render_state *state, const struct subject *subject,
             size_t first, size_t count, struct strbuf *out)
{
    const struct finding *finding = report_finding(subject->report, first);
    struct arena *arena = arena_new();
    bool found = false;
    bool good;

    for (size_t i = first; i < first + count; i++)
        found = found
                || report_finding(subject->report, i)->state == FINDING_FOUND;
    good = found && finding->severity < state->settings->fail_on;
    put_test(good, subject->domain, finding_def(finding->id)->name, out);
    strbuf_add_text(out, found ? "\n" : " # TODO unknown\n");
    strbuf_add_text(out, "  ---\n  findings:\n");
    for (size_t i = first; i < first + count; i++)
        put_finding(arena, report_finding(subject->report, i), out);
    strbuf_add_text(out, "  ...\n");
    arena_free(arena);
}

/* Rules of a profile.  One that could not be told is skipped, and says why:
   many never show in DNS. */
static void
put_rule(const struct render_state *state, const struct subject *subject,
         const struct profilerule_result *result, struct strbuf *out)
{
    bool is_low = result->severity < state->settings->fail_on;
    bool good = result->verdict == PROFILERULE_PASS
                || (result->verdict == PROFILERULE_FAIL && is_low);
    struct arena *arena = arena_new();

    put_test(good || result->verdict == PROFILERULE_UNKNOWN, subject->domain,
             result->name, out);
    if (result->verdict == PROFILERULE_UNKNOWN) {
        strbuf_add_text(out, " # SKIP unknown: ");
        put_description(slice_of(result->reason), out);
    }
    strbuf_add_text(out, "\n  ---\n  text: ");
    value_json(value_text(arena, result->text), 0, out);
    if (result->verdict == PROFILERULE_FAIL) {
        strbuf_add_text(out, "\n  verdict: \"fail\"\n  findings:");
        for (size_t i = 0; i < result->finding_count; i++)
            strbuf_addf(out, "\n    - %s",
                        finding_def(result->findings[i])->name);
        if (result->finding_count == 0)
            strbuf_add_text(out, " []");
    }
    strbuf_add_text(out, "\n  ...\n");
    arena_free(arena);
}

static void
tap_subject(struct render_state *state, const struct subject *subject,
            struct strbuf *out)
{
    size_t position = 0;
    size_t count;
    enum finding_id id;
    bool known;

    if (subject->error != NULL) {
        put_test(false, subject->domain, subject->error, out);
        strbuf_add_char(out, '\n');
        return;
    }
    /* Sorted, so those of one id stand together. */
    for (size_t i = 0; i < report_count(subject->report); i += count) {
        id = report_finding(subject->report, i)->id;
        count = 1;
        while (i + count < report_count(subject->report)
               && report_finding(subject->report, i + count)->id == id)
            count++;
        put_findings(state, subject, i, count, out);
    }
    while (report_each_decided(subject->report, &position, &id, &known)) {
        put_test(known, subject->domain, finding_def(id)->name, out);
        strbuf_add_text(out, known ? "\n" : " # TODO unknown\n");
    }
    for (size_t i = 0; subject->rules != NULL && i < subject->rules->count;
         i++)
        put_rule(state, subject, &subject->rules->results[i], out);
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
