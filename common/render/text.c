/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text for a person: a verdict, the facts, and what to do, worst first. */
#include <inttypes.h>

#include "common/render/excerpt.h"
#include "common/render/factline.h"
#include "common/render/matrix.h"
#include "common/render/page.h"
#include "common/render/renderer.h"

/* Evidence: records of one answer that are shown, unless all are asked for. */
#define DATA_MAX 8

static const enum colour severity_colours[] = {
    [SEVERITY_INFO] = COLOUR_CYAN,
    [SEVERITY_WARNING] = COLOUR_YELLOW,
    [SEVERITY_ERROR] = COLOUR_RED,
};

static const enum colour status_colours[] = {
    [SUBJECT_GOOD] = COLOUR_GREEN,
    [SUBJECT_UNKNOWN] = COLOUR_MAGENTA,
    [SUBJECT_BAD] = COLOUR_RED,
};

static const char *
label_of(const struct finding *finding)
{
    return finding->state == FINDING_UNKNOWN
               ? "unknown"
               : severity_word(finding->severity);
}

static enum colour
colour_of(const struct finding *finding)
{
    return finding->state == FINDING_UNKNOWN
               ? COLOUR_MAGENTA
               : severity_colours[finding->severity];
}

static void
put_record(const struct page *page, const struct finding *finding)
{
    struct excerpt excerpt = {
        .record = finding->record,
        .from = finding->mark_from,
        .length = finding->mark_length,
        .indent = PAGE_TEXT_COLUMN + PAGE_LABEL_COLUMN,
        .width = page->settings->width,
        .on = page_on(page, colour_of(finding)),
        .off = page_off(page),
    };

    if (finding->record.n > 0)
        excerpt_put(&excerpt, page->out);
}

static void
put_evidence(const struct page *page, const struct value *evidence)
{
    const struct value *data = value_get(evidence, "data");
    size_t count = value_count(data);
    size_t shown =
        page->settings->verbose > 1 || count <= DATA_MAX ? count : DATA_MAX;
    const char *server = value_as_text(value_get(evidence, "server"));

    page_arrow(page, "| ",
               arena_printf(page->arena, "%s %s: %s%s%s",
                            value_as_text(value_get(evidence, "name")),
                            value_as_text(value_get(evidence, "type")),
                            value_as_text(value_get(evidence, "outcome")),
                            *server == '\0' ? "" : ", says ", server));
    for (size_t i = 0; i < shown; i++)
        page_arrow(page, "|   ", value_as_text(value_element(data, i)));
    if (shown < count)
        page_arrow(page, "|   ",
                   arena_printf(page->arena, "and %zu more", count - shown));
}

static void
put_details(const struct page *page, const struct finding *finding)
{
    put_record(page, finding);
    if (finding->note != NULL)
        page_arrow(page, "note: ", finding->note);
    /* The sentence says how it would be; here is why it may not be so. */
    if (finding->state == FINDING_UNKNOWN)
        page_arrow(page, "? ",
                   "not certain: an answer that decides it did"
                   " not come");
    page_arrow(page, "-> ", finding_remedy(page->arena, finding));
    if (page->settings->verbose == 0)
        return;
    page_arrow(page, "| ", finding_def(finding->id)->source);
    for (size_t i = 0; i < finding->evidence_count; i++)
        put_evidence(page, finding->evidence[i]);
}

/* What is for information takes one line, unless more was asked for. */
static bool
is_short(const struct page *page, const struct finding *finding)
{
    return finding->severity == SEVERITY_INFO
           && finding->state == FINDING_FOUND && page->settings->verbose == 0;
}

static void
put_finding(const struct page *page, const struct finding *finding)
{
    struct wrap wrap = page_wrap(page, PAGE_TEXT_COLUMN, PAGE_TEXT_COLUMN);

    page_label(page, colour_of(finding), label_of(finding));
    wrap_add(&wrap, slice_of(finding_message(page->arena, finding)));
    wrap_add(&wrap, slice_of(arena_printf(page->arena, "[%s]",
                                          finding_def(finding->id)->name)));
    strbuf_add_char(page->out, '\n');
    if (!is_short(page, finding))
        put_details(page, finding);
}

static void
put_findings(const struct page *page, const struct report *report)
{
    bool was_short = false;

    for (size_t i = 0; i < report_count(report); i++) {
        const struct finding *finding = report_finding(report, i);

        if (!was_short || !is_short(page, finding))
            strbuf_add_char(page->out, '\n');
        was_short = is_short(page, finding);
        put_finding(page, finding);
    }
}

/* Of a finding: which count of the heading it goes into, in their order. */
static size_t
count_of(const struct finding *finding)
{
    static const size_t places[] = {
        [SEVERITY_ERROR] = 0, [SEVERITY_WARNING] = 2, [SEVERITY_INFO] = 3};

    return finding->state == FINDING_UNKNOWN ? 1 : places[finding->severity];
}

/* ", 2 errors, 1 unknown": all that is not zero. */
static const char *
counts_of(const struct page *page, const struct report *report)
{
    static const char *const words[][2] = {
        {"error",   "errors"  },
        {"unknown", "unknown" },
        {"warning", "warnings"},
        {"info",    "info"    }
    };
    size_t counts[4] = {0};
    const char *text = "";

    for (size_t i = 0; i < report_count(report); i++)
        counts[count_of(report_finding(report, i))]++;
    for (size_t i = 0; i < 4; i++)
        if (counts[i] > 0)
            text = arena_printf(page->arena, "%s, %zu %s", text, counts[i],
                                words[i][counts[i] > 1]);
    return text;
}

static void
put_heading(const struct page *page, const struct subject *subject)
{
    struct wrap wrap = page_wrap(page, 0, PAGE_LABEL_COLUMN);
    const char *name = arena_printf(
        page->arena,
        "%s%s%s:", subject->customer == NULL ? "" : subject->customer,
        subject->customer == NULL ? "" : ", ", subject->domain);

    strbuf_add_text(page->out, page_on(page, COLOUR_BOLD));
    wrap_add(&wrap, slice_of(name));
    strbuf_addf(page->out, "%s%s", page_off(page),
                page_on(page, status_colours[subject->status]));
    wrap_add(&wrap, slice_of(subject_status_word(subject->status)));
    strbuf_add_text(page->out, page_off(page));
    wrap.is_after_word = false;
    wrap_add(&wrap, slice_of(counts_of(page, subject->report)));
    strbuf_add_char(page->out, '\n');
}

static void
put_fact(const struct page *page, const char *label, const struct strbuf *text)
{
    struct wrap wrap = page_wrap(page, PAGE_TEXT_COLUMN, PAGE_TEXT_COLUMN);

    page_label(page, COLOUR_NONE, label);
    wrap_add(&wrap, strbuf_slice(text));
    strbuf_add_char(page->out, '\n');
}

static void
put_facts(const struct page *page, const struct value *facts)
{
    struct strbuf text = STRBUF_INIT;
    size_t position = 0;
    const char *label;

    while (factline_next(facts, &position, &label, &text))
        put_fact(page, label, &text);
    if (page->settings->verbose > 0) {
        for (position = 0; factline_via(facts, &position, &text);)
            put_fact(page, "alias", &text);
        if (factline_looked(facts, &text))
            put_fact(page, "selectors", &text);
        for (position = 0; factline_walk(facts, &position, &text);)
            put_fact(page, "walk", &text);
    }
    strbuf_clear(&text);
}

/* "fail  gmail:bulk-2  what it asks for: the findings that break it". */
static void
put_rule(const struct page *page, const struct profilerule_result *result)
{
    static const enum colour colours[] = {[PROFILERULE_PASS] = COLOUR_GREEN,
                                          [PROFILERULE_FAIL] = COLOUR_RED,
                                          [PROFILERULE_UNKNOWN] =
                                              COLOUR_MAGENTA};
    struct wrap wrap = page_wrap(page, PAGE_TEXT_COLUMN, PAGE_TEXT_COLUMN);
    bool advised = result->severity != SEVERITY_ERROR
                   && result->verdict == PROFILERULE_FAIL;

    page_label(page, colours[result->verdict],
               profilerule_word(result->verdict));
    wrap_add(&wrap, slice_of(arena_printf(page->arena, "[%s]", result->name)));
    wrap_add(&wrap, slice_of(result->text));
    if (advised)
        wrap_add(&wrap, SLICE("(advised)"));
    if (result->reason != NULL)
        wrap_add(&wrap,
                 slice_of(arena_printf(page->arena, "- %s", result->reason)));
    for (size_t i = 0; i < result->finding_count; i++)
        wrap_add(&wrap, slice_of(arena_printf(
                            page->arena, "%s%s", i == 0 ? "- " : "",
                            finding_def(result->findings[i])->name)));
    strbuf_add_char(page->out, '\n');
    if (page->settings->verbose > 0 && result->source != NULL)
        page_arrow(page, "| ", result->source);
}

static void
put_rules(const struct page *page, const struct profilerule_report *rules)
{
    size_t counts[3] = {0};
    const char *as_of = rules->as_of == NULL ? "" : rules->as_of;
    struct wrap wrap = page_wrap(page, 0, PAGE_LABEL_COLUMN);

    for (size_t i = 0; i < rules->count; i++)
        counts[rules->results[i].verdict]++;
    strbuf_add_char(page->out, '\n');
    wrap_add(&wrap, slice_of(arena_printf(
                        page->arena,
                        "profile %s%s%s: %zu pass, %zu fail, %zu unknown",
                        rules->profile, *as_of == '\0' ? "" : " as of ", as_of,
                        counts[PROFILERULE_PASS], counts[PROFILERULE_FAIL],
                        counts[PROFILERULE_UNKNOWN])));
    strbuf_add_char(page->out, '\n');
    if (page->settings->verbose > 0 && rules->title != NULL)
        page_arrow(page, "| ", rules->title);
    for (size_t i = 0; i < rules->count; i++)
        put_rule(page, &rules->results[i]);
}

static void
put_error(const struct page *page, const struct subject *subject)
{
    struct wrap wrap = page_wrap(page, 0, PAGE_LABEL_COLUMN);

    wrap_add(&wrap, slice_of(subject->domain));
    wrap_add(&wrap, SLICE("cannot be used:"));
    wrap_add(&wrap, slice_of(subject->error));
    strbuf_add_char(page->out, '\n');
}

static void
text_begin(struct render_state *state, struct strbuf *out)
{
    (void)state;
    (void)out;
}

static void
text_subject(struct render_state *state, const struct subject *subject,
             struct strbuf *out)
{
    struct page page = {state->settings, out, arena_new()};

    if (subject->error != NULL) {
        put_error(&page, subject);
    } else {
        put_heading(&page, subject);
        put_facts(&page, subject->facts);
        if (page.settings->verbose > 0)
            matrix_put(&page, subject->facts);
        if (subject->rules != NULL)
            put_rules(&page, subject->rules);
        put_findings(&page, subject->report);
    }
    arena_free(page.arena);
}

static void
text_place(struct render_state *state, struct slice subject,
           struct strbuf *out)
{
    if (state->subjects > 0)
        strbuf_add_char(out, '\n');
    strbuf_add_slice(out, subject);
}

/* A single subject has its verdict at its head. */
static void
text_end(struct render_state *state, struct strbuf *out)
{
    struct page page = {state->settings, out, NULL};
    struct wrap wrap = page_wrap(&page, 0, PAGE_LABEL_COLUMN);
    struct strbuf text = STRBUF_INIT;
    const char *separator = ": ";

    if (state->subjects == 1)
        return;
    strbuf_addf(&text, "%zu looked at", state->subjects - state->failed);
    for (int i = SUBJECT_BAD; i >= SUBJECT_GOOD; i--) {
        enum subject_status status = (enum subject_status)i;

        if (state->counts[status] == 0)
            continue;
        strbuf_addf(&text, "%s%zu %s", separator, state->counts[status],
                    subject_status_word(status));
        separator = ", ";
    }
    if (state->failed > 0)
        strbuf_addf(&text, "; %zu of the input cannot be used", state->failed);
    if (state->subjects > 0)
        strbuf_add_char(out, '\n');
    wrap_add(&wrap, strbuf_slice(&text));
    strbuf_add_char(out, '\n');
    strbuf_clear(&text);
}

const struct renderer render_text = {"text", text_begin, text_subject,
                                     text_place, text_end};
