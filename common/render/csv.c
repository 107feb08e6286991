/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV (RFC 4180), a row for each finding: for spreadsheets. */
#include "common/base/escape.h"
#include "common/base/medium.h"
#include "common/render/renderer.h"

static void
csv_begin(struct render_state *state, struct strbuf *out)
{
    (void)state;
    strbuf_add_text(out, "domain,customer,status,id,severity,state,at,"
                         "message,remedy,source\r\n");
}

static void
put_cell(struct strbuf *out, const char *text, char end)
{
    struct strbuf plain = STRBUF_INIT;

    if (text != NULL)
        escape_terminal(slice_of(text), &plain, NULL);
    medium_csv(out, strbuf_slice(&plain), end);
    strbuf_clear(&plain);
}

static void
put_subject(const struct subject *subject, struct strbuf *out)
{
    put_cell(out, subject->domain, ',');
    put_cell(out, subject->customer, ',');
    put_cell(out,
             subject->error != NULL ? "error"
                                    : subject_status_word(subject->status),
             ',');
}

static void
put_finding(const struct subject *subject, const struct finding *finding,
            struct strbuf *out)
{
    struct arena *arena = arena_new();
    const struct finding_def *def = finding_def(finding->id);

    put_subject(subject, out);
    put_cell(out, def->name, ',');
    put_cell(out, severity_word(finding->severity), ',');
    put_cell(out, finding->state == FINDING_FOUND ? "found" : "unknown", ',');
    put_cell(out, finding->at, ',');
    put_cell(out, finding_message(arena, finding), ',');
    put_cell(out, finding_remedy(arena, finding), ',');
    put_cell(out, def->source, '\n');
    arena_free(arena);
}

/* A subject without a finding has a row too, which says that it is good. */
static void
csv_subject(struct render_state *state, const struct subject *subject,
            struct strbuf *out)
{
    size_t count = subject->error != NULL ? 0 : report_count(subject->report);

    (void)state;
    for (size_t i = 0; i < count; i++)
        put_finding(subject, report_finding(subject->report, i), out);
    if (count > 0)
        return;
    put_subject(subject, out);
    strbuf_add_text(out, ",,,,");
    put_cell(out, subject->error, ',');
    strbuf_add_text(out, ",\r\n");
}

const struct renderer render_csv = {"csv", csv_begin, csv_subject,
                                    renderer_append, renderer_nothing};
