/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/idn.c. */
#include "common/dns/name.h"

#include <string.h>

#include "tests/tap/tap.h"

/* clang-format off */
static const struct {
    const char *typed;
    enum status status;
    const char *bare; /* NULL where it is refused */
} rows[] = {
    {"example.com", ST_OK, "example.com"},
    {"Example.COM.", ST_OK, "example.com"},
    {"_dmarc.example.com", ST_OK, "_dmarc.example.com"},
    {"com", ST_OK, "com"},
    {"r3---sn-4g5e.example", ST_OK, "r3---sn-4g5e.example"},
    {"xn--mnchen-3ya.example", ST_OK, "xn--mnchen-3ya.example"},
    {"m\xc3\xbcnchen.example", ST_OK, "xn--mnchen-3ya.example"},
    {"M\xc3\x9cNCHEN.Example", ST_OK, "xn--mnchen-3ya.example"},
    /* u and a combining diaeresis */
    {"mu\xcc\x88nchen.example", ST_OK, "xn--mnchen-3ya.example"},
    /* sharp s is a letter of its own: non-transitional */
    {"stra\xc3\x9f"
     "e.example",
     ST_OK, "xn--strae-oqa.example"},
    {"_dmarc.m\xc3\xbcnchen.example", ST_OK, "_dmarc.xn--mnchen-3ya.example"},
    /* ideographic full stop */
    {"m\xc3\xbcnchen\xe3\x80\x82jp", ST_OK, "xn--mnchen-3ya.jp"},
    {"m\xc3\xbcnchen.example.", ST_OK, "xn--mnchen-3ya.example"},
    {"", ST_SYNTAX, NULL},
    {".", ST_SYNTAX, NULL},
    {"a..b", ST_SYNTAX, NULL},
    {"user@example.com", ST_SYNTAX, NULL},
    {"https://example.com/", ST_SYNTAX, NULL},
    {"example.com ", ST_SYNTAX, NULL},
    {"*.example.com", ST_SYNTAX, NULL},
    {"a\\.b.example", ST_SYNTAX, NULL},
    {"\xff\xfe.example", ST_SYNTAX, NULL},
    {"\xe2\x98\x83\xc2\xa0x.example", ST_SYNTAX, NULL},
    {"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
     "abcdefghijkl.example",
     ST_RANGE, NULL},
    {"\xc3\xbc"
     "bcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
     "abcdefghijkl.example",
     ST_RANGE, NULL},
};
/* clang-format on */

int
main(void)
{
    struct arena *arena = arena_new();
    struct error err = ERROR_INIT;
    struct name name;
    char long_text[3000];

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error e = ERROR_INIT;
        enum status st = name_from_user(&name, rows[i].typed, &e);

        is_int(rows[i].status, st, "'%s'", rows[i].typed);
        is_string(rows[i].bare, st == ST_OK ? name_bare(arena, &name) : NULL,
                  "'%s' becomes", rows[i].typed);
        ok((st == ST_OK) == (e.text[0] == '\0'), "'%s': a sentence",
           rows[i].typed);
    }
    name_from_user(&name, "user@example.com", &err);
    is_string("'user@example.com' is no domain name: '@' cannot be in one",
              err.text, "the sentence");
    memset(long_text, 'a', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = '\0';
    is_int(ST_RANGE, name_from_user(&name, long_text, &err), "2999 octets");
    arena_free(arena);
    return tap_done();
}
