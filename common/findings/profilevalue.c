/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a subject keeps to the rules of a profile, as the machine contract has
   it. */
#include "common/findings/profilerule.h"

static struct value *
result_value(struct arena *arena, const struct profilerule_result *result)
{
    struct value *map = value_map(arena), *list = value_list(arena);

    value_set(map, "rule", value_text(arena, result->name));
    value_set(map, "verdict",
              value_text(arena, profilerule_word(result->verdict)));
    value_set(map, "severity",
              value_text(arena, severity_word(result->severity)));
    value_set(map, "text", value_text(arena, result->text));
    value_set(map, "source", value_text(arena, result->source));
    value_set(map, "reason", value_text(arena, result->reason));
    for (size_t i = 0; i < result->finding_count; i++)
        value_add(list,
                  value_text(arena, finding_def(result->findings[i])->name));
    value_set(map, "findings", list);
    return map;
}

struct value *
profilerule_value(struct arena *arena, const struct profilerule_report *report)
{
    struct value *map = value_map(arena), *list = value_list(arena);

    value_set(map, "name", value_text(arena, report->profile));
    value_set(map, "title", value_text(arena, report->title));
    value_set(map, "as_of", value_text(arena, report->as_of));
    for (size_t i = 0; i < report->count; i++)
        value_add(list, result_value(arena, &report->results[i]));
    value_set(map, "rules", list);
    return map;
}
