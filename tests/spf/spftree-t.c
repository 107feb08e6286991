/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The worst case of a record: counts, what breaks a tree, bounds. */
#include "common/spf/spftree.h"

#include <limits.h>
#include <string.h>

#include "tests/spf/fakezone.h"
#include "tests/tap/tap.h"

#define WORLD                                                                 \
    "v4.example.com A 192.0.2.7\n"                                            \
    "v6.example.com AAAA 2001:db8::7\n"                                       \
    "dead.example.com ANY !timeout\n"                                         \
    "one.example.net TXT \"v=spf1 a:v4.example.com -all\"\n"                  \
    "two.example.net TXT \"v=spf1 include:one.example.net mx ?all\"\n"        \
    "two.example.net MX 10 v4.example.com.\n"                                 \
    "broken.example.net TXT \"v=spf1 moo\"\n"                                 \
    "none.example.net TXT \"hello\"\n"                                        \
    "loop.example.net TXT \"v=spf1 include:loop.example.net\"\n"              \
    "five.example.net TXT \"v=spf1 a:v4.example.com a:v4.example.com"         \
    " a:v4.example.com a:v4.example.com a:v4.example.com\"\n"

/* "result lookups voids all default", "-" for null. */
/* clang-format off */
static const struct {
    const char *name, *record, *more, *wanted;
} rows[] = {
    {"no record", NULL, NULL, "none - - - -"},
    {"no such name", NULL, "", "none - - - -"},
    {"no answer", NULL, "example.com TXT !servfail\n", "temperror - - - -"},
    {"two records", "v=spf1", "example.com TXT \"v=spf1 -all\"\n",
     "permerror - - - -"},
    {"syntax", "v=spf1 moo -all", NULL, "permerror - - - -"},
    {"empty", "v=spf1", NULL, "ok 0 0 - neutral"},
    {"free terms", "v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 exp=x.y -all", NULL,
     "ok 0 0 - fail"},
    {"a", "v=spf1 a:v4.example.com ~all", NULL, "ok 1 0 ~ softfail"},
    {"a of one family is not void", "v=spf1 a:v6.example.com ~all", NULL,
     "ok 1 0 ~ softfail"},
    {"a of none is", "v=spf1 a:x.example.com ?all", NULL, "ok 1 1 ? neutral"},
    {"mx without MX", "v=spf1 mx:v4.example.com +all", NULL, "ok 1 1 + pass"},
    {"mx with a void host", "v=spf1 mx -all",
     "example.com MX 10 v4.example.com.\nexample.com MX 20 x.y.\n",
     "ok 1 1 - fail"},
    {"null mx", "v=spf1 mx -all", "example.com MX 0 .\n", "ok 1 0 - fail"},
    {"exists", "v=spf1 exists:v4.example.com -all", NULL, "ok 1 0 - fail"},
    {"exists, void", "v=spf1 exists:v6.example.com -all", NULL,
     "ok 1 1 - fail"},
    {"exists, by sender", "v=spf1 exists:%{i}.x.y -all", NULL,
     "ok 1 0 - fail"},
    {"ptr", "v=spf1 ptr -all", NULL, "ok 1 0 - fail"},
    {"%{d} and %{o} are known", "v=spf1 exists:%{d}.ok a:%{o}.ok -all",
     "example.com.ok A 127.0.0.2\n", "ok 2 0 - fail"},
    {"include", "v=spf1 include:one.example.net -all", NULL, "ok 2 0 - fail"},
    {"nested", "v=spf1 include:two.example.net -all", NULL, "ok 4 0 - fail"},
    {"repeated, and counted again",
     "v=spf1 include:two.example.net include:two.example.net -all", NULL,
     "ok 8 0 - fail"},
    {"after all", "v=spf1 a:v4.example.com -all include:none.example.net",
     NULL, "ok 1 0 - fail"},
    {"redirect", "v=spf1 redirect=two.example.net", NULL, "ok 4 0 - neutral"},
    {"redirect beside all", "v=spf1 redirect=none.example.net a -all",
     "example.com A 192.0.2.7\n", "ok 1 0 - fail"},
    {"ten", "v=spf1 include:five.example.net a:v4.example.com"
     " a:v4.example.com a:v4.example.com a:v4.example.com -all", NULL,
     "ok 10 0 - fail"},
    {"twelve", "v=spf1 include:five.example.net include:five.example.net"
     " -all", NULL, "permerror 12 0 - fail"},
    {"three void", "v=spf1 a:x.y mx:v4.example.com exists:z.y -all", NULL,
     "permerror 3 3 - fail"},
    {"eleven MX names", "v=spf1 mx -all",
     "example.com MX 1 a.\nexample.com MX 2 b.\nexample.com MX 3 c.\n"
     "example.com MX 4 d.\nexample.com MX 5 e.\nexample.com MX 6 f.\n"
     "example.com MX 7 g.\nexample.com MX 8 h.\nexample.com MX 9 i.\n"
     "example.com MX 10 j.\nexample.com MX 11 k.\n", "permerror 1 0 - fail"},
    {"include of none", "v=spf1 include:none.example.net -all", NULL,
     "permerror - - - fail"},
    {"include of no name", "v=spf1 include:nx.example.net -all", NULL,
     "permerror - - - fail"},
    {"include of a broken record", "v=spf1 include:broken.example.net -all",
     NULL, "permerror - - - fail"},
    {"include without an answer", "v=spf1 include:dead.example.com -all", NULL,
     "temperror - - - fail"},
    {"in a circle", "v=spf1 include:example.com -all", NULL,
     "permerror - - - fail"},
    {"in a circle below", "v=spf1 include:loop.example.net ~all", NULL,
     "permerror - - ~ softfail"},
    {"redirect to none", "v=spf1 redirect=none.example.net", NULL,
     "permerror - - - -"},
    {"a without an answer", "v=spf1 a:dead.example.com -all", NULL,
     "temperror 1 - - fail"},
    {"the first of two troubles",
     "v=spf1 a:dead.example.com include:none.example.net -all", NULL,
     "temperror - - - fail"},
    {"the other way round",
     "v=spf1 include:none.example.net a:dead.example.com -all", NULL,
     "permerror - - - fail"},
    {"the limit comes before the trouble",
     "v=spf1 include:five.example.net include:five.example.net"
     " a:dead.example.com -all", NULL, "permerror 13 - - fail"},
    {"an include by sender", "v=spf1 include:%{i}.x.y a:v4.example.com -all",
     NULL, "ok 2 0 - fail"},
    {"an address in two strings", "v=spf1 ip4:192.0.\" \"2.1 -all", NULL,
     "ok 0 0 - fail"},
};
/* clang-format on */

static void
add_member(struct strbuf *out, const struct value *facts, const char *name)
{
    const struct value *value = value_get(facts, name);

    if (out->n > 0)
        strbuf_add_char(out, ' ');
    if (value_is_null(value))
        strbuf_add_char(out, '-');
    else if (value_kind(value) == VALUE_NUMBER)
        strbuf_addf(out, "%lld", (long long)value_as_number(value));
    else
        strbuf_add_text(out, value_as_text(value));
}

struct job {
    struct strbuf facts, json, networks;
    size_t nodes, questions, asked;
    uint32_t lookups;
    unsigned height;
    const char *cut; /* literal */
    bool exact, dynamic;
};

static void
add_networks(struct job *job, struct view *view, const struct spfnode *node)
{
    size_t count;
    struct spfcidr *list =
        spfset_cidrs(view_run_arena(view), &node->granted, &count);

    strbuf_cut(&job->networks, 0);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            strbuf_add_char(&job->networks, ' ');
        address_present(&list[i].address, &job->networks);
        strbuf_addf(&job->networks, "/%u", list[i].bits);
    }
}

static void
analyse(void *context, struct view *view)
{
    struct job *job = context;
    const struct spftree *tree;
    const struct value *facts;
    struct name domain;

    name_from_text(&domain, SLICE("example.com"));
    tree = spftree_walk(view, &domain);
    facts = spftree_facts(view_run_arena(view), tree);
    strbuf_cut(&job->facts, 0);
    strbuf_cut(&job->json, 0);
    add_member(&job->facts, facts, "result");
    add_member(&job->facts, facts, "lookups");
    add_member(&job->facts, facts, "void_lookups");
    add_member(&job->facts, facts, "all");
    add_member(&job->facts, facts, "default");
    if (tree->node_count < 20)
        value_json(spftree_value(view_run_arena(view), tree), 0, &job->json);
    add_networks(job, view, tree->root);
    job->nodes = tree->node_count;
    job->questions = tree->questions;
    job->lookups = tree->root->lookups;
    job->height = tree->root->height;
    job->cut = tree->cut;
    job->exact = tree->root->is_granted_exact;
    job->dynamic = tree->root->is_dynamic;
    job->asked = view_asked(view);
}

static void
run_job(struct job *job, const char *record, const char *more, bool is_late)
{
    struct strbuf text = STRBUF_INIT;
    struct fakezone *zone;

    *job = (struct job){STRBUF_INIT, STRBUF_INIT, STRBUF_INIT, .cut = NULL};
    strbuf_add_text(&text, WORLD);
    if (record != NULL)
        strbuf_addf(&text, "example.com TXT \"%s\"\n", record);
    strbuf_add_text(&text, more == NULL ? "" : more);
    zone = fakezone_new(text.p);
    zone->is_late = is_late;
    view_free(fakezone_run(zone, analyse, job));
    source_free(&zone->source);
    strbuf_clear(&text);
}

static void
clear_job(struct job *job)
{
    strbuf_clear(&job->facts);
    strbuf_clear(&job->json);
    strbuf_clear(&job->networks);
}

static void
test_rows(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct job early, late;

        run_job(&early, rows[i].record, rows[i].more, false);
        run_job(&late, rows[i].record, rows[i].more, true);
        is_string(rows[i].wanted, early.facts.p, "%s", rows[i].name);
        is_string(early.json.p, late.json.p, "%s: the same late",
                  rows[i].name);
        clear_job(&early);
        clear_job(&late);
    }
}

/* Addresses that pass, "?" behind them when the sender matters. */
/* clang-format off */
static const struct {
    const char *name, *record, *more, *wanted;
} grants[] = {
    {"networks", "v=spf1 ip4:192.0.2.0/25 ip4:192.0.2.128/25 -all", NULL,
     "192.0.2.0/24"},
    {"an earlier -ip4 takes its part",
     "v=spf1 -ip4:192.0.2.0/25 ip4:192.0.2.0/24 -all", NULL, "192.0.2.128/25"},
    {"a later one does not", "v=spf1 ip4:192.0.2.0/24 -ip4:192.0.2.0/25", NULL,
     "192.0.2.0/24"},
    {"?ip4 takes as well", "v=spf1 ?ip4:192.0.2.1 ip4:192.0.2.0/31", NULL,
     "192.0.2.0/32"},
    {"+all behind", "v=spf1 -ip4:0.0.0.0/1 all", NULL, "128.0.0.0/1 ::/0"},
    {"a with prefixes", "v=spf1 a:b.example.com/24//64 -all",
     "b.example.com A 192.0.2.7\nb.example.com AAAA 2001:db8::7\n",
     "192.0.2.0/24 2001:db8::/64"},
    {"mx", "v=spf1 mx -all", "example.com MX 1 v4.example.com.\n",
     "192.0.2.7/32"},
    {"include", "v=spf1 include:i.example.net -all",
     "i.example.net TXT \"v=spf1 -ip4:192.0.2.1 ip4:192.0.2.0/30 ?all\"\n",
     "192.0.2.0/32 192.0.2.2/31"},
    {"include with ?all passes none of it", "v=spf1 include:i.example.net",
     "i.example.net TXT \"v=spf1 ?all\"\n", ""},
    {"-include", "v=spf1 -include:one.example.net ip4:192.0.2.6/31", NULL,
     "192.0.2.6/32"},
    {"redirect", "v=spf1 -ip4:192.0.2.7 ip4:192.0.2.1"
     " redirect=one.example.net", NULL, "192.0.2.1/32"},
    {"exists that is there", "v=spf1 exists:v4.example.com -all", NULL,
     "0.0.0.0/0 ::/0"},
    {"exists by sender", "v=spf1 exists:%{i}.x.y ip4:192.0.2.1", NULL,
     "192.0.2.1/32?"},
    {"ptr below", "v=spf1 include:i.example.net ip4:192.0.2.1",
     "i.example.net TXT \"v=spf1 ptr\"\n", "192.0.2.1/32?"},
    {"no answer", "v=spf1 a:dead.example.com ip4:192.0.2.1", NULL,
     "192.0.2.1/32?"},
};
/* clang-format on */

static void
test_grants(void)
{
    for (size_t i = 0; i < sizeof(grants) / sizeof(*grants); i++) {
        struct job job;

        run_job(&job, grants[i].record, grants[i].more, false);
        if (!job.exact)
            strbuf_add_char(&job.networks, '?');
        is_string(grants[i].wanted, job.networks.p, "%s", grants[i].name);
        clear_job(&job);
    }
}

/* The record of n<owner> (ROOT: example.com): count terms, numbered on from
   first. */
#define ROOT UINT_MAX
static void
add_line(struct strbuf *out, unsigned owner, const char *term, unsigned first,
         unsigned count)
{
    bool is_address = strncmp(term, "ip4:", 4) == 0;

    if (owner == ROOT)
        strbuf_add_text(out, "example.com");
    else
        strbuf_addf(out, "n%u.bomb.example", owner);
    strbuf_add_text(out, " TXT \"v=spf1\"");
    for (unsigned i = first; i < first + count; i++)
        strbuf_addf(out, " \" %s%u%s\"", term, i,
                    is_address ? "" : ".bomb.example");
    strbuf_add_char(out, '\n');
}

/* Thousands of names, in breadth and in depth. */
static void
test_bombs(void)
{
    struct strbuf text = STRBUF_INIT;
    struct job job;

    add_line(&text, ROOT, "include:n", 0, 2000);
    run_job(&job, NULL, text.p, false);
    is_string("domains", job.cut, "2,000 includes: cut off");
    is_int(SPFTREE_NODES_MAX, (long long)job.nodes, "so many are fetched");
    is_int(2000, job.lookups, "and all of them counted");
    clear_job(&job);

    /* each level includes all of the next one: 20^5 paths */
    strbuf_cut(&text, 0);
    add_line(&text, ROOT, "include:n", 0, 20);
    for (unsigned level = 0; level < 5; level++)
        for (unsigned i = 0; i < 20; i++)
            add_line(&text, level * 100 + i, "include:n", level * 100 + 100,
                     20);
    for (unsigned i = 0; i < 20; i++)
        add_line(&text, 500 + i, "ip4:192.0.2.", i, 1);
    run_job(&job, NULL, text.p, false);
    is_string("permerror 1000000 0 - neutral", job.facts.p,
              "fan-out: counts end at a million");
    is_int(121, (long long)job.nodes, "and each domain is walked once");
    is_string("192.0.2.0/28 192.0.2.16/30", job.networks.p,
              "what it grants is known all the same");
    clear_job(&job);

    strbuf_cut(&text, 0);
    add_line(&text, ROOT, "include:n", 0, 1);
    for (unsigned i = 0; i < 100; i++)
        add_line(&text, i, "include:n", i + 1, 1);
    run_job(&job, NULL, text.p, false);
    is_string("depth", job.cut, "100 deep: cut off");
    is_string("permerror 20 0 - neutral", job.facts.p, "and too many");
    clear_job(&job);

    strbuf_cut(&text, 0);
    add_line(&text, ROOT, "a:n", 0, 2000);
    run_job(&job, NULL, text.p, false);
    is_string("questions", job.cut, "2,000 a terms: cut off");
    ok(job.asked <= SPFTREE_QUESTIONS_MAX, "at so many questions");
    is_int(2000, job.lookups, "all counted");
    clear_job(&job);

    strbuf_cut(&text, 0);
    add_line(&text, ROOT, "%{p}", 0, 1000);
    run_job(&job, NULL, text.p, false);
    is_string("permerror - - - -", job.facts.p, "1,000 words");
    clear_job(&job);
    strbuf_clear(&text);
}

static void
test_shape(void)
{
    struct job job;

    run_job(&job, "v=spf1 include:two.example.net -all", NULL, false);
    is_int(2, job.height, "levels of includes");
    is_int(3, (long long)job.nodes, "records");
    ok(!job.dynamic, "nothing depends on the sender");
    clear_job(&job);
    run_job(&job, "v=spf1 exists:%{l}.x.y -all", NULL, false);
    ok(job.dynamic, "but here it does");
    ok(strstr(job.json.p, "\"state\":\"dynamic\"") != NULL,
       "and the term says so");
    clear_job(&job);
}

int
main(void)
{
    plan_lazy();
    test_rows();
    test_grants();
    test_bombs();
    test_shape();
    return tap_done();
}
