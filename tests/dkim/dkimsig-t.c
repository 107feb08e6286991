/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DKIM-Signature fields: what is read, and what makes one void. */
#include "common/dkim/dkimsig.h"

#include <string.h>

#include "tests/tap/tap.h"

#define REST "; s=k1; h=from:to; bh=AAAA; b=AAAA"
#define GOOD "v=1; a=rsa-sha256; d=example.com" REST

/* clang-format off */

/* The faults of a field, in the order of section 6.1.1, then "(detail)". */
static const struct {
    const char *name;    /* what is shown */
    struct slice value;  /* behind the colon */
    const char *faults;  /* words with a blank behind each */
} rows[] = {
    {"all that is needed", SLICE_INIT(GOOD), ""},
    {"a final semicolon", SLICE_INIT(GOOD ";"), ""},
    {"folded, with blanks",
     SLICE_INIT("\r\n v = 1 ;\r\n\ta = rsa-sha256;d=example.com\r\n ;s=k1;"
                "h=from :\r\n to;bh=AA\r\n AA;b = AA AA\r\n "), ""},
    {"Ed25519", SLICE_INIT("v=1; a=ed25519-sha256; d=example.com" REST), ""},
    {"unknown tags are passed over", SLICE_INIT(GOOD "; zb=1; q1=2"), ""},
    {"nothing at all", SLICE_INIT(""), "tag-syntax tag-missing "},
    {"no list", SLICE_INIT("hello"), "tag-syntax tag-missing (hello)"},
    {"an empty tag", SLICE_INIT("v=1;; a=rsa-sha256; d=example.com" REST),
     "tag-syntax ()"},
    {"a name that is none", SLICE_INIT(GOOD "; 1a=2"), "tag-syntax (1a)"},
    {"a NUL in d=", SLICE_INIT("v=1; a=rsa-sha256; d=example.com\0.evil.test"
                               REST), "tag-syntax bad-value (d)"},
    {"a NUL in a tag unknown", SLICE_INIT(GOOD "; y=\0"), "tag-syntax (y)"},
    {"UTF-8 in a tag unknown", SLICE_INIT(GOOD "; y=\303\251"),
     "tag-syntax (y)"},
    {"twice the same tag", SLICE_INIT(GOOD "; h=subject"),
     "duplicate-tag (h)"},
    {"twice an unknown one", SLICE_INIT(GOOD "; y=1; y=1"),
     "duplicate-tag (y)"},
    {"D= is no d=", SLICE_INIT("v=1; a=rsa-sha256; D=example.com" REST),
     "tag-missing (d)"},
    {"v=2", SLICE_INIT("v=2; a=rsa-sha256; d=example.com" REST), "version "},
    {"v=1.0", SLICE_INIT("v=1.0; a=rsa-sha256; d=example.com" REST),
     "version "},
    {"no v=", SLICE_INIT("a=rsa-sha256; d=example.com" REST),
     "tag-missing (v)"},
    {"no a=", SLICE_INIT("v=1; d=example.com" REST), "tag-missing (a)"},
    {"no bh=", SLICE_INIT("v=1; a=rsa-sha256; d=example.com; s=k1; h=from;"
                          " b=AAAA"), "tag-missing (bh)"},
    {"an empty b=", SLICE_INIT("v=1; a=rsa-sha256; d=example.com; s=k1;"
                               " h=from; bh=AAAA; b="), "bad-value (b)"},
    {"b= is no base64", SLICE_INIT("v=1; a=rsa-sha256; d=example.com; s=k1;"
                                   " h=from; bh=AAAA; b=AA*A"),
     "bad-value (b)"},
    {"a= unknown", SLICE_INIT("v=1; a=rsa-sha512; d=example.com" REST),
     "unknown-algorithm "},
    {"values keep their case", SLICE_INIT("v=1; a=RSA-SHA256; d=example.com"
                                          REST), "unknown-algorithm "},
    {"RFC 8301: rsa-sha1", SLICE_INIT("v=1; a=rsa-sha1; d=example.com" REST),
     "sha1 "},
    {"d= with an empty label", SLICE_INIT("v=1; a=rsa-sha256; d=a..b" REST),
     "bad-value (d)"},
    {"d= with a final dot", SLICE_INIT("v=1; a=rsa-sha256; d=a.b." REST),
     "bad-value (d)"},
    {"d= with a blank", SLICE_INIT("v=1; a=rsa-sha256; d=a .b" REST),
     "bad-value (d)"},
    {"s= with a slash", SLICE_INIT("v=1; a=rsa-sha256; d=a.b; s=k/1; h=from;"
                                   " bh=AAAA; b=AAAA"), "bad-value (s)"},
    {"h= without From", SLICE_INIT("v=1; a=rsa-sha256; d=a.b; s=k1; h=to:"
                                   "subject; bh=AAAA; b=AAAA"),
     "from-unsigned "},
    {"h= with an empty name", SLICE_INIT("v=1; a=rsa-sha256; d=a.b; s=k1;"
                                         " h=from:; bh=AAAA; b=AAAA"),
     "bad-value (h)"},
    {"i= of the domain", SLICE_INIT(GOOD "; i=@example.com"), ""},
    {"i= below it", SLICE_INIT(GOOD "; i=joe@news.example.com"), ""},
    {"i= elsewhere", SLICE_INIT(GOOD "; i=@example.net"),
     "identity-domain "},
    {"i= that only ends alike", SLICE_INIT(GOOD "; i=@badexample.com"),
     "identity-domain "},
    {"i= without @", SLICE_INIT(GOOD "; i=example.com"), "bad-value (i)"},
    {"c= unknown", SLICE_INIT(GOOD "; c=nowsp"), "bad-value (c)"},
    {"c= half unknown", SLICE_INIT(GOOD "; c=relaxed/nowsp"),
     "bad-value (c)"},
    {"c= with three", SLICE_INIT(GOOD "; c=relaxed/simple/simple"),
     "bad-value (c)"},
    {"q= known", SLICE_INIT(GOOD "; q=dns/txt"), ""},
    {"q= among others", SLICE_INIT(GOOD "; q=x-web : dns/txt"), ""},
    {"q= unknown only", SLICE_INIT(GOOD "; q=dns"), "query-method "},
    {"l= is no number", SLICE_INIT(GOOD "; l=-1"), "bad-value (l)"},
    {"l= of 76 digits", SLICE_INIT(GOOD "; l=00000000000000000000000000000000"
     "00000000000000000000000000000000000000000099"), ""},
    {"l= of 77", SLICE_INIT(GOOD "; l=00000000000000000000000000000000"
     "000000000000000000000000000000000000000000099"), "bad-value (l)"},
    {"x= after t=", SLICE_INIT(GOOD "; t=1; x=2"), ""},
    {"x= at t=", SLICE_INIT(GOOD "; t=2; x=2"), "times-invalid (x)"},
    {"x= before t=", SLICE_INIT(GOOD "; t=3; x=2"), "times-invalid (x)"},
    {"t= is no number", SLICE_INIT(GOOD "; t=now"), "times-invalid (t)"},
    {"x= is empty", SLICE_INIT(GOOD "; x="), "times-invalid (x)"},
    {"t= of 13 digits", SLICE_INIT(GOOD "; t=1234567890123"),
     "times-invalid (t)"},
    {"a U-label: RFC 8616", SLICE_INIT("v=1; a=rsa-sha256; d=b\303\274cher."
                                       "example" REST), ""},
};

/* What is left of the field for its signature: section 3.7. */
static const struct {
    const char *name, *raw, *wanted;
} unsigned_rows[] = {
    {"b= last", "A: v=1; bh=x; b=AAAA", "A: v=1; bh=x; b="},
    {"b= in the middle, blanks around it",
     "A: b = \r\n AA AA\r\n ; d=x", "A: b =; d=x"},
    {"a final semicolon stays", "A: b=AA;", "A: b=;"},
    {"tags that end in b", "A: zb=1; b=AA; bb=2", "A: zb=1; b=; bb=2"},
    {"none", "A: bh=1", "A: bh=1"},
};

/* clang-format on */

static void
test_row(size_t i)
{
    struct arena *arena = arena_new();
    const struct dkimsig *sig = dkimsig_parse(arena, rows[i].value);
    struct strbuf seen = STRBUF_INIT;

    for (int k = 0; k < DKIMSIG_FAULTS; k++)
        if ((sig->faults & (1u << k)) != 0)
            strbuf_addf(&seen, "%s ",
                        dkimsig_fault_word((enum dkimsig_fault)k));
    if (sig->detail != NULL)
        strbuf_addf(&seen, "(%s)", sig->detail);
    is_string(rows[i].faults, seen.p, "%s", rows[i].name);
    strbuf_clear(&seen);
    arena_free(arena);
}

static void
test_unsigned(size_t i)
{
    struct arena *arena = arena_new();
    struct slice raw = slice_of(unsigned_rows[i].raw);
    const struct dkimsig *sig = dkimsig_parse(arena, slice_from(raw, 2));
    struct slice seen = dkimsig_unsigned(arena, sig, raw);

    is_string(unsigned_rows[i].wanted, arena_text(arena, seen), "b= cut: %s",
              unsigned_rows[i].name);
    arena_free(arena);
}

static void
test_values(void)
{
    struct arena *arena = arena_new();
    const struct dkimsig *sig = dkimsig_parse(
        arena, SLICE(GOOD "; c=relaxed; l=99999999999999999999; t=5;"
                          " i=joe@a.example.com"));
    const struct dkimsig *idn = dkimsig_parse(
        arena, SLICE("v=1; a=rsa-sha256; d=b\303\274cher.example" REST));
    struct strbuf text = STRBUF_INIT;

    name_present(&sig->key_name, &text);
    is_string("k1._domainkey.example.com.", text.p, "the key's name");
    strbuf_cut(&text, 0);
    name_present(&sig->identity_domain, &text);
    is_string("a.example.com.", text.p, "the domain of i=");
    strbuf_cut(&text, 0);
    name_present(&idn->domain, &text);
    is_string("xn--bcher-kva.example.", text.p, "A-labels");
    ok(sig->header == DKIMCANON_RELAXED && sig->body == DKIMCANON_SIMPLE,
       "c=relaxed is relaxed/simple");
    ok(sig->has_length && sig->length == UINT64_MAX, "l= beyond 64 bits");
    ok(sig->has_time && sig->time == 5 && !sig->has_expiry, "t= and no x=");
    is_int(1, (long long)dkimsig_signs(sig, SLICE("FROM")), "signs From");
    is_int(0, (long long)dkimsig_signs(sig, SLICE("Date")), "not Date");
    strbuf_clear(&text);
    arena_free(arena);
}

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < LENGTH(rows); i++)
        test_row(i);
    for (size_t i = 0; i < LENGTH(unsigned_rows); i++)
        test_unsigned(i);
    test_values();
    return tap_done();
}
