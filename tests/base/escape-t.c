/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/base/escape.c: what a terminal may see, and how wide. */
#include "common/base/escape.h"

#include "tests/tap/tap.h"

static const struct {
    const char *name;   /* of the row */
    struct slice text;  /* from outside */
    const char *wanted; /* on the terminal */
    size_t columns;     /* that it takes there */
} rows[] = {
    {"nothing",                {NULL, 0},                              "",                     0 },
    {"plain",                  SLICE_INIT("v=spf1 -all"),              "v=spf1 -all",          11},
    {"backslash stays",        SLICE_INIT("a\\b"),                     "a\\b",                 3 },
    {"NUL",                    SLICE_INIT("a\0b"),                     "a\\000b",              6 },
    {"newline and tab",        SLICE_INIT("\n\t"),                     "\\010\\009",           8 },
    {"escape sequence",        SLICE_INIT("\033[31m"),                 "\\027[31m",            8 },
    {"DEL",                    SLICE_INIT("\x7f"),                     "\\127",                4 },
    {"C1 control",             SLICE_INIT("\xc2\x9b"),                 "\\194\\155",           8 },
    {"octet of C1",            SLICE_INIT("\x9b"),                     "\\155",                4 },
    {"no UTF-8",               SLICE_INIT("m\xfc"),                    "m\\252",               5 },
    {"cut UTF-8",              SLICE_INIT("\xe2\x82"),                 "\\226\\130",           8 },
    {"umlaut",                 SLICE_INIT("m\xc3\xbc"),                "m\xc3\xbc",            2 },
    {"no-break space",         SLICE_INIT("\xc2\xa0"),                 "\xc2\xa0",             1 },
    {"soft hyphen",            SLICE_INIT("\xc2\xad"),                 "\\194\\173",           8 },
    {"right-to-left override", SLICE_INIT("\xe2\x80\xae"),             "\\226\\128\\174",
     12                                                                                          },
    {"isolate",                SLICE_INIT("\xe2\x81\xa6"),             "\\226\\129\\166",      12},
    {"Arabic letter mark",     SLICE_INIT("\xd8\x9c"),                 "\\216\\156",           8 },
    {"zero-width space",       SLICE_INIT("\xe2\x80\x8b"),             "\\226\\128\\139",      12},
    {"word joiner",            SLICE_INIT("\xe2\x81\xa0"),             "\\226\\129\\160",      12},
    {"line separator",         SLICE_INIT("\xe2\x80\xa8"),             "\\226\\128\\168",      12},
    {"byte order mark",        SLICE_INIT("\xef\xbb\xbf"),             "\\239\\187\\191",      12},
    {"Hangul filler",          SLICE_INIT("\xe3\x85\xa4"),             "\\227\\133\\164",      12},
    {"variation selector",     SLICE_INIT("\xef\xb8\x8f"),             "\\239\\184\\143",      12},
    {"no character",           SLICE_INIT("\xef\xbf\xbe"),             "\\239\\191\\190",      12},
    {"tag",                    SLICE_INIT("\xf3\xa0\x81\x81"),         "\\243\\160\\129\\129", 16},
    {"Arabic letter",          SLICE_INIT("\xd8\xa7"),                 "\xd8\xa7",             1 },
    {"Cyrillic letter",        SLICE_INIT("\xd0\xb0"),                 "\xd0\xb0",             1 },
    {"Chinese",                SLICE_INIT("\xe4\xb8\xad\xe6\x96\x87"),
     "\xe4\xb8\xad\xe6\x96\x87",                                                               4 },
    {"Hangul",                 SLICE_INIT("\xed\x95\x9c"),             "\xed\x95\x9c",         2 },
    {"full width",             SLICE_INIT("\xef\xbc\xa1"),             "\xef\xbc\xa1",         2 },
    {"emoji",                  SLICE_INIT("\xf0\x9f\xa6\xad"),         "\xf0\x9f\xa6\xad",     2 },
    {"combining acute",        SLICE_INIT("e\xcc\x81"),                "e\xcc\x81",            1 },
    {"euro",                   SLICE_INIT("\xe2\x82\xac"),             "\xe2\x82\xac",         1 },
};

static void
test_first(void)
{
    struct escape_char c = escape_first(SLICE("\xe2\x82\xacx"));

    ok(c.n == 3 && c.code == 0x20ac && c.is_utf8 && c.is_harmless
           && c.columns == 1,
       "first: a character");
    c = escape_first(SLICE("\xe2\x82"));
    ok(c.n == 1 && !c.is_utf8 && !c.is_harmless, "first: no UTF-8");
    c = escape_first(SLICE("\xe2\x80\xae"));
    ok(c.n == 3 && c.code == 0x202e && c.is_utf8 && !c.is_harmless,
       "first: a character that is not shown");
}

int
main(void)
{
    size_t sum = 5;
    struct strbuf out = STRBUF_INIT;

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t columns = 0;

        strbuf_cut(&out, 0);
        escape_terminal(rows[i].text, &out, &columns);
        is_string(rows[i].wanted, out.p, "%s", rows[i].name);
        is_int((long long)rows[i].columns, (long long)columns, "%s: columns",
               rows[i].name);
        is_int((long long)rows[i].columns,
               (long long)escape_columns(strbuf_slice(&out)),
               "%s: columns of what came out", rows[i].name);
    }
    strbuf_cut(&out, 0);
    strbuf_add_text(&out, "found: ");
    escape_terminal(SLICE("ab"), &out, &sum);
    is_string("found: ab", out.p, "it is put at the end");
    is_int(7, (long long)sum, "columns grow");
    strbuf_cut(&out, 0);
    escape_terminal(SLICE("\n\\010"), &out, NULL);
    is_string("\\010\\010", out.p, "columns may be NULL");
    strbuf_clear(&out);
    test_first();
    return tap_done();
}
