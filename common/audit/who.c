/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every party that can act as a domain: asking. */
#include "common/audit/who.h"

#include "common/audit/collect_dkim.h"
#include "common/audit/providers.h"
#include "common/audit/whoways.h"
#include "common/dmarc/discovery.h"
#include "common/dmarc/suffix.h"

/* The NS records of a zone: its operators can publish anything in it. */
static void
add_zone(struct whoways *ways, const struct authority *authority)
{
    struct who_way like = {.place = WHO_ZONE, .powers = WHO_ALL};
    struct whopoint point = {.kind = WHOPOINT_CUT};

    if (authority->zone.size == 0) {
        if (authority->state == AUTHORITY_UNKNOWN) {
            struct asked asked =
                asked_lookup(ways->view, &ways->who->input->domain, RR_SOA);

            whoways_unknown(ways, &asked, WHO_ALL, false);
        }
        return;
    }
    point.name = like.at = authority->zone;
    point.ns = asked_lookup(ways->view, &authority->zone, RR_NS);
    if (outcome_is_failure(asked_outcome(&point.ns)))
        whoways_unknown(ways, &point.ns, WHO_ALL, false);
    for (size_t i = 0; i < point.ns.answer->record_count
                       && point.server_count < WHO_SERVERS_MAX;
         i++)
        if (record_target(&point.ns.answer->records[i],
                          &point.servers[point.server_count]))
            point.server_count++;
    whopoint_ways(ways, &point, &like, NULL);
}

/* The domain's zone, and that of its organizational domain. */
static void
add_zones(struct whoways *ways)
{
    const struct name *domain = &ways->who->input->domain;
    const struct name *org = &ways->who->org;

    add_zone(ways, ways->authority);
    if (!name_equal(domain, org)
        && !name_is_under(org, &ways->authority->zone))
        add_zone(ways, authority_find(ways->view, org));
}

/* A name held by somebody else, or not: of a single record. */
static void
add_point(struct whoways *ways, const struct who_way *like)
{
    struct whopoint point = whopoint_ask(ways, &like->at);
    struct asked txt = asked_lookup(ways->view, &like->at, RR_TXT);

    if (point.kind == WHOPOINT_CUT)
        whopoint_ways(ways, &point, like, NULL);
    else if (point.kind == WHOPOINT_UNKNOWN
             && outcome_is_failure(asked_outcome(&point.ns)))
        whoways_unknown(ways, &point.ns, like->powers, false);
    whoways_chain(ways, like, NULL, &txt);
    if (point.kind != WHOPOINT_CUT && outcome_is_failure(asked_outcome(&txt)))
        whoways_unknown(ways, &txt, like->powers, false);
}

/* ---- keys ---- */

/* `_domainkey` as a whole.  A CNAME there is an alias of that one name: it
   gives nobody a key. */
static bool
add_domainkey(struct whoways *ways, const struct who_way *like)
{
    struct whopoint point = whopoint_ask(ways, &like->at);

    if (point.kind == WHOPOINT_CUT)
        whopoint_ways(ways, &point, like, NULL);
    else if (point.kind == WHOPOINT_UNKNOWN
             && outcome_is_failure(asked_outcome(&point.ns)))
        whoways_unknown(ways, &point.ns, like->powers, false);
    else if (point.kind == WHOPOINT_ALIAS && point.ns.answer->chain_count > 0
             && point.ns.answer->chain[0].type == RR_DNAME)
        whoways_chain(ways, like, NULL, &point.ns);
    return point.kind == WHOPOINT_CUT;
}

/* Whatever random selectors have is a wildcard's, or a DNAME's. */
static void
add_any(struct whoways *ways, const struct asked *random,
        const struct name *domainkey)
{
    struct who_way like = {.place = WHO_KEYS, .powers = WHO_CREATE_KEY};

    if (asked_is(random)
        && name_prepend(&like.at, SLICE("*"), domainkey) == ST_OK)
        whoways_chain(ways, &like, NULL, random);
}

/* The selector and the names between it and `_domainkey`: any may be cut
   off.  Is one? */
static bool
add_cuts(struct whoways *ways, const struct dkim_selector *selector,
         const struct name *domainkey)
{
    struct who_way like = {.place = WHO_SELECTOR, .powers = WHO_CREATE_KEY};
    bool is_cut = false;

    for (unsigned n = domainkey->labels + 1u;
         n <= selector->name.labels && !is_cut; n++) {
        struct whopoint point;

        name_suffix(&like.at, &selector->name, n);
        point = whopoint_ask(ways, &like.at);
        if (point.kind == WHOPOINT_CUT)
            whopoint_ways(ways, &point, &like, NULL);
        else if (point.kind == WHOPOINT_UNKNOWN
                 && outcome_is_failure(asked_outcome(&point.ns)))
            whoways_unknown(ways, &point.ns, WHO_CREATE_KEY,
                            !selector->is_asserted);
        is_cut = point.kind == WHOPOINT_CUT;
    }
    return is_cut;
}

static void
add_key(struct whoways *ways, const struct dkim_selector *selector)
{
    struct who *who = ways->who;
    struct name *keys = (struct name *)who->keys;

    if (selector->key_count == 0 || selector->asked.answer->chain_count > 0)
        return;
    keys = arena_grow(ways->arena, keys, who->key_count, sizeof(*keys));
    keys[who->key_count++] = selector->name;
    who->keys = keys;
}

static void
add_selector(struct whoways *ways, const struct dkim_selector *selector,
             const struct asked *random, bool is_cut)
{
    struct who_way like = {
        .place = WHO_SELECTOR, .powers = WHO_CREATE_KEY, .at = selector->name};

    if (!asked_is(&selector->asked) || selector->is_wildcard
        || whoways_same_alias(&selector->asked, random))
        return;
    if (selector->asked.answer->chain_count > 0
        && selector->asked.answer->chain[0].type == RR_DNAME)
        like.place = WHO_KEYS;
    whoways_chain(ways, &like, NULL, &selector->asked);
    if (is_cut)
        return;
    add_key(ways, selector);
    if (outcome_is_failure(asked_outcome(&selector->asked)))
        whoways_unknown(ways, &selector->asked, WHO_CREATE_KEY,
                        !selector->is_asserted);
}

static bool
wants_cut(const struct dkim_selector *selector)
{
    enum outcome outcome = asked_outcome(&selector->asked);

    return asked_is(&selector->asked) && !selector->is_wildcard
           && selector->asked.answer->chain_count == 0
           && outcome != OUTCOME_NXDOMAIN && outcome != OUTCOME_PENDING
           && (!outcome_is_failure(outcome) || selector->is_asserted);
}

void
whoways_keys(struct whoways *ways)
{
    const struct name *domain = &ways->of.domain;
    struct who_way like = {.place = WHO_KEYS, .powers = WHO_CREATE_KEY};
    struct audit_input *audit = ARENA_NEW(ways->arena, struct audit_input);
    struct facts facts = {.input = NULL};
    const struct asked *random;
    size_t cuts = 0;
    bool is_cut;

    *audit = (struct audit_input){.domain = *domain,
                                  .selectors = ways->of.selectors,
                                  .selector_count = ways->of.selector_count};
    facts.input = providers_input(audit, ways->view);
    area_dkim.collect(&facts, ways->view);
    /* A resolver that believes denials is not asked for _domainkey before the
       selectors: see domainkey.h. */
    if (!facts.dkim->is_settled
        || name_prepend(&like.at, SLICE("_domainkey"), domain) != ST_OK)
        return;
    random = &facts.dkim->domainkey->wildcards[0];
    is_cut = add_domainkey(ways, &like);
    add_any(ways, random, &like.at);
    for (size_t i = 0; i < facts.dkim->count; i++) {
        const struct dkim_selector *selector = &facts.dkim->selectors[i];

        bool is_below = is_cut;

        if (!is_cut && wants_cut(selector) && cuts++ < WHO_CUTS_MAX)
            is_below = add_cuts(ways, selector, &like.at);
        add_selector(ways, selector, random, is_below);
    }
}

/* ---- policy and reports ---- */

static void
add_reports(struct whoways *ways, const struct discovery_step *step)
{
    const struct dmarcrecord *record = step->record;
    struct who_way like = {.place = WHO_REPORTS,
                           .powers = WHO_READ_REPORTS,
                           .at = step->asked.question.name,
                           .state = WHO_UNTOLD};

    for (size_t i = 0; i < record->rua_count + record->ruf_count; i++) {
        const struct reporturi *uri =
            i < record->rua_count ? &record->rua[i]
                                  : &record->ruf[i - record->rua_count];
        struct whopath path = {.count = 0};

        if (uri->state != REPORTURI_GOOD)
            continue;
        whopath_add(&path, &like.at, RR_TXT, &uri->host);
        whoways_add(ways, &like, &path);
    }
}

void
whoways_policy(struct whoways *ways, const struct discovery_step *step)
{
    struct who_way like = {.place = WHO_POLICY, .powers = WHO_SET_POLICY};

    if (step == NULL || !asked_is(&step->asked))
        return;
    like.at = step->asked.question.name;
    add_point(ways, &like);
    if (step->record != NULL)
        add_reports(ways, step);
}

static void
add_policy(struct whoways *ways, const struct discovery *discovery)
{
    const struct discovery_walk *walk = discovery->walk;

    if (walk->count > 0)
        whoways_policy(ways, &walk->steps[0]);
    whoways_policy(ways, discovery->rfc9989.step);
    whoways_policy(ways, discovery->rfc7489.step);
    for (size_t i = 0; i < walk->count; i++)
        if (walk->steps[i].found == DISCOVERY_FAILED
            && name_is_under(&walk->steps[i].domain, &ways->who->org))
            whoways_unknown(ways, &walk->steps[i].asked,
                            WHO_SET_POLICY | WHO_READ_REPORTS, false);
}

const struct who *
who_find(struct view *view, const struct who_input *input)
{
    struct whoways ways = {.view = view, .arena = view_run_arena(view)};
    const struct discovery *discovery;

    ways.who = ARENA_NEW(ways.arena, struct who);
    ways.who->input = input;
    suffix_org(&ways.who->org, &input->domain);
    ways.authority = authority_find(view, &input->domain);
    discovery = discovery_find(view, &input->domain);
    ways.of.domain = input->domain;
    ways.of.selectors = input->selectors;
    ways.of.selector_count = input->selector_count;
    whoways_above(&ways, discovery);
    add_zones(&ways);
    whoways_keys(&ways);
    add_policy(&ways, discovery);
    whoways_spf(&ways);
    whoways_subdomains(&ways);
    whoways_parties(&ways);
    return ways.who;
}
