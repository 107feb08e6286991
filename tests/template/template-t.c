/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/template/template.c: names against patterns. */
#include "common/template/template.h"

#include <stdio.h>

#include "tests/template/world.h"

/* One text for all names: what stands where is clear from its labels. */
static const char text[] =
    "www A 192.0.2.2\n"
    "{customer} TXT \"customer\"\n"
    "_dmarc.{customer} TXT \"dmarc\"\n"
    "{selector}._domainkey.{customer} TXT \"{key}\"\n"
    "fixed._domainkey.{customer} TXT \"fixed\"\n"
    "pool.{customer} TXT \"{pool}\"\n"
    "only.deep.{customer} TXT \"{pool}\"\n"
    "{selector}._dkim TXT \"{key}\"\n"
    "{selector}.{token}._dkim TXT \"{key}\"\n"
    "rua-{customer} TXT \"rua\"\n"
    "{customer}.report TXT \"report\"\n"
    "*.wild TXT \"wild\"\n"
    "exact.wild TXT \"exact\"\n"
    "a.b.wild TXT \"deep\"\n"
    "x.*.under TXT \"below a wildcard\"\n"
    "pool.{customer}.mixed TXT \"{pool}\"\n"
    "*.{customer}.mixed TXT \"wild\"\n"
    "{customer}.either TXT \"customer\"\n"
    "{any}.either TXT \"any\"\n"
    "{any}.free TXT \"any\"\n"
    "x-{any}-y.part TXT \"part\"\n"
    "x-{other}.part TXT \"prefix\"\n"
    "{third}-y.part TXT \"suffix\"\n"
    "{day:[0-9]{1,2}}.date TXT \"day {day}\"\n"
    "{month:jan|feb;?|\\{x }.date TXT \"{month}\"\n"
    "v{n:\\d+}.date TXT \"{n}\"\n"
    "{slow:(a|aa)+b}.slow TXT \"{slow}\"\n"
    "{spf_ir:192.0.2.0/24, 198.51.100.7,2001:db8::/32}"
    ".{customer}._ir TXT \"v=spf1 +all\"\n"
    "{spf_i:192.0.2.0/25}._i A 127.0.0.2\n"
    "{spf_i:203.0.113.9}._i A 127.0.0.3\n"
    "{spf_h:mx.a.example, *.OUT.example}._h A 127.0.0.2\n"
    "{customer}._d TXT \"d\"\n"
    "{spf_d:$pool}.{customer}._d TXT \"{spf_d}\"\n"
    "{customer}.over TXT \"all\"\n"
    "x.{customer}.over TXT \"all\"\n"
    "{customer:pool}.over TXT \"{pool}\"\n"
    "{customer}.sub NS ns.elsewhere.\n"
    "ns.{customer}.sub A 192.0.2.9\n"
    "plain NS ns.plain\n"
    "ns.plain A 192.0.2.8\n"
    "dn DNAME target.example.\n"
    "dn TXT \"at\"\n";

struct row {
    const char *name;  /* below esp.example; "@": it */
    const char *owner; /* the pattern below it; NULL: none */
    enum template_found found;
};

/* Rows of any width: braces would be aligned. */
#define ROW(name, owner, found)                                               \
    {                                                                         \
        name, owner, found                                                    \
    }
static const struct row rows[] = {
    ROW("@", "", TEMPLATE_RECORDS),
    ROW("www", "www", TEMPLATE_RECORDS),
    ROW("snufkin", "{customer}", TEMPLATE_RECORDS),
    ROW("toffle", "{customer}", TEMPLATE_RECORDS),
    ROW("nobody", NULL, TEMPLATE_NONE),
    ROW("a.nobody", NULL, TEMPLATE_NONE),
    ROW("_dmarc.snufkin", "_dmarc.{customer}", TEMPLATE_RECORDS),
    ROW("_dmarc.nobody", NULL, TEMPLATE_NONE),
    ROW("_domainkey.snufkin", "_domainkey.{customer}", TEMPLATE_EMPTY),
    /* It has "fixed" even without keys. */
    ROW("_domainkey.toffle", "_domainkey.{customer}", TEMPLATE_EMPTY),
    ROW("_domainkey.nobody", NULL, TEMPLATE_NONE),
    ROW("k1._domainkey.snufkin", "{selector}._domainkey.{customer}",
        TEMPLATE_RECORDS),
    ROW("k1._domainkey.toffle", NULL, TEMPLATE_NONE),
    ROW("k9._domainkey.snufkin", NULL, TEMPLATE_NONE),
    ROW("fixed._domainkey.toffle", "fixed._domainkey.{customer}",
        TEMPLATE_RECORDS),
    ROW("a.b._domainkey.snufkin", "{selector}._domainkey.{customer}",
        TEMPLATE_RECORDS),
    ROW("b._domainkey.snufkin", "{selector}._domainkey.{customer}",
        TEMPLATE_EMPTY),
    ROW("c.b._domainkey.snufkin", NULL, TEMPLATE_NONE),
    ROW("z._domainkey.snufkin", "{selector}._domainkey.{customer}",
        TEMPLATE_EMPTY),
    ROW("y.z._domainkey.snufkin", "{selector}._domainkey.{customer}",
        TEMPLATE_EMPTY),
    ROW("x.y.z._domainkey.snufkin", "{selector}._domainkey.{customer}",
        TEMPLATE_RECORDS),
    ROW("w.x.y.z._domainkey.snufkin", NULL, TEMPLATE_NONE),
    ROW("x.k1._domainkey.snufkin", NULL, TEMPLATE_NONE),
    ROW("b._domainkey.moomin", NULL, TEMPLATE_NONE),
    /* One label with a dot in it is not two. */
    ROW("a\\.b._domainkey.snufkin", NULL, TEMPLATE_NONE),
    ROW("y\\.z._domainkey.snufkin", NULL, TEMPLATE_NONE),
    /* A field that a customer lacks. */
    ROW("pool.snufkin", "pool.{customer}", TEMPLATE_RECORDS),
    ROW("pool.toffle", NULL, TEMPLATE_NONE),
    ROW("deep.snufkin", "deep.{customer}", TEMPLATE_EMPTY),
    ROW("deep.toffle", NULL, TEMPLATE_NONE),
    ROW("only.deep.toffle", NULL, TEMPLATE_NONE),
    /* The ESP's own keys, and those of tokens beside them. */
    ROW("_dkim", "_dkim", TEMPLATE_EMPTY),
    ROW("shared._dkim", "{selector}._dkim", TEMPLATE_RECORDS),
    ROW("s._dkim", "{selector}._dkim", TEMPLATE_EMPTY),
    ROW("tok7._dkim", "{token}._dkim", TEMPLATE_EMPTY),
    ROW("t1.tok7._dkim", "{selector}.{token}._dkim", TEMPLATE_RECORDS),
    ROW("k1.tok7._dkim", NULL, TEMPLATE_NONE),
    ROW("t1.tok8._dkim", NULL, TEMPLATE_NONE),
    /* The closest match. */
    ROW("rua-snufkin", "rua-{customer}", TEMPLATE_RECORDS),
    ROW("rua-nobody", NULL, TEMPLATE_NONE),
    ROW("rua-", NULL, TEMPLATE_NONE),
    ROW("report", "report", TEMPLATE_EMPTY),
    ROW("snufkin.report", "{customer}.report", TEMPLATE_RECORDS),
    ROW("snufkin.either", "{customer}.either", TEMPLATE_RECORDS),
    ROW("nobody.either", "{any}.either", TEMPLATE_RECORDS),
    ROW("x-1-y.part", "x-{any}-y.part", TEMPLATE_RECORDS),
    ROW("x-y.part", "x-{other}.part", TEMPLATE_RECORDS),
    ROW("x-.part", NULL, TEMPLATE_NONE),
    ROW("1-y.part", "{third}-y.part", TEMPLATE_RECORDS),
    ROW("7.date", "{day:[0-9]{1,2}}.date", TEMPLATE_RECORDS),
    ROW("177.date", NULL, TEMPLATE_NONE),
    ROW("jan.date", "{month:jan|feb;?|\\{x }.date", TEMPLATE_RECORDS),
    ROW("january.date", NULL, TEMPLATE_NONE),
    ROW("v177.date", "v{n:\\d+}.date", TEMPLATE_RECORDS),
    ROW("date", "date", TEMPLATE_EMPTY),
/* Lists: %{ir} of 192.0.2.9, and of 2001:db8::1. */
#define IR "{spf_ir:192.0.2.0/24, 198.51.100.7,2001:db8::/32}.{customer}._ir"
    ROW("9.2.0.192.snufkin._ir", IR, TEMPLATE_RECORDS),
    ROW("2.0.192.snufkin._ir", IR, TEMPLATE_EMPTY),
    ROW("192.snufkin._ir", IR, TEMPLATE_EMPTY),
    ROW("snufkin._ir", "{customer}._ir", TEMPLATE_EMPTY),
    ROW("7.100.51.198.toffle._ir", IR, TEMPLATE_RECORDS),
    ROW("8.100.51.198.toffle._ir", NULL, TEMPLATE_NONE),
    ROW("9.2.0.192.nobody._ir", NULL, TEMPLATE_NONE),
    ROW("9.9.2.0.192.snufkin._ir", NULL, TEMPLATE_NONE),
    ROW("09.2.0.192.snufkin._ir", NULL, TEMPLATE_NONE),
    ROW("256.2.0.192.snufkin._ir", NULL, TEMPLATE_NONE),
    ROW("1.3.0.192.snufkin._ir", NULL, TEMPLATE_NONE),
    ROW("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2."
        "snufkin._ir",
        IR, TEMPLATE_RECORDS),
    ROW("8.b.d.0.1.0.0.2.snufkin._ir", IR, TEMPLATE_EMPTY),
    ROW("9.b.d.0.1.0.0.2.snufkin._ir", NULL, TEMPLATE_NONE),
    ROW("192.0.2.9._i", "{spf_i:192.0.2.0/25}._i", TEMPLATE_RECORDS),
    ROW("192.0.2.129._i", NULL, TEMPLATE_NONE),
    ROW("2.9._i", "{spf_i:192.0.2.0/25}._i", TEMPLATE_EMPTY),
    ROW("203.0.113.9._i", "{spf_i:203.0.113.9}._i", TEMPLATE_RECORDS),
    ROW("9._i", NULL, TEMPLATE_EMPTY),
    ROW("129._i", NULL, TEMPLATE_NONE),
    ROW("mx.a.example._h", "{spf_h:mx.a.example, *.OUT.example}._h",
        TEMPLATE_RECORDS),
    ROW("a.example._h", NULL, TEMPLATE_EMPTY),
    ROW("b.example._h", NULL, TEMPLATE_NONE),
    ROW("out.example._h", NULL, TEMPLATE_EMPTY),
    ROW("q.r.out.example._h", "{spf_h:mx.a.example, *.OUT.example}._h",
        TEMPLATE_RECORDS),
    ROW("two.mail.moomin._d", "{spf_d:$pool}.{customer}._d", TEMPLATE_RECORDS),
    ROW("mail.moomin._d", NULL, TEMPLATE_EMPTY),
    ROW("one.moomin._d", NULL, TEMPLATE_NONE),
    ROW("one.snufkin._d", "{spf_d:$pool}.{customer}._d", TEMPLATE_RECORDS),
    ROW("one.toffle._d", NULL, TEMPLATE_NONE),
    ROW("aab.slow", "{slow:(a|aa)+b}.slow", TEMPLATE_RECORDS),
    ROW("toffle.over", "{customer}.over", TEMPLATE_RECORDS),
    ROW("x.toffle.over", "x.{customer}.over", TEMPLATE_RECORDS),
    ROW("snufkin.over", "{customer:pool}.over", TEMPLATE_RECORDS),
    ROW("x.snufkin.over", NULL, TEMPLATE_NONE),
    ROW("nobody.over", NULL, TEMPLATE_NONE),
    ROW("free", "free", TEMPLATE_EMPTY),
    ROW("\\000\\255.free", "{any}.free", TEMPLATE_RECORDS),
    ROW("a.b.free", NULL, TEMPLATE_NONE),
    /* RFC 4592. */
    ROW("wild", "wild", TEMPLATE_EMPTY),
    ROW("q.wild", "*.wild", TEMPLATE_RECORDS),
    ROW("p.q.wild", "*.wild", TEMPLATE_RECORDS),
    ROW("exact.wild", "exact.wild", TEMPLATE_RECORDS),
    ROW("x.exact.wild", NULL, TEMPLATE_NONE),
    ROW("b.wild", "b.wild", TEMPLATE_EMPTY),
    ROW("c.b.wild", NULL, TEMPLATE_NONE),
    ROW("*.wild", "*.wild", TEMPLATE_RECORDS),
    ROW("x.*.wild", NULL, TEMPLATE_NONE),
    ROW("*.under", "*.under", TEMPLATE_EMPTY),
    ROW("x.*.under", "x.*.under", TEMPLATE_RECORDS),
    ROW("q.under", "*.under", TEMPLATE_EMPTY),
    /* What a customer lacks leaves the name to the wildcard. */
    ROW("pool.snufkin.mixed", "pool.{customer}.mixed", TEMPLATE_RECORDS),
    ROW("pool.toffle.mixed", "*.{customer}.mixed", TEMPLATE_RECORDS),
    ROW("a.nobody.mixed", NULL, TEMPLATE_NONE),
};

static void
test_row(const struct template *template, const struct row *row)
{
    struct template_match match;
    struct name name;
    char wanted[300], asked[300];

    snprintf(asked, sizeof(asked), "%s%sesp.example",
             strcmp(row->name, "@") == 0 ? "" : row->name,
             strcmp(row->name, "@") == 0 ? "" : ".");
    if (name_parse(&name, slice_of(asked), NULL) != ST_OK)
        bail("'%s' is no name", asked);
    template_match(template, &name, &world_binder, &match);
    is_int(row->found, match.found, "%s: found", row->name);
    if (row->owner == NULL)
        return;
    snprintf(wanted, sizeof(wanted), "%s%sesp.example.", row->owner,
             *row->owner == '\0' ? "" : ".");
    is_string(wanted,
              match.node == NULL ? NULL : template_node_text(match.node),
              "%s: the pattern", row->name);
}

static void
test_above(const struct template *template)
{
    static const struct {
        const char *name;
        bool cut, dname; /* which is above */
        unsigned labels; /* of it */
    } above[] = {
        {"plain.esp.example",           true,  false, 3},
        {"a.b.plain.esp.example",       true,  false, 3},
        {"ns.plain.esp.example",        true,  false, 3},
        {"snufkin.sub.esp.example",     true,  false, 4},
        {"x.y.snufkin.sub.esp.example", true,  false, 4},
        {"x.nobody.sub.esp.example",    false, false, 0},
        {"sub.esp.example",             false, false, 0},
        {"esp.example",                 false, false, 0},
        {"dn.esp.example",              false, false, 0},
        {"a.dn.esp.example",            false, true,  3},
        {"a.b.dn.esp.example",          false, true,  3},
    };

    for (size_t i = 0; i < sizeof(above) / sizeof(above[0]); i++) {
        struct template_match match;
        struct name name;

        name_parse(&name, slice_of(above[i].name), NULL);
        template_match(template, &name, &world_binder, &match);
        is_int(above[i].cut, match.cut != NULL, "%s: cut", above[i].name);
        is_int(above[i].dname, match.dname != NULL, "%s: dname",
               above[i].name);
        if (above[i].labels > 0)
            is_int(above[i].labels, match.above_labels, "%s: labels",
                   above[i].name);
    }
}

static void
test_reserved(const struct template *template)
{
    static const char *const reserved[] = {"www",  "ns1",    "WWW", "_dkim",
                                           "wild", "report", "x",   "pool"};
    static const char *const others[] = {"snufkin", "nobody", "", "*"};
    struct slice label;
    size_t position = 0, n = 0;

    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
        ok(template_is_reserved(template, slice_of(reserved[i])),
           "'%s' is reserved", reserved[i]);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        ok(!template_is_reserved(template, slice_of(others[i])), "'%s' is not",
           others[i]);
    while (template_each_reserved(template, &position, &label)) {
        n += template_is_reserved(template, label);
        ok(label.n > 0, "a reserved label");
    }
    is_int((long long)n, (long long)position, "all that are listed are");
}

/* Names of patterns, filled; and all of them in order. */
static void
test_names(const struct template *template)
{
    static const struct {
        const char *pattern; /* below esp.example */
        const char *name;    /* filled; NULL: cannot be */
    } rows_[] = {
        {"{customer}",                       "snufkin"               },
        {"{selector}._domainkey.{customer}", "a.b._domainkey.snufkin"},
        {"{selector}.{token}._dkim",         "a.b.tok7._dkim"        },
        {"rua-{customer}",                   "rua-snufkin"           },
        {"{any}.free",                       NULL                    },
        {"*.wild",                           "*.wild"                },
    };
    const struct slice values[3] = {SLICE("snufkin"), SLICE("tok7"),
                                    SLICE("a.b")};
    const struct slice none[3] = {
        {NULL, 0},
        {NULL, 0},
        {NULL, 0}
    };
    const struct template_node *node = NULL;
    struct arena *arena = arena_new();
    struct name name;
    unsigned line = 0;
    bool in_order = true;
    size_t seen = 0;

    while ((node = template_next(template, node)) != NULL) {
        const struct template_record *record =
            template_record_next(node, NULL);

        in_order = in_order && template_record_line(record) > line;
        line = template_record_line(record);
        for (size_t i = 0; i < sizeof(rows_) / sizeof(rows_[0]); i++) {
            char wanted[300];

            snprintf(wanted, sizeof(wanted), "%s.esp.example.",
                     rows_[i].pattern);
            if (strcmp(template_node_text(node), wanted) != 0)
                continue;
            seen++;
            if (rows_[i].name == NULL) {
                is_int(ST_UNSUPPORTED,
                       template_node_name(template, node, values, &name),
                       "%s cannot be filled", wanted);
                continue;
            }
            is_int(ST_OK, template_node_name(template, node, values, &name),
                   "%s is filled", wanted);
            snprintf(wanted, sizeof(wanted), "%s.esp.example.", rows_[i].name);
            is_string(wanted, name_dotted(arena, &name), "as it should");
            if (template_node_kinds(node) != 0)
                is_int(ST_NOT_FOUND,
                       template_node_name(template, node, none, &name),
                       "and without values not");
        }
    }
    is_int(6, (long long)seen, "all patterns were met");
    ok(in_order, "in the order of the template");
    arena_free(arena);
}

/* Values that do not fit. */
static void
test_long_names(void)
{
    struct template *template =
        world_template("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-{customer} TXT \"x\"\n"
                       "{selector}.{customer} TXT \"{key}\"\n");
    char label[64] = {0}, selector[230] = {0};
    struct slice values[3] = {
        {label,    63},
        {NULL,     0 },
        {selector, 0 }
    };
    const struct template_node *node = NULL;
    struct name name;

    memset(label, 'c', 63);
    for (size_t i = 0; i < sizeof(selector); i++)
        selector[i] = i % 2 == 0 ? 's' : '.';
    values[2].n = 229;
    while ((node = template_next(template, node)) != NULL)
        if (template_node_kinds(node) != 0)
            is_int(ST_RANGE, template_node_name(template, node, values, &name),
                   "%s grows too long", template_node_text(node));
    template_free(template);
}

int
main(void)
{
    struct template *template = world_template(text);

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(template, &rows[i]);
    test_above(template);
    test_reserved(template);
    test_names(template);
    test_long_names();
    is_string("esp.example.",
              template_node_text(template_next(template, NULL)),
              "the apex comes first");
    template_free(template);
    template_free(NULL);
    return tap_done();
}
