/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPF of a domain: asking. */
#include "common/audit/collect_spf.h"

#include "common/audit/collect_dkim.h"
#include "common/audit/mailtxt.h"
#include "common/audit/spfunneeded.h"
#include "common/dmarc/suffix.h"

static void
ask(struct view *view, struct spflookup *lookup, const struct name *name,
    uint16_t type)
{
    lookup->answer = view_lookup_asked(view, name, type, &lookup->question);
}

static bool
has_failed(const struct spflookup *lookup)
{
    return lookup->answer != NULL
           && outcome_is_failure(lookup->answer->outcome);
}

/* ---- answers that do not come ---- */

static void
add_failure(struct view *view, struct spf_facts *spf,
            const struct spflookup *lookup, const struct spfnode *node,
            const struct spfbranch *branch)
{
    const struct name *domain = &spf->tree->root->domain;
    const struct name *name = &lookup->question->name;
    struct spf_failure *failure;

    for (size_t i = 0; i < spf->failure_count; i++)
        if (name_equal(&spf->failures[i].lookup->question->name, name))
            return;
    spf->failures = arena_grow(spf->arena, spf->failures, spf->failure_count,
                               sizeof(*failure));
    failure = &spf->failures[spf->failure_count++];
    *failure =
        (struct spf_failure){.lookup = lookup, .node = node, .branch = branch};
    if (spf->failure_count <= SPF_FAILURES_MAX)
        failure->fail =
            serverfail_find(view, name_is_under(name, domain) ? domain : name,
                            lookup->question);
}

static void
collect_failures(struct view *view, struct spf_facts *spf,
                 const struct spfnode *node)
{
    for (size_t i = 0; i < node->branch_count; i++) {
        const struct spfbranch *branch = &node->branches[i];

        if (branch->state != SPFBRANCH_FAILED)
            continue;
        if (branch->nested != NULL)
            add_failure(view, spf, &branch->nested->txt, node, branch);
        for (size_t k = 0; k < branch->asked_count; k++)
            if (has_failed(&branch->asked[k]))
                add_failure(view, spf, &branch->asked[k], node, branch);
    }
}

/* ---- names that do not exist ---- */

static bool
is_known_target(const struct spf_facts *spf, const struct name *target)
{
    for (size_t i = 0; i < spf->dangling_count; i++)
        if (name_equal(&spf->dangling[i].target, target))
            return true;
    return false;
}

/* Somebody could register the domain when it does not exist, though its
   top-level domain does. */
static void
add_dangling(struct view *view, struct spf_facts *spf,
             const struct spfnode *node, const struct spfbranch *branch,
             const struct spflookup *lookup)
{
    const struct name *target = &lookup->question->name;
    struct spf_dangling *dangling;
    struct name top;

    if (lookup->answer->outcome != OUTCOME_NXDOMAIN
        || spf->dangling_count == SPF_DANGLING_MAX
        || is_known_target(spf, target) || suffix_is_public(target))
        return;
    spf->dangling = arena_grow(spf->arena, spf->dangling, spf->dangling_count,
                               sizeof(*dangling));
    dangling = &spf->dangling[spf->dangling_count++];
    *dangling = (struct spf_dangling){
        .node = node, .branch = branch, .target = *target};
    suffix_org(&dangling->registrable, target);
    name_suffix(&top, target, 1);
    ask(view, &dangling->top, &top, RR_NS);
    ask(view, &dangling->lookup, &dangling->registrable, RR_NS);
}

static void
collect_dangling(struct view *view, struct spf_facts *spf,
                 const struct spfnode *node)
{
    for (size_t i = 0; i < node->branch_count; i++) {
        const struct spfbranch *branch = &node->branches[i];

        if (branch->nested != NULL)
            add_dangling(view, spf, node, branch, &branch->nested->txt);
        /* an exists: names a list, whose members may well not exist */
        if (branch->term->kind == SPFTERM_EXISTS)
            continue;
        for (size_t k = 0; k < branch->asked_count; k++)
            add_dangling(view, spf, node, branch, &branch->asked[k]);
    }
}

/* ---- around the domain ---- */

static void
add_stray(struct view *view, struct spf_facts *spf, const struct name *at)
{
    struct spf_stray *stray = &spf->strays[spf->stray_count++];

    stray->at = *at;
    ask(view, &stray->lookup, at, RR_TXT);
    stray->select = spfselect_of(view, stray->lookup.answer);
}

/* A resolver that believes denials (RFC 8020) is not asked for _domainkey
   before the selectors: see domainkey.h. */
static bool
may_ask_domainkey(const struct facts *facts)
{
    return facts->dkim == NULL || facts->dkim->is_settled;
}

static void
collect_strays(const struct facts *facts, struct view *view,
               struct spf_facts *spf)
{
    const struct name *domain = &facts->input->domain;
    struct name name;

    if (name_prepend(&name, SLICE("_dmarc"), domain) == ST_OK)
        add_stray(view, spf, &name);
    if (may_ask_domainkey(facts)
        && name_prepend(&name, SLICE("_domainkey"), domain) == ST_OK)
        add_stray(view, spf, &name);
    if (name_rebase(&name, domain, &name_root, domain) == ST_OK)
        add_stray(view, spf, &name);
}

/* Random names tell a record from what a wildcard makes of it. */
static void
ask_wildcards(struct view *view, struct spf_facts *spf,
              const struct name *domain)
{
    char label[VIEW_LABEL_SIZE];
    struct name parent, name;

    view_random_label(view, "wildcard", 0, label);
    if (name_prepend(&name, slice_of(label), domain) == ST_OK)
        ask(view, &spf->child, &name, RR_TXT);
    if (!name_parent(&parent, domain) || parent.labels == 0
        || suffix_is_public(&parent))
        return;
    view_random_label(view, "spf-wildcard", 0, label);
    if (name_prepend(&name, slice_of(label), &parent) == ST_OK)
        ask(view, &spf->sibling, &name, RR_TXT);
}

/* The domain of text, which is an address or a domain. */
static void
collect_identity(struct view *view, struct spf_identity *identity,
                 const char *text)
{
    const char *at = text == NULL ? NULL : strrchr(text, '@');

    if (text == NULL || text[0] == '\0'
        || name_from_user(&identity->domain, at == NULL ? text : at + 1, NULL)
               != ST_OK
        || identity->domain.labels < 2)
        return;
    identity->is_given = true;
    ask(view, &identity->lookup, &identity->domain, RR_TXT);
    identity->select = spfselect_of(view, identity->lookup.answer);
}

struct spfcheck_input
spf_check_input(struct arena *arena, const struct audit_input *input)
{
    const char *domain = name_bare(arena, &input->domain);

    return (struct spfcheck_input){
        .ip = input->ip,
        .sender =
            slice_of(input->mail_from == NULL ? domain : input->mail_from),
        .helo = slice_of(input->helo == NULL ? domain : input->helo),
    };
}

static void
collect_check(struct view *view, struct spf_facts *spf,
              const struct audit_input *input)
{
    struct spfcheck_input check = spf_check_input(spf->arena, input);

    if (input->ip.family != 0)
        spf->check = spfcheck_run(view, &check);
}

/* ---- all of it ---- */

/* A redirect that leads to no answer leaves the chain open. */
static bool
chain_is_known(const struct spftree *tree)
{
    const struct spfnode *last = tree->last;

    if (last->state == SPFRESULT_TEMPERROR || last->state == SPFRESULT_PENDING)
        return false;
    return last->redirect == NULL
           || (last->redirect->state != SPFBRANCH_FAILED
               && last->redirect->state != SPFBRANCH_PENDING
               && last->redirect->state != SPFBRANCH_CUT);
}

static bool
branches_are_known(const struct spfnode *node)
{
    for (size_t i = 0; i < node->branch_count; i++) {
        enum spfbranch_state state = node->branches[i].state;

        if (state == SPFBRANCH_FAILED || state == SPFBRANCH_PENDING
            || state == SPFBRANCH_CUT)
            return false;
    }
    return true;
}

static void
collect_tree(struct view *view, struct spf_facts *spf,
             const struct name *domain)
{
    const struct spftree *tree = spftree_walk(view, domain);

    spf->tree = tree;
    spf->chain_known = spf->tree_known = chain_is_known(tree);
    if (has_failed(&tree->root->txt))
        add_failure(view, spf, &tree->root->txt, tree->root, NULL);
    for (size_t i = 0; i < tree->node_count; i++) {
        const struct spfnode *node = tree->nodes[i];

        spf->tree_known = spf->tree_known && branches_are_known(node);
        collect_failures(view, spf, node);
        collect_dangling(view, spf, node);
        spf->elapsed_us += node->txt.answer->elapsed_us;
        for (size_t k = 0; k < node->branch_count; k++)
            for (size_t n = 0; n < node->branches[k].asked_count; n++)
                spf->elapsed_us +=
                    node->branches[k].asked[n].answer->elapsed_us;
    }
}

static void
collect(struct facts *facts, struct view *view)
{
    const struct audit_input *input = facts->input;
    struct spf_facts *spf = ARENA_NEW(view_run_arena(view), struct spf_facts);

    spf->arena = view_run_arena(view);
    collect_tree(view, spf, &input->domain);
    ask(view, &spf->type99, &input->domain, RR_SPF);
    ask(view, &spf->mx, &input->domain, RR_MX);
    collect_strays(facts, view, spf);
    ask_wildcards(view, spf, &input->domain);
    collect_identity(view, &spf->mail_from, input->mail_from);
    if (has_failed(&spf->mail_from.lookup))
        add_failure(view, spf, &spf->mail_from.lookup, NULL, NULL);
    collect_identity(view, &spf->helo, input->helo);
    collect_check(view, spf, input);
    facts->spf = spf;
}

/* The SPF record that names below the domain have by a wildcard. */
static struct value *
wildcard_value(struct arena *arena, const struct spflookup *child)
{
    struct value *map = value_map(arena);
    enum outcome outcome =
        child->answer == NULL ? OUTCOME_PENDING : child->answer->outcome;
    bool known = outcome_is_definite(outcome);

    value_set(map, "state", value_text(arena, known ? "known" : "unknown"));
    value_set(map, "record", value_null(arena));
    value_set(map, "sends_nothing",
              known ? value_bool(arena, false) : value_null(arena));
    for (size_t i = 0;
         outcome == OUTCOME_FOUND && i < child->answer->record_count; i++) {
        struct slice text = record_text(arena, &child->answer->records[i]);

        if (!spfrecord_is_record(text))
            continue;
        value_set(map, "record", value_octets(arena, text));
        value_set(map, "sends_nothing",
                  value_bool(arena, mailtxt_is_null_spf(text)));
    }
    return map;
}

/* The record decides it, whatever else of the tree is missing. */
static struct value *
sends_nothing_value(struct arena *arena, const struct spftree *tree)
{
    const struct spfnode *root = tree->root;

    if (root->record != NULL)
        return value_bool(arena, mailtxt_is_null_spf(root->record->text));
    return root->txt.answer != NULL
                   && outcome_is_definite(root->txt.answer->outcome)
               ? value_bool(arena, false)
               : value_null(arena);
}

static struct value *
value(const struct facts *facts, struct arena *arena)
{
    const struct spftree *tree = facts->spf->tree;
    struct value *map = spftree_facts(arena, tree);

    value_set(map, "sends_nothing", sends_nothing_value(arena, tree));
    value_set(map, "unneeded", spfunneeded_value(arena, facts->spf));
    value_set(map, "wildcard", wildcard_value(arena, &facts->spf->child));
    return map;
}

const struct audit_area area_spf = {
    .name = "spf",
    .collect = collect,
    .value = value,
    .check = check_spf,
};
