/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/audit/rotationcase.c: what two servers say of a new key, and
   what becomes of its rotation. */
#include "common/audit/rotationcase.h"

#include "tests/audit/rulesource.h"
#include "tests/audit/verifyrows.h"

/* The new key was seen everywhere long ago, its halves fit: all hangs upon
   what the servers say now. */
#define T0  1000000
#define NOW 9000000

/* One record, SEL TXT ED, of example.com: TTL 300, the negative one
   is 5. */
static const struct {
    const char *name;
    const char *rules;
    const char *verdict;
    int64_t safe_at; /* T0 + wait + 1; 0: not known */
    const char *old; /* a predecessor without records, or NULL */
} cases[] = {
    {"all have it",                                BOTH "TXT found " ED "\n",                    "safe",    T0 + 301, NULL},
    {"one lacks it",                               ONE "TXT found " ED "\n",                     "unsafe",  0,        NULL},
    {"one is silent",                              ONE "TXT found " ED "\n" TWO "TXT timeout\n", "unknown",
     0,                                                                                                               NULL},
    {"one has no known address: it is silent too",
     "resolver ns2.example.com A servfail\n"
     "resolver ns2.example.com AAAA servfail\n" ONE "TXT found " ED "\n",
     "unknown",                                                                                             0,        NULL},
    {"an alias whose end resolvers know",
     BOTH "TXT alias x.example.net\n"
          "resolver " SEL " TXT through x.example.net " ED "\n",
     "unknown",                                                                                             0,        NULL},
    {"an alias whose end its servers have",
     BOTH "TXT alias x.example.net\n" NET
          "192.0.2.3 x.example.net TXT found " ED "\n"
          "resolver " SEL " TXT through x.example.net " ED "\n",
     "safe",                                                                                                T0 + 301, NULL},
    {"an alias whose end its servers lack",
     BOTH "TXT alias x.example.net\n" NET
          "192.0.2.3 x.example.net TXT nxdomain\n"
          "resolver " SEL " TXT through x.example.net " ED "\n",
     "unsafe",                                                                                              0,        NULL},
    {"a predecessor of which nothing is planned",  BOTH "TXT found " ED "\n",
     "unknown",                                                                                             0,        "k0"},
};

struct run {
    struct verify_input input;
    struct verify_expected expected;
    struct slice data;
    struct rotationcase one;
    struct verify_facts *facts;
};

static void
analyse(void *context, struct view *view)
{
    struct run *run = context;
    struct rotationcase_seen seen;

    run->facts = verify_collect(&run->input, view);
    seen = (struct rotationcase_seen){run->facts, run->facts};
    rotationcase_collect(&run->one, &seen, view);
}

static void
set_up(struct run *run, struct arena *arena, const char *old)
{
    struct error err = ERROR_INIT;

    *run = (struct run){
        .one = {.domain = "c.example.com",
                .fresh = "k1",
                .old = old,
                .fresh_set = {0, 1},
                .facts = {.now = NOW, .published = T0}}
    };
    name_parse(&run->expected.owner, SLICE(SEL), NULL);
    name_parse(&run->expected.zone, SLICE("example.com"), NULL);
    run->expected.type = RR_TXT;
    if (record_parse(arena, RR_TXT, SLICE(ED), &run->data, &err) != ST_OK)
        bail("%s", err.text);
    run->expected.data = &run->data;
    run->expected.count = 1;
    name_parse(&run->input.domain, SLICE("c.example.com"), NULL);
    run->input.expected = &run->expected;
    run->input.expected_count = 1;
}

static void
test_case(size_t i)
{
    struct arena *arena = arena_new();
    struct rulesource source;
    struct view_settings settings = {.source = &source.source, .seed = 7};
    struct view *view;
    struct run run;

    set_up(&run, arena, cases[i].old);
    rulesource_open(&source,
                    arena_printf(arena, "%s%s", cases[i].rules, WORLD));
    view = engine_run_one(&settings, "c", analyse, &run);
    is_string(cases[i].verdict, rotation_word(run.one.decision.verdict), "%s",
              cases[i].name);
    is_int(cases[i].safe_at, run.one.decision.safe_at, "%s: from when",
           cases[i].name);
    view_free(view);
    rulesource_close(&source);
    arena_free(arena);
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        test_case(i);
    return tap_done();
}
