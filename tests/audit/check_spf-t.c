/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spf.* findings: their fixtures, and exact sets of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/audit/collect_spf.h"
#include "tests/findings/fixture.h"
#include "tests/spf/fakezone.h"

struct work {
    const struct audit_input *input;
    struct facts facts;
};

static void
analyse(void *context, struct view *view)
{
    struct work *work = context;

    work->facts = (struct facts){.input = work->input};
    area_spf.collect(&work->facts, view);
}

/* ---- fixtures ---- */

/* Does some finding have all that is wanted of one? */
static bool
has_finding(struct arena *arena, const struct report *report,
            const struct value *wanted)
{
    for (size_t i = 0; i < report_count(report); i++) {
        const struct value *seen =
            finding_value(arena, report_finding(report, i));
        bool same = true;

        for (size_t k = 0; k < value_count(wanted); k++)
            same = same
                   && strcmp(value_as_text(value_element(wanted, k)),
                             value_as_text(
                                 value_get(seen, value_name(wanted, k))))
                          == 0;
        if (same)
            return true;
    }
    return false;
}

static bool
has_id(const struct report *report, const char *id)
{
    for (size_t i = 0; i < report_count(report); i++)
        if (strcmp(finding_def(report_finding(report, i)->id)->name, id) == 0)
            return true;
    return false;
}

static bool
same_value(const struct value *wanted, const struct value *seen)
{
    if (value_is_null(wanted))
        return value_is_null(seen);
    if (value_kind(wanted) == VALUE_NUMBER)
        return value_kind(seen) == VALUE_NUMBER
               && value_as_number(wanted) == value_as_number(seen);
    return strcmp(value_as_text(wanted), value_as_text(seen)) == 0;
}

/* Every message is a whole sentence, all of its {fields} filled in. */
static bool
sentences_are_whole(struct arena *arena, const struct report *report)
{
    bool whole = true;

    for (size_t i = 0; i < report_count(report); i++) {
        const struct finding *finding = report_finding(report, i);
        const char *message = finding_message(arena, finding);
        const char *remedy = finding_remedy(arena, finding);

        if ((strchr(message, '{') == NULL || strstr(message, "%{") != NULL)
            && (strchr(remedy, '{') == NULL || strstr(remedy, "%{") != NULL)
            && finding->evidence_count + (finding->note != NULL)
                       + (finding->field_count > 0)
                   > 0)
            continue;
        diag("%s / %s", message, remedy);
        whole = false;
    }
    return whole;
}

static void
judge(const struct value *expect, const struct report *report,
      const struct value *facts, const char *name)
{
    struct arena *arena = arena_new();
    const struct value *findings = value_get(expect, "findings");
    const struct value *absent = value_get(expect, "absent");
    const struct value *members = value_at(expect, "facts.spf");
    bool good = true;

    for (size_t i = 0; i < value_count(findings); i++)
        if (!has_finding(arena, report, value_element(findings, i))) {
            diag("missing %s",
                 value_as_text(value_get(value_element(findings, i), "id")));
            good = false;
        }
    for (size_t i = 0; i < value_count(absent); i++)
        good =
            good && !has_id(report, value_as_text(value_element(absent, i)));
    for (size_t i = 0; i < value_count(members); i++)
        if (!same_value(value_element(members, i),
                        value_get(facts, value_name(members, i)))) {
            diag("facts.spf.%s differs", value_name(members, i));
            good = false;
        }
    ok(good && sentences_are_whole(arena, report), "%s", name);
    arena_free(arena);
}

static void
test_fixture(const char *name)
{
    struct arena *arena = arena_new();
    const char *folder =
        arena_printf(arena, "%s/tests/findings/%s", tap_source(), name);
    struct strbuf text = STRBUF_INIT;
    struct view_settings settings = {.seed = 1};
    struct value *expect = NULL;
    struct report *report;
    struct work work;
    struct fixture f;
    struct view *view;

    if (fixture_load(&f, folder) && f.problem == NULL
        && file_read(arena_printf(arena, "%s/expect.json", folder), 1 << 20,
                     &text, NULL)
               == ST_OK
        && value_parse(arena, strbuf_slice(&text), &expect, NULL) == ST_OK) {
        settings.source = f.source;
        settings.overlay = f.overlay;
        work.input = &f.input;
        view = engine_run_one(&settings, "subject", analyse, &work);
        report = report_new(view_run_arena(view));
        area_spf.check(&work.facts, report);
        judge(expect, report,
              area_spf.value(&work.facts, view_run_arena(view)), name);
        view_free(view);
    } else {
        skip("%s: no audit of files", name);
    }
    strbuf_clear(&text);
    fixture_unload(&f);
    arena_free(arena);
}

static void
test_fixtures(void)
{
    struct arena *arena = arena_new();
    size_t count;
    const char *const *names = fixture_names(arena, &count);

    for (size_t i = 0; i < count; i++)
        if (strncmp(names[i], "spf.", 4) == 0)
            test_fixture(names[i]);
    arena_free(arena);
}

/* ---- exact sets ---- */

#define WORLD                                                                 \
    "example.com MX 10 mail.example.com.\n"                                   \
    "mail.example.com A 192.0.2.25\n"                                         \
    "dead.example.com ANY !timeout\n"                                         \
    "esp.example.net TXT \"v=spf1 ip4:100.10.1.0/24 ?all\"\n"                 \
    "com NS ns.com.\n"                                                        \
    "net NS ns.net.\n"

/* Ids without "spf.", sorted; "?" behind one that is unknown. */
/* clang-format off */
static const struct {
    const char *name, *record, *more, *wanted;
} rows[] = {
    {"nothing wrong", "v=spf1 mx include:esp.example.net ~all", NULL,
     "all-softfail"},
    {"parked", "v=spf1 -all", NULL, ""},
    {"none", NULL, NULL, "missing"},
    {"semicolon", "v=spf1; -all", NULL, "missing version-lookalike"},
    {"beside a good one", "v=spf1 mx ~all", "example.com TXT \"v=spf1,a\"\n",
     "all-softfail version-lookalike"},
    {"two", "v=spf1 mx ~all", "example.com TXT \"v=spf1 -all\"\n",
     "multiple-records"},
    {"fused version", "v=spf1\" \"mx ~all", NULL, "missing string-join-space"},
    {"fused terms", "v=spf1 mx\" \"include:esp.example.net ~all", NULL,
     "string-join-space"},
    {"each fault by itself",
     "v=spf1 ipv4:100.1.1.1 ip4:100.1.1 include a:%{x}.y exp=-x -all", NULL,
     "cidr-invalid domain-spec-invalid macro-syntax syntax-error"
     " unknown-mechanism"},
    {"dangling include", "v=spf1 include:spf.gone-esp.com mx ~all", NULL,
     "all-softfail include-dangling include-none"},
    {"only the name is gone", "v=spf1 include:nx.esp.example.net mx ~all",
     NULL, "all-softfail include-none"},
    {"dangling a", "v=spf1 a:gone-host.com mx ~all", NULL,
     "all-softfail include-dangling void-lookup"},
    {"no such top-level domain", "v=spf1 a:gone.invalid mx ~all", NULL,
     "all-softfail void-lookup"},
    {"unregistered, or so it may be", "v=spf1 a:gone-host.com mx ~all",
     "gone-host.com NS !servfail\n", "all-softfail void-lookup"},
    {"include without an answer", "v=spf1 include:dead.example.com mx ~all",
     NULL, "all-softfail include-temperror? temperror?"},
    {"a without an answer", "v=spf1 a:dead.example.com mx ~all", NULL,
     "all-softfail temperror?"},
    {"no answer at all", NULL, "example.com TXT !timeout\n", "temperror?"},
    {"redirect without an answer", "v=spf1 redirect=dead.example.com", NULL,
     "temperror?"},
    {"redirect to a bad record", "v=spf1 redirect=r.example.com",
     "r.example.com TXT \"v=spf1 foo\"\n", "unknown-mechanism"},
    {"redirect: its habits count", "v=spf1 redirect=r.example.com",
     "r.example.com TXT \"v=spf1 ptr ?all\"\n", "all-neutral ptr-used"},
    {"include: its habits do not", "v=spf1 include:r.example.com ~all",
     "r.example.com TXT \"v=spf1 ptr ?all\"\n", "all-softfail"},
    {"included +all", "v=spf1 include:r.example.com ~all",
     "r.example.com TXT \"v=spf1 +all\"\n", "all-pass all-softfail"},
    {"included +all that does not matter",
     "v=spf1 -include:r.example.com ~all",
     "r.example.com TXT \"v=spf1 +all\"\n", "all-softfail"},
    {"a/0", "v=spf1 a:mail.example.com/0 -all", NULL,
     "all-fail-pre-dmarc cidr-zero"},
    {"broad and private",
     "v=spf1 ip4:100.0.0.0/15 ip6:2a00::/31 ip4:10.1.1.1 ~all", NULL,
     "all-softfail private-address range-too-broad range-too-broad"},
    {"not by -ip4", "v=spf1 -ip4:10.0.0.0/8 mx ~all", NULL, "all-softfail"},
    {"eleven of 12 without an answer",
     "v=spf1 include:dead.example.com a:mail.example.com"
     " exists:mail.example.com mx a:mail.example.com/31 a:mail.example.com/30"
     " a:mail.example.com/29 a:mail.example.com/28 a:mail.example.com/27 "
     " a:mail.example.com/26 a:mail.example.com/25 ~all", NULL,
     "all-softfail include-temperror? temperror?"
     " too-many-lookups"},
    {"nine, and an include without an answer",
     "v=spf1 include:dead.example.com a:mail.example.com"
     " exists:mail.example.com mx a:mail.example.com/31 a:mail.example.com/30"
     " a:mail.example.com/29 a:mail.example.com/28 ~all", NULL,
     "all-softfail include-temperror? near-lookup-limit?"
     " temperror?"},
    {"stray", "v=spf1 mx ~all", "_dmarc.example.com TXT \"v=spf1 -all\"\n",
     "all-softfail wrong-owner"},
    {"modifiers", "v=spf1 mx a=x ra=me foo=bar ~all", NULL,
     "all-softfail failure-report-modifier mechanism-typed-as-modifier"
     " unknown-modifier"},
    {"shared", "v=spf1 include:sendgrid.net mx ~all",
     "sendgrid.net TXT \"v=spf1 ip4:100.2.2.2 ~all\"\n",
     "all-softfail shared-source"},
    {"redundant and twice",
     "v=spf1 ip4:100.1.1.0/24 ip4:100.1.1.1 mx mx ip4:100.1.1.0/24 ~all", NULL,
     "all-softfail duplicate-term duplicate-term redundant-range"},
    {"a circle", "v=spf1 include:c.example.com mx ~all",
     "c.example.com TXT \"v=spf1 include:example.com -all\"\n",
     "all-softfail include-loop"},
    {"explanation", "v=spf1 mx ~all exp=why.example.com",
     "why.example.com TXT \"%{c} is not ours\"\n", "all-softfail"},
    {"explanation, malformed", "v=spf1 mx ~all exp=why.example.com",
     "why.example.com TXT \"100% not ours\"\n", "all-softfail exp-unusable"},
    {"a target of one label", "v=spf1 include:%{d1} mx ~all", NULL,
     "all-softfail domain-spec-invalid"},
};
/* clang-format on */

static int
compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
list_findings(struct arena *arena, const struct report *report,
              struct strbuf *out)
{
    size_t count = report_count(report);
    const char **names = ARENA_ARRAY(arena, const char *, count + 1);

    for (size_t i = 0; i < count; i++) {
        const struct finding *finding = report_finding(report, i);

        names[i] = arena_printf(
            arena, "%s%s", finding_def(finding->id)->name + strlen("spf."),
            finding->state == FINDING_UNKNOWN ? "?" : "");
    }
    qsort(names, count, sizeof(*names), compare_texts);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            strbuf_add_char(out, ' ');
        strbuf_add_text(out, names[i]);
    }
}

static void
run_row(const char *record, const char *more, bool is_late, struct strbuf *out)
{
    struct audit_input input = {0};
    struct work work = {.input = &input};
    struct strbuf text = STRBUF_INIT;
    struct fakezone *zone;
    struct report *report;
    struct view *view;

    name_from_text(&input.domain, SLICE("example.com"));
    strbuf_add_text(&text, WORLD);
    if (record != NULL)
        strbuf_addf(&text, "example.com TXT \"%s\"\n", record);
    strbuf_add_text(&text, more == NULL ? "" : more);
    zone = fakezone_new(text.p);
    zone->is_late = is_late;
    view = fakezone_run(zone, analyse, &work);
    report = report_new(view_run_arena(view));
    area_spf.check(&work.facts, report);
    list_findings(view_run_arena(view), report, out);
    view_free(view);
    source_free(&zone->source);
    strbuf_clear(&text);
}

static void
test_rows(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct strbuf early = STRBUF_INIT, late = STRBUF_INIT;

        run_row(rows[i].record, rows[i].more, false, &early);
        run_row(rows[i].record, rows[i].more, true, &late);
        is_string(rows[i].wanted, early.p, "%s", rows[i].name);
        is_string(early.p, late.p, "%s: late", rows[i].name);
        strbuf_clear(&early);
        strbuf_clear(&late);
    }
}

int
main(void)
{
    plan_lazy();
    test_fixtures();
    test_rows();
    return tap_done();
}
