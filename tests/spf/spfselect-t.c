/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which TXT record is the SPF record, what only looks like one, and seams. */
#include "common/spf/spfselect.h"

#include <stdio.h>
#include <string.h>

#include "tests/spf/fakezone.h"
#include "tests/tap/tap.h"

static const struct {
    const char *text;
    int wanted; /* kind, or -1: does not look like one */
    size_t at, length;
} lookalikes[] = {
    {"v=spf1 -all",                     -1,                   0, 0 },
    {"v=spf10 -all",                    SPFLOOKALIKE_VERSION, 0, 7 },
    {"v=spf1; -all",                    SPFLOOKALIKE_VERSION, 0, 7 },
    {"V=SPF2 -all",                     SPFLOOKALIKE_VERSION, 0, 6 },
    {"v=spf 1 -all",                    SPFLOOKALIKE_VERSION, 0, 5 },
    {"v=spfl am not",                   SPFLOOKALIKE_VERSION, 0, 6 },
    {"v = spf1 -all",                   SPFLOOKALIKE_VERSION, 0, 1 },
    {" v=spf1 -all",                    SPFLOOKALIKE_PREFIX,  0, 1 },
    {"\"v=spf1 -all\"",                 SPFLOOKALIKE_PREFIX,  0, 1 },
    {"\\\"v=spf1 -all",                 SPFLOOKALIKE_PREFIX,  0, 2 },
    {"\xef\xbb\xbfv=spf1 -all",         SPFLOOKALIKE_PREFIX,  0, 3 },
    {"\xe2\x80\x9cv=spf1 -all",         SPFLOOKALIKE_PREFIX,  0, 3 },
    {"spf1 -all",                       SPFLOOKALIKE_NO_V,    0, 4 },
    {"v:spf1 -all",                     SPFLOOKALIKE_NO_V,    0, 6 },
    {"spf2.0/pra -all",                 SPFLOOKALIKE_SPF2,    0, 10},
    {"v=DMARC1; p=none",                -1,                   0, 0 },
    {"google-site-verification=v=spf1", -1,                   0, 0 },
    {"spfile",                          -1,                   0, 0 },
    {"",                                -1,                   0, 0 },
};

static void
test_lookalikes(void)
{
    for (size_t i = 0; i < sizeof(lookalikes) / sizeof(*lookalikes); i++) {
        struct spflookalike like = {0};
        bool found = spfselect_resembles(slice_of(lookalikes[i].text), &like);
        char wanted[64], seen[64];

        snprintf(wanted, sizeof(wanted), "%d %zu+%zu", lookalikes[i].wanted,
                 lookalikes[i].at, lookalikes[i].length);
        snprintf(seen, sizeof(seen), "%d %zu+%zu", found ? (int)like.kind : -1,
                 like.at, like.length);
        is_string(wanted, seen, "%s", lookalikes[i].text);
    }
}

#define X50  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X236 X50 X50 X50 X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

/* "records lookalikes seams", then where the first seam is. */
/* clang-format off */
static const struct {
    const char *name, *zone, *wanted;
} selections[] = {
    {"none", "example.com TXT \"hello\"\n", "0 0 0"},
    {"one of several",
     "example.com TXT \"hello\"\nexample.com TXT \"v=spf1 -all\"\n"
     "example.com TXT \"spf2.0/pra -all\"\n", "1 1 0"},
    {"two", "example.com TXT \"v=spf1 -all\"\nexample.com TXT \"v=spf1\"\n",
     "2 0 0"},
    {"a clean seam", "example.com TXT \"v=spf1 a:x.y \" \"mx -all\"\n",
     "1 0 0"},
    {"a seam within a name",
     "example.com TXT \"v=spf1 include:_spf.exam\" \"ple.com -all\"\n",
     "1 0 0"},
    {"a seam within an address",
     "example.com TXT \"v=spf1 ip4:192.0.\" \"2.1 -all\"\n", "1 0 0"},
    {"two includes fuse",
     "example.com TXT \"v=spf1 include:a.com\" \"include:b.com -all\"\n",
     "1 0 1 20"},
    {"an all fuses", "example.com TXT \"v=spf1 include:a.com\" \"-all\"\n",
     "1 0 1 20"},
    {"a bare word, cut by hand", "example.com TXT \"v=spf1 a:x.y\" \"mx\"\n",
     "1 0 1 12"},
    {"a bare word, cut at 255", "example.com TXT \"v=spf1 a:y." X236
     "yyyyyyyy\" \"mx\"\n", "1 0 0"},
    {"an address fuses, cut at 255", "example.com TXT \"v=spf1 a:y." X236
     "yyyyyyyy\" \"ip4:1.2.3.4\"\n", "1 0 1 255"},
    {"the version fuses", "example.com TXT \"v=spf1\" \"mx -all\"\n",
     "0 1 0 joined"},
    {"other versions do not", "example.com TXT \"v=spf1\" \"0\"\n", "0 1 0"},
    {"no answer", "example.com TXT !timeout\n", "0 0 0"},
};
/* clang-format on */

static void
analyse(void *context, struct view *view)
{
    struct strbuf *out = context;
    const struct spfselect *select, *again;
    const struct answer *answer;
    struct name name;

    name_from_text(&name, SLICE("example.com"));
    answer = view_lookup(view, &name, RR_TXT);
    select = spfselect_of(view, answer);
    again = spfselect_of(view, answer);
    strbuf_cut(out, 0);
    strbuf_addf(out, "%zu %zu %zu", select->count, select->lookalike_count,
                select->seam_count);
    if (select->seam_count > 0)
        strbuf_addf(out, " %zu", select->seams[0].at);
    if (select->lookalike_count > 0
        && select->lookalikes[0].kind == SPFLOOKALIKE_JOINED)
        strbuf_add_text(out, " joined");
    if (select != again)
        strbuf_add_text(out, " parsed twice");
    if ((select->record != NULL) != (select->count == 1))
        strbuf_add_text(out, " record?");
}

static void
test_selections(void)
{
    for (size_t i = 0; i < sizeof(selections) / sizeof(*selections); i++) {
        struct fakezone *zone = fakezone_new(selections[i].zone);
        struct strbuf out = STRBUF_INIT;

        view_free(fakezone_run(zone, analyse, &out));
        is_string(selections[i].wanted, out.p, "%s", selections[i].name);
        strbuf_clear(&out);
        source_free(&zone->source);
    }
}

int
main(void)
{
    plan_lazy();
    test_lookalikes();
    test_selections();
    return tap_done();
}
