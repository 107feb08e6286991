/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One JSON object a line for each subject: for pipes and long runs. */
#include "common/render/renderer.h"

/* A line stands by itself, so each says what it is. */
static void
ndjson_subject(struct render_state *state, const struct subject *subject,
               struct strbuf *out)
{
    struct arena *arena = arena_new();
    struct value *members = subject_value(arena, subject);
    struct value *line = value_map(arena);

    value_set(line, "version", value_number(arena, 1));
    value_set(line, "command", value_text(arena, state->settings->command));
    for (size_t i = 0; i < value_count(members); i++)
        value_set(line, value_name(members, i),
                  (struct value *)value_element(members, i));
    value_json(line, 0, out);
    strbuf_add_char(out, '\n');
    arena_free(arena);
}

const struct renderer render_ndjson = {"ndjson", renderer_nothing,
                                       ndjson_subject, renderer_append,
                                       renderer_nothing};
