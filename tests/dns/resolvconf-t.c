/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resolv.conf(5): which resolvers it names. */
#include "common/dns/resolvconf.h"

#include <stdio.h>

#include "tests/tap/tap.h"

#define ROW(...)                                                              \
    {                                                                         \
        __VA_ARGS__                                                           \
    }

static const struct {
    const char *what;    /* is tested */
    const char *text;    /* of the file */
    const char *servers; /* each with a blank behind it */
    bool trust_ad;       /* wanted */
} rows[] = {
    ROW("one", "nameserver 192.0.2.1\n", "192.0.2.1@53 ", false),
    ROW("no newline at the end", "nameserver 192.0.2.1", "192.0.2.1@53 ",
        false),
    ROW("several, in order",
        "nameserver 192.0.2.2\nnameserver 2001:db8::1\nnameserver 192.0.2.1\n",
        "192.0.2.2@53 2001:db8::1@53 192.0.2.1@53 ", false),
    ROW("blanks and tabs", "\tnameserver \t 192.0.2.1  \r\n", "192.0.2.1@53 ",
        false),
    ROW("comments and other lines",
        "# nameserver 192.0.2.9\n; nameserver 192.0.2.8\nsearch example.com\n"
        "domain nameserver\nnameserver 192.0.2.1 # x\nsortlist 192.0.2.7\n",
        "192.0.2.1@53 ", false),
    ROW("no address",
        "nameserver\nnameserver ns.example\nnameserver fe80::1%eth0\n"
        "nameserver 300.1.1.1\n",
        "", false),
    ROW("a word that begins alike", "nameservers 192.0.2.1\n", "", false),
    ROW("trust-ad", "options edns0 trust-ad rotate\nnameserver 127.0.0.53\n",
        "127.0.0.53@53 ", true),
    ROW("trust-ad is a word", "options no-trust-ad\n", "", false),
    ROW("empty", "", "", false),
};

static void
present(const struct resolvconf *conf, struct strbuf *out)
{
    for (size_t i = 0; i < conf->count; i++) {
        address_present_port(&conf->servers[i], out);
        strbuf_add_char(out, ' ');
    }
}

int
main(void)
{
    struct resolvconf conf;
    struct strbuf many = STRBUF_INIT;

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct strbuf text = STRBUF_INIT;

        resolvconf_parse(slice_of(rows[i].text), &conf);
        present(&conf, &text);
        is_string(rows[i].servers, text.p, "%s", rows[i].what);
        is_int(rows[i].trust_ad, conf.trust_ad, "%s: trust-ad", rows[i].what);
        strbuf_clear(&text);
    }
    for (int i = 0; i < 20; i++)
        strbuf_addf(&many, "nameserver 192.0.2.%d\n", i);
    resolvconf_parse(strbuf_slice(&many), &conf);
    is_int(RESOLVCONF_SERVERS_MAX, (long long)conf.count, "no more than so");
    strbuf_clear(&many);
    resolvconf_read("/nonexistent/resolv.conf", &conf);
    is_int(0, (long long)conf.count, "a file that is not there names none");
    return tap_done();
}
