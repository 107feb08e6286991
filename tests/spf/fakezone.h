/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A source for tests: answers out of lines of text, at once or late. */
#ifndef TESTS_SPF_FAKEZONE_H
#define TESTS_SPF_FAKEZONE_H

#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/dns/engine.h"
#include "common/dns/source.h"
#include "common/dns/view.h"
#include "tests/tap/tap.h"

/*
 * Lines "NAME TYPE DATA", DATA in presentation form; "NAME TYPE !servfail"
 * (any outcome's word) is what a question of that type comes to, whatever
 * else is there; TYPE ANY is any type.  A name of no line is NXDOMAIN, unless
 * others are below it.
 */
struct fakezone {
    struct source source; /* first */
    struct arena *arena;  /* holds answers */
    const char *text;     /* the lines; borrowed */
    bool is_late;         /* answers come by wait(), last asked first */
    uint32_t elapsed_us;  /* each answer takes so long */
    size_t asked;         /* questions seen */
    struct fakezone_late {
        struct view *view;
        struct question question;
    } * late;
    size_t late_count; /* of them */
};

static struct slice
fakezone_word(struct slice *rest)
{
    size_t end = slice_find(*rest, ' ');
    struct slice word = slice_sub(*rest, 0, end);

    *rest = slice_from(*rest, end + 1);
    return word;
}

static void
fakezone_add(struct fakezone *zone, struct answer *answer,
             const struct question *question, struct slice data)
{
    struct record record = {
        .owner = question->name, .type = question->type, .ttl = 300};
    struct error err = ERROR_INIT;
    struct record *records;

    if (record_parse(zone->arena, record.type, data, &record.data, &err)
        != ST_OK)
        bail("fake zone: '%.60s': %s", data.p, err.text);
    records = arena_grow(zone->arena, (void *)(uintptr_t)answer->records,
                         answer->record_count, sizeof(record));
    records[answer->record_count++] = record;
    answer->records = records;
    answer->outcome = OUTCOME_FOUND;
}

/* The answer to question; CNAME lines are followed. */
static const struct answer *
fakezone_answer(struct fakezone *zone, const struct question *asked)
{
    struct answer *answer =
        answer_make(zone->arena, OUTCOME_NXDOMAIN, "fake zone", NULL);
    struct slice rest = slice_of(zone->text), line, alias = SLICE_EMPTY;
    struct question question = *asked;
    int hops = 0;

    answer->elapsed_us = zone->elapsed_us;
again:
    rest = slice_of(zone->text);
    alias = SLICE_EMPTY;
    while (slice_next(&rest, '\n', &line)) {
        struct slice owner_text, type, data = line;
        struct name owner;

        if (line.n == 0)
            continue;
        owner_text = fakezone_word(&data);
        type = fakezone_word(&data);
        name_parse(&owner, owner_text, NULL);
        if (name_is_under(&owner, &question.name)
            && answer->outcome == OUTCOME_NXDOMAIN)
            answer->outcome = OUTCOME_NODATA;
        if (!name_equal(&owner, &question.name))
            continue;
        if (slice_equal(type, SLICE("CNAME")))
            alias = data;
        if (!slice_equal(type, SLICE("ANY"))
            && rrtype_parse(type) != question.type)
            continue;
        if (data.n > 0 && data.p[0] == '!') {
            answer->outcome = (enum outcome)outcome_parse(slice_from(data, 1));
            return answer;
        }
        fakezone_add(zone, answer, &question, data);
    }
    if (answer->outcome == OUTCOME_NODATA && alias.n > 0) {
        if (++hops > ANSWER_CHAIN_MAX) {
            answer->outcome = OUTCOME_SERVFAIL;
            answer->chain_loops = true;
            return answer;
        }
        name_parse(&question.name, alias, NULL);
        answer->outcome = OUTCOME_NXDOMAIN;
        goto again;
    }
    return answer;
}

static const struct answer *
fakezone_ask(struct source *source, struct view *view,
             const struct question *question)
{
    struct fakezone *zone = (struct fakezone *)source;

    zone->asked++;
    if (!zone->is_late)
        return fakezone_answer(zone, question);
    zone->late = arena_grow(zone->arena, zone->late, zone->late_count,
                            sizeof(*zone->late));
    zone->late[zone->late_count++] = (struct fakezone_late){view, *question};
    return NULL;
}

/* One answer at a time, the last first: the worst order there is. */
static bool
fakezone_wait(struct source *source, int timeout_ms)
{
    struct fakezone *zone = (struct fakezone *)source;
    struct fakezone_late late;

    (void)timeout_ms;
    if (zone->late_count == 0)
        return false;
    late = zone->late[--zone->late_count];
    view_deliver(late.view, &late.question,
                 fakezone_answer(zone, &late.question));
    return zone->late_count > 0;
}

static void
fakezone_free(struct source *source)
{
    struct fakezone *zone = (struct fakezone *)source;

    arena_free(zone->arena);
    free(zone);
}

static inline struct fakezone *
fakezone_new(const char *text)
{
    static const struct source_ops ops = {"fake", fakezone_ask, fakezone_wait,
                                          NULL, fakezone_free};
    struct fakezone *zone = memory_zeroed(1, sizeof(*zone));

    zone->source.ops = &ops;
    zone->arena = arena_new();
    zone->text = text;
    return zone;
}

/* Run analyse to its end over zone; the view is the caller's. */
static inline struct view *
fakezone_run(struct fakezone *zone,
             void (*analyse)(void *context, struct view *view), void *context)
{
    struct view_settings settings = {.source = &zone->source, .seed = 1};

    return engine_run_one(&settings, "example.com", analyse, context);
}

#endif
