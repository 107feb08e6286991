/* SPDX-License-Identifier: GPL-3.0-or-later */
/* regexdns files: which owner takes a name, what its data becomes, what
   exists besides, and what is refused. */
#include "common/template/regexdns.h"

#include <stdio.h>
#include <string.h>

#include "common/base/strbuf.h"
#include "common/dns/answer.h"
#include "tests/tap/tap.h"

static const struct template_binder nobody = {NULL};

static struct template *
compile(const char *text)
{
    struct template *template = NULL;
    struct error err = ERROR_INIT;

    if (regexdns_parse("t", slice_of(text), &template, &err) != ST_OK)
        bail("does not compile: %s", err.text);
    return template;
}

/* Names that fall into labels: what exists is known exactly. */
static const char labels_text[] =
    "; a comment\n"
    "\n"
    "  esp.example. 3600 IN SOA ns1.esp.example hostmaster.esp.example. "
    "1 10800 3600 2592000 600\n"
    "Fixed.esp.example 60 IN A192.0.2.1\n"
    "a.deep.esp.example 60 IN TXT \"deep\"\n"
    "k1._dkim.esp.example 60 IN TXT \"v=DKIM1; p=\"\n"
    "(?P<selector>[^.]+)\\._domainkey\\.(?P<customer>[^.]+)\\.esp\\.example. "
    "60 IN CNAME ${selector}._dkim.esp.example\n"
    "bounces\\.(?P<customer>[^.]+)\\.esp\\.example 90 IN MX 10 "
    "bounces.esp.example\n"
    "bounces\\.(?P<customer>[^.]+)\\.esp\\.example 90 IN MX 20 "
    "$customer.other.example.\n"
    "bounces\\.(?P<customer>[^.]+)\\.esp\\.example 90 IN TXT \"c=$customer\"\n"
    "(?P<customer>[^.]+)\\.esp\\.example 60 IN MX 10 replies.esp.example\n"
    "_dmarc\\.(?P<customer>[^.]+)\\.esp\\.example 60 IN TXT \"v=DMARC1;"
    "p=none;rua=mailto:rua+${customer}@esp.example\"\n"
    "ip-(\\d+)-(\\d+)-(\\d+)-(\\d+)\\.pool\\.esp\\.example\\. 60 IN A "
    "$1.$2.$3.$4\n"
    "late.esp.example 60 IN A 192.0.2.9\n"
    "([a-z])([0-9]+)(x)?\\.go\\.esp\\.example 60 IN TXT "
    "\"$1|${2}z|$2z|$$1|$9|$|${|${1|$01|$3|$name|${0}|$-\"\n"
    "(_[a-z]+)\\._tcp\\.svc\\.esp\\.example 60 IN SRV 1 2 3 $1.other.example\n"
    "(?i)^q\\.case\\.esp\\.example$ 60 IN TXT \"flags\"\n";

/* One expression that may take any name. */
static const char free_text[] =
    "esp.example 60 IN SOA ns1 h 1 2 3 4 5\n"
    "second.example 60 IN SOA ns1 h 1 2 3 4 5\n"
    "www.esp.example 60 IN A 192.0.2.1\n"
    "(.+)\\.all\\.esp\\.example 60 IN CNAME $1.second.example\n"
    "a\\.x\\.esp\\.example|b\\.x\\.esp\\.example 60 IN TXT \"half\"\n"
    "(?s)part 60 IN TXT \"anywhere\"\n"
    "(a|aa)+b\\.bad\\.esp\\.example 60 IN TXT \"slow\"\n";

/* Delegations and a name below that the ESP answers for in vain, but for its
   address; the last is slow to say whether it stands above a name. */
static const char cut_text[] =
    "esp.example 60 IN SOA ns1 h 1 2 3 4 5\n"
    "cut.esp.example 60 IN NS ns.cut.esp.example\n"
    "ns.cut.esp.example 60 IN A 192.0.2.7\n"
    "(?P<customer>[^.]+)\\.host\\.esp\\.example 60 IN NS "
    "ns.$customer.host.esp.example\n"
    "ns\\.([^.]+)\\.host\\.esp\\.example 60 IN A 192.0.2.8\n"
    "(a|aa)+b\\.bad\\.esp\\.example 60 IN NS ns.cut.esp.example\n";

/* Such an expression is tried for every name that comes to it. */
static const char worse_text[] =
    "esp.example 60 IN SOA ns1 h 1 2 3 4 5\n"
    "first.esp.example 60 IN A 192.0.2.1\n"
    "(?:(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*))Z\\.esp\\.example 60 IN TXT "
    "\"x\"\n"
    "later.esp.example 60 IN A 192.0.2.1\n";

struct row {
    const char *name; /* asked */
    enum template_found found;
    unsigned line;    /* of the owner, 0 for none */
    const char *data; /* of all its records, "; " between them */
};

static const struct row label_rows[] = {
    {"esp.example",                       TEMPLATE_RECORDS, 3,
     "ns1.esp.example. hostmaster.esp.example. 1 10800 3600 2592000 600"                 },
    {"fixed.esp.example",                 TEMPLATE_RECORDS, 4,  "192.0.2.1"              },
    {"deep.esp.example",                  TEMPLATE_RECORDS, 11, "10 replies.esp.example."},
    {"_dkim.esp.example",                 TEMPLATE_EMPTY,   0,  NULL                     },
    {"k1._domainkey.snufkin.esp.example", TEMPLATE_RECORDS, 7,
     "k1._dkim.esp.example."                                                             },
    {"_domainkey.snufkin.esp.example",    TEMPLATE_EMPTY,   0,  NULL                     },
    {"_domainkey.esp.example",            TEMPLATE_NONE,    0,  NULL                     },
    {"_dmarc.esp.example",                TEMPLATE_NONE,    0,  NULL                     },
    {"www.esp.example",                   TEMPLATE_NONE,    0,  NULL                     },
    {"ns1.esp.example",                   TEMPLATE_NONE,    0,  NULL                     },
    {"k1._domainkey.www.esp.example",     TEMPLATE_NONE,    0,  NULL                     },
    {"*.esp.example",                     TEMPLATE_NONE,    0,  NULL                     },
    {"x._domainkey._dmarc.esp.example",   TEMPLATE_NONE,    0,  NULL                     },
    {"_x._domainkey.snufkin.esp.example", TEMPLATE_NONE,    0,  NULL                     },
    {"x.fixed.esp.example",               TEMPLATE_NONE,    0,  NULL                     },
    {"a.b.c.esp.example",                 TEMPLATE_NONE,    0,  NULL                     },
    {"a\\.b.esp.example",                 TEMPLATE_NONE,    0,  NULL                     },
    {"snufkin.esp.example",               TEMPLATE_RECORDS, 11, "10 replies.esp.example."},
    {"bounces.snufkin.esp.example",       TEMPLATE_RECORDS, 8,
     "10 bounces.esp.example.; 20 snufkin.other.example.; \"c=snufkin\""                 },
    {"_dmarc.toffle.esp.example",         TEMPLATE_RECORDS, 12,
     "\"v=DMARC1;p=none;rua=mailto:rua+toffle@esp.example\""                             },
    {"ip-192-0-2-7.pool.esp.example",     TEMPLATE_RECORDS, 13, "192.0.2.7"              },
    {"ip-999-0-2-7.pool.esp.example",     TEMPLATE_RECORDS, 13, "?"                      },
    {"ip-1-2-3.pool.esp.example",         TEMPLATE_NONE,    0,  NULL                     },
 /* First match wins, whatever comes later. */
    {"late.esp.example",                  TEMPLATE_RECORDS, 11, "10 replies.esp.example."},
    {"go.esp.example",                    TEMPLATE_RECORDS, 11, "10 replies.esp.example."},
 /* regexp.Expand of Go: $2z is ${2z}; what is no name stays. */
    {"q42.go.esp.example",                TEMPLATE_RECORDS, 15,
     "\"q|42z||$1||$|${|${1||||q42.go.esp.example|$-\""                                  },
    {"q7x.go.esp.example",                TEMPLATE_RECORDS, 15,
     "\"q|7z||$1||$|${|${1||x||q7x.go.esp.example|$-\""                                  },
    {"_sip._tcp.svc.esp.example",         TEMPLATE_RECORDS, 16,
     "1 2 3 _sip.other.example."                                                         },
    {"_tcp.svc.esp.example",              TEMPLATE_EMPTY,   0,  NULL                     },
    {"q.case.esp.example",                TEMPLATE_RECORDS, 17, "\"flags\""              },
    {"p.q.case.esp.example",              TEMPLATE_NONE,    0,  NULL                     },
};

static const struct row free_rows[] = {
    {"www.esp.example",     TEMPLATE_RECORDS, 3, "192.0.2.1"          },
    {"nothing.esp.example", TEMPLATE_EMPTY,   0, NULL                 },
    {"x.y.all.esp.example", TEMPLATE_RECORDS, 4, "x.y.second.example."},
    {"second.example",      TEMPLATE_RECORDS, 2, "ns1. h. 1 2 3 4 5"  },
    {"a.x.esp.example",     TEMPLATE_RECORDS, 5, "\"half\""           },
    {"q.b.x.esp.example",   TEMPLATE_RECORDS, 5, "\"half\""           },
    {"aparty.esp.example",  TEMPLATE_RECORDS, 6, "\"anywhere\""       },
    {"aab.bad.esp.example", TEMPLATE_RECORDS, 7, "\"slow\""           },
};

/* ---- rows ---- */

static void
show_records(const struct template_match *match, struct strbuf *out)
{
    const struct template_record *record = NULL;
    uint8_t data[TEMPLATE_RDATA_MAX];
    size_t size;

    while ((record = template_record_next(match->node, record)) != NULL) {
        struct record view = {.type = template_record_type(record)};

        strbuf_add_text(out, out->n > 0 ? "; " : "");
        if (template_expand(record, match, &nobody, data, &size) != ST_OK) {
            strbuf_add_char(out, '?');
            continue;
        }
        view.data = (struct slice){(const char *)data, size};
        record_present(&view, out);
    }
}

static void
test_rows(const struct template *template, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct row *row = &rows[i];
        struct template_match match;
        struct strbuf data = STRBUF_INIT;
        struct name name;

        if (name_parse(&name, slice_of(row->name), NULL) != ST_OK)
            bail("'%s' is no name", row->name);
        template_match(template, &name, &nobody, &match);
        is_int(row->found, match.found, "%s: found", row->name);
        ok(!match.unsure, "%s: and sure", row->name);
        is_int(row->line, match.node == NULL ? 0 : regexdns_line(match.node),
               "%s: by that line", row->name);
        if (match.node != NULL)
            show_records(&match, &data);
        is_string(row->data == NULL ? "" : row->data, data.p, "%s: data",
                  row->name);
        strbuf_clear(&data);
    }
}

/* ---- delegations ---- */

static void
check_records(const struct template_match *match, const char *wanted,
              const char *name)
{
    struct strbuf data = STRBUF_INIT;

    if (match->node != NULL)
        show_records(match, &data);
    is_string(wanted, data.p, "%s: data", name);
    strbuf_clear(&data);
}

static void
test_cuts(void)
{
    static const struct {
        const char *name; /* asked */
        unsigned cut;     /* labels of the cut's owner, 0: none */
        const char *data; /* of the cut, or else of the name */
        const char *glue; /* of the name itself */
    } rows[] = {
        {"esp.example",             0, "ns1. h. 1 2 3 4 5",      "ns1. h. 1 2 3 4 5"  },
        {"cut.esp.example",         3, "ns.cut.esp.example.",    "ns.cut.esp.example."},
        {"ns.cut.esp.example",      3, "ns.cut.esp.example.",    "192.0.2.7"          },
        {"x.cut.esp.example",       3, "ns.cut.esp.example.",    ""                   },
        {"a.host.esp.example",      4, "ns.a.host.esp.example.",
         "ns.a.host.esp.example."                                                     },
        {"ns.a.host.esp.example",   4, "ns.a.host.esp.example.", "192.0.2.8"          },
        {"x.ns.a.host.esp.example", 4, "ns.a.host.esp.example.", ""                   },
    };
    struct template *template = compile(cut_text);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct template_match match;
        struct name name;

        name_parse(&name, slice_of(rows[i].name), NULL);
        template_match(template, &name, &nobody, &match);
        is_int(rows[i].cut, match.cut == NULL ? 0 : match.above_labels,
               "%s: below that cut", rows[i].name);
        check_records(&match, rows[i].data, rows[i].name);
        template_match_glue(template, &name, &nobody, &match);
        check_records(&match, rows[i].glue, rows[i].name);
    }
    template_free(template);
}

/* ---- patterns that would never end ---- */

static void
test_bounds(const char *text, const char *asked, bool unsure)
{
    struct template *template = compile(text);
    struct template_match match;
    struct name name;

    name_parse(&name, slice_of(asked), NULL);
    template_match(template, &name, &nobody, &match);
    is_int(unsure, match.unsure, "%.20s: given up", asked);
    is_int(!unsure, match.node != NULL, "%.20s: and nothing found", asked);
    template_free(template);
}

/* ---- forms ---- */

static void
test_forms(void)
{
    static const struct {
        const char *owner;       /* as written */
        enum regexdns_form form; /* what it is */
    } rows[] = {
        {"a.b-c_d/e.esp.example",           REGEXDNS_NAME  },
        {"[^.]+\\.esp\\.example",           REGEXDNS_LABELS},
        {"[^\\.]+\\.esp\\.example",         REGEXDNS_LABELS},
        {"^(?i:x|y)z\\.esp\\.example$",     REGEXDNS_FREE  },
        {"(?:x|y)z\\.esp\\.example",        REGEXDNS_LABELS},
        {"[a-z0-9_-]{1,5}\\.esp\\.example", REGEXDNS_LABELS},
        {"[!-~]\\.esp\\.example",           REGEXDNS_FREE  },
        {"[^a]\\.esp\\.example",            REGEXDNS_FREE  },
        {"[[:alpha:]]\\.esp\\.example",     REGEXDNS_FREE  },
        {"\\D\\.esp\\.example",             REGEXDNS_FREE  },
        {"\\d\\w\\.esp\\.example",          REGEXDNS_LABELS},
        {"(a\\.b)\\.esp\\.example",         REGEXDNS_FREE  },
        {"(a\\.)?b\\.esp\\.example",        REGEXDNS_FREE  },
        {"a\\.+b\\.esp\\.example",          REGEXDNS_FREE  },
        {"a\\.x|b\\.y",                     REGEXDNS_FREE  },
        {"(?s)^a\\.esp\\.example$",         REGEXDNS_FREE  },
        {"(?i)^[ab]\\.esp\\.example$",      REGEXDNS_LABELS},
        {"(?i)[ab]\\.esp\\.example",        REGEXDNS_FREE  },
        {"([a-z])\\1\\.esp\\.example",      REGEXDNS_FREE  },
        {"(?=a)[a-z]\\.esp\\.example",      REGEXDNS_FREE  },
        {"(?<n>[^.]+)\\.esp.example",       REGEXDNS_FREE  },
        {"a[]x]\\.esp\\.example",           REGEXDNS_LABELS},
        {"a[.]x\\.esp\\.example",           REGEXDNS_FREE  },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct strbuf text = STRBUF_INIT;
        struct template *template;
        const struct template_node *node;

        strbuf_addf(&text,
                    "esp.example 60 IN SOA n h 1 2 3 4 5\n"
                    "%s 60 IN TXT \"x\"\n",
                    rows[i].owner);
        template = compile(text.p);
        node = template_next(template, template_next(template, NULL));
        is_int(rows[i].form, regexdns_form(node), "%s", rows[i].owner);
        template_free(template);
        strbuf_clear(&text);
    }
}

/* ---- what is refused ---- */

static void
test_refused(void)
{
#define ZONE "esp.example 60 IN SOA n h 1 2 3 4 5\n"
    static const struct {
        const char *text; /* a file */
        const char *says; /* a part of the sentence */
    } rows[] = {
        {"",                                        "'t' has no SOA"             },
        {"x\\.y 60 IN SOA n h 1 2 3 4 5\n",         "'t' has no SOA"             },
        {ZONE "a\n",                                "line 2: not of the form"    },
        {ZONE "a IN 60 A 192.0.2.1\n",              "line 2: not of the form"    },
        {ZONE "a 60 CH A 192.0.2.1\n",              "third word is not IN"       },
        {ZONE "a 60 IN a 192.0.2.1\n",              "type or data is missing"    },
        {ZONE "a 60 IN A\n",                        "type or data is missing"    },
        {ZONE "a 4000000000 IN A 192.0.2.1\n",      "68 years"                   },
        {ZONE "a 60 IN A 192.0.2.256\n",            "'t', line 2: "              },
        {ZONE "a 60 IN ALIAS x.\n",                 "'t', line 2: "              },
        {ZONE "a 60 IN ANY x.\n",                   "'t', line 2: "              },
        {ZONE "a 60 IN TXT \"x\n",                  "string that does not end"   },
        {ZONE "a 60 IN SOA (\n",                    "a record is one line"       },
        {ZONE "*.a 60 IN A 192.0.2.1\n",            "line 2, column 1: not a reg"},
        {ZONE "(x 60 IN A 192.0.2.1\n",             "line 2, column 3: not a reg"},
        {ZONE "a..b 60 IN A 192.0.2.1\n",           "empty label"                },
        {ZONE "(x)y 60 IN MX $1 a.\n",              "'t', line 2: "              },
        {ZONE "(x)y 60 IN CAA 0 issue \"$1\"\n",    "placeholder can stand"      },
        {ZONE "a 60 IN CNAME b\na 60 IN CNAME c\n", "'t', line 3: a second"      },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct template *template = NULL;
        struct error err = ERROR_INIT;
        enum status st =
            regexdns_parse("t", slice_of(rows[i].text), &template, &err);

        if (!ok(st == ST_SYNTAX && strstr(err.text, rows[i].says) != NULL,
                "refused: %s", rows[i].says))
            diag("%d %s", st, err.text);
        if (st == ST_OK)
            template_free(template);
    }
}

static void
test_zones(void)
{
    struct template *template = compile(free_text);
    const struct name *origin = NULL;
    struct name name;

    name_parse(&name, SLICE("x.second.example"), NULL);
    ok(template_zone(template, &name, &origin) != NULL && origin->labels == 2,
       "the second zone");
    name_parse(&name, SLICE("elsewhere.example"), NULL);
    ok(template_zone(template, &name, &origin) == NULL, "no zone");
    template_free(template);
}

int
main(void)
{
    struct template *labels, *open;

    plan_lazy();
    labels = compile(labels_text);
    test_rows(labels, label_rows, sizeof(label_rows) / sizeof(label_rows[0]));
    template_free(labels);
    open = compile(free_text);
    test_rows(open, free_rows, sizeof(free_rows) / sizeof(free_rows[0]));
    template_free(open);
    test_bounds(
        free_text,
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaxb.bad.esp."
        "example",
        true);
    test_bounds(cut_text,
                "x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaxb.bad."
                "esp.example",
                true);
    test_bounds(worse_text, "first.esp.example", false);
    test_bounds(worse_text, "later-but-it-is-long-enough.esp.example", true);
    test_cuts();
    test_forms();
    test_refused();
    test_zones();
    return tap_done();
}
