/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forms of planned records, and what they share. */
#include "common/records/emit.h"

#include <string.h>

#include "common/dns/answer.h"

static const struct emitter *const emitters[] = {
    &emit_text,     &emit_zone,       &emit_json,    &emit_csv,
    &emit_markdown, &emit_html,       &emit_tinydns, &emit_nsupdate,
    &emit_knotc,    &emit_pdnsutil,   &emit_pdnsapi, &emit_route53,
    &emit_google,   &emit_cloudflare, &emit_azure,   &emit_octodns};

const struct emitter *
emit_each(size_t i)
{
    return i < sizeof(emitters) / sizeof(emitters[0]) ? emitters[i] : NULL;
}

const struct emitter *
emit_find(const char *name)
{
    const struct emitter *emitter;

    for (size_t i = 0; (emitter = emit_each(i)) != NULL; i++)
        if (strcmp(emitter->name, name) == 0)
            return emitter;
    return NULL;
}

void
emit_begin(const struct emitter *emitter, struct emit_state *state)
{
    if (emitter->begin != NULL)
        emitter->begin(state);
}

void
emit_end(const struct emitter *emitter, struct emit_state *state)
{
    if (emitter->end != NULL)
        emitter->end(state);
}

bool
emit_is_apex(const struct emit_rrset *rrset)
{
    const struct plan_record *first = rrset->records[0];

    return first->type == RR_SOA
           || (first->type == RR_NS
               && name_equal(&first->owner, &rrset->zone));
}

void
emit_zone_of(const struct emit_state *state, const struct plan_record *record,
             struct name *zone)
{
    /* The registry has checked the domain's name. */
    if (record->side == NULL
        || name_parse(zone, slice_of(record->side->name), NULL) != ST_OK)
        *zone = *state->origin;
}

/* Those of records[first..end) that are of the type of the first. */
static void
emit_rrset(const struct emitter *emitter, struct emit_state *state,
           const struct plan_record *first, const struct plan_record *end,
           const struct plan_record **room)
{
    struct emit_rrset rrset = {.records = room};

    for (const struct plan_record *one = first; one < end; one++)
        if (one->type == first->type)
            room[rrset.count++] = one;
    emit_zone_of(state, first, &rrset.zone);
    emitter->rrset(state, &rrset);
    state->records++;
}

static bool
has_type(const struct plan_record *record, const struct plan_record *end,
         uint16_t type)
{
    for (; record < end; record++)
        if (record->type == type)
            return true;
    return false;
}

/* One name's records follow one another: a name is of one pattern. */
static void
emit_rrsets(const struct emitter *emitter, struct emit_state *state,
            const struct plan *plan)
{
    struct arena *arena = arena_new();
    const struct plan_record **room =
        ARENA_ARRAY(arena, const struct plan_record *, plan->count);
    const struct plan_record *last = plan->records + plan->count;

    for (const struct plan_record *run = plan->records, *end; run < last;
         run = end) {
        for (end = run + 1;
             end < last && name_equal(&end->owner, &run->owner);)
            end++;
        for (const struct plan_record *one = run; one < end; one++)
            if (!has_type(run, one, one->type))
                emit_rrset(emitter, state, one, end, room);
    }
    arena_free(arena);
}

void
emit_plan(const struct emitter *emitter, struct emit_state *state,
          const char *customer, const struct plan *plan)
{
    state->records = 0;
    if (emitter->group != NULL)
        emitter->group(state, customer);
    if (emitter->rrset != NULL)
        emit_rrsets(emitter, state, plan);
    for (size_t i = 0; emitter->record != NULL && i < plan->count; i++) {
        emitter->record(state, &plan->records[i]);
        state->records++;
    }
    if (emitter->ungroup != NULL)
        emitter->ungroup(state);
    state->groups++;
}

void
emit_data(const struct plan_record *record, struct strbuf *out)
{
    struct record view = {.type = record->type, .data = record->data};

    record_present(&view, out);
}

void
emit_host(const struct name *owner, const struct name *zone,
          struct strbuf *out)
{
    struct strbuf suffix = STRBUF_INIT;

    if (name_equal(owner, zone)) {
        strbuf_add_char(out, '@');
        return;
    }
    name_present(owner, out);
    strbuf_cut(out, out->n - 1);
    /* Its text ends as that of the zone, which has a final dot still. */
    if (zone->labels > 0 && name_is_under(owner, zone)) {
        name_present(zone, &suffix);
        strbuf_cut(out, out->n - suffix.n);
    }
    strbuf_clear(&suffix);
}

void
emit_value(const struct plan_record *record, struct strbuf *out)
{
    struct record view = {.type = record->type, .data = record->data};
    struct slice string;
    size_t position = 0;

    if (record->type != RR_TXT && record->type != RR_SPF) {
        record_present(&view, out);
        return;
    }
    while (record_string(&view, &position, &string))
        strbuf_add_presented(out, string);
}
