/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/mailroute.c: RFC 5321 section 5.1, RFC 7505. */
#include "common/dns/mailroute.h"

#include <stdio.h>

#include "tests/audit/zoneview.h"

#define ROOT "$ORIGIN .\n. SOA ns dns 1 7200 3600 1209600 600\n. NS ns\n"
#define MX   "example.com MX 10 a.example.com\nexample.com MX 20 b.example.com\n"

static const struct {
    const char *name;
    const char *zone;
    enum mailroute_state state;
    size_t one; /* hosts asked for, when one is enough */
    size_t all; /* and when all are wanted */
} rows[] = {
    {"an MX host with an address",                 MX "a.example.com A 192.0.2.1\n",
     MAILROUTE_GOOD,                                                                                            1, 2},
    {"the second host has one",                    MX "b.example.com AAAA 2001:db8::1\n",
     MAILROUTE_GOOD,                                                                                            2, 2},
    {"no host has one",                            MX,                                    MAILROUTE_NO_ADDRESS, 2, 2},
    {"one fails, the other has none",              MX ";! a.example.com A SERVFAIL\n",
     MAILROUTE_UNKNOWN,                                                                                         2, 2},
    {"one fails, the other has one",
     MX ";! a.example.com A SERVFAIL\nb.example.com A 192.0.2.1\n",
     MAILROUTE_GOOD,                                                                                            2, 2},
    {"5321 5.1: the address of the domain itself", "example.com A 192.0.2.1\n",
     MAILROUTE_GOOD,                                                                                            0, 0},
    {"neither MX nor address",                     "example.com TXT \"x\"\n",             MAILROUTE_NO_HOST,    0,
     0                                                                                                              },
    {"no such domain",                             "",                                    MAILROUTE_NO_DOMAIN,  0, 0},
    {"7505 3: a null MX",                          "example.com MX 0 .\n",                MAILROUTE_NULL_MX,    0, 0},
    {"7505 3: a null MX beside another",
     "example.com MX 0 .\nexample.com MX 10 a.example.com\n"
     "a.example.com A 192.0.2.1\n",                                                       MAILROUTE_GOOD,       1, 1},
    {"no answer",                                  ";! example.com MX TIMEOUT\n",         MAILROUTE_UNKNOWN,    0, 0},
};

struct run {
    bool all;                   /* every host */
    enum mailroute_state state; /* the result */
    size_t hosts;               /* likewise */
    bool is_null, has_evidence; /* likewise */
};

static void
analyse(void *context, struct view *view)
{
    struct run *run = context;
    const struct mailroute *route;
    struct name domain;

    name_parse(&domain, SLICE("example.com"), NULL);
    route = mailroute_find(view, &domain, run->all);
    run->state = route->state;
    run->hosts = route->host_count;
    run->is_null = mailroute_is_null(&route->mx);
    run->has_evidence = asked_outcome(&route->address) == OUTCOME_FOUND;
}

static struct run
run_over(const char *zone, bool all)
{
    struct run run = {.all = all};
    struct zoneview zoneview;
    char text[1000];

    snprintf(text, sizeof(text), ROOT "%s", zone);
    zoneview_open(&zoneview, text, NULL);
    view_free(engine_run_one(&zoneview.settings, "test", analyse, &run));
    zoneview_close(&zoneview);
    return run;
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct run one = run_over(rows[i].zone, false);
        struct run all = run_over(rows[i].zone, true);

        is_int(rows[i].state, one.state, "%s", rows[i].name);
        is_int(rows[i].state, all.state, "%s, all hosts", rows[i].name);
        is_int((long)rows[i].one, (long)one.hosts, "%s: asked for",
               rows[i].name);
        is_int((long)rows[i].all, (long)all.hosts, "%s: asked for, all",
               rows[i].name);
        is_int(rows[i].state == MAILROUTE_NULL_MX, one.is_null, "%s: null",
               rows[i].name);
        is_int(rows[i].state == MAILROUTE_GOOD, all.has_evidence,
               "%s: the address is evidence", rows[i].name);
        is_int(rows[i].state == MAILROUTE_GOOD,
               mailroute_reason(one.state) == NULL, "%s: a reason",
               rows[i].name);
    }
    return tap_done();
}
