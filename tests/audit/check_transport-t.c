/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/audit/collect_transport.c and check_transport*.c. */
#include "common/audit/collect_transport.h"

#include "tests/audit/auditview.h"

/* example.com with good mail; the world around it. */
#define ROOT "$ORIGIN .\n. SOA ns dns 1 7200 3600 1209600 600\n. NS ns\n"
#define ZONE                                                                  \
    ROOT "$ORIGIN example.com.\n@ SOA ns1 dns 1 7200 3600 1209600 600\n"      \
         "@ NS ns1\nns1 A 192.0.2.1\nmail A 192.0.2.25\n"
#define MX   "@ MX 10 mail\n@ TXT \"v=spf1 mx -all\"\n"
#define TLS  "_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:a@example.com\"\n"
#define GOOD MX TLS
#define STS  "_mta-sts TXT \"v=STSv1; id=1\"\n"
/* The tree of addresses: to be closed by the name. */
#define PTR  "$ORIGIN 2.0.192.in-addr.arpa.\n25 PTR "
#define PTR6                                                                  \
    "$ORIGIN 8.b.d.0.1.0.0.2.ip6.arpa.\n"                                     \
    "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR "

/* clang-format off */
static const struct {
    const char *name;
    const char *ip, *helo, *sender; /* or NULL */
    const char *zone;
    const char *wanted;             /* "id?" is unknown */
} rows[] = {
    {"nothing to say", NULL, NULL, NULL, GOOD, ""},

    /* The address that sends. */
    {"a name that leads back", "192.0.2.25", NULL, NULL,
     GOOD PTR "mail.example.com.\n", ""},
    {"no name", "192.0.2.25", NULL, NULL, GOOD, "transport.ptr-missing"},
    {"a name without an address", "192.0.2.25", NULL, NULL,
     GOOD PTR "gone.example.com.\n", "transport.ptr-mismatch"},
    {"a name with another address", "192.0.2.25", NULL, NULL,
     GOOD PTR "ns1.example.com.\n", "transport.ptr-mismatch"},
    {"two names, one leads back", "192.0.2.25", NULL, NULL,
     GOOD PTR "ns1.example.com.\n25 PTR mail.example.com.\n", ""},
    {"whether it leads back is not known", "192.0.2.25", NULL, NULL,
     GOOD ";! mail A SERVFAIL\n" PTR "mail.example.com.\n",
     "transport.ptr-mismatch?"},
    {"the name is not known", "192.0.2.25", NULL, NULL,
     GOOD ";! 25.2.0.192.in-addr.arpa. PTR TIMEOUT\n",
     "transport.ptr-missing?"},
    {"IPv6, and its name", "2001:db8::25", NULL, NULL,
     GOOD "mail AAAA 2001:db8::25\n" PTR6 "mail.example.com.\n", ""},
    {"IPv6, and a name with an IPv4 address", "2001:db8::25", NULL, NULL,
     GOOD PTR6 "mail.example.com.\n", "transport.ptr-mismatch"},
    {"a name made of numbers", "192.0.2.25", NULL, NULL,
     GOOD "ip-192-0-2-25 A 192.0.2.25\n" PTR "ip-192-0-2-25.example.com.\n",
     "transport.ptr-generic"},
    {"numbers the other way round", "192.0.2.25", NULL, NULL,
     GOOD "25.2.0.192.rev A 192.0.2.25\n"
     PTR "25.2.0.192.rev.example.com.\n", "transport.ptr-generic"},
    {"hexadecimal", "192.0.2.25", NULL, NULL,
     GOOD "hc0000219 A 192.0.2.25\n" PTR "hc0000219.example.com.\n",
     "transport.ptr-generic"},
    {"two of the numbers, and a word", "192.0.2.25", NULL, NULL,
     GOOD "pool-2-25 A 192.0.2.25\n" PTR "pool-2-25.example.com.\n",
     "transport.ptr-generic"},
    {"a word alone is no pool", "192.0.2.25", NULL, NULL,
     GOOD "static A 192.0.2.25\n" PTR "static.example.com.\n", ""},
    {"numbers alone are no pool", "192.0.2.25", NULL, NULL,
     GOOD "mx2-25 A 192.0.2.25\n" PTR "mx2-25.example.com.\n", ""},

    /* HELO. */
    {"a HELO name with an address", NULL, "mail.example.com", NULL, GOOD, ""},
    {"one without", NULL, "gone.example.com", NULL, GOOD,
     "transport.helo-invalid"},
    {"one that is not a full name", NULL, "mail", NULL, GOOD,
     "transport.helo-invalid"},
    {"one with an underscore", NULL, "mail_1.example.com", NULL,
     GOOD "mail_1 A 192.0.2.25\n", "transport.helo-invalid"},
    {"5321 4.1.3: an address in brackets", NULL, "[192.0.2.25]", NULL, GOOD,
     ""},

    /* Hosts that receive. */
    {"no MX, an address", NULL, NULL, NULL, TLS "@ A 192.0.2.25\n", ""},
    {"neither", NULL, NULL, NULL, "", "transport.mx-missing"},
    {"an MX host without an address", NULL, NULL, NULL, "@ MX 10 gone\n",
     "transport.mx-missing"},
    {"a null MX", NULL, NULL, NULL, "@ MX 0 .\n", "transport.mx-missing"},
    {"a null MX, and it sends nothing", NULL, NULL, NULL,
     "@ MX 0 .\n@ TXT \"v=spf1 -all\"\n", ""},
    {"it sends nothing, and has no MX", NULL, NULL, NULL,
     "@ TXT \"v=spf1 -all\"\n", "transport.null-mx-absent"},
    {"a null MX and another", NULL, NULL, NULL, GOOD "@ MX 0 .\n",
     "transport.null-mx-mixed"},
    {"the return path has no MX", NULL, NULL, "x@b.example.com",
     GOOD "b TXT \"v=spf1 -all\"\n", "transport.mx-missing"},
    {"the return path has one", NULL, NULL, "x@b.example.com",
     GOOD "b MX 10 mail\n", ""},
    {"the null return path", NULL, NULL, "", GOOD, ""},
    {"an alias", NULL, NULL, NULL, TLS "@ MX 10 mx\nmx CNAME mail\n",
     "transport.mx-cname"},
    {"an alias to nothing", NULL, NULL, NULL, GOOD "@ MX 20 mx\n"
     "mx CNAME gone\n", "transport.mx-cname"},
    {"an address for a host", NULL, NULL, NULL, GOOD "@ MX 20 192.0.2.25.\n",
     "transport.mx-ip-literal"},
    {"a host of four numbers, none an address", NULL, NULL, NULL,
     GOOD "@ MX 20 1.2.3.4.example.com.\n1.2.3.4 A 192.0.2.25\n", ""},

    /* TXT records. */
    {"an MTA-STS record", NULL, NULL, NULL,
     GOOD STS "mta-sts A 192.0.2.80\n", ""},
    {"its host has IPv6 alone", NULL, NULL, NULL,
     GOOD STS "mta-sts AAAA 2001:db8::80\n", ""},
    {"8461 3.3: its host has no address", NULL, NULL, NULL, GOOD STS,
     "transport.mta-sts-policy-unreachable"},
    {"its host is an alias to nothing", NULL, NULL, NULL,
     GOOD STS "mta-sts CNAME gone.example.com.\n",
     "transport.mta-sts-policy-unreachable"},
    {"whether it has one is not known", NULL, NULL, NULL,
     GOOD STS ";! mta-sts A SERVFAIL\n",
     "transport.mta-sts-policy-unreachable?"},
    {"one in small letters", NULL, NULL, NULL,
     GOOD "_mta-sts TXT \"v=stsv1; id=1\"\n", "transport.mta-sts-txt-invalid"},
    {"other TXT beside it", NULL, NULL, NULL,
     GOOD STS "mta-sts A 192.0.2.80\n_mta-sts TXT \"x\"\n", ""},
    {"a wildcard's TXT is none", NULL, NULL, NULL,
     GOOD "_mta-sts TXT \"x\"\n", ""},
    {"two", NULL, NULL, NULL, GOOD "_mta-sts TXT \"v=STSv1; id=1\"\n"
     "_mta-sts TXT \"v=STSv1; id=2\"\n", "transport.mta-sts-txt-invalid"},
    {"no answer", NULL, NULL, NULL, GOOD ";! _mta-sts TXT TIMEOUT\n",
     "transport.mta-sts-txt-invalid?"},
    {"no TLS reports", NULL, NULL, NULL, MX, "transport.tlsrpt-missing"},
    {"TLS reports to nobody", NULL, NULL, NULL,
     MX "_smtp._tls TXT \"v=TLSRPTv1; rua=\"\n", "transport.tlsrpt-invalid"},
    {"a BIMI record without a logo", NULL, NULL, NULL,
     GOOD "default._bimi TXT \"v=BIMI1;\"\n", "transport.bimi-record-invalid"},

    /* TLSA. */
    {"TLSA in an unsigned zone", NULL, NULL, NULL,
     GOOD "_25._tcp.mail TLSA 3 1 1 "
     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n",
     "transport.dane-insecure"},
    {"TLSA where nobody says whether it is signed", NULL, NULL, NULL,
     GOOD "_25._tcp.mail TLSA 3 1 1 "
     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
     ";! @ DS SERVFAIL\n", ""},
};
/* clang-format on */

static void
test(size_t i)
{
    struct auditview view;
    struct strbuf text = STRBUF_INIT;

    auditview_open(&view, "example.com", "");
    view.areas[0] = &area_transport;
    view.input.helo = rows[i].helo;
    view.input.mail_from = rows[i].sender;
    if (rows[i].ip != NULL
        && address_parse(&view.input.ip, slice_of(rows[i].ip), NULL) != ST_OK)
        bail("bad address");
    strbuf_addf(&text, ZONE "%s", rows[i].zone);
    auditview_zone(&view, text.p, NULL);
    is_string(rows[i].wanted, view.findings.p, "%s", rows[i].name);
    is_string("", view.bad.p, "%s: every field is supplied", rows[i].name);
    strbuf_clear(&text);
    auditview_close(&view);
}

/* github.io is a suffix of the list's private part, and the zone of all below
   it: the list says where organizations differ, not where zones do. */
static void
test_private_suffix(void)
{
    static const struct {
        const char *name, *ds, *wanted;
    } cases[] = {
        {"the zone may be signed",
         "resolver github.io DS found 1 8 2 e3b0c44298fc1c149afbf4c8996fb924"
         "27ae41e4649b934ca495991b7852b855\n",                        ""},
        {"the zone is not signed", "resolver github.io DS nodata\n",
         "transport.dane-insecure"                                      },
        {"nobody knows",           "resolver github.io DS timeout\n", ""},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct auditview view;
        struct strbuf rules = STRBUF_INIT;

        auditview_open(&view, "example.com", "");
        view.areas[0] = &area_transport;
        view.hide_info = true;
        strbuf_addf(&rules,
                    "%sresolver example.com MX found 10 mx.a.github.io.\n"
                    "resolver mx.a.github.io A found 192.0.2.25\n"
                    "resolver _25._tcp.mx.a.github.io TLSA found 3 1 1 "
                    "e3b0c44298fc1c14"
                    "9afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
                    "resolver github.io SOA found ns. h. 1 2 3 4 5\n"
                    "resolver *.github.io ANY nodata\nresolver example.com "
                    "ANY nodata\n"
                    "resolver *.example.com ANY nxdomain\n",
                    cases[i].ds);
        auditview_rules(&view, rules.p);
        is_string(cases[i].wanted,
                  view.findings.p == NULL ? "" : view.findings.p,
                  "TLSA below a private suffix: %s", cases[i].name);
        strbuf_clear(&rules);
        auditview_close(&view);
    }
}

/* Nobody is asked about an address that was not given. */
static void
test_not_decided(void)
{
    struct auditview view;

    auditview_open(&view, "example.com", "");
    view.areas[0] = &area_transport;
    auditview_zone(&view, ZONE GOOD, NULL);
    ok(strstr(view.decided.p, "transport.mx-missing ") != NULL,
       "mail can be sent: decided");
    ok(strstr(view.decided.p, "transport.ptr-missing") == NULL,
       "no --ip: its name is not decided");
    ok(strstr(view.decided.p, "transport.helo-invalid") == NULL,
       "no --helo: not decided");
    auditview_close(&view);
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test(i);
    test_private_suffix();
    test_not_decided();
    return tap_done();
}
