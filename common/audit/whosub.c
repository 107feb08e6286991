/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who has a power over a domain's subdomains, and whether that serves for the
   domain as well. */
#include "common/audit/whoways.h"

/* Whoever has all names below a subdomain: `_domainkey`, `_dmarc`, and names
   to send as. */
#define BELOW (WHO_CREATE_KEY | WHO_SET_POLICY | WHO_SEND)

/* Does a signature by signer, or SPF for it, align with author, by either
   algorithm? */
static enum who_truth
is_aligned(struct view *view, const struct name *author,
           const struct name *signer, enum who_power power)
{
    const struct discovery *discovery = discovery_find(view, author);
    const struct discovery_policy *policies[] = {&discovery->rfc9989,
                                                 &discovery->rfc7489};
    bool strict[] = {false, false};
    enum discovery_truth truth;

    for (size_t i = 0; i < 2; i++) {
        const struct discovery_step *step = policies[i]->step;

        if (step != NULL)
            strict[i] = power == WHO_SEND ? step->record->strict_spf
                                          : step->record->strict_dkim;
    }
    truth = discovery_is_aligned(view, discovery, signer, strict[0]);
    if ((policies[0]->is_known && truth == DISCOVERY_YES)
        || (policies[1]->is_known
            && discovery_is_aligned_7489(author, signer, strict[1])))
        return WHO_YES;
    return policies[0]->is_known && policies[1]->is_known
                   && truth == DISCOVERY_NO
               ? WHO_NO
               : WHO_CANNOT_TELL;
}

static void
set_above(struct whoways *ways, const struct name *author,
          const struct name *signer)
{
    ways->of.key_above =
        is_aligned(ways->view, author, signer, WHO_CREATE_KEY);
    ways->of.spf_above = is_aligned(ways->view, author, signer, WHO_SEND);
}

void
whoways_above(struct whoways *ways, const struct discovery *discovery)
{
    const struct name *domain = &ways->who->input->domain;
    const struct discovery_policy *new = &discovery->rfc9989;

    if (!name_equal(&ways->who->org, domain))
        set_above(ways, &ways->who->org, domain);
    else if (new->org_is_known && !name_equal(&new->org, domain))
        set_above(ways, &new->org, domain);
}

/* A DNAME at the name gives all names below it.  Is there one? */
static bool
add_dname(struct whoways *ways, const struct name *name)
{
    struct who_way like = {
        .place = WHO_SUBDOMAIN, .powers = BELOW, .at = *name};
    struct asked dname = asked_lookup(ways->view, name, RR_DNAME);
    struct whopath path = {.count = 0};
    struct name target;

    if (asked_outcome(&dname) != OUTCOME_FOUND || dname.answer->chain_count > 0
        || !record_target(&dname.answer->records[0], &target))
        return false;
    whopath_add(&path, name, RR_DNAME, &target);
    whoways_add(ways, &like, &path);
    return true;
}

/* A subdomain that an alias leads away.  An alias by CNAME is of one name:
   its SPF, and none below it.  Is it by DNAME, or a wildcard, so that there
   is nothing below? */
static bool
add_alias(struct whoways *ways, const struct name *name,
          const struct asked *random)
{
    struct who_way like = {
        .place = WHO_SUBDOMAIN, .powers = BELOW, .at = *name};
    struct asked txt = asked_lookup(ways->view, name, RR_TXT);

    if (txt.answer->chain_count == 0)
        return false;
    if (txt.answer->chain[0].type == RR_DNAME) {
        whoways_chain(ways, &like, NULL, &txt);
        return true;
    }
    return whoways_same_alias(&txt, random);
}

/* What is below a subdomain, and its SPF. */
static void
add_below(struct whoways *ways, const struct name *name, bool has_below)
{
    const struct discovery *discovery = discovery_find(ways->view, name);

    if (has_below) {
        whoways_keys(ways);
        if (discovery->walk->count > 0)
            whoways_policy(ways, &discovery->walk->steps[0]);
    }
    whoways_spf(ways);
}

static void
add_subdomain(struct whoways *ways, const struct name *name,
              const struct asked *random)
{
    struct who_way like = {
        .place = WHO_SUBDOMAIN, .powers = BELOW, .at = *name};
    struct whopoint point = whopoint_ask(ways, name);
    enum outcome outcome = asked_outcome(&point.ns);
    bool has_below = true;

    /* RFC 8020: then there is nothing below it, either. */
    if (ways->of.is_guess && point.ns.answer->chain_count == 0
        && (outcome == OUTCOME_NXDOMAIN || outcome == OUTCOME_PENDING))
        return;
    ways->of.domain = *name;
    set_above(ways, &ways->who->input->domain, name);
    if (point.kind == WHOPOINT_CUT) {
        whopoint_ways(ways, &point, &like, NULL);
        return; /* what its operator hands on is his */
    }
    if (point.kind == WHOPOINT_ALIAS) {
        if (add_alias(ways, name, random))
            return;
    } else if (point.kind == WHOPOINT_NONE) {
        has_below = !add_dname(ways, name);
    } else if (outcome_is_failure(outcome)) {
        whoways_unknown(ways, &point.ns, BELOW, false);
        if (ways->of.is_guess)
            return;
    }
    add_below(ways, name, has_below);
}

/* A wildcard by CNAME answers for every name below the domain that is not
   there, "s1._domainkey.any" and "_dmarc.any" among them (RFC 4592). */
static struct asked
add_wildcard(struct whoways *ways)
{
    const struct name *domain = &ways->who->input->domain;
    struct who_way like = {.place = WHO_SUBDOMAIN, .powers = BELOW};
    struct asked random = {0};
    char label[VIEW_LABEL_SIZE];
    struct name name;

    view_random_label(ways->view, "subdomain", 0, label);
    if (name_prepend(&name, slice_of(label), domain) != ST_OK
        || name_prepend(&like.at, SLICE("*"), domain) != ST_OK)
        return random;
    random = asked_lookup(ways->view, &name, RR_TXT);
    if (random.answer->chain_count > 0) {
        ways->of.domain = like.at;
        set_above(ways, domain, &name);
        whoways_chain(ways, &like, NULL, &random);
    }
    return random;
}

/* A subdomain that was only guessed is looked at for the selectors that the
   caller names: all that are in wide use would be some thousand questions. */
void
whoways_subdomains(struct whoways *ways)
{
    const struct who_input *input = ways->who->input;
    struct asked random = add_wildcard(ways);
    size_t asserted = 0;

    while (asserted < input->selector_count
           && input->selectors[asserted].origin != SELECTOR_GUESSED)
        asserted++;
    for (size_t i = 0; i < input->subdomain_count; i++) {
        ways->of.is_guess = i >= input->subdomain_asserted;
        ways->of.selector_count =
            ways->of.is_guess ? asserted : input->selector_count;
        add_subdomain(ways, &input->subdomains[i], &random);
    }
}
