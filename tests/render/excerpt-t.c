/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of the underlined part of a record. */
#include "common/render/excerpt.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/escape.h"
#include "tests/tap/tap.h"

/* clang-format off */
static const struct {
    const char *name;
    const char *record;
    size_t from, length, indent, width;
    const char *lines;
} rows[] = {
    {"the whole record", "v=spf1 +all", 7, 4, 2, 80,
     "  v=spf1 +all\n"
     "         ^~~~\n"},
    {"one octet", "abc", 1, 1, 0, 80,
     "abc\n"
     " ^\n"},
    {"nothing to underline", "abc", 1, 0, 0, 80,
     "abc\n"},
    {"exactly one line", "0123456789012345678901234", 0, 2, 0, 25,
     "0123456789012345678901234\n"
     "^~\n"},
    {"the head", "0123456789012345678901234X", 0, 2, 0, 25,
     "0123456789012345678901...\n"
     "^~\n"},
    {"the tail", "0123456789012345678901234X", 24, 2, 0, 25,
     "...456789012345678901234X\n"
     "                       ^~\n"},
    {"the middle", "0123456789012345678901234567890123456789ABCDEFGHIJ",
     20, 4, 0, 25,
     "...5678901234567890123...\n"
     "        ^~~~\n"},
    {"longer than the line",
     "0123456789012345678901234567890123456789ABCDEFGHIJ", 10, 40, 0, 25,
     "...6789012345678901234...\n"
     "       ^~~~~~~~~~~~~~~\n"},
    {"escaped octets before it", "\x01\xff=x", 2, 2, 0, 80,
     "\\001\\255=x\n"
     "        ^~\n"},
    {"an escaped octet", "a\nb", 1, 1, 0, 80,
     "a\\010b\n"
     " ^~~~\n"},
    {"a character that looks like ASCII", "\xe2\x80\x93" "all", 0, 3, 0, 80,
     "\\226\\128\\147all\n"
     "^~~~~~~~~~~~\n"},
    {"past the end", "abc", 9, 4, 0, 80,
     "abc\n"},
};
/* clang-format on */

/* Whatever is cut where: it fits, and only what is marked is underlined. */
static void
test_all_places(void)
{
    char record[120];
    bool fits = true;
    bool points = true;

    for (size_t i = 0; i < sizeof(record); i++)
        record[i] = i % 7 == 3 ? '\x02' : 'x';
    for (size_t from = 0; from < sizeof(record); from++) {
        struct strbuf out = STRBUF_INIT;
        struct slice rest;
        struct slice line;
        struct excerpt excerpt = {
            {record, sizeof(record)},
            from, 1, 4, 44, "", ""
        };
        char saved = record[from];
        size_t lines = 0;

        record[from] = '!';
        excerpt_put(&excerpt, &out);
        record[from] = saved;
        rest = strbuf_slice(&out);
        while (slice_next(&rest, '\n', &line) && line.n > 0) {
            fits = fits && escape_columns(line) <= 44;
            lines++;
        }
        points = points && lines == 2
                 && strchr(out.p, '!') - out.p
                        == strchr(out.p, '^') - strchr(out.p, '\n') - 1;
        strbuf_clear(&out);
    }
    ok(fits, "it fits wherever the fault is");
    ok(points, "and points at it");
}

static void
test_long(void)
{
    enum { LENGTH = 65535 };
    char *record = calloc(1, LENGTH);
    struct excerpt excerpt = {
        {record, LENGTH},
        LENGTH / 2, 10, 0, 80, "<", ">"
    };
    struct strbuf out = STRBUF_INIT;

    excerpt_put(&excerpt, &out);
    ok(out.n < 200 && strchr(out.p, '<') != NULL, "a record of 64 KB: %zu",
       out.n);
    strbuf_clear(&out);
    free(record);
}

int
main(void)
{
    struct strbuf out = STRBUF_INIT;

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct excerpt excerpt = {slice_of(rows[i].record),
                                  rows[i].from,
                                  rows[i].length,
                                  rows[i].indent,
                                  rows[i].width,
                                  "",
                                  ""};

        strbuf_cut(&out, 0);
        excerpt_put(&excerpt, &out);
        is_string(rows[i].lines, out.p, "%s", rows[i].name);
    }
    strbuf_clear(&out);
    test_all_places();
    test_long();
    return tap_done();
}
