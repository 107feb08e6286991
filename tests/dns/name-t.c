/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/name.c. */
#include "common/dns/name.h"

#include <string.h>

#include "tests/tap/tap.h"

#define L63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"

/* As SLICE, for a constant initializer. */
#define OCTETS(literal)                                                       \
    {                                                                         \
        (literal), sizeof(literal) - 1                                        \
    }

static struct arena *arena;

static struct name
name_of(const char *text)
{
    struct name name = {0};
    struct error err = ERROR_INIT;

    if (name_parse(&name, slice_of(text), &err) != ST_OK)
        bail("%s", err.text);
    return name;
}

/* Presentation form in, presentation form out: NULL where it is refused. */
/* clang-format off */
static const struct {
    const char *text;
    enum status status;
    const char *dotted;
    unsigned labels;
} parse_rows[] = {
    {"", ST_OK, ".", 0},
    {".", ST_OK, ".", 0},
    {"example.com", ST_OK, "example.com.", 2},
    {"example.com.", ST_OK, "example.com.", 2},
    {"EXAMPLE.Com", ST_OK, "example.com.", 2},
    {"_dmarc.example.com", ST_OK, "_dmarc.example.com.", 3},
    {"a\\.b.example", ST_OK, "a\\.b.example.", 2},
    {"a\\046b.example", ST_OK, "a\\.b.example.", 2},
    {"a\\065.example", ST_OK, "aa.example.", 2},
    {"\\000\\255", ST_OK, "\\000\\255.", 1},
    {"a b", ST_OK, "a\\032b.", 1},
    {"a\\;b\\\"\\@", ST_OK, "a\\;b\\\"\\@.", 1},
    {"*.example", ST_OK, "*.example.", 2},
    {"a\\\\b", ST_OK, "a\\\\b.", 1},
    {"..", ST_SYNTAX, NULL, 0},
    {".example", ST_SYNTAX, NULL, 0},
    {"a..b", ST_SYNTAX, NULL, 0},
    {"a.b..", ST_SYNTAX, NULL, 0},
    {"a\\", ST_SYNTAX, NULL, 0},
    {"a\\25", ST_SYNTAX, NULL, 0},
    {"a\\256", ST_SYNTAX, NULL, 0},
    {"a\\2x5", ST_SYNTAX, NULL, 0},
    {L63, ST_OK, L63 ".", 1},
    {L63 "l", ST_RANGE, NULL, 0},
    {L63 "\\.", ST_RANGE, NULL, 0},
    /* 3 * 64 + 62 + 1 = 255 octets, and one more. */
    {L63 "." L63 "." L63 "."
         "bcdefghijklmnopqrstuvwxyz"
         "abcdefghijklmnopqrstuvwxyzabcdefghij",
     ST_OK,
     L63 "." L63 "." L63 "."
         "bcdefghijklmnopqrstuvwxyz"
         "abcdefghijklmnopqrstuvwxyzabcdefghij.",
     4},
    {L63 "." L63 "." L63 "."
         "abcdefghijklmnopqrstuvwxyz"
         "abcdefghijklmnopqrstuvwxyzabcdefghij",
     ST_RANGE, NULL, 0},
};
/* clang-format on */

static void
test_parse(void)
{
    for (size_t i = 0; i < sizeof(parse_rows) / sizeof(parse_rows[0]); i++) {
        struct name name = {0};
        struct error err = ERROR_INIT;
        enum status st = name_parse(&name, slice_of(parse_rows[i].text), &err);
        const char *dotted = st == ST_OK ? name_dotted(arena, &name) : NULL;

        is_int(parse_rows[i].status, st, "parse '%s'", parse_rows[i].text);
        is_string(parse_rows[i].dotted, dotted, "present '%s'",
                  parse_rows[i].text);
        is_int(parse_rows[i].labels, name.labels, "labels of '%s'",
               parse_rows[i].text);
        ok((st == ST_OK) == (err.text[0] == '\0'), "a sentence on '%s'",
           parse_rows[i].text);
    }
}

static void
test_text(void)
{
    struct name name = {0};
    struct error err = ERROR_INIT;

    is_int(ST_OK, name_from_text(&name, SLICE("a\\b.Example")),
           "text: a backslash is an octet");
    is_string("a\\\\b.example.", name_dotted(arena, &name), "... kept");
    is_string("a\\\\b.example", name_bare(arena, &name), "without the dot");
    is_string(".", name_bare(arena, &name_root), "the root stays a dot");
    is_int(ST_SYNTAX, name_from_text(&name, SLICE("a..b")),
           "text: empty label");
    is_int(ST_RANGE, name_from_text(&name, SLICE(L63 "l")),
           "text: label too long");
    name_parse(&name, SLICE("a..b"), &err);
    is_string("'a..b' is no domain name: an empty label", err.text,
              "the sentence");
}

static void
test_many_labels(void)
{
    struct strbuf text = STRBUF_INIT;
    struct name name = {0};

    for (int i = 0; i < 127; i++)
        strbuf_add_text(&text, "a.");
    is_int(ST_OK, name_parse(&name, strbuf_slice(&text), NULL), "127 labels");
    is_int(127, name.labels, "... counted");
    is_int(255, name.size, "... fill 255 octets");
    is_int(0, name_compare(&name, &name), "... compared");
    strbuf_add_text(&text, "a.");
    is_int(ST_RANGE, name_parse(&name, strbuf_slice(&text), NULL),
           "128 labels");
    strbuf_clear(&text);
}

/* clang-format off */
static const struct {
    const char *what;
    struct slice octets;
    enum status status;
    size_t used;
} wire_rows[] = {
    {"root", OCTETS("\0"), ST_OK, 1},
    {"upper case and more behind", OCTETS("\3ABC\0xyz"), ST_OK, 5},
    {"empty", {NULL, 0}, ST_SYNTAX, 0},
    {"no root label", OCTETS("\3abc"), ST_SYNTAX, 0},
    {"cut in a label", OCTETS("\5abc"), ST_SYNTAX, 0},
    {"a pointer", OCTETS("\3abc\300\0"), ST_SYNTAX, 0},
    {"a reserved length", OCTETS("\100abc"), ST_SYNTAX, 0},
};
/* clang-format on */

static void
test_wire(void)
{
    uint8_t long_wire[257];
    struct name name = {0};
    size_t used = 0;

    for (size_t i = 0; i < sizeof(wire_rows) / sizeof(wire_rows[0]); i++) {
        used = 0;
        is_int(wire_rows[i].status,
               name_from_wire(&name, wire_rows[i].octets, &used), "wire: %s",
               wire_rows[i].what);
        is_int((long long)wire_rows[i].used, (long long)used,
               "wire: used of %s", wire_rows[i].what);
        is_int((long long)wire_rows[i].used,
               (long long)name_wire_size(wire_rows[i].octets),
               "wire: size of %s", wire_rows[i].what);
    }
    name_from_wire(&name, SLICE("\3ABC\0"), NULL);
    is_string("abc.", name_dotted(arena, &name), "wire: folded");
    for (size_t i = 0; i < sizeof(long_wire); i++)
        long_wire[i] = i % 2 == 0 && i < 256 ? 1 : 'a';
    long_wire[256] = 0;
    is_int(ST_SYNTAX,
           name_from_wire(&name, (struct slice){(char *)long_wire, 257}, NULL),
           "wire: 257 octets");
    long_wire[254] = 0;
    is_int(ST_OK,
           name_from_wire(&name, (struct slice){(char *)long_wire, 257}, NULL),
           "wire: 255 octets");
}

static void
test_wire_text(void)
{
    uint8_t wire[NAME_WIRE_MAX];
    struct strbuf out = STRBUF_INIT;
    size_t size = 0;

    is_int(ST_OK, name_wire_parse(SLICE("NS1.Example"), wire, &size, NULL),
           "RDATA: a name in it");
    is_octets("\3NS1\7Example\0", 13, wire, size, "RDATA: case kept");
    name_wire_present((struct slice){(char *)wire, size}, &out);
    is_string("NS1.Example.", out.p, "RDATA: and back");
    strbuf_clear(&out);
}

/* clang-format off */
static const struct {
    const char *name, *top;
    bool under;
} under_rows[] = {
    {"example.com", "example.com", true},
    {"a.example.com", "example.com", true},
    {"a.b.example.com", "com", true},
    {"example.com", ".", true},
    {".", ".", true},
    {".", "com", false},
    {"com", "example.com", false},
    {"badexample.com", "example.com", false},
    {"a.example.org", "example.com", false},
    {"a\\007example.com", "example.com", false},
};
/* clang-format on */

static void
test_under(void)
{
    for (size_t i = 0; i < sizeof(under_rows) / sizeof(under_rows[0]); i++) {
        struct name name = name_of(under_rows[i].name);
        struct name top = name_of(under_rows[i].top);

        is_int(under_rows[i].under, name_is_under(&name, &top),
               "'%s' under '%s'", under_rows[i].name, under_rows[i].top);
    }
}

/* RFC 4034 section 6.1, the order of its example. */
static const char *const canonical[] = {
    "example",         "a.example",      "yljkjljk.a.example",
    "Z.a.example",     "zABC.a.EXAMPLE", "z.example",
    "\\001.z.example", "*.z.example",    "\\200.z.example",
};

static void
test_order(void)
{
    struct name previous = name_root;

    for (size_t i = 0; i < sizeof(canonical) / sizeof(canonical[0]); i++) {
        struct name name = name_of(canonical[i]);

        ok(name_compare(&previous, &name) < 0, "order: before '%s'",
           canonical[i]);
        ok(name_compare(&name, &previous) > 0, "order: behind, '%s'",
           canonical[i]);
        ok(name_compare(&name, &name) == 0 && name_equal(&name, &name)
               && !name_equal(&name, &previous),
           "order: '%s' equals itself", canonical[i]);
        previous = name;
    }
}

static void
test_parts(void)
{
    struct name name = name_of("k1._domainkey.example.com");
    struct name out = name_root;
    struct slice label = name_label(&name, 1);

    is_octets("_domainkey", 10, label.p, label.n, "label 1");
    is_int(0, (long long)name_label(&name, 4).n, "no label 4");
    is_int(0, (long long)name_label(&name_root, 0).n, "none of the root");
    name_suffix(&out, &name, 2);
    is_string("example.com.", name_dotted(arena, &out), "suffix of 2");
    name_suffix(&out, &name, 9);
    is_string("k1._domainkey.example.com.", name_dotted(arena, &out),
              "suffix of more than there is");
    name_suffix(&out, &name, 0);
    is_string(".", name_dotted(arena, &out), "suffix of none");
    ok(name_parent(&name, &name), "parent in place");
    is_string("_domainkey.example.com.", name_dotted(arena, &name), "... cut");
    is_int(3, name.labels, "... counted");
    ok(!name_parent(&out, &name_root), "the root has no parent");
    is_octets("\0", 1, name_key(&out).p, name_key(&out).n, "... but itself");
}

static void
test_prepend(void)
{
    struct name base = name_of("example.com");
    struct name long_base = name_of(L63 "." L63 "." L63 ".abcdef");
    struct name out = name_root;

    is_int(ST_OK, name_prepend(&out, SLICE("K1._domainkey"), &base),
           "prepend two labels");
    is_string("k1._domainkey.example.com.", name_dotted(arena, &out),
              "... folded");
    is_int(ST_OK, name_prepend(&base, SLICE("_dmarc"), &base), "in place");
    is_string("_dmarc.example.com.", name_dotted(arena, &base), "... done");
    is_int(3, base.labels, "... counted");
    is_int(ST_SYNTAX, name_prepend(&out, SLICE(""), &base), "no label");
    is_int(ST_SYNTAX, name_prepend(&out, SLICE("a."), &base), "a final dot");
    is_int(ST_SYNTAX, name_prepend(&out, SLICE("a..b"), &base), "empty label");
    is_int(ST_RANGE, name_prepend(&out, SLICE(L63), &long_base), "too long");
    is_int(ST_RANGE, name_prepend(&out, SLICE(L63 "x"), &base), "long label");
    is_int(ST_OK, name_prepend(&out, SLICE("com"), &name_root), "the root");
    is_string("com.", name_dotted(arena, &out), "... gets a label");
}

static void
test_rebase(void)
{
    struct name name = name_of("k1._domainkey.example.com");
    struct name top = name_of("_domainkey.example.com");
    struct name target = name_of("t.esp.example");
    struct name long_target =
        name_of(L63 "." L63 "." L63 "."
                    "abcdefghijabcdefghijabcdefghijabcdefghij"
                    "abcdefghijabcdefghij");
    struct name out = name_root;

    is_int(ST_OK, name_rebase(&out, &name, &top, &target), "rebase");
    is_string("k1.t.esp.example.", name_dotted(arena, &out), "... done");
    is_int(4, out.labels, "... counted");
    is_int(ST_OK, name_rebase(&out, &name, &name, &target), "all of it");
    is_string("t.esp.example.", name_dotted(arena, &out), "... replaced");
    is_int(ST_SYNTAX, name_rebase(&out, &target, &top, &name), "not under");
    is_int(ST_RANGE, name_rebase(&out, &name, &top, &long_target), "too long");
    is_int(ST_OK, name_rebase(&name, &name, &top, &target), "in place");
    is_string("k1.t.esp.example.", name_dotted(arena, &name), "... done");
}

/* clang-format off */
static const struct {
    const char *name;
    bool host;
} host_rows[] = {
    {"mail.example.com", true}, {"3com.com", true}, {"a-b.c", true},
    {"-a.com", false},          {"a-.com", false},  {"_a.com", false},
    {"a\\.b.com", false},       {".", false},       {"*.com", false},
};
/* clang-format on */

static void
test_host(void)
{
    for (size_t i = 0; i < sizeof(host_rows) / sizeof(host_rows[0]); i++) {
        struct name name = name_of(host_rows[i].name);

        is_int(host_rows[i].host, name_is_host(&name), "host '%s'",
               host_rows[i].name);
    }
}

int
main(void)
{
    plan_lazy();
    arena = arena_new();
    test_parse();
    test_text();
    test_many_labels();
    test_wire();
    test_wire_text();
    test_under();
    test_order();
    test_parts();
    test_prepend();
    test_rebase();
    test_host();
    arena_free(arena);
    return tap_done();
}
