/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One JSON document for the whole run. */
#include "common/render/renderer.h"

/* Blanks a level, and the level at which a subject stands. */
#define INDENT        2
#define SUBJECT_LEVEL 2

static void
json_begin(struct render_state *state, struct strbuf *out)
{
    struct arena *arena = arena_new();

    strbuf_add_text(out, "{\n  \"version\": 1,\n  \"command\": ");
    value_json(value_text(arena, state->settings->command), 0, out);
    strbuf_add_text(out, ",\n  \"subjects\": [");
    arena_free(arena);
}

static void
json_subject(struct render_state *state, const struct subject *subject,
             struct strbuf *out)
{
    struct arena *arena = arena_new();

    (void)state;
    value_json(subject_value(arena, subject), INDENT, out);
    arena_free(arena);
}

/* Every newline is one between members: those in texts are escaped. */
static void
json_place(struct render_state *state, struct slice subject,
           struct strbuf *out)
{
    struct slice line;

    if (state->subjects > 0)
        strbuf_add_char(out, ',');
    while (slice_next(&subject, '\n', &line)) {
        strbuf_add_char(out, '\n');
        strbuf_fill(out, ' ', (size_t)INDENT * SUBJECT_LEVEL);
        strbuf_add_slice(out, line);
    }
}

static void
json_end(struct render_state *state, struct strbuf *out)
{
    strbuf_add_text(out, state->subjects > 0 ? "\n  ]\n}\n" : "]\n}\n");
}

const struct renderer render_json = {"json", json_begin, json_subject,
                                     json_place, json_end};
