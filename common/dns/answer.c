/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers as values: their words, their making, copies and evidence. */
#include "common/dns/answer.h"

#include <stdlib.h>

/* RFC 1035 section 4.1: header, type and class of the question, and of each
   record a compressed owner, type, class, TTL and length. */
#define HEADER_SIZE        12
#define QUESTION_TAIL_SIZE 4
#define RECORD_HEAD_SIZE   12

/* By enum outcome. */
static const char *const words[] = {
    "pending", "found",   "nodata",    "nxdomain", "servfail",
    "refused", "timeout", "malformed", "bogus",
};

#define WORD_COUNT ((int)(sizeof(words) / sizeof(words[0])))

const char *
outcome_word(enum outcome outcome)
{
    return words[outcome];
}

int
outcome_parse(struct slice word)
{
    for (int i = 0; i < WORD_COUNT; i++) {
        if (slice_equal(slice_of(words[i]), word))
            return i;
    }
    return -1;
}

struct answer *
answer_make(struct arena *arena, enum outcome outcome, const char *server,
            const char *problem)
{
    struct answer *answer = ARENA_NEW(arena, struct answer);

    answer->outcome = outcome;
    answer->rcode = ANSWER_NO_RCODE;
    if (outcome == OUTCOME_FOUND || outcome == OUTCOME_NODATA)
        answer->rcode = 0;
    else if (outcome == OUTCOME_NXDOMAIN)
        answer->rcode = 3;
    answer->ede = -1;
    answer->server = server;
    answer->problem = problem;
    return answer;
}

static const char *
copy_text(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_text(arena, slice_of(text));
}

static struct record *
copy_records(struct arena *arena, const struct record *from, size_t count)
{
    struct record *to;

    if (count == 0)
        return NULL;
    to = ARENA_ARRAY(arena, struct record, count);
    for (size_t i = 0; i < count; i++) {
        to[i] = from[i];
        to[i].data = arena_slice(arena, from[i].data);
    }
    return to;
}

static int
compare_data(const void *a, const void *b)
{
    const struct record *one = a, *other = b;

    return slice_compare(one->data, other->data);
}

/* Of one set: not of a section, whose order is part of what was said. */
static const struct record *
copy_sorted(struct arena *arena, const struct record *from, size_t count)
{
    struct record *to = copy_records(arena, from, count);

    if (count > 1)
        qsort(to, count, sizeof(*to), compare_data);
    return to;
}

struct answer *
answer_copy(struct arena *arena, const struct answer *answer)
{
    struct answer *copy = ARENA_NEW(arena, struct answer);

    *copy = *answer;
    copy->chain = NULL;
    if (answer->chain_count > 0)
        copy->chain = arena_copy(arena, answer->chain,
                                 answer->chain_count * sizeof(struct hop));
    copy->records = copy_sorted(arena, answer->records, answer->record_count);
    copy->signatures =
        copy_sorted(arena, answer->signatures, answer->signature_count);
    copy->authority =
        copy_records(arena, answer->authority, answer->authority_count);
    copy->additional =
        copy_records(arena, answer->additional, answer->additional_count);
    copy->server = copy_text(arena, answer->server);
    copy->wire = arena_slice(arena, answer->wire);
    copy->problem = copy_text(arena, answer->problem);
    return copy;
}

uint32_t
answer_least_ttl(const struct answer *answer)
{
    uint32_t least = UINT32_MAX;

    if (answer->chain_count + answer->record_count == 0)
        return 0;
    for (size_t i = 0; i < answer->chain_count; i++) {
        if (answer->chain[i].ttl < least)
            least = answer->chain[i].ttl;
    }
    for (size_t i = 0; i < answer->record_count; i++) {
        if (answer->records[i].ttl < least)
            least = answer->records[i].ttl;
    }
    return least;
}

size_t
answer_octets(const struct answer *answer, const struct question *question)
{
    size_t octets =
        HEADER_SIZE + (size_t)question->name.size + QUESTION_TAIL_SIZE;

    for (size_t i = 0; i < answer->chain_count; i++)
        octets += RECORD_HEAD_SIZE + (size_t)answer->chain[i].target.size;
    for (size_t i = 0; i < answer->record_count; i++)
        octets += RECORD_HEAD_SIZE + answer->records[i].data.n;
    return octets;
}

const struct name *
answer_end(const struct answer *answer, const struct question *question)
{
    if (answer->chain_count == 0)
        return &question->name;
    return &answer->chain[answer->chain_count - 1].target;
}

static struct value *
text_value(struct arena *arena, const struct strbuf *text)
{
    return value_slice(arena, strbuf_slice(text));
}

static struct value *
evidence_data(struct arena *arena, const struct answer *answer,
              struct strbuf *text)
{
    struct value *data = value_list(arena);

    for (size_t i = 0; i < answer->chain_count; i++) {
        strbuf_cut(text, 0);
        rrtype_present(answer->chain[i].type, text);
        strbuf_add_char(text, ' ');
        name_present(&answer->chain[i].target, text);
        value_add(data, text_value(arena, text));
    }
    for (size_t i = 0; i < answer->record_count; i++) {
        strbuf_cut(text, 0);
        record_present(&answer->records[i], text);
        value_add(data, text_value(arena, text));
    }
    for (size_t i = 0; i < answer->signature_count; i++) {
        strbuf_cut(text, 0);
        strbuf_add_text(text, "RRSIG ");
        record_present(&answer->signatures[i], text);
        value_add(data, text_value(arena, text));
    }
    return data;
}

struct value *
answer_evidence(struct arena *arena, const struct question *question,
                const struct answer *answer)
{
    struct value *map = value_map(arena);
    struct strbuf text = STRBUF_INIT;

    value_set(map, "name",
              value_text(arena, name_dotted(arena, &question->name)));
    rrtype_present(question->type, &text);
    value_set(map, "type", text_value(arena, &text));
    value_set(map, "server", value_text(arena, answer->server));
    value_set(map, "outcome",
              value_text(arena, outcome_word(answer->outcome)));
    value_set(map, "data", evidence_data(arena, answer, &text));
    strbuf_clear(&text);
    return map;
}
