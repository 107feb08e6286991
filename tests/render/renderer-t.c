/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of the table of forms of output. */
#include "tests/render/sample.h"

int
main(void)
{
    static const char *const names[] = {"text", "json", "ndjson", "tap"};
    struct render_settings settings = {.command = "audit"};
    struct strbuf out = STRBUF_INIT;

    plan_lazy();
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        ok(renderers[i] == renderer_find(names[i]), "%s", names[i]);
        strbuf_cut(&out, 0);
        sample_render(renderers[i], &settings, false, &out);
        ok(out.n > 0 && out.p[out.n - 1] == '\n', "%s ends its last line",
           names[i]);
    }
    ok(renderer_find("xml") == NULL, "no such form");
    ok(renderer_find("") == NULL, "nor one without a name");
    strbuf_clear(&out);
    return tap_done();
}
