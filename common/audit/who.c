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

static bool
same_alias(const struct asked *a, const struct asked *b)
{
    return asked_is(b) && a->answer->chain_count > 0
           && b->answer->chain_count > 0
           && a->answer->chain[0].type == RR_CNAME
           && name_equal(&a->answer->chain[0].target,
                         &b->answer->chain[0].target);
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
        || same_alias(&selector->asked, random))
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

static void
add_keys(struct whoways *ways)
{
    const struct who_input *input = ways->who->input;
    struct who_way like = {.place = WHO_KEYS, .powers = WHO_CREATE_KEY};
    struct audit_input *audit = ARENA_NEW(ways->arena, struct audit_input);
    struct facts facts = {.input = NULL};
    const struct asked *random;
    size_t cuts = 0;
    bool is_cut;

    *audit = (struct audit_input){.domain = input->domain,
                                  .selectors = input->selectors,
                                  .selector_count = input->selector_count};
    facts.input = providers_input(audit, ways->view);
    area_dkim.collect(&facts, ways->view);
    /* A resolver that believes denials is not asked for _domainkey before the
       selectors: see domainkey.h. */
    if (!facts.dkim->is_settled
        || name_prepend(&like.at, SLICE("_domainkey"), &input->domain)
               != ST_OK)
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

static void
add_policy(struct whoways *ways, const struct discovery *discovery)
{
    const struct discovery_walk *walk = discovery->walk;
    const struct discovery_step *steps[] = {
        walk->count > 0 ? &walk->steps[0] : NULL, discovery->rfc9989.step,
        discovery->rfc7489.step};

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        struct who_way like = {.place = WHO_POLICY, .powers = WHO_SET_POLICY};

        if (steps[i] == NULL || !asked_is(&steps[i]->asked))
            continue;
        like.at = steps[i]->asked.question.name;
        add_point(ways, &like);
        if (steps[i]->record != NULL)
            add_reports(ways, steps[i]);
    }
    for (size_t i = 0; i < walk->count; i++)
        if (walk->steps[i].found == DISCOVERY_FAILED
            && name_is_under(&walk->steps[i].domain, &ways->who->org))
            whoways_unknown(ways, &walk->steps[i].asked,
                            WHO_SET_POLICY | WHO_READ_REPORTS, false);
}

/* ---- relaxed alignment ---- */

/* Does a signature of signer align with author, by either algorithm? */
static enum who_truth
is_aligned(struct view *view, const struct name *author,
           const struct name *signer)
{
    const struct discovery *discovery = discovery_find(view, author);
    const struct discovery_policy *old = &discovery->rfc7489;
    const struct discovery_policy *new = &discovery->rfc9989;
    bool strict_new = new->step != NULL &&new->step->record->strict_dkim;
    bool strict_old = old->step != NULL && old->step->record->strict_dkim;
    enum discovery_truth truth =
        discovery_is_aligned(view, discovery, signer, strict_new);

    if ((new->is_known &&truth == DISCOVERY_YES)
        || (old->is_known
            && discovery_is_aligned_7489(author, signer, strict_old)))
        return WHO_YES;
    return new->is_known && old->is_known &&truth == DISCOVERY_NO
               ? WHO_NO
               : WHO_CANNOT_TELL;
}

/* A key of the domain itself: may it sign as the domain above? */
static enum who_truth
signs_above(struct whoways *ways, const struct discovery *discovery)
{
    const struct name *domain = &ways->who->input->domain;
    const struct discovery_policy *new = &discovery->rfc9989;

    if (!name_equal(&ways->who->org, domain))
        return is_aligned(ways->view, &ways->who->org, domain);
    if (new->org_is_known && !name_equal(&new->org, domain))
        return is_aligned(ways->view, &new->org, domain);
    return WHO_NO;
}

/* ---- subdomains ---- */

static void
add_subdomain(struct whoways *ways, const struct name *name,
              const struct asked *random, bool is_guess)
{
    struct who_way like = {.place = WHO_SUBDOMAIN, .at = *name};
    struct whopoint point = whopoint_ask(ways, name);

    if (point.kind == WHOPOINT_CUT) {
        like.powers = WHO_CREATE_KEY | WHO_SEND;
        like.as_parent =
            is_aligned(ways->view, &ways->who->input->domain, name);
        whopoint_ways(ways, &point, &like, NULL);
    } else if (point.kind == WHOPOINT_ALIAS) {
        /* An alias is of one name: its SPF, and no key below it. */
        struct asked txt = asked_lookup(ways->view, name, RR_TXT);

        like.powers = WHO_SEND;
        if (!same_alias(&txt, random))
            whoways_chain(ways, &like, NULL, &txt);
    } else if (point.kind == WHOPOINT_NONE && !is_guess) {
        struct asked dname = asked_lookup(ways->view, name, RR_DNAME);
        struct whopath path = {.count = 0};
        struct name target;

        if (asked_outcome(&dname) != OUTCOME_FOUND
            || dname.answer->chain_count > 0
            || !record_target(&dname.answer->records[0], &target))
            return;
        like.powers = WHO_CREATE_KEY;
        like.as_parent =
            is_aligned(ways->view, &ways->who->input->domain, name);
        whopath_add(&path, name, RR_DNAME, &target);
        whoways_add(ways, &like, &path);
    } else if (outcome_is_failure(asked_outcome(&point.ns))) {
        whoways_unknown(ways, &point.ns, WHO_CREATE_KEY | WHO_SEND, is_guess);
    }
}

static void
add_subdomains(struct whoways *ways)
{
    const struct who_input *input = ways->who->input;
    struct who_way like = {.place = WHO_SUBDOMAIN, .powers = WHO_SEND};
    struct asked random = {0};
    char label[VIEW_LABEL_SIZE];
    struct name name;

    view_random_label(ways->view, "subdomain", 0, label);
    if (name_prepend(&name, slice_of(label), &input->domain) == ST_OK
        && name_prepend(&like.at, SLICE("*"), &input->domain) == ST_OK) {
        random = asked_lookup(ways->view, &name, RR_TXT);
        whoways_chain(ways, &like, NULL, &random);
    }
    for (size_t i = 0; i < input->subdomain_count; i++)
        add_subdomain(ways, &input->subdomains[i], &random,
                      i >= input->subdomain_asserted);
}

const struct who *
who_find(struct view *view, const struct who_input *input)
{
    struct whoways ways = {.view = view, .arena = view_run_arena(view)};
    const struct discovery *discovery;
    enum who_truth above;

    ways.who = ARENA_NEW(ways.arena, struct who);
    ways.who->input = input;
    suffix_org(&ways.who->org, &input->domain);
    ways.authority = authority_find(view, &input->domain);
    discovery = discovery_find(view, &input->domain);
    above = signs_above(&ways, discovery);
    add_zones(&ways);
    add_keys(&ways);
    for (size_t i = 0; i < ways.count; i++)
        if (ways.ways[i]->powers & WHO_CREATE_KEY)
            ways.ways[i]->as_parent = above;
    add_policy(&ways, discovery);
    whoways_spf(&ways);
    add_subdomains(&ways);
    whoways_parties(&ways);
    return ways.who;
}
