/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Macros: the examples of RFC 7208 section 7.4, faults, truncation. */
#include "common/spf/spfmacro.h"

#include <stdio.h>
#include <string.h>

#include "common/base/status.h"
#include "tests/tap/tap.h"

static struct arena *arena;

static struct spfmacro_values
values_of(const char *ip)
{
    struct spfmacro_values values = {
        .sender = SLICE("strong-bad@email.example.com"),
        .local = SLICE("strong-bad"),
        .sender_domain = SLICE("email.example.com"),
        .domain = SLICE("email.example.com"),
        .validated = SLICE("mx.example.org"),
        .helo = SLICE("mx.example.org"),
        .receiver = SLICE("unknown"),
        .time = 1700000000,
    };

    address_parse(&values.ip, slice_of(ip), NULL);
    return values;
}

/* RFC 7208 section 7.4, then what section 7.3 says in words. */
/* clang-format off */
static const struct {
    const char *ip, *text, *wanted;
} expansions[] = {
    {"192.0.2.3", "%{s}", "strong-bad@email.example.com"},
    {"192.0.2.3", "%{o}", "email.example.com"},
    {"192.0.2.3", "%{d}", "email.example.com"},
    {"192.0.2.3", "%{d4}", "email.example.com"},
    {"192.0.2.3", "%{d3}", "email.example.com"},
    {"192.0.2.3", "%{d2}", "example.com"},
    {"192.0.2.3", "%{d1}", "com"},
    {"192.0.2.3", "%{dr}", "com.example.email"},
    {"192.0.2.3", "%{d2r}", "example.email"},
    {"192.0.2.3", "%{l}", "strong-bad"},
    {"192.0.2.3", "%{l-}", "strong.bad"},
    {"192.0.2.3", "%{lr}", "strong-bad"},
    {"192.0.2.3", "%{lr-}", "bad.strong"},
    {"192.0.2.3", "%{l1r-}", "strong"},
    {"192.0.2.3", "%{ir}.%{v}._spf.%{d2}",
     "3.2.0.192.in-addr._spf.example.com"},
    {"192.0.2.3", "%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
    {"192.0.2.3", "%{lr-}.lp.%{ir}.%{v}._spf.%{d2}",
     "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"},
    {"192.0.2.3", "%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}",
     "3.2.0.192.in-addr.strong.lp._spf.example.com"},
    {"192.0.2.3", "%{d2}.trusted-domains.example.net",
     "example.com.trusted-domains.example.net"},
    {"2001:db8::cb01", "%{ir}.%{v}._spf.%{d2}",
     "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2"
     ".ip6._spf.example.com"},
    {"192.0.2.3", "%{S}", "strong-bad%40email.example.com"},
    {"192.0.2.3", "%{D2R}", "example.email"},
    {"192.0.2.3", "a%%b%_c%-d", "a%b c%20d"},
    {"192.0.2.3", "%{d127}", "email.example.com"},
    {"192.0.2.3", "%{d99999999999999999999}", "email.example.com"},
    {"192.0.2.3", "%{d02}", "example.com"},
    {"192.0.2.3", "%{s.-}", "strong.bad@email.example.com"},
    {"192.0.2.3", "%{h}", "mx.example.org"},
    {"192.0.2.3", "%{p}", "mx.example.org"},
    {"192.0.2.3", "%{i}", "192.0.2.3"},
    {"192.0.2.3", "%{c} %{r} %{t}", "192.0.2.3 unknown 1700000000"},
    {"2001:db8::cb01", "%{c}", "2001:db8::cb01"},
    {"192.0.2.3", "", ""},
};
/* clang-format on */

static void
test_expansions(void)
{
    for (size_t i = 0; i < sizeof(expansions) / sizeof(*expansions); i++) {
        struct spfmacro_values values = values_of(expansions[i].ip);
        struct strbuf out = STRBUF_INIT;
        struct spfmacro_fault fault;
        struct spfmacro macro;
        enum status st = spfmacro_parse(arena, slice_of(expansions[i].text),
                                        SPFMACRO_EXPLANATION, &macro, &fault);

        if (st == ST_OK)
            spfmacro_expand(&macro, &values, 1000, &out);
        is_int(ST_OK, st, "%s parses", expansions[i].text);
        is_string(expansions[i].wanted, out.p, "%s", expansions[i].text);
        strbuf_clear(&out);
    }
}

/* Whatever stands where no macro-string may have it. */
/* clang-format off */
static const struct {
    const char *text;
    enum spfmacro_use use;
    int wanted;    /* kind, or -1: nothing wrong */
    size_t from;   /* of the fault */
    size_t length; /* of the fault */
} faults[] = {
    {"%(ir).sbl", SPFMACRO_TERM, SPFMACRO_BAD_PERCENT, 0, 2},
    {"foo%", SPFMACRO_TERM, SPFMACRO_BAD_PERCENT, 3, 1},
    {"foo%.x", SPFMACRO_TERM, SPFMACRO_BAD_PERCENT, 3, 2},
    {"%{a}.x", SPFMACRO_TERM, SPFMACRO_BAD_LETTER, 0, 4},
    {"%{}", SPFMACRO_TERM, SPFMACRO_BAD_LETTER, 0, 3},
    {"%{", SPFMACRO_TERM, SPFMACRO_BAD_LETTER, 0, 2},
    {"x%{d0}", SPFMACRO_TERM, SPFMACRO_BAD_DIGITS, 1, 5},
    {"%{d000}", SPFMACRO_TERM, SPFMACRO_BAD_DIGITS, 0, 7},
    {"%{d", SPFMACRO_TERM, SPFMACRO_BAD_END, 0, 3},
    {"%{dx}", SPFMACRO_TERM, SPFMACRO_BAD_END, 0, 5},
    {"%{dr2}", SPFMACRO_TERM, SPFMACRO_BAD_END, 0, 6},
    {"%{d.r}", SPFMACRO_TERM, SPFMACRO_BAD_END, 0, 6},
    {"%{c}", SPFMACRO_TERM, SPFMACRO_EXP_LETTER, 0, 4},
    {"%{R}", SPFMACRO_TERM, SPFMACRO_EXP_LETTER, 0, 4},
    {"%{t}", SPFMACRO_TERM, SPFMACRO_EXP_LETTER, 0, 4},
    {"%{c}%{r}%{t}", SPFMACRO_EXPLANATION, -1, 0, 0},
    {"a b", SPFMACRO_TERM, SPFMACRO_BAD_OCTET, 1, 1},
    {"a b", SPFMACRO_EXPLANATION, -1, 0, 0},
    {"a\tb", SPFMACRO_EXPLANATION, SPFMACRO_BAD_OCTET, 1, 1},
    {"a\x80", SPFMACRO_TERM, SPFMACRO_BAD_OCTET, 1, 1},
    {"\x7f", SPFMACRO_TERM, SPFMACRO_BAD_OCTET, 0, 1},
    {"%{d1r.-+,/_=}", SPFMACRO_TERM, -1, 0, 0},
    {"!\"#$&'()*+,-./:;<=>?@[]^_`{|}~", SPFMACRO_TERM, -1, 0, 0},
};
/* clang-format on */

static void
test_faults(void)
{
    for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
        struct spfmacro_fault fault = {0};
        struct spfmacro macro;
        enum status st = spfmacro_parse(arena, slice_of(faults[i].text),
                                        faults[i].use, &macro, &fault);
        char wanted[64], seen[64];

        snprintf(wanted, sizeof(wanted), "%d %zu+%zu", faults[i].wanted,
                 faults[i].from, faults[i].length);
        snprintf(seen, sizeof(seen), "%d %zu+%zu",
                 st == ST_OK ? -1 : (int)fault.kind, fault.from, fault.length);
        is_string(wanted, seen, "fault in %s", faults[i].text);
    }
}

static void
expand_domain(const char *text, struct spfmacro_values *values,
              struct strbuf *out)
{
    struct spfmacro_fault fault;
    struct spfmacro macro;

    spfmacro_parse(arena, slice_of(text), SPFMACRO_TERM, &macro, &fault);
    spfmacro_expand_domain(&macro, values, out);
}

/* Section 7.3: labels go from the left until 253 characters are left. */
static void
test_truncation(void)
{
    struct spfmacro_values values = values_of("192.0.2.3");
    struct strbuf out = STRBUF_INIT, big = STRBUF_INIT;

    values.domain = SLICE("somewhat.long.exp.example.com");
    expand_domain("foobar.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}"
                  ".example.com.",
                  &values, &out);
    is_int(251, (long long)out.n, "253 at most, whole labels");
    ok(slice_starts(strbuf_slice(&out), SLICE("somewhat.long.")),
       "the first label is gone");

    strbuf_fill(&big, 'x', 300);
    strbuf_cut(&out, 0);
    values.domain = strbuf_slice(&big);
    expand_domain("%{d}", &values, &out);
    is_int(0, (long long)out.n, "nothing is left of one long label");

    strbuf_cut(&big, 253);
    strbuf_cut(&out, 0);
    values.domain = strbuf_slice(&big);
    expand_domain("%{d}", &values, &out);
    is_int(253, (long long)out.n, "253 is allowed");

    strbuf_cut(&out, 0);
    strbuf_cut(&big, 0);
    for (int i = 0; i < 8000; i++)
        strbuf_add_text(&big, "%{d}.");
    strbuf_add_text(&big, "example.com");
    values.domain = SLICE("a.b");
    expand_domain(big.p, &values, &out);
    ok(out.n <= 253 && slice_ends(strbuf_slice(&out), SLICE("example.com")),
       "8,000 macros");
    strbuf_clear(&big);
    strbuf_clear(&out);
}

static void
test_explanation_limit(void)
{
    struct spfmacro_values values = values_of("192.0.2.3");
    struct strbuf out = STRBUF_INIT;
    struct spfmacro_fault fault;
    struct spfmacro macro;

    spfmacro_parse(arena, SLICE("%{s}%{s}"), SPFMACRO_EXPLANATION, &macro,
                   &fault);
    spfmacro_expand(&macro, &values, 30, &out);
    is_string("strong-bad@email.example.comst", out.p, "cut after 30");
    is_int(SPFMACRO_BIT('s'), macro.letters, "letters used");
    strbuf_clear(&out);
}

int
main(void)
{
    plan_lazy();
    arena = arena_new();
    test_expansions();
    test_faults();
    test_truncation();
    test_explanation_limit();
    arena_free(arena);
    return tap_done();
}
