/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An RRset that is expected, compared with an answer. */
#include "common/audit/verifyset.h"

#include "common/records/nearmisskey.h"

static struct slice
text_of(struct arena *arena, struct slice data)
{
    struct record record = {.type = RR_TXT, .data = data};

    return record_text(arena, &record);
}

static bool
answer_has(struct arena *arena, const struct answer *answer, uint16_t type,
           struct slice data)
{
    for (size_t i = 0; i < answer->record_count; i++)
        if (nearmiss_same_data(arena, type, answer->records[i].data, data))
            return true;
    return false;
}

static bool
is_expected(struct arena *arena, const struct verify_expected *expected,
            struct slice data)
{
    for (size_t i = 0; i < expected->count; i++)
        if (nearmiss_same_data(arena, expected->type, data, expected->data[i]))
            return true;
    return false;
}

static bool
is_kin(struct arena *arena, const struct verify_expected *expected,
       struct slice data)
{
    struct slice text = text_of(arena, data);

    for (size_t i = 0; i < expected->count; i++)
        if (nearmisskey_is_kin(text, text_of(arena, expected->data[i])))
            return true;
    return false;
}

bool
verifyset_is_extra(struct arena *arena, const struct verify_expected *expected,
                   struct slice data)
{
    if (is_expected(arena, expected, data))
        return false;
    return expected->type != RR_TXT || !name_is_host(&expected->owner)
           || is_kin(arena, expected, data);
}

static bool
has_extra(struct arena *arena, const struct verify_expected *expected,
          const struct answer *answer)
{
    for (size_t i = 0; i < answer->record_count; i++)
        if (verifyset_is_extra(arena, expected, answer->records[i].data))
            return true;
    return false;
}

enum verify_state
verifyset_compare(struct arena *arena, const struct verify_expected *expected,
                  const struct answer *answer)
{
    size_t seen = 0;

    if (!outcome_is_definite(answer->outcome))
        return VERIFY_UNKNOWN;
    for (size_t i = 0; i < expected->count; i++)
        seen += answer_has(arena, answer, expected->type, expected->data[i])
                    ? 1
                    : 0;
    if (seen == expected->count)
        return has_extra(arena, expected, answer) ? VERIFY_EXTRA : VERIFY_SAME;
    /* Tokens at a host name are no wrong version of what is missing. */
    return seen > 0 || has_extra(arena, expected, answer) ? VERIFY_DIFFERENT
                                                          : VERIFY_MISSING;
}

struct slice
verifyset_wanting(struct arena *arena, const struct verify_expected *expected,
                  const struct answer *answer)
{
    for (size_t i = 0; i < expected->count; i++)
        if (!answer_has(arena, answer, expected->type, expected->data[i]))
            return expected->data[i];
    return expected->data[0];
}

static bool
holds_expected(struct arena *arena, const struct verify_expected *expected,
               struct slice data)
{
    struct slice text = text_of(arena, data);

    for (size_t i = 0; i < expected->count; i++)
        if (nearmisskey_holds_key(text, text_of(arena, expected->data[i])))
            return true;
    return false;
}

bool
verifyset_has_key(struct arena *arena, const struct verify_expected *expected,
                  const struct answer *answer)
{
    for (size_t i = 0; expected->type == RR_TXT && i < answer->record_count;
         i++)
        if (answer->records[i].type == RR_TXT
            && holds_expected(arena, expected, answer->records[i].data))
            return true;
    return false;
}

size_t
verifyset_count_kin(struct arena *arena,
                    const struct verify_expected *expected,
                    const struct answer *answer)
{
    struct slice wanted = text_of(arena, expected->data[0]);
    size_t count = 0;

    for (size_t i = 0; expected->type == RR_TXT && i < answer->record_count;
         i++)
        count +=
            nearmisskey_is_kin(text_of(arena, answer->records[i].data), wanted)
                ? 1
                : 0;
    return count;
}
