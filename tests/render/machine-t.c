/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of the forms for other programs: JUnit, SARIF, GitHub annotations,
   Markdown, CSV.  That readers of theirs take them: tests/tools/forms-t.sh. */
#include "tests/render/sample.h"

static const struct {
    const struct renderer *renderer;
    const char *whole, *empty; /* files of golden/ */
} rows[] = {
    {&render_junit,    "junit.xml",   "junit-empty.xml"  },
    {&render_github,   "github.txt",  "github-empty.txt" },
    {&render_markdown, "markdown.md", "markdown-empty.md"},
    {&render_csv,      "csv.txt",     "csv-empty.txt"    },
};

/* SARIF lists every rule, so no golden holds it all. */
static void
count_sarif(bool is_empty)
{
    struct render_settings settings = {.command = "audit"};
    struct arena *arena = arena_new();
    struct strbuf out = STRBUF_INIT;
    const struct value *run;

    sample_render(&render_sarif, &settings, is_empty, &out);
    run = value_element(
        value_get(sample_parse(arena, arena_text(arena, strbuf_slice(&out))),
                  "runs"),
        0);
    is_int(FIND_COUNT,
           (long long)value_count(value_get(
               value_get(value_get(run, "tool"), "driver"), "rules")),
           "a rule for each id");
    is_int(is_empty ? 0 : 9, (long long)value_count(value_get(run, "results")),
           "a result for each finding, and for the line that is none");
    strbuf_clear(&out);
    arena_free(arena);
}

int
main(void)
{
    struct render_settings settings = {.command = "audit",
                                       .fail_on = SEVERITY_ERROR};

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        sample_compare(rows[i].whole, rows[i].renderer, &settings, false);
        sample_compare(rows[i].empty, rows[i].renderer, &settings, true);
    }
    count_sarif(false);
    count_sarif(true);
    return tap_done();
}
