/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests: areas of an audit run over a source, told in lines of text. */
#ifndef TESTS_AUDIT_AUDITVIEW_H
#define TESTS_AUDIT_AUDITVIEW_H

#include "common/audit/audit.h"
#include "common/base/strbuf.h"
#include "tests/audit/rulesource.h"
#include "tests/audit/zoneview.h"

#define AUDITVIEW_AREAS_MAX     5
#define AUDITVIEW_SELECTORS_MAX 80

struct auditview {
    const struct audit_area *areas[AUDITVIEW_AREAS_MAX]; /* NULL at the end */
    struct audit_input input;                            /* for them */
    struct audit_selector selectors[AUDITVIEW_SELECTORS_MAX];
    struct facts facts;     /* of the last run */
    struct strbuf findings; /* "id", "id?" when unknown; sorted, of all but
                               severity info when hide_info is set */
    struct strbuf places;   /* "id at" of each */
    struct strbuf decided;  /* ids without a finding: "id", "id?" */
    struct strbuf bad;      /* sentences with a field nobody supplied */
    struct strbuf json;     /* the contract's facts */
    bool hide_info;         /* leave info out of findings */
    size_t asked;           /* questions of the last run */
};

/* selectors: "s1 s2 !guess": guessed ones after "!". */
static inline void
auditview_open(struct auditview *out, const char *domain,
               const char *selectors)
{
    static char copy[1024];
    char *word;

    *out = (struct auditview){.findings = STRBUF_INIT,
                              .places = STRBUF_INIT,
                              .decided = STRBUF_INIT,
                              .bad = STRBUF_INIT,
                              .json = STRBUF_INIT};
    if (name_parse(&out->input.domain, slice_of(domain), NULL) != ST_OK)
        bail("bad domain '%s'", domain);
    strncpy(copy, selectors, sizeof(copy) - 1);
    for (word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
        bool guessed = word[0] == '!';

        out->selectors[out->input.selector_count++] = (struct audit_selector){
            .selector = word + guessed,
            .origin = guessed ? SELECTOR_GUESSED : SELECTOR_COMMAND_LINE};
    }
    out->input.selectors = out->selectors;
}

static inline void
auditview_close(struct auditview *view)
{
    strbuf_clear(&view->findings);
    strbuf_clear(&view->places);
    strbuf_clear(&view->decided);
    strbuf_clear(&view->bad);
    strbuf_clear(&view->json);
}

static inline void
auditview_tell(struct auditview *out, struct report *report,
               struct arena *arena)
{
    size_t position = 0;
    enum finding_id id;
    bool known;

    for (size_t i = 0; i < report_count(report); i++) {
        const struct finding *finding = report_finding(report, i);
        const char *name = finding_def(finding->id)->name;

        if (strchr(finding_message(arena, finding), '{') != NULL
            || strchr(finding_remedy(arena, finding), '{') != NULL)
            strbuf_addf(&out->bad, "%s: %s / %s\n", name,
                        finding_message(arena, finding),
                        finding_remedy(arena, finding));
        if (out->hide_info && finding->severity == SEVERITY_INFO)
            continue;
        strbuf_addf(&out->findings, "%s%s%s", out->findings.n > 0 ? " " : "",
                    name, finding->state == FINDING_UNKNOWN ? "?" : "");
        strbuf_addf(&out->places, "%s %s\n", name, finding->at);
    }
    while (report_each_decided(report, &position, &id, &known))
        strbuf_addf(&out->decided, "%s%s ", finding_def(id)->name,
                    known ? "" : "?");
}

static inline void
auditview_analyse(void *context, struct view *view)
{
    struct auditview *out = context;
    struct arena *arena = view_run_arena(view);
    struct report *report = report_new(arena);

    memset(&out->facts, 0, sizeof(out->facts));
    out->facts.input = &out->input;
    strbuf_cut(&out->findings, 0);
    strbuf_cut(&out->places, 0);
    strbuf_cut(&out->decided, 0);
    strbuf_cut(&out->bad, 0);
    strbuf_cut(&out->json, 0);
    for (size_t i = 0; out->areas[i] != NULL; i++)
        out->areas[i]->collect(&out->facts, view);
    out->asked = view_asked(view);
    if (view_pending(view) > 0)
        return;
    for (size_t i = 0; out->areas[i] != NULL; i++) {
        out->areas[i]->check(&out->facts, report);
        if (out->areas[i]->value != NULL)
            value_json(out->areas[i]->value(&out->facts, arena), 0,
                       &out->json);
    }
    report_sort(report);
    auditview_tell(out, report, arena);
}

/* Run over zone files; overlay may be NULL.  The view is the caller's. */
static inline void
auditview_zone(struct auditview *out, const char *zone, const char *overlay)
{
    struct zoneview zoneview;

    zoneview_open(&zoneview, zone, overlay);
    view_free(
        engine_run_one(&zoneview.settings, "test", auditview_analyse, out));
    zoneview_close(&zoneview);
}

/* Run over rules. */
static inline void
auditview_rules(struct auditview *out, const char *rules)
{
    struct rulesource source;
    struct view_settings settings = {.source = &source.source, .seed = 7};

    rulesource_open(&source, rules);
    view_free(engine_run_one(&settings, "test", auditview_analyse, out));
    rulesource_close(&source);
}

#endif
