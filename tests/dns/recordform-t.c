/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/recordform.c: what is printed reads back the same. */
#include "common/dns/recordform.h"

#include <string.h>

#include "common/base/digest.h"
#include "common/dns/answer.h"
#include "tests/tap/tap.h"

static struct arena *arena;

/* RDATA by its presentation form, and how it is printed. */
/* clang-format off */
static const struct {
    uint16_t type;
    const char *text;
    const char *printed; /* NULL: as text */
} rows[] = {
    {RR_A, "192.0.2.1", NULL},
    {RR_AAAA, "2001:db8::1", NULL},
    {RR_NS, "NS1.Example.", NULL},
    {RR_CNAME, "a\\.b.c\\032d.", NULL},
    {RR_PTR, ".", NULL},
    {RR_DNAME, "a.example.", NULL},
    {RR_MX, "10 mail.example.", NULL},
    {RR_MX, "0 .", NULL},
    {RR_TXT, "v=spf1 -all", "\"v=spf1\" \"-all\""},
    {RR_TXT, "\"\"", NULL},
    {RR_TXT, "\"a;b\" \"\" \"c\\\"d\\\\e\\000\\255\\127 \"", NULL},
    {RR_SPF, "\"v=spf1\"", NULL},
    {RR_SOA, "a. b\\.c.d. 4294967295 2 3 4 5", NULL},
    {RR_SRV, "0 5 5060 sip.example.", NULL},
    {RR_DS, "12345 8 2 abcdef", NULL},
    {RR_TLSA, "3 1 1 abcd", NULL},
    {RR_DNSKEY, "257 3 8 AQIDBA==", NULL},
    {RR_RRSIG, "TXT 8 2 300 20260131235959 20260101000000 12345 example. AQID",
     NULL},
    {RR_NSEC, "a. A MX NXNAME TYPE1234", NULL},
    {RR_NSEC, "a.", NULL},
    {RR_NSEC3, "1 1 12 aabb 2t7b4g4vsa5smi47k61mv5bv1a22bojr A RRSIG", NULL},
    {RR_NSEC3, "1 0 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr", NULL},
    {51, "1 0 0 -", NULL},
    {13, "\"x\" \"y\"", NULL},
    {35, "1 2 \"s\" \"\" \"!a!b!\" .", NULL},
    {44, "4 2 abcd", NULL},
    {256, "10 1 \"https://a.example/\"", NULL},
    {257, "128 issue \"ca.example; x=y\"", NULL},
    {65280, "\\# 3 abcdef", NULL},
    {65280, "\\# 0", NULL},
    /* RDATA that does not fit its type */
    {RR_A, "\\# 3 c00002", NULL},
    {RR_A, "\\# 5 c000020100", NULL},
    {RR_A, "\\# 0", NULL},
    {RR_AAAA, "\\# 4 c0000201", NULL},
    {RR_TXT, "\\# 0", NULL},
    {RR_TXT, "\\# 3 056162", NULL},
    {RR_TXT, "\\# 3 016105", NULL},
    {RR_TXT, "\\# 2 0161", "\"a\""},
    {RR_CNAME, "\\# 4 01610078", NULL},
    {RR_CNAME, "\\# 2 c00c", NULL},
    {RR_MX, "\\# 2 000a", NULL},
    {RR_SOA, "\\# 2 0000", NULL},
    {RR_DS, "\\# 4 00010802", NULL},
    {RR_DNSKEY, "\\# 4 01010308", NULL},
    {RR_NSEC, "\\# 5 0000010000", NULL},
    {RR_NSEC, "\\# 5 0000024000", NULL},
    {RR_NSEC, "\\# 3 000000", NULL},
    {RR_NSEC, "\\# 4 00000180", NULL},
    {RR_NSEC, "\\# 7 00010140000140", NULL},
    {RR_NSEC, "\\# 2 0000", NULL},
    {RR_NSEC3, "\\# 6 010000000000", NULL},
    {257, "\\# 2 0000", NULL},
    {257, "\\# 4 00012061", NULL},
};
/* clang-format on */

static void
test_rows(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *wanted =
            rows[i].printed == NULL ? rows[i].text : rows[i].printed;
        struct record record = {.type = rows[i].type};
        struct slice again = SLICE_EMPTY;
        struct strbuf out = STRBUF_INIT;

        record_parse(arena, record.type, slice_of(rows[i].text), &record.data,
                     NULL);
        record_present(&record, &out);
        is_string(wanted, out.p, "type %u '%s'", record.type, rows[i].text);
        record_parse(arena, record.type, strbuf_slice(&out), &again, NULL);
        is_octets(record.data.p, record.data.n, again.p, again.n,
                  "... reads back");
        strbuf_clear(&out);
    }
}

/* Whatever the octets and whatever the type: they come back. */
static void
test_any_octets(void)
{
    static const uint16_t types[] = {
        RR_A,  RR_CNAME, RR_SOA,  RR_MX,     RR_TXT,   RR_SRV,
        RR_DS, RR_RRSIG, RR_NSEC, RR_DNSKEY, RR_NSEC3, RR_TLSA,
        13,    35,       51,      256,       257,      999};
    uint8_t seed[DIGEST_SHA256_SIZE] = {0};
    int wrong = 0;

    for (int i = 0; i < 4000; i++) {
        size_t at = (size_t)(i % 4);
        struct record record = {.type = types[(size_t)i % 18]};
        struct slice again = SLICE_EMPTY;
        struct strbuf out = STRBUF_INIT;

        digest_sha256((struct slice){(char *)seed, sizeof(seed)}, seed);
        for (size_t j = at; j < sizeof(seed); j += 2)
            seed[j] &= 3; /* short strings and labels, low numbers */
        record.data = (struct slice){(char *)seed + at, seed[31] % 28u};
        record_present(&record, &out);
        if (record_parse(arena, record.type, strbuf_slice(&out), &again, NULL)
                != ST_OK
            || !slice_equal(again, record.data)) {
            diag("type %u: %s", record.type, out.p);
            wrong++;
        }
        strbuf_clear(&out);
    }
    is_int(0, wrong, "4,000 times octets of all kinds");
}

int
main(void)
{
    plan_lazy();
    arena = arena_new();
    test_rows();
    test_any_octets();
    is_string("2n", recordform_fields(RR_MX), "fields of MX");
    is_string(NULL, recordform_fields(65280), "none of TYPE65280");
    arena_free(arena);
    return tap_done();
}
