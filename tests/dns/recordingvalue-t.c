/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/recordingvalue.c: only the unusual is written, and
   recordingline.c reads all of it back. */
#include "common/dns/recordingvalue.h"

#include <string.h>

#include "common/dns/recordingline.h"
#include "tests/tap/tap.h"

static struct arena *arena;

#define START "{\"name\":\"a.example.\",\"type\":\"TXT\","

/* Lines that are written just as they are read. */
static const char *const lines[] = {
    START "\"outcome\":\"nodata\"}",
    START "\"outcome\":\"timeout\",\"server\":\"192.0.2.1@53\"}",
    START "\"outcome\":\"servfail\",\"ede\":0}",
    START "\"outcome\":\"servfail\",\"rcode\":\"BADVERS\",\"size\":23}",
    START "\"outcome\":\"bogus\",\"flags\":[\"validated\"]}",
    START "\"to\":\"192.0.2.1\",\"outcome\":\"refused\"}",
    START "\"to\":\"2001:db8::1@53\",\"rd\":true,\"outcome\":\"refused\","
          "\"flags\":[\"referral\"],\"rcode\":\"NOERROR\",\"zone\":\".\","
          "\"negative_ttl\":0}",
    START "\"transport\":\"udp\",\"edns\":0,\"rd\":false,\"do\":true,"
          "\"cd\":true,\"ordinal\":255,\"outcome\":\"nxdomain\"}",
    START "\"outcome\":\"found\",\"answer\":[\"a.example. 0 TXT \\\"\\\"\"]}",
    START "\"outcome\":\"nodata\",\"chain\":[\"example. 1 DNAME .\"],"
          "\"flags\":[\"open\"]}",
    START "\"outcome\":\"nodata\",\"chain\":[\". 1 DNAME a.b.test.\","
          "\"example.a.b.test. 1 DNAME x.\",\"a.x. 1 CNAME y.\"]}",
    START "\"outcome\":\"malformed\",\"rcode\":\"NOERROR\","
          "\"wire\":\"0000\",\"problem\":\"p\"}",
};

static void
test_lines(void)
{
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct error err = ERROR_INIT;
        struct recordingline line = {
            .kept = arena, .scratch = arena, .err = &err};
        struct strbuf json = STRBUF_INIT;
        struct value *map;

        if (value_parse(arena, slice_of(lines[i]), &map, &err) != ST_OK
            || recordingline_read(&line, map) != ST_OK)
            bail("%s: %s", lines[i], err.text);
        value_json(recordingvalue_make(arena, &line.question, line.answer), 0,
                   &json);
        is_string(lines[i], json.p, "line %zu", i);
        strbuf_clear(&json);
    }
}

/* What no source should give is written so that it can be read. */
static void
test_odd(void)
{
    struct question question = question_recursive(&name_root, RR_TXT);
    struct answer *answer =
        answer_make(arena, OUTCOME_NODATA, NULL, "\xff and \x01");
    struct record record = {
        .owner = name_root, .type = RR_TXT, .data = SLICE("\1x")};
    struct strbuf json = STRBUF_INIT;

    answer->records = &record;
    answer->record_count = 1;
    value_json(recordingvalue_make(arena, &question, answer), 0, &json);
    is_string("{\"name\":\".\",\"type\":\"TXT\",\"outcome\":\"nodata\","
              "\"problem\":\"\xef\xbf\xbd and \\u0001\"}",
              json.p, "records without found, octets that are no text");
    strbuf_clear(&json);
}

int
main(void)
{
    plan_lazy();
    arena = arena_new();
    test_lines();
    test_odd();
    arena_free(arena);
    return tap_done();
}
