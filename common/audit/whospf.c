/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may send under a domain's SPF record: the owner of each name in it
   that gives a pass. */
#include "common/audit/whoways.h"
#include "common/dmarc/suffix.h"
#include "common/spf/spfgrant.h"

/* The tree on the way down. */
struct descent {
    struct whoways *ways;        /* the result */
    const struct spftree *tree;  /* walked */
    const struct spfnode **seen; /* nodes that were looked at */
    size_t seen_count;           /* of them */
    struct whopath path;         /* to the present node */
};

static const struct who_way spf_like = {.place = WHO_SPF, .powers = WHO_SEND};

static struct who_way
like_at(const struct descent *descent)
{
    struct who_way like = spf_like;

    like.at = descent->tree->root->domain;
    return like;
}

static struct asked
asked_of(const struct spflookup *lookup)
{
    return (struct asked){*lookup->question, lookup->answer};
}

static void
add_failures(struct descent *descent, const struct spfbranch *branch)
{
    for (size_t i = 0; i < branch->asked_count; i++) {
        struct asked asked = asked_of(&branch->asked[i]);

        if (outcome_is_failure(asked_outcome(&asked)))
            whoways_unknown(descent->ways, &asked, WHO_SEND, false);
    }
}

/* Addresses of one host of a term. */
static const struct spfset *
host_addresses(struct descent *descent, const struct spfterm *term,
               const struct spfbranch *branch, const struct name *host)
{
    struct spfset *set = ARENA_NEW(descent->ways->arena, struct spfset);
    struct address address;

    for (size_t i = 0; i < branch->asked_count; i++) {
        const struct answer *answer = branch->asked[i].answer;

        if (!name_equal(&branch->asked[i].question->name, host))
            continue;
        for (size_t k = 0; k < answer->record_count; k++)
            if (record_address(&answer->records[k], &address))
                spfset_add(descent->ways->arena, set, &address,
                           address.family == 6 ? term->bits6 : term->bits4);
    }
    spfset_sort(set);
    return set;
}

static void
add_host(struct descent *descent, const struct spfterm *term,
         const struct spfbranch *branch, const struct name *host)
{
    struct who_way like = like_at(descent);

    like.granted = host_addresses(descent, term, branch, host);
    like.is_exact =
        branch->state == SPFBRANCH_GOOD || branch->state == SPFBRANCH_VOID;
    like.state = spfset_is_empty(like.granted) ? WHO_UNTOLD : WHO_LIVE;
    whoways_add(descent->ways, &like, &descent->path);
}

/* a: and mx: name hosts; whoever has their names has their addresses. */
static void
add_hosts(struct descent *descent, const struct spfnode *node,
          const struct spfterm *term, const struct spfbranch *branch)
{
    size_t depth = descent->path.count;
    const struct answer *answer;
    struct name target, host;

    if (branch->target.p == NULL
        || name_from_text(&target, branch->target) != ST_OK)
        return;
    if (!name_equal(&target, &node->domain))
        whopath_add(&descent->path, &node->domain, RR_TXT, &target);
    if (term->kind == SPFTERM_A) {
        if (descent->path.count == depth)
            whopath_add(&descent->path, &node->domain, RR_TXT, &target);
        add_host(descent, term, branch, &target);
    } else if (branch->asked_count > 0) {
        size_t at = descent->path.count;

        answer = branch->asked[0].answer;
        for (size_t i = 0; i < answer->record_count; i++) {
            uint16_t preference;

            if (!record_mx(&answer->records[i], &preference, &host)
                || host.labels == 0)
                continue;
            whopath_add(&descent->path, &target, RR_MX, &host);
            add_host(descent, term, branch, &host);
            descent->path.count = at;
        }
    }
    descent->path.count = depth;
}

/* Whose name decides where the target depends on the sender: what stands
   behind the last macro, or the record's own domain. */
static void
add_dynamic(struct descent *descent, const struct spfnode *node,
            const struct spfterm *term)
{
    struct slice text = term->value;
    struct who_way like = like_at(descent);
    struct name target;
    size_t depth = descent->path.count;

    for (size_t at = slice_find(text, '}'); at < text.n;
         at = slice_find(text, '}'))
        text = slice_from(text, at + 1);
    if (text.n > 0 && text.p[0] == '.')
        text = slice_from(text, 1);
    if (text.n == 0 || name_from_text(&target, text) != ST_OK)
        target = node->domain;
    whopath_add(&descent->path, &node->domain, RR_TXT, &target);
    whoways_add(descent->ways, &like, &descent->path);
    descent->path.count = depth;
}

/* Addresses that the record itself lists. */
static void
add_listed(struct descent *descent, const struct spfnode *node)
{
    struct spfset *set = ARENA_NEW(descent->ways->arena, struct spfset);
    const struct spfrecord *record = node->record;
    struct who_way like = like_at(descent);
    size_t depth = descent->path.count;

    for (size_t i = 0; i < record->term_count; i++) {
        const struct spfterm *term = &record->terms[i];

        if (term->kind == SPFTERM_ALL) {
            if (term->qualifier == '+')
                *set = spfset_all(descent->ways->arena);
            break;
        }
        if (term->qualifier == '+' && !term->is_broken
            && (term->kind == SPFTERM_IP4 || term->kind == SPFTERM_IP6))
            spfset_add(descent->ways->arena, set, &term->network,
                       term->kind == SPFTERM_IP6 ? term->bits6 : term->bits4);
    }
    spfset_sort(set);
    if (spfset_is_empty(set) || depth > 0)
        return;
    like.granted = set;
    like.is_exact = true;
    like.state = WHO_LIVE;
    whopath_add(&descent->path, &node->domain, RR_TXT, &node->domain);
    whoways_add(descent->ways, &like, &descent->path);
    descent->path.count = depth;
}

static void visit(struct descent *descent, const struct spfnode *node);

static enum who_state
node_state(const struct spfnode *node)
{
    enum outcome outcome =
        node == NULL ? OUTCOME_PENDING : node->txt.answer->outcome;

    if (outcome == OUTCOME_NXDOMAIN)
        return WHO_GONE;
    return outcome_is_definite(outcome) ? WHO_LIVE : WHO_UNTOLD;
}

/* include: and redirect=: the record there decides. */
static void
add_nested(struct descent *descent, const struct spfnode *node,
           const struct spfbranch *branch)
{
    const struct spfnode *nested = branch->nested;
    struct who_way like = like_at(descent);
    size_t depth = descent->path.count;
    struct name target;

    if (branch->state == SPFBRANCH_LOOP
        || name_from_text(&target, branch->target) != ST_OK)
        return;
    like.state = node_state(nested);
    if (nested != NULL && nested->record != NULL) {
        like.granted = &nested->granted;
        like.is_exact = nested->is_granted_exact;
    }
    whopath_add(&descent->path, &node->domain, RR_TXT, &target);
    whoways_add(descent->ways, &like, &descent->path);
    whopoint_own(descent->ways, &like, &descent->path);
    if (nested != NULL)
        visit(descent, nested);
    descent->path.count = depth;
}

static void
add_branch(struct descent *descent, const struct spfnode *node,
           const struct spfbranch *branch)
{
    const struct spfterm *term = branch->term;

    if (term->kind != SPFTERM_REDIRECT && term->qualifier != '+')
        return; /* it gives no pass */
    if (branch->state == SPFBRANCH_CUT) {
        struct asked asked = asked_of(&node->txt);

        whoways_unknown(descent->ways, &asked, WHO_SEND, false);
        return;
    }
    if (branch->state == SPFBRANCH_DYNAMIC || branch->target.p == NULL)
        add_dynamic(descent, node, term);
    else if (term->kind == SPFTERM_INCLUDE || term->kind == SPFTERM_REDIRECT)
        add_nested(descent, node, branch);
    else if (term->kind == SPFTERM_A || term->kind == SPFTERM_MX)
        add_hosts(descent, node, term, branch);
    else
        add_dynamic(descent, node, term);
    if (branch->state == SPFBRANCH_FAILED)
        add_failures(descent, branch);
}

static bool
was_seen(struct descent *descent, const struct spfnode *node)
{
    for (size_t i = 0; i < descent->seen_count; i++)
        if (descent->seen[i] == node)
            return true;
    descent->seen[descent->seen_count++] = node;
    return false;
}

static void
visit(struct descent *descent, const struct spfnode *node)
{
    struct asked txt = asked_of(&node->txt);
    struct who_way like = like_at(descent);

    if (was_seen(descent, node))
        return;
    if (outcome_is_failure(asked_outcome(&txt)))
        whoways_unknown(descent->ways, &txt, WHO_SEND, false);
    /* The name of the record may itself be an alias: a subdomain's is more
       than a term of a record. */
    if (node == descent->tree->root
        && !name_equal(&node->domain, &descent->ways->who->input->domain))
        like.place = WHO_SUBDOMAIN;
    whoways_chain(descent->ways, &like, &descent->path, &txt);
    if (node->record == NULL)
        return;
    add_listed(descent, node);
    for (size_t i = 0; i < node->branch_count; i++)
        add_branch(descent, node, &node->branches[i]);
}

void
whoways_spf(struct whoways *ways)
{
    struct descent *descent = ARENA_NEW(ways->arena, struct descent);

    descent->ways = ways;
    descent->tree = spftree_walk(ways->view, &ways->of.domain);
    descent->seen = ARENA_ARRAY(ways->arena, const struct spfnode *,
                                descent->tree->node_count + 1);
    visit(descent, descent->tree->root);
}
