/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPF records taken apart into terms, with everything wrong in them. */
#include "common/spf/spfrecord.h"

#include "common/spf/spfterm.h"

#define VERSION_WORD SLICE("v=spf1")

bool
spfrecord_is_record(struct slice text)
{
    return slice_starts_case(text, VERSION_WORD)
           && (text.n == VERSION_WORD.n || text.p[VERSION_WORD.n] == ' ');
}

/* Section 6: redirect and exp once each.  Terms have stopped moving here. */
static void
note_special(struct arena *arena, struct spfrecord *record)
{
    for (size_t i = 0; i < record->term_count; i++) {
        struct spfterm *term = &record->terms[i];
        const struct spfterm **first;

        if (term->kind == SPFTERM_ALL)
            first = &record->all;
        else if (term->kind == SPFTERM_REDIRECT)
            first = &record->redirect;
        else if (term->kind == SPFTERM_EXP)
            first = &record->exp;
        else
            continue;
        if (*first == NULL)
            *first = term;
        else if (term->kind != SPFTERM_ALL)
            spfterm_fault(arena, record, SPFFAULT_DUPLICATE, term->text,
                          "it may be there only once");
    }
}

/* The next run of octets without SP; false at the end. */
static bool
next_term(const char **at, const char *end, struct slice *part)
{
    const char *p = *at, *space;

    while (p < end && *p == ' ')
        p++;
    if (p == end)
        return false;
    space = memchr(p, ' ', (size_t)(end - p));
    *at = space == NULL ? end : space;
    *part = (struct slice){p, (size_t)(*at - p)};
    return true;
}

/* Room for terms, to begin with: they have some 16 octets each. */
static size_t
guess_terms(struct slice text)
{
    return text.n / 16 + 4;
}

/* Twice the room there is. */
static size_t
grow_terms(struct arena *arena, struct spfrecord *record, size_t room)
{
    struct spfterm *terms = ARENA_ARRAY(arena, struct spfterm, 2 * room);

    memcpy(terms, record->terms, room * sizeof(*terms));
    record->terms = terms;
    return 2 * room;
}

struct spfrecord *
spfrecord_parse(struct arena *arena, struct slice text)
{
    struct spfrecord *record = ARENA_NEW(arena, struct spfrecord);
    const char *at = text.p + VERSION_WORD.n, *end = text.p + text.n;
    size_t room = guess_terms(text);
    struct slice part;

    record->text = text;
    if (text.n > SPFRECORD_SIZE_MAX) {
        spfterm_fault(arena, record, SPFFAULT_TOO_LONG,
                      slice_from(text, SPFRECORD_SIZE_MAX),
                      "no TXT record is that long");
        return record;
    }
    record->terms = ARENA_ARRAY(arena, struct spfterm, room);
    while (next_term(&at, end, &part)) {
        if (record->term_count == room)
            room = grow_terms(arena, record, room);
        spfterm_parse(arena, record, part);
    }
    note_special(arena, record);
    return record;
}
