/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_host(): results, counts and explanations, answers early and late. */
#include "common/spf/spfcheck.h"

#include <stdio.h>
#include <string.h>

#include "tests/spf/fakezone.h"
#include "tests/tap/tap.h"

/* What every row may use. */
#define WORLD                                                                 \
    "v4.example.com A 192.0.2.7\n"                                            \
    "v6.example.com AAAA 2001:db8::7\n"                                       \
    "both.example.com A 192.0.2.7\n"                                          \
    "both.example.com AAAA 2001:db8::7\n"                                     \
    "empty.example.com TXT \"nothing\"\n"                                     \
    "dead.example.com ANY !timeout\n"                                         \
    "pass.example.net TXT \"v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32\"\n"    \
    "fail.example.net TXT \"v=spf1 -all\"\n"                                  \
    "soft.example.net TXT \"v=spf1 ~all\"\n"                                  \
    "neutral.example.net TXT \"v=spf1 ?all\"\n"                               \
    "broken.example.net TXT \"v=spf1 moo\"\n"                                 \
    "none.example.net TXT \"hello\"\n"                                        \
    "7.2.0.192.in-addr.arpa PTR both.example.com.\n"                          \
    "7.2.0.192.in-addr.arpa PTR liar.example.com.\n"                          \
    "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2"         \
    ".ip6.arpa PTR both.example.com.\n"                                       \
    "9.2.0.192.in-addr.arpa PTR !servfail\n"                                  \
    "ok.example.org A 127.0.0.2\n"                                            \
    "exp.example.com TXT \"%{i} may not send as %{d}\"\n"

/* "result lookups voids", then the explanation if there is one. */
/* clang-format off */
static const struct {
    const char *name;   /* what is shown */
    const char *ip;     /* client */
    const char *record; /* TXT of example.com; NULL: none */
    const char *more;   /* further lines of the zone, or NULL */
    const char *wanted; /* see above */
} rows[] = {
    {"no record", "192.0.2.7", NULL, NULL, "none 0 0"},
    {"no such domain", "192.0.2.7", NULL, "", "none 0 0"},
    {"empty record", "192.0.2.7", "v=spf1", NULL, "neutral 0 0"},
    {"two records", "192.0.2.7", "v=spf1 -all",
     "example.com TXT \"v=spf1 ~all\"\n", "permerror 0 0"},
    {"beside other TXT", "192.0.2.7", "v=spf1 -all",
     "example.com TXT \"v=spf10 +all\"\n", "fail 0 0"},
    {"strings join", "192.0.2.7", "v=spf1 ip4:192\" \".0.2.7 -all", NULL,
     "pass 0 0"},
    {"type 99 is not looked at", "192.0.2.7", NULL,
     "example.com TYPE99 \\# 12 0b763d73706631202b616c6c\n", "none 0 0"},
    {"error behind a match", "192.0.2.7", "v=spf1 ip4:192.0.2.7 moo", NULL,
     "permerror 0 0"},
    {"all", "192.0.2.7", "v=spf1 all", NULL, "pass 0 0"},
    {"?all", "192.0.2.7", "v=spf1 ?all", NULL, "neutral 0 0"},
    {"~all", "192.0.2.7", "v=spf1 ~all", NULL, "softfail 0 0"},
    {"terms after all", "192.0.2.7", "v=spf1 -all a a a a a a a a a a a", NULL,
     "fail 0 0"},
    {"ip4", "192.0.2.7", "v=spf1 ip4:192.0.2.0/29 -all", NULL, "pass 0 0"},
    {"ip4 beyond", "192.0.2.8", "v=spf1 ip4:192.0.2.0/29 -all", NULL,
     "fail 0 0"},
    {"ip4 /0", "203.0.113.1", "v=spf1 ip4:192.0.2.0/0 -all", NULL, "pass 0 0"},
    {"ip4 and an IPv6 client", "::1", "v=spf1 ip4:0.0.0.0/0 -all", NULL,
     "fail 0 0"},
    {"ip6", "2001:db8::7", "v=spf1 ip6:2001:db8::/45 -all", NULL, "pass 0 0"},
    {"ip6 beyond", "2001:db8:8::7", "v=spf1 ip6:2001:db8::/45 -all", NULL,
     "fail 0 0"},
    {"mapped client is IPv4", "::ffff:192.0.2.7",
     "v=spf1 -ip6:::ffff:192.0.2.7 ip4:192.0.2.7 -all", NULL, "pass 0 0"},
    {"a", "192.0.2.7", "v=spf1 a:v4.example.com -all", NULL, "pass 1 0"},
    {"a of the domain itself", "192.0.2.7", "v=spf1 a -all",
     "example.com A 192.0.2.7\n", "pass 1 0"},
    {"a with a prefix", "192.0.2.99", "v=spf1 a:v4.example.com/24 -all", NULL,
     "pass 1 0"},
    {"a, AAAA", "2001:db8::7", "v=spf1 a:both.example.com -all", NULL,
     "pass 1 0"},
    {"a, IPv6 prefix", "2001:db8::99", "v=spf1 a:v6.example.com//64 -all",
     NULL, "pass 1 0"},
    {"a without AAAA is void", "2001:db8::7", "v=spf1 a:v4.example.com -all",
     NULL, "fail 1 1"},
    {"a, dead", "192.0.2.7", "v=spf1 a:dead.example.com -all", NULL,
     "temperror 1 0"},
    {"a, empty label", "192.0.2.7", "v=spf1 a:v4..example.com -all", NULL,
     "fail 1 0"},
    {"a through an alias", "192.0.2.7", "v=spf1 a:alias.example.com -all",
     "alias.example.com CNAME v4.example.com\n", "pass 1 0"},
    {"a, alias in a circle", "192.0.2.7", "v=spf1 a:alias.example.com -all",
     "alias.example.com CNAME alias.example.com\n", "temperror 1 0"},
    {"mx", "192.0.2.7", "v=spf1 mx -all",
     "example.com MX 10 v4.example.com.\n", "pass 1 0"},
    {"mx of none", "192.0.2.7", "v=spf1 mx:v4.example.com -all", NULL,
     "fail 1 1"},
    {"null mx", "192.0.2.7", "v=spf1 mx -all", "example.com MX 0 .\n",
     "fail 1 0"},
    {"mx, a dead host behind the match", "192.0.2.7", "v=spf1 mx -all",
     "example.com MX 20 dead.example.com.\n"
     "example.com MX 10 v4.example.com.\n", "pass 1 0"},
    {"mx, a dead host before the match", "192.0.2.7", "v=spf1 mx -all",
     "example.com MX 20 v4.example.com.\n"
     "example.com MX 10 dead.example.com.\n", "temperror 1 0"},
    {"mx, two empty hosts are one void term", "192.0.2.7", "v=spf1 mx -all",
     "example.com MX 20 e1.example.com.\n"
     "example.com MX 10 e2.example.com.\n", "fail 1 1"},
    {"mx with ten names", "192.0.2.7", "v=spf1 mx -all",
     "example.com MX 1 a.\nexample.com MX 2 b.\nexample.com MX 3 c.\n"
     "example.com MX 4 d.\nexample.com MX 5 e.\nexample.com MX 6 f.\n"
     "example.com MX 7 g.\nexample.com MX 8 h.\nexample.com MX 9 i.\n"
     "example.com MX 10 v4.example.com.\n", "pass 1 1"},
    {"mx with eleven names", "192.0.2.7", "v=spf1 mx -all",
     "example.com MX 1 v4.example.com.\n"
     "example.com MX 1 a.\nexample.com MX 2 b.\nexample.com MX 3 c.\n"
     "example.com MX 4 d.\nexample.com MX 5 e.\nexample.com MX 6 f.\n"
     "example.com MX 7 g.\nexample.com MX 8 h.\nexample.com MX 9 i.\n"
     "example.com MX 10 j.\n", "permerror 1 0"},
    {"ptr", "192.0.2.7", "v=spf1 ptr:example.com -all", NULL, "pass 1 1"},
    {"ptr, exactly", "192.0.2.7", "v=spf1 ptr:BOTH.example.com -all", NULL,
     "pass 1 1"},
    {"ptr, not below", "192.0.2.7", "v=spf1 ptr:oth.example.com -all", NULL,
     "fail 1 1"},
    {"ptr, IPv6", "2001:db8::7", "v=spf1 ptr -all", NULL, "pass 1 0"},
    {"ptr of none", "192.0.2.8", "v=spf1 ptr -all", NULL, "fail 1 1"},
    {"ptr, lookup fails", "192.0.2.9", "v=spf1 ptr -all", NULL, "fail 1 0"},
    {"ptr, a name that fails is skipped", "192.0.2.7", "v=spf1 ptr -all",
     "7.2.0.192.in-addr.arpa PTR dead.example.com.\n", "pass 1 1"},
    {"exists", "192.0.2.7", "v=spf1 exists:ok.example.org -all", NULL,
     "pass 1 0"},
    {"exists asks A for IPv6 too", "2001:db8::7",
     "v=spf1 exists:ok.example.org -all", NULL, "pass 1 0"},
    {"exists, AAAA alone", "2001:db8::7", "v=spf1 exists:v6.example.com -all",
     NULL, "fail 1 1"},
    {"exists, dead", "192.0.2.7", "v=spf1 exists:dead.example.com -all", NULL,
     "temperror 1 0"},
    {"include, pass", "192.0.2.7", "v=spf1 include:pass.example.net -all",
     NULL, "pass 1 0"},
    {"-include, pass", "192.0.2.7", "v=spf1 -include:pass.example.net +all",
     NULL, "fail 1 0"},
    {"include, fail", "192.0.2.7", "v=spf1 include:fail.example.net ~all",
     NULL, "softfail 1 0"},
    {"include, softfail", "192.0.2.7", "v=spf1 include:soft.example.net -all",
     NULL, "fail 1 0"},
    {"include, neutral", "192.0.2.7",
     "v=spf1 include:neutral.example.net -all", NULL, "fail 1 0"},
    {"include, none", "192.0.2.7", "v=spf1 include:none.example.net +all",
     NULL, "permerror 1 0"},
    {"include, no such name", "192.0.2.7",
     "v=spf1 include:nx.example.net +all", NULL, "permerror 1 1"},
    {"include, permerror", "192.0.2.7",
     "v=spf1 include:broken.example.net +all", NULL, "permerror 1 0"},
    {"include, temperror", "192.0.2.7", "v=spf1 include:dead.example.com +all",
     NULL, "temperror 1 0"},
    {"include behind a match", "192.0.2.7",
     "v=spf1 ip4:192.0.2.7 include:dead.example.com -all", NULL, "pass 0 0"},
    {"include of one label", "192.0.2.7", "v=spf1 include:%{d1} +all", NULL,
     "permerror 1 0"},
    {"include, <domain> is restored", "192.0.2.7",
     "v=spf1 include:fail.example.net exists:%{d}.ok -all",
     "example.com.ok A 127.0.0.2\n", "pass 2 0"},
    {"redirect", "192.0.2.7", "v=spf1 redirect=pass.example.net", NULL,
     "pass 1 0"},
    {"redirect, fail", "192.0.2.7", "v=spf1 redirect=fail.example.net", NULL,
     "fail 1 0"},
    {"redirect before a mechanism", "192.0.2.8",
     "v=spf1 redirect=fail.example.net ip4:192.0.2.8", NULL, "pass 0 0"},
    {"redirect beside all", "192.0.2.8",
     "v=spf1 redirect=broken.example.net ~all", NULL, "softfail 0 0"},
    {"redirect, none", "192.0.2.7", "v=spf1 redirect=none.example.net", NULL,
     "permerror 1 0"},
    {"redirect, malformed", "192.0.2.7", "v=spf1 redirect=a..example.net",
     NULL, "permerror 1 0"},
    {"redirect changes <domain>", "192.0.2.7", "v=spf1 redirect=r.example.net",
     "r.example.net TXT \"v=spf1 a -all\"\nr.example.net A 192.0.2.7\n",
     "pass 2 0"},
    {"ten terms", "192.0.2.7",
     "v=spf1 a a a a a a a a a a:v4.example.com -all",
     "example.com A 192.0.2.1\n", "pass 10 0"},
    {"eleven terms", "192.0.2.7",
     "v=spf1 a a a a a a a a a a a:v4.example.com -all",
     "example.com A 192.0.2.1\n", "permerror 11 0"},
    {"eleven terms, match before", "192.0.2.7",
     "v=spf1 a:v4.example.com a a a a a a a a a a -all",
     "example.com A 192.0.2.1\n", "pass 1 0"},
    {"terms in includes count", "192.0.2.7",
     "v=spf1 include:i.example.net include:i.example.net -all",
     "i.example.net TXT \"v=spf1 a a a a\"\ni.example.net A 192.0.2.1\n",
     "fail 10 0"},
    {"one more", "192.0.2.7",
     "v=spf1 include:i.example.net include:i.example.net exists:x.y -all",
     "i.example.net TXT \"v=spf1 a a a a\"\ni.example.net A 192.0.2.1\n",
     "permerror 11 0"},
    {"include in a circle", "192.0.2.7", "v=spf1 include:example.com -all",
     NULL, "permerror 11 0"},
    {"redirect in a circle", "192.0.2.7", "v=spf1 redirect=example.com", NULL,
     "permerror 11 0"},
    {"two void terms", "192.0.2.7",
     "v=spf1 a:x.example.org exists:y.example.org -all", NULL, "fail 2 2"},
    {"three void terms", "192.0.2.7",
     "v=spf1 a:x.example.org mx:v4.example.com exists:y.example.org -all",
     NULL, "permerror 3 3"},
    {"exp costs nothing", "192.0.2.7",
     "v=spf1 a:x.example.org a:y.example.org exp=nx.example.org -all", NULL,
     "fail 2 2"},
    {"explanation", "192.0.2.7", "v=spf1 exp=exp.example.com -all", NULL,
     "fail 0 0 192.0.2.7 may not send as example.com"},
    {"explanation of a softfail", "192.0.2.7",
     "v=spf1 exp=exp.example.com ~all", NULL, "softfail 0 0"},
    {"redirect drops exp", "192.0.2.7",
     "v=spf1 exp=exp.example.com redirect=fail.example.net", NULL, "fail 1 0"},
    {"redirect has its own", "192.0.2.7", "v=spf1 redirect=e.example.net",
     "e.example.net TXT \"v=spf1 exp=exp.example.com -all\"\n",
     "fail 1 0 192.0.2.7 may not send as e.example.net"},
    {"include's is not used", "192.0.2.7",
     "v=spf1 -include:e.example.net exp=exp.example.com",
     "e.example.net TXT \"v=spf1 exp=none.example.net +all\"\n",
     "fail 1 0 192.0.2.7 may not send as example.com"},
    {"two texts", "192.0.2.7", "v=spf1 exp=exp.example.com -all",
     "exp.example.com TXT \"another\"\n", "fail 0 0"},
    {"no text", "192.0.2.7", "v=spf1 exp=v4.example.com -all", NULL,
     "fail 0 0"},
    {"dead", "192.0.2.7", "v=spf1 exp=dead.example.com -all", NULL,
     "fail 0 0"},
    {"not ASCII", "192.0.2.7", "v=spf1 exp=u.example.com -all",
     "u.example.com TXT \"\\195\\182\"\n", "fail 0 0"},
    {"malformed", "192.0.2.7", "v=spf1 exp=u.example.com -all",
     "u.example.com TXT \"%{x}\"\n", "fail 0 0"},
    {"%{p}", "192.0.2.7", "v=spf1 exp=u.example.com -all",
     "u.example.com TXT \"%{p} %{c} %{r} %{h}\"\n",
     "fail 0 0 both.example.com 192.0.2.7 unknown mta.example.com"},
    {"%{p}, none", "192.0.2.8", "v=spf1 exp=u.example.com -all",
     "u.example.com TXT \"%{p}\"\n", "fail 0 0 unknown"},
    {"%{p} in a term", "192.0.2.7", "v=spf1 exists:%{p}.ok -all",
     "both.example.com.ok A 127.0.0.2\n", "pass 1 0"},
};
/* clang-format on */

struct job {
    struct spfcheck_input input;
    struct strbuf *out; /* the result as a line */
    struct strbuf *json;
};

static void
analyse(void *context, struct view *view)
{
    struct job *job = context;
    const struct spfcheck *check = spfcheck_run(view, &job->input);

    strbuf_cut(job->out, 0);
    strbuf_addf(job->out, "%s %u %u", spfresult_word(check->result),
                check->lookups, check->voids);
    if (check->explanation.p != NULL) {
        strbuf_add_char(job->out, ' ');
        strbuf_add_slice(job->out, check->explanation);
    }
    if (job->json == NULL)
        return;
    strbuf_cut(job->json, 0);
    value_json(spfcheck_value(view_run_arena(view), check), 0, job->json);
}

static void
run_job(struct job *job, const char *zone_text, bool is_late)
{
    struct fakezone *zone = fakezone_new(zone_text);

    zone->is_late = is_late;
    view_free(fakezone_run(zone, analyse, job));
    source_free(&zone->source);
}

static struct spfcheck_input
input_of(const char *ip, const char *sender, const char *helo)
{
    struct spfcheck_input input = {.sender = slice_of(sender),
                                   .helo = slice_of(helo)};

    address_parse(&input.ip, slice_of(ip), NULL);
    return input;
}

static void
test_rows(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct strbuf zone = STRBUF_INIT, early = STRBUF_INIT;
        struct strbuf late = STRBUF_INIT, json = STRBUF_INIT;
        struct strbuf json_late = STRBUF_INIT;
        struct job job = {
            input_of(rows[i].ip, "user@example.com", "mta.example.com"),
            &early, &json};

        strbuf_add_text(&zone, WORLD);
        if (rows[i].record != NULL)
            strbuf_addf(&zone, "example.com TXT \"%s\"\n", rows[i].record);
        strbuf_add_text(&zone, rows[i].more == NULL ? "" : rows[i].more);
        run_job(&job, zone.p, false);
        is_string(rows[i].wanted, early.p, "%s", rows[i].name);
        job.out = &late;
        job.json = &json_late;
        run_job(&job, zone.p, true);
        is_string(json.p, json_late.p, "%s: the same trace late",
                  rows[i].name);
        strbuf_clear(&zone);
        strbuf_clear(&early);
        strbuf_clear(&late);
        strbuf_clear(&json);
        strbuf_clear(&json_late);
    }
}

/* Identities: sections 2.4 and 4.3, RFC 8616. */
/* clang-format off */
static const struct {
    const char *name, *sender, *helo, *wanted;
} identities[] = {
    {"null path", "", "h.example.org",
     "fail 0 0 postmaster@h.example.org h.example.org"},
    {"no local part", "@s.example.org", "h.example.org",
     "fail 0 0 postmaster@s.example.org h.example.org"},
    {"no @", "s.example.org", "h.example.org",
     "fail 0 0 postmaster@s.example.org h.example.org"},
    {"the last @ counts", "a@b@s.example.org", "h.example.org",
     "fail 0 0 a@b@s.example.org h.example.org"},
    {"a final dot", "a@s.example.org.", "h.example.org.",
     "fail 0 0 a@s.example.org h.example.org"},
    {"U-labels", "a@b\xc3\xbc" "cher.example", "h.example.org",
     "fail 0 0 a@xn--bcher-kva.example h.example.org"},
    {"one label", "a@localhost", "h.example.org", "none 0 0"},
    {"literal", "a@[192.0.2.7]", "h.example.org", "none 0 0"},
    {"empty label", "a@s..example.org", "h.example.org", "none 0 0"},
    {"HELO of one label", "", "localhost", "none 0 0"},
    {"no identity at all", "", "", "none 0 0"},
    {"nothing behind the @", "a@", "h.example.org", "none 0 0"},
    {"not UTF-8", "a@\xff.example", "h.example.org", "none 0 0"},
    {"local part not ASCII: %{l} matches nothing", "\xc3\xb6@m.example.org",
     "h.example.org", "neutral 1 0"},
    {"ASCII: it does", "o@m.example.org", "h.example.org", "pass 1 0"},
};
/* clang-format on */

static void
test_identities(void)
{
    static const char zone[] =
        "s.example.org TXT \"v=spf1 -all exp=e.example.org\"\n"
        "h.example.org TXT \"v=spf1 -all exp=e.example.org\"\n"
        "xn--bcher-kva.example TXT \"v=spf1 -all exp=e.example.org\"\n"
        "m.example.org TXT \"v=spf1 exists:%{l}.ok.example.org\"\n"
        "*.ok.example.org A 127.0.0.2\n"
        "o.ok.example.org A 127.0.0.2\n"
        "e.example.org TXT \"%{s} %{h}\"\n";

    for (size_t i = 0; i < sizeof(identities) / sizeof(*identities); i++) {
        struct strbuf out = STRBUF_INIT;
        struct job job = {
            input_of("192.0.2.7", identities[i].sender, identities[i].helo),
            &out, NULL};

        run_job(&job, zone, false);
        is_string(identities[i].wanted, out.p, "%s", identities[i].name);
        strbuf_clear(&out);
    }
}

static void
test_odd_octets(void)
{
    struct strbuf out = STRBUF_INIT, big = STRBUF_INIT;
    struct job job = {input_of("192.0.2.7", "", "h.example.org"), &out, NULL};
    static const char zone[] =
        "s.example.org TXT \"v=spf1 exists:%{l}.ok.example.org -all"
        " exp=e.example.org\"\n"
        "e.example.org TXT \"%{L}\"\n";

    job.input.sender = SLICE("a\0b@s.example.org");
    run_job(&job, zone, false);
    is_string("fail 1 1 a%00b", out.p, "NUL in the local part");

    strbuf_fill(&big, 'x', SPFCHECK_IDENTITY_MAX);
    strbuf_add_text(&big, "@s.example.org");
    job.input.sender = strbuf_slice(&big);
    run_job(&job, zone, false);
    is_string("none 0 0", out.p, "a sender longer than any line");
    strbuf_clear(&big);
    strbuf_clear(&out);
}

static void
test_time(void)
{
    struct strbuf out = STRBUF_INIT;
    struct job job = {input_of("192.0.2.7", "a@example.com", "h"), &out, NULL};
    struct fakezone *zone = fakezone_new(
        WORLD "example.com TXT \"v=spf1 a:v6.example.com a:v6.example.com"
              " a:v4.example.com -all\"\n");

    zone->elapsed_us = 6000000;
    view_free(fakezone_run(zone, analyse, &job));
    is_string("pass 3 2", out.p, "18 seconds in three answers");
    zone->elapsed_us = 7000000;
    view_free(fakezone_run(zone, analyse, &job));
    is_string("temperror 3 2", out.p, "21 seconds are too many");
    source_free(&zone->source);
    strbuf_clear(&out);
}

/* ---- hostile records ---- */

/* "OWNER TXT ...", text in strings of 200 octets. */
static void
add_txt(struct strbuf *zone, const char *owner, struct slice text)
{
    strbuf_addf(zone, "%s TXT", owner);
    while (text.n > 0) {
        struct slice string = slice_sub(text, 0, 200);

        strbuf_addf(zone, " \"%.*s\"", SLICE_ARGS(string));
        text = slice_from(text, string.n);
    }
    strbuf_add_char(zone, '\n');
}

/* Terms: form, with the numbers from first on, between before and after. */
struct many {
    const char *before, *form, *after;
    unsigned first, count;
};

static void
add_many(struct strbuf *zone, const char *owner, const struct many *many)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_add_text(&text, many->before);
    for (unsigned i = 0; i < many->count; i++) {
        const char *number = strchr(many->form, '#');

        if (number == NULL) {
            strbuf_add_text(&text, many->form);
            continue;
        }
        strbuf_add(&text, many->form, (size_t)(number - many->form));
        strbuf_addf(&text, "%u%s", many->first + i, number + 1);
    }
    strbuf_add_text(&text, many->after);
    add_txt(zone, owner, strbuf_slice(&text));
    strbuf_clear(&text);
}

/* 10,000 names of the client; the tenth is the first that leads back. */
static void
add_names(struct strbuf *zone)
{
    for (unsigned i = 0; i < 10000; i++)
        strbuf_addf(zone, "7.2.0.192.in-addr.arpa PTR p%u.example.org.\n", i);
    strbuf_add_text(zone, "p9.example.org A 192.0.2.7\n"
                          "p10.example.org A 192.0.2.7\n");
}

/* Every record of 400 includes twenty others. */
static void
add_bomb(struct strbuf *zone)
{
    add_many(zone, "example.com",
             &(struct many){"v=spf1", " include:n#.x", " -all", 0, 20});
    for (unsigned i = 0; i < 400; i++) {
        char owner[20];

        snprintf(owner, sizeof(owner), "n%u.x", i);
        add_many(zone, owner,
                 &(struct many){"v=spf1", " include:n#.x", " -all",
                                (20 * i + 20) % 380, 20});
    }
}

/* Each includes the next. */
static void
add_chain(struct strbuf *zone)
{
    strbuf_add_text(zone, "example.com TXT \"v=spf1 include:n0.x -all\"\n");
    for (unsigned i = 0; i < 100; i++)
        strbuf_addf(zone, "n%u.x TXT \"v=spf1 include:n%u.x -all\"\n", i,
                    i + 1);
}

/* The questions are worked out by hand: the record's, one for each of ten
   terms; with %{p} those for the client's names and the addresses of ten. */
/* clang-format off */
static const struct {
    const char *name;
    struct many many;            /* of example.com; before NULL: none */
    void (*add)(struct strbuf *zone); /* what else there is, or NULL */
    const char *wanted;
    size_t asked;                /* questions, when all is at hand */
} hostile[] = {
    {"10,000 a terms", {"v=spf1", " a", " -all", 0, 10000}, NULL,
     "permerror 11 0", 2},
    {"a thousand times the same host",
     {"v=spf1 a", " ?a:v4.example.com", " -all", 0, 1000},
     NULL, "neutral 2 0", 3},
    {"5,000 hosts, none twice", {"v=spf1", " a:#.b", " -all", 0, 5000}, NULL,
     "permerror 3 3", 4},
    {"10,000 modifiers", {"v=spf1", " x=", " ip4:192.0.2.7", 0, 10000}, NULL,
     "pass 0 0", 1},
    {"64 KB of networks", {"v=spf1", " ip4:192.0.2.1", " ip4:192.0.2.7", 0,
     4600}, NULL, "pass 0 0", 1},
    {"64 KB of nonsense", {"v=spf1", " %{", "", 0, 16000}, NULL,
     "permerror 0 0", 1},
    {"includes a hundred deep", {.before = NULL}, add_chain,
     "permerror 11 0", 11},
    {"an include bomb", {.before = NULL}, add_bomb, "permerror 11 0", 11},
    {"ptr of 10,000 names: the first ten count",
     {"v=spf1 ptr:p10.example.org", "", " ptr:p9.example.org -all", 0, 0},
     add_names, "pass 2 2", 12},
    {"a thousand %{p} in one term",
     {"v=spf1 exists:", "%{p}.", "%{d} -all", 0, 1000}, add_names,
     "fail 1 1", 13},
    {"%{p} in each of a thousand terms",
     {"v=spf1", " ?exists:%{p}.#.example.net", " -all", 0, 1000}, add_names,
     "permerror 3 3", 15},
};
/* clang-format on */

static void
test_hostile(void)
{
    for (size_t i = 0; i < sizeof(hostile) / sizeof(*hostile); i++) {
        struct strbuf text = STRBUF_INIT, out = STRBUF_INIT;
        struct job job = {
            input_of("192.0.2.7", "a@example.com", "h.example.org"), &out,
            NULL};
        struct fakezone *zone;

        strbuf_add_text(&text, "v4.example.com A 192.0.2.7\n"
                               "example.com A 192.0.2.1\n");
        if (hostile[i].many.before != NULL)
            add_many(&text, "example.com", &hostile[i].many);
        if (hostile[i].add != NULL)
            hostile[i].add(&text);
        zone = fakezone_new(text.p);
        view_free(fakezone_run(zone, analyse, &job));
        is_string(hostile[i].wanted, out.p, "%s", hostile[i].name);
        is_int((long long)hostile[i].asked, (long long)zone->asked,
               "%s: questions", hostile[i].name);
        zone->is_late = true;
        zone->asked = 0;
        view_free(fakezone_run(zone, analyse, &job));
        is_string(hostile[i].wanted, out.p, "%s: late", hostile[i].name);
        /* what is asked ahead: for each of ten terms at most ten more */
        ok(zone->asked <= 100, "%s: %zu questions late", hostile[i].name,
           zone->asked);
        source_free(&zone->source);
        strbuf_clear(&text);
        strbuf_clear(&out);
    }
}

int
main(void)
{
    plan_lazy();
    test_rows();
    test_identities();
    test_odd_octets();
    test_time();
    test_hostile();
    return tap_done();
}
