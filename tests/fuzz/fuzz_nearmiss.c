/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any octets as what was published in the place of a record.
   Up to a line end they are the expected text, behind it the found ones. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/strbuf.h"
#include "common/records/nearmiss.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* RDATA of a TXT record with that text. */
static struct slice
rdata_of(struct arena *arena, struct slice text)
{
    enum { STRING_MAX = 255 };
    struct strbuf out = STRBUF_INIT;
    struct slice data;

    do {
        struct slice part = slice_sub(text, 0, STRING_MAX);

        strbuf_add_char(&out, (char)part.n);
        strbuf_add_slice(&out, part);
        text = slice_from(text, part.n);
    } while (text.n > 0);
    data = arena_slice(arena, strbuf_slice(&out));
    strbuf_clear(&out);
    return data;
}

static const char *
owner_of(void *context, struct slice key)
{
    (void)context;
    return key.n % 3 == 0 ? NULL : "other";
}

static struct answer *
answer_of(struct arena *arena, struct slice rest)
{
    struct answer *answer = answer_make(arena, OUTCOME_FOUND, "fuzz", NULL);
    struct record *records = NULL;
    struct slice line;
    size_t count = 0;

    while (slice_next(&rest, '\n', &line)) {
        records = arena_grow(arena, records, count, sizeof(*records));
        records[count].type = RR_TXT;
        records[count++].data = rdata_of(arena, line);
    }
    answer->records = records;
    answer->record_count = count;
    if (count == 0)
        answer->outcome = OUTCOME_NODATA;
    return answer;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct slice rest = {(const char *)data, size}, expected = SLICE_EMPTY;
    struct name owner, zone;
    struct nearmiss_case given = {.arena = arena,
                                  .owner = &owner,
                                  .zone = &zone,
                                  .type = RR_TXT,
                                  .owner_of = owner_of};
    const struct nearmiss *found;

    name_parse(&owner, SLICE("k1._domainkey.c.example.com"), NULL);
    name_parse(&zone, SLICE("example.com"), NULL);
    slice_next(&rest, '\n', &expected);
    given.data = rdata_of(arena, expected);
    given.here = given.txt = answer_of(arena, rest);
    for (int there = 0; there < 2; there++) {
        given.is_there = there != 0;
        found = nearmiss_find(&given);
        assert(found == NULL || found->id[0] != '\0');
    }
    nearmiss_other(&given);
    arena_free(arena);
    return 0;
}
