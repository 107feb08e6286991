/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of what selkie explain says of receivers' codes. */
#include "common/findings/replycode.h"

#include "common/base/file.h"
#include "common/findings/explain.h"
#include "common/findings/finding.h"
#include "tests/tap/tap.h"

/* Octets of a man page that are read. */
#define PAGE_MAX (1u << 20)

/* clang-format off */

/* The code in what a person pastes; "" where there is none. */
static const struct {
    const char *text;
    const char *code;
} rows[] = {
    {"5.7.26", "5.7.26"},
    {" 5.7.26 ", "5.7.26"},
    {"550 5.7.26 This message", "5.7.26"},
    {"550-5.7.26 This message", "5.7.26"},
    {"421 4.7.32", "4.7.32"},
    {"550 5.7.515 Access denied", "5.7.515"},
    {"reason=001", "reason=001"},
    {"compauth=fail reason=601", "reason=601"},
    {"", ""},
    {"5", ""},
    {"5.7", ""},
    {"5.7.", ""},
    {"5.7.2x", ""},
    {"5.7.26.1", ""},
    {"5.7.1234", ""},
    {"3.7.26", ""},
    {"55.7.26", ""},
    {"550", ""},
    {"550 ", ""},
    {"550x5.7.26", ""},
    {"reason=", ""},
    {"compauth=fail", ""},
    {"spf.missing", ""},
};

/* clang-format on */

static void
test_codes(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct slice code = replycode_in(slice_of(rows[i].text));

        is_octets(rows[i].code, strlen(rows[i].code),
                  code.n == 0 ? "" : code.p, code.n, "the code of '%s'",
                  rows[i].text);
    }
}

static void
test_one(void)
{
    struct strbuf out = STRBUF_INIT;
    struct error err = ERROR_INIT;

    is_int(ST_OK, explain_text(SLICE("550-5.7.27 x"), 60, &out, &err),
           "selkie explain knows codes");
    is_string("5.7.27 (Gmail)\n"
              "    SPF does not pass\n"
              "\n"
              "  Where it is written\n"
              "    Gmail sender guidelines\n"
              "\n"
              "  What to do\n"
              "    authorise the address in the SPF record of the domain of\n"
              "    MAIL FROM\n"
              "\n"
              "  See also\n"
              "    spf.missing spf.ip-not-authorised\n",
              out.p, "its text");
    strbuf_clear(&out);
}

/* RFC 7372 gives X.7.23 to SPF, and Gmail 4.7.23 to reverse DNS. */
static void
test_two_meanings(void)
{
    struct strbuf out = STRBUF_INIT;
    struct slice text;

    replycode_text(SLICE("4.7.23"), 80, &out, NULL);
    text = strbuf_slice(&out);
    ok(slice_starts(text, SLICE("4.7.23 (any receiver)\n")),
       "the registered meaning");
    ok(slice_search(text, SLICE("\n\n4.7.23 (Gmail)\n")) < text.n,
       "and Gmail's own");
    strbuf_cut(&out, 0);
    replycode_text(SLICE("5.7.23"), 80, &out, NULL);
    text = strbuf_slice(&out);
    ok(slice_search(text, SLICE("Gmail")) == text.n,
       "which is not that of 5.7.23");
    strbuf_clear(&out);
}

static void
test_unknown(void)
{
    struct strbuf out = STRBUF_INIT;
    struct error err = ERROR_INIT;

    is_int(ST_NOT_FOUND, explain_text(SLICE("550 5.7.999"), 80, &out, &err),
           "a code in no row");
    is_string("what a receiver means by '5.7.999' is not known:"
              " selkie-explain(1) lists the codes that are",
              err.text, "it is said to be unknown");
    is_int(0, (long long)out.n, "nothing printed");
    strbuf_clear(&out);
}

static void
test_row(const struct replycode *row, struct slice page)
{
    struct slice rest = slice_of(row->codes), one;

    ok(row->receiver[0] != '\0' && row->meaning[0] != '\0'
           && row->remedy[0] != '\0' && row->source[0] != '\0',
       "%s: no cell is empty", row->codes);
    while (slice_next(&rest, ' ', &one)) {
        ok(slice_equal(replycode_in(one), one), "%.*s is a code",
           SLICE_ARGS(one));
        ok(slice_search(page, one) < page.n, "%.*s is in the man page",
           SLICE_ARGS(one));
    }
    rest = slice_of(row->findings);
    while (slice_next(&rest, ' ', &one))
        ok(one.n == 0 || finding_id_of(one) >= 0, "'%.*s' is a finding",
           SLICE_ARGS(one));
}

static void
test_table(void)
{
    struct strbuf page = STRBUF_INIT;
    struct error err = ERROR_INIT;

    if (file_read(tap_path("share/man/selkie-explain.1"), PAGE_MAX, &page,
                  &err)
        != ST_OK)
        bail("%s", err.text);
    for (size_t i = 0; i < replycode_count(); i++) {
        struct replycode row;

        replycode_get(i, &row);
        test_row(&row, strbuf_slice(&page));
    }
    strbuf_clear(&page);
}

int
main(void)
{
    plan_lazy();
    test_codes();
    test_one();
    test_two_meanings();
    test_unknown();
    test_table();
    return tap_done();
}
