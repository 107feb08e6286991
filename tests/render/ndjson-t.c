/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of one JSON object a line. */
#include "tests/render/sample.h"

int
main(void)
{
    struct render_settings settings = {.command = "audit"};
    struct arena *arena = arena_new();
    struct strbuf out = STRBUF_INIT;
    struct slice rest;
    struct slice line;
    size_t lines = 0;

    plan_lazy();
    sample_compare("ndjson.txt", &render_ndjson, &settings, false);
    sample_compare("ndjson-empty.txt", &render_ndjson, &settings, true);
    sample_render(&render_ndjson, &settings, false, &out);
    rest = strbuf_slice(&out);
    while (slice_next(&rest, '\n', &line) && line.n > 0) {
        const struct value *subject =
            sample_parse(arena, arena_text(arena, line));

        is_string("version", value_name(subject, 0), "version first");
        is_string("command", value_name(subject, 1), "then the command");
        lines++;
    }
    is_int(3, (long long)lines, "a line a subject");
    strbuf_clear(&out);
    arena_free(arena);
    return tap_done();
}
