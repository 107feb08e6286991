/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dmarc/reporturi.c. */
#include "common/dmarc/reporturi.h"

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

/* clang-format off */

/* Each: state, address@ and host, size, bare character. */
static const struct {
    const char *name;
    const char *text;
    const char *wanted;
} rows[] = {
    {"one address", "mailto:a@example.com", "good a@example.com"},
    {"two", "mailto:a@b.cc, mailto:d@e.ff", "good a@b.cc, good d@e.ff"},
    {"the scheme in capitals", "MAILTO:a@B.CC", "good a@B.CC"},
    {"a query behind it", "mailto:a@b.cc?subject=x", "good a@b.cc"},
    {"plus and dots", "mailto:a.b+c=d@e.ff", "good a.b+c=d@e.ff"},
    {"an at sign that is encoded", "mailto:a%40b@c.dd", "good a%40b@c.dd"},
    {"a size", "mailto:a@b.cc!10m", "good a@b.cc !10m"},
    {"a size without a unit", "mailto:a@b.cc!100", "good a@b.cc !100"},
    {"7489 B.2.4: a size for the second",
     "mailto:dmarc-feedback@example.com,"
     "mailto:tld-test@thirdparty.example.net!10m",
     "good dmarc-feedback@example.com, good tld-test@thirdparty.example.net"
     " !10m"},
    {"9989 B.2.5: a blank behind the comma",
     "mailto:dmarc-feedback@example.com, "
     "mailto:example-tld-test@thirdparty.example.net",
     "good dmarc-feedback@example.com,"
     " good example-tld-test@thirdparty.example.net"},
    {"no size", "mailto:a@b.cc!", "bad-address a@b.cc! bare!"},
    {"a bare exclamation mark", "mailto:a!b@c.dd", "good a!b@c.dd bare!"},
    {"no scheme", "a@b.cc", "no-scheme a@b.cc"},
    {"another scheme", "https://example.com/x?y=z#f", "other"},
    {"no address", "mailto:", "bad-address"},
    {"no host", "mailto:a@", "bad-address"},
    {"no local part", "mailto:@b.cc", "bad-address"},
    {"an underscore in the host", "mailto:a@_b.cc", "bad-address a@_b.cc"},
    {"a host with an empty label", "mailto:a@b..cc", "bad-address a@b..cc"},
    {"nothing", "", "no-uri"},
    {"a comma too many", "mailto:a@b.cc,", "good a@b.cc, no-uri"},
    {"angle brackets", "<mailto:a@b.cc>",
     "no-uri, no-uri gap"},
    {"a bad escape", "mailto:a%4@b.cc", "no-uri"},
    {"blanks between two", "mailto:a@b.cc  mailto:d@e.ff",
     "good a@b.cc, good d@e.ff gap"},
    {"nothing between two", "mailto:a@b.ccmailto:d@e.ff",
     "good a@b.cc, good d@e.ff gap"},
    {"a bare comma", "mailto:a,b@c.dd", "bad-address a,b@c.dd bare,"},
    {"a word", "none", "no-uri"},
};
/* clang-format on */

static void
describe(const struct reporturi *uris, size_t count, struct strbuf *out)
{
    static const char *const states[] = {"good", "other", "no-scheme",
                                         "bad-address", "no-uri"};

    strbuf_cut(out, 0);
    for (size_t i = 0; i < count; i++) {
        const struct reporturi *uri = &uris[i];

        strbuf_addf(out, "%s%s", i == 0 ? "" : ", ", states[uri->state]);
        if (uri->address.n > 0) {
            strbuf_add_char(out, ' ');
            strbuf_add_slice(out, uri->address);
        }
        if (uri->size.n > 0) {
            strbuf_add_char(out, ' ');
            strbuf_add_slice(out, uri->size);
        }
        if (uri->unescaped.n > 0)
            strbuf_addf(out, " bare%c", uri->unescaped.p[0]);
        if (uri->gap.p != NULL)
            strbuf_add_text(out, " gap");
    }
}

int
main(void)
{
    struct arena *arena = arena_new();
    struct strbuf seen = STRBUF_INIT;
    const struct reporturi *uris;
    size_t count;

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uris = reporturi_list(arena, slice_of(rows[i].text), &count);
        describe(uris, count, &seen);
        is_string(rows[i].wanted, seen.p, "%s", rows[i].name);
    }
    uris = reporturi_list(arena, SLICE("mailto:A@Example.COM"), &count);
    is_string("example.com", name_bare(arena, &uris[0].host), "the host");
    ok(reporturi_any_valid(uris, count), "a valid URI");
    uris = reporturi_list(arena, SLICE("a@b.cc,mailto:"), &count);
    ok(!reporturi_any_valid(uris, count), "no valid URI");
    uris = reporturi_list(arena, SLICE("a@b.cc,https://b.cc"), &count);
    ok(reporturi_any_valid(uris, count), "another scheme is valid too");
    strbuf_clear(&seen);
    arena_free(arena);
    return tap_done();
}
