/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forms of planned records, and what they share. */
#include "common/records/emit.h"

#include <string.h>

#include "common/dns/answer.h"

static const struct emitter *const emitters[] = {&emit_text, &emit_zone,
                                                 &emit_json};

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
emit_plan(const struct emitter *emitter, struct emit_state *state,
          const char *customer, const struct plan *plan)
{
    state->records = 0;
    emitter->group(state, customer);
    for (size_t i = 0; i < plan->count; i++) {
        emitter->record(state, &plan->records[i]);
        state->records++;
    }
    emitter->ungroup(state);
    state->groups++;
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
