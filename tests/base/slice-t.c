/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/base/slice.c: runs of octets compared, cut and searched. */
#include "common/base/slice.h"

#include "tests/tap/tap.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void
is_slice(const char *wanted, struct slice seen, const char *name)
{
    is_octets(wanted, strlen(wanted), seen.p, seen.n, "%s", name);
}

static const struct {
    const char *name; /* of the row */
    struct slice a;   /* one */
    struct slice b;   /* and the other */
    bool equal;       /* slice_equal */
    bool equal_case;  /* slice_equal_case */
    bool starts;      /* slice_starts(a, b) */
    bool starts_case; /* slice_starts_case(a, b) */
    bool ends;        /* slice_ends(a, b) */
    int order;        /* slice_compare(a, b) */
} pairs[] = {
    {"same",                   SLICE_INIT("abc"),  SLICE_INIT("abc"),  true,  true,  true,  true,
     true,                                                                                                0 },
    {"case",                   SLICE_INIT("aBc"),  SLICE_INIT("AbC"),  false, true,  false, true,
     false,                                                                                               1 },
    {"longer",                 SLICE_INIT("abcd"), SLICE_INIT("abc"),  false, false, true,  true,
     false,                                                                                               1 },
    {"shorter",                SLICE_INIT("ab"),   SLICE_INIT("abc"),  false, false, false,
     false,                                                                                        false, -1},
    {"end",                    SLICE_INIT("abc"),  SLICE_INIT("bc"),   false, false, false, false,
     true,                                                                                                -1},
    {"both empty",             SLICE_INIT(""),     {NULL, 0},          true,  true,  true,  true,  true,  0 },
    {"one empty",
     SLICE_INIT("a"),
     {NULL, 0},
     false,                                                                   false,
     true,                                                                                  true,
     true,                                                                                                1 },
    {"NUL octets",             SLICE_INIT("a\0b"), SLICE_INIT("a\0c"), false, false, false,
     false,                                                                                        false, -1},
    {"high octets are larger", SLICE_INIT("\xff"), SLICE_INIT("a"),    false,
     false,                                                                          false, false, false, 1 },
    {"letters only fold",      SLICE_INIT("[@"),   SLICE_INIT("{`"),   false, false,
     false,                                                                                 false, false, -1},
    {"no folding of Latin-1",  SLICE_INIT("\xe4"), SLICE_INIT("\xc4"), false,
     false,                                                                          false, false, false, 1 },
};

static int
sign(int n)
{
    return (n > 0) - (n < 0);
}

static void
test_pairs(void)
{
    for (size_t i = 0; i < COUNT(pairs); i++) {
        const char *name = pairs[i].name;
        struct slice a = pairs[i].a;
        struct slice b = pairs[i].b;

        is_int(pairs[i].equal, slice_equal(a, b), "%s: equal", name);
        is_int(pairs[i].equal_case, slice_equal_case(a, b),
               "%s: equal in any case", name);
        is_int(pairs[i].starts, slice_starts(a, b), "%s: starts", name);
        is_int(pairs[i].starts_case, slice_starts_case(a, b),
               "%s: starts in any case", name);
        is_int(pairs[i].ends, slice_ends(a, b), "%s: ends", name);
        is_int(pairs[i].order, sign(slice_compare(a, b)), "%s: order", name);
        is_int(-pairs[i].order, sign(slice_compare(b, a)),
               "%s: order, turned round", name);
    }
}

static void
test_finding(void)
{
    is_int(1, (long long)slice_find(SLICE("a=b=c"), '='), "find: the first");
    is_int(3, (long long)slice_find(SLICE("abc"), '='), "find: none");
    is_int(0, (long long)slice_find(SLICE_EMPTY, '='), "find: in nothing");
    is_int(1, (long long)slice_find(SLICE("a\0b"), '\0'), "find: NUL");
    is_int(2, (long long)slice_search(SLICE("abcbc"), SLICE("cb")),
           "search: there");
    is_int(5, (long long)slice_search(SLICE("abcbc"), SLICE("cc")),
           "search: not there");
    is_int(0, (long long)slice_search(SLICE("abc"), SLICE("")),
           "search: nothing is everywhere");
    is_int(2, (long long)slice_search(SLICE("ab"), SLICE("abc")),
           "search: longer than the text");
    is_int(0, (long long)slice_search(SLICE_EMPTY, SLICE_EMPTY),
           "search: nothing in nothing");
}

static void
test_cutting(void)
{
    struct slice s = SLICE("abcdef");

    is_slice("cdef", slice_from(s, 2), "from");
    is_slice("", slice_from(s, 6), "from the end");
    is_slice("", slice_from(s, 7), "from beyond the end");
    ok(slice_from(SLICE_EMPTY, 9).n == 0, "from beyond the end of nothing");
    is_slice("cd", slice_sub(s, 2, 2), "part");
    is_slice("ef", slice_sub(s, 4, 9), "part that ends beyond");
    is_slice("", slice_sub(s, 9, 1), "part that begins beyond");
    is_slice("f", slice_sub(s, 5, (size_t)-1), "part of enormous length");
    is_slice("abcd", slice_take(&s, 4), "what is taken");
    is_slice("ef", s, "is gone from the rest");
    is_slice("ef", slice_take(&s, 4), "no more is taken than there is");
    is_slice("", s, "nothing is left");
    is_slice("a b", slice_trim(SLICE(" \t\r\na b\n\r\t ")), "trim");
    is_slice("", slice_trim(SLICE(" \n ")), "trim: only blanks");
    is_slice("", slice_trim(SLICE_EMPTY), "trim: nothing");
    is_slice("\va", slice_trim(SLICE("\va")), "trim: VT is no blank here");
    ok(slice_of(NULL).n == 0, "slice_of(NULL) is empty");
    is_slice("abc", slice_of("abc"), "slice_of");
}

static const struct {
    const char *name;  /* of the row */
    const char *text;  /* to be split by ':' */
    const char *parts; /* each with a '|' behind it */
} splits[] = {
    {"three, one empty",          "a::b", "a||b|"},
    {"one",                       "a",    "a|"   },
    {"nothing is one empty part", "",     "|"    },
    {"separator at the end",      "a:",   "a||"  },
    {"separator at the start",    ":a",   "|a|"  },
    {"separators alone",          "::",   "|||"  },
};

static void
test_splitting(void)
{
    for (size_t i = 0; i < COUNT(splits); i++) {
        struct slice rest = slice_of(splits[i].text);
        struct slice part = SLICE("untouched");
        char joined[64] = "";

        while (slice_next(&rest, ':', &part)) {
            strncat(joined, part.p, part.n);
            strcat(joined, "|");
        }
        is_string(splits[i].parts, joined, "split: %s", splits[i].name);
        part = SLICE("untouched");
        ok(!slice_next(&rest, ':', &part), "split: %s: stays at the end",
           splits[i].name);
        is_slice("untouched", part, "split: the part is not touched then");
    }
}

static const struct {
    const char *name; /* of the row */
    const char *text; /* digits */
    uint64_t max;     /* allowed */
    bool good;        /* it is a number */
    uint64_t value;   /* that it is */
} numbers[] = {
    {"zero",                   "0",                          9,          true,  0         },
    {"leading zeros",          "007",                        9,          true,  7         },
    {"largest",                "64",                         64,         true,  64        },
    {"one too large",          "65",                         64,         false, 0         },
    {"one digit, max smaller", "5",                          4,          false, 0         },
    {"max 0",                  "0",                          0,          true,  0         },
    {"max 0, too large",       "1",                          0,          false, 0         },
    {"64 bits",                "18446744073709551615",       UINT64_MAX, true,  UINT64_MAX},
    {"65 bits",                "18446744073709551616",       UINT64_MAX, false, 0         },
    {"many digits",            "99999999999999999999999999", UINT64_MAX, false, 0         },
    {"nothing",                "",                           9,          false, 0         },
    {"sign",                   "+1",                         9,          false, 0         },
    {"minus",                  "-1",                         9,          false, 0         },
    {"blank",                  " 1",                         9,          false, 0         },
    {"hexadecimal",            "0x1",                        9,          false, 0         },
    {"letter behind",          "1a",                         9,          false, 0         },
};

static void
test_numbers(void)
{
    for (size_t i = 0; i < COUNT(numbers); i++) {
        uint64_t value = 77;
        bool good =
            slice_number(slice_of(numbers[i].text), numbers[i].max, &value);

        is_int(numbers[i].good, good, "number: %s", numbers[i].name);
        ok(value == (numbers[i].good ? numbers[i].value : 77),
           "number: %s: value", numbers[i].name);
    }
}

/* The letters of ASCII and nothing else, whatever the locale. */
static void
test_ascii(void)
{
    unsigned digits = 0;
    unsigned letters = 0;
    unsigned both = 0;
    unsigned folded = 0;

    for (unsigned c = 0; c < 256; c++) {
        digits += ascii_is_digit((unsigned char)c);
        letters += ascii_is_alpha((unsigned char)c);
        both += ascii_is_alnum((unsigned char)c);
        folded += ascii_lower((unsigned char)c) != c;
    }
    is_int(10, digits, "ten digits");
    is_int(52, letters, "52 letters");
    is_int(62, both, "62 of either");
    is_int(26, folded, "26 have a small form");
    is_int('z', ascii_lower('Z'), "Z becomes z");
}

int
main(void)
{
    plan_lazy();
    test_pairs();
    test_finding();
    test_cutting();
    test_splitting();
    test_numbers();
    test_ascii();
    return tap_done();
}
