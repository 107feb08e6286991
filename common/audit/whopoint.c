/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A name that somebody else may hold: cut off, or an alias. */
#include "common/audit/whoways.h"
#include "common/dmarc/suffix.h"

/* Servers of the zone above that are asked of a cut: one that answers will
   do. */
#define PARENTS_MAX 4

static void
add_server(struct whopoint *point, const struct name *server)
{
    for (size_t i = 0; i < point->server_count; i++)
        if (name_equal(&point->servers[i], server))
            return;
    if (point->server_count < WHO_SERVERS_MAX)
        point->servers[point->server_count++] = *server;
}

static void
add_servers(struct whopoint *point, const struct record *records, size_t count)
{
    struct name server;

    for (size_t i = 0; i < count; i++)
        if (records[i].type == RR_NS
            && name_equal(&records[i].owner, &point->name)
            && record_target(&records[i], &server))
            add_server(point, &server);
}

/* NS of the name by the first server of the zone above that answers. */
static struct asked
ask_parent(struct whoways *ways, const struct name *name)
{
    const struct authority *authority = ways->authority;
    struct asked asked = {0};
    size_t tried = 0;

    if (view_resolvers_only(ways->view))
        return asked;
    for (size_t i = 0; i < authority->server_count; i++) {
        const struct authority_server *server = &authority->servers[i];

        for (size_t k = 0; k < server->address_count && tried < PARENTS_MAX;
             k++, tried++) {
            asked = asked_lookup_at(ways->view, &server->addresses[k], name,
                                    RR_NS);
            if (asked.answer->referral
                || !outcome_is_failure(asked.answer->outcome))
                return asked;
        }
    }
    return asked;
}

struct whopoint
whopoint_ask(struct whoways *ways, const struct name *name)
{
    struct whopoint point = {.name = *name};
    const struct answer *answer, *parent;

    point.ns = asked_lookup(ways->view, name, RR_NS);
    answer = point.ns.answer;
    if (answer->chain_count > 0) {
        point.kind = WHOPOINT_ALIAS;
        return point;
    }
    if (answer->outcome == OUTCOME_FOUND)
        add_servers(&point, answer->records, answer->record_count);
    else if (!outcome_is_failure(answer->outcome)) {
        point.kind = answer->outcome == OUTCOME_PENDING ? WHOPOINT_UNKNOWN
                                                        : WHOPOINT_NONE;
        return point;
    }
    point.parent = ask_parent(ways, name);
    parent = point.parent.answer;
    if (parent != NULL && parent->referral)
        add_servers(&point, parent->authority, parent->authority_count);
    if (point.server_count > 0)
        point.kind = WHOPOINT_CUT;
    else if (parent != NULL && parent->chain_count > 0)
        point.kind = WHOPOINT_ALIAS;
    else if (parent == NULL || !outcome_is_absent(parent->outcome))
        point.kind = WHOPOINT_UNKNOWN;
    return point;
}

/* Do the servers of one owner exist? */
static enum who_state
servers_state(struct whoways *ways, const struct whopoint *point,
              const struct name *owner)
{
    enum who_state state = WHO_GONE;
    struct name mine;

    if (asked_outcome(&point->ns) == OUTCOME_FOUND)
        return WHO_LIVE;
    for (size_t i = 0; i < point->server_count; i++) {
        suffix_org(&mine, &point->servers[i]);
        if (name_equal(&mine, owner)
            && view_lookup(ways->view, &point->servers[i], RR_A)->outcome
                   != OUTCOME_NXDOMAIN)
            state = WHO_UNTOLD;
    }
    return state;
}

const uint16_t who_types[WHO_TYPES_MAX] = {RR_TXT, RR_A,   RR_AAAA, RR_MX,
                                           RR_SRV, RR_CAA, RR_DNAME};

/* *is_known becomes false when no answer tells. */
static bool
has_type(struct whoways *ways, const struct name *name, uint16_t type,
         bool *is_known)
{
    const struct answer *answer = view_lookup(ways->view, name, type);

    *is_known = *is_known && outcome_is_definite(answer->outcome);
    return answer->outcome == OUTCOME_FOUND && answer->chain_count == 0;
}

/* At selectors that somebody asserts: all but TXT is no key. */
static void
find_below(struct whoways *ways, const struct whopoint *point,
           struct who_way *way)
{
    const struct whoways_of *of = &ways->of;
    struct who_found *below = ARENA_ARRAY(
        ways->arena, struct who_found, (size_t)WHO_BELOW_MAX * WHO_TYPES_MAX);
    struct name name;

    way->below = below;
    for (size_t i = 0; i < of->selector_count && i < WHO_BELOW_MAX; i++) {
        if (of->selectors[i].origin == SELECTOR_GUESSED
            || name_prepend(&name, slice_of(of->selectors[i].selector),
                            &point->name)
                   != ST_OK)
            continue;
        for (size_t k = 0; k < WHO_TYPES_MAX; k++)
            if (who_types[k] != RR_TXT
                && has_type(ways, &name, who_types[k], &way->is_told[k]))
                below[way->below_count++] =
                    (struct who_found){name, who_types[k]};
    }
}

/* What is at the name now: an underscore keeps no type away. */
static void
find_types(struct whoways *ways, const struct whopoint *point,
           struct who_way *way)
{
    if (asked_outcome(&point->ns) != OUTCOME_FOUND || way->is_looked)
        return;
    way->is_looked = true;
    for (size_t i = 0; i < WHO_TYPES_MAX; i++) {
        way->is_told[i] = true;
        if (has_type(ways, &point->name, who_types[i], &way->is_told[i]))
            way->types[way->type_count++] = who_types[i];
    }
    if (way->place == WHO_KEYS)
        find_below(ways, point, way);
}

void
whopoint_ways(struct whoways *ways, const struct whopoint *point,
              const struct who_way *like, const struct whopath *base)
{
    for (size_t i = 0; i < point->server_count; i++) {
        struct whopath path = {.count = 0};
        struct who_way way = *like, *added;
        struct name owner, other;
        bool is_first = true;

        if (base != NULL)
            path = *base;
        suffix_org(&owner, &point->servers[i]);
        for (size_t k = 0; k < point->server_count; k++) {
            suffix_org(&other, &point->servers[k]);
            if (!name_equal(&owner, &other))
                continue;
            is_first = is_first && k >= i;
            whopath_add(&path, &point->name, RR_NS, &point->servers[k]);
        }
        if (!is_first)
            continue;
        way.state = servers_state(ways, point, &owner);
        added = whoways_add(ways, &way, &path);
        if (like->place != WHO_ZONE)
            find_types(ways, point, added);
    }
}

void
whopoint_own(struct whoways *ways, const struct who_way *like,
             const struct whopath *path)
{
    const struct name *target = &path->hops[path->count - 1].target;
    const struct authority *authority;
    struct whopoint point;

    if (!name_is_under(target, &ways->who->org))
        return;
    authority = authority_find(ways->view, target);
    if (authority->zone.size == 0
        || !name_is_under(&authority->zone, &ways->who->org)
        || name_is_under(&ways->who->input->domain, &authority->zone))
        return;
    point = whopoint_ask(ways, &authority->zone);
    if (point.kind == WHOPOINT_CUT)
        whopoint_ways(ways, &point, like, path);
}
