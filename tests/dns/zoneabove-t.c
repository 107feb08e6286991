/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/zoneabove.c, and of the servers that come of it. */
#include "common/dns/zoneabove.h"

#include "common/dns/authority.h"
#include "tests/audit/rulesource.h"

/* com has one server, 192.0.2.50; example.com two by itself. */
#define SOA " found ns. dns. 1 7200 3600 1209600 600\n"
#define WORLD                                                                 \
    "resolver com SOA" SOA "resolver com NS found a.nic.com.\n"               \
    "resolver a.nic.com A found 192.0.2.50\n"                                 \
    "* example.com SOA" SOA                                                   \
    "resolver example.com NS found ns1.example.com. | ns2.example.com.\n"     \
    "resolver ns1.example.com A found 192.0.2.1\n"                            \
    "resolver ns2.example.com A found 192.0.2.2\n"                            \
    "resolver ns3.example.com A nxdomain\n"                                   \
    "resolver *.example.com AAAA nodata\n"
#define REFERS "192.0.2.50 example.com NS referral example.com "

/* clang-format off */
static const struct {
    const char *name;
    const char *rules;
    const char *wanted; /* servers and addresses; is the zone above heard? */
} rows[] = {
    {"both say the same", WORLD REFERS "ns1.example.com ns2.example.com\n",
     "ns1:1 ns2:1 above"},
    {"the zone above has one less", WORLD REFERS "ns1.example.com\n",
     "ns1:1 ns2:1 above"},
    {"the zone above has one more, with glue alone",
     WORLD REFERS "ns1.example.com ns2.example.com ns3.example.com=192.0.2.3\n",
     "ns1:1 ns2:1 ns3:1 above"},
    {"the zone above has one more, without an address",
     WORLD REFERS "ns1.example.com ns3.example.com\n",
     "ns1:1 ns2:1 ns3:0 above"},
    {"what glue says counts for less than the zone",
     WORLD REFERS "ns1.example.com=192.0.2.77\n", "ns1:1 ns2:1 above"},
    {"a server of both zones",
     WORLD "192.0.2.50 example.com NS found ns1.example.com.\n",
     "ns1:1 ns2:1 above"},
    {"a referral to somewhere else",
     WORLD "192.0.2.50 example.com NS referral net ns3.example.com\n",
     "ns1:1 ns2:1 "},
    {"the zone above says nothing",
     WORLD "192.0.2.50 example.com NS timeout\n", "ns1:1 ns2:1 "},
    {"nobody knows the zone above", "resolver com SOA servfail\n" WORLD,
     "ns1:1 ns2:1 "},
};
/* clang-format on */

struct run {
    struct strbuf text; /* of the servers */
};

static void
analyse(void *context, struct view *view)
{
    struct run *run = context;
    const struct authority *authority;
    struct name name;

    name_parse(&name, SLICE("example.com"), NULL);
    authority = authority_find(view, &name);
    strbuf_cut(&run->text, 0);
    for (size_t i = 0; i < authority->server_count; i++) {
        const struct authority_server *server = &authority->servers[i];

        strbuf_add_slice(&run->text, name_label(&server->name, 0));
        strbuf_addf(&run->text, ":%zu ", server->address_count);
    }
    if (authority->parent != NULL)
        strbuf_add_text(&run->text, "above");
    if (authority->state != AUTHORITY_KNOWN)
        strbuf_add_text(&run->text, "unknown");
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct run run = {STRBUF_INIT};
        struct rulesource source;
        struct view_settings settings = {.source = &source.source};

        rulesource_open(&source, rows[i].rules);
        view_free(engine_run_one(&settings, "example.com", analyse, &run));
        is_string(rows[i].wanted, run.text.p, "%s", rows[i].name);
        strbuf_clear(&run.text);
        rulesource_close(&source);
    }
    return tap_done();
}
