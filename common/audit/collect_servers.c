/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How each authoritative server behaves: asking. */
#include "common/audit/collect_servers.h"

#include "common/audit/collect_dkim.h"
#include "common/audit/collect_dmarc.h"
#include "common/dmarc/suffix.h"
#include "common/dns/answersame.h"
#include "common/dns/rcode.h"

/* What UDP carries without EDNS: RFC 1035 section 4.2.1. */
#define UDP_SIZE 512

struct search {
    struct view *view;                         /* who is asked */
    const struct facts *facts;                 /* what is known until here */
    const struct authority *authority;         /* whose servers */
    struct server_facts *out;                  /* the result */
    struct server_probe *probes;               /* of it */
    size_t order[AUTHORITY_SERVERS_MAX];       /* in which they are asked */
    size_t order_count;                        /* of them, with an address */
    size_t deep[SERVERS_DEEP_MAX];             /* one probe a server */
    size_t deep_count;                         /* of them */
    struct name groups[AUTHORITY_SERVERS_MAX]; /* their providers */
    size_t group_count;                        /* different ones */
};

static struct asked
ask(struct search *search, const struct question *question)
{
    return (struct asked){*question, view_ask(search->view, question)};
}

/* No answer, or one of those by which old servers say that they know no EDNS:
   RFC 6891 section 7. */
static bool
may_be_edns(const struct answer *answer)
{
    return answer->outcome == OUTCOME_TIMEOUT
           || answer->outcome == OUTCOME_MALFORMED
           || answer->rcode == RCODE_FORMERR || answer->rcode == RCODE_NOTIMP
           || answer->rcode == RCODE_SERVFAIL;
}

static void
probe(struct search *search, const struct authority_server *server,
      const struct address *address)
{
    struct server_probe *probe = &search->probes[search->out->probe_count++];
    struct question question =
        question_direct(address, &search->authority->zone, RR_SOA);

    probe->name = server->name;
    probe->address = *address;
    probe->soa = ask(search, &question);
    question.transport = TRANSPORT_UDP;
    question.mixed_case = true;
    probe->mixed = ask(search, &question);
    if (!may_be_edns(probe->soa.answer))
        return;
    question.mixed_case = false;
    question.edns_size = 0;
    probe->plain = ask(search, &question);
}

/* Servers are told apart by the organization that their names are of. */
static bool
is_of_group(const struct search *search, const struct name *server)
{
    struct name org;

    suffix_org(&org, server);
    for (size_t i = 0; i < search->group_count; i++)
        if (name_equal(&search->groups[i], &org))
            return true;
    return false;
}

/* The first server of each group, and then the others: with fewer questions
   than servers, nobody is left out whom nobody stands for. */
static void
order_servers(struct search *search)
{
    const struct authority *authority = search->authority;
    size_t others[AUTHORITY_SERVERS_MAX], count = 0;

    for (size_t i = 0; i < authority->server_count; i++) {
        const struct authority_server *server = &authority->servers[i];

        if (server->address_count == 0)
            continue;
        if (is_of_group(search, &server->name)) {
            others[count++] = i;
            continue;
        }
        suffix_org(&search->groups[search->group_count++], &server->name);
        search->order[search->order_count++] = i;
    }
    for (size_t i = 0; i < count; i++)
        search->order[search->order_count++] = others[i];
}

/* First addresses first. */
static void
probe_servers(struct search *search)
{
    search->probes = ARENA_ARRAY(view_run_arena(search->view),
                                 struct server_probe, SERVERS_PROBES_MAX);
    search->out->probes = search->probes;
    for (size_t j = 0; j < AUTHORITY_ADDRESSES_MAX; j++)
        for (size_t i = 0; i < search->order_count
                           && search->out->probe_count < SERVERS_PROBES_MAX;
             i++) {
            const struct authority_server *server =
                &search->authority->servers[search->order[i]];

            if (j >= server->address_count)
                continue;
            if (j == 0 && search->deep_count < SERVERS_DEEP_MAX)
                search->deep[search->deep_count++] = search->out->probe_count;
            probe(search, server, &server->addresses[j]);
        }
}

static void
ask_size(struct search *search, struct server_size *size,
         const struct address *address)
{
    struct question question = question_direct(address, &size->name, RR_TXT);

    question.transport = TRANSPORT_UDP;
    size->medium = ask(search, &question);
    question.edns_size = 0;
    size->small = ask(search, &question);
    question = question_direct(address, &size->name, RR_TXT);
    question.transport = TRANSPORT_TCP;
    size->tcp = ask(search, &question);
}

/* Where what was computed says that it may not fit, it is tried. */
static void
ask_sizes(struct search *search)
{
    const struct hygiene_facts *hygiene = search->facts->hygiene;
    struct server_size *sizes =
        ARENA_ARRAY(view_run_arena(search->view), struct server_size,
                    SERVERS_PLACES_MAX * SERVERS_DEEP_MAX);
    size_t places = 0;

    search->out->sizes = sizes;
    for (size_t i = 0; i < hygiene->place_count && places < SERVERS_PLACES_MAX;
         i++) {
        const struct hygiene_place *place = &hygiene->places[i];

        if (place->answer->outcome != OUTCOME_FOUND
            || place->answer->chain_count > 0
            || answer_octets(place->answer, &place->question) <= UDP_SIZE)
            continue;
        places++;
        for (size_t j = 0; j < search->deep_count; j++) {
            struct server_size *size = &sizes[search->out->size_count++];

            size->name = place->name;
            ask_size(search, size, &search->probes[search->deep[j]].address);
        }
    }
}

/* ---- TCP ---- */

bool
servers_has_tcp(const struct server_facts *servers)
{
    for (size_t i = 0; i < servers->size_count; i++)
        if (asked_has_message(&servers->sizes[i].tcp))
            return true;
    return asked_has_message(&servers->tcp_control);
}

/* Has a server that was asked instead of the resolvers cut its answer, and
   given nothing by TCP? */
static bool
is_tcp_lost(const struct serverfail *fail)
{
    for (size_t i = 0; fail != NULL && i < fail->count; i++)
        if (fail->asked[i].answer->tc
            && fail->asked[i].answer->outcome == OUTCOME_TIMEOUT)
            return true;
    return false;
}

static bool
is_any_tcp_lost(const struct search *search)
{
    const struct facts *facts = search->facts;

    for (size_t i = 0; facts->dkim != NULL && i < facts->dkim->count; i++)
        if (is_tcp_lost(facts->dkim->selectors[i].fail))
            return true;
    for (size_t i = 0; i < search->out->size_count; i++)
        if (asked_outcome(&search->out->sizes[i].tcp) == OUTCOME_PENDING)
            return false;
    return search->out->size_count > 0
           || (facts->dmarc != NULL && is_tcp_lost(facts->dmarc->fail));
}

/* The server that told the zone's servers is somebody else's. */
static void
ask_tcp_control(struct search *search)
{
    const struct answer *parent = search->authority->parent;
    const struct question *told =
        parent == NULL ? NULL : view_question(search->view, parent);
    struct question question;

    if (told == NULL || servers_has_tcp(search->out)
        || !is_any_tcp_lost(search))
        return;
    question = *told;
    question.transport = TRANSPORT_TCP;
    search->out->tcp_control = ask(search, &question);
}

/* Would a resolver that asks step by step stop here? */
static bool
may_stop(const struct asked *asked)
{
    const struct answer *answer = asked->answer;

    return (answer->outcome == OUTCOME_NXDOMAIN && answer->chain_count == 0)
           || (outcome_is_failure(answer->outcome) && !answer->referral);
}

static void
ask_step(struct search *search, const struct name *name,
         const struct name *full, const struct address *address)
{
    struct server_step *step =
        arena_grow(view_run_arena(search->view), (void *)search->out->steps,
                   search->out->step_count, sizeof(*step));
    struct question question = question_direct(address, name, RR_A);

    search->out->steps = step;
    step += search->out->step_count++;
    *step = (struct server_step){.step = ask(search, &question)};
    if (!may_stop(&step->step))
        return;
    if (step->step.answer->outcome == OUTCOME_TIMEOUT) {
        question.ordinal = 1;
        step->again = ask(search, &question);
    }
    step->full = asked_lookup_at(search->view, address, full, RR_TXT);
}

/* The names between the domain and a selector that exists. */
static void
ask_steps(struct search *search)
{
    const struct domainkey *domainkey =
        search->facts->dkim == NULL ? NULL : search->facts->dkim->domainkey;
    unsigned labels = search->facts->input->domain.labels;
    const struct name *full;

    if (domainkey == NULL || !asked_is(&domainkey->below)
        || domainkey_is_wildcard(domainkey, &domainkey->below))
        return;
    full = &domainkey->below.question.name;
    for (unsigned i = labels + 1;
         i < full->labels && i <= labels + SERVERS_STEPS_MAX; i++) {
        struct name name;

        name_suffix(&name, full, i);
        for (size_t j = 0; j < search->deep_count; j++)
            ask_step(search, &name, full,
                     &search->probes[search->deep[j]].address);
    }
}

/* Is there an answer of a server of this provider?  The first one counts:
   servers of one provider that differ are another matter. */
static bool
find_answer(struct search *search, const struct name *place,
            const struct name *group, struct asked *out)
{
    for (size_t i = 0; i < search->deep_count; i++) {
        const struct server_probe *probe = &search->probes[search->deep[i]];
        struct name org;

        suffix_org(&org, &probe->name);
        if (!name_equal(&org, group))
            continue;
        *out = asked_lookup_at(search->view, &probe->address, place, RR_TXT);
        if (outcome_is_definite(asked_outcome(out)))
            return true;
    }
    return false;
}

static void
compare_place(struct search *search, const struct name *place)
{
    struct server_split split = {.name = *place,
                                 .providers[0] = search->groups[0]};
    struct server_split *splits;

    if (!find_answer(search, place, &split.providers[0], &split.answers[0])) {
        search->out->is_split_known = false;
        return;
    }
    for (size_t i = 1; i < search->group_count; i++) {
        split.providers[1] = search->groups[i];
        if (!find_answer(search, place, &split.providers[1],
                         &split.answers[1])) {
            search->out->is_split_known = false;
            continue;
        }
        if (answersame_copy(split.answers[0].answer, split.answers[1].answer))
            continue;
        splits = arena_grow(view_run_arena(search->view),
                            (void *)search->out->splits,
                            search->out->split_count, sizeof(*splits));
        splits[search->out->split_count++] = split;
        search->out->splits = splits;
        return;
    }
}

/* Two providers that are fed by hand come apart sooner or later. */
static void
compare_providers(struct search *search)
{
    const struct hygiene_facts *hygiene = search->facts->hygiene;
    const struct authority *authority = search->authority;

    /* There may be more of them than were found. */
    search->out->is_split_known = authority->problem == NULL;
    for (size_t i = 0; i < authority->server_count; i++)
        search->out->is_split_known =
            search->out->is_split_known
            && is_of_group(search, &authority->servers[i].name);
    if (search->group_count < 2)
        return;
    for (size_t i = 0; i < hygiene->place_count; i++)
        compare_place(search, &hygiene->places[i].name);
}

/* Of what the servers are found by. */
static void
take_lost(struct search *search)
{
    const struct authority *authority = search->authority;
    struct asked *lost = ARENA_ARRAY(view_run_arena(search->view),
                                     struct asked, authority->lost_count);

    search->out->lost = lost;
    for (size_t i = 0; i < authority->lost_count; i++) {
        const struct question *question =
            view_question(search->view, authority->lost[i]);

        if (question != NULL)
            lost[search->out->lost_count++] =
                (struct asked){*question, authority->lost[i]};
    }
}

const struct server_facts *
collect_servers(struct view *view, const struct facts *facts,
                const struct authority *authority)
{
    struct server_facts *out =
        ARENA_NEW(view_run_arena(view), struct server_facts);
    struct search search = {
        .view = view, .facts = facts, .authority = authority, .out = out};

    out->is_known = authority->state == AUTHORITY_KNOWN;
    take_lost(&search);
    if (authority->state == AUTHORITY_PENDING || authority->intercepted
        || view_resolvers_only(view))
        return out;
    order_servers(&search);
    probe_servers(&search);
    if (!out->is_known)
        return out;
    ask_sizes(&search);
    ask_tcp_control(&search);
    ask_steps(&search);
    compare_providers(&search);
    return out;
}
