/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records as a zone file: RFC 1035 section 5, a record a line. */
#include "common/dns/answer.h"
#include "common/records/emit.h"

static void
add_record(struct emit_state *state, const struct plan_record *record)
{
    struct record view = {.type = record->type, .data = record->data};

    name_present(&record->owner, state->out);
    strbuf_addf(state->out, "\t%u\tIN\t", record->ttl);
    rrtype_present(record->type, state->out);
    strbuf_add_char(state->out, '\t');
    record_present(&view, state->out);
    strbuf_add_char(state->out, '\n');
}

const struct emitter emit_zone = {
    .name = "zone",
    .record = add_record,
    .is_ours = true,
};
