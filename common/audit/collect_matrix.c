/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every server side by side: asking each, and comparing. */
#include "common/audit/collect_matrix.h"

#include "common/audit/collect_dkim.h"
#include "common/audit/serverview.h"
#include "common/base/strbuf.h"
#include "common/dns/answersame.h"
#include "common/dns/authority.h"

struct collector {
    struct view *view;             /* who is asked */
    struct arena *arena;           /* of the run */
    struct matrix_record *records; /* the result */
    size_t count;                  /* of them */
};

static void
add_answer(struct collector *c, const struct asked *asked, bool is_resolver)
{
    struct matrix_record *record = &c->records[c->count];
    struct matrix_answer *answers = arena_grow(
        c->arena, (void *)record->answers, record->count, sizeof(*answers));

    answers[record->count++] =
        (struct matrix_answer){.asked = *asked, .is_resolver = is_resolver};
    record->answers = answers;
}

static bool
has_data(const struct answer *answer)
{
    return answer->chain_count > 0 || answer->outcome == OUTCOME_FOUND;
}

/* Is it an answer about the name, so that it can be compared? */
static bool
tells(const struct answer *answer)
{
    return outcome_is_definite(answer->outcome) || answer->chain_count > 0;
}

/* What most servers say; of data said equally often, the first. */
static const struct answer *
usual_of(const struct matrix_record *record)
{
    const struct answer *usual = NULL;
    size_t most = 0;

    for (size_t i = 0; i < record->count; i++) {
        const struct answer *one = record->answers[i].asked.answer;
        size_t same = 0;

        for (size_t k = 0; k < record->count && has_data(one); k++) {
            const struct answer *other = record->answers[k].asked.answer;

            same += has_data(other) && answersame_copy(one, other);
        }
        if (same > most) {
            most = same;
            usual = one;
        }
    }
    return usual;
}

static const char *
state_of(const struct answer *answer, const struct answer *usual)
{
    if (!tells(answer))
        return "unknown";
    if (!has_data(answer))
        return "missing";
    return answersame_copy(answer, usual) ? "same" : "different";
}

/* The worst first. */
static const char *const states[] = {"different", "missing", "unknown",
                                     "same"};

static void
judge(struct matrix_record *record)
{
    struct matrix_answer *answers = (void *)record->answers;
    size_t worst = sizeof(states) / sizeof(states[0]) - 1;

    record->usual = usual_of(record);
    for (size_t i = 0; i < record->count; i++) {
        answers[i].state = state_of(answers[i].asked.answer, record->usual);
        for (size_t k = 0; k < worst; k++)
            if (strcmp(answers[i].state, states[k]) == 0)
                worst = k;
    }
    record->state = states[worst];
}

static void
add_record(struct collector *c, const struct name *name, uint16_t type)
{
    struct matrix_record *record = &c->records[c->count];
    const struct authority *authority = authority_find(c->view, name);
    const struct authority_answer *answers = NULL;
    struct asked asked = asked_lookup(c->view, name, type);
    size_t count = 0;

    *record = (struct matrix_record){.name = *name, .type = type};
    if (authority->state == AUTHORITY_KNOWN)
        answers = authority_ask_all(c->view, authority, name, type, &count);
    for (size_t i = 0; i < count; i++) {
        struct asked direct = {answers[i].question, answers[i].answer};

        add_answer(c, &direct, false);
    }
    add_answer(c, &asked, true);
    judge(record);
    /* A domain without MX is no domain that lacks one. */
    if (type != RR_MX || record->usual != NULL
        || strcmp(record->state, "missing") != 0)
        c->count++;
}

static void
collect(struct facts *facts, struct view *view)
{
    const struct name *domain = &facts->input->domain;
    const struct dkim_facts *dkim = facts->dkim;
    struct arena *arena = view_run_arena(view);
    struct matrix_facts *matrix = ARENA_NEW(arena, struct matrix_facts);
    struct collector c = {.view = view, .arena = arena};
    struct name name;

    facts->matrix = matrix;
    if (!facts->input->compare_servers)
        return;
    c.records = ARENA_ARRAY(arena, struct matrix_record, MATRIX_RECORDS_MAX);
    add_record(&c, domain, RR_TXT);
    add_record(&c, domain, RR_MX);
    if (name_prepend(&name, SLICE("_dmarc"), domain) == ST_OK)
        add_record(&c, &name, RR_TXT);
    for (size_t i = 0; i < dkim->count && c.count < MATRIX_RECORDS_MAX; i++)
        if (dkim->selectors[i].is_listed
            && asked_is(&dkim->selectors[i].asked))
            add_record(&c, &dkim->selectors[i].name, RR_TXT);
    matrix->records = c.records;
    matrix->count = c.count;
}

static struct value *
record_value(struct arena *arena, const struct matrix_record *record)
{
    struct value *map = value_map(arena), *servers = value_list(arena);
    struct strbuf type = STRBUF_INIT;

    rrtype_present(record->type, &type);
    value_set(map, "name",
              value_text(arena, name_dotted(arena, &record->name)));
    value_set(map, "type", value_slice(arena, strbuf_slice(&type)));
    strbuf_clear(&type);
    value_set(map, "state", value_text(arena, record->state));
    for (size_t i = 0; i < record->count; i++) {
        const struct matrix_answer *one = &record->answers[i];
        struct serverview view = {one->asked.answer, one->state,
                                  one->is_resolver};

        value_add(servers, serverview_value(arena, &view));
    }
    value_set(map, "servers", servers);
    return map;
}

/* Only where it was asked for: a member more for each record. */
static struct value *
matrix_value(const struct facts *facts, struct arena *arena)
{
    struct value *list;

    if (!facts->input->compare_servers)
        return NULL;
    list = value_list(arena);
    for (size_t i = 0; i < facts->matrix->count; i++)
        value_add(list, record_value(arena, &facts->matrix->records[i]));
    return list;
}

/* That servers differ is told by the checks of each area. */
static void
check(const struct facts *facts, struct report *report)
{
    (void)facts;
    (void)report;
}

const struct audit_area area_matrix = {"records", collect, matrix_value,
                                       check};
