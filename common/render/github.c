/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Annotations of GitHub Actions: workflow commands on standard output. */
#include "common/base/escape.h"
#include "common/render/renderer.h"

/* A command ends with its line; within a property ':' and ',' end the
   property as well. */
static void
put_escaped(struct strbuf *out, const char *text, bool is_property)
{
    struct strbuf plain = STRBUF_INIT;

    escape_terminal(slice_of(text), &plain, NULL);
    for (size_t i = 0; i < plain.n; i++) {
        char c = plain.p[i];

        if (c == '%' || c == '\n' || c == '\r'
            || (is_property && (c == ':' || c == ',')))
            strbuf_addf(out, "%%%02X", (unsigned char)c);
        else
            strbuf_add_char(out, c);
    }
    strbuf_clear(&plain);
}

static void
put_command(struct strbuf *out, const char *level, const char *domain,
            const char *what, const char *message)
{
    strbuf_addf(out, "::%s title=", level);
    put_escaped(out, domain, true);
    strbuf_add_char(out, ' ');
    put_escaped(out, what, true);
    strbuf_add_text(out, "::");
    put_escaped(out, message, false);
}

static void
put_finding(const struct subject *subject, const struct finding *finding,
            struct strbuf *out)
{
    static const char *const levels[] = {"notice", "warning", "error"};
    struct arena *arena = arena_new();
    bool found = finding->state == FINDING_FOUND;

    put_command(out, found ? levels[finding->severity] : "warning",
                subject->domain, finding_def(finding->id)->name,
                finding_message(arena, finding));
    if (!found)
        strbuf_add_text(out, " (unknown: answers are missing)");
    strbuf_add_text(out, "%0A-> ");
    put_escaped(out, finding_remedy(arena, finding), false);
    strbuf_add_char(out, '\n');
    arena_free(arena);
}

static void
github_subject(struct render_state *state, const struct subject *subject,
               struct strbuf *out)
{
    (void)state;
    if (subject->error != NULL) {
        put_command(out, "error", subject->domain, "input", subject->error);
        strbuf_add_char(out, '\n');
        return;
    }
    for (size_t i = 0; i < report_count(subject->report); i++)
        put_finding(subject, report_finding(subject->report, i), out);
}

const struct renderer render_github = {"github", renderer_nothing,
                                       github_subject, renderer_append,
                                       renderer_nothing};
