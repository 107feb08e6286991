/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Markdown: for issues, merge requests and wikis. */
#include "common/base/escape.h"
#include "common/base/medium.h"
#include "common/render/renderer.h"

static void
put_prose(struct strbuf *out, const char *text)
{
    struct strbuf plain = STRBUF_INIT;

    escape_terminal(slice_of(text), &plain, NULL);
    medium_prose(out, strbuf_slice(&plain));
    strbuf_clear(&plain);
}

/* The record at fault, with the faulty part below it as in a terminal would
   break in a narrow view: the part stands alone instead. */
static void
put_mark(const struct finding *finding, struct strbuf *out)
{
    struct strbuf plain = STRBUF_INIT;

    if (finding->mark_length == 0)
        return;
    strbuf_add_presented(&plain, slice_sub(finding->record, finding->mark_from,
                                           finding->mark_length));
    strbuf_add_text(out, "<br>");
    medium_code(out, strbuf_slice(&plain));
    strbuf_clear(&plain);
}

static void
put_finding(const struct finding *finding, struct strbuf *out)
{
    struct arena *arena = arena_new();

    strbuf_addf(out, "| %s%s | ", severity_word(finding->severity),
                finding->state == FINDING_FOUND ? "" : ", unknown");
    put_prose(out, finding_message(arena, finding));
    put_mark(finding, out);
    strbuf_add_text(out, " | ");
    put_prose(out, finding_remedy(arena, finding));
    strbuf_add_text(out, " | ");
    medium_code(out, slice_of(finding_def(finding->id)->name));
    strbuf_add_text(out, " |\n");
    arena_free(arena);
}

static void
markdown_subject(struct render_state *state, const struct subject *subject,
                 struct strbuf *out)
{
    size_t count = subject->error != NULL ? 0 : report_count(subject->report);

    (void)state;
    strbuf_add_text(out, "## ");
    put_prose(out, subject->domain);
    strbuf_add_text(out, ": ");
    put_prose(out, subject->error != NULL
                       ? subject->error
                       : subject_status_word(subject->status));
    strbuf_add_text(out, "\n\n");
    if (count > 0)
        strbuf_add_text(out, "| severity | what | remedy | id |\n"
                             "|---|---|---|---|\n");
    for (size_t i = 0; i < count; i++)
        put_finding(report_finding(subject->report, i), out);
    if (count > 0)
        strbuf_add_char(out, '\n');
}

const struct renderer render_markdown = {"markdown", renderer_nothing,
                                         markdown_subject, renderer_append,
                                         renderer_nothing};
