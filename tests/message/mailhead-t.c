/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/message/mailhead.c. */
#include "common/message/mailhead.h"

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

/* clang-format off */

/* What comes of it: "name=value|" each, "cut" where it was cut. */
static const struct {
    const char *name;
    const char *text;
    enum status status;
    const char *fields;
} rows[] = {
    {"two fields, CR LF", "A: 1\r\nB-c: 2\r\n\r\nD: 3\r\n", ST_OK,
     "A= 1|B-c= 2|"},
    {"two fields, LF", "A: 1\nB: 2\n\nD: 3\n", ST_OK, "A= 1|B= 2|"},
    {"no body", "A: 1", ST_OK, "A= 1|"},
    {"folded, RFC 5322 section 2.2.3", "A: 1\r\n 2\r\n\t3\r\nB:\r\n\r\n",
     ST_OK, "A= 1\r\n 2\r\n\t3|B=|"},
    {"blanks before the colon, section 4.5.8", "A \t: 1\n\n", ST_OK,
     "A= 1|"},
    {"a mailbox's first line", "From a Mon Jan 1\nA: 1\n\n", ST_OK, "A= 1|"},
    {"a colon in the value", "A: b: c\n\n", ST_OK, "A= b: c|"},
    {"a line that is no field ends it", "A: 1\nhello\nB: 2\n", ST_OK,
     "A= 1|cut"},
    {"a field without a name", "A: 1\n: x\n", ST_OK, "A= 1|cut"},
    {"a name with an octet beyond ASCII", "A\xc3\xa9: 1\n", ST_SYNTAX, ""},
    {"folded before any field", " A: 1\n", ST_SYNTAX, ""},
    {"empty", "", ST_SYNTAX, ""},
    {"only a body", "\r\nA: 1\r\n", ST_SYNTAX, ""},
    {"a mailbox's first line alone", "From a\n", ST_SYNTAX, ""},
};

/* clang-format on */

static void
test_row(size_t i)
{
    struct arena *arena = arena_new();
    struct strbuf seen = STRBUF_INIT;
    struct error err = ERROR_INIT;
    struct mailhead head = {0};
    enum status st = mailhead_read(arena, slice_of(rows[i].text), &head, &err);

    for (size_t k = 0; k < head.count; k++) {
        strbuf_add_slice(&seen, head.fields[k].name);
        strbuf_add_char(&seen, '=');
        strbuf_add_slice(&seen, head.fields[k].value);
        strbuf_add_char(&seen, '|');
    }
    if (head.is_cut)
        strbuf_add_text(&seen, "cut");
    is_int(rows[i].status, st, "%s", rows[i].name);
    is_string(rows[i].fields, seen.n == 0 ? "" : seen.p, "%s: fields",
              rows[i].name);
    ok((st == ST_OK) == (err.text[0] == '\0'), "%s: sentence", rows[i].name);
    strbuf_clear(&seen);
    arena_free(arena);
}

/* So many times text, then the end of the header. */
static enum status
read_many(const char *text, size_t times)
{
    struct arena *arena = arena_new();
    struct strbuf all = STRBUF_INIT;
    struct mailhead head;
    enum status st;

    strbuf_add_text(&all, "A: 1\n");
    for (size_t i = 0; i < times; i++)
        strbuf_add_text(&all, text);
    strbuf_add_text(&all, "\n");
    st = mailhead_read(arena, strbuf_slice(&all), &head, NULL);
    strbuf_clear(&all);
    arena_free(arena);
    return st;
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(i);
    is_int(ST_OK, read_many("B: 2\n", MAILHEAD_FIELDS_MAX - 1),
           "the most fields");
    is_int(ST_RANGE, read_many("B: 2\n", MAILHEAD_FIELDS_MAX),
           "one field more");
    /* "A: 1" LF and n lines of 16 octets, the last without its LF. */
    is_int(ST_OK,
           read_many(" 23456789012345\n", (MAILHEAD_OCTETS_MAX - 5) / 16),
           "a folded field of nearly a megabyte");
    is_int(ST_RANGE,
           read_many(" 23456789012345\n", MAILHEAD_OCTETS_MAX / 16 + 1),
           "one of more");
    return tap_done();
}
