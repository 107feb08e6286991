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

static size_t
count_terms(struct slice text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.n; i++)
        count += text.p[i] != ' ' && (i == 0 || text.p[i - 1] == ' ');
    return count;
}

struct spfrecord *
spfrecord_parse(struct arena *arena, struct slice text)
{
    struct spfrecord *record = ARENA_NEW(arena, struct spfrecord);
    struct slice rest = slice_from(text, VERSION_WORD.n), part;

    record->text = text;
    if (text.n > SPFRECORD_SIZE_MAX) {
        spfterm_fault(arena, record, SPFFAULT_TOO_LONG,
                      slice_from(text, SPFRECORD_SIZE_MAX),
                      "no TXT record is that long");
        return record;
    }
    record->terms = ARENA_ARRAY(arena, struct spfterm, count_terms(rest));
    while (slice_next(&rest, ' ', &part))
        if (part.n > 0)
            spfterm_parse(arena, record, part);
    note_special(arena, record);
    return record;
}
