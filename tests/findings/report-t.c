/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of a report: raising, finding again, order, decisions, dropping. */
#include "common/findings/finding.h"

#include <stdio.h>

#include "tests/tap/tap.h"

static void
test_setters(struct arena *arena)
{
    struct report *report = report_new(arena);
    char at[] = "example.com.";
    struct finding *f = report_add(report, FIND_SPF_MISSING, at);

    at[0] = 'X';
    is_string("example.com.", f->at, "at is copied");
    is_int(SEVERITY_ERROR, f->severity, "severity of its row");
    is_int(FINDING_FOUND, f->state, "found at first");
    is_int(FINDING_UNKNOWN, finding_set_unknown(f)->state, "then unknown");
    finding_word(finding_word(f, "a", "1"), "a", "2");
    is_int(1, (long long)f->field_count, "a field set twice is one field");
    is_string("2", value_as_text(f->fields[0].value), "the later counts");
    finding_item(f, "a", SLICE("3"));
    is_int(1, (long long)value_count(f->fields[0].value),
           "a text may become a list");
    finding_mark(f, SLICE("v=spf1 x"), 7, 99);
    is_int(1, (long long)f->mark_length, "a mark ends with its record");
    finding_mark(f, SLICE("v=spf1 x"), 99, 1);
    ok(f->mark_from == 8 && f->mark_length == 0,
       "a mark past the record is none");
    ok(report_arena(report) == arena, "it knows its arena");
}

static void
test_find(struct arena *arena)
{
    struct report *report = report_new(arena);
    struct finding *a = report_add(report, FIND_DKIM_G_TAG, "a.");
    struct finding *b = report_add(report, FIND_DKIM_G_TAG, "b.");

    ok(report_find(report, FIND_DKIM_G_TAG, "a.") == a, "the first");
    ok(report_find(report, FIND_DKIM_G_TAG, "b.") == b, "the second");
    ok(report_find(report, FIND_DKIM_G_TAG, "c.") == NULL, "another at");
    ok(report_find(report, FIND_SPF_MISSING, "a.") == NULL, "another id");
}

static void
test_order(struct arena *arena)
{
    static const struct {
        enum finding_id id;
        const char *at;
    } raised[] = {
        {FIND_SPF_ALL_SOFTFAIL,  "x."},
        {FIND_SPF_MISSING,       "b."},
        {FIND_DMARC_POLICY_NONE, "x."},
        {FIND_SPF_MISSING,       "a."},
        {FIND_DKIM_TAG_SYNTAX,   "z."},
        {FIND_SPF_MISSING,       "a."},
    };
    static const char *const sorted[] = {
        "dkim.tag-syntax z. 4",   "spf.missing a. 3",
        "spf.missing a. 5",       "spf.missing b. 1",
        "dmarc.policy-none x. 2", "spf.all-softfail x. 0",
    };
    struct report *report = report_new(arena);

    for (int i = 0; i < 6; i++)
        finding_number(report_add(report, raised[i].id, raised[i].at), "n", i);
    report_sort(report);
    is_int(6, (long long)report_count(report), "count");
    for (size_t i = 0; i < 6; i++) {
        const struct finding *f = report_finding(report, i);
        char seen[100];

        snprintf(seen, sizeof(seen), "%s %s %d", finding_def(f->id)->name,
                 f->at, (int)value_as_number(f->fields[0].value));
        is_string(sorted[i], seen, "place %zu", i);
    }
    ok(report_finding(report, 6) == NULL, "no finding past the last");
}

/* "name=known" of all that was decided without a finding. */
static const char *
decided(struct arena *arena, const struct report *report)
{
    const char *text = "";
    size_t position = 0;
    enum finding_id id;
    bool known;

    while (report_each_decided(report, &position, &id, &known))
        text = arena_printf(arena, "%s %s=%d", text, finding_def(id)->name,
                            known);
    return text;
}

static void
test_decisions(struct arena *arena)
{
    struct report *report = report_new(arena);

    is_string("", decided(arena, report), "nothing decided");
    report_decide(report, FIND_SPF_MISSING, true);
    report_decide(report, FIND_DKIM_G_TAG, true);
    report_decide(report, FIND_DKIM_G_TAG, false);
    report_decide(report, FIND_DKIM_G_TAG, true);
    report_decide(report, FIND_DMARC_MISSING, true);
    report_add(report, FIND_DMARC_MISSING, "x.");
    is_string(" dkim.g-tag=0 spf.missing=1", decided(arena, report),
              "unknown stays, what was found is not there");
}

static void
test_profile_doors(struct arena *arena)
{
    struct report *report = report_new(arena);

    report_add(report, FIND_SPF_MISSING, "a.");
    report_add(report, FIND_DKIM_G_TAG, "b.");
    report_add(report, FIND_SPF_MISSING, "c.");
    report_decide(report, FIND_SPF_MISSING, true);
    report_set_severity(report, FIND_SPF_MISSING, SEVERITY_INFO);
    is_int(SEVERITY_INFO, report_finding(report, 0)->severity, "first of id");
    is_int(SEVERITY_INFO, report_finding(report, 2)->severity, "last of id");
    is_int(SEVERITY_WARNING, report_finding(report, 1)->severity, "another");
    report_drop(report, FIND_SPF_MISSING);
    is_int(1, (long long)report_count(report), "both are gone");
    is_string("b.", report_finding(report, 0)->at, "the other is left");
    is_string("", decided(arena, report), "and nothing is decided");
    ok(report_find(report, FIND_SPF_MISSING, "a.") == NULL, "not found");
    report_add(report, FIND_SPF_MISSING, "d.");
    is_int(2, (long long)report_count(report), "raised again after that");
}

int
main(void)
{
    struct arena *arena = arena_new();

    plan_lazy();
    test_setters(arena);
    test_find(arena);
    test_order(arena);
    test_decisions(arena);
    test_profile_doors(arena);
    arena_free(arena);
    return tap_done();
}
