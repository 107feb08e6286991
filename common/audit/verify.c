/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is published against what should be: asking and comparing. */
#include "common/audit/verify.h"

#include "common/dns/authority.h"
#include "common/records/nearmisstext.h"

const char *
verify_word(enum verify_state state)
{
    static const char *const words[] = {"same", "extra", "different",
                                        "missing", "unknown"};

    return words[state];
}

/* RDATA as it counts: TXT joined, names without regard to case, the rest as
   it is. */
static bool
same_data(struct arena *arena, uint16_t type, struct slice a, struct slice b)
{
    struct record one = {.type = type, .data = a};
    struct record two = {.type = type, .data = b};
    struct name name_one, name_two;
    uint16_t preference_one = 0, preference_two = 0;

    if (type == RR_TXT || type == RR_SPF)
        return slice_equal(record_text(arena, &one), record_text(arena, &two));
    if (type == RR_MX)
        return record_mx(&one, &preference_one, &name_one)
               && record_mx(&two, &preference_two, &name_two)
               && preference_one == preference_two
               && name_equal(&name_one, &name_two);
    if (record_target(&one, &name_one) && record_target(&two, &name_two))
        return name_equal(&name_one, &name_two);
    return slice_equal(a, b);
}

static bool
answer_has(struct arena *arena, const struct answer *answer, uint16_t type,
           struct slice data)
{
    for (size_t i = 0; i < answer->record_count; i++)
        if (same_data(arena, type, answer->records[i].data, data))
            return true;
    return false;
}

static bool
is_expected(struct arena *arena, const struct verify_expected *expected,
            struct slice data)
{
    for (size_t i = 0; i < expected->count; i++)
        if (same_data(arena, expected->type, expected->data[i], data))
            return true;
    return false;
}

static bool
starts_as_expected(struct arena *arena, const struct verify_expected *expected,
                   const struct record *record)
{
    struct record wanted = {.type = expected->type, .data = expected->data[0]};

    return nearmisstext_is_kin(record_text(arena, record),
                               record_text(arena, &wanted));
}

/*
 * Is a record beside the expected ones one too many?  TXT at a host name is
 * shared with verification tokens and the like: there only a second record
 * of the same kind counts.
 */
static bool
is_extra(struct arena *arena, const struct verify_expected *expected,
         const struct record *record)
{
    if (is_expected(arena, expected, record->data))
        return false;
    return expected->type != RR_TXT || !name_is_host(&expected->owner)
           || starts_as_expected(arena, expected, record);
}

/* At a host name, is there any record that was meant to be the expected
   one? */
static enum verify_state
absent_or_different(struct arena *arena,
                    const struct verify_expected *expected,
                    const struct answer *answer)
{
    for (size_t i = 0; i < answer->record_count; i++)
        if (is_extra(arena, expected, &answer->records[i]))
            return VERIFY_DIFFERENT;
    return VERIFY_MISSING;
}

static enum verify_state
compare(struct arena *arena, const struct verify_expected *expected,
        const struct answer *answer)
{
    size_t seen = 0;

    if (outcome_is_failure(answer->outcome)
        || answer->outcome == OUTCOME_PENDING)
        return VERIFY_UNKNOWN;
    /* What is behind an alias is another name's record, and may be nobody's
       that the server asked can speak of. */
    if (answer->chain_count > 0 && expected->type != RR_CNAME)
        return VERIFY_DIFFERENT;
    if (outcome_is_absent(answer->outcome))
        return VERIFY_MISSING;
    for (size_t i = 0; i < expected->count; i++)
        seen += answer_has(arena, answer, expected->type, expected->data[i])
                    ? 1
                    : 0;
    if (seen == 0)
        return absent_or_different(arena, expected, answer);
    if (seen < expected->count)
        return VERIFY_DIFFERENT;
    for (size_t i = 0; i < answer->record_count; i++)
        if (is_extra(arena, expected, &answer->records[i]))
            return VERIFY_EXTRA;
    return VERIFY_SAME;
}

/* The resolvers' answer, where no authoritative server can be asked. */
static void
ask_resolvers(struct view *view, const struct verify_expected *expected,
              struct verify_record *record)
{
    struct verify_server *server =
        ARENA_NEW(view_run_arena(view), struct verify_server);

    server->question = question_recursive(&expected->owner, expected->type);
    server->answer = view_lookup(view, &expected->owner, expected->type);
    record->servers = server;
    record->server_count = 1;
}

/* The worst of what servers say, and whether they agree. */
static void
judge(struct arena *arena, struct verify_record *record)
{
    struct verify_server *servers = (struct verify_server *)record->servers;
    bool unknown = false;

    record->everywhere = true;
    /* Nobody could be asked: nothing is known. */
    record->state = record->server_count == 0 ? VERIFY_UNKNOWN : VERIFY_SAME;
    for (size_t i = 0; i < record->server_count; i++) {
        enum verify_state state =
            compare(arena, record->expected, servers[i].answer);

        servers[i].state = state;
        record->everywhere = record->everywhere && state == servers[0].state;
        if (state == VERIFY_UNKNOWN)
            unknown = true;
        else if (state > record->state)
            record->state = state;
    }
    if (unknown && record->state <= VERIFY_EXTRA)
        record->state = VERIFY_UNKNOWN;
}

/* One more row behind the servers': what resolvers see of it by now. */
static void
add_resolvers(struct view *view, struct verify_record *record)
{
    struct arena *arena = view_run_arena(view);
    size_t n = record->server_count;
    struct verify_server *servers =
        ARENA_ARRAY(arena, struct verify_server, n + 1);
    struct verify_record resolvers = {0};

    memcpy(servers, record->servers, n * sizeof(*servers));
    ask_resolvers(view, record->expected, &resolvers);
    servers[n] = resolvers.servers[0];
    record->servers = servers;
    record->server_count = n + 1;
    judge(arena, record);
}

static void
ask_servers(struct view *view, const struct authority *authority,
            const struct verify_expected *expected,
            struct verify_record *record)
{
    size_t count = 0;
    const struct authority_answer *answers = authority_ask_all(
        view, authority, &expected->owner, expected->type, &count);
    struct verify_server *servers =
        ARENA_ARRAY(view_run_arena(view), struct verify_server, count);

    for (size_t i = 0; i < count; i++) {
        servers[i].question = answers[i].question;
        servers[i].answer = answers[i].answer;
    }
    record->servers = servers;
    record->server_count = count;
    record->authoritative = true;
}

/* The text that the table of near misses compares with. */
static struct slice
expected_text(struct arena *arena, const struct verify_expected *expected)
{
    struct record record = {.type = expected->type, .data = expected->data[0]};
    struct name target;

    if (expected->type == RR_TXT)
        return record_text(arena, &record);
    if (record_target(&record, &target))
        return slice_of(name_dotted(arena, &target));
    return SLICE_EMPTY;
}

/* The same question again, to whoever was asked first. */
static const struct answer *
ask_like(struct view *view, const struct verify_record *record,
         const struct name *name, uint16_t type)
{
    struct question question = record->servers[0].question;

    question.name = *name;
    question.type = type;
    return view_ask(view, &question);
}

static const struct answer *
ask_below(struct view *view, const struct verify_record *record,
          struct slice labels, const struct name *base)
{
    struct name name;

    if (name_prepend(&name, labels, base) != ST_OK)
        return NULL;
    return ask_like(view, record, &name, record->expected->type);
}

static const struct answer *
ask_doubled(struct view *view, const struct verify_record *record)
{
    const struct verify_expected *expected = record->expected;
    struct name name;

    if (name_rebase(&name, &expected->owner, &name_root, &expected->zone)
        != ST_OK)
        return NULL;
    return ask_like(view, record, &name, expected->type);
}

static const struct answer *
ask_control(struct view *view, const struct verify_record *record)
{
    char label[VIEW_LABEL_SIZE];
    struct name parent;

    if (!name_parent(&parent, &record->expected->owner))
        return NULL;
    view_random_label(view, "verify-wildcard", 0, label);
    return ask_below(view, record, slice_of(label), &parent);
}

/* Texts expected at the other names: swapped selectors. */
static void
list_siblings(struct arena *arena, const struct verify_facts *facts,
              const struct verify_record *record, struct nearmiss_case *given)
{
    struct slice *texts =
        ARENA_ARRAY(arena, struct slice, facts->input->expected_count);
    size_t n = 0;

    for (size_t i = 0; i < facts->input->expected_count; i++) {
        const struct verify_expected *other = &facts->input->expected[i];

        if (other != record->expected && other->type == RR_TXT)
            texts[n++] = expected_text(arena, other);
    }
    given->siblings = texts;
    given->sibling_count = n;
}

/* Ask where the record may have gone astray, and look it up in the table. */
static void
diagnose(struct view *view, const struct verify_facts *facts,
         struct verify_record *record)
{
    const struct verify_expected *expected = record->expected;
    struct arena *arena = view_run_arena(view);
    const struct name *owner = &expected->owner;
    struct nearmiss_case given = {.arena = arena,
                                  .owner = owner,
                                  .type = expected->type,
                                  .expected = expected_text(arena, expected),
                                  .zone = &expected->zone,
                                  .retired = facts->input->retired,
                                  .retired_count =
                                      facts->input->retired_count};

    if (given.expected.n == 0)
        return;
    given.txt = ask_like(view, record, owner, RR_TXT);
    given.cname = ask_like(view, record, owner, RR_CNAME);
    given.doubled = ask_doubled(view, record);
    given.apex = ask_like(view, record, &expected->zone, RR_TXT);
    given.control = ask_control(view, record);
    if (expected->type == RR_CNAME)
        given.address = ask_like(view, record, owner, RR_A);
    list_siblings(arena, facts, record, &given);
    record->diagnosis = nearmiss_find(&given);
}

struct verify_facts *
verify_collect(const struct verify_input *input, struct view *view)
{
    struct arena *arena = view_run_arena(view);
    struct verify_facts *facts = ARENA_NEW(arena, struct verify_facts);
    struct verify_record *records =
        ARENA_ARRAY(arena, struct verify_record, input->expected_count);

    facts->input = input;
    facts->records = records;
    facts->count = input->expected_count;
    for (size_t i = 0; i < facts->count; i++) {
        const struct authority *authority = NULL;

        records[i].expected = &input->expected[i];
        if (!view_resolvers_only(view))
            authority = authority_find(view, &input->expected[i].zone);
        if (authority != NULL && authority->state == AUTHORITY_PENDING)
            records[i].state = VERIFY_UNKNOWN;
        else if (authority != NULL && authority->state == AUTHORITY_KNOWN)
            ask_servers(view, authority, &input->expected[i], &records[i]);
        else
            ask_resolvers(view, &input->expected[i], &records[i]);
        judge(arena, &records[i]);
        if (input->ask_resolvers && records[i].authoritative
            && records[i].state == VERIFY_SAME)
            add_resolvers(view, &records[i]);
        if (records[i].state == VERIFY_DIFFERENT
            || records[i].state == VERIFY_MISSING
            || records[i].state == VERIFY_EXTRA)
            diagnose(view, facts, &records[i]);
    }
    return facts;
}

bool
verify_is_good(const struct verify_facts *facts)
{
    for (size_t i = 0; i < facts->count; i++)
        if (facts->records[i].state != VERIFY_SAME)
            return false;
    return true;
}
