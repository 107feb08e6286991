/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers out of zone files: RFC 1034 section 4.3.2, RFC 4592, RFC 6672. */
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/table.h"
#include "common/dns/reply.h"
#include "common/dns/synth.h"
#include "common/dns/zonefile.h"

struct zonesource {
    struct source base;    /* must come first */
    struct zonefile *zone; /* borrowed */
    struct arena *arena;   /* the last answer */
};

/* One question on its way. */
struct walk {
    struct zonefile *zone;       /* what is known */
    bool direct;                 /* asked as of one server */
    const struct namenode *apex; /* of the zone that speaks; NULL at first */
    struct synth synth;          /* the answer so far */
};

static const char *
quote_node(struct walk *walk, const struct namenode *node)
{
    struct name name;

    namenode_name(node, &name);
    return name_bare(walk->synth.arena, &name);
}

static void
refuse(struct walk *walk, const char *name)
{
    synth_outcome(
        &walk->synth, OUTCOME_REFUSED,
        arena_printf(walk->synth.arena, "no zone file covers '%s'", name));
}

/* Has a fixture a failure for this?  Then that is the answer. */
static bool
give_fault(struct walk *walk, const struct namenode *node)
{
    enum outcome fault = OUTCOME_PENDING;

    if (node != NULL)
        fault = namenode_fault(node, walk->synth.question->type);
    if (fault == OUTCOME_PENDING)
        return false;
    synth_outcome(&walk->synth, fault, "so the zone file has it");
    return true;
}

static void
give_negative(struct walk *walk, enum outcome outcome)
{
    const struct rrset *set = namenode_rrset(walk->apex, RR_SOA);
    struct record soa;
    struct name name;

    if (set == NULL) {
        synth_outcome(&walk->synth, outcome, NULL);
        return;
    }
    namenode_name(walk->apex, &name);
    soa = synth_record(&name, set, 0);
    synth_negative(&walk->synth, outcome, &soa);
}

/* What node has of the type asked, for the name at the chain's end.  True:
   that is an alias. */
static bool
answer_from(struct walk *walk, const struct namenode *node)
{
    uint16_t type = walk->synth.question->type;
    const struct rrset *alias = namenode_rrset(node, RR_CNAME);
    struct synth *synth = &walk->synth;

    if (give_fault(walk, node))
        return false;
    if (alias != NULL && type != RR_CNAME && type != RR_ANY)
        return synth_follow_cname(synth, alias);
    for (const struct rrset *set = namenode_rrsets(node); set != NULL;
         set = set->next)
        if (set->type == type || type == RR_ANY)
            synth_add(synth, SYNTH_ANSWER, &synth->name, set);
    if (synth->answer->record_count == 0) {
        give_negative(walk, OUTCOME_NODATA);
        return false;
    }
    synth_sign(synth, &synth->name, namenode_rrset(node, RR_RRSIG));
    synth_outcome(synth, OUTCOME_FOUND, NULL);
    return false;
}

/* The addresses of a name server that this zone knows. */
static void
add_glue(struct walk *walk, const struct record *ns)
{
    const struct rrset *addresses;
    struct nametree_match match;
    struct name target;

    if (!record_target(ns, &target))
        return;
    nametree_match(walk->zone->tree, &target, &match);
    if (match.node == NULL || match.apex != walk->apex)
        return;
    if ((addresses = namenode_rrset(match.node, RR_A)) != NULL)
        synth_add(&walk->synth, SYNTH_ADDITIONAL, &target, addresses);
    if ((addresses = namenode_rrset(match.node, RR_AAAA)) != NULL)
        synth_add(&walk->synth, SYNTH_ADDITIONAL, &target, addresses);
}

static void
add_servers(struct walk *walk, const struct namenode *cut)
{
    const struct rrset *servers = namenode_rrset(cut, RR_NS);
    const struct rrset *ds = namenode_rrset(cut, RR_DS);
    struct name name;

    namenode_name(cut, &name);
    synth_add(&walk->synth, SYNTH_AUTHORITY, &name, servers);
    for (size_t i = 0; i < servers->count; i++) {
        struct record ns = synth_record(&name, servers, i);

        add_glue(walk, &ns);
    }
    if (ds != NULL && walk->synth.question->dnssec_ok)
        synth_add(&walk->synth, SYNTH_AUTHORITY, &name, ds);
}

/* As the reply of a server would be judged: it says nothing about the name,
   or, behind aliases, leaves the chain open. */
static void
give_referral(struct walk *walk, const struct namenode *cut)
{
    struct answer *answer = walk->synth.answer;
    const char *name = quote_node(walk, cut);

    add_servers(walk, cut);
    if (answer->chain_count > 0) {
        synth_outcome(&walk->synth, OUTCOME_NODATA, NULL);
        answer->chain_open = true;
        return;
    }
    synth_outcome(&walk->synth, OUTCOME_REFUSED,
                  arena_printf(walk->synth.arena, "referral to '%s'", name));
    answer->rcode = RCODE_NOERROR;
    answer->referral = true;
    namenode_name(cut, &answer->zone);
}

static bool
is_above(const struct namenode *upper, const struct namenode *lower)
{
    do
        lower = namenode_parent(lower);
    while (lower != NULL && lower != upper);
    return lower != NULL;
}

static bool
follow_dname(struct walk *walk, const struct namenode *node)
{
    struct name owner;

    namenode_name(node, &owner);
    return synth_follow_dname(&walk->synth, &owner,
                              namenode_rrset(node, RR_DNAME));
}

/* Within the zone whose apex is found. */
static bool
answer_in_zone(struct walk *walk, const struct nametree_match *match)
{
    const struct namenode *cut = match->cut;
    const struct namenode *node =
        match->node != NULL ? match->node : match->wildcard;
    bool asks_cut = walk->synth.question->type == RR_DS && cut == match->node;

    if (match->dname != NULL && (cut == NULL || is_above(match->dname, cut)))
        return follow_dname(walk, match->dname);
    if (cut != NULL && !asks_cut) {
        if (walk->direct)
            give_referral(walk, cut);
        else
            refuse(walk, quote_node(walk, cut));
        return false;
    }
    if (node != NULL)
        return answer_from(walk, node);
    give_negative(walk, OUTCOME_NXDOMAIN);
    return false;
}

/* DS belongs to the zone above: RFC 4035 section 3.1.4.1. */
static const struct namenode *
speaking_zone(const struct walk *walk, const struct nametree_match *match)
{
    const struct namenode *upper;

    if (walk->synth.question->type != RR_DS || match->node != match->apex
        || match->apex == NULL)
        return match->apex;
    upper = namenode_parent(match->apex);
    upper = upper == NULL ? NULL : namenode_zone(upper);
    return upper == NULL ? match->apex : upper;
}

/* One name of the chain; true: another one comes after it. */
static bool
step(struct walk *walk)
{
    const struct namenode *apex;
    struct nametree_match match;

    nametree_match(walk->zone->tree, &walk->synth.name, &match);
    if (give_fault(walk, match.node))
        return false;
    apex = speaking_zone(walk, &match);
    if (walk->direct && walk->apex != NULL && apex != walk->apex) {
        walk->synth.answer->chain_open = true;
        synth_outcome(&walk->synth, OUTCOME_NODATA, NULL);
        return false;
    }
    if (apex == NULL) {
        walk->synth.answer->aa = false;
        refuse(walk, name_bare(walk->synth.arena, &walk->synth.name));
        return false;
    }
    walk->apex = apex;
    walk->synth.answer->aa = true;
    return answer_in_zone(walk, &match);
}

static const char *
server_of(const struct walk *walk)
{
    const char *server = NULL;
    struct name name;

    if (walk->apex != NULL) {
        namenode_name(walk->apex, &name);
        server = table_get(walk->zone->servers, name_key(&name));
    }
    return server == NULL ? "zone files" : server;
}

static const struct answer *
zone_ask(struct source *source, struct view *view,
         const struct question *question)
{
    struct zonesource *self = (struct zonesource *)source;
    struct walk walk = {.zone = self->zone,
                        .direct =
                            question->server.family != 0 && !question->rd};

    (void)view;
    arena_reset(self->arena);
    synth_begin(&walk.synth, self->arena, question);
    while (step(&walk))
        ;
    walk.synth.answer->ra = !walk.direct;
    return synth_finish(&walk.synth, server_of(&walk));
}

static void
zone_free(struct source *source)
{
    struct zonesource *self = (struct zonesource *)source;

    arena_free(self->arena);
    free(self);
}

static const struct source_ops zone_ops = {
    .kind = "zone", .ask = zone_ask, .free = zone_free};

struct source *
zonefile_source(struct zonefile *zone)
{
    struct zonesource *self = memory_zeroed(1, sizeof(*self));

    self->base.ops = &zone_ops;
    self->zone = zone;
    self->arena = arena_new();
    return &self->base;
}
