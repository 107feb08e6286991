/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of forms of output, and what is the same for all of them. */
#include "common/render/renderer.h"

#include <string.h>

const struct renderer *const renderers[] = {
    &render_text,  &render_json,  &render_ndjson, &render_tap,
    &render_junit, &render_sarif, &render_github, &render_markdown,
    &render_csv,   NULL,
};

const struct renderer *
renderer_find(const char *name)
{
    for (size_t i = 0; renderers[i] != NULL; i++)
        if (strcmp(renderers[i]->name, name) == 0)
            return renderers[i];
    return NULL;
}

void
renderer_subject(const struct renderer *renderer, struct render_state *state,
                 const struct subject *subject, struct strbuf *out)
{
    if (subject->error != NULL)
        state->failed++;
    else
        state->counts[subject->status]++;
    renderer->subject(state, subject, out);
}

void
renderer_place(const struct renderer *renderer, struct render_state *state,
               struct slice subject, struct strbuf *out)
{
    renderer->place(state, subject, out);
    state->subjects++;
}

void
renderer_nothing(struct render_state *state, struct strbuf *out)
{
    (void)state;
    (void)out;
}

void
renderer_append(struct render_state *state, struct slice subject,
                struct strbuf *out)
{
    (void)state;
    strbuf_add_slice(out, subject);
}
