/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dmarc/suffix.c. */
#include "common/dmarc/suffix.h"

#include "common/base/arena.h"
#include "tests/tap/tap.h"

/* clang-format off */
/* As publicsuffix.org's own tests have them. */
static const struct {
    const char *name;
    const char *org;
    bool is_public;
} rows[] = {
    {"com", "com", true},
    {"example.com", "example.com", false},
    {"a.b.example.com", "example.com", false},
    {"co.uk", "co.uk", true},
    {"a.example.co.uk", "example.co.uk", false},
    {"ck", "ck", true},
    {"test.ck", "test.ck", true},
    {"b.test.ck", "b.test.ck", false},
    {"www.ck", "www.ck", false},
    {"www.www.ck", "www.ck", false},
    {"c.kobe.jp", "c.kobe.jp", true},
    {"a.b.c.kobe.jp", "b.c.kobe.jp", false},
    {"city.kobe.jp", "city.kobe.jp", false},
    {"user.github.io", "user.github.io", false},
    {"no-such-suffix", "no-such-suffix", true},
    {"a.b.no-such-suffix", "b.no-such-suffix", false},
    {"_dmarc.example.com", "example.com", false},
    {".", ".", true},
    {"a\\.b.com", "a\\.b.com", false},
    {"x\\000y.example.com", "x\\000y.example.com", false},
};
/* clang-format on */

int
main(void)
{
    struct arena *arena = arena_new();
    struct error err = ERROR_INIT;

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct name name, org;

        if (name_parse(&name, slice_of(rows[i].name), NULL) != ST_OK)
            bail("bad name '%s'", rows[i].name);
        suffix_org(&org, &name);
        is_string(rows[i].org, name_bare(arena, &org), "%s: organization",
                  rows[i].name);
        is_int(rows[i].is_public, suffix_is_public(&name), "%s: a suffix",
               rows[i].name);
    }
    is_int(ST_IO, suffix_use("/nonexistent", &err),
           "a list that is not there");
    is_string("cannot read '/nonexistent': no public suffix list", err.text,
              "and the sentence");
    arena_free(arena);
    return tap_done();
}
