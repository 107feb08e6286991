/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The publish.* findings, and the contract's facts of verify. */
#include "common/audit/verify.h"
#include "common/base/strbuf.h"

/* RDATA in presentation form. */
static const char *
present(struct arena *arena, uint16_t type, struct slice data)
{
    struct record record = {.type = type, .data = data};
    struct strbuf text = STRBUF_INIT;
    const char *out;

    record_present(&record, &text);
    out = arena_text(arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return out;
}

static const char *
type_word(struct arena *arena, uint16_t type)
{
    struct strbuf text = STRBUF_INIT;
    const char *out;

    rrtype_present(type, &text);
    out = arena_text(arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return out;
}

static struct value *
server_value(struct arena *arena, const struct verify_server *server)
{
    const struct answer *answer = server->answer;
    struct value *map = value_map(arena);
    struct value *data = value_list(arena);

    value_set(map, "server", value_text(arena, answer->server));
    value_set(map, "state", value_text(arena, verify_word(server->state)));
    value_set(map, "outcome",
              value_text(arena, outcome_word(answer->outcome)));
    value_set(map, "ttl",
              answer->record_count == 0
                  ? value_null(arena)
                  : value_number(arena, answer_least_ttl(answer)));
    for (size_t i = 0; i < answer->record_count; i++)
        value_add(data,
                  value_text(arena, present(arena, answer->records[i].type,
                                            answer->records[i].data)));
    value_set(map, "data", data);
    return map;
}

static struct value *
record_value(struct arena *arena, const struct verify_record *record)
{
    const struct verify_expected *expected = record->expected;
    struct value *map = value_map(arena);
    struct value *data = value_list(arena), *servers = value_list(arena);

    for (size_t i = 0; i < expected->count; i++)
        value_add(data, value_text(arena, present(arena, expected->type,
                                                  expected->data[i])));
    for (size_t i = 0; i < record->server_count; i++)
        value_add(servers, server_value(arena, &record->servers[i]));
    value_set(map, "name",
              value_text(arena, name_dotted(arena, &expected->owner)));
    value_set(map, "type",
              value_text(arena, type_word(arena, expected->type)));
    value_set(map, "expected", data);
    value_set(map, "state", value_text(arena, verify_word(record->state)));
    value_set(map, "diagnosis",
              value_text(arena, record->diagnosis == NULL
                                    ? NULL
                                    : record->diagnosis->id));
    value_set(map, "servers", servers);
    return map;
}

struct value *
verify_value(const struct verify_facts *facts, struct arena *arena)
{
    struct value *map = value_map(arena), *records = value_list(arena);

    for (size_t i = 0; i < facts->count; i++)
        value_add(records, record_value(arena, &facts->records[i]));
    value_set(map, "records", records);
    return map;
}

/* What every publish.* finding carries. */
static struct finding *
raise(struct report *report, enum finding_id id,
      const struct verify_record *record, struct arena *arena)
{
    const struct verify_expected *expected = record->expected;
    struct finding *finding =
        report_add(report, id, name_dotted(arena, &expected->owner));

    finding_word(finding, "type", type_word(arena, expected->type));
    for (size_t i = 0; i < expected->count; i++)
        finding_item(
            finding, "expected",
            slice_of(present(arena, expected->type, expected->data[i])));
    for (size_t i = 0; i < record->server_count; i++)
        finding_evidence(finding,
                         answer_evidence(arena, &record->servers[i].question,
                                         record->servers[i].answer));
    return finding;
}

static void
add_diagnosis(struct finding *finding, const struct verify_record *record)
{
    const struct nearmiss *diagnosis = record->diagnosis;

    finding_word(finding, "diagnosis",
                 diagnosis == NULL ? "it holds other data"
                                   : diagnosis->sentence);
    finding_word(finding, "mistake",
                 diagnosis == NULL ? "other" : diagnosis->id);
    if (diagnosis != NULL)
        finding_note(finding, diagnosis->fix);
}

static void
list_servers(struct finding *finding, const struct verify_record *record,
             bool wrong)
{
    for (size_t i = 0; i < record->server_count; i++) {
        const struct verify_server *server = &record->servers[i];

        if ((server->state != VERIFY_SAME) == wrong)
            finding_item(finding, "servers", slice_of(server->answer->server));
    }
}

static bool
some_server_is(const struct verify_record *record, enum verify_state state)
{
    for (size_t i = 0; i < record->server_count; i++)
        if (record->servers[i].state == state)
            return true;
    return false;
}

/* Found data that is not expected, for publish.extra. */
static void
list_data(struct finding *finding, const struct verify_record *record,
          struct arena *arena)
{
    const struct answer *answer = NULL;

    for (size_t i = 0; i < record->server_count && answer == NULL; i++)
        if (record->servers[i].state == record->state)
            answer = record->servers[i].answer;
    for (size_t i = 0; answer != NULL && i < answer->record_count; i++) {
        bool expected = false;

        for (size_t k = 0; k < record->expected->count; k++)
            expected = expected
                       || slice_equal(record->expected->data[k],
                                      answer->records[i].data);
        if (!expected)
            finding_item(finding, "data",
                         slice_of(present(arena, answer->records[i].type,
                                          answer->records[i].data)));
    }
}

static void
check_wrong(struct report *report, const struct verify_record *record,
            struct arena *arena)
{
    bool pasted = record->diagnosis != NULL
                  && strcmp(record->diagnosis->id, "pasted-key") == 0;
    bool missing =
        record->state == VERIFY_MISSING && record->diagnosis == NULL;
    struct finding *finding;

    if (some_server_is(record, VERIFY_SAME)
        || some_server_is(record, VERIFY_EXTRA)) {
        finding = raise(report, FIND_PUBLISH_NOT_EVERYWHERE, record, arena);
        finding_word(finding, "zone",
                     name_bare(arena, &record->expected->zone));
        list_servers(finding, record, true);
        return;
    }
    if (pasted) {
        finding = raise(report, FIND_PUBLISH_PASTED_KEY, record, arena);
        finding_word(
            finding, "target",
            present(arena, record->expected->type, record->expected->data[0]));
        return;
    }
    finding =
        raise(report, missing ? FIND_PUBLISH_MISSING : FIND_PUBLISH_DIFFERS,
              record, arena);
    if (!missing)
        add_diagnosis(finding, record);
    list_data(finding, record, arena);
}

/* Unknown: everywhere, or at some servers while the others have it. */
static void
check_unknown(struct report *report, const struct verify_record *record,
              struct arena *arena)
{
    bool some = some_server_is(record, VERIFY_SAME)
                || some_server_is(record, VERIFY_EXTRA);
    struct finding *finding = raise(
        report, some ? FIND_PUBLISH_NOT_EVERYWHERE : FIND_PUBLISH_MISSING,
        record, arena);

    finding_set_unknown(finding);
    if (some) {
        finding_word(finding, "zone",
                     name_bare(arena, &record->expected->zone));
        list_servers(finding, record, true);
    }
}

static void
check_record(struct report *report, const struct verify_record *record,
             struct arena *arena)
{
    if (record->state == VERIFY_UNKNOWN) {
        check_unknown(report, record, arena);
    } else if (record->state == VERIFY_EXTRA) {
        struct finding *finding =
            raise(report, FIND_PUBLISH_EXTRA, record, arena);

        list_data(finding, record, arena);
    } else if (record->state != VERIFY_SAME) {
        check_wrong(report, record, arena);
    }
}

struct report *
verify_check(const struct verify_facts *facts, struct arena *arena)
{
    static const enum finding_id ids[] = {
        FIND_PUBLISH_MISSING, FIND_PUBLISH_DIFFERS, FIND_PUBLISH_EXTRA,
        FIND_PUBLISH_NOT_EVERYWHERE, FIND_PUBLISH_PASTED_KEY};
    struct report *report = report_new(arena);
    bool known = true;

    for (size_t i = 0; i < facts->count; i++) {
        check_record(report, &facts->records[i], arena);
        known = known && facts->records[i].state != VERIFY_UNKNOWN;
    }
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
        report_decide(report, ids[i], known);
    report_sort(report);
    return report;
}
