/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a name to the servers that answer for it, as resolvers find them. */
#include "common/dns/authority.h"

#include <stdlib.h>
#include <string.h>

#include "common/dns/zoneabove.h"

/* Of one server: its addresses are in two answers. */
static const uint16_t address_types[] = {RR_A, RR_AAAA};

/* A fact in the making. */
struct finding {
    struct view *view;             /* what is asked */
    struct arena *arena;           /* of the run */
    struct authority *authority;   /* the result */
    struct authority_server *list; /* its servers */
    size_t count;                  /* of them */
    const struct answer *pending;  /* of the zone above, or NULL */
    size_t left_out;               /* servers over the limit */
};

static bool
end_unknown(struct finding *finding, const char *problem,
            const struct answer *evidence)
{
    finding->authority->state = AUTHORITY_UNKNOWN;
    finding->authority->problem = problem;
    finding->authority->evidence = evidence;
    return false;
}

static bool
end_pending(struct finding *finding, const struct answer *evidence)
{
    finding->authority->state = AUTHORITY_PENDING;
    finding->authority->evidence = evidence;
    return false;
}

/* REFUSED is mostly our own "not asked". */
static void
note_lost(struct finding *finding, const struct answer *answer)
{
    struct authority *authority = finding->authority;
    const struct answer **lost;

    if (!outcome_is_failure(answer->outcome)
        || answer->outcome == OUTCOME_REFUSED)
        return;
    lost = arena_grow(finding->arena, (void *)authority->lost,
                      authority->lost_count, sizeof(*lost));
    lost[authority->lost_count++] = answer;
    authority->lost = lost;
}

static const char *
say(const struct finding *finding, const char *before, const struct name *name,
    const char *after)
{
    return arena_printf(finding->arena, "%s '%s'%s", before,
                        name_bare(finding->arena, name), after);
}

static const char *
say_zone(const struct finding *finding, const char *before, const char *after)
{
    return say(finding, before, &finding->authority->zone, after);
}

const struct answer *
authority_zone(struct view *view, const struct name *name, struct name *zone)
{
    struct name at = *name;

    *zone = (struct name){0};
    return zoneabove_climb(view, &at, zone);
}

static bool
find_zone(struct finding *finding, const struct name *name)
{
    struct authority *authority = finding->authority;
    const struct answer *answer =
        authority_zone(finding->view, name, &authority->zone);

    if (answer->outcome == OUTCOME_PENDING)
        return end_pending(finding, answer);
    authority->evidence = answer;
    note_lost(finding, answer);
    return authority->zone.size > 0
           || end_unknown(finding,
                          say(finding, "the zone of", name, " is not found"),
                          answer);
}

static int
compare_servers(const void *a, const void *b)
{
    const struct authority_server *left = a;
    const struct authority_server *right = b;

    return name_compare(&left->name, &right->name);
}

/* One NS record of the zone, or of the zone above. */
static void
add_server(struct finding *finding, const struct record *ns)
{
    struct authority_server *server;
    struct name name;
    size_t i = 0;

    if (ns->type != RR_NS || !record_target(ns, &name)
        || !name_equal(&ns->owner, &finding->authority->zone))
        return;
    while (i < finding->count && !name_equal(&finding->list[i].name, &name))
        i++;
    if (i == finding->count)
        finding->list = arena_grow(finding->arena, finding->list,
                                   finding->count++, sizeof(*finding->list));
    server = &finding->list[i];
    if (server->name.size == 0)
        *server = (struct authority_server){.name = name};
}

static void
add_records(struct finding *finding, const struct record *records,
            size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_server(finding, &records[i]);
}

static void
finish_servers(struct finding *finding)
{
    struct authority *authority = finding->authority;
    size_t count = finding->count;

    if (count > 0)
        qsort(finding->list, count, sizeof(finding->list[0]), compare_servers);
    if (count > AUTHORITY_SERVERS_MAX) {
        finding->left_out = count - AUTHORITY_SERVERS_MAX;
        count = AUTHORITY_SERVERS_MAX;
    }
    authority->servers = finding->list;
    authority->server_count = count;
}

static bool
find_servers(struct finding *finding)
{
    const struct answer *answer =
        view_lookup(finding->view, &finding->authority->zone, RR_NS);
    const struct answer *parent;

    finding->authority->parent = zoneabove_ask(
        finding->view, &finding->authority->zone, &finding->pending);
    if (answer->outcome == OUTCOME_PENDING)
        return end_pending(finding, answer);
    note_lost(finding, answer);
    if (answer->outcome != OUTCOME_FOUND)
        return end_unknown(
            finding, say_zone(finding, "the servers of", " are not known"),
            answer);
    finding->authority->evidence = answer;
    add_records(finding, answer->records, answer->record_count);
    parent = finding->authority->parent;
    if (parent != NULL && parent->outcome == OUTCOME_FOUND)
        add_records(finding, parent->records, parent->record_count);
    else if (parent != NULL)
        add_records(finding, parent->authority, parent->authority_count);
    finish_servers(finding);
    return true;
}

static int
compare_addresses(const void *a, const void *b)
{
    const struct address *left = a;
    const struct address *right = b;

    if (left->family != right->family)
        return left->family < right->family ? -1 : 1;
    return memcmp(left->octets, right->octets, sizeof(left->octets));
}

static size_t
take_addresses(const struct answer *answer, struct address *list, size_t count)
{
    for (size_t i = 0; i < answer->record_count; i++)
        if (record_address(&answer->records[i], &list[count]))
            count++;
    return count;
}

/* Glue, where nobody else has the address. */
static size_t
take_glue(const struct answer *referral, const struct name *server,
          struct address *list, size_t count)
{
    for (size_t i = 0; referral != NULL && i < referral->additional_count; i++)
        if (name_equal(&referral->additional[i].owner, server)
            && record_address(&referral->additional[i], &list[count]))
            count++;
    return count;
}

static size_t
without_doubles(struct address *list, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (kept == 0 || !address_equal(&list[kept - 1], &list[i]))
            list[kept++] = list[i];
    return kept;
}

/* Of two lookups without an address, the failure says more than the
   absence. */
static enum outcome
outcome_of(const struct answer *const answers[2], size_t count)
{
    if (count > 0)
        return OUTCOME_FOUND;
    return outcome_is_failure(answers[1]->outcome)
                   && !outcome_is_failure(answers[0]->outcome)
               ? answers[1]->outcome
               : answers[0]->outcome;
}

/* Returns the answer that is pending, or NULL. */
static const struct answer *
find_addresses(struct finding *finding, struct authority_server *server)
{
    const struct answer *referral = finding->authority->parent;
    const struct answer *answers[2];
    const struct answer *pending = NULL;
    struct address *list;
    size_t count = 0;

    for (size_t i = 0; i < 2; i++) {
        answers[i] =
            view_lookup(finding->view, &server->name, address_types[i]);
        if (answers[i]->outcome == OUTCOME_PENDING)
            pending = answers[i];
        note_lost(finding, answers[i]);
    }
    if (pending != NULL)
        return pending;
    list =
        ARENA_ARRAY(finding->arena, struct address,
                    answers[0]->record_count + answers[1]->record_count
                        + (referral == NULL ? 0 : referral->additional_count));
    for (size_t i = 0; i < 2; i++)
        count = take_addresses(answers[i], list, count);
    if (count == 0)
        count = take_glue(referral, &server->name, list, count);
    qsort(list, count, sizeof(list[0]), compare_addresses);
    count = without_doubles(list, count);
    server->outcome = outcome_of(answers, count);
    server->addresses = list;
    server->address_count =
        count < AUTHORITY_ADDRESSES_MAX ? count : AUTHORITY_ADDRESSES_MAX;
    return NULL;
}

static bool
find_all_addresses(struct finding *finding)
{
    const struct answer *pending = NULL;
    size_t count = 0;

    for (size_t i = 0; i < finding->authority->server_count; i++) {
        struct authority_server *server = &finding->list[i];
        const struct answer *answer = find_addresses(finding, server);

        if (answer != NULL)
            pending = answer;
        count += server->address_count;
    }
    if (pending != NULL)
        return end_pending(finding, pending);
    if (count == 0)
        return end_unknown(
            finding, say_zone(finding, "no server of", " has a known address"),
            finding->authority->evidence);
    return true;
}

/* How the addresses answered to the zone's SOA. */
struct poll {
    size_t asked;                   /* addresses that may be asked */
    size_t answered;                /* a message came */
    size_t own;                     /* with AA: it is the zone's server */
    size_t foreign;                 /* an answer without AA, with RA */
    const struct answer *pending;   /* one that has not come */
    const struct answer *own_one;   /* one of own */
    const struct answer *other_one; /* one of all */
};

static void
count_answer(struct poll *poll, const struct answer *answer)
{
    if (answer->outcome == OUTCOME_PENDING) {
        poll->pending = answer;
        return;
    }
    if (answer->rcode == ANSWER_NO_RCODE)
        return;
    poll->answered++;
    if (answer->aa) {
        poll->own++;
        poll->own_one = answer;
    } else if (answer->ra && answer->outcome == OUTCOME_FOUND) {
        poll->foreign++;
    }
}

/* Not asked, for want of a route or because its family is off: no message
   went out. */
static bool
may_be_asked(const struct answer *answer)
{
    return answer->outcome != OUTCOME_REFUSED
           || answer->rcode != ANSWER_NO_RCODE;
}

/* Addresses that may not be asked are taken out. */
static void
poll_server(struct finding *finding, struct authority_server *server,
            struct poll *poll)
{
    struct address *kept =
        ARENA_ARRAY(finding->arena, struct address, server->address_count);
    size_t count = 0;

    for (size_t i = 0; i < server->address_count; i++) {
        const struct answer *answer =
            view_lookup_at(finding->view, &server->addresses[i],
                           &finding->authority->zone, RR_SOA);

        poll->other_one = answer;
        if (!may_be_asked(answer))
            continue;
        kept[count++] = server->addresses[i];
        poll->asked++;
        count_answer(poll, answer);
    }
    server->addresses = kept;
    server->address_count = count;
}

/*
 * The resolvers have the zone, so one of its servers gave it to them with AA.
 * If none does so to us, whatever it is that we reach is not these servers.
 */
static bool
judge(struct finding *finding, const struct poll *poll)
{
    struct authority *authority = finding->authority;
    const char *problem;

    if (poll->own > 0) {
        authority->evidence = poll->own_one;
        return true;
    }
    if (poll->pending != NULL)
        return end_pending(finding, poll->pending);
    if (poll->asked == 0)
        problem = say_zone(finding, "no server of", " may be asked");
    else if (poll->answered == 0)
        problem = say_zone(finding, "none of the servers of",
                           " answers here, though resolvers know the zone");
    else if (poll->foreign > 0 && poll->foreign == poll->answered)
        problem = say_zone(finding, "what answers here for the servers of",
                           " is a resolver");
    else
        return true;
    authority->intercepted = poll->foreign > 0;
    return end_unknown(finding, problem, poll->other_one);
}

static bool
poll_servers(struct finding *finding)
{
    struct poll poll = {0};

    for (size_t i = 0; i < finding->authority->server_count; i++)
        poll_server(finding, &finding->list[i], &poll);
    return judge(finding, &poll);
}

/* It is known; but the zone above may have more servers. */
static const struct authority *
end_known(struct finding *finding)
{
    struct authority *authority = finding->authority;

    if (finding->pending != NULL) {
        end_pending(finding, finding->pending);
        return authority;
    }
    authority->state = AUTHORITY_KNOWN;
    if (finding->left_out > 0)
        authority->problem =
            say_zone(finding,
                     arena_printf(finding->arena, "%zu more servers of",
                                  finding->left_out),
                     " are not asked");
    return authority;
}

const struct authority *
authority_find(struct view *view, const struct name *name)
{
    struct arena *arena = view_run_arena(view);
    struct finding finding = {.view = view, .arena = arena};

    finding.authority = ARENA_NEW(arena, struct authority);
    if (!find_zone(&finding, name))
        return finding.authority;
    if (view_resolvers_only(view)) {
        end_unknown(&finding, "this run asks only resolvers",
                    finding.authority->evidence);
        return finding.authority;
    }
    if (!find_servers(&finding) || !find_all_addresses(&finding)
        || !poll_servers(&finding))
        return finding.authority;
    return end_known(&finding);
}

const struct authority *
authority_below(struct view *view, const struct answer *referral)
{
    struct arena *arena = view_run_arena(view);
    struct finding finding = {.view = view, .arena = arena};
    struct authority *authority = ARENA_NEW(arena, struct authority);
    struct poll poll = {0};

    finding.authority = authority;
    authority->zone = referral->zone;
    authority->parent = authority->evidence = referral;
    add_records(&finding, referral->authority, referral->authority_count);
    finish_servers(&finding);
    if (!find_all_addresses(&finding))
        return authority;
    for (size_t i = 0; i < authority->server_count; i++)
        poll_server(&finding, &finding.list[i], &poll);
    authority->intercepted =
        poll.own == 0 && poll.foreign > 0 && poll.foreign == poll.answered;
    if (poll.own == 0 && poll.pending != NULL)
        end_pending(&finding, poll.pending);
    else if (poll.asked == 0)
        end_unknown(&finding,
                    say_zone(&finding, "no server of", " may be asked"),
                    referral);
    else if (authority->intercepted)
        end_unknown(&finding,
                    say_zone(&finding,
                             "what answers here for the"
                             " servers of",
                             " is a resolver"),
                    poll.other_one);
    else
        return end_known(&finding);
    return authority;
}

static size_t
count_addresses(const struct authority *authority)
{
    size_t count = 0;

    for (size_t i = 0; i < authority->server_count; i++)
        count += authority->servers[i].address_count;
    return count;
}

const struct authority_answer *
authority_ask_all(struct view *view, const struct authority *authority,
                  const struct name *name, uint16_t type, size_t *count)
{
    struct authority_answer *answers;
    size_t n = 0;

    *count = 0;
    if (authority->state != AUTHORITY_KNOWN)
        return NULL;
    answers = ARENA_ARRAY(view_run_arena(view), struct authority_answer,
                          count_addresses(authority));
    for (size_t i = 0; i < authority->server_count; i++) {
        const struct authority_server *server = &authority->servers[i];

        for (size_t j = 0; j < server->address_count; j++) {
            struct authority_answer *answer = &answers[n++];

            answer->server = server;
            answer->address = &server->addresses[j];
            answer->question = question_direct(answer->address, name, type);
            answer->answer = view_ask(view, &answer->question);
        }
    }
    *count = n;
    return answers;
}
