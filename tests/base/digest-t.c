/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/base/digest.c: hashes, base64, hexadecimal, letters. */
#include "common/base/digest.h"

#include <string.h>

#include "tests/tap/tap.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct {
    const char *text; /* hashed */
    const char *hex;  /* its SHA-256: FIPS 180-2 appendix B, and of nothing */
} hashes[] = {
    {"",                                                         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"                                                            },
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"                                                            },
};

static void
test_hashes(void)
{
    for (size_t i = 0; i < COUNT(hashes); i++) {
        uint8_t octets[DIGEST_SHA256_SIZE];
        struct strbuf hex = STRBUF_INIT;

        digest_sha256(slice_of(hashes[i].text), octets);
        digest_hex((struct slice){(char *)octets, sizeof(octets)}, &hex);
        is_string(hashes[i].hex, hex.p, "SHA-256 of '%s'", hashes[i].text);
        strbuf_clear(&hex);
    }
}

/* RFC 4648 section 10, and octets with the high bit set. */
static const struct {
    const char *name;    /* of the row */
    struct slice octets; /* plain */
    const char *base64;  /* encoded */
} pairs[] = {
    {"nothing",     {NULL, 0},                      ""        },
    {"f",           SLICE_INIT("f"),                "Zg=="    },
    {"fo",          SLICE_INIT("fo"),               "Zm8="    },
    {"foo",         SLICE_INIT("foo"),              "Zm9v"    },
    {"foob",        SLICE_INIT("foob"),             "Zm9vYg=="},
    {"fooba",       SLICE_INIT("fooba"),            "Zm9vYmE="},
    {"foobar",      SLICE_INIT("foobar"),           "Zm9vYmFy"},
    {"high octets", SLICE_INIT("\xff\xfe\xfb\x00"), "//77AA=="},
    {"plus",        SLICE_INIT("\xfb\xef\xbe"),     "++++"    },
};

static void
test_pairs(void)
{
    for (size_t i = 0; i < COUNT(pairs); i++) {
        struct strbuf out = STRBUF_INIT;
        struct base64_fault fault;

        digest_base64(pairs[i].octets, &out);
        is_string(pairs[i].base64, out.p, "encode: %s", pairs[i].name);
        strbuf_cut(&out, 0);
        is_int(ST_OK,
               digest_base64_decode(slice_of(pairs[i].base64), &out, &fault),
               "decode: %s: status", pairs[i].name);
        is_octets(pairs[i].octets.p, pairs[i].octets.n, out.p, out.n,
                  "decode: %s", pairs[i].name);
        ok(!fault.whitespace && !fault.unpadded, "decode: %s: no fault",
           pairs[i].name);
        strbuf_clear(&out);
    }
}

enum { BLANK = 1, UNPADDED = 2 };

static const struct {
    const char *name;   /* of the row */
    const char *base64; /* to be decoded */
    const char *plain;  /* NULL: refused */
    size_t at;          /* of the fault */
    unsigned noted;     /* BLANK, UNPADDED */
} decodings[] = {
    {"white space",                    " Zm\t9v\r\n Yg == ", "foob", 0, BLANK           },
    {"only white space",               " \n",                "",     0, BLANK           },
    {"one pad missing",                "Zm8",                "fo",   0, UNPADDED        },
    {"both pads missing",              "Zg",                 "f",    0, UNPADDED        },
    {"pads missing, white space",      "Z g",                "f",    0, BLANK | UNPADDED},
    {"bits left over",                 "Zh==",               "f",    0, 0               },
    {"one pad of two",                 "Zg=",                NULL,   2, 0               },
    {"three pads",                     "Zg===",              NULL,   4, 0               },
    {"pads on a whole group",          "Zm9v=",              NULL,   4, 0               },
    {"pads alone",                     "=",                  NULL,   0, 0               },
    {"pads after one letter",          "Z===",               NULL,   1, 0               },
    {"data behind the pad",            "Zg==Zg==",           NULL,   4, 0               },
    {"one letter more",                "Zm9vZ",              NULL,   4, 0               },
    {"one letter more, blanks behind", "Zm9vZ  ",            NULL,   4, BLANK           },
    {"semicolon",                      "Zm9v;",              NULL,   4, 0               },
    {"semicolon after blanks",         "  Zm;9v",            NULL,   4, BLANK           },
    {"base64url",                      "__-_",               NULL,   0, 0               },
    {"quote",                          "\"Zm9v\"",           NULL,   0, 0               },
    {"high octet",                     "Zm\xc3\xbc",         NULL,   2, 0               },
    {"vertical tab",                   "Zm\v9v",             NULL,   2, 0               },
};

static void
test_decoding(void)
{
    for (size_t i = 0; i < COUNT(decodings); i++) {
        const char *name = decodings[i].name;
        const char *plain = decodings[i].plain;
        struct strbuf out = STRBUF_INIT;
        struct base64_fault fault = {0};
        enum status st;

        strbuf_add_char(&out, '>');
        st = digest_base64_decode(slice_of(decodings[i].base64), &out, &fault);
        is_int(plain == NULL ? ST_SYNTAX : ST_OK, st, "%s: status", name);
        is_string(plain == NULL ? "" : plain, out.p + 1, "%s", name);
        is_int((long long)decodings[i].at, (long long)fault.at, "%s: where",
               name);
        is_int(decodings[i].noted,
               (fault.whitespace ? BLANK : 0u)
                   + (fault.unpadded ? UNPADDED : 0u),
               "%s: noted", name);
        strbuf_clear(&out);
    }
}

/* Every length to 300 there and back, and in hexadecimal. */
static void
test_lengths(void)
{
    char octets[300];
    bool good = true;

    digest_random(octets, sizeof(octets));
    for (size_t n = 0; n <= sizeof(octets); n++) {
        struct slice plain = {octets, n};
        struct strbuf text = STRBUF_INIT;
        struct strbuf back = STRBUF_INIT;

        digest_base64(plain, &text);
        good =
            good && text.n == (n + 2) / 3 * 4
            && digest_base64_decode(strbuf_slice(&text), &back, NULL) == ST_OK
            && slice_equal(plain, strbuf_slice(&back));
        strbuf_cut(&text, 0);
        digest_hex(plain, &text);
        good = good && text.n == 2 * n;
        strbuf_clear(&text);
        strbuf_clear(&back);
    }
    ok(good, "each length, there and back");
}

static void
test_random(void)
{
    char octets[64] = {0};
    char more[64] = {0};

    digest_random(octets, 0);
    digest_random(octets, sizeof(octets));
    digest_random(more, sizeof(more));
    ok(memcmp(octets, more, sizeof(octets)) != 0, "random octets differ");
}

static void
test_letters(void)
{
    enum { MANY = 26000 };
    static char many[MANY];
    size_t seen[26] = {0};
    char a[21] = "";
    char b[21] = "";
    bool good = true;

    digest_letters(7, SLICE("control _domainkey.example.com."), a, 20);
    is_string("wtqyroxasthypcebvmsl", a, "letters of a seed and a purpose");
    digest_letters(7, SLICE("control _domainkey.example.com."), b, 8);
    ok(memcmp(a, b, 8) == 0, "fewer of them are the first of them");
    digest_letters(8, SLICE("control _domainkey.example.com."), b, 20);
    ok(strcmp(a, b) != 0, "another seed");
    digest_letters(7, SLICE("control _domainkey.example.net."), b, 20);
    ok(strcmp(a, b) != 0, "another purpose");
    digest_letters(1, SLICE_EMPTY, many, MANY);
    for (size_t i = 0; i < MANY; i++) {
        good = good && many[i] >= 'a' && many[i] <= 'z';
        seen[good ? many[i] - 'a' : 0]++;
    }
    ok(good, "only letters");
    for (size_t i = 0; i < 26; i++)
        good = good && seen[i] > 850 && seen[i] < 1150;
    ok(good, "each about as often as another");
}

int
main(void)
{
    plan_lazy();
    test_hashes();
    test_pairs();
    test_decoding();
    test_lengths();
    test_random();
    test_letters();
    return tap_done();
}
