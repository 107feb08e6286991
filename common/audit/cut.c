/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Both sides of a zone cut: asking. */
#include "common/audit/cut.h"

/* A cut in the making. */
struct making {
    struct view *view;             /* asked */
    const struct cut_input *input; /* as given */
    struct cut *cut;               /* the result */
    struct cut_server *servers;    /* its list, writable */
};

/* What was asked of the zone above, of which only the answer is kept. */
static struct asked
asked_of(const struct view *view, const struct answer *answer)
{
    const struct question *question =
        answer == NULL ? NULL : view_question(view, answer);

    if (question == NULL)
        return (struct asked){0};
    return (struct asked){*question, answer};
}

static void
add_server(struct making *making, const struct name *name)
{
    struct cut *cut = making->cut;

    for (size_t i = 0; i < cut->server_count; i++)
        if (name_equal(&cut->servers[i].name, name))
            return;
    cut->is_cut_short = cut->server_count == CUT_SERVERS_MAX;
    if (cut->is_cut_short)
        return;
    making->servers = arena_grow(view_run_arena(making->view), making->servers,
                                 cut->server_count, sizeof(*making->servers));
    making->servers[cut->server_count++] = (struct cut_server){.name = *name};
    cut->servers = making->servers;
}

static void
add_servers(struct making *making, const struct record *records, size_t count)
{
    struct name server;

    for (size_t i = 0; i < count; i++)
        if (records[i].type == RR_NS
            && name_equal(&records[i].owner, &making->cut->zone)
            && record_target(&records[i], &server))
            add_server(making, &server);
}

static enum cut_answering
answering_of(const struct answer *answer)
{
    bool has_message = answer->rcode != ANSWER_NO_RCODE;

    if (answer->outcome == OUTCOME_PENDING)
        return CUT_PENDING;
    if (answer->outcome == OUTCOME_REFUSED && !has_message)
        return CUT_NOT_ASKED;
    if (!has_message || answer->outcome == OUTCOME_MALFORMED)
        return CUT_SILENT;
    if (answer->aa && outcome_is_definite(answer->outcome))
        return CUT_SERVES;
    return answer->ra && answer->outcome == OUTCOME_FOUND ? CUT_RESOLVES
                                                          : CUT_LAME;
}

static void
ask_address(const struct making *making, struct cut_address *address)
{
    const struct name *zone = &making->cut->zone;

    address->soa =
        asked_lookup_at(making->view, &address->address, zone, RR_SOA);
    address->answering = answering_of(address->soa.answer);
    if (address->answering == CUT_SERVES && making->cut->has_referral)
        address->ns =
            asked_lookup_at(making->view, &address->address, zone, RR_NS);
}

static void
ask_addresses(const struct making *making, struct cut_server *server)
{
    const struct answer *answers[] = {server->a.answer, server->aaaa.answer};
    struct cut_address *list = ARENA_ARRAY(
        view_run_arena(making->view), struct cut_address, CUT_ADDRESSES_MAX);

    server->addresses = list;
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < answers[i]->record_count; k++) {
            struct address address;

            if (!record_address(&answers[i]->records[k], &address))
                continue;
            server->is_cut_short = server->address_count == CUT_ADDRESSES_MAX;
            if (server->is_cut_short)
                return;
            list[server->address_count].address = address;
            ask_address(making, &list[server->address_count++]);
        }
}

static void
ask_server(const struct making *making, struct cut_server *server)
{
    server->a = asked_lookup(making->view, &server->name, RR_A);
    server->aaaa = asked_lookup(making->view, &server->name, RR_AAAA);
    if (asked_outcome(&server->a) == OUTCOME_NXDOMAIN
        && server->a.answer->chain_count == 0)
        registrable_ask(making->view, &server->name, &server->domain);
    if (making->input->ask_servers && !view_resolvers_only(making->view))
        ask_addresses(making, server);
}

const struct cut *
cut_find(struct view *view, const struct cut_input *input)
{
    struct cut *cut = ARENA_NEW(view_run_arena(view), struct cut);
    struct making making = {.view = view, .input = input, .cut = cut};

    cut->zone = *input->zone;
    cut->resolved = asked_lookup(view, &cut->zone, RR_NS);
    cut->soa = asked_lookup(view, &cut->zone, RR_SOA);
    cut->above = asked_of(view, input->above);
    if (asked_is(&cut->above) && cut->above.answer->referral
        && name_equal(&cut->above.answer->zone, &cut->zone)) {
        cut->has_referral = true;
        add_servers(&making, cut->above.answer->authority,
                    cut->above.answer->authority_count);
    }
    if (asked_outcome(&cut->resolved) == OUTCOME_FOUND
        && cut->resolved.answer->chain_count == 0)
        add_servers(&making, cut->resolved.answer->records,
                    cut->resolved.answer->record_count);
    for (size_t i = 0; i < cut->server_count; i++)
        ask_server(&making, &making.servers[i]);
    return cut;
}

bool
cut_is(const struct cut *cut)
{
    return cut->server_count > 0;
}

const struct cut_address *
cut_next(const struct cut *cut, struct cut_place *place,
         const struct cut_server **server)
{
    while (place->server < cut->server_count) {
        *server = &cut->servers[place->server];
        if (place->address < (*server)->address_count)
            return &(*server)->addresses[place->address++];
        place->server++;
        place->address = 0;
    }
    return NULL;
}

const struct asked *
cut_ask_all(struct view *view, const struct cut *cut, const struct name *name,
            uint16_t type, size_t *count)
{
    struct asked *list = NULL;
    struct cut_place place = {0};
    const struct cut_server *server;
    const struct cut_address *address;

    *count = 0;
    while ((address = cut_next(cut, &place, &server)) != NULL) {
        if (address->answering != CUT_SERVES)
            continue;
        list = arena_grow(view_run_arena(view), list, *count, sizeof(*list));
        list[(*count)++] =
            asked_lookup_at(view, &address->address, name, type);
    }
    return list;
}

/* Is there nothing left of the server that might be said of it? */
static bool
is_whole(const struct cut_server *server, size_t asked)
{
    return outcome_is_definite(asked_outcome(&server->a))
           && outcome_is_definite(asked_outcome(&server->aaaa))
           && !server->is_cut_short
           && (asked > 0
               || server->a.answer->record_count
                          + server->aaaa.answer->record_count
                      == 0);
}

struct cut_tally
cut_count(const struct cut *cut)
{
    struct cut_tally tally = {.is_whole =
                                  cut->server_count > 0 && !cut->is_cut_short};

    for (size_t i = 0; i < cut->server_count; i++) {
        const struct cut_server *server = &cut->servers[i];
        size_t asked = 0;

        for (size_t k = 0; k < server->address_count; k++) {
            size_t *const counts[] = {[CUT_PENDING] = &tally.pending,
                                      [CUT_SILENT] = &tally.silent,
                                      [CUT_SERVES] = &tally.serve,
                                      [CUT_LAME] = &tally.lame,
                                      [CUT_RESOLVES] = &tally.resolve};

            if (server->addresses[k].answering == CUT_NOT_ASKED)
                continue;
            asked++;
            ++*counts[server->addresses[k].answering];
        }
        tally.is_whole = tally.is_whole && is_whole(server, asked);
    }
    tally.is_whole = tally.is_whole && tally.pending == 0 && tally.silent == 0;
    return tally;
}
