/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/recordline.c. */
#include "common/dns/recordline.h"

#include "tests/tap/tap.h"

/* clang-format off */
static const struct {
    const char *text;
    const char *printed; /* NULL: refused */
} rows[] = {
    {"a.example. 300 TXT \"x y\" z", "a.example. 300 TXT \"x y\" \"z\""},
    {"A.Example 0 txt x", "a.example. 0 TXT \"x\""},
    {" . 300 IN NS\tns1. ", ". 300 NS ns1."},
    {"a\\ b. 1 A 192.0.2.1", "a\\032b. 1 A 192.0.2.1"},
    {"a\\.b.c 2147483647 TYPE65280 \\# 1 ab",
     "a\\.b.c. 2147483647 TYPE65280 \\# 1 ab"},
    {"a. 1 TXT \\# 0", "a. 1 TXT \\# 0"},
    {"", NULL},
    {"a.", NULL},
    {"a. 300", NULL},
    {"a. TXT x", NULL},
    {"a. 300 TXT", NULL},
    {"a. 300 FOO x", NULL},
    {"a. 1h TXT x", NULL},
    {"a. 2147483648 TXT x", NULL},
    {"a..b. 1 TXT x", NULL},
    {"a. 1 TXT \"x", NULL},
    {"a. 1 CH TXT x", NULL},
    {"a\\", NULL},
};
/* clang-format on */

int
main(void)
{
    struct arena *arena = arena_new();

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct record record = {.type = 0};
        struct error err = ERROR_INIT;
        struct strbuf out = STRBUF_INIT;
        enum status st =
            recordline_parse(arena, slice_of(rows[i].text), &record, &err);

        if (st == ST_OK)
            recordline_present(&record, &out);
        is_string(rows[i].printed, st == ST_OK ? out.p : NULL, "'%s'",
                  rows[i].text);
        ok((st == ST_OK) == (err.text[0] == '\0'), "... a sentence");
        strbuf_clear(&out);
    }
    arena_free(arena);
    return tap_done();
}
