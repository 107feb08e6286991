/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answer cache: what it keeps, how long, and how much. */
#include "common/dns/cache.h"

#include <stdio.h>

#include "tests/tap/tap.h"

#define ROW(...)                                                              \
    {                                                                         \
        __VA_ARGS__                                                           \
    }

#define SECOND UINT64_C(1000000)

static struct question
question_of(const char *text)
{
    struct name name;

    if (name_parse(&name, slice_of(text), NULL) != ST_OK)
        bail("bad name");
    return question_recursive(&name, RR_TXT);
}

/* How long which answer is kept. */
static void
test_ttl(void)
{
    static const struct {
        const char *what;
        enum outcome outcome;
        uint32_t ttl;          /* of the record */
        uint32_t chain_ttl;    /* of an alias before it; 0: none */
        uint32_t negative_ttl; /* of the denial */
        bool direct;           /* asked of one server */
        unsigned seconds;      /* kept */
    } rows[] = {
        ROW("a record", OUTCOME_FOUND, 300, 0, 0, false, 300),
        ROW("TTL 0", OUTCOME_FOUND, 0, 0, 0, false, 0),
        ROW("a long TTL", OUTCOME_FOUND, 1000000, 0, 0, false,
            CACHE_TTL_MAX_S),
        ROW("an alias with a shorter one", OUTCOME_FOUND, 300, 20, 0, false,
            20),
        ROW("no data", OUTCOME_NODATA, 0, 0, 60, false, 60),
        ROW("a denial without SOA", OUTCOME_NXDOMAIN, 0, 0, 0, false, 0),
        ROW("a denial behind an alias", OUTCOME_NXDOMAIN, 0, 10, 60, false,
            10),
        ROW("one server's record", OUTCOME_FOUND, 300, 0, 0, true,
            CACHE_SHORT_S),
        ROW("one server's short record", OUTCOME_FOUND, 2, 0, 0, true, 2),
        ROW("a timeout", OUTCOME_TIMEOUT, 0, 0, 0, false, CACHE_SHORT_S),
        ROW("SERVFAIL", OUTCOME_SERVFAIL, 0, 0, 0, false, CACHE_SHORT_S),
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct cache *cache = cache_new(0);
        struct question question = question_of("a.test");
        struct record record = {.type = RR_TXT, .ttl = rows[i].ttl};
        struct hop hop = {.type = RR_CNAME, .ttl = rows[i].chain_ttl};
        struct answer answer = {.outcome = rows[i].outcome,
                                .server = "x",
                                .negative_ttl = rows[i].negative_ttl,
                                .records = &record,
                                .chain = &hop};
        uint64_t end = SECOND * (7 + (uint64_t)rows[i].seconds);

        answer.record_count = answer.outcome == OUTCOME_FOUND;
        answer.chain_count = rows[i].chain_ttl > 0;
        if (rows[i].direct)
            question.server.family = 4;
        cache_put(cache, &question, &answer, 7 * SECOND);
        ok((cache_get(cache, &question, end - 1) != NULL)
               == (rows[i].seconds > 0),
           "%s is kept for %u s", rows[i].what, rows[i].seconds);
        ok(cache_get(cache, &question, end) == NULL, "%s, no longer",
           rows[i].what);
        cache_free(cache);
    }
}

static void
test_content(void)
{
    struct cache *cache = cache_new(0);
    struct question question = question_of("a.test");
    struct question other = question_of("a.test");
    struct record record = {.type = RR_TXT, .ttl = 9, .data = SLICE("\1x")};
    struct answer answer = {.outcome = OUTCOME_FOUND, .server = "x"};
    const struct answer *kept;

    answer.records = &record;
    answer.record_count = 1;
    cache_put(cache, &question, &answer, 0);
    record.data = SLICE("\1y");
    kept = cache_get(cache, &question, 1);
    is_octets("\1x", 2, kept->records[0].data.p, kept->records[0].data.n,
              "the answer is a copy");
    other.dnssec_ok = true;
    ok(cache_get(cache, &other, 1) == NULL, "DO makes another question");
    cache_put(cache, &question, &answer, 1);
    kept = cache_get(cache, &question, 2);
    is_octets("\1y", 2, kept->records[0].data.p, kept->records[0].data.n,
              "a later answer takes its place");
    cache_free(cache);
}

/* A hundred thousand names go through a cache of a thousand; what is asked
   for all the time stays. */
static void
test_bound(void)
{
    struct cache *cache = cache_new(1000);
    struct record record = {.type = RR_TXT, .ttl = 3600};
    struct answer answer = {.outcome = OUTCOME_FOUND,
                            .server = "x",
                            .records = &record,
                            .record_count = 1};
    struct question common = question_of("common.test");
    size_t most = 0;
    unsigned missed = 0;

    cache_put(cache, &common, &answer, 0);
    for (unsigned i = 0; i < 20000; i++) {
        char text[32];
        struct question question;

        snprintf(text, sizeof(text), "n%u.test", i);
        question = question_of(text);
        cache_put(cache, &question, &answer, 1);
        if (cache_count(cache) > most)
            most = cache_count(cache);
        if (i % 100 == 0 && cache_get(cache, &common, 2) == NULL)
            missed++;
    }
    ok(most <= 1000, "never more than its size (%zu)", most);
    is_int(0, missed, "what is in use stays");
    common = question_of("n5.test");
    ok(cache_get(cache, &common, 2) == NULL, "what is not goes");
    common = question_of("n19999.test");
    ok(cache_get(cache, &common, 2) != NULL, "the newest is there");
    cache_free(cache);
    cache_free(NULL);
}

int
main(void)
{
    plan_lazy();
    test_ttl();
    test_content();
    test_bound();
    return tap_done();
}
