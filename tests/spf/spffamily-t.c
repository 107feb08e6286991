/* SPDX-License-Identifier: GPL-3.0-or-later */
/* On what implementations are known to differ, and that it is noticed. */
#include "common/spf/spffamily.h"

#include "tests/spf/fakezone.h"
#include "tests/tap/tap.h"

#define BIT(name) (1u << SPFFAMILY_##name)

/* clang-format off */
static const struct {
    const char *name, *zone;
    unsigned wanted;
} rows[] = {
    {"nothing", "example.com TXT \"v=spf1 a -all\"\n", 0},
    {"three void lookups",
     "example.com TXT \"v=spf1 a:a.x a:b.x a:c.x -all\"\n", BIT(VOIDS)},
    {"two are allowed", "example.com TXT \"v=spf1 a:a.x a:b.x -all\"\n", 0},
    {"a third one that is an include",
     "example.com TXT \"v=spf1 a:a.x a:b.x include:c.x -all\"\n", BIT(VOIDS)},
    {"eleven terms", "example.com TXT \"v=spf1 a a a a a a a a a a a\"\n"
     "example.com A 192.0.2.1\n", BIT(LOOKUPS)},
    {"below an include", "example.com TXT \"v=spf1 include:y.x -all\"\n"
     "y.x TXT \"v=spf1 a a a a a a a a a a a\"\ny.x A 192.0.2.1\n",
     BIT(LOOKUPS)},
    {"two records", "example.com TXT \"v=spf1 -all\"\n"
     "example.com TXT \"v=spf1 a -all\"\n", BIT(SEVERAL)},
    {"ipv4:", "example.com TXT \"v=spf1 ipv4:192.0.2.7 -all\"\n",
     BIT(IPV4_TERM)},
    {"another wrong word", "example.com TXT \"v=spf1 moo -all\"\n", 0},
    {"a lookalike", "example.com TXT \" v=spf1 -all\"\n", BIT(LOOKALIKE)},
    {"Sender ID", "example.com TXT \"spf2.0/pra -all\"\n", BIT(SPF2)},
    {"an include of nothing",
     "example.com TXT \"v=spf1 include:c.x -all\"\nc.x A 192.0.2.1\n",
     BIT(INCLUDE)},
    {"eleven MX names", "example.com TXT \"v=spf1 mx -all\"\n"
     "example.com MX 1 a.\nexample.com MX 2 b.\nexample.com MX 3 c.\n"
     "example.com MX 4 d.\nexample.com MX 5 e.\nexample.com MX 6 f.\n"
     "example.com MX 7 g.\nexample.com MX 8 h.\nexample.com MX 9 i.\n"
     "example.com MX 10 j.\nexample.com MX 11 k.\n", BIT(MX)},
};
/* clang-format on */

struct looking {
    unsigned cases; /* of the latest run */
};

static void
analyse(void *context, struct view *view)
{
    struct looking *looking = context;
    struct spfcheck_input input = {.sender = SLICE("a@example.com"),
                                   .helo = SLICE("mta.test")};

    address_parse(&input.ip, SLICE("203.0.113.9"), NULL);
    looking->cases = spffamily_cases(view, spfcheck_run(view, &input));
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fakezone *zone = fakezone_new(rows[i].zone);
        struct looking looking = {0};

        view_free(fakezone_run(zone, analyse, &looking));
        is_int(rows[i].wanted, looking.cases, "%s", rows[i].name);
        zone->source.ops->free(&zone->source);
    }
    return tap_done();
}
