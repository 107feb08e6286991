/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Servers of a domain's zone that do not serve it, or not the same copy. */
#include "common/audit/cut.h"

#include "common/base/clock.h"
#include "tests/audit/auditview.h"

/* 2026-11-24T12:00:00Z. */
#define NOW 1795521600

/* What no row is about. */
#define RULES                                                                 \
    "resolver example.com SOA found ns1.example.com. h.example.com. 7 7200 "  \
    "3600 1209600 600\n"                                                      \
    "resolver example.com NS found ns1.example.com. | ns2.example.com.\n"     \
    "resolver ns1.example.com A found 192.0.2.1\n"                            \
    "resolver ns2.example.com A found 192.0.2.2\n"                            \
    "resolver *.example.com AAAA nodata\n"                                    \
    "resolver *.gone.com AAAA nxdomain\n"                                     \
    "resolver *.gone.com A nxdomain\n"                                        \
    "resolver com NS found a.nic.com.\n"                                      \
    "resolver _domainkey.example.com ANY nodata\n"                            \
    "resolver _dmarc.example.com ANY nodata\n"                                \
    "resolver example.com DS nodata\n"                                        \
    "resolver example.com DNSKEY nodata\n"                                    \
    "* _dmarc.example.com TXT nodata\n"
#define SOA(who, primary, serial)                                             \
    who " example.com SOA found " primary " h.example.com. " serial           \
        " 7200 3600 1209600 600\n"
#define FIRST  "192.0.2.1"
#define SECOND "192.0.2.2"
#define NS1    "ns1.example.com."

static const struct {
    const char *name;
    const char *rules;  /* before RULES */
    const char *wanted; /* findings but info; "?" behind unknown ones */
} rows[] = {
    {"both serve it",                                                    SOA("servers", NS1,            "7"),""                            },
    {"the second refuses",
     SOA(FIRST,                                                                         NS1,            "7") SECOND " example.com SOA refused\n",
     "delegation.ns-lame"},
    {"the second fails",
     SOA(FIRST,                                                                         NS1,            "7") SECOND " example.com SOA servfail\n",
     "delegation.ns-lame"},
    {"the second answers without authority",
     SOA(FIRST,                                                                         NS1,            "7") SECOND " example.com SOA found# " NS1
                                 " h.example.com. 7 1 1 1 1\n","delegation.ns-lame"          },
    {"the second sends us elsewhere",
     SOA(FIRST,                                                                         NS1,            "7") SECOND " example.com SOA referral com\n",
     "delegation.ns-lame"},
    {"the second is silent: that is not lame",
     SOA(FIRST,                                                                         NS1,            "7") SECOND " example.com SOA timeout\n",""                            },
    {"nobody serves it, and yet the resolvers have it: we reach others",
     "servers example.com SOA refused\n",                                               ""            },
    {"copies whose serials are counted: how old they are is not known",
     SOA(FIRST,                                                             NS1,            "7") SOA(SECOND,NS1,"6"), "delegation.serial-drift?"},
    {"over the end of the numbers",
     SOA(FIRST,                                                                         NS1,            "1") SOA(SECOND,NS1,                                                                                                                                                                                 "4294967295"),
     "delegation.serial-drift?"},
    {"a copy that is days old",
     SOA(FIRST,                                                      NS1,                                            "2026112001") SOA(SECOND,NS1,"2026111901"),
     "delegation.serial-drift"},
    {"one that is of today",
     SOA(FIRST,                                                               NS1,                                                                         "2026112401") SOA(SECOND,NS1,"2026111901"),
     "delegation.serial-drift?"},
    {"a number that looks like a date and is none",
     SOA(FIRST,NS1,"2026139901") SOA(SECOND,NS1,"2026139900"),
     "delegation.serial-drift?"},
    {"of two sources, each with serials of its own",
     SOA(FIRST,                                                                         NS1,                                                                                               "7") SOA(SECOND,"ns2.example.com.","2026112001"), ""},
    {"a server whose domain is free",
     "resolver example.com NS found ns1.example.com. | ns2.gone.com.\n"
     "resolver gone.com NS nxdomain\n" SOA("servers",                                                      NS1,                       "7"),
     "delegation.ns-dangling"                                                                                                 },
    {"a server that is gone, and whose domain is not",
     "resolver example.com NS found ns1.example.com. | ns2.gone.com.\n"
     "resolver gone.com NS found a.nic.com.\n" SOA("servers",                                                NS1,                                                            "7"),
     ""},
    {"a server that is gone, and nothing comes of its domain",
     "resolver example.com NS found ns1.example.com. | ns2.gone.com.\n"
     "resolver gone.com NS timeout\n" SOA("servers",                   NS1,                                                                          "7"),
     ""                                                                                                                                 },
};

/* A zone just below a registry's is no exception.  What is decided of
   delegation.ns-mismatch and glue-mismatch: "+" good, "?" unknown, "!" found.
 */
#define COM                                                                   \
    "resolver com SOA found a.nic.com. h.nic.com. 1 2 3 4 5\n"                \
    "resolver a.nic.com A found 192.0.2.9\n"
#define BELOW                                                                 \
    "servers example.com NS found ns1.example.com. | ns2.example.com.\n"
/* clang-format off */
static const struct {
    const char *name;
    const char *rules;
    const char *wanted;
} sides[] = {
    {"both sides say the same",
     COM "192.0.2.9 example.com NS referral example.com ns1.example.com=192."
     "0.2.1 ns2.example.com=192.0.2.2\n" BELOW, "++"},
    {"the zone above has a server too few",
     COM "192.0.2.9 example.com NS referral example.com"
     " ns1.example.com=192.0.2.1\n" BELOW, "!+"},
    {"it has another address",
     COM "192.0.2.9 example.com NS referral example.com ns1.example.com=192."
     "0.2.1 ns2.example.com=192.0.2.3\n" BELOW, "+!"},
    {"the zone above says nothing",
     COM "192.0.2.9 example.com NS timeout\n" BELOW, "??"},
    {"its server serves both zones: what it would say is not seen",
     COM BELOW, "??"},
    {"one server says nothing of its own",
     COM "192.0.2.9 example.com NS referral example.com ns1.example.com=192."
     "0.2.1 ns2.example.com=192.0.2.2\n192.0.2.2 example.com NS timeout\n"
     BELOW, "??"},
};
/* clang-format on */

static char
decision(const struct auditview *view, const char *id)
{
    const char *at = strstr(view->decided.p, id);

    if (strstr(view->findings.p == NULL ? "" : view->findings.p, id) != NULL)
        return '!';
    return at == NULL ? '-' : at[strlen(id)] == '?' ? '?' : '+';
}

static void
test_sides(size_t i)
{
    struct auditview view;
    struct strbuf rules = STRBUF_INIT;
    char seen[3] = "";

    auditview_open(&view, "example.com", "");
    view.areas[0] = &area_delegation;
    strbuf_addf(&rules, "%s%s" RULES, sides[i].rules,
                SOA("servers", NS1, "7"));
    auditview_rules(&view, rules.p);
    seen[0] = decision(&view, "delegation.ns-mismatch");
    seen[1] = decision(&view, "delegation.glue-mismatch");
    is_string(sides[i].wanted, seen, "%s", sides[i].name);
    strbuf_clear(&rules);
    auditview_close(&view);
}

/* What was not heard of everybody is not decided. */
#define CUT                                                                   \
    "resolver _domainkey.example.com NS found a.vendor.com. | "               \
    "b.vendor.com.\n"                                                         \
    "resolver _domainkey.example.com SOA servfail\n"                          \
    "resolver a.vendor.com A found 192.0.2.11\n"                              \
    "resolver b.vendor.com A nodata\nresolver a.vendor.com AAAA nodata\n"
#define SERVED SOA("servers", NS1, "7")
/* clang-format off */
static const struct {
    const char *name;
    const char *selectors;
    const char *rules;
    const char *id;
    char wanted; /* see decision() */
} heard[] = {
    {"two servers, both heard", "", SERVED, "delegation.ns-lame", '+'},
    {"one has IPv6 alone, and there is no way to it", "",
     "resolver ns2.example.com A nodata\n"
     "resolver ns2.example.com AAAA found 2001:db8::2\n"
     SOA(FIRST, NS1, "7"), "delegation.ns-lame", '?'},
    {"one has no address", "", "resolver ns2.example.com A nodata\n"
     SOA(FIRST, NS1, "7"), "delegation.ns-lame", '+'},
    {"it has five addresses", "",
     "resolver ns2.example.com A found 192.0.2.2 | 192.0.2.3 | 192.0.2.4 |"
     " 192.0.2.5 | 192.0.2.6\n" SERVED, "delegation.ns-lame", '?'},
    {"four addresses", "",
     "resolver ns2.example.com A found 192.0.2.2 | 192.0.2.3 | 192.0.2.4 |"
     " 192.0.2.5\n" SERVED, "delegation.ns-lame", '+'},
    {"seventeen servers", "",
     "resolver example.com NS found a.example.com. | b.example.com. |"
     " c.example.com. | d.example.com. | e.example.com. | f.example.com. |"
     " g.example.com. | h.example.com. | i.example.com. | j.example.com. |"
     " k.example.com. | l.example.com. | m.example.com. | n.example.com. |"
     " o.example.com. | p.example.com. | q.example.com.\n"
     "resolver *.example.com A found 192.0.2.1\n" SERVED,
     "delegation.ns-lame", '?'},
    {"a cut: one server is lame, the other out of reach", "",
     CUT "resolver b.vendor.com AAAA found 2001:db8::2\n"
     "192.0.2.11 _domainkey.example.com SOA refused\n" SERVED,
     "delegation.ns-dangling", '?'},
    {"a cut: one server is lame, the other has no address", "",
     CUT "resolver b.vendor.com AAAA nodata\n"
     "192.0.2.11 _domainkey.example.com SOA refused\n" SERVED,
     "delegation.ns-dangling", '!'},
    {"nobody serves the cut: there are no copies to compare", "s1",
     CUT "resolver b.vendor.com AAAA nodata\n"
     "192.0.2.11 _domainkey.example.com SOA refused\n"
     "resolver s1._domainkey.example.com TXT found v=DKIM1\\;p=\n" SERVED,
     "delegation.inconsistent-answers", '?'},
    {"nor serials", "",
     CUT "resolver b.vendor.com AAAA nodata\n"
     "192.0.2.11 _domainkey.example.com SOA refused\n" SERVED,
     "delegation.serial-drift", '?'},
};
/* clang-format on */

static void
test_heard(size_t i)
{
    struct auditview view;
    struct strbuf rules = STRBUF_INIT;
    size_t n = 0;

    auditview_open(&view, "example.com", heard[i].selectors);
    if (heard[i].selectors[0] != '\0')
        view.areas[n++] = &area_dkim;
    view.areas[n] = &area_delegation;
    strbuf_addf(&rules, "%s" RULES, heard[i].rules);
    auditview_rules(&view, rules.p);
    is_int(heard[i].wanted, decision(&view, heard[i].id), "%s: %s",
           heard[i].id, heard[i].name);
    strbuf_clear(&rules);
    auditview_close(&view);
}

int
main(void)
{
    clock_set(NOW);
    plan_lazy();
    for (size_t i = 0; i < sizeof(heard) / sizeof(heard[0]); i++)
        test_heard(i);
    for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++)
        test_sides(i);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct auditview view;
        struct strbuf rules = STRBUF_INIT;

        auditview_open(&view, "example.com", "");
        view.hide_info = true;
        view.areas[0] = &area_delegation;
        strbuf_addf(&rules, "%s" RULES, rows[i].rules);
        auditview_rules(&view, rules.p);
        is_string(rows[i].wanted,
                  view.findings.p == NULL ? "" : view.findings.p, "%s",
                  rows[i].name);
        is_string("", view.bad.p == NULL ? "" : view.bad.p,
                  "%s: every field is supplied", rows[i].name);
        strbuf_clear(&rules);
        auditview_close(&view);
    }
    return tap_done();
}
