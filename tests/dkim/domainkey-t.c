/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dkim/domainkey.c. */
#include "common/dkim/domainkey.h"

#include <stdio.h>

#include "common/dns/learnt.h"
#include "tests/audit/rulesource.h"

/* example.com has two servers, 192.0.2.1 and 192.0.2.2. */
#define SERVERS                                                               \
    "* example.com SOA found ns1.example.com. dns.example.com. 1 7200 3600"   \
    " 1209600 600\n"                                                          \
    "* example.com NS found ns.example.com.\n"                                \
    "* ns.example.com A found 192.0.2.1\n"                                    \
    "* ns.example.com AAAA found 2001:db8::1\n"
/* A zone that is not signed, without the names that controls need. */
#define PLAIN                                                                 \
    "* example.com TXT found \"v=spf1 -all\"\n"                               \
    "* _smtp._tls.example.com TXT nxdomain\n"                                 \
    "* _autodiscover._tcp.example.com SRV nxdomain\n"
/* With TLS reporting, and its empty non-terminal answered as it should. */
#define CONTROL                                                               \
    "* example.com TXT found \"v=spf1 -all\"\n"                               \
    "* _smtp._tls.example.com TXT found \"v=TLSRPTv1\"\n"                     \
    "* _tls.example.com TXT nodata\n"
#define DENIED "* _domainkey.example.com TXT nxdomain\n"
#define EMPTY  "* _domainkey.example.com TXT nodata\n"
#define KEY    "* k1._domainkey.example.com TXT found \"v=DKIM1; p=\"\n"
#define NO_KEY "* *._domainkey.example.com TXT nxdomain\n"

/* clang-format off */

/* With the selector k1 asked before. */
static const struct {
    const char *name;
    const char *rules;
    const char *wanted;
} rows[] = {
    {"a key, and everything as it should be",
     SERVERS PLAIN EMPTY KEY NO_KEY, "exists none"},
    {"no key known, and an empty non-terminal: there are others",
     SERVERS PLAIN EMPTY NO_KEY, "exists none"},
    {"NXDOMAIN everywhere, no control",
     SERVERS PLAIN DENIED NO_KEY, "absent none"},
    {"NXDOMAIN everywhere, the control is right",
     SERVERS CONTROL DENIED NO_KEY, "absent control"},
    {"NXDOMAIN everywhere, the control is as wrong",
     SERVERS "* _tls.example.com TXT nxdomain\n" CONTROL DENIED NO_KEY,
     "absent none"},
    {"TXT at the control is no control",
     SERVERS "* _tls.example.com TXT found \"x\"\n" CONTROL DENIED NO_KEY,
     "absent none"},
    {"a validated denial",
     SERVERS "* example.com TXT found+ \"v=spf1 -all\"\n"
     "resolver _domainkey.example.com TXT nxdomain+\n" DENIED NO_KEY PLAIN,
     "absent dnssec"},
    {"RFC 8020: a key below a name that is denied",
     SERVERS PLAIN DENIED KEY NO_KEY, "ent-broken none"},
    {"the seed: an alias below a name that is denied",
     SERVERS PLAIN DENIED
     "* k1._domainkey.example.com TXT alias k1._dkim.example.net\n" NO_KEY,
     "ent-broken none"},
    {"the seed: any selector is an alias, one leads to a key",
     SERVERS PLAIN DENIED KEY
     "* *._domainkey.example.com TXT dangling x._dkim.example.net\n",
     "ent-broken none"},
    {"any selector is an alias that leads nowhere, and all is denied",
     SERVERS PLAIN DENIED
     "* *._domainkey.example.com TXT dangling x._dkim.example.net\n",
     "ent-broken none"},
    {"any selector is an alias that leads nowhere",
     SERVERS PLAIN EMPTY
     "* *._domainkey.example.com TXT dangling x._dkim.example.net\n",
     "wildcard none"},
    {"a key below, a control that is right all the same",
     SERVERS CONTROL DENIED KEY NO_KEY, "ent-broken none"},
    {"one server of two denies it",
     SERVERS PLAIN "192.0.2.1 _domainkey.example.com TXT nxdomain\n"
     EMPTY KEY NO_KEY, "ent-broken none"},
    {"one server of two denies it, and has no key either",
     SERVERS PLAIN "192.0.2.1 _domainkey.example.com TXT nxdomain\n"
     "192.0.2.1 k1._domainkey.example.com TXT nxdomain\n" EMPTY KEY NO_KEY,
     "exists none"},
    {"one is behind, and the resolver asked each for one of them",
     SERVERS PLAIN "192.0.2.1 _domainkey.example.com TXT nxdomain\n"
     "192.0.2.1 k1._domainkey.example.com TXT nxdomain\n"
     "resolver _domainkey.example.com TXT nxdomain\n" EMPTY KEY NO_KEY,
     "exists none"},
    {"the key is still in a cache only",
     SERVERS PLAIN "resolver _domainkey.example.com TXT nodata\n"
     "servers *._domainkey.example.com TXT nxdomain\n" DENIED KEY NO_KEY,
     "exists none"},
    {"one server is dead",
     SERVERS PLAIN "192.0.2.1 _domainkey.example.com TXT timeout\n" DENIED
     NO_KEY, "unknown none"},
    {"all servers are dead",
     SERVERS PLAIN "* _domainkey.example.com TXT timeout\n" NO_KEY,
     "unknown none"},
    {"the resolver fails, the servers deny",
     SERVERS PLAIN "resolver _domainkey.example.com TXT servfail\n" DENIED
     NO_KEY, "unknown none"},
    {"the selector was not answered for",
     SERVERS CONTROL DENIED
     "resolver k1._domainkey.example.com TXT timeout\n" NO_KEY,
     "unknown none"},
    {"the selector exists without TXT, which contradicts",
     SERVERS CONTROL DENIED
     "resolver k1._domainkey.example.com TXT nodata\n" NO_KEY,
     "unknown none"},
    {"a wildcard with TXT",
     SERVERS PLAIN EMPTY "* *._domainkey.example.com TXT found \"x\"\n",
     "wildcard none"},
    {"a wildcard, and a key of its own",
     SERVERS PLAIN EMPTY KEY
     "* *._domainkey.example.com TXT found \"x\"\n", "wildcard none"},
    {"every name exists (online signing), no key known",
     SERVERS PLAIN EMPTY "* *._domainkey.example.com TXT nodata\n",
     "wildcard none"},
    {"every name exists (online signing), a key",
     SERVERS PLAIN EMPTY KEY "* *._domainkey.example.com TXT nodata\n",
     "exists none"},
    {"wildcards cannot be told",
     SERVERS PLAIN EMPTY "resolver k1._domainkey.example.com TXT nxdomain\n"
     "* *._domainkey.example.com TXT timeout\n",
     "unknown none"},
    {"an alias at _domainkey whose target is not there",
     SERVERS PLAIN "* _domainkey.example.com TXT alias x.example.net\n"
     NO_KEY, "exists none"},
    {"4592 2.2.2: denied, and its own NSEC says that there is more below",
     SERVERS PLAIN "do _domainkey.example.com TXT nxdomain example.com. 60 NSEC"
     " k2._domainkey.example.com. SOA\n" DENIED NO_KEY, "ent-broken none"},
    {"denied, and its NSEC as well",
     SERVERS PLAIN "do _domainkey.example.com TXT nxdomain example.com. 60 NSEC"
     " www.example.com. SOA\n" DENIED NO_KEY, "absent none"},
    {"9824: denied with DO, no data without",
     SERVERS PLAIN "do *.example.com TXT compact\n"
     "do _domainkey.example.com TXT compact\n"
     "resolver _domainkey.example.com TXT nxdomain\n" EMPTY NO_KEY,
     "absent none"},
    {"9824: and another empty non-terminal is not denied",
     SERVERS CONTROL "do _domainkey.example.com TXT compact\n"
     "resolver _domainkey.example.com TXT nxdomain\n" EMPTY NO_KEY,
     "absent control"},
    {"9824: denied with DO, and yet a key",
     SERVERS PLAIN "do _domainkey.example.com TXT compact\n" EMPTY KEY
     NO_KEY, "ent-broken none"},
    {"no data, and nothing with DO: it may be a denial",
     SERVERS PLAIN "do _domainkey.example.com TXT timeout\n"
     "resolver _domainkey.example.com TXT nxdomain\n" EMPTY NO_KEY,
     "unknown none"},
    {"a cut: the servers behind it are asked, and deny what they have",
     SERVERS PLAIN "* ns.example.net A found 192.0.2.9\n"
     "* ns.example.net AAAA nodata\n"
     "192.0.2.9 _domainkey.example.com SOA found ns.example.net."
     " dns.example.net. 1 7200 3600 1209600 600\n"
     "192.0.2.9 _domainkey.example.com TXT nxdomain\n"
     "resolver _domainkey.example.com TXT nodata\n"
     "servers _domainkey.example.com TXT referral _domainkey.example.com"
     " ns.example.net\n" KEY NO_KEY, "ent-broken none"},
    {"a cut: glue, where nobody else has the address",
     SERVERS PLAIN "* ns.example.net A nxdomain\n"
     "* ns.example.net AAAA nxdomain\n"
     "192.0.2.9 _domainkey.example.com SOA found ns.example.net."
     " dns.example.net. 1 7200 3600 1209600 600\n"
     "192.0.2.9 _domainkey.example.com TXT nxdomain\n"
     "resolver _domainkey.example.com TXT nodata\n"
     "servers _domainkey.example.com TXT referral _domainkey.example.com"
     " ns.example.net=192.0.2.9\n" KEY NO_KEY, "ent-broken none"},
    {"nothing answers", "", "unknown none"},
    {"resolvers only: a key", PLAIN EMPTY KEY NO_KEY, "exists none"},
    {"resolvers only: a key below a name that is denied",
     PLAIN DENIED KEY NO_KEY, "ent-broken none"},
    {"resolvers only: absent", PLAIN DENIED NO_KEY, "absent none"},
    {"resolvers only: absent, with a control", CONTROL DENIED NO_KEY,
     "absent control"},
};
/* clang-format on */

struct run {
    const char *domain;             /* NULL: example.com */
    bool is_complete;               /* all selectors asked */
    char text[64];                  /* "verdict proof" */
    enum domainkey_verdict verdict; /* the result */
    bool asked_resolvers;           /* for _domainkey */
};

static void
analyse(void *context, struct view *view)
{
    struct run *run = context;
    const struct domainkey *domainkey;
    struct domainkey_below below = {.count = 1,
                                    .is_complete = run->is_complete};
    struct name domain, selector;
    struct asked asked;

    name_parse(&domain,
               slice_of(run->domain == NULL ? "example.com" : run->domain),
               NULL);
    name_prepend(&selector, SLICE("_domainkey"), &domain);
    name_prepend(&selector, SLICE("k1"), &selector);
    asked = asked_lookup(view, &selector, RR_TXT);
    below.list = &asked;
    domainkey = domainkey_find(view, &domain, &below);
    snprintf(run->text, sizeof(run->text), "%s %s",
             domainkey_verdict_word(domainkey->verdict),
             domainkey_proof_word(domainkey->proof));
    run->verdict = domainkey->verdict;
    run->asked_resolvers = asked_is(&domainkey->resolved);
}

static struct view *
judge(struct rulesource *source, struct run *run)
{
    struct view_settings settings = {.source = &source->source, .seed = 7};

    return engine_run_one(&settings, "example.com", analyse, run);
}

/* No answer that is missing may make anything absent, or whole. */
static void
test_dead(const char *name, struct rulesource *source, struct view *view,
          enum domainkey_verdict verdict)
{
    const struct question *question;
    const struct answer *answer;
    size_t position = 0, wrong = 0;

    while (view_each(view, &position, &question, &answer)) {
        struct run run = {.is_complete = true};

        source->dead = question;
        view_free(judge(source, &run));
        if ((run.verdict == DOMAINKEY_ABSENT && verdict != DOMAINKEY_ABSENT)
            || (run.verdict == DOMAINKEY_EXISTS && verdict != DOMAINKEY_EXISTS
                && verdict != DOMAINKEY_ENT_BROKEN)) {
            diag("without %s", name_bare(source->arena, &question->name));
            wrong++;
        }
    }
    source->dead = NULL;
    is_int(0, (long long)wrong, "%s: no answer missing is taken for one",
           name);
}

static void
test_row(size_t i)
{
    struct run run = {.is_complete = true};
    struct rulesource source;
    struct view *view;

    rulesource_open(&source, rows[i].rules);
    view = judge(&source, &run);
    is_string(rows[i].wanted, run.text, "%s", rows[i].name);
    test_dead(rows[i].name, &source, view, run.verdict);
    view_free(view);
    rulesource_close(&source);
}

/* With DO a server is asked again where it says that there is nothing. */
static void
test_dnssec(void)
{
    static const struct {
        const char *outcome;
        size_t asked; /* of two servers */
    } again[] = {
        {"nodata",                               2},
        {"nxdomain",                             2},
        {"found \"x\"",                          0},
        {"timeout",                              0},
        {"servfail",                             0},
        {"refused",                              0},
        {"referral _domainkey.example.com ns.x", 0},
    };

    for (size_t i = 0; i < sizeof(again) / sizeof(again[0]); i++) {
        struct run run = {.is_complete = true};
        struct rulesource source;
        struct strbuf rules = STRBUF_INIT;
        const struct question *question;
        const struct answer *answer;
        size_t position = 0, asked = 0;
        struct view *view;

        strbuf_addf(&rules,
                    "servers _domainkey.example.com TXT %s\n" SERVERS PLAIN
                        EMPTY KEY NO_KEY,
                    again[i].outcome);
        rulesource_open(&source, rules.p);
        view = judge(&source, &run);
        while (view_each(view, &position, &question, &answer))
            asked += question->server.family != 0 && question->dnssec_ok;
        is_int((long long)again[i].asked, (long long)asked,
               "%s: asked again with DO", again[i].outcome);
        view_free(view);
        rulesource_close(&source);
        strbuf_clear(&rules);
    }
}

/* Before all selectors are asked, resolvers are not asked for _domainkey
   unless nothing can be lost. */
static void
test_order(void)
{
    /* clang-format off */
    static const struct {
        const char *name, *rules, *wanted;
        bool asked;
    } orders[] = {
        {"no control", SERVERS PLAIN DENIED NO_KEY, "absent none", false},
        {"a control", SERVERS CONTROL DENIED NO_KEY, "absent control", true},
        {"a signed zone",
         SERVERS "* example.com TXT found+ \"v=spf1 -all\"\n"
         "resolver _domainkey.example.com TXT nxdomain+\n" DENIED
         NO_KEY PLAIN, "absent dnssec", true},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
        struct run run = {.is_complete = false};
        struct rulesource source;

        rulesource_open(&source, orders[i].rules);
        view_free(judge(&source, &run));
        is_string(orders[i].wanted, run.text, "at first, %s: the verdict",
                  orders[i].name);
        is_int(orders[i].asked, run.asked_resolvers,
               "at first, %s: are resolvers asked?", orders[i].name);
        rulesource_close(&source);
    }
}

/* The control is learnt once for a set of servers, and serves the others. */
static void
test_learnt(void)
{
#define OTHER                                                                 \
    "* example.org SOA found ns1.example.com. dns.example.com. 1 7200 3600"   \
    " 1209600 600\n"                                                          \
    "* example.org NS found ns.example.com.\n"                                \
    "* *.example.org ANY nxdomain\n"
    static const struct {
        const char *name, *rules, *first, *second;
    } pairs[] = {
        {"its own control",    SERVERS CONTROL DENIED NO_KEY OTHER,
         "absent control",                                                          "absent control"},
        {"a key of the first", SERVERS PLAIN EMPTY KEY NO_KEY OTHER,
         "exists none",                                                             "absent control"},
        {"nothing",            SERVERS PLAIN DENIED NO_KEY OTHER,    "absent none",
         "absent none"                                                                              },
    };

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct learnt *learnt = learnt_new();
        struct view_settings settings = {.learnt = learnt, .seed = 7};
        struct run run = {.is_complete = true};
        struct rulesource source;

        rulesource_open(&source, pairs[i].rules);
        settings.source = &source.source;
        view_free(engine_run_one(&settings, "example.com", analyse, &run));
        is_string(pairs[i].first, run.text, "%s: the first", pairs[i].name);
        run.domain = "example.org";
        view_free(engine_run_one(&settings, "example.org", analyse, &run));
        is_string(pairs[i].second, run.text, "%s: the second", pairs[i].name);
        rulesource_close(&source);
        learnt_free(learnt);
    }
}

int
main(void)
{
    plan_lazy();
    test_learnt();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(i);
    test_dnssec();
    test_order();
    return tap_done();
}
