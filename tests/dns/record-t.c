/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/record.c: broken RDATA above all. */
#include <string.h>

#include "common/dns/answer.h"
#include "tests/tap/tap.h"

static struct arena *arena;

#define RECORD(number, literal)                                               \
    (&(struct record){.type = (number), .data = SLICE(literal)})

static void
test_strings(void)
{
    struct slice string = SLICE_EMPTY;
    size_t position = 0;
    const struct record *record = RECORD(RR_TXT, "\3abc\0\2de");

    ok(record_string(record, &position, &string), "first string");
    is_octets("abc", 3, string.p, string.n, "... is");
    ok(record_string(record, &position, &string), "an empty one");
    is_int(0, (long long)string.n, "... is empty");
    ok(record_string(record, &position, &string), "third string");
    is_octets("de", 2, string.p, string.n, "... is");
    ok(!record_string(record, &position, &string), "the end");
    position = 0;
    ok(!record_string(RECORD(RR_TXT, "\4abc"), &position, &string),
       "a string cut short");
    position = 0;
    ok(!record_string(RECORD(RR_TXT, ""), &position, &string), "no RDATA");
}

/* clang-format off */
static const struct {
    const char *what;
    const char *data;
    size_t n;
    const char *text;
} text_rows[] = {
    {"one string", "\3abc", 4, "abc"},
    {"strings joined with nothing between", "\3abc\2de", 7, "abcde"},
    {"empty strings", "\0\1a\0", 4, "a"},
    {"none", "", 0, ""},
    {"a broken one ends it", "\3abc\7de", 7, "abc"},
    {"two whole and a broken one", "\1a\1b\7de", 7, "ab"},
};
/* clang-format on */

static void
test_text(void)
{
    const struct record *record = RECORD(RR_TXT, "\3abc");

    for (size_t i = 0; i < sizeof(text_rows) / sizeof(text_rows[0]); i++) {
        struct record row = {
            .type = RR_TXT, .data = {text_rows[i].data, text_rows[i].n}
        };
        struct slice text = record_text(arena, &row);

        is_octets(text_rows[i].text, strlen(text_rows[i].text),
                  text.n == 0 ? "" : text.p, text.n, "text: %s",
                  text_rows[i].what);
    }
    ok(record_text(arena, record).p == record->data.p + 1,
       "one string is not copied");
}

/* clang-format off */
static const struct {
    const char *what;
    uint16_t type;
    const char *data;
    size_t n;
    const char *target; /* NULL: broken */
} target_rows[] = {
    {"CNAME", RR_CNAME, "\1A\0", 3, "a."},
    {"NS", RR_NS, "\1a\1b\0", 5, "a.b."},
    {"PTR", RR_PTR, "\0", 1, "."},
    {"DNAME", RR_DNAME, "\1a\0", 3, "a."},
    {"MX", RR_MX, "\0\12\1a\0", 5, "a."},
    {"null MX", RR_MX, "\0\0\0", 3, "."},
    {"SRV", RR_SRV, "\0\0\0\0\0\0\1a\0", 9, "a."},
    {"TXT", RR_TXT, "\1a\0", 3, NULL},
    {"CNAME with more behind", RR_CNAME, "\1a\0x", 4, NULL},
    {"CNAME cut", RR_CNAME, "\1a", 2, NULL},
    {"CNAME empty", RR_CNAME, "", 0, NULL},
    {"MX cut", RR_MX, "\0", 1, NULL},
    {"MX without host", RR_MX, "\0\0", 2, NULL},
    {"SRV cut", RR_SRV, "\0\0\0\0\0", 5, NULL},
};
/* clang-format on */

static void
test_targets(void)
{
    uint16_t preference = 0;
    struct name target;

    for (size_t i = 0; i < sizeof(target_rows) / sizeof(target_rows[0]); i++) {
        struct record record = {
            .type = target_rows[i].type,
            .data = {target_rows[i].data, target_rows[i].n}
        };
        bool good = record_target(&record, &target);

        is_string(target_rows[i].target,
                  good ? name_dotted(arena, &target) : NULL, "target: %s",
                  target_rows[i].what);
    }
    ok(record_mx(RECORD(RR_MX, "\1\2\1a\0"), &preference, &target), "MX");
    is_int(258, preference, "... preference");
    ok(!record_mx(RECORD(RR_NS, "\1a\0"), &preference, &target), "NS: no MX");
}

static void
test_addresses(void)
{
    struct address address;
    struct strbuf out = STRBUF_INIT;

    ok(record_address(RECORD(RR_A, "\300\0\2\1"), &address), "A");
    address_present_port(&address, &out);
    is_string("192.0.2.1", out.p, "... is");
    ok(record_address(RECORD(RR_AAAA, "\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1"),
                      &address),
       "AAAA");
    strbuf_cut(&out, 0);
    address_present_port(&address, &out);
    is_string("2001:db8::1", out.p, "... is");
    ok(!record_address(RECORD(RR_A, "\300\0\2"), &address), "A cut");
    ok(!record_address(RECORD(RR_AAAA, "\300\0\2\1"), &address), "AAAA cut");
    ok(!record_address(RECORD(RR_TXT, "\300\0\2\1"), &address), "TXT");
    strbuf_clear(&out);
}

#define NUMBERS "\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\1\0"

static void
test_soa(void)
{
    struct soa soa;

    ok(record_soa(RECORD(RR_SOA, "\1a\0\1b\0" NUMBERS), &soa), "SOA");
    is_string("a.", name_dotted(arena, &soa.primary), "... primary");
    is_string("b.", name_dotted(arena, &soa.mailbox), "... mailbox");
    ok(soa.serial == 1 && soa.refresh == 2 && soa.retry == 3 && soa.expire == 4
           && soa.minimum == 256,
       "... numbers");
    ok(!record_soa(RECORD(RR_SOA, "\1a\0\1b\0" NUMBERS "x"), &soa),
       "SOA with more behind");
    ok(!record_soa(RECORD(RR_SOA, "\1a\0\1b\0"
                                  "\0\0\0\1"),
                   &soa),
       "SOA cut");
    ok(!record_soa(RECORD(RR_SOA, "\1a\0"), &soa), "SOA with one name");
    ok(!record_soa(RECORD(RR_NS, "\1a\0\1b\0" NUMBERS), &soa), "NS");
}

int
main(void)
{
    plan_lazy();
    arena = arena_new();
    test_strings();
    test_text();
    test_targets();
    test_addresses();
    test_soa();
    arena_free(arena);
    return tap_done();
}
