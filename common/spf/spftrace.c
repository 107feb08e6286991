/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The trace of check_host() as values of the machine contract. */
#include "common/spf/spfcheck.h"

static struct value *
evidence(struct arena *arena, const struct spflookup *asked, size_t count)
{
    struct value *list = value_list(arena);

    for (size_t i = 0; i < count; i++)
        value_add(list,
                  answer_evidence(arena, asked[i].question, asked[i].answer));
    return list;
}

/* What the parts of a trace share. */
struct trace {
    struct arena *arena;          /* of the values */
    struct value *list;           /* the trace */
    const struct spfcheck *check; /* whose */
};

static struct value *
octets_or_null(struct arena *arena, struct slice text)
{
    return text.p == NULL ? value_null(arena) : value_octets(arena, text);
}

/* Members that visits and terms have alike. */
static struct value *
add_entry(const struct trace *trace, unsigned depth,
          const struct spfvisit *visit)
{
    struct arena *arena = trace->arena;
    struct value *entry = value_add(trace->list, value_map(arena));

    value_set(entry, "depth", value_number(arena, depth));
    value_set(entry, "domain", value_octets(arena, visit->domain));
    return entry;
}

static void
add_visit_entry(const struct trace *trace, unsigned depth,
                const struct spfvisit *visit)
{
    struct arena *arena = trace->arena;
    struct value *entry = add_entry(trace, depth, visit);
    const char *section = NULL;

    if (visit->section != NULL)
        section = arena_printf(arena, "RFC 7208 section %s", visit->section);
    value_set(entry, "term", value_null(arena));
    value_set(entry, "record",
              visit->record == NULL
                  ? value_null(arena)
                  : value_octets(arena, visit->record->text));
    value_set(entry, "outcome",
              value_text(arena, spfresult_word(visit->result)));
    value_set(entry, "reason", value_text(arena, visit->reason));
    value_set(entry, "section", value_text(arena, section));
    value_set(entry, "evidence",
              evidence(arena, visit->txt, visit->txt != NULL));
}

static void
add_step_entry(const struct trace *trace, unsigned depth,
               const struct spfvisit *visit, const struct spfstep *step)
{
    struct arena *arena = trace->arena;
    struct value *entry = add_entry(trace, depth, visit);
    bool has_target =
        step->term->kind != SPFTERM_ALL && step->term->network.family == 0;
    const char *reason = spfstep_reason(arena, step, &trace->check->ip);

    value_set(entry, "term", value_octets(arena, step->term->text));
    value_set(entry, "at", value_number(arena, (int64_t)step->term->at));
    value_set(entry, "target",
              has_target ? octets_or_null(arena, step->target)
                         : value_null(arena));
    value_set(entry, "cost", value_number(arena, step->is_lookup));
    value_set(entry, "void", value_bool(arena, step->is_void));
    value_set(entry, "lookups", value_number(arena, step->lookups));
    value_set(entry, "void_lookups", value_number(arena, step->voids));
    value_set(entry, "outcome", value_text(arena, spfmatch_word(step->match)));
    value_set(entry, "reason", value_text(arena, reason));
    value_set(entry, "section",
              value_text(arena, spfstep_section(arena, step)));
    value_set(entry, "evidence",
              evidence(arena, step->asked, step->asked_count));
}

/* A visit, its terms, and behind each term the visit it led to: as deep as
   there are lookups, at most. */
static void
add_visit(const struct trace *trace, unsigned depth,
          const struct spfvisit *visit)
{
    add_visit_entry(trace, depth, visit);
    for (size_t i = 0; i < visit->step_count; i++) {
        const struct spfstep *step = &visit->steps[i];

        add_step_entry(trace, depth, visit, step);
        if (step->nested != NULL)
            add_visit(trace, depth + 1, step->nested);
    }
}

struct value *
spfcheck_value(struct arena *arena, const struct spfcheck *check)
{
    struct value *map = value_map(arena);
    struct trace trace = {arena, NULL, check};

    value_set(map, "result", value_text(arena, spfresult_word(check->result)));
    value_set(map, "domain", value_text(arena, check->domain));
    value_set(map, "explanation", octets_or_null(arena, check->explanation));
    if (check->exp_problem != NULL)
        value_set(map, "explanation_problem",
                  value_text(arena, check->exp_problem));
    value_set(map, "lookups", value_number(arena, check->lookups));
    value_set(map, "void_lookups", value_number(arena, check->voids));
    trace.list = value_set(map, "trace", value_list(arena));
    add_visit(&trace, 0, check->visit);
    return map;
}
