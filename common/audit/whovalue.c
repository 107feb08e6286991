/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ways put together by owner, and as the machine contract has them. */
#include "common/audit/providers.h"
#include "common/audit/whoways.h"
#include "common/dmarc/suffix.h"

static const char *const place_words[] = {
    "zone", "keys", "selector", "policy", "subdomain", "spf", "reports"};
static const char *const power_words[WHO_POWERS] = {"create-key", "set-policy",
                                                    "send", "read-reports"};

const char *
who_place_word(enum who_place place)
{
    return place_words[place];
}

const char *
who_power_word(unsigned i)
{
    return power_words[i];
}

static struct who_party *
party_of(struct whoways *ways, const struct name *owner)
{
    struct who *who = ways->who;
    struct who_party *parties = (struct who_party *)who->parties;

    for (size_t i = 0; i < who->party_count; i++)
        if (name_equal(&parties[i].owner, owner))
            return &parties[i];
    parties =
        arena_grow(ways->arena, parties, who->party_count, sizeof(*parties));
    who->parties = parties;
    parties[who->party_count].owner = *owner;
    return &parties[who->party_count++];
}

/* Known by that name, wherever its vendor uses it. */
static const char *
vendor_of(const struct name *target)
{
    struct provider provider;

    for (int sign = 0; sign < PROVIDER_SIGNS; sign++)
        if (providers_find((enum provider_sign)sign, target, &provider))
            return provider.vendor;
    return NULL;
}

/* A hop that leads to the party's own names may tell who it is. */
static void
find_vendor(struct who_party *party, const struct who_way *way)
{
    struct name owner;

    for (size_t i = 0; i < way->path_count && party->vendor == NULL; i++) {
        suffix_org(&owner, &way->path[i].target);
        if (name_equal(&owner, &party->owner))
            party->vendor = vendor_of(&way->path[i].target);
    }
}

void
whoways_parties(struct whoways *ways)
{
    for (size_t i = 0; i < ways->count; i++) {
        const struct who_way *way = ways->ways[i];
        struct who_party *party = party_of(ways, &way->owner);
        const struct who_way **list =
            arena_grow(ways->arena, (void *)party->ways, party->way_count,
                       sizeof(struct who_way *));

        list[party->way_count++] = way;
        party->ways = list;
        party->powers |= way->powers;
        find_vendor(party, way);
        if (party->as_parent == WHO_NO || way->as_parent == WHO_YES)
            party->as_parent = way->as_parent;
    }
}

static struct value *
powers_value(struct arena *arena, unsigned powers)
{
    struct value *list = value_list(arena);

    for (unsigned i = 0; i < WHO_POWERS; i++)
        if (powers & (1u << i))
            value_add(list, value_text(arena, power_words[i]));
    return list;
}

static struct value *
type_value(struct arena *arena, uint16_t type)
{
    struct strbuf text = STRBUF_INIT;
    struct value *value;

    rrtype_present(type, &text);
    value = value_slice(arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return value;
}

static struct value *
hop_value(struct arena *arena, const struct who_hop *hop)
{
    struct value *map = value_map(arena);

    value_set(map, "name", value_text(arena, name_dotted(arena, &hop->name)));
    value_set(map, "type", type_value(arena, hop->type));
    value_set(map, "target",
              value_text(arena, name_dotted(arena, &hop->target)));
    return map;
}

static struct value *
truth_value(struct arena *arena, enum who_truth truth)
{
    return truth == WHO_CANNOT_TELL ? value_null(arena)
                                    : value_bool(arena, truth == WHO_YES);
}

/* By which result its mail passes for the domain above. */
static struct value *
aligned_value(struct arena *arena, const struct who_way *way)
{
    struct value *list = value_list(arena);

    if (way->aligned & WHO_CREATE_KEY)
        value_add(list, value_text(arena, "dkim"));
    if (way->aligned & WHO_SEND)
        value_add(list, value_text(arena, "spf"));
    return list;
}

static void
networks_value(struct arena *arena, const struct who_way *way,
               struct value *map)
{
    struct value *list = value_list(arena);
    struct strbuf text = STRBUF_INIT;
    struct spfcidr *cidrs;
    size_t count;

    if (way->place != WHO_SPF)
        return;
    value_set(map, "addresses",
              way->granted == NULL ? value_null(arena) : list);
    value_set(map, "addresses_exact", value_bool(arena, way->is_exact));
    if (way->granted == NULL)
        return;
    cidrs = spfset_cidrs(arena, way->granted, &count);
    for (size_t i = 0; i < count && i < WHO_NETWORKS_MAX; i++) {
        strbuf_cut(&text, 0);
        address_present(&cidrs[i].address, &text);
        strbuf_addf(&text, "/%u", cidrs[i].bits);
        value_add(list, value_slice(arena, strbuf_slice(&text)));
    }
    value_set(map, "networks", value_number(arena, (int64_t)count));
    strbuf_clear(&text);
}

/* At which names below types were found, and for which was looked. */
static void
set_looked(struct arena *arena, const struct who_way *way, struct value *map)
{
    struct value *below = value_list(arena), *asked = value_list(arena);
    struct value *unknown = value_list(arena);

    for (size_t i = 0; i < way->below_count; i++) {
        struct value *one = value_map(arena);

        value_set(one, "name",
                  value_text(arena, name_dotted(arena, &way->below[i].name)));
        value_set(one, "type", type_value(arena, way->below[i].type));
        value_add(below, one);
    }
    for (size_t i = 0; i < WHO_TYPES_MAX; i++)
        value_add(way->is_told[i] ? asked : unknown,
                  type_value(arena, who_types[i]));
    value_set(map, "types_below", below);
    value_set(map, "types_asked", asked);
    value_set(map, "types_unknown", unknown);
}

static struct value *
way_value(struct arena *arena, const struct who_way *way)
{
    static const char *const states[] = {NULL, "live", "gone"};
    struct value *map = value_map(arena), *path = value_list(arena);
    struct value *types = value_list(arena);

    value_set(map, "place", value_text(arena, place_words[way->place]));
    value_set(map, "at", value_text(arena, name_dotted(arena, &way->at)));
    value_set(map, "domain",
              value_text(arena, name_bare(arena, &way->domain)));
    value_set(map, "powers", powers_value(arena, way->powers));
    for (size_t i = 0; i < way->path_count; i++)
        value_add(path, hop_value(arena, &way->path[i]));
    value_set(map, "path", path);
    value_set(map, "state", value_text(arena, states[way->state]));
    value_set(map, "signs_as_parent", truth_value(arena, way->as_parent));
    value_set(map, "aligned_by", aligned_value(arena, way));
    for (size_t i = 0; i < way->type_count; i++)
        value_add(types, type_value(arena, way->types[i]));
    if (way->is_looked) {
        value_set(map, "types", types);
        set_looked(arena, way, map);
    }
    networks_value(arena, way, map);
    return map;
}

/* Has an earlier way of the party that hop? */
static bool
is_told(const struct who_party *party, size_t ways, const struct who_hop *hop)
{
    for (size_t i = 0; i < ways; i++)
        for (size_t k = 0; k < party->ways[i]->path_count; k++) {
            const struct who_hop *other = &party->ways[i]->path[k];

            if (other->type == hop->type
                && name_equal(&other->name, &hop->name)
                && name_equal(&other->target, &hop->target))
                return true;
        }
    return false;
}

static struct value *
party_value(struct arena *arena, const struct who_party *party)
{
    struct value *map = value_map(arena), *path = value_list(arena);
    struct value *ways = value_list(arena);

    value_set(map, "owner",
              value_text(arena, name_bare(arena, &party->owner)));
    value_set(map, "vendor", value_text(arena, party->vendor));
    value_set(map, "powers", powers_value(arena, party->powers));
    for (size_t i = 0; i < party->way_count; i++) {
        const struct who_way *way = party->ways[i];

        for (size_t k = 0; k < way->path_count; k++)
            if (!is_told(party, i, &way->path[k]))
                value_add(path, hop_value(arena, &way->path[k]));
        value_add(ways, way_value(arena, way));
    }
    value_set(map, "path", path);
    value_set(map, "signs_as_parent", truth_value(arena, party->as_parent));
    value_set(map, "ways", ways);
    return map;
}

static struct value *
unknown_value(struct arena *arena, const struct who_unknown *unknown)
{
    struct value *map = value_map(arena);

    value_set(map, "name",
              value_text(arena, name_dotted(arena, &unknown->name)));
    value_set(map, "type", type_value(arena, unknown->type));
    value_set(map, "outcome", value_text(arena, unknown->outcome));
    value_set(map, "powers", powers_value(arena, unknown->powers));
    value_set(map, "more", value_number(arena, (int64_t)unknown->more));
    return map;
}

void
who_value(struct arena *arena, const struct who *who, struct value *map)
{
    struct value *parties = value_list(arena), *keys = value_list(arena);
    struct value *unknown = value_list(arena);

    value_set(map, "domain",
              value_text(arena, name_bare(arena, &who->input->domain)));
    value_set(map, "org_domain",
              value_text(arena, name_bare(arena, &who->org)));
    for (size_t i = 0; i < who->party_count; i++)
        value_add(parties, party_value(arena, &who->parties[i]));
    value_set(map, "parties", parties);
    for (size_t i = 0; i < who->key_count; i++)
        value_add(keys, value_text(arena, name_dotted(arena, &who->keys[i])));
    value_set(map, "keys", keys);
    for (size_t i = 0; i < who->unknown_count; i++)
        value_add(unknown, unknown_value(arena, &who->unknown[i]));
    value_set(map, "unknown", unknown);
    value_set(map, "complete",
              value_bool(arena, who->unknown_count == 0 && !who->is_cut));
}
