/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is published against what should be: asking and comparing. */
#include "common/audit/verify.h"

#include <string.h>

#include "common/audit/verifyprobe.h"
#include "common/audit/verifyset.h"
#include "common/dns/authority.h"

const char *
verify_word(enum verify_state state)
{
    static const char *const words[VERIFY_STATES] = {
        "same", "extra", "different", "missing", "unknown"};

    return words[state];
}

/* ---- whom to ask ---- */

/* The servers of a zone, found once in a run. */
struct zone_servers {
    struct name name;                  /* as it was looked for */
    const struct authority *authority; /* its servers */
};

struct collector {
    struct view *view;            /* this run */
    struct arena *arena;          /* likewise */
    struct zone_servers *zones;   /* seen so far */
    size_t zone_count;            /* of them: one or two */
    struct verify_facts *facts;   /* the result */
    struct verify_record *record; /* the present one */
};

static const struct authority *
find_authority(struct collector *c, const struct name *name)
{
    const struct authority *authority;

    for (size_t i = 0; i < c->zone_count; i++)
        if (name_equal(&c->zones[i].name, name))
            return c->zones[i].authority;
    authority = authority_find(c->view, name);
    c->zones =
        arena_grow(c->arena, c->zones, c->zone_count, sizeof(*c->zones));
    c->zones[c->zone_count++] = (struct zone_servers){*name, authority};
    return authority;
}

static void
add_server(struct collector *c, const struct question *question,
           const struct answer *answer)
{
    struct verify_record *record = c->record;

    record->servers =
        arena_grow(c->arena, record->servers, record->server_count,
                   sizeof(*record->servers));
    record->servers[record->server_count++] =
        (struct verify_server){.question = *question, .answer = answer};
}

static void
ask_resolvers(struct collector *c)
{
    const struct verify_expected *expected = c->record->expected;
    struct question question =
        question_recursive(&expected->owner, expected->type);

    add_server(c, &question,
               view_lookup(c->view, &expected->owner, expected->type));
}

/* The cut below the zone that its servers point to, on the way to the
   owner. */
static const struct name *
cut_of(const struct authority *authority,
       const struct authority_answer *answers, size_t count,
       const struct name *owner)
{
    for (size_t i = 0; i < count; i++) {
        const struct answer *answer = answers[i].answer;

        if (answer->referral && !name_equal(&answer->zone, &authority->zone)
            && name_is_under(&answer->zone, &authority->zone)
            && name_is_under(owner, &answer->zone))
            return &answer->zone;
    }
    return NULL;
}

/* Zone cuts between the plan's zone and the owner that are followed. */
#define CUTS_MAX 8

/* The answers of the zone that the owner is really in.  Its own name is not
   asked of the resolvers: they would remember that it is not there. */
static const struct authority_answer *
ask_zone(struct collector *c, const struct authority **authority,
         size_t *count)
{
    const struct verify_expected *expected = c->record->expected;
    const struct authority_answer *answers = NULL;

    *count = 0;
    for (int cuts = 0; cuts <= CUTS_MAX; cuts++) {
        const struct name *cut;

        if ((*authority)->state != AUTHORITY_KNOWN)
            return NULL;
        c->record->zone = (*authority)->zone;
        answers = authority_ask_all(c->view, *authority, &expected->owner,
                                    expected->type, count);
        cut = cut_of(*authority, answers, *count, &expected->owner);
        if (cut == NULL)
            break;
        *authority = find_authority(c, cut);
    }
    return answers;
}

/* A server whose addresses are not to be found out is one that did not
   say. */
static void
add_unreachable(struct collector *c, const struct authority *authority)
{
    static const uint16_t types[] = {RR_A, RR_AAAA};

    for (size_t i = 0; i < authority->server_count; i++)
        for (size_t k = 0; k < sizeof(types) / sizeof(types[0]); k++) {
            const struct name *name = &authority->servers[i].name;
            struct question question = question_recursive(name, types[k]);
            const struct answer *answer = view_lookup(c->view, name, types[k]);

            if (outcome_is_failure(answer->outcome))
                add_server(c, &question, answer);
        }
}

/* May another server say otherwise, which is not asked? */
static bool
is_partial(const struct authority *authority)
{
    for (size_t i = 0; i < authority->server_count; i++)
        if (authority->servers[i].address_count == 0
            && authority->servers[i].outcome == OUTCOME_FOUND)
            return true;
    return authority->problem != NULL;
}

static void
ask_all(struct collector *c)
{
    const struct authority *authority;
    const struct authority_answer *answers;
    size_t count;

    if (view_resolvers_only(c->view)) {
        ask_resolvers(c);
        return;
    }
    authority = find_authority(c, &c->record->expected->zone);
    answers = ask_zone(c, &authority, &count);
    if (authority->state == AUTHORITY_UNKNOWN) {
        c->record->problem = authority->problem;
        if (c->facts->input->trust_resolvers && authority->zone.size > 0)
            ask_resolvers(c);
        return;
    }
    for (size_t i = 0; answers != NULL && i < count; i++)
        add_server(c, &answers[i].question, answers[i].answer);
    if (answers != NULL)
        add_unreachable(c, authority);
    c->record->is_partial = is_partial(authority);
}

/* ---- what they say ---- */

/* The end of the alias in the answer is for another zone to tell: that the
   server says something of it proves nothing. */
static bool
leaves_zone(const struct collector *c, const struct verify_server *server)
{
    const struct answer *answer = server->answer;

    return server->question.server.family != 0
           && (answer->chain_open
               || !name_is_under(answer_end(answer, &server->question),
                                 &c->record->zone));
}

/* An alias, where a record of another type should be: right where it leads
   to just that. */
static enum verify_state
compare_alias(struct collector *c, struct verify_server *server)
{
    const struct verify_expected *expected = c->record->expected;
    const struct answer *end = server->answer;
    enum verify_state state;

    if (leaves_zone(c, server))
        end = server->end =
            view_lookup(c->view, &expected->owner, expected->type);
    if (end->chain_open)
        return VERIFY_UNKNOWN;
    state = verifyset_compare(c->arena, expected, end);
    return state == VERIFY_MISSING ? VERIFY_DIFFERENT : state;
}

/*
 * What receivers ask for is TXT.  Beside the expected alias some servers have
 * it, which no name may have; in the place of the alias it is what people
 * paste there.
 */
static enum verify_state
look_at_text(struct collector *c, struct verify_server *server,
             enum verify_state state)
{
    struct question question = server->question;
    const struct answer *answer;

    question.type = RR_TXT;
    answer = question.server.family == 0
                 ? view_lookup(c->view, &question.name, RR_TXT)
                 : view_ask(c->view, &question);
    if (!outcome_is_definite(answer->outcome))
        return VERIFY_UNKNOWN;
    if (answer->outcome != OUTCOME_FOUND || answer->chain_count > 0)
        return state;
    server->text = answer;
    return state == VERIFY_SAME ? VERIFY_EXTRA : VERIFY_DIFFERENT;
}

static enum verify_state
compare(struct collector *c, struct verify_server *server)
{
    const struct verify_expected *expected = c->record->expected;
    enum verify_state state;

    if (!outcome_is_definite(server->answer->outcome))
        return VERIFY_UNKNOWN;
    if (server->answer->chain_count > 0)
        return compare_alias(c, server);
    state = verifyset_compare(c->arena, expected, server->answer);
    return expected->type == RR_CNAME
                   && (state == VERIFY_SAME || state == VERIFY_MISSING)
               ? look_at_text(c, server, state)
               : state;
}

/* That it fails is said by the zone's own server itself: who is silent may
   only be out of our reach. */
static bool
is_failing(const struct verify_server *server)
{
    const struct answer *answer = server->answer;

    return server->question.server.family != 0
           && outcome_is_failure(answer->outcome)
           && answer->rcode != ANSWER_NO_RCODE && !answer->referral;
}

static void
judge_server(struct collector *c, struct verify_server *server)
{
    struct verify_record *record = c->record;

    server->state = compare(c, server);
    server->is_failing = is_failing(server);
    server->has_key = server->state == VERIFY_DIFFERENT
                      && verifyset_has_key(
                          c->arena, record->expected,
                          server->end != NULL ? server->end : server->answer);
    record->counts[server->state]++;
    record->failing += server->is_failing ? 1 : 0;
}

/* The worst of what servers say; unknown where that is all. */
static enum verify_state
worst_of(const struct verify_record *record)
{
    static const enum verify_state order[] = {VERIFY_MISSING, VERIFY_DIFFERENT,
                                              VERIFY_UNKNOWN, VERIFY_EXTRA,
                                              VERIFY_SAME};

    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        if (record->counts[order[i]] > 0)
            return order[i];
    return VERIFY_UNKNOWN; /* nobody could be asked */
}

/* For what is missing somewhere they are not asked: they would remember that
   it is not there. */
static void
show_resolver(struct collector *c)
{
    struct verify_record *record = c->record;
    const struct verify_expected *expected = record->expected;

    for (size_t i = 0; i < record->server_count; i++)
        if (record->servers[i].question.server.family == 0)
            return;
    if (record->server_count == 0 || record->counts[VERIFY_MISSING] > 0
        || record->counts[VERIFY_UNKNOWN] == record->server_count)
        return;
    record->resolver.question =
        question_recursive(&expected->owner, expected->type);
    record->resolver.answer =
        view_lookup(c->view, &expected->owner, expected->type);
    record->resolver.state = compare(c, &record->resolver);
}

static bool
is_pending(const struct verify_record *record)
{
    for (size_t i = 0; i < record->server_count; i++)
        if (record->servers[i].answer->outcome == OUTCOME_PENDING)
            return true;
    return false;
}

static void
ask_and_judge(struct collector *c)
{
    struct verify_record *record = c->record;

    record->zone = record->expected->zone;
    ask_all(c);
    for (size_t i = 0; i < record->server_count; i++)
        judge_server(c, &record->servers[i]);
    record->state = worst_of(record);
}

/* What the servers at the end of an alias out of the zone say: of one end,
   where one alias leads to.  Another alias there is not followed. */
static void
follow_alias(struct collector *c)
{
    struct verify_record *record = c->record, *end;
    struct verify_expected *expected;
    const struct verify_server *server = NULL;

    for (size_t i = 0; i < record->server_count && server == NULL; i++)
        if (record->servers[i].end != NULL)
            server = &record->servers[i];
    if (server == NULL)
        return;
    expected = ARENA_NEW(c->arena, struct verify_expected);
    *expected = *record->expected;
    expected->owner = *answer_end(server->answer, &server->question);
    expected->zone = expected->owner;
    end = ARENA_NEW(c->arena, struct verify_record);
    end->expected = expected;
    record->end = c->record = end;
    ask_and_judge(c);
    c->record = record;
}

static void
collect_record(struct collector *c)
{
    struct verify_record *record = c->record;

    ask_and_judge(c);
    follow_alias(c);
    if (c->facts->input->ask_resolvers && record->state == VERIFY_SAME
        && record->servers[0].question.server.family != 0) {
        ask_resolvers(c);
        judge_server(c, &record->servers[record->server_count - 1]);
        record->state = worst_of(record);
    }
    if (c->facts->input->show_resolvers)
        show_resolver(c);
    if (record->state != VERIFY_SAME && record->state != VERIFY_UNKNOWN
        && !c->facts->input->no_diagnosis && !is_pending(record))
        verifyprobe_diagnose(c->view, c->facts, record);
}

struct verify_facts *
verify_collect(const struct verify_input *input, struct view *view)
{
    struct arena *arena = view_run_arena(view);
    struct verify_facts *facts = ARENA_NEW(arena, struct verify_facts);
    struct collector c = {.view = view, .arena = arena, .facts = facts};

    facts->input = input;
    facts->records =
        ARENA_ARRAY(arena, struct verify_record, input->expected_count);
    facts->count = input->expected_count;
    for (size_t i = 0; i < facts->count; i++) {
        c.record = &facts->records[i];
        c.record->expected = &input->expected[i];
        collect_record(&c);
    }
    return facts;
}

bool
verify_is_hearsay(const struct verify_record *record,
                  const struct verify_server *server)
{
    return server->question.server.family == 0
           && name_equal(&server->question.name, &record->expected->owner);
}

/* The right key in the place of an alias to it, or among other tags, is not
   gone, nor is it what was asked for. */
static bool
is_key_there(const struct verify_record *record)
{
    for (size_t i = 0; i < record->server_count; i++)
        if (record->servers[i].has_key)
            return true;
    return record->may_be_right
           || (record->diagnosis != NULL
               && strcmp(record->diagnosis->id, "pasted-key") == 0);
}

const struct verify_record *
verify_end_of(const struct verify_record *record,
              const struct verify_server *server)
{
    return server->end != NULL && record->end != NULL
                   && name_equal(answer_end(server->answer, &server->question),
                                 &record->end->expected->owner)
               ? record->end
               : NULL;
}

/* At the end of an alias out of the zone the servers there know: that the
   resolvers have it proves as little as that they do not. */
static enum sight
server_sight(const struct verify_record *record,
             const struct verify_server *server)
{
    const struct verify_record *end = verify_end_of(record, server);

    if (server->end != NULL)
        return end == NULL ? SIGHT_UNKNOWN : verify_sight(end);
    if (server->state == VERIFY_MISSING || server->state == VERIFY_DIFFERENT)
        return SIGHT_GONE;
    return server->state == VERIFY_SAME ? SIGHT_SEEN : SIGHT_UNKNOWN;
}

enum sight
verify_sight(const struct verify_record *record)
{
    size_t asked = 0, seen = 0, gone = 0;

    for (size_t i = 0; i < record->server_count; i++) {
        enum sight sight = server_sight(record, &record->servers[i]);

        if (verify_is_hearsay(record, &record->servers[i]))
            continue;
        asked++;
        seen += sight == SIGHT_SEEN ? 1 : 0;
        gone += sight == SIGHT_GONE ? 1 : 0;
    }
    if (record->is_partial || asked == 0 || (seen < asked && gone < asked))
        return SIGHT_UNKNOWN;
    if (seen == asked)
        return SIGHT_SEEN;
    return is_key_there(record) ? SIGHT_UNKNOWN : SIGHT_GONE;
}

bool
verify_is_good(const struct verify_facts *facts)
{
    for (size_t i = 0; i < facts->count; i++)
        if (facts->records[i].state > VERIFY_EXTRA)
            return false;
    return true;
}
