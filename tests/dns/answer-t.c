/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/answer.c. */
#include "common/dns/answer.h"

#include <string.h>

#include "common/dns/recordline.h"
#include "tests/tap/tap.h"

static struct arena *arena;

static const char *const words[] = {"pending",  "found",     "nodata",
                                    "nxdomain", "servfail",  "refused",
                                    "timeout",  "malformed", "bogus"};

/* Definite, absent or failed: exactly as the words of the contract say. */
static void
test_words(void)
{
    for (int i = OUTCOME_PENDING; i <= OUTCOME_BOGUS; i++) {
        enum outcome outcome = (enum outcome)i;

        is_string(words[i], outcome_word(outcome), "word %d", i);
        is_int(i, outcome_parse(slice_of(words[i])), "... read back");
        is_int(i >= 1 && i <= 3, outcome_is_definite(outcome), "... definite");
        is_int(i == 2 || i == 3, outcome_is_absent(outcome), "... absent");
        is_int(i >= 4, outcome_is_failure(outcome), "... failed");
    }
    is_int(-1, outcome_parse(SLICE("FOUND")), "words are lower case");
    is_int(-1, outcome_parse(SLICE("")), "the empty word");
}

static void
test_make(void)
{
    struct answer *answer =
        answer_make(arena, OUTCOME_TIMEOUT, "192.0.2.1@53", "gone");

    ok(answer->outcome == OUTCOME_TIMEOUT && answer->ede == -1
           && answer->rcode == ANSWER_NO_RCODE,
       "a timeout has no response code");
    is_string("192.0.2.1@53", answer->server, "... server");
    is_string("gone", answer->problem, "... problem");
    is_int(0, answer_make(arena, OUTCOME_FOUND, NULL, NULL)->rcode, "found");
    is_int(0, answer_make(arena, OUTCOME_NODATA, NULL, NULL)->rcode, "nodata");
    is_int(3, answer_make(arena, OUTCOME_NXDOMAIN, NULL, NULL)->rcode,
           "nxdomain");
}

static struct record
record_of(const char *line)
{
    struct record record;
    struct error err = ERROR_INIT;

    if (recordline_parse(arena, slice_of(line), &record, &err) != ST_OK)
        bail("%s", err.text);
    return record;
}

/* k1._domainkey.example.com, an alias, and what it leads to. */
static void
fill(struct answer *answer, struct hop *hop, struct record records[4])
{
    records[0] = record_of("k1.esp.test. 300 TXT \"v=DKIM1;\" \"p=\\255\"");
    records[1] = record_of("k1.esp.test. 200 TXT x");
    records[2] = record_of("esp.test. 100 NS ns.esp.test.");
    records[3] = record_of("ns.esp.test. 50 A 192.0.2.1");
    name_parse(&hop->owner, SLICE("k1._domainkey.example.com"), NULL);
    name_parse(&hop->target, SLICE("k1.esp.test"), NULL);
    hop->type = RR_CNAME;
    hop->ttl = 250;
    answer->chain = hop;
    answer->chain_count = 1;
    answer->records = records;
    answer->record_count = 2;
    answer->authority = records + 2;
    answer->authority_count = 1;
    answer->additional = records + 3;
    answer->additional_count = 1;
}

static void
test_evidence(void)
{
    struct answer *answer = answer_make(arena, OUTCOME_FOUND, "a@53", NULL);
    struct record records[4];
    struct strbuf json = STRBUF_INIT;
    struct hop hop;
    struct name name;
    struct question question;

    fill(answer, &hop, records);
    name_parse(&name, SLICE("K1._domainkey.example.com"), NULL);
    question = question_recursive(&name, RR_TXT);
    value_json(answer_evidence(arena, &question, answer), 0, &json);
    is_string("{\"name\":\"k1._domainkey.example.com.\",\"type\":\"TXT\","
              "\"server\":\"a@53\",\"outcome\":\"found\",\"data\":["
              "\"CNAME k1.esp.test.\","
              "\"\\\"v=DKIM1;\\\" \\\"p=\\\\255\\\"\",\"\\\"x\\\"\"]}",
              json.p, "evidence");
    strbuf_cut(&json, 0);
    answer = answer_make(arena, OUTCOME_PENDING, NULL, NULL);
    value_json(answer_evidence(arena, &question, answer), 0, &json);
    is_string("{\"name\":\"k1._domainkey.example.com.\",\"type\":\"TXT\","
              "\"server\":null,\"outcome\":\"pending\",\"data\":[]}",
              json.p, "evidence of nothing yet");
    strbuf_clear(&json);
}

static void
test_ends(void)
{
    struct answer *answer = answer_make(arena, OUTCOME_FOUND, NULL, NULL);
    struct record records[4];
    struct hop hop;
    struct question question = question_recursive(&name_root, RR_TXT);

    is_int(0, answer_least_ttl(answer), "no TTL without records");
    ok(answer_end(answer, &question) == &question.name, "no alias: the name");
    fill(answer, &hop, records);
    is_int(200, answer_least_ttl(answer), "the least TTL is a record's");
    records[1].ttl = 400;
    is_int(250, answer_least_ttl(answer), "the least TTL is an alias's");
    /* 16 octets and the root's name, an alias, and two records. */
    is_int(17 + (12 + 13) + (12 + 13) + (12 + 2),
           (long long)answer_octets(answer, &question),
           "octets of chain and records alone");
    is_string("k1.esp.test.",
              name_dotted(arena, answer_end(answer, &question)),
              "the end of the chain");
}

/* The copy stands when all it was made of is overwritten. */
static void
test_copy(void)
{
    struct arena *other = arena_new();
    struct answer *answer = answer_make(other, OUTCOME_FOUND, NULL, NULL);
    struct record *records = ARENA_ARRAY(other, struct record, 4);
    struct hop *hop = ARENA_NEW(other, struct hop);
    struct strbuf text = STRBUF_INIT;
    const struct answer *copy;

    fill(answer, hop, records);
    for (size_t i = 0; i < 4; i++)
        records[i].data = arena_slice(other, records[i].data);
    answer->server = arena_text(other, SLICE("server"));
    answer->problem = arena_text(other, SLICE("problem"));
    answer->wire = arena_slice(other, SLICE("wire"));
    answer->negative_ttl = 77;
    copy = answer_copy(arena, answer);
    for (size_t i = 0; i < 4; i++)
        memset((char *)(uintptr_t)records[i].data.p, 0, records[i].data.n);
    memset(records, 0, 4 * sizeof(*records));
    memset(hop, 0, sizeof(*hop));
    arena_free(other);
    recordline_present(&copy->records[0], &text);
    strbuf_add_text(&text, ", ");
    recordline_present(&copy->records[1], &text);
    is_string("k1.esp.test. 200 TXT \"x\", "
              "k1.esp.test. 300 TXT \"v=DKIM1;\" \"p=\\255\"",
              text.p, "records copied, in order of their data");
    strbuf_cut(&text, 0);
    recordline_present(&copy->authority[0], &text);
    strbuf_add_text(&text, ", ");
    recordline_present(&copy->additional[0], &text);
    is_string("esp.test. 100 NS ns.esp.test., ns.esp.test. 50 A 192.0.2.1",
              text.p, "authority and additional copied");
    is_string("k1.esp.test.", name_dotted(arena, &copy->chain[0].target),
              "chain copied");
    is_string("server", copy->server, "server copied");
    is_string("problem", copy->problem, "problem copied");
    is_octets("wire", 4, copy->wire.p, copy->wire.n, "octets copied");
    is_int(77, copy->negative_ttl, "numbers copied");
    strbuf_clear(&text);
}

int
main(void)
{
    plan_lazy();
    arena = arena_new();
    test_words();
    test_make();
    test_evidence();
    test_ends();
    test_copy();
    arena_free(arena);
    return tap_done();
}
