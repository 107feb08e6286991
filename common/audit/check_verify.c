/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The publish.* findings, and the contract's facts of verify. */
#include "common/audit/verify.h"

#include "common/audit/serverview.h"
#include "common/audit/verifyset.h"
#include "common/base/strbuf.h"
#include "common/records/nearmisskey.h"

static const char *
finish(struct arena *arena, struct strbuf *text)
{
    const char *out = arena_text(arena, strbuf_slice(text));

    strbuf_clear(text);
    return out;
}

/* RDATA in presentation form. */
static const char *
present(struct arena *arena, uint16_t type, struct slice data)
{
    struct record record = {.type = type, .data = data};
    struct strbuf text = STRBUF_INIT;

    record_present(&record, &text);
    return finish(arena, &text);
}

static const char *
type_word(struct arena *arena, uint16_t type)
{
    struct strbuf text = STRBUF_INIT;

    rrtype_present(type, &text);
    return finish(arena, &text);
}

/* ---- facts ---- */

static struct value *
server_value(struct arena *arena, const struct verify_server *server)
{
    struct serverview view = {server->answer, verify_word(server->state),
                              server->question.server.family == 0};

    return serverview_value(arena, &view);
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
    if (record->resolver.answer != NULL)
        value_add(servers, server_value(arena, &record->resolver));
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

/* ---- findings ---- */

struct checker {
    struct report *report;              /* grows */
    struct arena *arena;                /* of the run */
    const struct verify_record *record; /* the present one */
    const char *domain;                 /* the customer's */
};

/* Of the TXT record that is beside an alias or in its place. */
static struct value *
text_evidence(struct checker *c, const struct verify_server *server)
{
    struct question question = server->question;

    question.type = RR_TXT;
    return answer_evidence(c->arena, &question, server->text);
}

/* What every finding about a record carries. */
static struct finding *
raise(struct checker *c, enum finding_id id)
{
    const struct verify_record *record = c->record;
    const struct verify_expected *expected = record->expected;
    struct finding *finding =
        report_add(c->report, id, name_dotted(c->arena, &expected->owner));

    finding_word(finding, "type", type_word(c->arena, expected->type));
    for (size_t i = 0; i < expected->count; i++)
        finding_item(
            finding, "expected",
            slice_of(present(c->arena, expected->type, expected->data[i])));
    for (size_t i = 0; i < record->server_count; i++) {
        const struct verify_server *server = &record->servers[i];

        finding_evidence(finding, answer_evidence(c->arena, &server->question,
                                                  server->answer));
        if (server->text != NULL)
            finding_evidence(finding, text_evidence(c, server));
    }
    return finding;
}

static bool
is_diagnosis(const struct verify_record *record, const char *id)
{
    return record->diagnosis != NULL && strcmp(record->diagnosis->id, id) == 0;
}

/* How it is missing, where no mistake is known. */
static const char *
absence_word(const struct verify_record *record)
{
    for (size_t i = 0; i < record->server_count; i++)
        if (record->servers[i].answer->outcome == OUTCOME_NODATA
            || record->servers[i].answer->outcome == OUTCOME_FOUND)
            return "the name is there, without it";
    return "there is no such name";
}

/* "how to mend it; whose key it is; in the words of the DNS host's form". */
static void
add_advice(struct checker *c, struct finding *finding)
{
    const struct verify_record *record = c->record;
    struct strbuf note = STRBUF_INIT;

    if (record->diagnosis != NULL)
        strbuf_add_text(&note, record->diagnosis->fix);
    if (record->other != NULL)
        strbuf_addf(&note, "; it is the key of '%s'", record->other);
    if (record->hint != NULL) {
        strbuf_addf(&note, "%s%s", note.n > 0 ? "; " : "", record->hint);
        finding_word(finding, "hint", record->hint);
    }
    if (note.n > 0)
        finding_note(finding, arena_text(c->arena, strbuf_slice(&note)));
    strbuf_clear(&note);
}

static void
add_diagnosis(struct checker *c, struct finding *finding)
{
    const struct verify_record *record = c->record;
    const struct nearmiss *diagnosis = record->diagnosis;

    if (diagnosis == NULL) {
        finding_word(finding, "mistake", "other");
        finding_word(finding, "diagnosis",
                     record->counts[VERIFY_DIFFERENT] > 0
                         ? "it holds something else"
                         : absence_word(record));
    } else {
        finding_word(finding, "mistake", diagnosis->id);
        finding_word(finding, "diagnosis", diagnosis->sentence);
    }
    add_advice(c, finding);
}

/* Data that is not expected, each once whatever the number of servers. */
struct data_list {
    const char **texts; /* in presentation form, grown */
    size_t count;       /* of them */
};

/* A hostile answer has thousands; nobody reads more than a few. */
#define DATA_MAX 50

static void
add_datum(struct checker *c, struct data_list *list,
          const struct record *record)
{
    const char *text;

    if (list->count == DATA_MAX)
        return;
    text = present(c->arena, record->type, record->data);
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->texts[i], text) == 0)
            return;
    list->texts =
        arena_grow(c->arena, list->texts, list->count, sizeof(*list->texts));
    list->texts[list->count++] = text;
}

static void
add_data(struct checker *c, struct finding *finding)
{
    const struct verify_record *record = c->record;
    struct data_list list = {NULL, 0};

    for (size_t i = 0; i < record->server_count; i++) {
        const struct verify_server *server = &record->servers[i];
        const struct answer *answer =
            server->text != NULL ? server->text : server->answer;

        for (size_t k = 0; k < answer->record_count; k++)
            if (server->text != NULL
                || verifyset_is_extra(c->arena, record->expected,
                                      answer->records[k].data))
                add_datum(c, &list, &answer->records[k]);
    }
    for (size_t i = 0; i < list.count; i++)
        finding_item(finding, "data", slice_of(list.texts[i]));
}

/* Servers that do not have it as expected, for what reason ever. */
static void
add_servers(struct checker *c, struct finding *finding)
{
    const struct verify_record *record = c->record;

    finding_word(finding, "zone", name_bare(c->arena, &record->zone));
    for (size_t i = 0; i < record->server_count; i++)
        if (record->servers[i].state > VERIFY_EXTRA)
            finding_item(finding, "servers",
                         slice_of(record->servers[i].answer->server));
}

/* Two records of a kind are worse than one too many: none of them counts. */
static void
check_rivals(struct checker *c)
{
    static const enum finding_id ids[] = {
        [NEARMISS_KEY] = FIND_DKIM_MULTIPLE_RECORDS,
        [NEARMISS_POLICY] = FIND_DMARC_MULTIPLE_RECORDS,
        [NEARMISS_SPF] = FIND_SPF_MULTIPLE_RECORDS};
    const struct verify_expected *expected = c->record->expected;
    struct record wanted = {.type = expected->type, .data = expected->data[0]};
    enum nearmiss_kind kind;
    size_t most = 0;

    if (expected->type != RR_TXT)
        return;
    kind = nearmisskey_kind(record_text(c->arena, &wanted));
    for (size_t i = 0; i < c->record->server_count; i++) {
        size_t count = verifyset_count_kin(c->arena, expected,
                                           c->record->servers[i].answer);

        most = count > most ? count : most;
    }
    if (most > 1 && kind != NEARMISS_OTHER)
        finding_number(raise(c, ids[kind]), "count", (int64_t)most);
}

static void
check_extra(struct checker *c)
{
    struct finding *finding = raise(c, FIND_PUBLISH_EXTRA);

    if (c->record->expected->type == RR_CNAME)
        finding_word(finding, "type", "TXT");
    add_diagnosis(c, finding);
    add_data(c, finding);
    check_rivals(c);
}

/* Nobody has it as expected. */
static void
check_wrong(struct checker *c)
{
    const struct verify_record *record = c->record;
    struct finding *finding;

    if (is_diagnosis(record, "pasted-key")) {
        finding = raise(c, FIND_PUBLISH_PASTED_KEY);
        finding_word(finding, "target",
                     present(c->arena, record->expected->type,
                             record->expected->data[0]));
    } else {
        finding = raise(c, record->counts[VERIFY_DIFFERENT] > 0
                               ? FIND_PUBLISH_DIFFERS
                               : FIND_PUBLISH_MISSING);
        if (record->may_be_right)
            finding_set_unknown(finding);
    }
    add_diagnosis(c, finding);
    add_data(c, finding);
}

static void
add_failure(struct finding *finding, const char *words)
{
    finding_word(finding, "mistake", "other");
    finding_word(finding, "diagnosis", words);
}

/* Is it wrong only at resolvers, which were asked once the servers had it? */
static bool
only_resolvers_differ(const struct verify_record *record)
{
    for (size_t i = 0; i < record->server_count; i++)
        if (record->servers[i].question.server.family != 0
            && record->servers[i].state != VERIFY_SAME)
            return false;
    return true;
}

/* Some have it as expected and some do not, or do not say. */
static void
check_not_everywhere(struct checker *c)
{
    const struct verify_record *record = c->record;
    struct finding *finding = raise(c, FIND_PUBLISH_NOT_EVERYWHERE);
    bool is_wrong =
        record->counts[VERIFY_DIFFERENT] + record->counts[VERIFY_MISSING] > 0;
    bool is_good =
        record->counts[VERIFY_SAME] + record->counts[VERIFY_EXTRA] > 0;
    bool may_do = record->may_be_right || is_diagnosis(record, "pasted-key");

    add_servers(c, finding);
    if (is_wrong && only_resolvers_differ(record))
        add_failure(finding, "it may still remember what was there before");
    else if (is_wrong)
        add_diagnosis(c, finding);
    else if (record->failing > 0)
        add_failure(finding, "it fails to answer");
    else
        add_failure(finding, "no answer says it");
    /* All the servers may have the right key there, which will do. */
    if (is_wrong ? may_do && !is_good : record->failing == 0)
        finding_set_unknown(finding);
}

/* Nobody says that it is there or that it is not. */
static void
check_unknown(struct checker *c)
{
    struct finding *finding =
        finding_set_unknown(raise(c, FIND_PUBLISH_MISSING));

    add_failure(finding, c->record->failing > 0
                             ? "its servers fail to answer for it"
                             : "no answer says whether it is");
    if (c->record->problem != NULL)
        finding_note(finding, c->record->problem);
}

/* Worse than any difference. */
static void
check_private(struct checker *c)
{
    if (is_diagnosis(c->record, "private-key"))
        finding_word(raise(c, FIND_DKIM_KEY_PRIVATE), "domain", c->domain);
}

/* See verify.h for the table. */
static void
check_record(struct checker *c)
{
    const size_t *counts = c->record->counts;
    size_t good = counts[VERIFY_SAME] + counts[VERIFY_EXTRA];
    size_t wrong = counts[VERIFY_DIFFERENT] + counts[VERIFY_MISSING];

    if (counts[VERIFY_EXTRA] > 0)
        check_extra(c);
    if (wrong > 0 && good + counts[VERIFY_UNKNOWN] == 0)
        check_wrong(c);
    else if (good + wrong == 0)
        check_unknown(c);
    else if (wrong + counts[VERIFY_UNKNOWN] > 0)
        check_not_everywhere(c);
    check_private(c);
}

struct report *
verify_check(const struct verify_facts *facts, struct arena *arena)
{
    static const enum finding_id ids[] = {
        FIND_PUBLISH_MISSING, FIND_PUBLISH_DIFFERS, FIND_PUBLISH_EXTRA,
        FIND_PUBLISH_NOT_EVERYWHERE, FIND_PUBLISH_PASTED_KEY};
    struct checker c = {.report = report_new(arena),
                        .arena = arena,
                        .domain = name_bare(arena, &facts->input->domain)};
    bool known = true;

    for (size_t i = 0; i < facts->count; i++) {
        c.record = &facts->records[i];
        check_record(&c);
        known = known && c.record->server_count > 0
                && c.record->counts[VERIFY_UNKNOWN] == 0
                && !c.record->may_be_right;
    }
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
        report_decide(c.report, ids[i], known);
    report_sort(c.report);
    return c.report;
}
