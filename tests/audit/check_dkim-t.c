/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/audit/collect_dkim.c and check_dkim.c. */
#include "common/audit/collect_dkim.h"

#include <string.h>

#include "common/audit/keyage.h"

#include "tests/audit/auditview.h"
#include "tests/dkim/keys.h"

#define ZONE                                                                  \
    "$ORIGIN .\n. SOA ns dns 1 7200 3600 1209600 600\n. NS ns\n"              \
    "$ORIGIN example.com.\n@ SOA ns1 dns 1 7200 3600 1209600 600\n"           \
    "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n"

/* A TXT line with a 2048-bit key: its strings cut by hand at 255. */
#define GOOD    "TXT \"v=DKIM1; k=rsa; t=s; p=\" \"" KEY_RSA_1024 "\"\n"
#define ED25519 "TXT \"v=DKIM1; k=ed25519; t=s; p=" KEY_ED25519_RAW "\"\n"

/* clang-format off */

/* Findings but those of severity info; of one selector s1 unless said. */
static const struct {
    const char *name;
    const char *selectors;
    const char *zone;
    const char *wanted;
} rows[] = {
    {"a key of 1024 bits", "s1", "s1._domainkey " GOOD,
     "dkim.rsa-below-2048"},
    {"no selector", "s1", "s2._domainkey " GOOD, "dkim.selector-nxdomain"},
    {"a selector without TXT", "s1", "s1._domainkey A 192.0.2.1\n",
     "dkim.selector-nodata"},
    {"an answer that fails everywhere", "s1",
     "s1._domainkey " GOOD ";! s1._domainkey TXT SERVFAIL\n",
     "dkim.selector-dns-error"},
    {"two records", "s1", "s1._domainkey " GOOD "s1._domainkey TXT \"x\"\n",
     "dkim.multiple-records"},
    {"something else", "s1", "s1._domainkey TXT \"v=spf1 -all\"\n",
     "dkim.not-a-key-record"},
    {"the seed's key", "k1", "k1._domainkey CNAME k1._dkim\n"
     "k1._dkim TXT \"v=DKIM1; k=RSA; p=key-goes-here\"\n",
     "dkim.key-bad-base64 dkim.key-type-case"},
    {"all that can be wrong with tags", "s1", "s1._domainkey TXT"
     " \"k=rsa;; v=DKIM2; h=sha1; s=web; t=y; g=; z; k=rsa; P=\"\n",
     "dkim.duplicate-tag dkim.hash-sha1-only dkim.service-not-email"
     " dkim.tag-case dkim.tag-syntax dkim.version-invalid"
     " dkim.version-not-first dkim.flag-testing dkim.g-tag"},
    {"an alias whose target is not there", "s1",
     "s1._domainkey CNAME nowhere\n", ""},
    {"an alias whose target is empty", "s1",
     "s1._domainkey CNAME ns1\n", ""},
    {"Ed25519 alone", "s1", "s1._domainkey " ED25519, "dkim.ed25519-only"},
    {"Ed25519 and RSA", "s1 s2",
     "s1._domainkey " ED25519 "s2._domainkey " GOOD, "dkim.rsa-below-2048"},
    {"one key at two selectors", "s1 s2",
     "s1._domainkey " ED25519 "s2._domainkey " ED25519,
     "dkim.ed25519-only dkim.key-shared"},
    {"a guess that is not there", "!s1", "", ""},
    {"a guess that is there", "!s1", "s1._domainkey TXT \"v=DKIM1; p=\"\n",
     "dkim.key-revoked"},
    {"a guess that fails", "!s1 !s2",
     "s2._domainkey TXT \"v=DKIM1; p=\"\n;! s1._domainkey TXT SERVFAIL\n",
     "dkim.key-revoked"},
    {"a selector with an underscore", "s_1", "s_1._domainkey " ED25519,
     "dkim.selector-syntax dkim.ed25519-only"},
    {"a selector with dots", "s1.region1",
     "s1.region1._domainkey " ED25519, "dkim.ed25519-only"},
    {"a label that is too long",
     "ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss", "",
     "dkim.name-too-long"},
    {"letters outside ASCII", "schl\xc3\xbcssel", "",
     "dkim.selector-not-alabel dkim.selector-nxdomain"},
    {"a selector with an empty label", "a..b", "", "dkim.selector-syntax"},
    {"a wildcard without keys", "!s1", "*._domainkey TXT \"hello\"\n",
     "dns.wildcard-domainkey"},
    {"a wildcard of revoked keys", "!s1", "*._domainkey TXT \"v=DKIM1; p=\"\n",
     ""},
    {"a key beside a wildcard", "!s1 !s2",
     "*._domainkey TXT \"v=DKIM1; p=\"\ns1._domainkey " ED25519,
     "dkim.ed25519-only"},
};

/* With rules instead of zones: servers that do what none should. */
static const struct {
    const char *name;
    const char *selectors;
    const char *rules;
    const char *findings;
    const char *json;
} verdicts[] = {
    {"the seed's servers", "!k1 !k2",
     "* example.com SOA found ns1.example.com. dns.example.com. 1 1 1 1 1\n"
     "* example.com NS found ns1.example.com.\n"
     "* ns1.example.com A found 192.0.2.1\n"
     "* ns1.example.com AAAA nodata\n"
     "* example.com TXT nodata\n"
     "* k1._domainkey.example.com TXT alias k1._dkim.example.net\n"
     "* *._domainkey.example.com TXT nxdomain\n"
     "* _domainkey.example.com TXT nxdomain\n"
     "* *.example.com ANY nxdomain\n",
     "dns.ent-nxdomain",
     "{\"state\":\"known\",\"domainkey\":\"ent-broken\",\"proof\":\"none\",\""
     "guessed\":2,\"looked\":{\"guess\":2},\"selectors\":[{\"selector\":\"k1"
     "\",\"outcome\":\"nodata\",\"key\":null,\"type\":null,\"bits\":null,\"re"
     "voked\":null,\"testing\":null,\"via\":[\"k1._domainkey.example.com. CNA"
     "ME k1._dkim.example.net.\"],\"ttl\":0,\"why\":[\"guess\"],\"vendor\":"
     "null,\"since\":null}]}"},
    {"aliases made on demand, one of them to a key", "!k1 !k2 !k3",
     "* example.com SOA found ns1.example.com. dns.example.com. 1 1 1 1 1\n"
     "* example.com NS found ns1.example.com.\n"
     "* ns1.example.com A found 192.0.2.1\n"
     "* ns1.example.com AAAA nodata\n"
     "* example.com TXT nodata\n"
     "* k1._domainkey.example.com TXT found \"v=DKIM1; p=\"\n"
     "* *._domainkey.example.com TXT dangling x._dkim.example.net\n"
     "* _domainkey.example.com TXT nxdomain\n"
     "* *.example.com ANY nxdomain\n",
     "dns.ent-nxdomain dkim.key-revoked",
     "{\"state\":\"known\",\"domainkey\":\"ent-broken\",\"proof\":\"none\",\""
     "guessed\":3,\"looked\":{\"guess\":3},\"selectors\":[{\"selector\":\"k1"
     "\",\"outcome\":\"found\",\"key\":\"revoked\",\"type\":\"rsa\",\"bits\":"
     "null,\"revoked\":true,\"testing\":false,\"via\":[],\"ttl\":300,\"why\":"
     "[\"guess\"],\"vendor\":null,\"since\":null}]}"},
    {"resolvers fail, the servers are not known", "s1",
     "resolver s1._domainkey.example.com TXT timeout\n",
     "dkim.selector-dns-error?",
     "{\"state\":\"unknown\",\"domainkey\":\"unknown\",\"proof\":\"none\",\"g"
     "uessed\":0,\"looked\":{\"command-line\":1},\"selectors\":[{\"selector\""
     ":\"s1\",\"outcome\":\"timeout\",\"key\":null,\"type\":null,\"bits\":nul"
     "l,\"revoked\":null,\"testing\":null,\"via\":[],\"ttl\":null,\"why\":[\""
     "command-line\"],\"vendor\":null,\"since\":null}]}"},
    {"resolvers fail, the servers do not", "s1",
     "* example.com SOA found ns1.example.com. dns.example.com. 1 1 1 1 1\n"
     "* example.com NS found ns1.example.com.\n"
     "* ns1.example.com A found 192.0.2.1\n"
     "* ns1.example.com AAAA nodata\n"
     "resolver s1._domainkey.example.com TXT servfail\n"
     "* s1._domainkey.example.com TXT found \"v=DKIM1; p=\"\n"
     "* s1._domainkey.example.com SOA nodata\n",
     "dkim.selector-dns-error?", NULL},
};
/* clang-format on */

/* Cut a member out that begins so, up to a character of to, or behind it. */
static void
cut(struct strbuf *text, const char *from, const char *to, bool behind)
{
    for (;;) {
        char *at = strstr(text->p, from), *end;

        if (at == NULL || (end = strpbrk(at + strlen(from), to)) == NULL)
            return;
        end += behind;
        memmove(at, end, strlen(end) + 1);
        text->n = strlen(text->p);
    }
}

/* The facts, less who said what: that is looked at once, below. */
static const char *
plain_facts(struct auditview *view)
{
    cut(&view->json, ",\"proof_lines\":[", "]", true);
    return view->json.p;
}

static void
test_row(size_t i)
{
    struct auditview view;
    struct strbuf zone = STRBUF_INIT;

    auditview_open(&view, "example.com", rows[i].selectors);
    view.areas[0] = &area_dkim;
    view.hide_info = true;
    strbuf_addf(&zone, ZONE "%s", rows[i].zone);
    auditview_zone(&view, zone.p, NULL);
    is_string(rows[i].wanted, view.findings.p, "%s", rows[i].name);
    is_string("", view.bad.p, "%s: every field is supplied", rows[i].name);
    strbuf_clear(&zone);
    auditview_close(&view);
}

static void
test_verdict(size_t i)
{
    struct auditview view;

    auditview_open(&view, "example.com", verdicts[i].selectors);
    view.areas[0] = &area_dkim;
    view.hide_info = true;
    auditview_rules(&view, verdicts[i].rules);
    is_string(verdicts[i].findings, view.findings.p, "%s: findings",
              verdicts[i].name);
    if (verdicts[i].json != NULL)
        is_string(verdicts[i].json, plain_facts(&view), "%s: facts",
                  verdicts[i].name);
    is_string("", view.bad.p, "%s: every field is supplied", verdicts[i].name);
    auditview_close(&view);
}

static void
test_facts(void)
{
    struct auditview view;

    auditview_open(&view, "example.com", "s1 !s2 !s3");
    view.areas[0] = &area_dkim;
    auditview_zone(&view,
                   ZONE "s1._domainkey " ED25519
                        "s2._domainkey TXT \"v=DKIM1; t=y; p=\"\n",
                   NULL);
    is_string("{\"state\":\"known\",\"domainkey\":\"exists\",\"proof\":\"none"
              "\",\"guessed\":2,\"looked\":{\"guess\":2,\"command-line\":1},"
              "\"selectors\":[{\"selector\":\"s1\",\"outcome\":\"found\",\"ke"
              "y\":\"ok\",\"type\":\"ed25519\",\"bits\":256,\"revoked\":false"
              ",\"testing\":false,\"via\":[],\"ttl\":3600,\"why\":[\"command-l"
              "ine\"],\"vendor\":null,\"since\":null},{\"selector\":\"s2\",\""
              "outcome\":\"found\",\"key\":\"revoked\",\"type\":\"rsa\",\"bit"
              "s\":null,\"revoked\":true,\"testing\":true,\"via\":[],\"ttl\":"
              "3600,\"why\":[\"guess\"],\"vendor\":null,\"since\":null}]}",
              plain_facts(&view), "facts of two selectors");
    auditview_close(&view);
}

/* ---- what somebody knows beforehand ---- */

/* clang-format off */

/* A key of the registry or of a message.  Of the five ids, those decided are
   a pass, or ("?") not known. */
static const struct {
    const char *name;
    const char *zone;
    struct selector_known known;
    enum selector_origin origin;
    bool same_key; /* known.key is that of GOOD */
    const char *findings;
    const char *decided;
} lives[] = {
    {"an active key", "s1._domainkey " GOOD,
     {.is_in_use = true, .has_key = true}, SELECTOR_REGISTRY, true,
     "dkim.rsa-below-2048",
     "dkim.key-revoked-in-use dkim.selector-reused "},
    {"another key", "s1._domainkey " GOOD,
     {.is_in_use = true, .has_key = true, .how = "the registry"},
     SELECTOR_REGISTRY, false, "dkim.rsa-below-2048 dkim.selector-reused",
     "dkim.key-revoked-in-use "},
    {"revoked, and in use", "s1._domainkey TXT \"v=DKIM1; p=\"\n",
     {.is_in_use = true}, SELECTOR_REGISTRY, false,
     "dkim.key-revoked-in-use", ""},
    {"revoked, and not in use", "s1._domainkey TXT \"v=DKIM1; p=\"\n",
     {.has_key = true}, SELECTOR_REGISTRY, false, "dkim.key-revoked",
     "dkim.selector-reused "},
    {"revoked, and a message was signed with it",
     "s1._domainkey TXT \"v=DKIM1; p=\"\n", {.has_key = false},
     SELECTOR_MESSAGE, false, "dkim.key-revoked-in-use", ""},
    {"retired, and there", "s1._domainkey " GOOD,
     {.is_over = true, .has_key = true}, SELECTOR_REGISTRY, true,
     "dkim.retired-selector-live dkim.rsa-below-2048",
     "dkim.selector-reused "},
    {"retired, and gone", "other._domainkey " GOOD,
     {.is_over = true, .has_key = true}, SELECTOR_REGISTRY, true, "",
     "dkim.retired-selector-live dkim.selector-reused "},
    {"in use, and gone", "other._domainkey " GOOD, {.is_in_use = true},
     SELECTOR_REGISTRY, false, "dkim.selector-nxdomain",
     "dkim.key-revoked-in-use "},
    {"no answer", ";! s1._domainkey TXT TIMEOUT\n",
     {.is_in_use = true, .has_key = true}, SELECTOR_REGISTRY, true,
     "dkim.selector-dns-error",
     "dkim.key-revoked-in-use? dkim.selector-reused? "},
};

/* clang-format on */

/* Of ids decided, those that this is about. */
static void
keep_lives(const char *decided, struct strbuf *out)
{
    struct slice rest = slice_of(decided), one;

    while (slice_next(&rest, ' ', &one))
        if (slice_starts(one, SLICE("dkim.key-revoked-in-use"))
            || slice_starts(one, SLICE("dkim.selector-reused"))
            || slice_starts(one, SLICE("dkim.retired-"))) {
            strbuf_add_slice(out, one);
            strbuf_add_char(out, ' ');
        }
}

static void
test_life(size_t i)
{
    struct selector_known known = lives[i].known;
    struct strbuf zone = STRBUF_INIT, decided = STRBUF_INIT;
    struct auditview view;

    auditview_open(&view, "example.com", "s1");
    view.areas[0] = &area_dkim;
    view.hide_info = true;
    strbuf_addf(&zone, ZONE "%s", lives[i].zone);
    if (lives[i].same_key)
        keyage_digest(SLICE(KEY_RSA_1024), known.key);
    view.selectors[0].origin = lives[i].origin;
    view.selectors[0].known = &known;
    auditview_zone(&view, zone.p, NULL);
    keep_lives(view.decided.p == NULL ? "" : view.decided.p, &decided);
    is_string(lives[i].findings, view.findings.n == 0 ? "" : view.findings.p,
              "%s", lives[i].name);
    is_string(lives[i].decided, decided.n == 0 ? "" : decided.p, "%s: decided",
              lives[i].name);
    is_string("", view.bad.p, "%s: every field is supplied", lives[i].name);
    auditview_close(&view);
    strbuf_clear(&zone);
    strbuf_clear(&decided);
}

/* RFC 8020: nothing is below a name that is proven absent. */
static void
test_skipped(void)
{
    static const char zone[] =
        ZONE "_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:a@example.com\"\n";
    struct auditview view;
    size_t asked;

    auditview_open(&view, "example.com", "!s1 !s2 !s3 !s4 !s5");
    view.areas[0] = &area_dkim;
    auditview_zone(&view, zone, NULL);
    asked = view.asked;
    is_string("{\"state\":\"known\",\"domainkey\":\"absent\",\"proof\":\"cont"
              "rol\",\"guessed\":0,\"looked\":{},\"selectors\":[]}",
              plain_facts(&view),
              "guesses below a proven absence are not asked");
    view.input.ask_all = true;
    auditview_zone(&view, zone, NULL);
    is_string("{\"state\":\"known\",\"domainkey\":\"absent\",\"proof\":\"cont"
              "rol\",\"guessed\":5,\"looked\":{\"guess\":5},\"selectors\":[]}",
              plain_facts(&view), "unless all are to be asked");
    is_int((long long)asked + 5, (long long)view.asked,
           "and it saves their questions");
    auditview_close(&view);
}

/* Who said what of a name that one server denies and another one has. */
static void
test_lines(void)
{
    struct auditview view;

    auditview_open(&view, "example.com", "k1");
    view.areas[0] = &area_dkim;
    auditview_rules(
        &view,
        "* example.com SOA found ns1.example.com. dns.example.com. 1 1 1 1 1\n"
        "* example.com NS found ns1.example.com.\n"
        "* ns1.example.com A found 192.0.2.1\n"
        "* ns1.example.com AAAA nodata\n"
        "* k1._domainkey.example.com TXT found \"v=DKIM1; p=\"\n"
        "do _domainkey.example.com TXT nxdomain example.com. 60 NSEC"
        " k1._domainkey.example.com. SOA\n"
        "* _domainkey.example.com TXT nxdomain\n"
        "* *._domainkey.example.com TXT nxdomain\n");
    ok(strstr(view.json.p,
              "\"ns1.example.com (192.0.2.1): nxdomain, with DO nxdomain"
              " (NSEC: empty non-terminal), k1._domainkey.example.com found:"
              " it denies a name that has names below it\","
              "\"resolvers: nxdomain\","
              "\"below it: k1._domainkey.example.com found\","
              "\"random selectors: nxdomain, nxdomain\"]")
           != NULL,
       "who says what of _domainkey");
    auditview_close(&view);
}

int
main(void)
{
    plan_lazy();
    test_lines();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(i);
    for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++)
        test_verdict(i);
    test_facts();
    test_skipped();
    for (size_t k = 0; k < sizeof(lives) / sizeof(lives[0]); k++)
        test_life(k);
    return tap_done();
}
