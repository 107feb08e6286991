/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/audit/collect_hygiene.c, check_hygiene.c and
   check_answers.c. */
#include "common/audit/collect_hygiene.h"

#include "tests/audit/auditview.h"

#define ROOT                                                                  \
    "$ORIGIN .\n$TTL 3600\n. SOA ns dns 1 7200 3600 1209600 600\n. NS ns\n"
#define HEAD                                                                  \
    ROOT "$ORIGIN example.com.\n@ SOA ns1 dns 1 7200 3600 1209600 600\n"      \
         "@ NS ns1\nns1 A 192.0.2.1\n"
#define MX    "@ MX 10 mail\nmail A 192.0.2.25\n"
#define SPF   "@ TXT \"v=spf1 mx -all\"\n"
#define DMARC "_dmarc TXT \"v=DMARC1; p=none; rua=mailto:d@example.com\"\n"
#define KEY   "TXT \"v=DKIM1; p=\"\n"

/* clang-format off */

/* Findings of dns.*; the selectors are s1 and, only guessed, s2. */
static const struct {
    const char *name;
    const char *zone;
    const char *wanted;
} rows[] = {
    {"nothing to say", HEAD MX SPF DMARC "s1._domainkey " KEY, ""},
    {"a backslash before a semicolon",
     HEAD MX SPF "_dmarc TXT \"v=DMARC1\\\\; p=none\"\n",
     "escaped-semicolon"},
    {"quotation marks in the data",
     HEAD MX SPF "_dmarc TXT \"\\\"v=DMARC1; p=none\\\"\"\n",
     "embedded-quotes"},
    {"an en dash", HEAD MX DMARC "@ TXT \"v=spf1 mx \\226\\128\\147all\"\n",
     "smart-characters"},
    {"an empty string", HEAD MX DMARC "@ TXT \"\" \"v=spf1 mx -all\"\n",
     "empty-string"},
    {"others' records are not ours to judge",
     HEAD MX SPF DMARC "@ TXT \"token=\\\"x\\\"\\\\;\"\n", ""},
    {"the zone's name twice",
     HEAD MX SPF "_dmarc.example.com TXT \"v=DMARC1; p=none\"\n",
     "doubled-origin"},
    {"a guess that is found is looked at as well",
     HEAD MX SPF DMARC "s2._domainkey TXT \"v=DKIM1\\\\; p=\"\n",
     "escaped-semicolon"},
    {"a wildcard", HEAD MX SPF DMARC "* A 192.0.2.9\n", "wildcard-any"},
    {"a wildcard with TXT", HEAD MX SPF DMARC "* TXT \"x\"\n",
     "wildcard-domainkey wildcard-dmarc wildcard-any"},
    {"a long TTL", HEAD MX SPF "_dmarc 86400 TXT \"v=DMARC1; p=none\"\n",
     "ttl-too-long"},
    {"a long TTL of an alias",
     HEAD MX SPF DMARC "s1._domainkey 86400 CNAME key\nkey " KEY,
     "ttl-too-long"},
    {"the TTL of an alias's target is its owner's affair",
     HEAD MX SPF DMARC "s1._domainkey CNAME key\nkey 86400 " KEY, ""},
    {"a short TTL", HEAD MX SPF "_dmarc 60 TXT \"v=DMARC1; p=none\"\n",
     "ttl-too-short"},
    {"absence is long remembered",
     ROOT "$ORIGIN example.com.\n"
     "@ 86400 SOA ns1 dns 1 7200 3600 1209600 86400\n@ NS ns1\n"
     "ns1 A 192.0.2.1\n" MX SPF DMARC, "negative-ttl-long"},
    {"2308 5: the SOA's own TTL is a limit",
     ROOT "$ORIGIN example.com.\n"
     "@ 600 SOA ns1 dns 1 7200 3600 1209600 86400\n@ NS ns1\n"
     "ns1 A 192.0.2.1\n" MX SPF DMARC, ""},
    {"an underscore in a host's name",
     HEAD SPF DMARC "@ MX 10 mail_1\nmail_1 A 192.0.2.25\n",
     "underscore-hostname"},
    {"a server that fails for a key",
     HEAD MX SPF DMARC "s1._domainkey " KEY
     ";! s1._domainkey TXT SERVFAIL\n", "servfail"},
    {"a server that fails for the policy",
     HEAD MX SPF DMARC "s1._domainkey " KEY ";! _dmarc TXT SERVFAIL\n",
     "servfail"},
};
/* clang-format on */

static void
short_findings(const struct auditview *view, struct strbuf *out)
{
    struct slice rest = strbuf_slice(&view->findings), word;
    struct slice prefix = SLICE("dns.");

    while (slice_next(&rest, ' ', &word)) {
        if (!slice_starts(word, prefix))
            continue;
        if (out->n > 0)
            strbuf_add_char(out, ' ');
        strbuf_add_slice(out, slice_from(word, prefix.n));
    }
}

static void
open_view(struct auditview *view)
{
    auditview_open(view, "example.com", "s1 !s2");
    view->areas[0] = &area_dkim;
    view->areas[1] = &area_dmarc;
    view->areas[2] = &area_hygiene;
}

static void
test_row(size_t i)
{
    struct auditview view;
    struct strbuf seen = STRBUF_INIT;

    open_view(&view);
    auditview_zone(&view, rows[i].zone, NULL);
    short_findings(&view, &seen);
    is_string(rows[i].wanted, seen.p, "%s", rows[i].name);
    is_string("", view.bad.p, "%s: every field is supplied", rows[i].name);
    auditview_close(&view);
    strbuf_clear(&seen);
}

static void
test_crowd(void)
{
    struct auditview view;
    struct strbuf zone = STRBUF_INIT, seen = STRBUF_INIT;

    open_view(&view);
    strbuf_add_text(&zone, HEAD MX SPF DMARC);
    for (int i = 0; i < 9; i++)
        strbuf_addf(&zone, "@ TXT \"token-%d\"\n", i);
    auditview_zone(&view, zone.p, NULL);
    short_findings(&view, &seen);
    is_string("", seen.p, "nine other records at the domain");
    strbuf_add_text(&zone, "@ TXT \"token-9\"\n");
    auditview_zone(&view, zone.p, NULL);
    strbuf_cut(&seen, 0);
    short_findings(&view, &seen);
    is_string("apex-txt-crowded", seen.p, "ten of them");
    auditview_close(&view);
    strbuf_clear(&zone);
    strbuf_clear(&seen);
}

/* Servers that each do something else. */
static void
test_servers(void)
{
    struct auditview view;
    struct strbuf seen = STRBUF_INIT;

    open_view(&view);
    auditview_rules(
        &view,
        "* example.com SOA found ns1.example.com. d.example.com. 1 1 1 1 1\n"
        "* example.com NS found ns1.example.com.\n"
        "* ns1.example.com A found 192.0.2.1\n"
        "* ns1.example.com AAAA found 2001:db8::1\n"
        "192.0.2.1 _domainkey.example.com TXT refused\n"
        "2001:db8::1 _domainkey.example.com TXT timeout\n"
        "resolver _domainkey.example.com TXT nodata\n"
        "* *.example.com ANY nxdomain\n* example.com ANY nodata\n");
    short_findings(&view, &seen);
    is_string("server-refused server-timeout", seen.p,
              "servers that refuse and that do not answer");
    ok(strstr(view.places.p, "dns.server-refused _domainkey.example.com.\n")
           != NULL,
       "and where");
    is_string("", view.bad.p, "every field is supplied");
    auditview_close(&view);
    strbuf_clear(&seen);
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(i);
    test_crowd();
    test_servers();
    return tap_done();
}
