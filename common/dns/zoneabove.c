/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The zone of a name, and what the zone above says of its servers. */
#include "common/dns/zoneabove.h"

/* Servers of the zone above that are asked before it is left alone. */
#define TRIES 2

/* The zone that an answer about name's SOA speaks for; false when it is one
   behind an alias, or none. */
static bool
zone_of(const struct answer *answer, const struct name *name,
        struct name *zone)
{
    if (answer->chain_count > 0)
        return false;
    if (answer->outcome == OUTCOME_FOUND)
        *zone = answer->records[0].owner;
    else if (answer->zone.size > 0)
        *zone = answer->zone;
    else
        return false;
    return name_is_under(name, zone);
}

const struct answer *
zoneabove_climb(struct view *view, struct name *at, struct name *zone)
{
    for (;;) {
        const struct answer *answer = view_lookup(view, at, RR_SOA);

        if (!outcome_is_definite(answer->outcome) || zone_of(answer, at, zone)
            || !name_parent(at, at))
            return answer;
    }
}

/* Which server of the zone above is asked first: not all of a run's questions
   should go to the same one. */
static size_t
first_turn(const struct name *zone)
{
    size_t turn = 0;

    for (size_t i = 0; i < zone->size; i++)
        turn = turn * 31 + zone->wire[i];
    return turn;
}

/* What one server of the zone above says of the zone's NS; NULL: nothing. */
static const struct answer *
ask_server(struct view *view, const struct name *zone, const struct record *ns)
{
    const struct answer *addresses, *answer;
    struct address address;
    struct name server;

    if (!record_target(ns, &server))
        return NULL;
    addresses = view_lookup(view, &server, RR_A);
    if (addresses->outcome == OUTCOME_PENDING)
        return addresses;
    if (addresses->outcome == OUTCOME_NODATA)
        addresses = view_lookup(view, &server, RR_AAAA);
    if (addresses->outcome == OUTCOME_PENDING)
        return addresses;
    if (addresses->record_count == 0
        || !record_address(&addresses->records[0], &address))
        return NULL;
    answer = view_lookup_at(view, &address, zone, RR_NS);
    if (answer->outcome == OUTCOME_PENDING
        || (answer->referral && name_equal(&answer->zone, zone))
        || (answer->outcome == OUTCOME_FOUND && answer->chain_count == 0))
        return answer;
    return NULL;
}

const struct answer *
zoneabove_ask(struct view *view, const struct name *zone,
              const struct answer **pending)
{
    const struct answer *answer;
    struct name at, above = {0};
    size_t turn = first_turn(zone);

    if (!name_parent(&at, zone))
        return NULL;
    answer = zoneabove_climb(view, &at, &above);
    if (above.size > 0)
        answer = view_lookup(view, &above, RR_NS);
    if (answer->outcome == OUTCOME_PENDING)
        *pending = answer;
    if (above.size == 0 || answer->outcome != OUTCOME_FOUND)
        return NULL;
    for (size_t i = 0; i < TRIES && i < answer->record_count; i++) {
        const struct answer *referral = ask_server(
            view, zone, &answer->records[(turn + i) % answer->record_count]);

        if (referral == NULL)
            continue;
        if (referral->outcome != OUTCOME_PENDING)
            return referral;
        *pending = referral;
        return NULL;
    }
    return NULL;
}
