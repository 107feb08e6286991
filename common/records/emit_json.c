/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records as JSON, written group by group. */
#include "common/base/value.h"
#include "common/dns/answer.h"
#include "common/records/emit.h"

static void
begin(struct emit_state *state)
{
    strbuf_add_text(state->out, "{\"version\":1,\"command\":\"records\","
                                "\"groups\":[");
}

static void
begin_group(struct emit_state *state, const char *customer)
{
    struct arena *arena = arena_new();

    strbuf_add_text(state->out, state->groups > 0 ? ",\n" : "\n");
    strbuf_add_text(state->out, "{\"customer\":");
    value_json(value_text(arena, customer), 0, state->out);
    strbuf_add_text(state->out, ",\"records\":[");
    arena_free(arena);
}

static void
set_text(struct arena *arena, struct value *map, const char *name,
         const struct strbuf *text)
{
    value_set(map, name, value_slice(arena, strbuf_slice(text)));
}

static void
add_record(struct emit_state *state, const struct plan_record *record)
{
    struct record view = {.type = record->type, .data = record->data};
    struct arena *arena = arena_new();
    struct value *map = value_map(arena);
    struct strbuf text = STRBUF_INIT;

    value_set(map, "name",
              value_text(arena, name_dotted(arena, &record->owner)));
    rrtype_present(record->type, &text);
    set_text(arena, map, "type", &text);
    value_set(map, "ttl", value_number(arena, record->ttl));
    strbuf_cut(&text, 0);
    record_present(&view, &text);
    set_text(arena, map, "data", &text);
    strbuf_cut(&text, 0);
    emit_value(record, &text);
    set_text(arena, map, "value", &text);
    strbuf_add_text(state->out, state->records > 0 ? ",\n " : "\n ");
    value_json(map, 0, state->out);
    strbuf_clear(&text);
    arena_free(arena);
}

static void
end_group(struct emit_state *state)
{
    strbuf_add_text(state->out, "]}");
}

static void
end(struct emit_state *state)
{
    strbuf_add_text(state->out, "]}\n");
}

const struct emitter emit_json = {
    .name = "json",
    .begin = begin,
    .group = begin_group,
    .record = add_record,
    .ungroup = end_group,
    .end = end,
};
