/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One JSON object a line for each subject: for pipes and long runs. */
#include "common/render/renderer.h"

static void
ndjson_nothing(struct render_state *state, struct strbuf *out)
{
    (void)state;
    (void)out;
}

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

static void
ndjson_place(struct render_state *state, struct slice subject,
             struct strbuf *out)
{
    (void)state;
    strbuf_add_slice(out, subject);
}

const struct renderer render_ndjson = {
    "ndjson", ndjson_nothing, ndjson_subject, ndjson_place, ndjson_nothing};
