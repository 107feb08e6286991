/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/question.c. */
#include "common/dns/question.h"

#include "tests/tap/tap.h"

/* clang-format off */
static const struct {
    const char *text;
    uint16_t type;    /* 0: no type */
    const char *word; /* as it is printed */
} type_rows[] = {
    {"TXT", RR_TXT, "TXT"},
    {"txt", RR_TXT, "TXT"},
    {"Cname", RR_CNAME, "CNAME"},
    {"ANY", RR_ANY, "ANY"},
    {"NXNAME", RR_NXNAME, "NXNAME"},
    {"TYPE16", RR_TXT, "TXT"},
    {"type65280", 65280, "TYPE65280"},
    {"TYPE65535", 65535, "TYPE65535"},
    {"TYPE65536", 0, NULL},
    {"TYPE", 0, NULL},
    {"TYPE0", 0, NULL},
    {"", 0, NULL},
    {"TXTX", 0, NULL},
    {"16", 0, NULL},
    {"TYPE-1", 0, NULL},
};
/* clang-format on */

static void
test_types(void)
{
    for (size_t i = 0; i < sizeof(type_rows) / sizeof(type_rows[0]); i++) {
        struct strbuf out = STRBUF_INIT;

        is_int(type_rows[i].type, rrtype_parse(slice_of(type_rows[i].text)),
               "type '%s'", type_rows[i].text);
        if (type_rows[i].type != 0) {
            rrtype_present(type_rows[i].type, &out);
            is_string(type_rows[i].word, out.p, "type '%s' printed",
                      type_rows[i].text);
        }
        strbuf_clear(&out);
    }
}

/* clang-format off */
static const struct {
    const char *text;
    uint8_t family;      /* 0: refused */
    const char *printed; /* with the port */
} address_rows[] = {
    {"192.0.2.1", 4, "192.0.2.1"},
    {"192.0.2.1@5300", 4, "192.0.2.1@5300"},
    {"192.0.2.1:53", 4, "192.0.2.1@53"},
    {"2001:db8::1", 6, "2001:db8::1"},
    {"2001:DB8:0:0::1@53", 6, "2001:db8::1@53"},
    {"[2001:db8::1]:5300", 6, "2001:db8::1@5300"},
    {"[2001:db8::1]@5300", 6, "2001:db8::1@5300"},
    {"[2001:db8::1]", 6, "2001:db8::1"},
    {"::", 6, "::"},
    {"::1", 6, "::1"},
    {"", 0, NULL},
    {"[", 0, NULL},
    {"[]", 0, NULL},
    {"[::1", 0, NULL},
    {"[::1]x", 0, NULL},
    {"[::1]:", 0, NULL},
    {"192.0.2.1@", 0, NULL},
    {"192.0.2.1@0", 0, NULL},
    {"192.0.2.1@65536", 0, NULL},
    {"192.0.2.1:53x", 0, NULL},
    {"192.0.2.256", 0, NULL},
    {"192.0.2", 0, NULL},
    {"192.0.2.1/32", 0, NULL},
    {"fe80::1%lo", 0, NULL},
    {"ns1.example.com", 0, NULL},
    {"@53", 0, NULL},
    {"1:2:3:4:5:6:7:8:9:1:2:3:4:5:6:7:8:9:1:2:3:4:5:6:7:8:9", 0, NULL},
};
/* clang-format on */

static void
test_addresses(void)
{
    for (size_t i = 0; i < sizeof(address_rows) / sizeof(address_rows[0]);
         i++) {
        struct address address = {0};
        struct error err = ERROR_INIT;
        struct strbuf out = STRBUF_INIT;
        enum status st =
            address_parse(&address, slice_of(address_rows[i].text), &err);

        is_int(address_rows[i].family, address.family, "address '%s'",
               address_rows[i].text);
        ok((st == ST_OK) == (address_rows[i].family != 0)
               && (st == ST_OK) == (err.text[0] == '\0'),
           "address '%s': status and sentence", address_rows[i].text);
        address_present_port(&address, &out);
        is_string(address_rows[i].printed, st == ST_OK ? out.p : NULL,
                  "address '%s' printed", address_rows[i].text);
        strbuf_clear(&out);
    }
}

static void
test_address_equal(void)
{
    struct address a, b;
    struct error err = ERROR_INIT;
    struct strbuf out = STRBUF_INIT;

    address_parse(&a, SLICE("192.0.2.1@53"), NULL);
    b = a;
    b.octets[15] = 1; /* not part of an IPv4 address */
    ok(address_equal(&a, &b), "IPv4: four octets count");
    b.port = 54;
    ok(!address_equal(&a, &b), "the port counts");
    address_parse(&b, SLICE("::"), NULL);
    ok(!address_equal(&a, &b), "the family counts");
    address_present(&a, &out);
    is_string("192.0.2.1", out.p, "printed without the port");
    strbuf_cut(&out, 0);
    address_present_port(&(struct address){0}, &out);
    is_string("", out.p, "none is printed as nothing");
    address_parse(&a, SLICE("192.0.2.1@0"), &err);
    is_string("'192.0.2.1@0' has no port between 1 and 65535", err.text,
              "the sentence on a port");
    address_parse(&a, SLICE("192.0.2"), &err);
    is_string("'192.0.2' is no IP address", err.text, "... on an address");
    strbuf_clear(&out);
}

static void
change_name(struct question *q)
{
    name_parse(&q->name, SLICE("example.org"), NULL);
}

static void
change_type(struct question *q)
{
    q->type = RR_A;
}

static void
change_server(struct question *q)
{
    q->server = (struct address){
        .family = 4, .octets = {192, 0, 2, 1}
    };
}

static void
change_port(struct question *q)
{
    change_server(q);
    q->server.port = 5300;
}

static void
change_transport(struct question *q)
{
    q->transport = TRANSPORT_TCP;
}

static void
change_udp(struct question *q)
{
    q->transport = TRANSPORT_UDP;
}

static void
change_edns(struct question *q)
{
    q->edns_size = 0;
}

static void
change_rd(struct question *q)
{
    q->rd = false;
}

static void
change_do(struct question *q)
{
    q->dnssec_ok = true;
}

static void
change_cd(struct question *q)
{
    q->checking_disabled = true;
}

static void
change_ordinal(struct question *q)
{
    q->ordinal = 1;
}

/* Each changes one thing that makes a question another one. */
/* clang-format off */
static const struct {
    const char *what;
    void (*change)(struct question *question);
} change_rows[] = {
    {"nothing", NULL},        {"name", change_name},
    {"type", change_type},    {"server", change_server},
    {"port", change_port},    {"TCP", change_transport},
    {"UDP only", change_udp}, {"EDNS size", change_edns},
    {"RD", change_rd},        {"DO", change_do},
    {"CD", change_cd},        {"ordinal", change_ordinal},
};
/* clang-format on */

#define CHANGES (sizeof(change_rows) / sizeof(change_rows[0]))

/* Every pair of changed questions differs, and their keys do. */
static void
test_keys(void)
{
    struct question changed[CHANGES];
    struct strbuf keys[CHANGES];
    struct name name;

    name_parse(&name, SLICE("example.com"), NULL);
    for (size_t i = 0; i < CHANGES; i++) {
        changed[i] = question_recursive(&name, RR_TXT);
        if (change_rows[i].change != NULL)
            change_rows[i].change(&changed[i]);
        keys[i] = (struct strbuf)STRBUF_INIT;
        strbuf_add_text(&keys[i], "left over");
        question_key(&changed[i], &keys[i]);
        for (size_t j = 0; j <= i; j++)
            ok(question_equal(&changed[i], &changed[j]) == (i == j)
                   && slice_equal(strbuf_slice(&keys[i]),
                                  strbuf_slice(&keys[j]))
                          == (i == j),
               "%s and %s", change_rows[i].what, change_rows[j].what);
    }
    for (size_t i = 0; i < CHANGES; i++)
        strbuf_clear(&keys[i]);
}

static void
test_kinds(void)
{
    struct address server = {
        .family = 4, .octets = {192, 0, 2, 1}
    };
    struct question q = question_recursive(&name_root, RR_NS);

    ok(q.rd && q.edns_size == 1232 && q.transport == TRANSPORT_AUTO
           && q.server.family == 0 && q.type == RR_NS && !q.dnssec_ok,
       "to a resolver");
    q = question_direct(&server, &name_root, RR_NS);
    ok(!q.rd && q.edns_size == 1232 && q.transport == TRANSPORT_AUTO
           && address_equal(&q.server, &server),
       "to a server");
}

int
main(void)
{
    plan_lazy();
    test_types();
    test_addresses();
    test_address_equal();
    test_keys();
    test_kinds();
    return tap_done();
}
