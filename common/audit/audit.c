/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All areas of an audit, one after the other. */
#include "common/audit/audit.h"

#include <string.h>

#include "common/audit/check_expect.h"
#include "common/audit/expect.h"
#include "common/audit/providers.h"
#include "common/findings/families.h"

/* In the order in which facts are printed. */
static const struct audit_area *const areas[] = {
    &area_spf,     &area_dkim,      &area_dmarc,  &area_delegation,
    &area_hygiene, &area_transport, &area_matrix,
};

/* Selectors are asked before any area asks for `_domainkey`, and both before
   delegation, so that controls learnt in one area serve the next. */
static const struct audit_area *const collected[] = {
    &area_dkim,    &area_spf,       &area_dmarc,  &area_delegation,
    &area_hygiene, &area_transport, &area_matrix,
};

#define AREA_COUNT (sizeof(areas) / sizeof(areas[0]))

bool
audit_sender(const struct audit_input *input, struct name *domain)
{
    const char *text = input->mail_from;
    const char *at = text == NULL ? NULL : strrchr(text, '@');

    return text != NULL && text[0] != '\0'
           && name_from_user(domain, at == NULL ? text : at + 1, NULL)
                  == ST_OK;
}

/* A selector that is expected somewhere is one that somebody asserts. */
static const struct audit_input *
expected_input(const struct audit_input *input, struct arena *arena)
{
    struct audit_input *copy = ARENA_NEW(arena, struct audit_input);
    struct audit_selector *list = NULL;
    struct name domainkey;
    size_t n = 0;

    if (name_prepend(&domainkey, SLICE("_domainkey"), &input->domain) != ST_OK)
        return input;
    for (const struct expect_row *row =
             expect_of(input->expect, &input->domain);
         row != NULL; row = row->next) {
        const char *text = name_bare(arena, &row->name);

        if (!name_is_under(&row->name, &domainkey)
            || name_equal(&row->name, &domainkey))
            continue;
        list = arena_grow(arena, list, n, sizeof(*list));
        list[n++] = (struct audit_selector){
            .selector = arena_text(
                arena, slice_sub(slice_of(text), 0,
                                 strlen(text) - 1
                                     - strlen(name_bare(arena, &domainkey)))),
            .origin = SELECTOR_EXPECTED};
    }
    if (n == 0)
        return input;
    *copy = *input;
    copy->selectors = list;
    for (size_t i = 0; i < input->selector_count; i++) {
        list = arena_grow(arena, list, n, sizeof(*list));
        list[n++] = input->selectors[i];
    }
    copy->selectors = list;
    copy->selector_count = n;
    return copy;
}

struct facts *
audit_collect(const struct audit_input *input, struct view *view)
{
    struct facts *facts = ARENA_NEW(view_run_arena(view), struct facts);

    facts->input =
        providers_input(expected_input(input, view_run_arena(view)), view);
    for (size_t i = 0; i < AREA_COUNT; i++)
        collected[i]->collect(facts, view);
    return facts;
}

struct value *
audit_value(const struct facts *facts, struct arena *arena)
{
    struct value *map = value_map(arena);

    for (size_t i = 0; i < AREA_COUNT; i++) {
        struct value *part =
            areas[i]->value == NULL ? NULL : areas[i]->value(facts, arena);

        if (part != NULL)
            value_set(map, areas[i]->name, part);
    }
    return map;
}

struct report *
audit_check(const struct facts *facts, struct arena *arena)
{
    struct report *report = report_new(arena);

    for (size_t i = 0; i < AREA_COUNT; i++)
        areas[i]->check(facts, report);
    check_expect(facts, report);
    families_note(report);
    report_sort(report);
    return report;
}
