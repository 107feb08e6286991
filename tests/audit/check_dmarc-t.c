/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/audit/collect_dmarc.c and check_dmarc*.c. */
#include "common/audit/collect_dmarc.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/audit/auditview.h"

/* example.com, its mail and its SPF; the world around it. */
#define ROOT "$ORIGIN .\n. SOA ns dns 1 7200 3600 1209600 600\n. NS ns\n"
#define BARE                                                                  \
    ROOT "$ORIGIN example.com.\n@ SOA ns1 dns 1 7200 3600 1209600 600\n"      \
         "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n"             \
         "@ A 192.0.2.25\n"
#define ZONE   BARE "@ TXT \"v=spf1 a -all\"\n"
#define RUA    "rua=mailto:d@example.com"
#define NONE   "_dmarc TXT \"v=DMARC1; p=none; " RUA "\"\n"
/* A zone that begins with it has no SPF. */
#define NO_SPF ";no SPF\n"
#define KEY                                                                   \
    "s1._domainkey TXT \"v=DKIM1; k=ed25519;"                                 \
    " p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"\n"
#define GOOD "_dmarc TXT \"v=DMARC1; p=reject; " RUA "\"\n"

#define NULLS                                                                 \
    ",\"p\":null,\"sp\":null,\"np\":null,\"adkim\":null,\"aspf\":null,"       \
    "\"t\":null,\"psd\":null,\"pct\":null"

/* clang-format off */

/* All findings of the domain (example.com where none is given). */
static const struct {
    const char *name;
    const char *domain;
    const char *zone;
    const char *wanted;
} rows[] = {
    {"nothing to say", NULL, GOOD, ""},
    {"nothing at all", NULL, "", "dmarc.missing"},
    {"the seed's record", NULL,
     "_dmarc TXT \"v=DMARC1 p=none rua=rua+toffle@sausagemail.com\"\n",
     "dmarc.missing dmarc.rua-invalid dmarc.tag-syntax"},
    {"two records", NULL, GOOD "_dmarc TXT \"v=DMARC1; p=none\"\n",
     "dmarc.missing dmarc.multiple-records"},
    {"other TXT beside it", NULL, GOOD "_dmarc TXT \"token\"\n",
     "dmarc.non-dmarc-txt"},
    {"none", NULL, "_dmarc TXT \"v=DMARC1; p=none; " RUA "\"\n",
     "dmarc.np-weaker dmarc.policy-none"},
    {"quarantine, and np=reject", NULL,
     "_dmarc TXT \"v=DMARC1; p=quarantine; np=reject; " RUA "\"\n",
     "dmarc.policy-quarantine"},
    {"a weaker sp", NULL,
     "_dmarc TXT \"v=DMARC1; p=reject; sp=none; np=reject; " RUA "\"\n",
     "dmarc.sp-weaker"},
    {"np and a wildcard", NULL,
     "_dmarc TXT \"v=DMARC1; p=reject; sp=none; np=reject; " RUA "\"\n"
     "* A 192.0.2.9\n",
     "dmarc.np-defeated dmarc.sp-weaker"},
    {"a bad p", NULL, "_dmarc TXT \"v=DMARC1; p=deny; " RUA "\"\n",
     "dmarc.policy-invalid"},
    {"a bad sp, no rua", NULL, "_dmarc TXT \"v=DMARC1; p=reject; sp=x\"\n",
     "dmarc.sp-invalid dmarc.rua-missing"},
    {"t=y", NULL, "_dmarc TXT \"v=DMARC1; p=reject; t=y; " RUA "\"\n",
     "dmarc.testing-mode dmarc.testing-mode-7489"},
    {"t=y and none", NULL,
     "_dmarc TXT \"v=DMARC1; p=none; np=reject; t=y; " RUA "\"\n",
     "dmarc.policy-none"},
    {"psd=y", NULL, "_dmarc TXT \"v=DMARC1; p=reject; psd=y; " RUA "\"\n",
     "dmarc.psd-y-unexpected"},
    {"a record at the domain itself", NULL,
     "@ TXT \"v=DMARC1; p=reject; " RUA "\"\n",
     "dmarc.missing dmarc.wrong-owner"},
    {"a record at dmarc.", NULL,
     GOOD "dmarc TXT \"v=DMARC1; p=reject; " RUA "\"\n", "dmarc.wrong-owner"},
    {"a record that is too strict for a parked one", NULL, GOOD, ""},
    {"a logo without enforcement", NULL,
     "_dmarc TXT \"v=DMARC1; p=quarantine; np=reject; sp=none; " RUA "\"\n"
     "default._bimi TXT \"v=BIMI1; l=https://example.com/l.svg\"\n",
     "dmarc.sp-weaker dmarc.bimi-not-eligible dmarc.policy-quarantine"},
    {"reports to strangers", NULL,
     "_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:d@reports.example\"\n",
     "dmarc.rua-external-unauthorised dmarc.rua-host-no-mail"},
    {"reports of both kinds to one stranger", NULL,
     "_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:d@reports.example;"
     " ruf=mailto:e@reports.example\"\n",
     "dmarc.rua-external-unauthorised dmarc.rua-host-no-mail"
     " dmarc.ruf-present"},
    {"consent by a wildcard of one's own", NULL,
     GOOD "*._report._dmarc TXT \"v=DMARC1\"\n", "dns.wildcard-report"},

    {"a subdomain, the organization has none", "sub.example.com",
     "sub A 192.0.2.1\n_dmarc.sub TXT \"v=DMARC1; p=reject; " RUA "\"\n",
     "dmarc.rua-external-unauthorised dmarc.org-record-missing"
     " dmarc.psl-differs"},
    {"a subdomain that is weaker", "sub.example.com",
     GOOD "sub A 192.0.2.1\n_dmarc.sub TXT \"v=DMARC1; p=none; " RUA "\"\n",
     "dmarc.policy-none dmarc.subdomain-weaker"},
    {"a subdomain with sp", "sub.example.com",
     GOOD "sub A 192.0.2.1\n"
     "_dmarc.sub TXT \"v=DMARC1; p=reject; sp=none; " RUA "\"\n",
     "dmarc.sp-ignored"},
    {"a subdomain that stands by itself", "sub.example.com",
     GOOD "sub A 192.0.2.1\n_dmarc.sub TXT \"v=DMARC1; p=reject; psd=n;"
     " rua=mailto:d@sub.example.com\"\n",
     "dmarc.psd-n-cuts-alignment dmarc.psl-differs"},
    {"a record between", "a.sub.example.com",
     GOOD "a.sub A 192.0.2.1\n_dmarc.sub TXT \"v=DMARC1; p=none\"\n",
     "dmarc.intermediate-record-unused"},
    {"a record that is skipped", "a.b.c.d.e.f.g.h.example.com",
     GOOD "a.b.c.d.e.f.g.h A 192.0.2.1\n"
     "_dmarc.c.d.e.f.g.h TXT \"v=DMARC1; p=none\"\n",
     "dmarc.deep-name-skipped"},
    {"faults of the record that applies", "sub.example.com",
     "_dmarc TXT \"v=DMARC1; p=reject; rua=d@example.com\"\n"
     "sub A 192.0.2.1\n", "dmarc.rua-invalid"},
    {"a suffix without psd=y", NULL,
     GOOD "$ORIGIN .\n_dmarc.com TXT \"v=DMARC1; p=none\"\n",
     "dmarc.psd-parent-unmarked dmarc.psl-differs"},
    {"a public suffix", "co.uk",
     "$ORIGIN .\n_dmarc.co.uk TXT \"v=DMARC1; p=reject; "
     "rua=mailto:d@co.uk; ruf=mailto:d@co.uk; psd=y\"\nco.uk A 192.0.2.1\n",
     "dmarc.ruf-on-psd dmarc.ruf-present"},
    {"a public suffix that does not say so", "co.uk",
     "$ORIGIN .\n_dmarc.co.uk TXT \"v=DMARC1; p=reject; "
     "rua=mailto:d@co.uk\"\nco.uk A 192.0.2.1\n", "dmarc.psd-y-missing"},

    {"the servers fail", NULL, GOOD ";! _dmarc TXT SERVFAIL\n",
     "dmarc.temperror"},
    {"a suffix fails, there is a policy", NULL,
     GOOD ";! _dmarc.com. TXT SERVFAIL\n", ""},
    {"a suffix fails, there is no policy", NULL,
     ";! _dmarc.com. TXT SERVFAIL\n", "dmarc.temperror?"},
    {"hosts of reports fail", NULL,
     "_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:d@reports.example\"\n"
     ";! reports.example. MX TIMEOUT\n"
     ";! example.com._report._dmarc.reports.example. TXT TIMEOUT\n",
     "dmarc.rua-external-unauthorised? dmarc.rua-host-no-mail?"},
};

/* Parked domains. */
static const struct {
    const char *name;
    const char *zone;
    const char *wanted;
} parked[] = {
    {"parked, and rejecting",
     "@ TXT \"v=spf1 -all\"\n@ MX 0 .\n"
     "_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:d@other.example.com\"\n"
     "other A 192.0.2.1\n", ""},
    {"parked, and not",
     "@ TXT \"v=spf1 -all\"\n@ MX 0 .\n"
     "_dmarc TXT \"v=DMARC1; p=none; np=reject;"
     " rua=mailto:d@other.example.com\"\nother A 192.0.2.1\n",
     "dmarc.parked-not-reject dmarc.policy-none"},
};
/* clang-format on */

static const char parked_zone[] =
    ROOT "$ORIGIN example.com.\n@ SOA ns1 dns 1 7200 3600 1209600 600\n"
         "@ NS ns1\nns1 A 192.0.2.1\n";

static void
test(const char *name, const char *domain, const char *head, const char *zone,
     const char *wanted)
{
    struct auditview view;
    struct strbuf text = STRBUF_INIT;

    auditview_open(&view, domain == NULL ? "example.com" : domain, "");
    view.areas[0] = &area_dmarc;
    strbuf_addf(&text, "%s%s", head, zone);
    auditview_zone(&view, text.p, NULL);
    is_string(wanted, view.findings.p, "%s", name);
    is_string("", view.bad.p, "%s: every field is supplied", name);
    strbuf_clear(&text);
    auditview_close(&view);
}

static void
test_facts(void)
{
    struct auditview view;

    auditview_open(&view, "sub.example.com", "");
    view.areas[0] = &area_dmarc;
    auditview_zone(&view,
                   ZONE "_dmarc TXT \"v=DMARC1; p=reject; sp=quarantine;\" "
                        "\" t=y; " RUA "\"\nsub A 192.0.2.1\n",
                   NULL);
    is_string(
        "{\"state\":\"known\",\"record\":\"v=DMARC1; p=reject;"
        " sp=quarantine; t=y; rua=mailto:d@example.com\",\"found_at\":"
        "\"_dmarc.example.com.\",\"rfc9989\":{\"state\":\"known\","
        "\"org_domain\":\"example.com\",\"record\":\"v=DMARC1; p=reject;"
        " sp=quarantine; t=y; rua=mailto:d@example.com\",\"found_at\":"
        "\"_dmarc.example.com.\",\"tag\":\"sp\",\"policy\":\"none\","
        /* RFC 9989 section 4.7: np= is sp= when it is left out; section 4.10:
           from the name itself to its last label. */
        "\"p\":\"reject\",\"sp\":\"quarantine\",\"np\":\"quarantine\","
        "\"adkim\":\"r\",\"aspf\":\"r\","
        "\"t\":\"y\",\"psd\":\"u\",\"pct\":null,\"walk\":["
        "{\"domain\":\"sub.example.com\",\"name\":"
        "\"_dmarc.sub.example.com.\",\"outcome\":\"nxdomain\","
        "\"found\":\"none\",\"record\":null},"
        "{\"domain\":\"example.com\",\"name\":\"_dmarc.example.com.\","
        "\"outcome\":\"found\",\"found\":\"one\",\"record\":"
        "\"v=DMARC1; p=reject; sp=quarantine; t=y;"
        " rua=mailto:d@example.com\"},"
        "{\"domain\":\"com\",\"name\":\"_dmarc.com.\",\"outcome\":"
        "\"nxdomain\",\"found\":\"none\",\"record\":null}],"
        "\"mail_from\":null},"
        "\"rfc7489\":{\"state\":\"known\",\"org_domain\":\"example.com\","
        "\"record\":\"v=DMARC1; p=reject; sp=quarantine; t=y;"
        " rua=mailto:d@example.com\",\"found_at\":\"_dmarc.example.com.\","
        "\"tag\":\"sp\",\"policy\":\"quarantine\",\"p\":\"reject\","
        "\"sp\":\"quarantine\",\"np\":null,\"adkim\":\"r\","
        "\"aspf\":\"r\",\"t\":null,\"psd\":null,\"pct\":100}}",
        view.json.p, "facts of a subdomain");
    auditview_close(&view);
}

/* One value out of the facts of the audit of a domain. */
static const char *
fact(const struct value *facts, const char *path)
{
    char copy[64], *word, *state;

    snprintf(copy, sizeof(copy), "%s", path);
    for (word = strtok_r(copy, ".", &state); word != NULL;
         word = strtok_r(NULL, ".", &state))
        facts = *word >= '0' && *word <= '9'
                    ? value_element(facts, strtoul(word, NULL, 10))
                    : value_get(facts, word);
    return value_is_null(facts) ? "null" : value_as_text(facts);
}

/* What the tags come to, and each question; worked out from the sections. */
static const struct {
    const char *name;   /* of the test */
    const char *domain; /* audited */
    const char *sender; /* or NULL */
    const char *zone;   /* beside ZONE */
    struct {
        const char *path, *is; /* a fact and its value */
    } wanted[6];               /* until path is NULL */
} walks[] = {
    {"9989 4.10.1: a bad sp= with rua= makes all of it none",
     "example.com",               NULL,
     "_dmarc TXT \"v=DMARC1; p=reject; sp=x; t=y; " RUA "\"\n",
     {{"rfc9989.p", "none"},
      {"rfc9989.sp", "none"},
      {"rfc9989.np", "none"},
      {"rfc9989.t", "y"}}                                                                                                             },
    {"and without rua= no policy at all",
     "example.com",               NULL,
     "_dmarc TXT \"v=DMARC1; p=reject; sp=x\"\n",               {{"rfc9989.p", "null"}, {"rfc9989.np", "null"}, {"rfc7489.p", "null"}}},
    {"a bad np= is nothing to RFC 7489",
     "example.com",               NULL,
     "_dmarc TXT \"v=DMARC1; p=reject; np=x; " RUA "\"\n",
     {{"rfc9989.p", "none"},
      {"rfc7489.p", "reject"},
      {"rfc7489.sp", "reject"}}                                                                                                       },
    {"4.10 step 2: psd=n ends the walk",
     "example.com",               NULL,
     "_dmarc TXT \"v=DMARC1; p=reject; psd=n\"\n",              {{"rfc9989.psd", "n"},
      {"rfc9989.walk.0.found", "one"},
      {"rfc9989.walk.1.name", "null"}}                                              },
    {"4.10 step 2: several are dropped, and the walk goes on",
     "example.com",               NULL,
     GOOD "_dmarc TXT \"v=DMARC1; p=none\"\n",
     {{"rfc9989.walk.0.found", "several"},
      {"rfc9989.walk.0.record", "null"},
      {"rfc9989.walk.1.name", "_dmarc.com."}}                                                                                         },
    {"4.10 step 4: from 9 labels to 7",
     "a.b.c.d.e.f.g.example.com", NULL,
     GOOD,                                                      {{"rfc9989.walk.0.name", "_dmarc.a.b.c.d.e.f.g.example.com."},
      {"rfc9989.walk.1.name", "_dmarc.c.d.e.f.g.example.com."},
      {"rfc9989.walk.7.name", "_dmarc.com."}}                                                                               },
    {"4.10.2: a walk of its own for MAIL FROM",
     "example.com",               "b@bounce.example.com",
     GOOD,                                                      {{"rfc9989.mail_from.domain", "bounce.example.com"},
      {"rfc9989.mail_from.org_domain", "example.com"},
      {"rfc9989.mail_from.walk.0.name", "_dmarc.bounce.example.com."},
      {"rfc9989.mail_from.walk.1.found", "one"}}                                                                            },
    {"the same domain needs none",
     "example.com",               "b@example.com",
     GOOD,                                                      {{"rfc9989.mail_from", "null"}}                                       },
};

static void
test_walk(size_t row)
{
    struct arena *arena = arena_new();
    struct error err = ERROR_INIT;
    struct auditview view;
    struct value *facts;

    auditview_open(&view, walks[row].domain, "");
    view.areas[0] = &area_dmarc;
    view.input.mail_from = walks[row].sender;
    auditview_zone(&view, arena_printf(arena, "%s%s", ZONE, walks[row].zone),
                   NULL);
    if (value_parse(arena, slice_of(view.json.p), &facts, &err) != ST_OK)
        bail("%s", err.text);
    for (size_t i = 0; walks[row].wanted[i].path != NULL; i++)
        is_string(walks[row].wanted[i].is,
                  fact(facts, walks[row].wanted[i].path), "%s: %s",
                  walks[row].name, walks[row].wanted[i].path);
    auditview_close(&view);
    arena_free(arena);
}

/* Who sends, by what DNS and the command line say; in the findings of DKIM and
   DMARC the ids of interest. */
/* clang-format off */
static const struct {
    const char *name;
    const char *selectors;
    const char *sender;   /* or NULL */
    const char *zone;
    const char *wanted;   /* of sources[] */
} senders[] = {
    {"nobody was named", "", NULL, GOOD, "dmarc.reject-spf-only"},
    {"9989 7.4: p=reject and no key", "", NULL, "@ MX 10 mail\n" GOOD,
     "dmarc.reject-spf-only dmarc.reject-user-domain"},
        {"p=reject with a key", "s1", NULL, GOOD KEY, ""},
    {"p=reject and mailboxes", "s1", NULL, "@ MX 10 mail\n" GOOD KEY,
     "dmarc.reject-user-domain"},
    {"p=none and mailboxes", "s1", NULL,
     "@ MX 10 mail\n_dmarc TXT \"v=DMARC1; p=none; " RUA "\"\n" KEY, ""},
    {"p=reject; t=y is no reject", "s1", NULL,
     "@ MX 10 mail\n_dmarc TXT \"v=DMARC1; p=reject; t=y; " RUA "\"\n" KEY,
     ""},
    {"p=reject and a null MX", "s1", NULL, "@ MX 0 .\n" GOOD KEY, ""},
    {"a provider's return path, no key", "", "x@b.example.net", NONE,
     "dmarc.no-aligned-source"},
    {"a provider's return path, and a key", "s1", "x@b.example.net",
     NONE KEY, ""},
    {"a selector without a key", "s1", NULL, NO_SPF NONE "x._domainkey TXT \"\"\n",
     "dmarc.no-aligned-source"},
    {"6376 3.6.1: a key that is revoked", "s1", NULL,
     NO_SPF NONE "s1._domainkey TXT \"v=DKIM1; p=\"\n", "dmarc.no-aligned-source"},
    {"a key that is revoked, and mail may pass by SPF", "s1", NULL,
     NONE "s1._domainkey TXT \"v=DKIM1; p=\"\n", ""},
    {"TXT that is no key", "s1", NULL, NO_SPF NONE "s1._domainkey TXT \"hello\"\n",
     "dmarc.no-aligned-source"},
    {"a key beside TXT that is none", "s1", NULL,
     NONE KEY "s1._domainkey TXT \"hello\"\n", ""},
    {"keys may be there under other selectors", "", "x@b.example.net",
     NONE "x._domainkey TXT \"\"\n", ""},
    {"a return path below, relaxed", "", "x@b.example.com", NONE, ""},
    {"a return path below, aspf=s", "", "x@b.example.com",
     "_dmarc TXT \"v=DMARC1; p=none; aspf=s; " RUA "\"\n",
     "dmarc.strict-breaks-source"},
    {"a return path below, aspf=s, and a key", "s1", "x@b.example.com",
     "_dmarc TXT \"v=DMARC1; p=none; aspf=s; " RUA "\"\n" KEY, ""},
    {"the domain itself, aspf=s", "", "x@example.com",
     "_dmarc TXT \"v=DMARC1; p=none; aspf=s; " RUA "\"\n", ""},
    {"adkim=s has nothing to do with MAIL FROM", "", "x@b.example.com",
     "_dmarc TXT \"v=DMARC1; p=none; adkim=s; " RUA "\"\n", ""},
    {"the null return path is no source", "", "", NONE, ""},
    {"by RFC 7489 it aligns, by RFC 9989 nobody knows", "", "x@b.example.com",
     NONE ";! _dmarc.b TXT SERVFAIL\n", ""},
    {"an answer about the selector is missing", "s1", "x@b.example.net",
     NONE ";! s1._domainkey TXT SERVFAIL\n", "dmarc.no-aligned-source?"},
};
/* clang-format on */

static void
test_senders(void)
{
    static const char *const sources[] = {
        "dmarc.no-aligned-source", "dmarc.strict-breaks-source",
        "dmarc.reject-spf-only", "dmarc.reject-user-domain"};

    for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++) {
        struct strbuf text = STRBUF_INIT, seen = STRBUF_INIT;
        struct auditview view;
        char *word;

        auditview_open(&view, "example.com", senders[i].selectors);
        view.areas[0] = &area_dkim;
        view.areas[1] = &area_dmarc;
        view.input.mail_from = senders[i].sender;
        strbuf_addf(&text, "%s%s",
                    strncmp(senders[i].zone, NO_SPF, strlen(NO_SPF)) == 0
                        ? BARE
                        : ZONE,
                    senders[i].zone);
        auditview_zone(&view, text.p, NULL);
        for (word = strtok(view.findings.p, " "); word != NULL;
             word = strtok(NULL, " "))
            for (size_t k = 0; k < 4; k++)
                if (strncmp(word, sources[k], strlen(sources[k])) == 0)
                    strbuf_addf(&seen, "%s%s", seen.n > 0 ? " " : "", word);
        is_string(senders[i].wanted, seen.n > 0 ? seen.p : "", "%s",
                  senders[i].name);
        is_string("", view.bad.p, "%s: every field is supplied",
                  senders[i].name);
        strbuf_clear(&text);
        strbuf_clear(&seen);
        auditview_close(&view);
    }
}

/* Only resolvers failed: it may be so, and nothing is said to be missing. */
static void
test_unknown(void)
{
    struct auditview view;

    auditview_open(&view, "example.com", "");
    view.areas[0] = &area_dmarc;
    auditview_rules(&view, "* _dmarc.example.com TXT timeout\n");
    is_string("dmarc.temperror?", view.findings.p, "only resolvers failed");
    ok(strstr(view.decided.p, "dmarc.missing? ") != NULL,
       "whether a policy is missing is not known");
    ok(strstr(view.decided.p, "dmarc.policy-none? ") != NULL,
       "nor what it is");
    is_string("{\"state\":\"unknown\",\"record\":null,\"found_at\":null,"
              "\"rfc9989\":{\"state\":\"unknown\",\"org_domain\":null,"
              "\"record\":null,\"found_at\":null,\"tag\":null,\"policy\":"
              "null" NULLS ",\"walk\":["
              "{\"domain\":\"example.com\",\"name\":"
              "\"_dmarc.example.com.\",\"outcome\":\"timeout\","
              "\"found\":\"unknown\",\"record\":null},"
              "{\"domain\":\"com\",\"name\":\"_dmarc.com.\","
              "\"outcome\":\"refused\",\"found\":\"unknown\","
              "\"record\":null}],\"mail_from\":null},"
              "\"rfc7489\":{\"state\":\"unknown\",\"org_domain\":"
              "\"example.com\",\"record\":null,\"found_at\":null,\"tag\":"
              "null,\"policy\":null" NULLS "}}",
              view.json.p, "facts that are not known are null");
    auditview_close(&view);
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test(rows[i].name, rows[i].domain, ZONE, rows[i].zone, rows[i].wanted);
    for (size_t i = 0; i < sizeof(parked) / sizeof(parked[0]); i++)
        test(parked[i].name, NULL, parked_zone, parked[i].zone,
             parked[i].wanted);
    test_facts();
    for (size_t i = 0; i < sizeof(walks) / sizeof(walks[0]); i++)
        test_walk(i);
    test_senders();
    test_unknown();
    return tap_done();
}
