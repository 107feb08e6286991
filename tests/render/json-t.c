/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of the JSON document. */
#include "tests/render/sample.h"

int
main(void)
{
    struct render_settings settings = {.command = "audit"};
    struct arena *arena = arena_new();
    struct strbuf out = STRBUF_INIT;
    const struct value *document;

    plan_lazy();
    sample_compare("json.txt", &render_json, &settings, false);
    sample_compare("json-empty.txt", &render_json, &settings, true);
    sample_render(&render_json, &settings, false, &out);
    document = sample_parse(arena, out.p);
    is_int(3, (long long)value_count(value_get(document, "subjects")),
           "it is JSON with three subjects");
    is_int(1, value_as_number(value_get(document, "version")), "version 1");
    strbuf_cut(&out, 0);
    sample_render(&render_json, &settings, true, &out);
    document = sample_parse(arena, out.p);
    is_int(VALUE_LIST, value_kind(value_get(document, "subjects")),
           "an empty run is JSON too");
    strbuf_clear(&out);
    arena_free(arena);
    return tap_done();
}
