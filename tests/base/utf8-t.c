/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/base/utf8.c: characters of one form only (RFC 3629). */
#include "common/base/utf8.h"

#include "tests/tap/tap.h"

static const struct {
    const char *name;  /* of the row */
    struct slice text; /* octets */
    size_t n;          /* taken */
    uint32_t code;     /* character */
} rows[] = {
    {"NUL",                  SLICE_INIT("\0"),                   1, 0       },
    {"letter",               SLICE_INIT("az"),                   1, 'a'     },
    {"last of one",          SLICE_INIT("\x7f"),                 1, 0x7f    },
    {"first of two",         SLICE_INIT("\xc2\x80"),             2, 0x80    },
    {"last of two",          SLICE_INIT("\xdf\xbf"),             2, 0x7ff   },
    {"first of three",       SLICE_INIT("\xe0\xa0\x80"),         3, 0x800   },
    {"before surrogates",    SLICE_INIT("\xed\x9f\xbf"),         3, 0xd7ff  },
    {"after surrogates",     SLICE_INIT("\xee\x80\x80"),         3, 0xe000  },
    {"last of three",        SLICE_INIT("\xef\xbf\xbf"),         3, 0xffff  },
    {"first of four",        SLICE_INIT("\xf0\x90\x80\x80"),     4, 0x10000 },
    {"last of all",          SLICE_INIT("\xf4\x8f\xbf\xbf"),     4, 0x10ffff},
    {"something behind",     SLICE_INIT("\xc3\xbc\xc3"),         2, 0xfc    },
    {"continuation alone",   SLICE_INIT("\x80"),                 0, 0       },
    {"overlong of two",      SLICE_INIT("\xc1\xbf"),             0, 0       },
    {"overlong NUL",         SLICE_INIT("\xc0\x80"),             0, 0       },
    {"overlong of three",    SLICE_INIT("\xe0\x9f\xbf"),         0, 0       },
    {"overlong of four",     SLICE_INIT("\xf0\x8f\xbf\xbf"),     0, 0       },
    {"first surrogate",      SLICE_INIT("\xed\xa0\x80"),         0, 0       },
    {"last surrogate",       SLICE_INIT("\xed\xbf\xbf"),         0, 0       },
    {"beyond the last",      SLICE_INIT("\xf4\x90\x80\x80"),     0, 0       },
    {"five octets",          SLICE_INIT("\xf8\x88\x80\x80\x80"), 0, 0       },
    {"0xff",                 SLICE_INIT("\xff"),                 0, 0       },
    {"cut after one",        SLICE_INIT("\xc3"),                 0, 0       },
    {"cut after three",      SLICE_INIT("\xf0\x90\x80"),         0, 0       },
    {"letter in the middle", SLICE_INIT("\xe2\x82z"),            0, 0       },
};

/* Put one character together by the rule of RFC 3629 section 3. */
static struct slice
encode(uint32_t c, char p[4])
{
    static const uint32_t first[] = {0, 0x80, 0x800, 0x10000};
    static const uint32_t lead[] = {0, 0xc0, 0xe0, 0xf0};
    size_t n = 1;

    while (n < 4 && c >= first[n])
        n++;
    for (size_t i = n; i-- > 1; c >>= 6)
        p[i] = (char)(0x80 | (c & 0x3f));
    p[0] = (char)(lead[n - 1] | c);
    return (struct slice){p, n};
}

int
main(void)
{
    bool good = true;

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint32_t code = 0x77;

        is_int((long long)rows[i].n,
               (long long)utf8_decode(rows[i].text, &code), "%s: octets",
               rows[i].name);
        is_int(rows[i].n == 0 ? 0x77 : rows[i].code, code, "%s: character",
               rows[i].name);
    }
    for (uint32_t c = 0; c <= 0x10ffff && good; c++) {
        char octets[4];
        struct slice text = encode(c, octets);
        bool is_surrogate = c >= 0xd800 && c <= 0xdfff;
        uint32_t code = 0;
        size_t n = utf8_decode(text, &code);

        good = is_surrogate ? n == 0 : n == text.n && code == c;
    }
    ok(good, "every character there is");
    return tap_done();
}
