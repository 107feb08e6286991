/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/recordparse.c: what is taken and what is refused. */
#include <stdlib.h>
#include <string.h>

#include "common/base/digest.h"
#include "common/dns/answer.h"
#include "tests/tap/tap.h"

static struct arena *arena;

/* clang-format off */
static const struct {
    uint16_t type;
    const char *text;
    enum status status;
    const char *hex; /* "" where it is refused */
} rows[] = {
    {RR_A, "192.0.2.1", ST_OK, "c0000201"},
    {RR_A, "  192.0.2.1 ", ST_OK, "c0000201"},
    {RR_A, "192.0.2.1@53", ST_SYNTAX, ""},
    {RR_A, "2001:db8::1", ST_SYNTAX, ""},
    {RR_A, "\"192.0.2.1\"", ST_SYNTAX, ""},
    {RR_A, "192.0.2.1 x", ST_SYNTAX, ""},
    {RR_A, "", ST_SYNTAX, ""},
    {RR_AAAA, "::1", ST_OK, "00000000000000000000000000000001"},
    {RR_AAAA, "[::1]", ST_SYNTAX, ""},
    {RR_CNAME, "A.Example.", ST_OK, "0141074578616d706c6500"},
    {RR_CNAME, "a.example", ST_OK, "0161076578616d706c6500"},
    {RR_CNAME, ".", ST_OK, "00"},
    {RR_CNAME, "a..b.", ST_SYNTAX, ""},
    {RR_CNAME, "a\\;b.", ST_OK, "03613b6200"},
    {RR_CNAME, "a;b.", ST_SYNTAX, ""},
    {RR_CNAME,
     "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcd.",
     ST_RANGE, ""},
    {RR_MX, "10 a.", ST_OK, "000a016100"},
    {RR_MX, "65536 a.", ST_SYNTAX, ""},
    {RR_MX, "10", ST_SYNTAX, ""},
    {RR_MX, "-1 a.", ST_SYNTAX, ""},
    {RR_TXT, "\"v=spf1 -all\"", ST_OK, "0b763d73706631202d616c6c"},
    {RR_TXT, "a b", ST_OK, "01610162"},
    {RR_TXT, "\"a\" \"b\"", ST_OK, "01610162"},
    {RR_TXT, "\"\"", ST_OK, "00"},
    {RR_TXT, "\"a\\\"\\\\\\255\"", ST_OK, "0461225cff"},
    {RR_TXT, "a\\;b", ST_OK, "03613b62"},
    {RR_TXT, "\"a\"\"b\"", ST_SYNTAX, ""},
    {RR_TXT, "v=DKIM1; p=abc", ST_SYNTAX, ""},
    {RR_TXT, "\"a", ST_SYNTAX, ""},
    {RR_TXT, "\"a\\\"", ST_SYNTAX, ""},
    {RR_TXT, "a\\25", ST_SYNTAX, ""},
    {RR_TXT, "a\\256", ST_SYNTAX, ""},
    {RR_TXT, "a\\", ST_SYNTAX, ""},
    {RR_TXT, "", ST_SYNTAX, ""},
    {RR_TXT, "(a)", ST_SYNTAX, ""},
    {RR_SPF, "\"a\"", ST_OK, "0161"},
    {RR_SOA, "a. b. 1 2 3 4 5", ST_OK,
     "016100016200"
     "0000000100000002000000030000000400000005"},
    {RR_SOA, "a. b. 1 2 3 4", ST_SYNTAX, ""},
    {RR_SOA, "a. b. 1 2 3 4 1h", ST_SYNTAX, ""},
    {RR_SRV, "1 2 3 a.", ST_OK, "000100020003016100"},
    {RR_DS, "12345 8 2 AB cd", ST_OK, "30390802abcd"},
    {RR_DS, "12345 8 2", ST_SYNTAX, ""},
    {RR_DS, "12345 8 2 abc", ST_SYNTAX, ""},
    {RR_DS, "12345 8 2 xy", ST_SYNTAX, ""},
    {RR_DS, "12345 256 2 ab", ST_SYNTAX, ""},
    {RR_TLSA, "3 1 1 abcd", ST_OK, "030101abcd"},
    {RR_DNSKEY, "257 3 8 AQ ID", ST_OK, "01010308010203"},
    {RR_DNSKEY, "257 3 8 A", ST_SYNTAX, ""},
    {RR_DNSKEY, "257 3 8", ST_SYNTAX, ""},
    {RR_RRSIG, "TXT 8 2 300 20260131235959 1767225600 1 a. AQID", ST_OK,
     "001008020000012c697e977f6955b9000001016100010203"},
    {RR_RRSIG, "XXX 8 2 300 20260131235959 1 1 a. AQID", ST_SYNTAX, ""},
    {RR_RRSIG, "TXT 8 2 300 20260231235959 1 1 a. AQID", ST_SYNTAX, ""},
    {RR_RRSIG, "TXT 8 2 300 2026013123595x 1 1 a. AQID", ST_SYNTAX, ""},
    {RR_NSEC, "a. A MX TYPE1234", ST_OK,
     "01610000024001"
     "041b000000000000000000000000000000000000000000000000000020"},
    {RR_NSEC, "a.", ST_OK, "016100"},
    {RR_NSEC, "a. FOO", ST_SYNTAX, ""},
    {RR_NSEC3, "1 1 12 aabb 2t7b4g4vsa5smi47k61mv5bv1a22bojr A", ST_OK,
     "0101000c02aabb14174eb2409fe28bcb4887a1836f957f0a8425e27b"
     "000140"},
    {RR_NSEC3, "1 1 12 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr", ST_OK,
     "0101000c0014174eb2409fe28bcb4887a1836f957f0a8425e27b"},
    {RR_NSEC3, "1 1 12 - 2w", ST_SYNTAX, ""},
    {RR_NSEC3, "1 1 12 - 0", ST_SYNTAX, ""},
    {257, "0 issue \"ca.example\"", ST_OK,
     "0005697373756563612e6578616d706c65"},
    {257, "0 is-sue \"ca.example\"", ST_SYNTAX, ""},
    {35, "1 2 \"s\" \"\" \"\" a.", ST_OK,
     "000100020173"
     "0000016100"},
    /* RFC 3597 */
    {65280, "\\# 3 abcdef", ST_OK, "abcdef"},
    {65280, "\\# 3 ab cd ef", ST_OK, "abcdef"},
    {65280, "\\# 0", ST_OK, ""},
    {RR_A, "\\# 2 0102", ST_OK, "0102"},
    {RR_TXT, "\\# 0", ST_OK, ""},
    {65280, "\\# 2 abcdef", ST_SYNTAX, ""},
    {65280, "\\# 4 abcdef", ST_SYNTAX, ""},
    {65280, "\\# 65536 ab", ST_SYNTAX, ""},
    {65280, "\\# 1", ST_SYNTAX, ""},
    {65280, "\\# x", ST_SYNTAX, ""},
    {65280, "abcdef", ST_UNSUPPORTED, ""},
};
/* clang-format on */

static void
test_rows(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct slice data = SLICE_EMPTY;
        struct strbuf hex = STRBUF_INIT;
        struct error err = ERROR_INIT;
        enum status st = record_parse(arena, rows[i].type,
                                      slice_of(rows[i].text), &data, &err);

        digest_hex(data, &hex);
        is_int(rows[i].status, st, "type %u '%s'", rows[i].type, rows[i].text);
        is_string(rows[i].hex, hex.p, "... its octets");
        ok((st == ST_OK) == (err.text[0] == '\0'), "... a sentence");
        strbuf_clear(&hex);
    }
}

static void
test_bounds(void)
{
    struct slice data = SLICE_EMPTY;
    struct error err = ERROR_INIT;
    struct strbuf text = STRBUF_INIT;

    strbuf_fill(&text, 'a', 255);
    is_int(ST_OK,
           record_parse(arena, RR_TXT, strbuf_slice(&text), &data, NULL),
           "a string of 255 octets");
    is_int(256, (long long)data.n, "... has a length octet");
    strbuf_add_char(&text, 'a');
    is_int(ST_RANGE,
           record_parse(arena, RR_TXT, strbuf_slice(&text), &data, NULL),
           "a string of 256 octets");
    strbuf_cut(&text, 0);
    for (int i = 0; i < 33000; i++)
        strbuf_add_text(&text, "a ");
    is_int(ST_RANGE,
           record_parse(arena, RR_TXT, strbuf_slice(&text), &data, NULL),
           "66,000 octets");
    strbuf_clear(&text);
    record_parse(arena, RR_MX, SLICE("10"), &data, &err);
    is_string("'10' is no data of MX: too few fields", err.text,
              "the sentence");
}

int
main(void)
{
    plan_lazy();
    arena = arena_new();
    test_rows();
    test_bounds();
    arena_free(arena);
    return tap_done();
}
