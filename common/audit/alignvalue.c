/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An alignment plan as the machine contract has it. */
#include "common/audit/align.h"

static const char *const rules_words[ALIGN_RULES] = {"rfc9989", "rfc7489"};

struct value *
align_truth_value(struct arena *arena, enum align_truth truth)
{
    return truth == ALIGN_CANNOT_TELL ? value_null(arena)
                                      : value_bool(arena, truth == ALIGN_YES);
}

static struct value *
name_value(struct arena *arena, const struct name *name)
{
    return value_text(arena, name_bare(arena, name));
}

static struct value *
policy_value(struct arena *arena, const struct align *align, int rules)
{
    const struct align_policy *policy = &align->policies[rules];
    const struct discovery_policy *found = policy->found;
    struct value *map = value_map(arena);
    bool has = policy->is_known && policy->exists;

    value_set(map, "state",
              value_text(arena, policy->is_known ? "known" : "unknown"));
    value_set(map, "org_domain",
              found->org_is_known ? name_value(arena, &found->org)
                                  : value_null(arena));
    value_set(map, "found_at",
              value_text(arena, has ? name_dotted(
                                    arena, &found->step->asked.question.name)
                                    : NULL));
    value_set(map, "policy",
              value_text(arena, has ? dmarcpolicy_word(found->policy) : NULL));
    value_set(map, "adkim",
              value_text(arena, !has                  ? NULL
                                : policy->strict_dkim ? "s"
                                                      : "r"));
    value_set(map, "aspf",
              value_text(arena, !has                 ? NULL
                                : policy->strict_spf ? "s"
                                                     : "r"));
    value_set(map, "result",
              value_text(arena, align->input->claim_count > 0
                                    ? align_result_word(align->results[rules])
                                    : NULL));
    return map;
}

static struct value *
row_value(struct arena *arena, const struct align_row *row)
{
    struct value *map = value_map(arena);

    value_set(map, "kind",
              value_text(arena, align_kind_word(row->claim->kind)));
    value_set(map, "domain", name_value(arena, &row->claim->domain));
    value_set(map, "counts", value_bool(arena, row->claim->counts));
    for (int i = 0; i < ALIGN_RULES; i++) {
        const struct align_cell *cell = &row->cells[i];
        struct value *one = value_map(arena);

        value_set(one, "relaxed", align_truth_value(arena, cell->relaxed));
        value_set(one, "strict", align_truth_value(arena, cell->strict));
        value_set(one, "aligned", align_truth_value(arena, cell->in_force));
        value_set(map, rules_words[i], one);
    }
    return map;
}

static struct value *
changes_value(struct arena *arena, const struct align *align)
{
    static const char *const words[] = {"sign", "mailfrom", "relax",
                                        "publish"};
    struct value *list = value_list(arena);

    for (size_t i = 0; i < align->change_count; i++) {
        const struct align_change *change = &align->changes[i];
        bool is_record =
            change->kind == ALIGN_RELAX || change->kind == ALIGN_PUBLISH;
        struct value *map = value_map(arena);

        value_set(map, "change", value_text(arena, words[change->kind]));
        value_set(map, "at",
                  value_text(arena, is_record ? name_dotted(arena, &change->at)
                                              : NULL));
        value_set(map, "value", value_text(arena, change->value));
        value_add(list, map);
    }
    return list;
}

static struct value *
reach_value(struct arena *arena, const struct align *align)
{
    struct value *list = value_list(arena);

    for (size_t i = 0; i < align->reach_count; i++) {
        struct value *map = value_map(arena);

        value_set(map, "from", name_value(arena, &align->reach[i].author));
        for (int k = 0; k < ALIGN_RULES; k++)
            value_set(map, rules_words[k],
                      align_truth_value(arena, align->reach[i].aligned[k]));
        value_add(list, map);
    }
    return list;
}

static struct value *
remedies_value(struct arena *arena, const struct align *align)
{
    struct value *list = value_list(arena);

    for (size_t i = 0; i < align->remedy_count; i++) {
        const struct align_remedy *remedy = &align->remedies[i];
        struct value *map = value_map(arena);

        value_set(map, "at",
                  value_text(arena, name_dotted(arena, &remedy->at)));
        value_set(map, "value", value_text(arena, remedy->value));
        for (int k = 0; k < ALIGN_RULES; k++)
            value_set(map, rules_words[k],
                      value_bool(arena, remedy->confines[k]));
        value_add(list, map);
    }
    return list;
}

static struct value *
measures_value(struct arena *arena, const struct align *align)
{
    struct value *list = value_list(arena);

    for (size_t i = 0; i < ALIGN_MEASURES; i++) {
        const struct align_measure *measure = &align->measures[i];
        struct value *map = value_map(arena);

        value_set(map, "tag", value_text(arena, measure->tag));
        for (int k = 0; k < ALIGN_RULES; k++)
            value_set(map, rules_words[k],
                      value_bool(arena, measure->confines[k]));
        value_add(list, map);
    }
    return list;
}

static struct value *
containment_value(struct arena *arena, const struct align *align)
{
    struct value *map = value_map(arena), *confined = value_map(arena);

    if (align->input->delegated.size == 0)
        return value_null(arena);
    value_set(map, "delegated", name_value(arena, &align->input->delegated));
    for (int i = 0; i < ALIGN_RULES; i++)
        value_set(confined, rules_words[i],
                  align_truth_value(arena, align->confined[i]));
    value_set(map, "confined", confined);
    value_set(map, "signs_as", reach_value(arena, align));
    value_set(map, "records", remedies_value(arena, align));
    value_set(map, "measures", measures_value(arena, align));
    return map;
}

void
align_value(struct arena *arena, const struct align *align, struct value *map)
{
    struct value *rows = value_list(arena);

    value_set(map, "from", name_value(arena, &align->input->from));
    for (int i = 0; i < ALIGN_RULES; i++)
        value_set(map, rules_words[i], policy_value(arena, align, i));
    for (size_t i = 0; i < align->input->claim_count; i++)
        value_add(rows, row_value(arena, &align->rows[i]));
    value_set(map, "identifiers", rows);
    value_set(map, "changes", changes_value(arena, align));
    value_set(map, "containment", containment_value(arena, align));
}
