/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPF records: terms with their offsets, and every fault with its kind. */
#include "common/spf/spfrecord.h"

#include <string.h>

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

static struct arena *arena;

static const struct {
    const char *text;
    bool wanted;
} versions[] = {
    {"v=spf1",        true },
    {"V=SPF1 -all",   true },
    {"v=spf1 ",       true },
    {"v=spf10",       false},
    {"v=spf1;",       false},
    {"v=spf1\tall",   false},
    {" v=spf1 -all",  false},
    {"\"v=spf1 -all", false},
    {"v=spf",         false},
    {"",              false},
    {"v=spf1mx",      false},
    {"v =spf1 a",     false},
};

static void
test_versions(void)
{
    for (size_t i = 0; i < sizeof(versions) / sizeof(*versions); i++)
        is_int(versions[i].wanted,
               spfrecord_is_record(slice_of(versions[i].text)),
               "is it a record: '%s'", versions[i].text);
}

/* One line a term: kind word (or name=), qualifier, value, prefixes. */
static void
describe(const struct spfrecord *record, struct strbuf *out)
{
    for (size_t i = 0; i < record->term_count; i++) {
        const struct spfterm *term = &record->terms[i];

        if (i > 0)
            strbuf_add_char(out, ' ');
        if (term->qualifier != 0)
            strbuf_add_char(out, term->qualifier);
        if (term->kind >= SPFTERM_MODIFIER)
            strbuf_add_slice(out, term->name);
        else
            strbuf_add_text(out, spfterm_word(term->kind));
        if (term->value.p != NULL)
            strbuf_addf(out, "[%.*s]", SLICE_ARGS(term->value));
        if (term->bits4 != 32 || term->bits6 != 128)
            strbuf_addf(out, "%u/%u", term->bits4, term->bits6);
        strbuf_addf(out, "@%zu", term->at);
    }
}

/* clang-format off */
static const struct {
    const char *text, *wanted;
} goods[] = {
    {"v=spf1", ""},
    {"v=spf1 ", ""},
    {"v=spf1  a   -all  ", "+a@8 -all@12"},
    {"v=spf1 +mx a:colo.example.com/28 -all",
     "+mx@7 +a[colo.example.com]28/128@11 -all@33"},
    {"v=spf1 A/24 MX//64 a/0//0", "+a24/128@7 +mx32/64@12 +a0/0@19"},
    {"v=spf1 a:%{d}/24//48", "+a[%{d}]24/48@7"},
    {"v=spf1 mx:foo:bar/baz.example.com", "+mx[foo:bar/baz.example.com]@7"},
    {"v=spf1 a:%{l/}", "+a[%{l/}]@7"},
    {"v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32",
     "+ip4[192.0.2.0/24]24/128@7 +ip6[2001:db8::/32]32/32@24"},
    {"v=spf1 ip6:::ffff:192.0.2.1", "+ip6[::ffff:192.0.2.1]@7"},
    {"v=spf1 ip6:::1.1.1.1/0", "+ip6[::1.1.1.1/0]32/0@7"},
    {"v=spf1 Include:a.b. ?exists:%{i}.x.y ~ptr ptr:a.b",
     "+include[a.b.]@7 ?exists[%{i}.x.y]@20 ~ptr@37 +ptr[a.b]@42"},
    {"v=spf1 redirect=_spf.example.com exp=e.%{d2}",
     "redirect[_spf.example.com]@7 exp[e.%{d2}]@33"},
    {"v=spf1 moo.cow-far_out=man:dog/cat default=+ x=",
     "moo.cow-far_out[man:dog/cat]@7 default[+]@35 x[]@45"},
    {"v=spf1 ip4=192.0.2.1 include=a.b", "ip4[192.0.2.1]@7 include[a.b]@21"},
    {"v=spf1 all -all", "+all@7 -all@11"},
    {"v=spf1 a:x.a-b", "+a[x.a-b]@7"},
    {"v=spf1 a:x.1a", "+a[x.1a]@7"},
    {"v=spf1 a:mail...com", "+a[mail...com]@7"},
    {"v=spf1 a:x%%", "+a[x%%]@7"},
};
/* clang-format on */

static void
test_goods(void)
{
    for (size_t i = 0; i < sizeof(goods) / sizeof(*goods); i++) {
        struct spfrecord *record =
            spfrecord_parse(arena, slice_of(goods[i].text));
        struct strbuf out = STRBUF_INIT;

        describe(record, &out);
        if (record->faults_all > 0)
            strbuf_addf(&out, " fault: %s", record->faults[0].reason);
        is_string(goods[i].wanted, out.p, "%s", goods[i].text);
        strbuf_clear(&out);
    }
}

/* Each has one fault: its kind, and the part of the text it marks. */
/* clang-format off */
static const struct {
    const char *text;
    enum spffault_kind kind;
    const char *part;
} bads[] = {
    {"v=spf1 moo -all", SPFFAULT_UNKNOWN_TERM, "moo"},
    {"v=spf1 -all moo", SPFFAULT_UNKNOWN_TERM, "moo"},
    {"v=spf1 ipv4:192.0.2.1 -all", SPFFAULT_UNKNOWN_TERM, "ipv4"},
    {"v=spf1 redirect:t2.example.com", SPFFAULT_UNKNOWN_TERM, "redirect"},
    {"v=spf1 +redirect=a.b", SPFFAULT_UNKNOWN_TERM, "redirect"},
    {"v=spf1 1up=foo", SPFFAULT_UNKNOWN_TERM, "1up"},
    {"v=spf1 =all", SPFFAULT_UNKNOWN_TERM, "=all"},
    {"v=spf1 -", SPFFAULT_UNKNOWN_TERM, "-"},
    {"v=spf1 --all", SPFFAULT_UNKNOWN_TERM, "-all"},
    {"v=spf1 moo.cow/far_out=man:dog/cat", SPFFAULT_UNKNOWN_TERM, "moo.cow"},
    {"v=spf1 -all.", SPFFAULT_UNKNOWN_TERM, "all."},
    {"v=spf1 a.example.com", SPFFAULT_UNKNOWN_TERM, "a.example.com"},
    {"v=spf1 -all:foobar", SPFFAULT_SYNTAX, ":foobar"},
    {"v=spf1 -all/8", SPFFAULT_SYNTAX, "/8"},
    {"v=spf1 include -all", SPFFAULT_SYNTAX, "include"},
    {"v=spf1 include: -all", SPFFAULT_SYNTAX, "include:"},
    {"v=spf1 a: -all", SPFFAULT_SYNTAX, "a:"},
    {"v=spf1 ptr/0", SPFFAULT_SYNTAX, "/0"},
    {"v=spf1 ptr:", SPFFAULT_SYNTAX, "ptr:"},
    {"v=spf1 exists", SPFFAULT_SYNTAX, "exists"},
    {"v=spf1 ip4", SPFFAULT_SYNTAX, "ip4"},
    {"v=spf1 ip6: -all", SPFFAULT_SYNTAX, "ip6:"},
    {"v=spf1 redirect=", SPFFAULT_SYNTAX, "redirect="},
    {"v=spf1 exp= -all", SPFFAULT_SYNTAX, "exp="},
    {"v=spf1 a:foo-bar", SPFFAULT_DOMAIN, "foo-bar"},
    {"v=spf1 a:museum", SPFFAULT_DOMAIN, "museum"},
    {"v=spf1 a:museum.", SPFFAULT_DOMAIN, "museum."},
    {"v=spf1 exp=-all", SPFFAULT_DOMAIN, "-all"},
    {"v=spf1 a:abc.123", SPFFAULT_DOMAIN, "123"},
    {"v=spf1 a:example.-com", SPFFAULT_DOMAIN, "-com"},
    {"v=spf1 a:example.com-", SPFFAULT_DOMAIN, "com-"},
    {"v=spf1 a:example.com:8080", SPFFAULT_DOMAIN, "com:8080"},
    {"v=spf1 a:example.com..", SPFFAULT_DOMAIN, "example.com.."},
    {"v=spf1 a:%{d}x", SPFFAULT_DOMAIN, "%{d}x"},
    {"v=spf1 include:example.com/24", SPFFAULT_SYNTAX, "/24"},
    {"v=spf1 a:example.com/x", SPFFAULT_CIDR, "/x"},
    {"v=spf1 a/33", SPFFAULT_CIDR, "33"},
    {"v=spf1 a//129", SPFFAULT_CIDR, "129"},
    {"v=spf1 a/024", SPFFAULT_CIDR, "024"},
    {"v=spf1 a/", SPFFAULT_CIDR, "/"},
    {"v=spf1 a//", SPFFAULT_CIDR, "/"},
    {"v=spf1 a/24/24", SPFFAULT_CIDR, "/24"},
    {"v=spf1 mx/a", SPFFAULT_CIDR, "/a"},
    {"v=spf1 ip4:1.2.3.4/33", SPFFAULT_CIDR, "33"},
    {"v=spf1 ip4:1.2.3.4/032", SPFFAULT_CIDR, "032"},
    {"v=spf1 ip4:1.2.3.4/", SPFFAULT_CIDR, "/"},
    {"v=spf1 ip4:1.2.3.4//32", SPFFAULT_CIDR, "/32"},
    {"v=spf1 ip4:1.2.3.4/-1", SPFFAULT_CIDR, "-1"},
    {"v=spf1 ip4:1.2.3", SPFFAULT_CIDR, "1.2.3"},
    {"v=spf1 ip4:1.2.3.04", SPFFAULT_CIDR, "1.2.3.04"},
    {"v=spf1 ip4:1.2.3.256", SPFFAULT_CIDR, "1.2.3.256"},
    {"v=spf1 ip4:1.2.3.4:8080", SPFFAULT_CIDR, "1.2.3.4:8080"},
    {"v=spf1 ip4:2001:db8::1", SPFFAULT_CIDR, "2001:db8::1"},
    {"v=spf1 ip6:192.0.2.1", SPFFAULT_CIDR, "192.0.2.1"},
    {"v=spf1 ip6::CAFE::BABE", SPFFAULT_CIDR, ":CAFE::BABE"},
    {"v=spf1 ip6:2001:db8::/129", SPFFAULT_CIDR, "129"},
    {"v=spf1 ip6:fe80::1%eth0", SPFFAULT_CIDR, "fe80::1%eth0"},
    {"v=spf1 -exists:%(ir).sbl.example.com", SPFFAULT_MACRO, "%("},
    {"v=spf1 -all foo=%abc", SPFFAULT_MACRO, "%a"},
    {"v=spf1 a:%{a}.example.com", SPFFAULT_MACRO, "%{a}"},
    {"v=spf1 -all exp=%{r}.example.com", SPFFAULT_EXP_LETTER, "%{r}"},
    {"v=spf1 exp=a.b exp=c.d", SPFFAULT_DUPLICATE, "exp=c.d"},
    {"v=spf1 redirect=a.b -all REDIRECT=c.d", SPFFAULT_DUPLICATE,
     "REDIRECT=c.d"},
    {"v=spf1 a:\xEF\xBB\xBFgarbage.example.net", SPFFAULT_OCTET, "\xEF"},
    {"v=spf1 \x80" "a:example.net", SPFFAULT_OCTET, "\x80"},
    {"v=spf1 a \x96" "all", SPFFAULT_OCTET, "\x96"},
    {"v=spf1 a:c.example.com\rptr", SPFFAULT_OCTET, "\r"},
    {"v=spf1 ip4:192.0.2.5\n", SPFFAULT_OCTET, "\n"},
    {"v=spf1 mx\t-all", SPFFAULT_OCTET, "\t"},
    {"v=spf1 m\xc3\xb6\xc3\xb6=x", SPFFAULT_OCTET, "\xc3"},
};
/* clang-format on */

static void
test_bads(void)
{
    for (size_t i = 0; i < sizeof(bads) / sizeof(*bads); i++) {
        struct slice text = slice_of(bads[i].text);
        struct spfrecord *record = spfrecord_parse(arena, text);
        struct spffault none = {.kind = SPFFAULT_TOO_LONG};
        const struct spffault *fault =
            record->faults_all > 0 ? &record->faults[0] : &none;
        struct slice part = slice_sub(text, fault->at, fault->length);

        ok(record->faults_all == 1 && fault->kind == bads[i].kind
               && slice_equal(part, slice_of(bads[i].part)),
           "%s", bads[i].text);
        if (record->faults_all != 1 || fault->kind != bads[i].kind
            || !slice_equal(part, slice_of(bads[i].part)))
            diag("%zu faults, kind %d, '%.*s'", record->faults_all,
                 fault->kind, SLICE_ARGS(part));
    }
}

static void
test_nul(void)
{
    struct spfrecord *record =
        spfrecord_parse(arena, SLICE("v=spf1 mx:foo.example.com\0"));

    is_int(1, (long long)record->faults_all, "NUL is a fault");
    is_int(SPFFAULT_OCTET, record->faults[0].kind, "of its kind");
    record = spfrecord_parse(arena, SLICE("v=spf1 ip4:192.0.2.1\0x"));
    is_int(SPFFAULT_OCTET, record->faults[0].kind, "in an address too");
}

static void
test_many(void)
{
    struct spfrecord *record = spfrecord_parse(
        arena, SLICE("v=spf1 exp=-x ip4:1 %{ foo -all redirect=a.b mx/99"));
    struct strbuf text = STRBUF_INIT;

    is_int(5, (long long)record->faults_all, "all faults are named");
    is_int(6, (long long)record->faults[4].term, "with their terms");
    ok(record->all == &record->terms[4]
           && record->redirect == &record->terms[5]
           && record->exp == &record->terms[0],
       "all, redirect and exp are found");
    ok(record->terms[1].is_broken && !record->terms[4].is_broken,
       "a term knows that it is broken");

    strbuf_add_text(&text, "v=spf1");
    while (text.n < SPFRECORD_SIZE_MAX - 2)
        strbuf_add_text(&text, " x");
    record = spfrecord_parse(arena, strbuf_slice(&text));
    is_int(SPFRECORD_FAULTS_MAX, (long long)record->fault_count,
           "64 KB of faults: so many are kept");
    is_int(((long long)text.n - 6) / 2, (long long)record->faults_all,
           "and all counted");
    strbuf_fill(&text, 'x', 10);
    record = spfrecord_parse(arena, strbuf_slice(&text));
    is_int(SPFFAULT_TOO_LONG, record->faults[0].kind, "over 64 KB");
    strbuf_clear(&text);
}

static void
test_words(void)
{
    struct spfrecord *record =
        spfrecord_parse(arena, SLICE("v=spf1 include=a.b ipx=1"));

    ok(spfterm_is_disguised(&record->terms[0]), "include= is a mistake");
    ok(!spfterm_is_disguised(&record->terms[1]), "ipx= is not known to be");
    is_string("ip4", spfterm_suggest(SLICE("IPV4")), "ipv4 means ip4");
    is_string(NULL, spfterm_suggest(SLICE("moo")), "moo means nothing");
    ok(spfterm_is_lookup(SPFTERM_REDIRECT) && !spfterm_is_lookup(SPFTERM_EXP)
           && !spfterm_is_lookup(SPFTERM_IP4),
       "which terms are limited");
}

int
main(void)
{
    plan_lazy();
    arena = arena_new();
    test_versions();
    test_goods();
    test_bads();
    test_nul();
    test_many();
    test_words();
    arena_free(arena);
    return tap_done();
}
