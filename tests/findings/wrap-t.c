/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of sentences broken into lines. */
#include "common/findings/wrap.h"

#include <string.h>

#include "tests/tap/tap.h"

/* clang-format off */
#define KANJI "\xe6\xbc\xa2\xe5\xad\x97"

static const struct {
    const char *name;
    size_t width, indent;
    const char *text;
    const char *lines;
} rows[] = {
    {"nothing", 20, 2, "", "  \n"},
    {"one line", 20, 2, "to be or not", "  to be or not\n"},
    {"exactly one line", 12, 0, "to be or not", "to be or not\n"},
    {"one column short", 11, 0, "to be or not", "to be or\nnot\n"},
    {"indented", 12, 2, "to be or not to be", "  to be or\n  not to be\n"},
    {"blanks in a row", 20, 0, " to  be ", "to be\n"},
    {"a long word", 8, 0, "0123456789abcdefgh", "01234567\n89abcdef\ngh\n"},
    {"a long word within", 8, 0, "to 0123456789 be", "to\n01234567\n89 be\n"},
    {"escaped", 12, 0, "a\x1b[31m \x80", "a\\027[31m\n\\128\n"},
    {"wide characters", 8, 0, KANJI " " KANJI, KANJI "\n" KANJI "\n"},
    {"no room", 4, 4, "to be or not", "    to be or\n    not\n"},
};
/* clang-format on */

int
main(void)
{
    struct strbuf out = STRBUF_INIT;
    struct wrap wrap = {&out, 20, 4, 0, false};

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        strbuf_cut(&out, 0);
        wrap_paragraph(slice_of(rows[i].text), rows[i].width, rows[i].indent,
                       &out);
        is_string(rows[i].lines, out.p, "%s", rows[i].name);
    }
    strbuf_cut(&out, 0);
    wrap_add(&wrap, SLICE("one two"));
    wrap_add(&wrap, SLICE("three"));
    wrap_add(&wrap, SLICE("four five"));
    is_string("one two three four\n    five", out.p, "in several parts");
    strbuf_clear(&out);
    return tap_done();
}
