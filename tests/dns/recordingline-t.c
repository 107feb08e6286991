/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/recordingline.c: what a line may say. */
#include "common/dns/recordingline.h"

#include <string.h>

#include "common/dns/recordline.h"
#include "tests/tap/tap.h"

static struct arena *arena;

/* The line is {"name":"a.example","type":"TXT", and then rest. */
#define NODATA "\"outcome\":\"nodata\""
#define FOUND  "\"outcome\":\"found\",\"answer\":[\"a.example. 9 TXT x\"]"

/* clang-format off */
static const struct {
    const char *what;
    const char *rest;
    const char *sentence; /* "" when all is well */
} rows[] = {
    {"the least", NODATA, ""},
    {"found", FOUND, ""},
    {"no outcome", "\"rd\":true", "\"outcome\" is missing"},
    {"a wrong outcome", "\"outcome\":\"FOUND\"",
     "\"outcome\": 'FOUND' is no outcome"},
    {"pending", "\"outcome\":\"pending\"",
     "\"outcome\": 'pending' is no outcome"},
    {"an outcome that is no text", "\"outcome\":1",
     "\"outcome\" is not a text"},
    {"null is no value", "\"problem\":null," NODATA,
     "\"problem\" is not a text"},
    {"a member misspelt", "\"anwser\":[]," NODATA,
     "\"anwser\" is no member of a line"},
    {"found without records", "\"outcome\":\"found\"",
     "\"found\" without an \"answer\""},
    {"found with no record", "\"outcome\":\"found\",\"answer\":[]",
     "\"found\" without an \"answer\""},
    {"nodata with records", "\"answer\":[\"a.example. 9 TXT x\"]," NODATA,
     "an \"answer\" with an outcome that has none"},
    {"records of another name",
     "\"outcome\":\"found\",\"answer\":[\"b.example. 9 TXT x\"]",
     "\"answer\": a record of another name or type than 'a.example.'"},
    {"records of another type",
     "\"outcome\":\"found\",\"answer\":[\"a.example. 9 A 192.0.2.1\"]",
     "\"answer\": a record of another name or type than 'a.example.'"},
    {"a broken record",
     "\"outcome\":\"found\",\"answer\":[\"a.example. TXT\"]",
     "\"answer\": 'a.example. TXT' is no record: owner, TTL, type and data"},
    {"a record that is no text", "\"outcome\":\"found\",\"answer\":[1]",
     "\"answer\": a record is no text"},
    {"records that are no list", "\"outcome\":\"found\",\"answer\":\"x\"",
     "\"answer\" is not a list"},
    {"a server by address", "\"to\":\"192.0.2.1\"," NODATA, ""},
    {"a server by name", "\"to\":\"ns.example\"," NODATA,
     "\"to\": 'ns.example' is no IP address"},
    {"a wrong transport", "\"transport\":\"tls\"," NODATA,
     "\"transport\": 'tls' is no transport"},
    {"EDNS size too large", "\"edns\":65536," NODATA,
     "\"edns\": 65536 is not between 0 and 65535"},
    {"EDNS size negative", "\"edns\":-1," NODATA,
     "\"edns\": -1 is not between 0 and 65535"},
    {"ordinal too large", "\"ordinal\":256," NODATA,
     "\"ordinal\": 256 is not between 0 and 255"},
    {"RD that is no truth", "\"rd\":1," NODATA, "\"rd\" is not a truth"},
    {"a wrong flag", "\"flags\":[\"aa\",\"cd\"]," NODATA,
     "\"flags\": 'cd' is no flag"},
    {"a wrong response code", "\"rcode\":\"OK\"," NODATA,
     "\"rcode\": 'OK' is no response code"},
    {"octets", "\"wire\":\"00ff\",\"outcome\":\"malformed\"", ""},
    {"half an octet", "\"wire\":\"00f\",\"outcome\":\"malformed\"",
     "\"wire\": no hexadecimal octets"},
    {"no octets", "\"wire\":\"xy\",\"outcome\":\"malformed\"",
     "\"wire\": no hexadecimal octets"},
    {"a chain that begins elsewhere",
     "\"chain\":[\"b.example. 9 CNAME c.example.\"]," NODATA,
     "\"chain\": no CNAME of 'a.example.' and no DNAME above it"},
    {"a chain with a gap",
     "\"chain\":[\"a.example. 9 CNAME b.example.\","
     "\"c.example. 9 CNAME d.example.\"]," NODATA,
     "\"chain\": no CNAME of 'b.example.' and no DNAME above it"},
    {"a chain of other records",
     "\"chain\":[\"a.example. 9 NS b.example.\"]," NODATA,
     "\"chain\": no CNAME of 'a.example.' and no DNAME above it"},
    {"a CNAME without a name",
     "\"chain\":[\"a.example. 9 CNAME \\\\# 0\"]," NODATA,
     "\"chain\": no CNAME of 'a.example.' and no DNAME above it"},
    {"a DNAME of the very name",
     "\"chain\":[\"a.example. 9 DNAME b.example.\"]," NODATA,
     "\"chain\": no CNAME of 'a.example.' and no DNAME above it"},
    {"a wrong zone", "\"zone\":\"a..b\"," NODATA,
     "\"zone\": 'a..b' is no domain name: an empty label"},
};
/* clang-format on */

/* Reads the line; false with the sentence in err. */
static bool
read_line(struct recordingline *line, const char *rest, struct error *err)
{
    const char *json = arena_printf(
        arena, "{\"name\":\"a.example\",\"type\":\"TXT\",%s}", rest);
    struct value *map;

    if (value_parse(arena, slice_of(json), &map, err) != ST_OK)
        bail("%s: %s", json, err->text);
    *line =
        (struct recordingline){.kept = arena, .scratch = arena, .err = err};
    return recordingline_read(line, map) == ST_OK;
}

static void
test_rows(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct recordingline line;
        struct error err = ERROR_INIT;
        bool good = read_line(&line, rows[i].rest, &err);

        is_int(rows[i].sentence[0] == '\0', good, "%s", rows[i].what);
        is_string(rows[i].sentence, err.text, "... the sentence");
    }
}

static void
test_long_chain(void)
{
    struct recordingline line;
    struct error err = ERROR_INIT;
    struct strbuf rest = STRBUF_INIT;

    strbuf_add_text(&rest, "\"outcome\":\"servfail\",\"chain\":["
                           "\"a.example. 9 CNAME n0.\"");
    for (int i = 0; i < 15; i++)
        strbuf_addf(&rest, ",\"n%d. 9 CNAME n%d.\"", i, i + 1);
    strbuf_add_char(&rest, ']');
    ok(read_line(&line, rest.p, &err), "16 aliases");
    strbuf_cut(&rest, rest.n - 1);
    strbuf_add_text(&rest, ",\"n15. 9 CNAME n16.\"]");
    ok(!read_line(&line, rest.p, &err), "17 aliases");
    is_string("\"chain\": more than 16 aliases", err.text, "... the sentence");
    strbuf_clear(&rest);
}

static void
test_defaults(void)
{
    struct recordingline line;
    struct error err = ERROR_INIT;

    read_line(&line, NODATA, &err);
    ok(line.question.rd && line.question.edns_size == 1232
           && line.question.server.family == 0
           && line.question.transport == TRANSPORT_AUTO
           && line.question.type == RR_TXT,
       "a question to the resolvers");
    ok(line.answer->rcode == 0 && line.answer->ede == -1
           && line.answer->server == NULL && line.answer->size == 0,
       "... and its answer");
    read_line(&line, "\"to\":\"192.0.2.1\",\"outcome\":\"timeout\"", &err);
    ok(!line.question.rd && line.question.server.family == 4,
       "a question to a server");
    is_int(ANSWER_NO_RCODE, line.answer->rcode, "... timed out");
    read_line(&line, "\"to\":\"192.0.2.1\",\"rd\":true," NODATA, &err);
    ok(line.question.rd, "... RD all the same");
}

/* The SOA in authority speaks when the line does not. */
static void
test_zone(void)
{
    struct recordingline line;
    struct error err = ERROR_INIT;
    const char *rest = "\"outcome\":\"nxdomain\",\"authority\":"
                       "[\"example. 60 SOA ns. host. 1 2 3 4 300\"]";

    read_line(&line, rest, &err);
    is_string("example.", name_dotted(arena, &line.answer->zone), "zone");
    is_int(60, line.answer->negative_ttl, "negative TTL");
    is_int(3, line.answer->rcode, "response code");
    rest = arena_printf(arena, "\"zone\":\".\",\"negative_ttl\":5,%s", rest);
    read_line(&line, rest, &err);
    is_string(".", name_dotted(arena, &line.answer->zone), "a zone said");
    is_int(5, line.answer->negative_ttl, "a negative TTL said");
}

static void
test_members(void)
{
    struct recordingline line;
    struct error err = ERROR_INIT;
    struct strbuf text = STRBUF_INIT;

    ok(read_line(&line,
                 "\"outcome\":\"found\",\"server\":\"s\",\"chain\":"
                 "[\"example. 9 DNAME test.\",\"a.test. 8 CNAME b.test.\"],"
                 "\"answer\":[\"b.test. 7 TXT \\\"\\\\255\\\"\"],"
                 "\"additional\":[\"c. 1 A 192.0.2.1\"],\"flags\":"
                 "[\"aa\",\"tc\",\"ra\",\"ad\",\"validated\",\"loops\","
                 "\"open\",\"referral\",\"compact\"],\"rcode\":\"BADVERS\","
                 "\"ede\":6,\"size\":120,\"elapsed_us\":900,"
                 "\"wire\":\"00ff\",\"problem\":\"p\",\"transport\":\"udp\","
                 "\"edns\":512,\"do\":true,\"cd\":true,\"ordinal\":3",
                 &err),
       "all members %s", err.text);
    ok(line.answer->aa && line.answer->tc && line.answer->ra && line.answer->ad
           && line.answer->validated && line.answer->chain_loops
           && line.answer->chain_open && line.answer->referral
           && line.answer->compact_denial,
       "flags");
    ok(line.answer->rcode == 16 && line.answer->ede == 6
           && line.answer->size == 120 && line.answer->elapsed_us == 900,
       "numbers");
    ok(line.question.transport == TRANSPORT_UDP
           && line.question.edns_size == 512 && line.question.dnssec_ok
           && line.question.checking_disabled && line.question.ordinal == 3,
       "question");
    is_string("a.test.", name_dotted(arena, &line.answer->chain[0].target),
              "the next name behind a DNAME");
    recordline_present(&line.answer->records[0], &text);
    is_string("b.test. 7 TXT \"\\255\"", text.p, "record");
    is_octets("\0\377", 2, line.answer->wire.p, line.answer->wire.n, "octets");
    is_string("s", line.answer->server, "server");
    is_string("p", line.answer->problem, "problem");
    is_int(1, (long long)line.answer->additional_count, "additional");
    strbuf_clear(&text);
}

int
main(void)
{
    plan_lazy();
    arena = arena_new();
    test_rows();
    test_long_chain();
    test_defaults();
    test_zone();
    test_members();
    arena_free(arena);
    return tap_done();
}
