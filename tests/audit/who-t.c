/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who can act as a domain: exactly the parties that a zone gives a power. */
#include "common/audit/who.h"

#include <stdlib.h>

#include "tests/audit/zoneview.h"

/* The domain's own zone, and everybody else's. */
#define OWN                                                                   \
    "example.com. SOA ns.host.test. h.host.test. 1 1 1 1 1\n"                 \
    "example.com. NS ns.host.test.\n"
#define TEST                                                                  \
    "test. SOA ns.nic.test. h.nic.test. 1 1 1 1 1\n"                          \
    "ns.host.test. A 192.0.2.1\nns1.vendor.test. A "                          \
    "192.0.2.2\nns2.other.test. A 192.0.2.4\n"                                \
    "com. SOA ns.nic.test. h.nic.test. 1 1 1 1 1\n"

struct row {
    const char *name;       /* of the test */
    const char *zone;       /* beside OWN and TEST */
    const char *selectors;  /* asserted */
    const char *subdomains; /* likewise */
    const char *parties;    /* "owner=POWERS", c, p, s, r, then ^ when keys
                               pass for the domain above, ?^ unknown, ! gone */
    const char *unknown;    /* "NAME TYPE" */
};

/* clang-format off */
static const struct row rows[] = {
    {"nothing but the zone",
     "",
     "", "", "host.test=cpsr", ""},
    {"_domainkey cut off",
     "_domainkey.example.com. NS ns1.vendor.test.\n",
     "", "", "host.test=cpsr vendor.test=c", ""},
    {"two servers of one owner are one party",
     "_domainkey.example.com. NS ns1.vendor.test.\n"
     "_domainkey.example.com. NS ns2.vendor.test.\n",
     "", "", "host.test=cpsr vendor.test=c", ""},
    {"two owners are two",
     "_domainkey.example.com. NS ns1.vendor.test.\n"
     "_domainkey.example.com. NS ns2.other.test.\n",
     "", "", "host.test=cpsr vendor.test=c other.test=c", ""},
    {"a cut whose server is no more",
     "_domainkey.example.com. NS ns1.gone.test.\n",
     "", "", "host.test=cpsr gone.test=c!", ""},
    {"_domainkey by DNAME",
     "_domainkey.example.com. DNAME k.vendor.test.\n"
     "k1.k.vendor.test. TXT \"v=DKIM1; p=\"\n",
     "k1", "", "host.test=cpsr vendor.test=c", ""},
    {"a CNAME at _domainkey gives nobody a key",
     "_domainkey.example.com. CNAME k.vendor.test.\n",
     "", "", "host.test=cpsr", ""},
    {"a selector by CNAME",
     "k1._domainkey.example.com. CNAME k1.vendor.test.\n"
     "k1.vendor.test. TXT \"v=DKIM1; p=\"\n",
     "k1", "", "host.test=cpsr vendor.test=c", ""},
    {"an alias of an alias: both can",
     "k1._domainkey.example.com. CNAME k1.first.test.\n"
     "k1.first.test. CNAME k1.second.test.\n"
     "k1.second.test. TXT \"v=DKIM1; p=\"\n",
     "k1", "", "host.test=cpsr first.test=c second.test=c", ""},
    {"a selector whose target is gone",
     "k1._domainkey.example.com. CNAME k1.gone.test.\n",
     "k1", "", "host.test=cpsr gone.test=c!", ""},
    {"a selector cut off",
     "k1._domainkey.example.com. NS ns.vendor.test.\n"
     "ns.vendor.test. A 192.0.2.9\n",
     "k1", "", "host.test=cpsr vendor.test=c", ""},
    {"a part of a dotted selector cut off",
     "eu._domainkey.example.com. NS ns.vendor.test.\n"
     "ns.vendor.test. A 192.0.2.9\n",
     "k1.eu", "", "host.test=cpsr vendor.test=c", ""},
    {"a wildcard below _domainkey",
     "*._domainkey.example.com. CNAME k.vendor.test.\n"
     "k.vendor.test. TXT \"v=DKIM1; p=\"\n",
     "k1", "", "host.test=cpsr vendor.test=c", ""},
    {"a key in the zone gives nobody a name",
     "k1._domainkey.example.com. TXT \"v=DKIM1; p=\"\n",
     "k1", "", "host.test=cpsr", ""},
    {"an alias into a name of one's own that is cut off",
     "k1._domainkey.example.com. CNAME k1.keys.example.com.\n"
     "keys.example.com. SOA ns.vendor.test. h.vendor.test. 1 1 1 1 1\n"
     "keys.example.com. NS ns.vendor.test.\n"
     "k1.keys.example.com. TXT \"v=DKIM1; p=\"\n",
     "k1", "", "host.test=cpsr vendor.test=c example.com=c", ""},
    {"_dmarc by CNAME",
     "_dmarc.example.com. CNAME d.vendor.test.\n"
     "d.vendor.test. TXT \"v=DMARC1; p=none\"\n",
     "", "", "host.test=cpsr vendor.test=p", ""},
    {"_dmarc cut off",
     "_dmarc.example.com. NS ns.vendor.test.\n"
     "_dmarc.example.com. SOA ns.vendor.test. h.vendor.test. 1 1 1 1 1\n"
     "_dmarc.example.com. TXT \"v=DMARC1; p=none\"\n",
     "", "", "host.test=cpsr vendor.test=p", ""},
    {"reports go to two, and to oneself",
     "_dmarc.example.com. TXT \"v=DMARC1; p=none; "
     "rua=mailto:a@in.vendor.test,mailto:b@example.com; "
     "ruf=mailto:c@other.test\"\n",
     "", "", "host.test=cpsr vendor.test=r example.com=r other.test=r", ""},
    {"SPF: includes within includes",
     "example.com. TXT \"v=spf1 include:s.vendor.test -all\"\n"
     "s.vendor.test. TXT \"v=spf1 include:s.other.test ?all\"\n"
     "s.other.test. TXT \"v=spf1 ip4:192.0.2.0/24 ?all\"\n",
     "", "", "host.test=cpsr vendor.test=s other.test=s", ""},
    {"SPF: what gives no pass gives no power",
     "example.com. TXT \"v=spf1 ?include:a.vendor.test -a:b.other.test "
     "~mx:c.third.test -all include:d.fourth.test\"\n"
     "a.vendor.test. TXT \"v=spf1 ip4:192.0.2.0/24 ?all\"\n"
     "b.other.test. A 192.0.2.1\n"
     "c.third.test. MX 1 b.other.test.\n",
     "", "", "host.test=cpsr", ""},
    {"SPF: hosts by a and mx, and exists",
     "example.com. TXT \"v=spf1 a:h.vendor.test mx "
     "exists:%{i}.x.third.test -all\"\n"
     "example.com. MX 1 m.other.test.\n"
     "h.vendor.test. A 192.0.2.3\n"
     "m.other.test. A 192.0.2.4\n",
     "", "", "host.test=cpsr vendor.test=s other.test=s third.test=s", ""},
    {"SPF: redirect, and one's own addresses",
     "example.com. TXT \"v=spf1 ip4:192.0.2.1 redirect=r.vendor.test\"\n"
     "r.vendor.test. TXT \"v=spf1 -all\"\n",
     "", "", "host.test=cpsr example.com=s vendor.test=s", ""},
    {"SPF: an include that is gone",
     "example.com. TXT \"v=spf1 include:s.gone.test -all\"\n",
     "", "", "host.test=cpsr gone.test=s!", ""},
    {"a vendor that is known",
     "example.com. TXT \"v=spf1 include:sendgrid.net -all\"\n"
     "net. SOA a.test. b.test. 1 1 1 1 1\n"
     "sendgrid.net. TXT \"v=spf1 -all\"\n",
     "", "", "host.test=cpsr sendgrid.net(Twilio SendGrid)=s", ""},
    {"SPF: a loop ends",
     "example.com. TXT \"v=spf1 include:s.vendor.test -all\"\n"
     "s.vendor.test. TXT \"v=spf1 include:example.com -all\"\n",
     "", "", "host.test=cpsr vendor.test=s", ""},
    {"a subdomain cut off may sign as the domain",
     "news.example.com. NS ns.vendor.test.\n"
     "ns.vendor.test. A 192.0.2.9\n"
     "_dmarc.example.com. TXT \"v=DMARC1; p=none\"\n",
     "", "news", "host.test=cpsr vendor.test=cps^", ""},
    {"but not where alignment is strict",
     "news.example.com. SOA ns.vendor.test. h.vendor.test. 1 1 1 1 1\n"
     "news.example.com. NS ns.vendor.test.\n"
     "_dmarc.example.com. TXT \"v=DMARC1; p=none; adkim=s; "
     "aspf=s\"\n",
     "", "news", "host.test=cpsr vendor.test=cps", ""},
    {"SPF of it aligns by aspf= alone",
     "news.example.com. SOA ns.vendor.test. h.vendor.test. 1 1 1 1 1\n"
     "news.example.com. NS ns.vendor.test.\n"
     "_dmarc.example.com. TXT \"v=DMARC1; p=none; adkim=s\"\n",
     "", "news", "host.test=cpsr vendor.test=cps^", ""},
    /* Relaxed SPF: RFC 9989 section 4.4.2, 5.1 (aspf). */
    {"a subdomain that is an alias sends, and makes no key",
     "em.example.com. CNAME u.vendor.test.\n"
     "u.vendor.test. TXT \"v=spf1 -all\"\n"
     "_dmarc.example.com. TXT \"v=DMARC1; p=none\"\n",
     "", "em", "host.test=cpsr vendor.test=s^", ""},
    {"its SPF does not align by aspf=s",
     "em.example.com. CNAME u.vendor.test.\n"
     "u.vendor.test. TXT \"v=spf1 -all\"\n"
     "_dmarc.example.com. TXT \"v=DMARC1; p=none; aspf=s\"\n",
     "", "em", "host.test=cpsr vendor.test=s", ""},
    {"who is included there sends as well",
     "em.example.com. CNAME u.vendor.test.\n"
     "u.vendor.test. TXT \"v=spf1 include:s.other.test -all\"\n"
     "s.other.test. TXT \"v=spf1 -all\"\n",
     "", "em", "host.test=cpsr vendor.test=s^ other.test=s^", ""},
    {"a subdomain by DNAME: all names below it",
     "em.example.com. DNAME u.vendor.test.\n"
     "em.example.com. TXT \"v=spf1 include:s.other.test -all\"\n"
     "s.other.test. TXT \"v=spf1 -all\"\n",
     "", "em", "host.test=cpsr vendor.test=cps^ other.test=s^", ""},
    {"names below an alias are not its target's",
     "em.example.com. CNAME u.vendor.test.\n"
     "u.vendor.test. TXT \"v=spf1 -all\"\n"
     "k1._domainkey.em.example.com. CNAME k1.other.test.\n"
     "k1.other.test. TXT \"v=DKIM1; p=\"\n",
     "k1", "em", "host.test=cpsr other.test=c^ vendor.test=s^", ""},
    {"below a subdomain in the zone: keys cut off",
     "_domainkey.em.example.com. NS ns1.vendor.test.\n",
     "k1", "em", "host.test=cpsr vendor.test=c^", ""},
    {"a selector by CNAME",
     "k1._domainkey.em.example.com. CNAME k1.vendor.test.\n"
     "k1.vendor.test. TXT \"v=DKIM1; p=\"\n"
     "_dmarc.example.com. TXT \"v=DMARC1; p=none; adkim=s\"\n",
     "k1", "em", "host.test=cpsr vendor.test=c", ""},
    {"its policy, which leads reports to a third",
     "_dmarc.em.example.com. CNAME d.vendor.test.\n"
     "d.vendor.test. TXT \"v=DMARC1; p=none; "
     "rua=mailto:a@other.test\"\n",
     "", "em", "host.test=cpsr vendor.test=p other.test=r", ""},
    {"its SPF",
     "em.example.com. TXT \"v=spf1 include:s.vendor.test -all\"\n"
     "s.vendor.test. TXT \"v=spf1 -all\"\n",
     "", "em", "host.test=cpsr vendor.test=s^", ""},
    /* RFC 4592 section 3.3: it stands for names of any depth. */
    {"a wildcard has whatever is not there",
     "*.example.com. CNAME w.vendor.test.\n"
     "_dmarc.example.com. TXT \"v=DMARC1; p=none\"\n"
     "_domainkey.example.com. TXT \"\"\n"
     "w.vendor.test. TXT \"v=spf1 -all\"\n",
     "k1", "em", "host.test=cpsr vendor.test=cps^", ""},
    /* Never a party out of a failure. */
    {"a selector that fails",
     ";! k1._domainkey.example.com. TXT SERVFAIL\n"
     ";! k1._domainkey.example.com. NS SERVFAIL\n",
     "k1", "", "host.test=cpsr", "k1._domainkey.example.com. NS"},
    {"SPF that does not answer",
     ";! example.com. TXT TIMEOUT\n",
     "", "", "host.test=cpsr", "example.com. TXT"},
    {"an include that fails: its owner is known, what is below is not",
     "example.com. TXT \"v=spf1 include:s.vendor.test -all\"\n"
     ";! s.vendor.test. TXT SERVFAIL\n",
     "", "", "host.test=cpsr vendor.test=s", "s.vendor.test. TXT"},
    {"keys of a subdomain that fail",
     "em.example.com. A 192.0.2.1\n"
     ";! _domainkey.em.example.com. ANY SERVFAIL\n",
     "", "em", "host.test=cpsr", "_domainkey.em.example.com. NS"},
    {"a policy that fails",
     ";! _dmarc.example.com. ANY SERVFAIL\n",
     "", "", "host.test=cpsr", "_dmarc.example.com. NS"},
};
/* clang-format on */

struct run {
    struct who_input input; /* what is asked */
    struct strbuf parties;  /* told */
    struct strbuf unknown;  /* likewise */
};

static void
tell(struct run *run, const struct who *who, struct arena *arena)
{
    strbuf_cut(&run->parties, 0);
    strbuf_cut(&run->unknown, 0);
    for (size_t i = 0; i < who->party_count; i++) {
        const struct who_party *party = &who->parties[i];
        bool gone = false;

        strbuf_addf(&run->parties, "%s%s", i > 0 ? " " : "",
                    name_bare(arena, &party->owner));
        if (party->vendor != NULL)
            strbuf_addf(&run->parties, "(%s)", party->vendor);
        strbuf_add_char(&run->parties, '=');
        for (unsigned k = 0; k < WHO_POWERS; k++)
            if (party->powers & (1u << k))
                strbuf_add_char(&run->parties, "cpsr"[k]);
        strbuf_add_text(&run->parties, party->as_parent == WHO_YES ? "^"
                                       : party->as_parent == WHO_CANNOT_TELL
                                           ? "?^"
                                           : "");
        for (size_t k = 0; k < party->way_count; k++)
            gone = gone || party->ways[k]->state == WHO_GONE;
        strbuf_add_text(&run->parties, gone ? "!" : "");
    }
    for (size_t i = 0; i < who->unknown_count; i++) {
        strbuf_addf(&run->unknown, "%s%s ", i > 0 ? ", " : "",
                    name_dotted(arena, &who->unknown[i].name));
        rrtype_present(who->unknown[i].type, &run->unknown);
    }
}

static void
analyse(void *context, struct view *view)
{
    struct run *run = context;

    tell(run, who_find(view, &run->input), view_run_arena(view));
}

/* Text to names: "news" is news.example.com. */
static void
test(const struct row *row)
{
    struct audit_selector selector = {.selector = row->selectors,
                                      .origin = SELECTOR_COMMAND_LINE};
    struct run run = {.parties = STRBUF_INIT, .unknown = STRBUF_INIT};
    struct name subdomain;
    struct zoneview zone;
    struct strbuf text = STRBUF_INIT;

    name_parse(&run.input.domain, SLICE("example.com"), NULL);
    run.input.selectors = &selector;
    run.input.selector_count = row->selectors[0] != '\0';
    if (row->subdomains[0] != '\0')
        name_prepend(&subdomain, slice_of(row->subdomains), &run.input.domain);
    run.input.subdomains = &subdomain;
    run.input.subdomain_count = run.input.subdomain_asserted =
        row->subdomains[0] != '\0';
    strbuf_addf(&text, "%s%s%s", TEST, OWN, row->zone);
    zoneview_open(&zone, text.p, NULL);
    view_free(engine_run_one(&zone.settings, "example.com", analyse, &run));
    zoneview_close(&zone);
    is_string(row->parties, run.parties.p, "%s: parties", row->name);
    is_string(row->unknown, run.unknown.p, "%s: unknown", row->name);
    strbuf_clear(&text);
    strbuf_clear(&run.parties);
    strbuf_clear(&run.unknown);
}

int
main(void)
{
    plan(2 * sizeof(rows) / sizeof(rows[0]));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test(&rows[i]);
    return tap_done();
}
