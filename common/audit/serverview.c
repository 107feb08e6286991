/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each server says of a record. */
#include "common/audit/serverview.h"

#include "common/base/strbuf.h"

static const char *
present(struct arena *arena, const struct record *record)
{
    struct strbuf text = STRBUF_INIT;
    const char *out;

    record_present(record, &text);
    out = arena_text(arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return out;
}

/* What was found: aliases on the way, as in evidence, and records. */
static struct value *
data_value(struct arena *arena, const struct answer *answer)
{
    struct value *data = value_list(arena);

    for (size_t i = 0; i < answer->chain_count; i++)
        value_add(
            data,
            value_text(
                arena,
                arena_printf(arena, "%s %s",
                             answer->chain[i].type == RR_DNAME ? "DNAME"
                                                               : "CNAME",
                             name_dotted(arena, &answer->chain[i].target))));
    for (size_t i = 0; i < answer->record_count; i++)
        value_add(data,
                  value_text(arena, present(arena, &answer->records[i])));
    return data;
}

struct value *
serverview_value(struct arena *arena, const struct serverview *view)
{
    const struct answer *answer = view->answer;
    struct value *map = value_map(arena);
    bool has_ttl = answer->record_count + answer->chain_count > 0;

    value_set(map, "server", value_text(arena, answer->server));
    value_set(
        map, "role",
        value_text(arena, view->is_resolver ? "resolver" : "authoritative"));
    value_set(map, "state", value_text(arena, view->state));
    value_set(map, "outcome",
              value_text(arena, outcome_word(answer->outcome)));
    value_set(map, "ttl",
              has_ttl ? value_number(arena, answer_least_ttl(answer))
                      : value_null(arena));
    value_set(map, "data", data_value(arena, answer));
    return map;
}
