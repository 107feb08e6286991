/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The zones that a domain's names are in: their servers, copies and DNSSEC. */
#include "common/audit/collect_delegation.h"
#include "common/audit/collect_dkim.h"
#include "common/dns/answersame.h"

/* ---- servers ---- */

/* Its servers are asked each by itself; what the zone above says came when
   they were found. */
static void
collect_own(const struct facts *facts, struct view *view,
            struct delegation_facts *delegation,
            const struct authority *authority)
{
    struct cut_input input = {&authority->zone, authority->parent,
                              facts->input->zone == NULL};

    if (authority->state == AUTHORITY_KNOWN)
        delegation->own = cut_find(view, &input);
}

static void
collect_zone(const struct facts *facts, struct view *view,
             struct delegation_facts *delegation)
{
    const struct authority *authority =
        authority_find(view, &facts->input->domain);

    delegation->soa = asked_lookup(view, &facts->input->domain, RR_SOA);
    if (authority->zone.size == 0)
        return;
    delegation->zone = authority->zone;
    delegation->servers = asked_lookup(view, &authority->zone, RR_NS);
    collect_own(facts, view, delegation, authority);
}

/* ---- copies ---- */

/* Do the servers say by their SOA records that they have the same copy? */
static bool
soas_differ(const struct cut *cut)
{
    struct cut_place place = {0};
    const struct cut_server *server;
    const struct cut_address *address, *first = NULL;

    while ((address = cut_next(cut, &place, &server)) != NULL) {
        if (address->answering != CUT_SERVES)
            continue;
        if (first == NULL)
            first = address;
        else if (first->soa.answer->outcome != address->soa.answer->outcome
                 || !answersame_data(first->soa.answer, address->soa.answer))
            return true;
    }
    return false;
}

static const struct cut *
cut_of(const struct delegation_facts *delegation, const struct name *name)
{
    for (int i = 0; i < DELEGATION_POINTS; i++) {
        const struct delegation_point *point = &delegation->points[i];

        if (point->cut != NULL && name_is_under(name, &point->name))
            return point->cut;
    }
    return delegation->own;
}

static void
add_copies(struct view *view, struct delegation_facts *delegation,
           const struct name *name, bool is_asserted)
{
    const struct cut *cut = cut_of(delegation, name);
    struct delegation_copies *copies, *one;

    if (cut == NULL || (!is_asserted && !soas_differ(cut)))
        return;
    copies = arena_grow(view_run_arena(view), (void *)delegation->copies,
                        delegation->copies_count, sizeof(*copies));
    delegation->copies = copies;
    one = &copies[delegation->copies_count++];
    one->name = *name;
    one->cut = cut;
    one->asked = cut_ask_all(view, cut, name, RR_TXT, &one->count);
}

/* Of selectors that somebody asserts, and of all where the servers themselves
   say that they differ. */
static void
collect_copies(const struct facts *facts, struct view *view,
               struct delegation_facts *delegation)
{
    const struct dkim_facts *dkim = facts->dkim;
    size_t n = 0;

    for (size_t i = 0;
         dkim != NULL && i < dkim->count && n < DELEGATION_SELECTORS_MAX;
         i++) {
        const struct dkim_selector *selector = &dkim->selectors[i];

        if (!selector->is_listed || !asked_is(&selector->asked))
            continue;
        add_copies(view, delegation, &selector->name, selector->is_asserted);
        n++;
    }
    add_copies(view, delegation, &delegation->points[DELEGATION_DMARC].name,
               n > 0 && delegation->copies_count > 0);
}

/* ---- DNSSEC ---- */

/* Zone files are mostly as they are before they are signed: one without keys
   is not the zone whose keys the zone above names. */
static bool
is_unsigned_file(const struct facts *facts, const struct name *zone)
{
    const struct namenode *node =
        facts->input->zone == NULL
            ? NULL
            : nametree_find(facts->input->zone->tree, zone);

    return node != NULL && namenode_rrset(node, RR_DS) != NULL
           && namenode_rrset(node, RR_DNSKEY) == NULL;
}

static void
add_trust(const struct facts *facts, struct view *view,
          struct delegation_facts *delegation, const struct name *zone)
{
    for (size_t i = 0; i < delegation->zone_count; i++)
        if (name_equal(&delegation->zones[i]->zone, zone))
            return;
    if (delegation->zone_count < DELEGATION_ZONES_MAX)
        delegation->zones[delegation->zone_count++] =
            is_unsigned_file(facts, zone)
                ? trust_unasked(view_run_arena(view), zone)
                : trust_find(view, zone);
    else
        delegation->is_cut = true;
}

/* The zone that a name of the domain's is in. */
static const struct trust *
trust_of(const struct delegation_facts *delegation, const struct name *name)
{
    const struct trust *best = NULL;

    for (size_t i = 0; i < delegation->zone_count; i++) {
        const struct trust *trust = delegation->zones[i];

        if (name_is_under(name, &trust->zone)
            && (best == NULL || trust->zone.labels > best->zone.labels))
            best = trust;
    }
    return best;
}

/* Of a zone that validating resolvers keep to themselves the name is told
   when they need not validate. */
static void
ask_bogus_zone(struct view *view, const struct delegation_facts *delegation,
               struct name *zone)
{
    struct question question = delegation->soa.question;
    const struct answer *answer;

    *zone = delegation->zone;
    if (asked_outcome(&delegation->soa) != OUTCOME_BOGUS)
        return;
    question.checking_disabled = true;
    answer = view_ask(view, &question);
    if (answer->chain_count == 0)
        *zone = answer->outcome == OUTCOME_FOUND ? answer->records[0].owner
                                                 : answer->zone;
}

static void
collect_trust(const struct facts *facts, struct view *view,
              struct delegation_facts *delegation)
{
    struct name own;

    ask_bogus_zone(view, delegation, &own);
    if (own.size > 0)
        add_trust(facts, view, delegation, &own);
    for (int i = 0; i < DELEGATION_POINTS; i++)
        if (delegation->points[i].kind == DELEGATION_NS)
            add_trust(facts, view, delegation, &delegation->points[i].name);
    for (size_t i = 0; i < delegation->cut_count; i++)
        if (asked_outcome(&delegation->cuts[i].ns) == OUTCOME_FOUND
            && delegation->cuts[i].ns.answer->chain_count == 0)
            add_trust(facts, view, delegation, &delegation->cuts[i].name);
    for (size_t i = 0; i < delegation->alias_count; i++) {
        struct delegation_alias *alias =
            (struct delegation_alias *)&delegation->aliases[i];
        struct name zone;

        alias->from = trust_of(delegation, &alias->name);
        if (alias->from == NULL || alias->from->state != TRUST_SECURE
            || alias->txt.answer->outcome != OUTCOME_FOUND)
            continue;
        authority_zone(
            view, answer_end(alias->txt.answer, &alias->txt.question), &zone);
        alias->to_is_unknown = zone.size == 0;
        if (zone.size > 0 && !name_equal(&zone, &alias->from->zone))
            alias->to = trust_find(view, &zone);
    }
}

void
collect_zones(const struct facts *facts, struct view *view,
              struct delegation_facts *delegation)
{
    collect_zone(facts, view, delegation);
    if (facts->input->zone == NULL)
        collect_copies(facts, view, delegation);
    collect_trust(facts, view, delegation);
}
