/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/answersame.c. */
#include "common/dns/answersame.h"

#include "tests/audit/rulesource.h"

/* clang-format off */
static const struct {
    const char *name;
    const char *a, *b;   /* OUTCOME [DATA] of a rule */
    const char *wanted;  /* p: part, d: data, c: copy */
} rows[] = {
    {"the same record", "found \"x\"", "found \"x\"", "pdc"},
    {"another one", "found \"x\"", "found \"y\"", ""},
    {"one more", "found \"x\"", "found \"x\" | \"y\"", "p"},
    {"one less", "found \"x\" | \"y\"", "found \"x\"", ""},
    {"another order", "found \"x\" | \"y\"", "found \"y\" | \"x\"", "pdc"},
    {"nothing in two forms", "nodata", "nxdomain", "pdc"},
    {"something and nothing", "found \"x\"", "nodata", ""},
    {"the same alias, whose target one does not speak of",
     "alias t.example.", "through t.example. \"x\"", "pc"},
    {"two aliases with the same data behind them",
     "through t.example. \"x\"", "through u.example. \"x\"", "pd"},
    {"an alias, and its data at the name itself",
     "through t.example. \"x\"", "found \"x\"", "pd"},
};
/* clang-format on */

static const struct answer *answers[2];

static void
analyse(void *context, struct view *view)
{
    struct name name;

    (void)context;
    name_parse(&name, SLICE("a.test"), NULL);
    answers[0] = view_lookup(view, &name, RR_TXT);
    name_parse(&name, SLICE("b.test"), NULL);
    answers[1] = view_lookup(view, &name, RR_TXT);
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct strbuf rules = STRBUF_INIT, seen = STRBUF_INIT;
        struct rulesource source;
        struct view_settings settings = {.source = &source.source};
        struct view *view;

        strbuf_addf(&rules, "* a.test TXT %s\n* b.test TXT %s\n", rows[i].a,
                    rows[i].b);
        rulesource_open(&source, rules.p);
        view = engine_run_one(&settings, "test", analyse, NULL);
        strbuf_addf(&seen, "%s%s%s",
                    answersame_part(answers[0], answers[1]) ? "p" : "",
                    answersame_data(answers[0], answers[1]) ? "d" : "",
                    answersame_copy(answers[0], answers[1]) ? "c" : "");
        is_string(rows[i].wanted, seen.p, "%s", rows[i].name);
        view_free(view);
        rulesource_close(&source);
        strbuf_clear(&rules);
        strbuf_clear(&seen);
    }
    return tap_done();
}
