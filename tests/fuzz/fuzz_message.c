/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any octets as the answer to a question of a.example. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/dns/message.h"
#include "common/dns/recordingline.h"
#include "common/dns/recordingvalue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first octet chooses what was asked and how. */
static struct question
choose_question(uint8_t choice)
{
    static const uint16_t types[] = {RR_TXT, RR_CNAME, RR_MX, RR_ANY,
                                     RR_NS,  RR_SOA,   RR_A,  RR_NSEC};
    struct address server = {
        .family = 4, .octets = {192, 0, 2, 1}
    };
    struct name name;

    name_parse(&name, SLICE("a.example"), NULL);
    if ((choice & 8) != 0)
        return question_direct(&server, &name, types[choice & 7]);
    return question_recursive(&name, types[choice & 7]);
}

/* What is printed reads back the same. */
static void
check_records(struct arena *arena, const struct record *records, size_t count)
{
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < count; i++) {
        struct slice data;

        strbuf_cut(&text, 0);
        record_present(&records[i], &text);
        assert(record_parse(arena, records[i].type, strbuf_slice(&text), &data,
                            NULL)
               == ST_OK);
        assert(slice_equal(data, records[i].data));
    }
    strbuf_clear(&text);
}

static void
check_answer(struct arena *arena, const struct question *question,
             const struct answer *answer)
{
    struct strbuf json = STRBUF_INIT;

    assert(answer->outcome != OUTCOME_PENDING);
    assert((answer->outcome == OUTCOME_FOUND) == (answer->record_count > 0));
    assert((answer->outcome == OUTCOME_MALFORMED) == (answer->wire.n > 0)
           || answer->size == 0);
    assert(answer->outcome != OUTCOME_MALFORMED || answer->problem != NULL);
    assert(answer->chain_count <= ANSWER_CHAIN_MAX);
    assert(!answer->tc || answer->outcome != OUTCOME_NODATA);
    for (size_t i = 0; i < answer->record_count; i++)
        assert(name_equal(&answer->records[i].owner,
                          answer_end(answer, question)));
    check_records(arena, answer->records, answer->record_count);
    check_records(arena, answer->authority, answer->authority_count);
    check_records(arena, answer->additional, answer->additional_count);
    value_json(answer_evidence(arena, question, answer), 0, &json);
    strbuf_clear(&json);
}

/* Whatever came can be recorded, and replayed as the same. */
static void
check_recording(struct arena *arena, const struct question *question,
                const struct answer *answer)
{
    struct recordingline line = {.kept = arena, .scratch = arena};
    struct strbuf first = STRBUF_INIT;
    struct strbuf second = STRBUF_INIT;
    struct value *map;

    value_json(recordingvalue_make(arena, question, answer), 0, &first);
    assert(value_parse(arena, strbuf_slice(&first), &map, NULL) == ST_OK);
    assert(recordingline_read(&line, map) == ST_OK);
    assert(question_equal(question, &line.question));
    value_json(recordingvalue_make(arena, &line.question, line.answer), 0,
               &second);
    assert(slice_equal(strbuf_slice(&first), strbuf_slice(&second)));
    strbuf_clear(&first);
    strbuf_clear(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena, *copies;
    struct question question;
    const struct answer *answer;

    if (size == 0)
        return 0;
    arena = arena_new();
    copies = arena_new();
    question = choose_question(data[0]);
    answer = message_answer(arena, &question,
                            (struct slice){(const char *)data + 1, size - 1});
    check_answer(arena, &question, answer);
    answer = answer_copy(copies, answer);
    arena_free(arena);
    check_answer(copies, &question, answer);
    check_recording(copies, &question, answer);
    arena_free(copies);
    return 0;
}
