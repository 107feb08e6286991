/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/stunt/stuntmessage.c: octets for octets. */
#include "common/stunt/stuntmessage.h"

#include <stdlib.h>

#include "common/dns/message.h"
#include "tests/template/world.h"

static const char text[] = "{customer} MX 10 mx\n"
                           "{customer} TXT \"c={customer}\"\n"
                           "_dmarc.{customer} TXT \"v=DMARC1; p=none\"\n"
                           "mx A 192.0.2.10\n"
                           "cut NS ns.cut\n"
                           "ns.cut A 192.0.2.11\n";

static struct template *template;
static struct stunt_result result;

/* A query, octet by octet. */
struct query {
    const char *name;    /* what is tested */
    uint16_t flags;      /* of the header */
    uint8_t counts[4];   /* of the sections */
    struct slice octets; /* all that follows */
    const char *wanted;  /* rcode, flags, sections' counts; NULL: nothing */
};

#define S(literal)                SLICE_INIT(literal)
#define SNUFKIN                   "\7snufkin\3esp\7example\0"
#define IN_MX                     "\0\x0f\0\1"
#define OPT(size, version, flags) "\0\0\x29" size "\0" version flags "\0\0"
#define OPT_1232                  OPT("\4\xd0", "\0", "\0\0")

/* Rows of any width: braces would be aligned. */
#define COUNTS(a, b, c, d)                                                    \
    {                                                                         \
        a, b, c, d                                                            \
    }
#define QUERY(name, flags, counts, octets, wanted)                            \
    {                                                                         \
        name, flags, counts, octets, wanted                                   \
    }
static const struct query queries[] = {
    QUERY("plain", 0, COUNTS(1, 0, 0, 0), S(SNUFKIN IN_MX), "0 qr aa 1/1/0/1"),
    QUERY("RD is copied", 0x0100, COUNTS(1, 0, 0, 0), S(SNUFKIN IN_MX),
          "0 qr aa rd 1/1/0/1"),
    QUERY("CD is copied", 0x0010, COUNTS(1, 0, 0, 0), S(SNUFKIN IN_MX),
          "0 qr aa cd 1/1/0/1"),
    QUERY("other flags are not", 0x02e0, COUNTS(1, 0, 0, 0), S(SNUFKIN IN_MX),
          "0 qr aa 1/1/0/1"),
    QUERY("AA and an rcode are not", 0x0405, COUNTS(1, 0, 0, 0),
          S(SNUFKIN IN_MX), "0 qr aa 1/1/0/1"),
    QUERY("a response", 0x8000, COUNTS(1, 0, 0, 0), S(SNUFKIN IN_MX), NULL),
    QUERY("STATUS", 0x1000, COUNTS(1, 0, 0, 0), S(SNUFKIN IN_MX),
          "4 qr 1/0/0/0"),
    QUERY("NOTIFY", 0x2400, COUNTS(1, 0, 0, 0), S(SNUFKIN IN_MX),
          "4 qr 1/0/0/0"),
    QUERY("UPDATE", 0x2800, COUNTS(1, 0, 0, 0), S(SNUFKIN IN_MX),
          "4 qr 1/0/0/0"),
    QUERY("opcode 15 and no question", 0x7800, COUNTS(0, 0, 0, 0), S(""),
          "4 qr 0/0/0/0"),
    QUERY("no question", 0, COUNTS(0, 0, 0, 0), S(""), "1 qr 0/0/0/0"),
    QUERY("two questions", 0, COUNTS(2, 0, 0, 0),
          S(SNUFKIN IN_MX SNUFKIN IN_MX), "1 qr 0/0/0/0"),
    QUERY("more than octets", 0, COUNTS(1, 0, 0, 0), S(""), "1 qr 0/0/0/0"),
    QUERY("a cut name", 0, COUNTS(1, 0, 0, 0), S("\7snufki"), "1 qr 0/0/0/0"),
    QUERY("no root", 0, COUNTS(1, 0, 0, 0), S("\7snufkin"), "1 qr 0/0/0/0"),
    QUERY("no type", 0, COUNTS(1, 0, 0, 0), S(SNUFKIN), "1 qr 0/0/0/0"),
    QUERY("half a class", 0, COUNTS(1, 0, 0, 0), S(SNUFKIN "\0\x0f\0"),
          "1 qr 0/0/0/0"),
    QUERY("a pointer as question", 0, COUNTS(1, 0, 0, 0), S("\xc0\x0c" IN_MX),
          "1 qr 0/0/0/0"),
    QUERY("a label of 64", 0, COUNTS(1, 0, 0, 0), S("\x40" IN_MX),
          "1 qr 0/0/0/0"),
    QUERY("octets behind", 0, COUNTS(1, 0, 0, 0), S(SNUFKIN IN_MX "x"),
          "1 qr 1/0/0/0"),
    QUERY("class CH", 0, COUNTS(1, 0, 0, 0), S("\7version\4bind\0\0\x10\0\3"),
          "5 qr 1/0/0/0"),
    QUERY("class ANY", 0, COUNTS(1, 0, 0, 0), S(SNUFKIN "\0\x0f\0\xff"),
          "5 qr 1/0/0/0"),
    QUERY("AXFR", 0, COUNTS(1, 0, 0, 0), S("\3esp\7example\0\0\xfc\0\1"),
          "5 qr 1/0/0/0"),
    QUERY("IXFR", 0, COUNTS(1, 0, 0, 0), S("\3esp\7example\0\0\xfb\0\1"),
          "5 qr 1/0/0/0"),
    QUERY("type OPT", 0, COUNTS(1, 0, 0, 0), S(SNUFKIN "\0\x29\0\1"),
          "1 qr 1/0/0/0"),
    QUERY("type TSIG", 0, COUNTS(1, 0, 0, 0), S(SNUFKIN "\0\xfa\0\1"),
          "1 qr 1/0/0/0"),
    QUERY("type NXNAME", 0, COUNTS(1, 0, 0, 0), S(SNUFKIN "\0\x80\0\1"),
          "1 qr 1/0/0/0"),
    QUERY("type ANY", 0, COUNTS(1, 0, 0, 0), S(SNUFKIN "\0\xff\0\1"),
          "0 qr aa 1/1/0/0"),
    QUERY("type 65280", 0, COUNTS(1, 0, 0, 0), S(SNUFKIN "\xff\0\0\1"),
          "0 qr aa 1/0/1/0"),
    QUERY("type 0", 0, COUNTS(1, 0, 0, 0), S(SNUFKIN "\0\0\0\1"),
          "0 qr aa 1/0/1/0"),
    QUERY("outside", 0, COUNTS(1, 0, 0, 0), S("\1x\0" IN_MX), "5 qr 1/0/0/0"),
    QUERY("the root", 0, COUNTS(1, 0, 0, 0), S("\0\0\2\0\1"), "5 qr 1/0/0/0"),
    QUERY("nobody", 0, COUNTS(1, 0, 0, 0), S("\6nobody\3esp\7example\0" IN_MX),
          "3 qr aa 1/0/1/0"),
    QUERY("a referral", 0, COUNTS(1, 0, 0, 0),
          S("\1a\3cut\3esp\7example\0" IN_MX), "0 qr 1/0/1/1"),
    /* EDNS. */
    QUERY("EDNS", 0, COUNTS(1, 0, 0, 1), S(SNUFKIN IN_MX OPT_1232),
          "0 qr aa 1/1/0/2 opt"),
    QUERY("DO comes back", 0, COUNTS(1, 0, 0, 1),
          S(SNUFKIN IN_MX OPT("\4\xd0", "\0", "\x80\0")),
          "0 qr aa 1/1/0/2 opt do"),
    QUERY("EDNS options", 0, COUNTS(1, 0, 0, 1),
          S(SNUFKIN IN_MX "\0\0\x29\4\xd0\0\0\0\0\0\x0c\0\x0a\0\10abcdefgh"),
          "0 qr aa 1/1/0/2 opt"),
    QUERY("a size below 512", 0, COUNTS(1, 0, 0, 1),
          S(SNUFKIN IN_MX OPT("\0\0", "\0", "\0\0")), "0 qr aa 1/1/0/2 opt"),
    QUERY("version 1", 0, COUNTS(1, 0, 0, 1),
          S(SNUFKIN IN_MX OPT("\4\xd0", "\1", "\x80\0")),
          "16 qr 1/0/0/1 opt do"),
    QUERY("version 1 outside", 0, COUNTS(1, 0, 0, 1),
          S("\1x\0" IN_MX OPT("\4\xd0", "\1", "\0\0")), "16 qr 1/0/0/1 opt"),
    QUERY("two OPT", 0, COUNTS(1, 0, 0, 2), S(SNUFKIN IN_MX OPT_1232 OPT_1232),
          "1 qr 1/0/0/0"),
    QUERY("OPT not of the root", 0, COUNTS(1, 0, 0, 1),
          S(SNUFKIN IN_MX "\1a" OPT_1232), "1 qr 1/0/0/0"),
    QUERY("OPT in authority", 0, COUNTS(1, 0, 1, 0), S(SNUFKIN IN_MX OPT_1232),
          "1 qr 1/0/0/0"),
    QUERY("OPT cut", 0, COUNTS(1, 0, 0, 1), S(SNUFKIN IN_MX "\0\0\x29\4\xd0"),
          "1 qr 1/0/0/0"),
    QUERY("OPT data cut", 0, COUNTS(1, 0, 0, 1),
          S(SNUFKIN IN_MX "\0\0\x29\4\xd0\0\0\0\0\0\5abcd"), "1 qr 1/0/0/0"),
    QUERY("OPT and no more", 0, COUNTS(1, 0, 0, 2), S(SNUFKIN IN_MX OPT_1232),
          "1 qr 1/0/0/0"),
    QUERY("another record beside it", 0, COUNTS(1, 0, 0, 2),
          S(SNUFKIN IN_MX "\xc0\x0c\0\1\0\1\0\0\0\0\0\4abcd" OPT_1232),
          "0 qr aa 1/1/0/2 opt"),
    QUERY("records in all sections", 0, COUNTS(1, 0, 1, 1),
          S(SNUFKIN IN_MX "\1a\xc0\x0c\0\1\0\1\0\0\0\0\0\0" OPT_1232),
          "0 qr aa 1/1/0/2 opt"),
    QUERY("a pointer at the end", 0, COUNTS(1, 0, 0, 1),
          S(SNUFKIN IN_MX "\xc0"), "1 qr 1/0/0/0"),
};

/* In memory of just their size. */
static size_t
answer(const uint8_t *octets, size_t size, bool tcp, uint8_t *out)
{
    uint8_t *exact = malloc(size == 0 ? 1 : size);
    struct stunt_query query = {exact, size, tcp};
    size_t n;

    memcpy(exact, octets, size);
    n = stuntmessage_answer(template, &world_binder, &query, &result, out);
    free(exact);
    return n;
}

static unsigned
read_16(const uint8_t *p)
{
    return (unsigned)p[0] << 8 | p[1];
}

static void
show(const uint8_t *p, size_t n, struct strbuf *out)
{
    static const struct {
        unsigned bit;
        const char *word;
    } bits[] = {
        {0x8000, "qr"},
        {0x0400, "aa"},
        {0x0200, "tc"},
        {0x0100, "rd"},
        {0x0080, "ra"},
        {0x0040, "z" },
        {0x0020, "ad"},
        {0x0010, "cd"},
    };
    unsigned flags = read_16(p + 2);
    /* OPT is the last and has no options. */
    const uint8_t *opt =
        n > 23 && memcmp(p + n - 11, "\0\0\x29", 3) == 0 ? p + n - 11 : NULL;

    strbuf_cut(out, 0);
    strbuf_addf(out, "%u", (opt != NULL ? opt[5] * 16u : 0) + (flags & 0xf));
    for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
        if (flags & bits[i].bit)
            strbuf_addf(out, " %s", bits[i].word);
    strbuf_addf(out, " %u/%u/%u/%u", read_16(p + 4), read_16(p + 6),
                read_16(p + 8), read_16(p + 10));
    if (opt != NULL)
        strbuf_addf(out, " opt%s", opt[7] & 0x80 ? " do" : "");
}

static size_t
build(const struct query *query, uint8_t *out)
{
    memcpy(out, "\x12\x34", 2);
    out[2] = (uint8_t)(query->flags >> 8);
    out[3] = (uint8_t)query->flags;
    for (size_t i = 0; i < 4; i++) {
        out[4 + 2 * i] = 0;
        out[5 + 2 * i] = query->counts[i];
    }
    memcpy(out + 12, query->octets.p, query->octets.n);
    return 12 + query->octets.n;
}

static void
test_queries(void)
{
    struct strbuf seen = STRBUF_INIT;

    for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
        struct query query = queries[i];
        uint8_t in[512], out[STUNTMESSAGE_MAX];
        size_t n = answer(in, build(&query, in), false, out);

        if (n == 0) {
            is_string(query.wanted, NULL, "%s: no answer", query.name);
            continue;
        }
        show(out, n, &seen);
        is_string(query.wanted, seen.p, "%s", query.name);
        ok(memcmp(in, out, 2) == 0, "%s: its id", query.name);
    }
    strbuf_clear(&seen);
}

static void
test_short(void)
{
    uint8_t in[512], out[STUNTMESSAGE_MAX];
    struct query query = queries[0];
    size_t size = build(&query, in), answered = 0;

    for (size_t n = 0; n < 12; n++)
        answered += answer(in, n, false, out) > 0;
    is_int(0, (long long)answered, "less than a header has no answer");
    for (size_t n = 12; n < size; n++)
        answered += answer(in, n, false, out) > 0 && (out[3] & 0xf) == 1;
    is_int((long long)(size - 12), (long long)answered,
           "a part of a question is FORMERR");
}

/* A question of our own, its answer read by libknot. */
static const struct answer *
ask(struct arena *arena, const char *name, uint16_t type, uint16_t edns,
    bool tcp, size_t *size)
{
    uint8_t in[MESSAGE_QUERY_MAX];
    uint8_t *out = malloc(STUNTMESSAGE_MAX);
    struct question question = {.type = type, .edns_size = edns};
    const struct answer *read;

    name_parse(&question.name, slice_of(name), NULL);
    *size = answer(in, message_query(&question, 7, in), tcp, out);
    read = message_answer(arena, &question,
                          (struct slice){(const char *)out, *size});
    free(out);
    return read;
}

static void
test_read_back(void)
{
    static const struct {
        const char *name;
        uint16_t type;
        enum outcome outcome;
        size_t records, size; /* size: with names compressed */
    } rows[] = {
  /* header, question, MX, A, OPT */
        {"snufkin.esp.example",        RR_MX,  OUTCOME_FOUND,    1,
         12 + 25 + (2 + 10 + 2 + 3 + 2) + (3 + 2 + 10 + 4) + 11},
        {"snufkin.esp.example",        RR_TXT, OUTCOME_FOUND,    1,
         12 + 25 + (2 + 10 + 10) + 11                          },
        {"SNUFKIN.ESP.EXAMPLE",        RR_TXT, OUTCOME_FOUND,    1,
         12 + 25 + (2 + 10 + 10) + 11                          },
 /* header, question, SOA, OPT */
        {"a.nobody.esp.example",       RR_TXT, OUTCOME_NXDOMAIN, 0,
         12 + 26 + (2 + 10 + 4 + 2 + 2 + 2 + 20) + 11          },
        {"_dmarc.snufkin.esp.example", RR_MX,  OUTCOME_NODATA,   0,
         12 + 32 + (2 + 10 + 4 + 2 + 2 + 2 + 20) + 11          },
        {"esp.example",                RR_SOA, OUTCOME_FOUND,    1,
         12 + 17 + (2 + 10 + 4 + 2 + 2 + 2 + 20) + 11          },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct arena *arena = arena_new();
        size_t size;
        const struct answer *read =
            ask(arena, rows[i].name, rows[i].type, 1232, false, &size);

        is_string(outcome_word(rows[i].outcome), outcome_word(read->outcome),
                  "%s: the outcome", rows[i].name);
        is_int((long long)rows[i].records, (long long)read->record_count,
               "%s: records", rows[i].name);
        ok(read->aa, "%s: authoritative", rows[i].name);
        is_int((long long)rows[i].size, (long long)size,
               "%s: names are compressed", rows[i].name);
        arena_free(arena);
    }
}

/* The question comes back with its letters as they were. */
static void
test_case(void)
{
    static const char mixed[] = "\7sNuFkIn\3EsP\7eXaMpLe\0\0\x0f\0\1";
    uint8_t in[64] = {0, 1, 0, 0, 0, 1}, out[STUNTMESSAGE_MAX];
    size_t n;

    memcpy(in + 12, mixed, sizeof(mixed) - 1);
    n = answer(in, 12 + sizeof(mixed) - 1, false, out);
    ok(n > 12 + sizeof(mixed)
           && memcmp(out + 12, mixed, sizeof(mixed) - 1) == 0,
       "case is kept");
    ok(memcmp(out + 12 + sizeof(mixed) - 1, "\xc0\x0c", 2) == 0,
       "and owners point there");
    ok(memmem(out, n, "\2mx\3esp\7example", 15) != NULL,
       "but data keep their own");
}

/* ---- sizes ---- */

/* Of one TXT so that the whole message takes so many octets. */
static struct template *
sized(size_t octets)
{
    struct strbuf line = STRBUF_INIT;
    /* header, question, owner, fixed */
    size_t left = octets - 12 - 19 - 12;
    struct template *made;

    strbuf_add_text(&line, "s TXT");
    while (left > 1) {
        size_t n = left > 201 ? 200 : left - 1;

        strbuf_add_text(&line, " \"");
        strbuf_fill(&line, 'x', n);
        strbuf_add_text(&line, "\"");
        left -= n + 1;
    }
    if (left == 1)
        strbuf_add_text(&line, " \"\"");
    strbuf_add_char(&line, '\n');
    made = world_template(line.p);
    strbuf_clear(&line);
    return made;
}

static void
test_sizes(void)
{
    static const struct {
        size_t octets; /* of the message without OPT */
        uint16_t edns; /* announced, 0: none */
        bool tcp;      /* how it is asked */
        bool fits;     /* or is truncated */
    } rows[] = {
        {512,  0,    false, true },
        {513,  0,    false, false},
        {513,  0,    true,  true },
        {501,  512,  false, true },
        {502,  512,  false, false},
        {501,  100,  false, true },
        {502,  100,  false, false},
        {989,  1000, false, true },
        {990,  1000, false, false},
        {1221, 1232, false, true },
        {1222, 1232, false, false},
        {1221, 4096, false, true },
        {1222, 4096, false, false},
        {1222, 1232, true,  true },
        {4000, 1232, true,  true },
        {4000, 4096, false, false},
        {4000, 0,    true,  true },
    };
    struct template *before = template;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct arena *arena = arena_new();
        const struct answer *read;
        size_t size, opt = rows[i].edns > 0 ? 11 : 0;

        template = sized(rows[i].octets);
        read = ask(arena, "s.esp.example", RR_TXT, rows[i].edns, rows[i].tcp,
                   &size);
        is_int(!rows[i].fits, read->tc, "%zu octets for %u by %s: TC",
               rows[i].octets, rows[i].edns, rows[i].tcp ? "TCP" : "UDP");
        is_int((long long)((rows[i].fits ? rows[i].octets : 12 + 19) + opt),
               (long long)size, "and its size");
        template_free(template);
        arena_free(arena);
    }
    template = before;
}

/* Additional records are left out without a word, RRset by RRset; but the
   addresses of a referral are not: RFC 9471. */
static void
test_left_out(void)
{
    struct strbuf line = STRBUF_INIT;
    struct arena *arena = arena_new();
    struct template *before = template;
    const struct answer *read;
    size_t size;

    for (unsigned i = 0; i < 20; i++)
        strbuf_addf(&line,
                    "many MX %u m%02u\nm%02u A 192.0.2.%u\n"
                    "m%02u A 192.0.2.1%u\n"
                    "cut NS n%02u.cut\nn%02u.cut A 192.0.2.%u\n",
                    i, i, i, i, i, i, i, i, i);
    template = world_template(line.p);
    read = ask(arena, "many.esp.example", RR_MX, 0, false, &size);
    is_int(OUTCOME_FOUND, read->outcome, "many fit");
    ok(!read->tc, "without TC");
    is_int(20, (long long)read->record_count, "all of them");
    ok(read->additional_count > 0 && read->additional_count < 40
           && read->additional_count % 2 == 0,
       "addresses by whole sets");
    ok(size <= 512, "within what is allowed");
    read = ask(arena, "x.cut.esp.example", RR_A, 0, false, &size);
    ok(read->tc, "a referral without its addresses is truncated");
    read = ask(arena, "x.cut.esp.example", RR_A, 1232, false, &size);
    ok(!read->tc && !read->aa && read->authority_count == 20,
       "and whole where there is room");
    is_int(20, (long long)read->additional_count, "with all of them");
    template_free(template);
    template = before;
    arena_free(arena);
    strbuf_clear(&line);
}

/* ---- hostile ---- */

static uint64_t state = 88172645463325252u;

static uint64_t
next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Octets changed, cut and added at random: an answer is never larger than
   allowed, is a response with that id, and counts what it holds. */
static void
test_mutations(void)
{
    const unsigned rounds = 100000;
    unsigned good = 0, answered = 0;
    uint8_t *out = malloc(STUNTMESSAGE_MAX);

    for (unsigned i = 0; i < rounds; i++) {
        size_t count = sizeof(queries) / sizeof(queries[0]);
        struct query query = queries[next_random() % count];
        uint8_t in[600];
        size_t size = build(&query, in), n;

        for (unsigned k = (unsigned)(next_random() % 4); k > 0; k--)
            in[next_random() % size] = (uint8_t)next_random();
        if (next_random() % 4 == 0)
            size = next_random() % (size + 1);
        else if (next_random() % 8 == 0)
            in[size++] = (uint8_t)next_random();
        n = answer(in, size, false, out);
        answered += n > 0;
        good += n == 0 ? size < 12 || (in[2] & 0x80)
                       : n >= 12 && n <= STUNTMESSAGE_UDP_MAX
                             && (out[2] & 0x80) && memcmp(in, out, 2) == 0;
    }
    is_int(rounds, good, "no mutation brings it out of step");
    ok(answered > rounds / 2, "most were answered (%u)", answered);
    free(out);
}

int
main(void)
{
    template = world_template(text);
    plan_lazy();
    test_queries();
    test_short();
    test_read_back();
    test_case();
    test_sizes();
    test_left_out();
    test_mutations();
    template_free(template);
    return tap_done();
}
