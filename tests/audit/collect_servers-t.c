/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/audit/collect_servers.c and check_servers.c. */
#include "common/audit/collect_servers.h"

#include "common/audit/collect_dkim.h"
#include "tests/audit/rulesource.h"

/* example.com has two servers, 192.0.2.1 and 192.0.2.2, of two providers. */
#define SOA                                                                   \
    " found ns1.example.com. dns.example.com. 1 7200 3600 1209600 600\n"
#define SERVERS                                                               \
    "resolver example.com NS found ns1.example.com. | ns.example.net.\n"      \
    "* ns1.example.com A found 192.0.2.1\n"                                   \
    "* ns1.example.com AAAA nodata\n"                                         \
    "* ns.example.net A found 192.0.2.2\n"                                    \
    "* ns.example.net AAAA nodata\n"
#define ZONE SERVERS "* example.com SOA" SOA
/* Names that have nothing, at the end. */
#define REST                                                                  \
    "* example.com TXT found \"v=spf1 -all\"\n"                               \
    "* k1._domainkey.example.com TXT found \"v=DKIM1; p=\"\n"                 \
    "* _domainkey.example.com ANY nodata\n"                                   \
    "* example.com ANY nodata\n"                                              \
    "* k1._domainkey.example.com ANY nodata\n"                                \
    "* *.example.com ANY nxdomain\n"                                          \
    "* *.example.com.example.com ANY nxdomain\n"

/* clang-format off */

/* Six servers, the last by another provider; all have the zone. */
#define SIX                                                                   \
    "resolver example.com NS found a.example.com. | b.example.com. |"         \
    " c.example.com. | d.example.com. | e.example.com. | ns.example.net.\n"   \
    "* a.example.com A found 192.0.2.11\n* b.example.com A found 192.0.2.12\n" \
    "* c.example.com A found 192.0.2.13\n* d.example.com A found 192.0.2.14\n" \
    "* e.example.com A found 192.0.2.15\n* ns.example.net AAAA nodata\n"     \
    "* *.example.com AAAA nodata\n"                                           \
    "* example.com SOA" SOA
#define NET "* ns.example.net A found 192.0.2.2\n"
/* Five providers. */
#define FIVE                                                                  \
    "resolver example.com NS found ns.a.net. | ns.b.net. | ns.c.net. |"       \
    " ns.d.net. | ns.e.net.\n"                                                \
    "* ns.a.net A found 192.0.2.11\n* ns.b.net A found 192.0.2.12\n"          \
    "* ns.c.net A found 192.0.2.13\n* ns.d.net A found 192.0.2.14\n"          \
    "* ns.e.net A found 192.0.2.15\n* example.com SOA" SOA                    \
    "* *.net AAAA nodata\n"

/* TXT that fits no 512 octets; it is cut over UDP.  The zone above is told by
   192.0.2.9. */
#define TEN(x) x x x x x x x x x x
#define LONG                                                                  \
    "resolver example.com TXT found \"v=spf1 -all\" | " TEN(                  \
        TEN("\"tokn\" ")) "\n"                                               \
    "udp example.com TXT cut\n"                                               \
    "resolver com SOA found a.nic.com. h.nic.com. 1 2 3 4 5\n"                \
    "resolver com NS found a.nic.com.\n"                                      \
    "resolver a.nic.com A found 192.0.2.9\n"
#define ABOVE " example.com NS found ns1.example.com. | ns.example.net.\n"

/* Findings about servers. */
static const struct {
    const char *name;
    const char *rules;
    const char *wanted;
    enum report_decision split; /* of duplicate-rrset-on-provider */
} rows[] = {
    {"all is well", ZONE REST, "", REPORT_GOOD},
    {"1034 6.2: one answers without AA",
     "192.0.2.1 example.com SOA found# ns1.example.com. dns.example.com. 1"
     " 7200 3600 1209600 600\n" ZONE REST, "no-aa ", REPORT_GOOD},
    {"9156 2.3: A on the way is refused",
     ZONE "192.0.2.1 _domainkey.example.com A refused\n" REST,
     "qname-minimisation-breaks ", REPORT_GOOD},
    {"A on the way is denied",
     ZONE "192.0.2.1 _domainkey.example.com A nxdomain\n" REST,
     "qname-minimisation-breaks ", REPORT_GOOD},
    {"A on the way is refused, and so is the selector: it is no server of it",
     ZONE "192.0.2.1 _domainkey.example.com A refused\n"
     "192.0.2.1 k1._domainkey.example.com TXT refused\n" REST, "", REPORT_UNKNOWN},
    {"A on the way is behind a cut",
     ZONE "servers _domainkey.example.com ANY referral _domainkey.example.com\n"
     REST, "", REPORT_GOOD},
    {"2182 4: two providers differ",
     ZONE "192.0.2.2 example.com TXT found \"v=spf1 ~all\"\n" REST,
     "duplicate-rrset-on-provider ", REPORT_FOUND},
    {"only one of two has it",
     ZONE "192.0.2.2 k1._domainkey.example.com TXT nxdomain\n" REST,
     "duplicate-rrset-on-provider ", REPORT_FOUND},
    {"one of two says nothing", ZONE "192.0.2.2 example.com TXT timeout\n"
     REST, "", REPORT_UNKNOWN},
    {"six servers: the last one's provider is asked too",
     SIX NET "192.0.2.2 example.com TXT found \"v=spf1 ~all\"\n" REST,
     "duplicate-rrset-on-provider ", REPORT_FOUND},
    {"six servers: it is the same there", SIX NET REST, "", REPORT_GOOD},
    {"six servers: the last one has no address",
     SIX "* ns.example.net A nodata\n" REST, "", REPORT_UNKNOWN},
    {"five providers, and four of them are asked", FIVE REST, "",
     REPORT_UNKNOWN},
    {"6891 7: no answer to EDNS, and one without it",
     "mixed example.com SOA timeout\nplain example.com SOA" SOA
     "192.0.2.1 example.com SOA servfail\n"
     ZONE REST, "edns-broken ", REPORT_GOOD},
    {"a failure that passes: EDNS is answered the next time",
     "mixed example.com SOA" SOA "plain example.com SOA" SOA
     "192.0.2.1 example.com SOA servfail\n" ZONE REST, "", REPORT_GOOD},
    {"7766 5: one of two has TCP", LONG "192.0.2.1 example.com TXT timeout\n"
     ZONE REST, "tcp-unavailable ", REPORT_UNKNOWN},
    {"none has, and the zone above has", LONG "tcp example.com TXT timeout\n"
     "servers example.com TXT found \"v=spf1 -all\"\n"
     "192.0.2.9" ABOVE ZONE REST, "tcp-unavailable ", REPORT_GOOD},
    {"none has, nor the zone above: it may be our side",
     LONG "tcp example.com TXT timeout\n"
     "servers example.com TXT found \"v=spf1 -all\"\n"
     "tcp example.com NS timeout\n192.0.2.9" ABOVE ZONE REST,
     "tcp-unavailable? ", REPORT_GOOD},
    {"none has, and nobody else was there to be asked",
     LONG "tcp example.com TXT timeout\n"
     "servers example.com TXT found \"v=spf1 -all\"\n" ZONE REST,
     "tcp-unavailable? ", REPORT_GOOD},
    {"2181 10.1: an alias beside data",
     ZONE "servers example.com CNAME found example.net.\n" REST,
     "cname-with-data ", REPORT_GOOD},
};
/* clang-format on */

static const enum finding_id ids[] = {
    FIND_DNS_CASE_MANGLED,    FIND_DNS_CNAME_WITH_DATA,
    FIND_DNS_EDNS_BROKEN,     FIND_DNS_DUPLICATE_RRSET_ON_PROVIDER,
    FIND_DNS_NO_AA,           FIND_DNS_QNAME_MINIMISATION_BREAKS,
    FIND_DNS_TCP_UNAVAILABLE, FIND_DNS_TRUNCATION_MISSING,
};

struct run {
    struct audit_input input;
    const struct facts *facts;
};

static void
analyse(void *context, struct view *view)
{
    struct run *run = context;

    run->facts = audit_collect(&run->input, view);
}

static void
list(const struct report *report, struct strbuf *out)
{
    for (size_t i = 0; i < report_count(report); i++) {
        const struct finding *finding = report_finding(report, i);

        for (size_t j = 0; j < sizeof(ids) / sizeof(ids[0]); j++)
            if (finding->id == ids[j])
                strbuf_addf(out, "%s%s ", finding_def(ids[j])->name + 4,
                            finding->state == FINDING_FOUND ? "" : "?");
    }
}

int
main(void)
{
    static const struct audit_selector k1 = {.selector = "k1",
                                             .origin = SELECTOR_COMMAND_LINE};

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct run run = {
            .input = {.selectors = &k1, .selector_count = 1}
        };
        struct strbuf text = STRBUF_INIT;
        struct rulesource source;
        const struct report *report;
        struct view *view;

        name_parse(&run.input.domain, SLICE("example.com"), NULL);
        rulesource_open(&source, rows[i].rules);
        view = engine_run_one(
            &(struct view_settings){.source = &source.source, .seed = 7},
            "example.com", analyse, &run);
        report = audit_check(run.facts, view_run_arena(view));
        list(report, &text);
        is_string(rows[i].wanted, text.p == NULL ? "" : text.p, "%s",
                  rows[i].name);
        is_int(rows[i].split,
               report_decision(report, FIND_DNS_DUPLICATE_RRSET_ON_PROVIDER),
               "%s: do two providers agree?", rows[i].name);
        strbuf_clear(&text);
        view_free(view);
        rulesource_close(&source);
    }
    return tap_done();
}
