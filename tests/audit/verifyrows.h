/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What two servers may say of records, and what verify makes of it. */
#ifndef TESTS_AUDIT_VERIFYROWS_H
#define TESTS_AUDIT_VERIFYROWS_H

#define SEL   "k1._domainkey.c.example.com"
#define ED    "\"v=DKIM1; k=ed25519; p=abc+/=\""
#define OLD   "\"v=DKIM1; k=ed25519; p=old+/=\""
#define SPF   "\"v=spf1 include:_spf.example.com -all\""
#define KEY   SEL " TXT " ED
#define ALIAS SEL " CNAME k1.t._dkim.esp.example."
#define BOTH  "servers " SEL " "
#define ONE   "192.0.2.1 " SEL " "
#define TWO   "192.0.2.2 " SEL " "

/* A zone of somebody else, with a server. */
#define NET                                                                   \
    "* x.example.net SOA nodata\n"                                            \
    "* example.net SOA found ns3.example.net. h.example.net. 1 2 3 4 5\n"     \
    "resolver example.net NS found ns3.example.net.\n"                        \
    "resolver ns3.example.net A found 192.0.2.3\n"                            \
    "resolver ns3.example.net AAAA nodata\n"

/* A zone with two servers in which nothing is. */
#define WORLD                                                                 \
    "* example.com SOA found ns1.example.com. h.example.com. 1 2 3 4 5\n"     \
    "resolver example.com NS found ns1.example.com. | ns2.example.com.\n"     \
    "resolver ns1.example.com A found 192.0.2.1\n"                            \
    "resolver ns2.example.com A found 192.0.2.2\n"                            \
    "resolver ns1.example.com AAAA nodata\n"                                  \
    "resolver ns2.example.com AAAA nodata\n"                                  \
    "* *.example.com ANY nxdomain\n"                                          \
    "* example.com ANY nodata\n"

/*
 * What is expected, lines of "OWNER TYPE DATA", and what is said; then what
 * comes of it: of each record its state, the states of its servers and the
 * diagnosis, and the findings ("?": unknown).
 */
struct row {
    const char *name;
    const char *expected;
    const char *rules;
    const char *records;
    const char *findings;
};

/* clang-format off */

static const struct row rows[] = {
    {"all is there", KEY "\n" KEY, BOTH "TXT found " ED "\n",
     "same(same same) same(same same)", ""},
    {"nothing is there", KEY, "", "missing(missing missing)",
     "publish.missing"},
    {"something else is there", KEY, BOTH "TXT found " OLD "\n",
     "different(different different)", "publish.differs"},
    {"same key, other tags", KEY,
     BOTH "TXT found \"v=DKIM1; k=ed25519; t=y; p=abc+/=\"\n",
     "different(different different):testing-left", "publish.differs"},
    {"same key, in quotes that were kept", KEY,
     BOTH "TXT found \"\\\"v=DKIM1; k=ed25519; p=abc+/=\\\"\"\n",
     "different(different different):quotes-kept", "publish.differs"},
    {"same key, other tags, at one of two", KEY,
     ONE "TXT found \"v=DKIM1; k=ed25519; n=x; p=abc+/=\"\n",
     "missing(different missing):other-tags", "publish.differs"},
    {"same key, at the end of an alias", KEY,
     BOTH "TXT alias x.example.net\n" BOTH "CNAME found x.example.net.\n"
     "resolver " SEL " TXT through x.example.net"
     " \"v=DKIM1; k=ed25519; t=y; p=abc+/=\"\n",
     "different(different different):alias-for-text", "publish.differs"},
    {"another key, other tags", KEY,
     BOTH "TXT found \"v=DKIM1; k=ed25519; t=y; p=old+/=\"\n",
     "different(different different)", "publish.differs"},
    {"the key revoked", KEY,
     BOTH "TXT found \"v=DKIM1; k=ed25519; p=\"\n",
     "different(different different):revoked", "publish.differs"},
    {"blanks that do not count", KEY,
     BOTH "TXT found \"v=DKIM1;k=ed25519;p=abc+/=;\"\n",
     "same(same same)", ""},

    {"one server is stale", KEY,
     ONE "TXT found " ED "\n" TWO "TXT found " OLD "\n",
     "different(same different)", "publish.not-everywhere"},
    {"one server lacks it", KEY, ONE "TXT found " ED "\n",
     "missing(same missing)", "publish.not-everywhere"},
    {"one differs, one lacks it", KEY, ONE "TXT found " OLD "\n",
     "missing(different missing)", "publish.differs"},
    {"one server is silent", KEY, ONE "TXT found " ED "\n" TWO "TXT timeout\n",
     "unknown(same unknown)", "publish.not-everywhere?"},
    {"SERVFAIL at one of two", KEY,
     ONE "TXT found " ED "\n" TWO "TXT servfail\n",
     "unknown(same unknown!)", "publish.not-everywhere"},
    {"REFUSED at one of two", KEY,
     ONE "TXT refused\n" TWO "TXT found " ED "\n",
     "unknown(unknown! same)", "publish.not-everywhere"},
    {"one lacks it, one is silent", KEY, ONE "TXT timeout\n",
     "missing(unknown missing)", "publish.not-everywhere"},
    {"one differs, one fails", KEY,
     ONE "TXT servfail\n" TWO "TXT found " OLD "\n",
     "different(unknown! different)", "publish.not-everywhere"},
    {"both are silent", KEY, BOTH "TXT timeout\n", "unknown(unknown unknown)",
     "publish.missing?"},
    {"both fail", KEY, BOTH "TXT servfail\n", "unknown(unknown! unknown!)",
     "publish.missing?"},
    {"malformed answers", KEY, BOTH "TXT malformed\n",
     "unknown(unknown! unknown!)", "publish.missing?"},

    {"an old key beside it", KEY, BOTH "TXT found " ED " | " OLD "\n",
     "extra(extra extra):two-records",
     "dkim.multiple-records publish.extra"},
    {"a token beside a key", KEY, BOTH "TXT found " ED " | \"ms=1\"\n",
     "extra(extra extra)", "publish.extra"},
    {"a token beside SPF", "c.example.com TXT " SPF,
     "servers c.example.com TXT found \"ms=1\" | " SPF "\n",
     "same(same same)", ""},
    {"a second SPF record", "c.example.com TXT " SPF,
     "servers c.example.com TXT found \"v=spf1 -all\" | " SPF "\n",
     "extra(extra extra):two-records", "spf.multiple-records publish.extra"},
    {"only a token", "c.example.com TXT " SPF,
     "servers c.example.com TXT found \"ms=1\"\n",
     "missing(missing missing)", "publish.missing"},
    {"another SPF record", "c.example.com TXT " SPF,
     "servers c.example.com TXT found \"v=spf1 -all\" | \"ms=1\"\n",
     "different(different different)", "publish.differs"},
    {"a second policy", "_dmarc.c.example.com TXT \"v=DMARC1; p=none\"",
     "servers _dmarc.c.example.com TXT found \"v=DMARC1; p=none\""
     " | \"v=DMARC1; p=reject\"\n",
     "extra(extra extra):two-records",
     "dmarc.multiple-records publish.extra"},
    {"extra at one of two", KEY,
     ONE "TXT found " ED "\n" TWO "TXT found " ED " | \"ms=1\"\n",
     "extra(same extra)", "publish.extra"},
    {"extra at one, the other silent", KEY,
     ONE "TXT timeout\n" TWO "TXT found " ED " | \"ms=1\"\n",
     "unknown(unknown extra)", "publish.not-everywhere? publish.extra"},

    {"all of an MX set", "c.example.com MX 10 a. | 20 b.",
     "servers c.example.com MX found 20 B. | 10 a.\n", "same(same same)", ""},
    {"half of an MX set", "c.example.com MX 10 a. | 20 b.",
     "servers c.example.com MX found 10 a.\n",
     "different(different different)", "publish.differs"},
    {"an MX too many", "c.example.com MX 10 a.",
     "servers c.example.com MX found 10 a. | 20 b.\n", "extra(extra extra)",
     "publish.extra"},
    {"another preference", "c.example.com MX 10 a.",
     "servers c.example.com MX found 20 a.\n",
     "different(different different):mx-preference", "publish.differs"},
    {"a zone of another serial",
     "example.com SOA ns1.example.com. h.example.com. 9 2 3 4 5",
     "", "same(same same)", ""},
    {"a zone of other timers",
     "example.com SOA ns1.example.com. h.example.com. 1 2 3 4 60",
     "", "different(different different)", "publish.differs"},
    {"an address", "c.example.com A 192.0.2.9",
     "servers c.example.com A found 192.0.2.9\n", "same(same same)", ""},

    {"an alias to the same in the zone", KEY,
     BOTH "TXT through x.example.com " ED "\n"
     BOTH "CNAME found x.example.com.\n", "same(same same)", ""},
    {"an alias to something else in the zone", KEY,
     BOTH "TXT through x.example.com " OLD "\n"
     BOTH "CNAME found x.example.com.\n",
     "different(different different):alias-for-text", "publish.differs"},
    {"an alias to nothing in the zone", KEY,
     BOTH "TXT dangling x.example.com\n" BOTH "CNAME found x.example.com.\n",
     "different(different different):alias-for-text", "publish.differs"},
    {"an alias out of the zone to the same", KEY,
     BOTH "TXT alias x.example.net\n"
     "resolver " SEL " TXT through x.example.net " ED "\n",
     "same(same same)", ""},
    {"an alias out of the zone to what its servers have", KEY,
     BOTH "TXT alias x.example.net\n" NET
     "192.0.2.3 x.example.net TXT found " ED "\n"
     "resolver " SEL " TXT through x.example.net " ED "\n",
     "same(same same)", ""},
    {"an alias out of the zone to what they lack", KEY,
     BOTH "TXT alias x.example.net\n" NET
     "192.0.2.3 x.example.net TXT nxdomain\n"
     "resolver " SEL " TXT through x.example.net " ED "\n",
     "same(same same)", ""},
    {"an alias whose end they lead on", KEY,
     BOTH "TXT alias x.example.net\n" NET
     "192.0.2.3 x.example.net TXT alias x.example.org\n"
     "resolver x.example.net TXT through x.example.org " ED "\n"
     "resolver " SEL " TXT through x.example.net " ED "\n",
     "same(same same)", ""},
    {"an alias out of the zone to something else", KEY,
     BOTH "TXT alias x.example.net\n" BOTH "CNAME found x.example.net.\n"
     "resolver " SEL " TXT through x.example.net " OLD "\n",
     "different(different different):alias-for-text", "publish.differs"},
    {"an alias whose end the server says, out of its zone", KEY,
     BOTH "TXT through x.example.net " ED "\n"
     BOTH "CNAME found x.example.net.\n"
     "resolver " SEL " TXT dangling x.example.net\n",
     "different(different different):alias-for-text", "publish.differs"},
    {"an alias whose end nobody knows", KEY,
     BOTH "TXT alias x.example.net\n" "resolver " SEL " TXT servfail\n",
     "unknown(unknown unknown)", "publish.missing?"},
    {"an alias whose end nobody speaks of", KEY,
     BOTH "TXT alias x.example.net\n"
     "resolver " SEL " TXT alias x.example.net\n",
     "unknown(unknown unknown)", "publish.missing?"},

    {"the expected alias", ALIAS,
     BOTH "CNAME found K1.t._dkim.ESP.example.\n"
     BOTH "TXT alias k1.t._dkim.esp.example\n", "same(same same)", ""},
    {"another alias", ALIAS, BOTH "CNAME found x.example.\n"
     BOTH "TXT alias x.example\n", "different(different different)",
     "publish.differs"},
    {"the right key pasted", ALIAS "\nk1.t._dkim.esp.example TXT " ED,
     BOTH "TXT found " ED "\n" BOTH "CNAME nodata\n"
     "* esp.example SOA found ns1.example.com. h. 1 2 3 4 5\n"
     "resolver esp.example NS found ns1.example.com.\n"
     "* k1.t._dkim.esp.example TXT found " ED "\n",
     "different(different different):pasted-key same(same)",
     "publish.pasted-key"},
    {"the key that the alias leads to pasted", ALIAS,
     BOTH "TXT found " ED "\n" BOTH "CNAME nodata\n"
     "resolver k1.t._dkim.esp.example TXT found " ED "\n",
     "different(different different):pasted-key", "publish.pasted-key"},
    {"another key pasted", ALIAS,
     BOTH "TXT found " OLD "\n" BOTH "CNAME nodata\n"
     "resolver k1.t._dkim.esp.example TXT found " ED "\n",
     "different(different different):pasted-other-key", "publish.differs"},
    {"a key pasted, and nobody knows the right one", ALIAS,
     BOTH "TXT found " ED "\n" BOTH "CNAME nodata\n",
     "different(different different):pasted-other-key", "publish.differs?"},
    {"TXT beside the alias", ALIAS,
     BOTH "TXT found " ED "\n" BOTH "CNAME found k1.t._dkim.esp.example.\n",
     "extra(extra extra):text-beside-alias", "publish.extra"},
    {"the alias is there, and TXT fails", ALIAS,
     BOTH "TXT servfail\n" BOTH "CNAME found k1.t._dkim.esp.example.\n",
     "unknown(unknown unknown)", "publish.missing?"},
    {"no alias", ALIAS, "", "missing(missing missing)", "publish.missing"},
    {"a proxied alias", ALIAS,
     BOTH "CNAME nodata\n" BOTH "TXT nodata\n" BOTH "A found 192.0.2.9\n",
     "missing(missing missing):proxied-cname", "publish.missing"},

    {"at the doubled name", KEY,
     "servers " SEL ".example.com TXT found " ED "\n",
     "missing(missing missing):doubled-suffix", "publish.missing"},
    {"at the doubled name, of the server that lacks it", KEY,
     ONE "TXT found " ED "\n"
     "192.0.2.2 " SEL ".example.com TXT found " ED "\n",
     "missing(same missing):doubled-suffix", "publish.not-everywhere"},
    {"a wildcard", KEY, "servers *.c.example.com TXT found " SPF "\n",
     "different(different different):wildcard", "publish.differs"},
    {"quotes kept", KEY,
     BOTH "TXT found \"\\\"v=DKIM1; k=ed25519; p=abc+/=\\\"\"\n",
     "different(different different):quotes-kept", "publish.differs"},
    {"swapped selectors", KEY "\nk2._domainkey.c.example.com TXT " OLD,
     BOTH "TXT found " OLD "\n"
     "servers k2._domainkey.c.example.com TXT found " ED "\n",
     "different(different different):other-selector"
     " different(different different):other-selector",
     "publish.differs publish.differs"},
    {"a former key", KEY,
     BOTH "TXT found \"v=DKIM1; k=ed25519; p=former\"\n",
     "different(different different):former-key", "publish.differs"},
    {"another customer's key", KEY,
     BOTH "TXT found \"v=DKIM1; k=ed25519; p=moomin\"\n",
     "different(different different):other-customer", "publish.differs"},
    {"a private key", KEY,
     BOTH "TXT found \"-----BEGIN PRIVATE KEY----- abc\"\n",
     "different(different different):private-key",
     "dkim.key-private publish.differs"},

    {"behind a zone cut", KEY,
     "192.0.2.1 " SEL " TXT referral c.example.com\n"
     "192.0.2.2 " SEL " TXT referral c.example.com\n"
     "* c.example.com SOA found ns3.example.com. h. 1 2 3 4 5\n"
     "resolver c.example.com NS found ns3.example.com.\n"
     "resolver ns3.example.com A found 192.0.2.3\n"
     "resolver ns3.example.com AAAA nodata\n"
     "192.0.2.3 " SEL " TXT found " ED "\n", "same(same)", ""},
    {"behind a zone cut whose servers are not known", KEY,
     "192.0.2.1 " SEL " TXT referral c.example.com\n"
     "192.0.2.2 " SEL " TXT referral c.example.com\n"
     "resolver c.example.com SOA servfail\n",
     "unknown()", "publish.missing?"},
    {"a referral upwards", KEY, BOTH "TXT referral com\n",
     "unknown(unknown unknown)", "publish.missing?"},
    {"the zone is not found", KEY, "resolver example.com SOA servfail\n",
     "unknown()", "publish.missing?"},
    {"a server without known address", KEY,
     "resolver ns2.example.com A servfail\n" BOTH "TXT found " ED "\n",
     "unknown(same unknown)", "publish.not-everywhere?"},
    {"a server without address", KEY,
     "resolver ns2.example.com A nodata\n" BOTH "TXT found " ED "\n",
     "same(same)", ""},
};

/* clang-format on */

#endif
