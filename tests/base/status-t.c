/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/base/status.c: sentences filled, cut and made printable. */
#include "common/base/status.h"

#include <errno.h>
#include <string.h>

#include "tests/tap/tap.h"

static const struct {
    const char *name;   /* of the row */
    const char *text;   /* given as an argument */
    const char *wanted; /* what a user reads */
} rows[] = {
    {"plain",            "selkie.conf",            "cannot use 'selkie.conf'"    },
    {"escape sequence",  "\033[2J",                "cannot use '\\027[2J'"       },
    {"newline",          "a\nselkie: all is well",
     "cannot use 'a\\010selkie: all is"
     " well'"                                                                    },
    {"UTF-8 stays",      "m\xc3\xbcller",          "cannot use 'm\xc3\xbcller'"  },
    {"no UTF-8",         "m\xfcller",              "cannot use 'm\\252ller'"     },
    {"turned writing",   "\xe2\x80\xae",           "cannot use '\\226\\128\\174'"},
    {"presented before", "a\\010b",                "cannot use 'a\\010b'"        },
    {"percent",          "%s%n",                   "cannot use '%s%n'"           },
    {"nothing",          "",                       "cannot use ''"               },
};

/* A sentence of n octets c between quotes. */
static void
fill(struct error *err, char c, size_t n)
{
    static char text[4 * ERROR_TEXT_MAX];

    memset(text, c, n);
    text[n] = '\0';
    error_set(err, ST_IO, "%s", text);
}

static void
test_length(void)
{
    static char wanted[ERROR_TEXT_MAX];
    struct error err = ERROR_INIT;

    memset(wanted, 'x', sizeof(wanted) - 1);
    fill(&err, 'x', ERROR_TEXT_MAX - 1);
    is_string(wanted, err.text, "the longest stays whole");
    memcpy(wanted + sizeof(wanted) - 4, "...", 4);
    fill(&err, 'x', ERROR_TEXT_MAX);
    is_string(wanted, err.text, "one octet more ends in ...");
    fill(&err, 'x', 3 * ERROR_TEXT_MAX);
    is_string(wanted, err.text, "many more end in ...");
    fill(&err, '\n', 255);
    is_int(1020, (long long)strlen(err.text), "255 escapes fit");
    fill(&err, '\n', 256);
    is_int(1023, (long long)strlen(err.text), "256 do not");
    is_string("\\010...", err.text + 1016, "no escape is cut in two");
    /* 510 characters of two octets, and one octet before them. */
    for (unsigned shift = 0; shift < 2; shift++) {
        char text[ERROR_TEXT_MAX + 8] = "y";

        for (size_t i = shift; i + 2 < sizeof(text); i += 2)
            memcpy(text + i, "\xc3\xbc", 3);
        error_set(&err, ST_IO, "%s", text);
        is_string(shift == 0 ? "\xc3\xbc..." : "\xc3\xbc...",
                  err.text + strlen(err.text) - 5,
                  "no character is cut in two (%u)", shift);
    }
}

int
main(void)
{
    struct error err = ERROR_INIT;

    plan_lazy();
    is_string("", err.text, "nothing at first");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        is_int(ST_DENIED,
               error_set(&err, ST_DENIED, "cannot use '%s'", rows[i].text),
               "%s: status", rows[i].name);
        is_string(rows[i].wanted, err.text, "%s", rows[i].name);
    }
    test_length();
    is_int(ST_BUSY, error_set(NULL, ST_BUSY, "nobody %s", "reads"),
           "no error to fill");
    error_set(&err, ST_IO, "inner");
    error_set(&err, ST_IO, "outer: %s", err.text);
    is_string("outer: inner", err.text, "it may be its own argument");
    errno = ENOENT;
    is_int(ST_NOT_FOUND,
           error_errno(&err, ST_NOT_FOUND, "cannot read '%s'", "x"),
           "errno: status");
    is_string("cannot read 'x': No such file or directory", err.text,
              "errno: sentence");
    errno = 12345;
    error_errno(&err, ST_IO, "cannot read 'x'");
    is_string("cannot read 'x': unknown error", err.text, "errno: unknown");
    is_int(ST_IO, error_errno(NULL, ST_IO, "nobody"), "errno: nobody reads");
    return tap_done();
}
