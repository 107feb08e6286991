/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ways to a power: paths, owners, and what could not be told. */
#include "common/audit/whoways.h"

#include "common/dmarc/suffix.h"

void
whopath_add(struct whopath *path, const struct name *name, uint16_t type,
            const struct name *target)
{
    if (path->count < WHO_HOPS_MAX)
        path->hops[path->count++] = (struct who_hop){*name, type, *target};
}

static bool
same_hop(const struct who_hop *a, const struct who_hop *b)
{
    return a->type == b->type && name_equal(&a->name, &b->name)
           && name_equal(&a->target, &b->target);
}

/* A way to the same place that begins the same: the path of one is the other
   as far as it goes. */
static struct who_way *
find_way(const struct whoways *ways, const struct who_way *way,
         const struct whopath *path)
{
    for (size_t i = 0; i < ways->count; i++) {
        struct who_way *other = ways->ways[i];
        size_t k = 0;

        if (other->place != way->place || !name_equal(&other->at, &way->at)
            || !name_equal(&other->owner, &way->owner)
            || other->path_count != path->count)
            continue;
        while (k < path->count && same_hop(&other->path[k], &path->hops[k]))
            k++;
        if (k == path->count)
            return other;
    }
    return NULL;
}

/* What of its powers passes for the domain above. */
static void
set_above(const struct whoways *ways, struct who_way *way)
{
    const struct whoways_of *of = &ways->of;
    const struct {
        unsigned power;       /* needed */
        enum who_truth truth; /* does it? */
    } means[] = {
        {WHO_CREATE_KEY, of->key_above},
        {WHO_SEND,       of->spf_above}
    };

    way->as_parent = WHO_NO;
    for (size_t i = 0; i < sizeof(means) / sizeof(means[0]); i++) {
        if (!(way->powers & means[i].power) || means[i].truth == WHO_NO)
            continue;
        if (means[i].truth == WHO_YES)
            way->aligned |= means[i].power;
        way->as_parent = way->aligned != 0 ? WHO_YES : WHO_CANNOT_TELL;
    }
}

struct who_way *
whoways_add(struct whoways *ways, const struct who_way *like,
            const struct whopath *path)
{
    struct who_way *way = ARENA_NEW(ways->arena, struct who_way), *there;

    *way = *like;
    way->domain = ways->of.domain;
    set_above(ways, way);
    suffix_org(&way->owner, path->count > 0
                                ? &path->hops[path->count - 1].target
                                : &like->at);
    there = find_way(ways, way, path);
    if (there != NULL)
        return there;
    if (ways->count >= WHO_WAYS_MAX) {
        ways->who->is_cut = true;
        return way;
    }
    way->path = arena_copy(ways->arena, path->hops,
                           path->count * sizeof(path->hops[0]));
    way->path_count = path->count;
    ways->ways = arena_grow(ways->arena, ways->ways, ways->count,
                            sizeof(struct who_way *));
    ways->ways[ways->count++] = way;
    return way;
}

/* The DNAME's own target: of a hop, target is the whole next name. */
static struct name
hop_target(const struct hop *hop, const struct name *before)
{
    struct name target = hop->target;
    unsigned below = before->labels - hop->owner.labels;

    if (hop->type == RR_DNAME && target.labels > below)
        name_suffix(&target, &hop->target, target.labels - below);
    return target;
}

static enum who_state
state_of(const struct asked *asked)
{
    enum outcome outcome = asked_outcome(asked);

    if (outcome == OUTCOME_NXDOMAIN)
        return WHO_GONE;
    return outcome_is_definite(outcome) ? WHO_LIVE : WHO_UNTOLD;
}

/* A DNAME gives all names below: there is somebody when its target is. */
static enum who_state
hop_state(struct whoways *ways, const struct hop *hop,
          const struct name *target, const struct asked *asked)
{
    struct asked there;

    if (hop->type != RR_DNAME)
        return state_of(asked);
    there = asked_lookup(ways->view, target, RR_TXT);
    return state_of(&there);
}

void
whoways_chain(struct whoways *ways, const struct who_way *like,
              const struct whopath *base, const struct asked *asked)
{
    const struct answer *answer = asked->answer;
    const struct name *before = &asked->question.name;
    struct whopath path = {.count = 0};
    struct who_way way = *like;

    if (base != NULL)
        path = *base;
    for (size_t i = 0; i < answer->chain_count; i++) {
        const struct hop *hop = &answer->chain[i];
        struct name target = hop_target(hop, before), mine, next;

        /* A DNAME is held as a whole, whichever name led to it. */
        if (i == 0 && hop->type == RR_DNAME)
            way.at = hop->owner;
        whopath_add(&path,
                    i == 0 && base == NULL && hop->type == RR_CNAME
                        ? &like->at
                        : &hop->owner,
                    hop->type, &target);
        way.state = hop_state(ways, hop, &target, asked);
        whopoint_own(ways, &way, &path);
        before = &hop->target;
        suffix_org(&mine, &target);
        if (i + 1 < answer->chain_count
            && answer->chain[i + 1].type == RR_CNAME
            && hop->type == RR_CNAME) {
            suffix_org(&next, &answer->chain[i + 1].target);
            if (name_equal(&mine, &next))
                continue;
        }
        whoways_add(ways, &way, &path);
    }
}

bool
whoways_same_alias(const struct asked *a, const struct asked *b)
{
    return asked_is(b) && a->answer->chain_count > 0
           && b->answer->chain_count > 0
           && a->answer->chain[0].type == RR_CNAME
           && name_equal(&a->answer->chain[0].target,
                         &b->answer->chain[0].target);
}

void
whoways_unknown(struct whoways *ways, const struct asked *asked,
                unsigned powers, bool is_guess)
{
    struct who *who = ways->who;
    struct who_unknown *list = (struct who_unknown *)who->unknown;

    for (size_t i = 0; i < who->unknown_count; i++) {
        bool same = name_equal(&list[i].name, &asked->question.name);

        if (!same
            && ((!is_guess && !ways->of.is_guess) || list[i].powers != powers))
            continue;
        list[i].powers |= powers;
        list[i].more += same ? 0 : 1;
        return;
    }
    list = arena_grow(ways->arena, list, who->unknown_count, sizeof(*list));
    list[who->unknown_count++] =
        (struct who_unknown){asked->question.name, asked->question.type,
                             outcome_word(asked_outcome(asked)), powers, 0};
    who->unknown = list;
}
