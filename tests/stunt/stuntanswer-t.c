/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/stunt/stuntanswer.c: what is answered to what. */
#include "common/stunt/stuntanswer.h"

#include <stdio.h>

#include "common/dns/answer.h"
#include "common/template/regexdns.h"
#include "tests/template/world.h"

static const char text[] =
    "{customer} MX 10 mx\n"
    "{customer} MX 20 mx.elsewhere.\n"
    "{customer} TXT \"c={customer}\"\n"
    "{selector}._domainkey.{customer} TXT \"p={key}\"\n"
    "pool.{customer} TXT \"{pool}\"\n"
    "mx A 192.0.2.10\n"
    "mx AAAA 2001:db8::10\n"
    "twice TXT \"x\"\n"
    "twice TXT \"x\"\n"
    "_sip.srv SRV 1 2 3 mx\n"
    "alias CNAME mx\n"
    "alias2 CNAME alias\n"
    "toc.{customer} CNAME {customer}\n"
    "dead CNAME nowhere.x\n"
    "nodata CNAME ns1\n"
    "out CNAME www.elsewhere.\n"
    "self CNAME self\n"
    "ring1 CNAME ring2\n"
    "ring2 CNAME ring1\n"
    "tocut CNAME a.cut\n"
    "*.wild TXT \"w\"\n"
    "*.wild MX 1 mx\n"
    "*.wcname CNAME mx\n"
    "cut NS ns.cut\n"
    "cut NS ns.elsewhere.\n"
    "cut DS 1 8 2 AA\n"
    "ns.cut A 192.0.2.11\n"
    "tomx MX 1 ns.cut\n"
    "dn DNAME mx.esp.example.\n"
    "dn TXT \"at\"\n"
    "far DNAME elsewhere.\n"
    "again DNAME there\n"
    "a.there CNAME b.again\n"
    "b.there A 192.0.2.12\n"
    "grow DNAME l23456789012345678901234567890.grow\n"
    "{any}.grow2 CNAME {any}.{any}.{any}.{any}.{any}.{any}.{any}.{any}\n";

struct row {
    const char *name;   /* below esp.example, or absolute with final dot */
    const char *type;   /* asked */
    const char *answer; /* rcode, "aa", then records: +answer @authority
                         *additional */
};

#define SOA " @esp.example. 60 SOA ns1.esp.example. h.esp.example. 1 2 3 4 60"
#define MX_ADDRESSES                                                          \
    " *mx.esp.example. 300 A 192.0.2.10"                                      \
    " *mx.esp.example. 300 AAAA 2001:db8::10"
#define CUT                                                                   \
    " @cut.esp.example. 300 NS ns.cut.esp.example."                           \
    " @cut.esp.example. 300 NS ns.elsewhere."                                 \
    " *ns.cut.esp.example. 300 A 192.0.2.11"

/* Rows of any width: braces would be aligned. */
#define ROW(name, type, answer)                                               \
    {                                                                         \
        name, type, answer                                                    \
    }
static const struct row rows[] = {
    ROW("elsewhere.", "A", "REFUSED"),
    ROW("example.", "A", "REFUSED"),
    ROW("xesp.example.", "A", "REFUSED"),
    ROW(".", "NS", "REFUSED"),
    /* The apex. */
    ROW("esp.example.", "SOA",
        "NOERROR aa +esp.example. 900 SOA ns1.esp.example. h.esp.example. 1 2 "
        "3 "
        "4 60"),
    ROW("esp.example.", "NS",
        "NOERROR aa +esp.example. 300 NS ns1.esp.example. *ns1.esp.example. "
        "300 "
        "A 192.0.2.1"),
    ROW("esp.example.", "A", "NOERROR aa" SOA),
    ROW("esp.example.", "DS", "NOERROR aa" SOA),
    ROW("esp.example.", "ANY",
        "NOERROR aa +esp.example. 900 SOA ns1.esp.example. h.esp.example. 1 2 "
        "3 "
        "4 60"),
    /* Customers. */
    ROW("snufkin", "TXT",
        "NOERROR aa +snufkin.esp.example. 300 TXT "
        "\"c=snufkin\""),
    ROW("SNUFKIN", "TXT",
        "NOERROR aa +snufkin.esp.example. 300 TXT "
        "\"c=snufkin\""),
    ROW("snufkin", "MX",
        "NOERROR aa +snufkin.esp.example. 300 MX 10 "
        "mx.esp.example. +snufkin.esp.example. 300 MX 20 "
        "mx.elsewhere." MX_ADDRESSES),
    ROW("snufkin", "A", "NOERROR aa" SOA),
    ROW("snufkin", "ANY",
        "NOERROR aa +snufkin.esp.example. 300 MX 10 "
        "mx.esp.example. +snufkin.esp.example. 300 MX 20 "
        "mx.elsewhere."),
    ROW("nobody", "TXT", "NXDOMAIN aa" SOA),
    ROW("a.nobody", "ANY", "NXDOMAIN aa" SOA),
    ROW("_domainkey.snufkin", "TXT", "NOERROR aa" SOA),
    ROW("_domainkey.snufkin", "ANY", "NOERROR aa" SOA),
    ROW("_domainkey.toffle", "TXT", "NXDOMAIN aa" SOA),
    ROW("k1._domainkey.snufkin", "TXT",
        "NOERROR aa +k1._domainkey.snufkin."
        "esp.example. 300 TXT \"p=KEY-k1\""),
    ROW("k1._domainkey.snufkin", "MX", "NOERROR aa" SOA),
    ROW("k9._domainkey.snufkin", "TXT", "NXDOMAIN aa" SOA),
    ROW("b._domainkey.snufkin", "TXT", "NOERROR aa" SOA),
    ROW("pool.snufkin", "TXT",
        "NOERROR aa +pool.snufkin.esp.example. 300 TXT "
        "\"one\""),
    ROW("pool.toffle", "TXT", "NXDOMAIN aa" SOA),
    ROW("twice", "TXT", "NOERROR aa +twice.esp.example. 300 TXT \"x\""),
    ROW("_sip.srv", "SRV",
        "NOERROR aa +_sip.srv.esp.example. 300 SRV 1 2 3 "
        "mx.esp.example." MX_ADDRESSES),
    ROW("srv", "SRV", "NOERROR aa" SOA),
    /* Aliases. */
    ROW("alias", "A",
        "NOERROR aa +alias.esp.example. 300 CNAME mx.esp.example. "
        "+mx.esp.example. 300 A 192.0.2.10"),
    ROW("alias2", "A",
        "NOERROR aa +alias2.esp.example. 300 CNAME "
        "alias.esp.example. +alias.esp.example. 300 CNAME "
        "mx.esp.example. +mx.esp.example. 300 A 192.0.2.10"),
    ROW("alias", "CNAME",
        "NOERROR aa +alias.esp.example. 300 CNAME "
        "mx.esp.example."),
    ROW("alias", "ANY",
        "NOERROR aa +alias.esp.example. 300 CNAME "
        "mx.esp.example."),
    ROW("alias", "TXT",
        "NOERROR aa +alias.esp.example. 300 CNAME mx.esp.example." SOA),
    ROW("toc.snufkin", "TXT",
        "NOERROR aa +toc.snufkin.esp.example. 300 CNAME snufkin.esp.example. "
        "+snufkin.esp.example. 300 TXT \"c=snufkin\""),
    ROW("dead", "A",
        "NXDOMAIN aa +dead.esp.example. 300 CNAME nowhere.x.esp.example." SOA),
    ROW("nodata", "TXT",
        "NOERROR aa +nodata.esp.example. 300 CNAME ns1.esp.example." SOA),
    ROW("out", "A", "NOERROR aa +out.esp.example. 300 CNAME www.elsewhere."),
    ROW("self", "A",
        "NOERROR aa +self.esp.example. 300 CNAME "
        "self.esp.example."),
    ROW("ring1", "A",
        "NOERROR aa +ring1.esp.example. 300 CNAME "
        "ring2.esp.example. +ring2.esp.example. 300 CNAME "
        "ring1.esp.example."),
    ROW("tocut", "A",
        "NOERROR aa +tocut.esp.example. 300 CNAME a.cut.esp.example." CUT),
    /* Wildcards, whose name is the one asked. */
    ROW("a.wild", "TXT", "NOERROR aa +a.wild.esp.example. 300 TXT \"w\""),
    ROW("b.a.wild", "MX",
        "NOERROR aa +b.a.wild.esp.example. 300 MX 1 "
        "mx.esp.example." MX_ADDRESSES),
    ROW("a.wild", "A", "NOERROR aa" SOA),
    ROW("*.wild", "TXT", "NOERROR aa +*.wild.esp.example. 300 TXT \"w\""),
    ROW("x.*.wild", "TXT", "NXDOMAIN aa" SOA),
    ROW("x.wcname", "A",
        "NOERROR aa +x.wcname.esp.example. 300 CNAME "
        "mx.esp.example. +mx.esp.example. 300 A 192.0.2.10"),
    /* Delegations. */
    ROW("cut", "A", "NOERROR" CUT),
    ROW("cut", "NS", "NOERROR" CUT),
    ROW("a.b.cut", "TXT", "NOERROR" CUT),
    ROW("a.cut", "DS", "NOERROR" CUT),
    ROW("ns.cut", "A", "NOERROR" CUT),
    ROW("cut", "DS", "NOERROR aa +cut.esp.example. 300 DS 1 8 2 aa"),
    ROW("tomx", "MX",
        "NOERROR aa +tomx.esp.example. 300 MX 1 "
        "ns.cut.esp.example."),
    /* DNAME. */
    ROW("dn", "TXT", "NOERROR aa +dn.esp.example. 300 TXT \"at\""),
    ROW("dn", "DNAME",
        "NOERROR aa +dn.esp.example. 300 DNAME mx.esp.example."),
    ROW("a.dn", "A",
        "NXDOMAIN aa +dn.esp.example. 300 DNAME mx.esp.example. "
        "+a.dn.esp.example. 300 CNAME a.mx.esp.example." SOA),
    ROW("a.dn", "CNAME",
        "NOERROR aa +dn.esp.example. 300 DNAME mx.esp.example. "
        "+a.dn.esp.example. 300 CNAME a.mx.esp.example."),
    ROW("a.far", "A",
        "NOERROR aa +far.esp.example. 300 DNAME elsewhere. "
        "+a.far.esp.example. 300 CNAME a.elsewhere."),
    ROW("a.again", "A",
        "NOERROR aa +again.esp.example. 300 DNAME there.esp.example. "
        "+a.again.esp.example. 300 CNAME a.there.esp.example. "
        "+a.there.esp.example. 300 CNAME b.again.esp.example. "
        "+b.again.esp.example. 300 CNAME b.there.esp.example. "
        "+b.there.esp.example. 300 A 192.0.2.12"),
    /* Data that cannot be: longer than a name. */
    ROW("l2345678901234567890123456789012345678.grow2", "A", "SERVFAIL"),
    ROW("l.grow2", "A",
        "NXDOMAIN aa +l.grow2.esp.example. 300 CNAME "
        "l.l.l.l.l.l.l.l.esp.example." SOA),
};

static void
show(const struct stunt_result *result, struct strbuf *out)
{
    static const char *const rcodes[] = {"NOERROR",  "FORMERR", "SERVFAIL",
                                         "NXDOMAIN", "NOTIMP",  "REFUSED",
                                         "YXDOMAIN"};
    static const char marks[] = "+@*";

    strbuf_cut(out, 0);
    strbuf_addf(out, "%s%s", rcodes[result->rcode],
                result->authoritative ? " aa" : "");
    for (unsigned i = 0; i < result->count; i++) {
        const struct stunt_record *r = &result->records[i];
        struct record view = {
            .type = r->type, .data = {(const char *)r->data, r->size}
        };

        strbuf_addf(out, " %c", marks[r->section]);
        name_present(&r->owner, out);
        strbuf_addf(out, " %u ", r->ttl);
        rrtype_present(r->type, out);
        strbuf_add_char(out, ' ');
        record_present(&view, out);
    }
}

static void
ask(const struct template *template, const struct template_binder *binder,
    const char *text_, const char *type, struct strbuf *out)
{
    static struct stunt_result result;
    struct strbuf full = STRBUF_INIT;
    struct name name;

    strbuf_add_text(&full, text_);
    if (!slice_ends(strbuf_slice(&full), SLICE(".")))
        strbuf_add_text(&full, ".esp.example.");
    if (name_parse(&name, strbuf_slice(&full), NULL) != ST_OK)
        bail("'%s' is no name", full.p);
    stuntanswer(template, binder, &name, rrtype_parse(slice_of(type)),
                &result);
    show(&result, out);
    strbuf_clear(&full);
}

/* A binder that cannot tell: never an absence, never a record. */
static bool has_failed;

static bool
failing_bind(void *context, enum template_kind kind, struct slice label,
             struct template_scope *scope)
{
    has_failed = true;
    return world_bind(context, kind, label, scope);
}

static void
test_failing(const struct template *template)
{
    struct template_binder binder = world_binder;
    struct strbuf out = STRBUF_INIT;

    binder.bind = failing_bind;
    binder.failed = &has_failed;
    ask(template, &binder, "nobody", "TXT", &out);
    is_string("SERVFAIL", out.p, "no absence of what could not be looked up");
    ask(template, &binder, "snufkin", "TXT", &out);
    is_string("SERVFAIL", out.p, "nor a presence");
    has_failed = true;
    ask(template, &binder, "_sip.srv", "TXT", &out);
    is_string("NOERROR aa" SOA, out.p, "names that need no looking up stay");
    strbuf_clear(&out);
}

/* As many records as an answer holds, and long chains. */
static void
test_limits(void)
{
    struct strbuf text_ = STRBUF_INIT, out = STRBUF_INIT;
    struct template *template;

    for (unsigned i = 0; i < TEMPLATE_RRSET_MAX; i++)
        strbuf_addf(&text_, "many MX %u m%u\nm%u A 192.0.2.%u\n", i, i, i, i);
    for (unsigned i = 0; i < 40; i++)
        strbuf_addf(&text_, "c%u CNAME c%u\n", i, i + 1);
    template = world_template(text_.p);
    ask(template, &world_binder, "many", "MX", &out);
    ok(strncmp(out.p, "NOERROR aa +many", 16) == 0, "the largest RRset");
    ok(strstr(out.p, "MX 47 m47") != NULL, "is whole");
    ask(template, &world_binder, "c0", "A", &out);
    ok(strstr(out.p, "+c15.esp.example. 300 CNAME c16") != NULL
           && strstr(out.p, "CNAME c17") == NULL,
       "a long chain is cut after 16");
    template_free(template);
    strbuf_clear(&text_);
    strbuf_clear(&out);
}

/* What is said until a.grow, 20 octets long, would have grown by 31 for the
   eighth time: RFC 6672 section 2.2. */
static void
add_growth(struct strbuf *out)
{
    static const char step[] = "l23456789012345678901234567890.";
    struct strbuf owner = STRBUF_INIT;

    strbuf_add_text(out, "YXDOMAIN aa +grow.esp.example. 300 DNAME ");
    strbuf_addf(out, "%sgrow.esp.example.", step);
    for (unsigned i = 0; i < 7; i++) {
        strbuf_addf(out, " +a.%sgrow.esp.example. 300 CNAME a.", owner.p);
        strbuf_add_text(&owner, step);
        strbuf_addf(out, "%sgrow.esp.example.", owner.p);
    }
    strbuf_clear(&owner);
}

/* A DNAME makes a name too long. */
static void
test_yxdomain(const struct template *template)
{
    struct strbuf name = STRBUF_INIT, out = STRBUF_INIT, grown = STRBUF_INIT;

    for (unsigned i = 0; i < 110; i++)
        strbuf_add_text(&name, i == 109 ? "a" : "a.");
    strbuf_add_text(&name, ".grow");
    ask(template, &world_binder, name.p, "A", &out);
    is_string("YXDOMAIN aa +grow.esp.example. 300 DNAME "
              "l23456789012345678901234567890.grow.esp.example.",
              out.p, "too long");
    ask(template, &world_binder, "a.grow", "A", &out);
    add_growth(&grown);
    is_string(grown.p, out.p, "that into which it grows");
    strbuf_clear(&name);
    strbuf_clear(&grown);
    strbuf_clear(&out);
}

/* Two zones, one below the other: to each what is its own. */
static void
test_zones(void)
{
    static const char zones[] =
        "esp.example 60 IN SOA ns h 1 2 3 4 5\n"
        "sub.esp.example 60 IN SOA ns2 h 9 2 3 4 5\n"
        "in.esp.example 60 IN CNAME no.esp.example\n"
        "over.esp.example 60 IN CNAME no.sub.esp.example\n"
        "mx.esp.example 60 IN MX 1 a.sub.esp.example\n"
        "a.sub.esp.example 60 IN A 192.0.2.1\n";
    static const struct row zone_rows[] = {
        ROW("in", "A",
            "NXDOMAIN aa +in.esp.example. 60 CNAME no.esp.example. "
            "@esp.example. 5 SOA ns. h. 1 2 3 4 5"),
        ROW("over", "A",
            "NOERROR aa +over.esp.example. 60 CNAME no.sub.esp.example."),
        ROW("mx", "MX",
            "NOERROR aa +mx.esp.example. 60 MX 1 a.sub.esp.example."),
        ROW("no.sub", "A",
            "NXDOMAIN aa @sub.esp.example. 5 SOA ns2. h. 9 2 3 4 5"),
    };
    struct template *template = NULL;
    struct strbuf out = STRBUF_INIT;
    struct error err = ERROR_INIT;

    if (regexdns_parse("t", SLICE(zones), &template, &err) != ST_OK)
        bail("%s", err.text);
    for (size_t i = 0; i < sizeof(zone_rows) / sizeof(zone_rows[0]); i++) {
        ask(template, &world_binder, zone_rows[i].name, zone_rows[i].type,
            &out);
        is_string(zone_rows[i].answer, out.p, "zones: %s %s",
                  zone_rows[i].name, zone_rows[i].type);
    }
    template_free(template);
    strbuf_clear(&out);
}

int
main(void)
{
    struct template *template = world_template(text);
    struct strbuf out = STRBUF_INIT;

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ask(template, &world_binder, rows[i].name, rows[i].type, &out);
        is_string(rows[i].answer, out.p, "%s %s", rows[i].name, rows[i].type);
    }
    test_failing(template);
    test_limits();
    test_yxdomain(template);
    test_zones();
    template_free(template);
    strbuf_clear(&out);
    return tap_done();
}
