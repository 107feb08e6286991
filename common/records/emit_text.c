/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records as people enter them into a DNS panel. */
#include "common/records/emit.h"

static void
begin_group(struct emit_state *state, const char *customer)
{
    strbuf_addf(state->out, "%s%s%s\n", state->groups > 0 ? "\n" : "",
                customer == NULL ? "" : "customer ",
                customer == NULL ? "the ESP's own records" : customer);
}

static void
add_record(struct emit_state *state, const struct plan_record *record)
{
    strbuf_add_text(state->out, "\n  name   ");
    name_present(&record->owner, state->out);
    if (record->owner.labels > 0)
        strbuf_cut(state->out, state->out->n - 1);
    strbuf_add_text(state->out, "\n  type   ");
    rrtype_present(record->type, state->out);
    strbuf_add_text(state->out, "\n  value  ");
    emit_value(record, state->out);
    strbuf_add_char(state->out, '\n');
}

const struct emitter emit_text = {
    .name = "text",
    .group = begin_group,
    .record = add_record,
};
