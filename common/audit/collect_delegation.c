/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who holds `_domainkey` and `_dmarc`: asking. */
#include "common/audit/collect_delegation.h"

#include "common/audit/collect_dkim.h"
#include "common/audit/collect_dmarc.h"
#include "common/dns/authority.h"
#include "common/dns/zoneabove.h"

static void
add_target(struct arena *arena, struct delegation_point *point,
           const struct name *name)
{
    struct delegation_target *targets = arena_grow(
        arena, (void *)point->targets, point->target_count, sizeof(*targets));

    targets[point->target_count++].name = *name;
    point->targets = targets;
}

/* NS records at the name itself: a cut.  (An apex of the parent's own has
   them too, but underscore names are no apexes unless they are cut.) */
static void
take_servers(struct view *view, struct delegation_point *point)
{
    const struct answer *answer = point->answer;
    struct name target;

    for (size_t i = 0; i < answer->record_count
                       && point->target_count < DELEGATION_SERVERS_MAX;
         i++) {
        struct delegation_target *targets;

        if (!record_target(&answer->records[i], &target))
            continue;
        add_target(view_run_arena(view), point, &target);
        targets = (struct delegation_target *)point->targets;
        targets[point->target_count - 1].a = view_lookup(view, &target, RR_A);
        targets[point->target_count - 1].aaaa =
            view_lookup(view, &target, RR_AAAA);
    }
    point->kind = point->target_count > 0 ? DELEGATION_NS : DELEGATION_NONE;
}

/* A DNAME at the name: all below is elsewhere. */
static void
ask_dname(struct view *view, struct delegation_point *point)
{
    struct question question = question_recursive(&point->name, RR_DNAME);
    const struct answer *answer = view_lookup(view, &point->name, RR_DNAME);
    struct name target;

    point->dname = (struct asked){question, answer};
    if (outcome_is_failure(answer->outcome))
        point->known = false;
    if (answer->outcome != OUTCOME_FOUND || answer->chain_count > 0
        || !record_target(&answer->records[0], &target))
        return;
    point->kind = DELEGATION_DNAME;
    point->question = question;
    point->answer = answer;
    add_target(view_run_arena(view), point, &target);
}

/* The resolvers have no answer, but the zone above says that there is a cut:
   its servers may be at fault. */
static void
take_referral(struct view *view, struct delegation_point *point)
{
    if (!point->cut->has_referral)
        return;
    for (size_t i = 0; i < point->cut->server_count; i++) {
        const struct cut_server *server = &point->cut->servers[i];
        struct delegation_target *target;

        add_target(view_run_arena(view), point, &server->name);
        target = (struct delegation_target *)&point->targets[i];
        target->a = server->a.answer;
        target->aaaa = server->aaaa.answer;
    }
    point->known = point->target_count > 0;
    point->kind = point->known ? DELEGATION_NS : DELEGATION_NONE;
}

static void
collect_cut(const struct facts *facts, struct view *view,
            struct delegation_point *point)
{
    const struct authority *above =
        authority_find(view, &facts->input->domain);
    struct cut_input input = {&point->name, NULL, facts->input->zone == NULL};
    const struct answer *pending;

    if (point->kind != DELEGATION_NS
        && !outcome_is_failure(point->answer->outcome))
        return;
    if (above->state == AUTHORITY_KNOWN)
        input.above = zoneabove_ask(view, &point->name, &pending);
    point->cut = cut_find(view, &input);
    if (!point->known)
        take_referral(view, point);
}

static void
collect_point(struct view *view, struct delegation_point *point)
{
    const struct answer *answer;

    point->question = question_recursive(&point->name, RR_NS);
    point->answer = answer = view_lookup(view, &point->name, RR_NS);
    point->txt = view_lookup(view, &point->name, RR_TXT);
    if (answer->chain_count > 0
        && name_equal(&answer->chain[0].owner, &point->name)) {
        point->known = true;
        point->kind = DELEGATION_CNAME;
        add_target(view_run_arena(view), point, &answer->chain[0].target);
        return;
    }
    point->known = outcome_is_definite(answer->outcome);
    if (answer->outcome == OUTCOME_FOUND && answer->chain_count == 0)
        take_servers(view, point);
    else if (answer->outcome == OUTCOME_NODATA)
        ask_dname(view, point);
}

/* A resolver keeps a circle of aliases to itself and says SERVFAIL; the
   domain's own servers show it. */
static const struct asked *
shown_alias(const struct asked *asked, const struct serverfail *fail)
{
    if (!asked_is(asked) || asked->answer->chain_count > 0 || fail == NULL
        || !outcome_is_failure(asked->answer->outcome))
        return asked;
    for (size_t i = 0; i < fail->count; i++)
        if (fail->asked[i].answer->chain_loops
            && name_equal(&fail->asked[i].question.name,
                          &asked->question.name))
            return &fail->asked[i];
    return asked;
}

static void
add_alias(struct view *view, struct delegation_facts *delegation,
          const struct asked *txt)
{
    struct delegation_alias *aliases, *alias;

    if (!asked_is(txt)
        || (txt->answer->chain_count == 0 && !txt->answer->chain_loops))
        return;
    aliases = arena_grow(view_run_arena(view), (void *)delegation->aliases,
                         delegation->alias_count, sizeof(*aliases));
    alias = &aliases[delegation->alias_count++];
    delegation->aliases = aliases;
    alias->name = txt->question.name;
    alias->txt = *txt;
    if (txt->answer->outcome == OUTCOME_NXDOMAIN)
        registrable_ask(view, answer_end(txt->answer, &txt->question),
                        &alias->target);
}

static void
add_cut(struct view *view, struct delegation_facts *delegation,
        const struct dkim_selector *selector)
{
    struct delegation_cut *cuts =
        arena_grow(view_run_arena(view), (void *)delegation->cuts,
                   delegation->cut_count, sizeof(*cuts));

    delegation->cuts = cuts;
    cuts[delegation->cut_count++] = (struct delegation_cut){
        selector->name, asked_lookup(view, &selector->name, RR_NS)};
}

static void
collect_selectors(struct view *view, struct delegation_facts *delegation,
                  const struct dkim_facts *dkim)
{
    size_t n = 0;

    for (size_t i = 0; i < dkim->count; i++) {
        const struct dkim_selector *selector = &dkim->selectors[i];

        if (!selector->is_listed || !asked_is(&selector->asked))
            continue;
        delegation->is_cut = n++ == DELEGATION_SELECTORS_MAX;
        if (delegation->is_cut)
            return;
        add_alias(view, delegation,
                  shown_alias(&selector->asked, selector->fail));
        if (selector->asked.answer->outcome == OUTCOME_FOUND
            && selector->asked.answer->chain_count == 0)
            add_cut(view, delegation, selector);
    }
}

static void
collect(struct facts *facts, struct view *view)
{
    static const struct slice labels[DELEGATION_POINTS] = {
        SLICE_INIT("_domainkey"), SLICE_INIT("_dmarc")};
    struct delegation_facts *delegation =
        ARENA_NEW(view_run_arena(view), struct delegation_facts);

    facts->delegation = delegation;
    /* A resolver that believes denials is not asked for _domainkey before the
       selectors: see domainkey.h. */
    if (facts->dkim != NULL && !facts->dkim->is_settled)
        return;
    for (int i = 0; i < DELEGATION_POINTS; i++) {
        struct delegation_point *point = &delegation->points[i];
        struct asked txt;

        /* A domain too long for an underscore name has none. */
        if (name_prepend(&point->name, labels[i], &facts->input->domain)
            != ST_OK)
            continue;
        collect_point(view, point);
        collect_cut(facts, view, point);
        txt = (struct asked){question_recursive(&point->name, RR_TXT),
                             point->txt};
        if (i == DELEGATION_DMARC)
            add_alias(view, delegation,
                      facts->dmarc == NULL
                          ? &txt
                          : shown_alias(&txt, facts->dmarc->fail));
    }
    if (facts->dkim != NULL)
        collect_selectors(view, delegation, facts->dkim);
    collect_zones(facts, view, delegation);
}

static struct value *
point_value(struct arena *arena, const struct delegation_point *point)
{
    static const char *const kinds[] = {"none", "ns", "cname", "dname"};
    struct value *map = value_map(arena), *targets = value_list(arena);

    value_set(map, "state",
              value_text(arena, point->known ? "known" : "unknown"));
    value_set(map, "kind",
              value_text(arena, point->known ? kinds[point->kind] : NULL));
    for (size_t i = 0; i < point->target_count; i++)
        value_add(
            targets,
            value_text(arena, name_dotted(arena, &point->targets[i].name)));
    value_set(map, "target", point->known ? targets : value_null(arena));
    return map;
}

static struct value *
delegation_value(const struct facts *facts, struct arena *arena)
{
    const struct delegation_facts *delegation = facts->delegation;
    struct value *map = value_map(arena), *zones = value_list(arena);
    bool known = delegation_zones_known(facts);

    value_set(map, "state", value_text(arena, known ? "known" : "unknown"));
    value_set(map, "_domainkey",
              point_value(arena, &delegation->points[DELEGATION_DOMAINKEY]));
    value_set(map, "_dmarc",
              point_value(arena, &delegation->points[DELEGATION_DMARC]));
    for (size_t i = 0; i < delegation->zone_count; i++)
        value_add(zones, trust_value(arena, delegation->zones[i]));
    value_set(map, "dnssec", zones);
    return map;
}

const struct audit_area area_delegation = {"delegation", collect,
                                           delegation_value, check_delegation};
