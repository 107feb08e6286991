/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/message.c: octets in, answers out. */
#include "common/dns/message.h"

#include <string.h>

#include "common/dns/recordline.h"
#include "tests/tap/tap.h"

#define QR                 0x8000
#define AA                 0x0400
#define TC                 0x0200
#define RD                 0x0100
#define RA                 0x0080
#define AD                 0x0020

/* Octets and their number, for a constant initializer. */
#define RAW(literal)       literal, sizeof(literal) - 1

/* An OPT record with so many octets of options in it. */
#define OPT(rcode, length) "\0\0\51\4\320" rcode "\0\0\0\0" length

static struct arena *arena;

static void
put_u16(struct strbuf *out, unsigned number)
{
    strbuf_add_char(out, (char)(number >> 8));
    strbuf_add_char(out, (char)(number & 0xff));
}

static void
put_question(struct strbuf *out, const char *text, uint16_t type)
{
    struct name name;

    if (text == NULL)
        return;
    if (name_parse(&name, slice_of(text), NULL) != ST_OK)
        bail("%s", text);
    strbuf_add_slice(out, name_key(&name));
    put_u16(out, type);
    put_u16(out, 1);
}

static void
put_records(struct strbuf *out, const char *lines)
{
    struct slice rest = slice_of(lines);
    struct slice line;

    while (slice_next(&rest, '\n', &line)) {
        struct record record;
        struct error err = ERROR_INIT;

        if (line.n == 0)
            continue;
        if (recordline_parse(arena, line, &record, &err) != ST_OK)
            bail("%s", err.text);
        strbuf_add_slice(out, name_key(&record.owner));
        put_u16(out, record.type);
        put_u16(out, 1);
        put_u16(out, record.ttl >> 16);
        put_u16(out, record.ttl & 0xffff);
        put_u16(out, (unsigned)record.data.n);
        strbuf_add_slice(out, record.data);
    }
}

static void
put_hex(struct strbuf *out, const char *hex)
{
    struct slice data = SLICE_EMPTY;
    char *text = arena_printf(arena, "\\# %zu %s", strlen(hex) / 2, hex);

    if (record_parse(arena, RR_ANY, slice_of(text), &data, NULL) != ST_OK)
        bail("%s", hex);
    strbuf_add_slice(out, data);
}

/* The question is a.example TXT, to a resolver. */
/* clang-format off */
static const struct {
    const char *what;
    unsigned flags;          /* with rcode */
    unsigned qd, an, ns, ar; /* counts of the header */
    const char *question;    /* name in the question section, or NULL */
    const char *records;     /* of all sections, a record a line */
    const char *hex;         /* octets behind them */
    enum outcome outcome;
    const char *problem; /* or NULL */
} rows[] = {
    {"found", QR, 1, 1, 0, 0, "a.example", "a.example. 9 TXT x\n", "",
     OUTCOME_FOUND, NULL},
    {"question in another case", QR, 1, 1, 0, 0, "A.eXample",
     "a.example. 9 TXT x\n", "", OUTCOME_FOUND, NULL},
    {"NODATA", QR, 1, 0, 1, 0, "a.example",
     "example. 9 SOA ns. host. 1 2 3 4 5\n", "", OUTCOME_NODATA, NULL},
    {"NXDOMAIN", QR | 3, 1, 0, 0, 0, "a.example", "", "", OUTCOME_NXDOMAIN,
     NULL},
    {"REFUSED", QR | 5, 1, 0, 0, 0, "a.example", "", "", OUTCOME_REFUSED,
     NULL},
    {"SERVFAIL", QR | 2, 1, 0, 0, 0, "a.example", "", "", OUTCOME_SERVFAIL,
     NULL},
    {"FORMERR, a header alone", QR | 1, 0, 0, 0, 0, NULL, "", "",
     OUTCOME_SERVFAIL, NULL},
    {"FORMERR without question, with OPT", QR | 1, 0, 0, 0, 1, NULL, "",
     "00002904d0000000000000", OUTCOME_SERVFAIL, NULL},
    {"NXDOMAIN, a header alone", QR | 3, 0, 0, 0, 0, NULL, "", "",
     OUTCOME_MALFORMED, "no question in it"},
    {"a header alone", QR, 0, 0, 0, 0, NULL, "", "", OUTCOME_MALFORMED,
     "no question in it"},
    {"QR missing", 0, 1, 0, 0, 0, "a.example", "", "", OUTCOME_MALFORMED,
     "a question where an answer should be"},
    {"NOTIFY", QR | 0x2000, 1, 0, 0, 0, "a.example", "", "", OUTCOME_MALFORMED,
     "the answer to another kind of request"},
    {"another name", QR, 1, 1, 0, 0, "b.example", "a.example. 9 TXT x\n", "",
     OUTCOME_MALFORMED, "the answer to another question"},
    {"too many records", QR, 1, 6001, 0, 0, "a.example", "", "",
     OUTCOME_MALFORMED, "more records than a message can hold"},
    {"two questions", QR, 2, 0, 0, 0, "a.example", "", "", OUTCOME_MALFORMED,
     "cut short or damaged"},
    {"octets behind", QR, 1, 0, 0, 0, "a.example", "", "00", OUTCOME_MALFORMED,
     "octets behind the last record"},
    {"fewer records than it says", QR, 1, 2, 0, 0, "a.example",
     "a.example. 9 TXT x\n", "", OUTCOME_MALFORMED, "cut short or damaged"},
    {"cut in a record", QR, 1, 1, 0, 0, "a.example", "",
     "c00c00100001000000090005046162", OUTCOME_MALFORMED,
     "cut short or damaged"},
    {"a pointer to itself", QR, 1, 1, 0, 0, "a.example", "",
     "c01b001000010000000900020178", OUTCOME_MALFORMED,
     "cut short or damaged"},
    {"a pointer forward", QR, 1, 1, 0, 0, "a.example", "",
     "c028001000010000000900020178", OUTCOME_MALFORMED,
     "cut short or damaged"},
    {"a compressed owner", QR, 1, 1, 0, 0, "a.example", "",
     "c00c001000010000000900020178", OUTCOME_FOUND, NULL},
    {"TXT with RDLENGTH 0", QR, 1, 1, 0, 0, "a.example",
     "a.example. 9 TXT \\# 0\n", "", OUTCOME_MALFORMED,
     "cut short or damaged"},
    {"TXT with a string past its end", QR, 1, 1, 0, 0, "a.example",
     "a.example. 9 TXT \\# 3 056162\n", "", OUTCOME_MALFORMED,
     "a TXT record whose strings do not fill it"},
    {"a CNAME with octets behind", QR, 1, 1, 0, 0, "a.example",
     "a.example. 9 CNAME \\# 3 000000\n", "", OUTCOME_MALFORMED,
     "cut short or damaged"},
    {"an A of three octets", QR, 1, 2, 0, 0, "a.example",
     "a.example. 9 TXT x\nb. 9 A \\# 3 c00002\n", "", OUTCOME_MALFORMED,
     "cut short or damaged"},
    {"a record of class CH", QR, 1, 1, 0, 0, "a.example", "",
     "c00c001000030000000900020178", OUTCOME_NODATA, NULL},
    {"a record of type 0", QR, 1, 1, 0, 0, "a.example", "",
     "c00c000000010000000900020178", OUTCOME_NODATA, NULL},
    {"truncated, nothing left", QR | TC, 1, 0, 0, 0, "a.example", "", "",
     OUTCOME_SERVFAIL, "truncated before any record"},
    {"truncated within a record", QR | TC, 1, 2, 0, 0, "a.example",
     "a.example. 9 TXT x\n", "c00c0010000100", OUTCOME_FOUND, NULL},
    {"truncated between records", QR | TC, 1, 2, 0, 0, "a.example",
     "a.example. 9 TXT x\n", "", OUTCOME_FOUND, NULL},
    {"truncated, octets behind", QR | TC, 1, 1, 0, 0, "a.example",
     "a.example. 9 TXT x\n", "00", OUTCOME_MALFORMED,
     "octets behind the last record"},
    {"truncated in the question", QR | TC, 1, 1, 0, 0, NULL, "",
     "0161076578616d", OUTCOME_MALFORMED, "no question in it"},
    {"BADVERS", QR, 1, 0, 0, 1, "a.example", "", "00002904d0010000000000",
     OUTCOME_SERVFAIL, NULL},
    {"two OPT records", QR, 1, 0, 0, 2, "a.example", "",
     "00002904d000000000000000002904d0000000000000", OUTCOME_MALFORMED,
     "cut short or damaged"},
    {"an option longer than OPT", QR, 1, 0, 0, 1, "a.example", "",
     "00002904d0000000000005000f000700", OUTCOME_MALFORMED,
     "cut short or damaged"},
};
/* clang-format on */

static void
build(struct strbuf *out, size_t i)
{
    put_u16(out, 4711);
    put_u16(out, rows[i].flags);
    put_u16(out, rows[i].qd);
    put_u16(out, rows[i].an);
    put_u16(out, rows[i].ns);
    put_u16(out, rows[i].ar);
    put_question(out, rows[i].question, RR_TXT);
    put_records(out, rows[i].records);
    put_hex(out, rows[i].hex);
}

static struct question
the_question(void)
{
    struct name name;

    name_parse(&name, SLICE("a.example"), NULL);
    return question_recursive(&name, RR_TXT);
}

static void
test_rows(void)
{
    struct question question = the_question();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct strbuf wire = STRBUF_INIT;
        const struct answer *answer;
        bool malformed = rows[i].outcome == OUTCOME_MALFORMED;

        build(&wire, i);
        answer = message_answer(arena, &question, strbuf_slice(&wire));
        is_string(outcome_word(rows[i].outcome), outcome_word(answer->outcome),
                  "%s", rows[i].what);
        is_string(rows[i].problem, answer->problem, "... problem");
        is_octets(malformed ? wire.p : "", malformed ? wire.n : 0,
                  answer->wire.n == 0 ? "" : answer->wire.p, answer->wire.n,
                  "... octets kept");
        is_int((long long)wire.n, answer->size, "... size");
        strbuf_clear(&wire);
    }
}

/* A message cut after each octet: never found unless it is whole. */
static void
test_cuts(void)
{
    struct question question = the_question();
    struct strbuf wire = STRBUF_INIT;
    int found = 0;

    build(&wire, 0);
    for (size_t n = 0; n < wire.n; n++) {
        char *copy = arena_copy(arena, wire.p, n);

        found +=
            message_answer(arena, &question, (struct slice){copy, n})->outcome
            != OUTCOME_MALFORMED;
    }
    is_int(0, found, "none of %zu cuts is an answer", wire.n);
    strbuf_clear(&wire);
}

static const struct answer *
answer_of(unsigned flags, unsigned records, struct slice tail)
{
    struct question question = the_question();
    struct strbuf wire = STRBUF_INIT;
    const struct answer *answer;

    put_u16(&wire, 4711);
    put_u16(&wire, flags);
    put_u16(&wire, 1);
    put_u16(&wire, records);
    put_u16(&wire, 0);
    put_u16(&wire, records > 0 ? 0 : 1);
    put_question(&wire, "a.example", RR_TXT);
    strbuf_add_slice(&wire, tail);
    answer = message_answer(arena, &question, strbuf_slice(&wire));
    strbuf_clear(&wire); /* the answer keeps nothing of it */
    return answer;
}

static void
test_fields(void)
{
    const struct answer *answer =
        answer_of(QR | AA | AD, 1, SLICE("\300\14\0\20\0\1\0\1\0\0\0\3\2hi"));

    ok(answer->aa && answer->ad && !answer->ra && !answer->tc, "AA and AD");
    is_int(65536, answer->records[0].ttl, "TTL");
    is_octets("\2hi", 3, answer->records[0].data.p, answer->records[0].data.n,
              "RDATA, copied");
    is_int(-1, answer->ede, "no extended error");
    answer = answer_of(QR | RA | TC, 1,
                       SLICE("\300\14\0\20\0\1\200\0\0\0\0\3\2hi"));
    ok(!answer->aa && !answer->ad && answer->ra && answer->tc, "RA and TC");
    is_int(0, answer->records[0].ttl, "a TTL with its first bit set is none");
    answer = answer_of(QR | 2, 0,
                       SLICE(OPT("\0", "\14") "\0\17\0\2\0\6\0\17\0\2\0\7"));
    is_int(6, answer->ede, "the first of two extended errors");
    is_int(0, (long long)answer->additional_count, "OPT is no record");
    answer = answer_of(QR | 2, 0, SLICE(OPT("\0", "\5") "\0\17\0\1\0"));
    is_int(-1, answer->ede, "an extended error of one octet");
    answer = answer_of(QR | 7, 0, SLICE(OPT("\1", "\0")));
    is_int(23, answer->rcode, "the extended response code");
    answer =
        answer_of(QR | 2, 0, SLICE("\2ns\0\0\1\0\1\0\0\0\1\0\4\300\0\2\1"));
    is_int(1, (long long)answer->additional_count, "an additional record");
}

/* Names within RDATA are expanded, their case is kept. */
static void
test_names(void)
{
    struct name name;
    struct question question;
    struct strbuf wire = STRBUF_INIT;
    struct strbuf text = STRBUF_INIT;
    const struct answer *answer;

    name_parse(&name, SLICE("a.example"), NULL);
    question = question_recursive(&name, RR_MX);
    put_u16(&wire, 1);
    put_u16(&wire, QR);
    put_u16(&wire, 1);
    put_u16(&wire, 1);
    put_u16(&wire, 0);
    put_u16(&wire, 0);
    put_question(&wire, "a.example", RR_MX);
    strbuf_add_slice(&wire, SLICE("\300\14\0\17\0\1\0\0\0\1\0\7\0\12\2MX"
                                  "\300\16"));
    answer = message_answer(arena, &question, strbuf_slice(&wire));
    strbuf_clear(&wire);
    is_int(OUTCOME_FOUND, answer->outcome, "a compressed name in MX");
    record_present(&answer->records[0], &text);
    is_string("10 MX.example.", text.p, "... expanded");
    strbuf_clear(&text);
}

static void
test_sizes(void)
{
    struct question question = the_question();
    char *zeros = arena_alloc(arena, 70000);

    is_string("too short for a message",
              message_answer(arena, &question, SLICE_EMPTY)->problem,
              "no octets at all");
    is_string(
        "too short for a message",
        message_answer(arena, &question, (struct slice){zeros, 11})->problem,
        "11 octets");
    is_string("too long for a message",
              message_answer(arena, &question, (struct slice){zeros, 65536})
                  ->problem,
              "65,536 octets");
}

/* clang-format off */
static const struct {
    const char *what;
    uint16_t edns_size;
    bool rd, dnssec_ok, cd;
    const char *octets;
    size_t n;
} query_rows[] = {
    {"to a resolver", 1232, true, false, false,
     RAW("\22\147\1\40\0\1\0\0\0\0\0\1\1a\7example\0\0\20\0\1"
         "\0\0\51\4\320\0\0\0\0\0\0")},
    {"to a server, DO", 1232, false, true, false,
     RAW("\22\147\0\40\0\1\0\0\0\0\0\1\1a\7example\0\0\20\0\1"
         "\0\0\51\4\320\0\0\200\0\0\0")},
    {"CD, no EDNS", 0, true, false, true,
     RAW("\22\147\1\60\0\1\0\0\0\0\0\0\1a\7example\0\0\20\0\1")},
};
/* clang-format on */

static void
test_queries(void)
{
    uint8_t out[MESSAGE_QUERY_MAX];

    for (size_t i = 0; i < sizeof(query_rows) / sizeof(query_rows[0]); i++) {
        struct question question = the_question();
        size_t n;

        question.edns_size = query_rows[i].edns_size;
        question.rd = query_rows[i].rd;
        question.dnssec_ok = query_rows[i].dnssec_ok;
        question.checking_disabled = query_rows[i].cd;
        n = message_query(&question, 0x1267, out);
        is_octets(query_rows[i].octets, query_rows[i].n, out, n, "query %s",
                  query_rows[i].what);
    }
}

/* Some 5,400 records: all read, none twice, and that without delay. */
static void
test_many_records(void)
{
    struct question question = the_question();
    struct strbuf wire = STRBUF_INIT;
    const struct answer *answer;
    unsigned count = 4600;

    put_u16(&wire, 4711);
    put_u16(&wire, QR);
    put_u16(&wire, 1);
    put_u16(&wire, count);
    put_u16(&wire, 0);
    put_u16(&wire, 0);
    put_question(&wire, "a.example", RR_TXT);
    for (unsigned i = 0; i < count; i++) {
        strbuf_add(&wire, "\300\14\0\20\0\1\0\0\0\1\0\2\1", 13);
        strbuf_add_char(&wire, (char)(i & 0xff));
    }
    answer = message_answer(arena, &question, strbuf_slice(&wire));
    is_int(OUTCOME_FOUND, answer->outcome, "%u records", count);
    is_int(256, (long long)answer->record_count, "... of them different");
    strbuf_clear(&wire);
}

int
main(void)
{
    plan_lazy();
    arena = arena_new();
    test_rows();
    test_cuts();
    test_fields();
    test_names();
    test_sizes();
    test_queries();
    test_many_records();
    arena_free(arena);
    return tap_done();
}
