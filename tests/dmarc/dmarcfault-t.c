/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dmarc/dmarcfault.c: what is wrong with a record. */
#include "common/dmarc/dmarcfault.h"

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

#define RUA "rua=mailto:a@example.com"
#define TEXT(literal)                                                         \
    {                                                                         \
        (literal), sizeof(literal) - 1                                        \
    }

/* clang-format off */

/* Each fault with the part of the record at fault. */
static const struct {
    const char *name;
    struct slice text;
    const char *wanted;
} rows[] = {
    {"nothing wrong", TEXT("v=DMARC1; p=reject; " RUA), ""},
    {"nothing wrong, a final semicolon", TEXT("v=DMARC1;p=reject;" RUA ";"),
     ""},
    {"the seed's record",
     TEXT("v=DMARC1 p=none rua=rua+toffle@sausagemail.com"),
     "tag-syntax< > tag-syntax< >"
     " rua-invalid<rua+toffle@sausagemail.com>"},
    {"4.7: v= in the middle", TEXT("p=reject; v=DMARC1; " RUA),
     "version-not-first<v=DMARC1>"},
    {"4.7: no v=", TEXT("p=reject; " RUA), "version-not-first<>"},
    {"4.7: v=dmarc1", TEXT("v=dmarc1; p=reject; " RUA),
     "version-case<v=dmarc1>"},
    {"4.7: v=DMARC2", TEXT("v=DMARC2; p=reject; " RUA),
     "version-case<v=DMARC2>"},
    {"4.8: v = DMARC1", TEXT("v = DMARC1; p=reject; " RUA),
     "version-spacing<v = DMARC1>"},
    {"4.8: a blank first", TEXT(" v=DMARC1; p=reject; " RUA),
     "leading-junk< >"},
    {"4.8: quotation marks", TEXT("\"v=DMARC1; p=reject; " RUA "\""),
     "leading-junk<\">"},
    {"4.8: a byte order mark", TEXT("\xef\xbb\xbfv=DMARC1; p=reject; " RUA),
     "leading-junk<\\239\\187\\191>"},
    {"4.8: two semicolons", TEXT("v=DMARC1;; p=reject; " RUA),
     "tag-syntax<;> policy-not-second<p=reject>"},
    {"4.8: a TAB in a value", TEXT("v=DMARC1; p=reject; rua=mailto:a\t@b.cc"),
     "tag-syntax<\\009> rua-invalid<mailto:a> rua-invalid<@b.cc>"
     " rua-separator<rua=mailto:a\\009@b.cc>"},
    {"4.8: eight bits in a value",
     TEXT("v=DMARC1; p=reject; x=\xc3\xa9; " RUA),
     "tag-syntax<\\195> unknown-tag<x=\\195\\169>"},
    {"4.8: an empty value", TEXT("v=DMARC1; p=; " RUA),
     "tag-syntax<p=> policy-missing<>"},
    {"4.8: p:none", TEXT("v=DMARC1; p:none; " RUA),
     "tag-syntax<p:none> policy-missing<>"},
    {"4.8: commas for semicolons", TEXT("v=DMARC1, p=reject, " RUA),
     "tag-syntax<, > tag-syntax<, >"},
    {"a semicolon missing after p=", TEXT("v=DMARC1; p=reject " RUA),
     "tag-syntax< >"},
    {"backslashes kept", TEXT("v=DMARC1\\; p=reject\\; " RUA),
     "tag-syntax<\\\\> tag-syntax<\\\\>"},
    {"6376 3.2: p= twice", TEXT("v=DMARC1; p=none; p=reject; " RUA),
     "duplicate-tag<p=reject> policy-not-second<p=reject>"},
    {"4.7: an unknown tag", TEXT("v=DMARC1; p=reject; x=y; " RUA),
     "unknown-tag<x=y>"},
    {"4.10.1: no p=", TEXT("v=DMARC1; " RUA), "policy-missing<>"},
    {"4.10.1: bad p=", TEXT("v=DMARC1; p=deny; " RUA),
     "policy-invalid<p=deny>"},
    {"4.10.1: bad sp=", TEXT("v=DMARC1; p=none; sp=deny; " RUA),
     "sp-invalid<sp=deny>"},
    {"4.10.1: bad np=", TEXT("v=DMARC1; p=none; np=deny; " RUA),
     "np-invalid<np=deny>"},
    {"4.10.1: empty sp=", TEXT("v=DMARC1; p=none; sp=; " RUA),
     "tag-syntax<sp=> sp-invalid<sp=>"},
    {"4.10.1: empty np=", TEXT("v=DMARC1; p=none; np=; " RUA),
     "tag-syntax<np=> np-invalid<np=>"},
    {"4.10.1: empty p=", TEXT("v=DMARC1; p=; " RUA),
     "tag-syntax<p=> policy-missing<>"},
    {"7489 6.3: p= last", TEXT("v=DMARC1; " RUA "; p=none"),
     "policy-not-second<p=none>"},
    {"A.6: pct=100", TEXT("v=DMARC1; p=reject; pct=100; " RUA),
     "tag-pct<pct=100>"},
    {"A.6: pct=10", TEXT("v=DMARC1; p=reject; pct=10; " RUA),
     "tag-pct<pct=10> pct-enforces-fully<pct=10>"},
    {"A.6: pct=10 and none", TEXT("v=DMARC1; p=none; pct=10; " RUA),
     "tag-pct<pct=10>"},
    {"A.6: pct=10 and t=y", TEXT("v=DMARC1; p=reject; pct=10; t=y; " RUA),
     "tag-pct<pct=10>"},
    {"9989 B.2.1: monitoring",
     TEXT("v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com"), ""},
    {"9989 B.2.3: failure reports",
     TEXT("v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com; "
          "ruf=mailto:auth-reports@thirdparty.example.net"),
     "ruf-present<ruf=mailto:auth-reports@thirdparty.example.net>"},
    {"9989 B.2.5: a test",
     TEXT("v=DMARC1; p=quarantine; rua=mailto:dmarc-feedback@example.com,"
          "mailto:tld-test@thirdparty.example.net; t=y"), ""},
    {"7489 B.2.4: what has gone since, C.4 and C.5.2",
     TEXT("v=DMARC1; p=quarantine; rua=mailto:dmarc-feedback@example.com,"
          "mailto:tld-test@thirdparty.example.net!10m; pct=25"),
     "tag-pct<pct=25> pct-enforces-fully<pct=25>"
     " rua-size-suffix<mailto:tld-test@thirdparty.example.net!10m>"},
    {"9989 B.3.1: the record of the session",
     TEXT("v=DMARC1; p=reject; aspf=r; rua=mailto:dmarc-feedback@example.com"),
     ""},
    {"C.5.2: rf= and ri=", TEXT("v=DMARC1; p=none; rf=afrf; ri=3600; " RUA),
     "tag-rf<rf=afrf> tag-ri<ri=3600>"},
    {"4.8: bad psd=", TEXT("v=DMARC1; p=none; psd=x; " RUA),
     "psd-invalid<psd=x>"},
    {"4.8: bad t=", TEXT("v=DMARC1; p=none; t=1; " RUA),
     "tag-syntax<t=1>"},
    {"4.8: bad adkim= and aspf=",
     TEXT("v=DMARC1; p=none; adkim=x; aspf=relaxed; " RUA),
     "alignment-invalid<adkim=x> alignment-invalid<aspf=relaxed>"},
    {"5.1.3: no rua=", TEXT("v=DMARC1; p=none"), "rua-missing<>"},
    {"4.6: no mailto:", TEXT("v=DMARC1; p=none; rua=a@example.com"),
     "rua-invalid<a@example.com>"},
    {"4.6: mailto: alone", TEXT("v=DMARC1; p=none; rua=mailto:"),
     "rua-invalid<mailto:>"},
    {"4.7: https:", TEXT("v=DMARC1; p=none; rua=https://example.com/x"),
     "rua-scheme<https://example.com/x>"},
    {"4.8: semicolons between addresses",
     TEXT("v=DMARC1; p=none; " RUA "; mailto:b@example.com"),
     "rua-separator<mailto:b@example.com>"},
    {"4.8: a blank between addresses",
     TEXT("v=DMARC1; p=none; " RUA " mailto:b@example.com"),
     "rua-separator<rua=mailto:a@example.com mailto:b@example.com>"},
    {"4.8: nothing between addresses",
     TEXT("v=DMARC1; p=none; " RUA "mailto:b@example.com"),
     "rua-separator<rua=mailto:a@example.commailto:b@example.com>"},
    {"4.8: a size", TEXT("v=DMARC1; p=none; " RUA "!10m"),
     "rua-size-suffix<mailto:a@example.com!10m>"},
    {"4.8: a bare exclamation mark",
     TEXT("v=DMARC1; p=none; rua=mailto:a!b@example.com"),
     "rua-unescaped<mailto:a!b@example.com>"},
    {"4.8: a bare comma",
     TEXT("v=DMARC1; p=none; rua=mailto:a,b@example.com"),
     "rua-unescaped<mailto:a,b@example.com>"},
    {"C.7: three addresses",
     TEXT("v=DMARC1; p=none; " RUA ",mailto:b@b.cc , mailto:c@c.cc"),
     "rua-many<rua=mailto:a@example.com,mailto:b@b.cc , mailto:c@c.cc>"},
    {"9991 7: ruf=", TEXT("v=DMARC1; p=none; " RUA "; ruf=mailto:a@b.cc"),
     "ruf-present<ruf=mailto:a@b.cc>"},
    {"10.2: ruf= and psd=y",
     TEXT("v=DMARC1; p=none; psd=y; " RUA "; ruf=mailto:a@b.cc"),
     "ruf-present<ruf=mailto:a@b.cc> ruf-on-psd<ruf=mailto:a@b.cc>"},
    {"4.7: fo= without ruf=", TEXT("v=DMARC1; p=none; fo=1; " RUA),
     "fo-without-ruf<fo=1>"},
    {"4.8: fo=0:1",
     TEXT("v=DMARC1; p=none; fo=0:1; " RUA "; ruf=mailto:a@b.cc"),
     "fo-invalid<fo=0:1> ruf-present<ruf=mailto:a@b.cc>"},
    {"4.8: fo=d:d",
     TEXT("v=DMARC1; p=none; fo=d:d; " RUA "; ruf=mailto:a@b.cc"),
     "fo-invalid<fo=d:d> ruf-present<ruf=mailto:a@b.cc>"},
    {"4.8: fo=1:d:s",
     TEXT("v=DMARC1; p=none; fo=1:D:s; " RUA "; ruf=mailto:a@b.cc"),
     "ruf-present<ruf=mailto:a@b.cc>"},
};
/* clang-format on */

static void
describe(const struct dmarcrecord *record, struct strbuf *out)
{
    strbuf_cut(out, 0);
    for (size_t i = 0; i < record->fault_count; i++) {
        const struct dmarcrecord_fault *fault = &record->faults[i];

        strbuf_addf(out, "%s%s<", i == 0 ? "" : " ",
                    dmarcrecord_fault_word(fault->kind));
        strbuf_add_presented(
            out, slice_sub(record->text, fault->from, fault->length));
        strbuf_add_text(out, ">");
    }
}

static void
test_seed(struct arena *arena)
{
    const struct dmarcrecord *record = dmarcrecord_parse(
        arena, SLICE("v=DMARC1 p=none rua=rua+toffle@sausagemail.com"));
    const struct dmarcrecord_fault *fault =
        dmarcrecord_fault(record, DMARCRECORD_TAG_SYNTAX);

    is_string("a semicolon is missing", fault->reason,
              "the seed: a semicolon is missing");
    is_int(8, (long long)fault->from, "the seed: and where");
    is_string("v=DMARC1; p=none; rua=mailto:rua+toffle@sausagemail.com",
              fault->expected, "the seed: what should stand there");
    fault = dmarcrecord_fault(record, DMARCRECORD_RUA_INVALID);
    is_string("rua+toffle@sausagemail.com", fault->expected,
              "the seed: the address to put mailto: before");
    is_string("rua", fault->tag, "the seed: of which tag");
}

static void
test_expected(struct arena *arena)
{
    const struct dmarcrecord *record = dmarcrecord_parse(
        arena, SLICE("v=DMARC1;p=none;rua=mailto:a@b.cc!10m c@d.ee"));
    const struct dmarcrecord_fault *fault =
        dmarcrecord_fault(record, DMARCRECORD_RUA_SEPARATOR);

    is_string("mailto:a@b.cc,mailto:c@d.ee", fault->expected,
              "addresses as they should be");
    record = dmarcrecord_parse(arena, SLICE("v=DMARC1;rua=mailto:a!b@c.dd"));
    fault = dmarcrecord_fault(record, DMARCRECORD_RUA_UNESCAPED);
    is_string("%21", fault->expected, "an exclamation mark as it should be");
    ok(slice_equal(fault->value, SLICE("!")), "and as it is");
}

int
main(void)
{
    struct arena *arena = arena_new();
    struct strbuf seen = STRBUF_INIT;

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        describe(dmarcrecord_parse(arena, rows[i].text), &seen);
        is_string(rows[i].wanted, seen.p, "%s", rows[i].name);
    }
    for (int kind = 0; kind < DMARCRECORD_FAULT_COUNT; kind++)
        ok(dmarcrecord_fault_word((enum dmarcrecord_fault_kind)kind) != NULL,
           "fault %d has a name", kind);
    test_seed(arena);
    test_expected(arena);
    strbuf_clear(&seen);
    arena_free(arena);
    return tap_done();
}
