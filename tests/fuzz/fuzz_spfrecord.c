/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: SPF records, their macros, and what only looks like one. */
#include <stdlib.h>

#include "common/base/strbuf.h"
#include "common/spf/spfrecord.h"
#include "common/spf/spfselect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
    if (!holds)
        abort();
}

static bool
is_within(struct slice part, struct slice whole)
{
    return part.p == NULL
           || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

static void
expand(const struct spfmacro *macro, struct slice text)
{
    struct spfmacro_values values = {
        .sender = text,
        .local = slice_sub(text, 0, 64),
        .sender_domain = SLICE("example.com"),
        .domain = slice_sub(text, 0, 253),
        .validated = SLICE("unknown"),
        .helo = SLICE("mta.example.com"),
        .receiver = SLICE("unknown"),
        .ip = {.family = text.n % 2 == 0 ? 4 : 6},
    };
    struct strbuf out = STRBUF_INIT;

    spfmacro_expand_domain(macro, &values, &out);
    demand(out.n <= SPFMACRO_DOMAIN_MAX);
    strbuf_cut(&out, 0);
    spfmacro_expand(macro, &values, SPFMACRO_EXPLANATION_MAX, &out);
    demand(out.n <= SPFMACRO_EXPLANATION_MAX);
    strbuf_clear(&out);
}

static void
look_at(struct arena *arena, struct slice text)
{
    const struct spfrecord *record = spfrecord_parse(arena, text);

    demand(record->fault_count <= SPFRECORD_FAULTS_MAX);
    demand((record->faults_all > 0) == (record->fault_count > 0));
    for (size_t i = 0; i < record->fault_count; i++) {
        demand(record->faults[i].length > 0);
        demand(record->faults[i].at < text.n);
    }
    for (size_t i = 0; i < record->term_count; i++) {
        const struct spfterm *term = &record->terms[i];

        demand(is_within(term->text, text));
        demand(is_within(term->name, term->text));
        demand(is_within(term->value, term->text));
        demand(!term->has_spec || term->is_broken || term->macro != NULL);
        demand(term->bits4 <= 32 && term->bits6 <= 128);
        if (term->macro != NULL)
            expand(term->macro, text);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size};
    struct arena *arena = arena_new();
    struct spflookalike like;
    struct spfmacro_fault fault;
    struct spfmacro macro;

    if (spfselect_resembles(text, &like)) {
        demand(!spfrecord_is_record(text));
        demand(like.at + like.length <= text.n);
    }
    if (spfrecord_is_record(text))
        look_at(arena, text);
    if (spfmacro_parse(arena, text, SPFMACRO_EXPLANATION, &macro, &fault)
        == ST_OK)
        expand(&macro, text);
    else
        demand(fault.from + fault.length <= text.n);
    arena_free(arena);
    return 0;
}
