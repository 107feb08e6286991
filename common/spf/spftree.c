/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The walk over an include and redirect tree: RFC 7208 sections 4.6.4, 5
   and 6, with nothing matching. */
#include "common/spf/spftree.h"

#include "common/base/table.h"
#include "common/spf/spfgrant.h"

struct walk {
    struct view *view;             /* whom to ask */
    struct arena *arena;           /* of the run */
    struct spftree *tree;          /* what comes of it */
    struct table *by_domain;       /* struct spfnode by name_key */
    struct spfmacro_values values; /* d and o only */
    unsigned depth;                /* of the present node */
};

static struct spfnode *node_of(struct walk *walk, const struct name *domain,
                               struct slice text);

const char *
spfbranch_word(enum spfbranch_state state)
{
    static const char *const words[] = {
        [SPFBRANCH_GOOD] = "good",       [SPFBRANCH_VOID] = "void",
        [SPFBRANCH_FAILED] = "failed",   [SPFBRANCH_PENDING] = "pending",
        [SPFBRANCH_NONE] = "none",       [SPFBRANCH_BROKEN] = "broken",
        [SPFBRANCH_LOOP] = "loop",       [SPFBRANCH_TOO_MANY] = "too-many",
        [SPFBRANCH_NO_NAME] = "no-name", [SPFBRANCH_DYNAMIC] = "dynamic",
        [SPFBRANCH_CUT] = "cut",
    };

    return words[state];
}

char
spfnode_all(const struct spfnode *node)
{
    return node->record == NULL || node->record->all == NULL
               ? 0
               : node->record->all->qualifier;
}

static uint32_t
add(uint32_t a, uint32_t b)
{
    return a > SPFTREE_COUNT_MAX - b ? SPFTREE_COUNT_MAX : a + b;
}

/* Counts that many questions; false when there is no room for them. */
static bool
take_questions(struct walk *walk, size_t count)
{
    if (walk->tree->questions + count > SPFTREE_QUESTIONS_MAX) {
        walk->tree->cut = "questions";
        return false;
    }
    walk->tree->questions += count;
    return true;
}

static void
ask(struct walk *walk, struct spflookup *lookup, const struct name *name,
    uint16_t type)
{
    lookup->answer =
        view_lookup_asked(walk->view, name, type, &lookup->question);
}

static enum spfbranch_state
judge(struct spflookup *lookup)
{
    const struct answer *answer = lookup->answer;

    if (answer->outcome == OUTCOME_PENDING)
        return SPFBRANCH_PENDING;
    if (answer->outcome == OUTCOME_FOUND && answer->record_count > 0)
        return SPFBRANCH_GOOD;
    if (outcome_is_failure(answer->outcome) || answer->chain_loops)
        return SPFBRANCH_FAILED;
    lookup->is_void = true;
    return SPFBRANCH_VOID;
}

static enum spfbranch_state
ask_branch(struct walk *walk, struct spfbranch *branch,
           const struct name *name, uint16_t type)
{
    struct spflookup *lookup;

    branch->asked = arena_grow(walk->arena, branch->asked, branch->asked_count,
                               sizeof(*lookup));
    lookup = &branch->asked[branch->asked_count++];
    ask(walk, lookup, name, type);
    return judge(lookup);
}

static void
note_void(struct spfbranch *branch, const struct name *name)
{
    if (branch->is_void)
        return;
    branch->is_void = true;
    branch->void_name = *name;
}

/*
 * Both families of a host: receivers ask one of them, whichever the client
 * is of.  Void is what has neither; a failure of either is one.
 */
static enum spfbranch_state
ask_host(struct walk *walk, struct spfbranch *branch, const struct name *name)
{
    enum spfbranch_state v4 = ask_branch(walk, branch, name, RR_A);
    enum spfbranch_state v6 = ask_branch(walk, branch, name, RR_AAAA);

    branch->lacks_ipv4 = branch->lacks_ipv4 || v4 == SPFBRANCH_VOID;
    branch->lacks_ipv6 = branch->lacks_ipv6 || v6 == SPFBRANCH_VOID;
    if (v4 == SPFBRANCH_FAILED || v6 == SPFBRANCH_FAILED)
        return SPFBRANCH_FAILED;
    if (v4 == SPFBRANCH_PENDING || v6 == SPFBRANCH_PENDING)
        return SPFBRANCH_PENDING;
    if (v4 == SPFBRANCH_GOOD || v6 == SPFBRANCH_GOOD)
        return SPFBRANCH_GOOD;
    note_void(branch, name);
    return SPFBRANCH_VOID;
}

/* The hosts of an mx mechanism; the worst of them is what it comes to, but
   a void host beside others only counts as void. */
static enum spfbranch_state
ask_mail_hosts(struct walk *walk, struct spfbranch *branch)
{
    const struct answer *answer = branch->asked[0].answer;
    enum spfbranch_state state = SPFBRANCH_GOOD;
    struct name name;

    for (size_t i = 0; i < answer->record_count; i++)
        branch->mx_count +=
            record_target(&answer->records[i], &name) && name.labels > 0;
    if (branch->mx_count > SPFCHECK_MX_MAX)
        return SPFBRANCH_TOO_MANY;
    if (!take_questions(walk, 2 * branch->mx_count))
        return SPFBRANCH_CUT;
    for (size_t i = 0; i < answer->record_count; i++) {
        enum spfbranch_state host;

        if (!record_target(&answer->records[i], &name) || name.labels == 0)
            continue;
        host = ask_host(walk, branch, &name);
        if (host == SPFBRANCH_FAILED
            || (host == SPFBRANCH_PENDING && state != SPFBRANCH_FAILED))
            state = host;
    }
    return state == SPFBRANCH_GOOD && branch->is_void ? SPFBRANCH_VOID : state;
}

/* Expand the target as far as it is known without a message: %{d} and %{o}
   are the domains themselves. */
static bool
expand(struct walk *walk, struct spfbranch *branch)
{
    const struct spfterm *term = branch->term;
    struct strbuf text = STRBUF_INIT;

    branch->target = walk->values.domain;
    if (!term->has_spec)
        return true;
    if ((term->macro->letters & SPFMACRO_DYNAMIC) != 0) {
        branch->target = SLICE_EMPTY;
        return false;
    }
    spfmacro_expand_domain(term->macro, &walk->values, &text);
    branch->target = arena_slice(walk->arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return true;
}

static enum spfbranch_state
follow(struct walk *walk, struct spfbranch *branch, const struct name *name)
{
    struct slice domain = walk->values.domain;
    struct spfnode *nested;

    if (name->labels < 2)
        return SPFBRANCH_NONE;
    nested = node_of(walk, name, branch->target);
    walk->values.domain = domain;
    branch->nested = nested;
    if (nested == NULL)
        return SPFBRANCH_CUT;
    if (nested->is_open) {
        branch->entry = nested->open;
        return SPFBRANCH_LOOP;
    }
    switch (nested->state) {
    case SPFRESULT_NONE:
        branch->is_void = nested->txt.is_void;
        branch->void_name = *name;
        return SPFBRANCH_NONE;
    case SPFRESULT_PERMERROR:
        return SPFBRANCH_BROKEN;
    case SPFRESULT_TEMPERROR:
        return SPFBRANCH_FAILED;
    case SPFRESULT_PENDING:
        return SPFBRANCH_PENDING;
    default:
        return SPFBRANCH_GOOD;
    }
}

/* Look at one term. */
static enum spfbranch_state
visit_branch(struct walk *walk, struct spfbranch *branch)
{
    enum spfterm_kind kind = branch->term->kind;
    enum spfbranch_state state;
    struct name name;

    /* whose names they are, only a connection tells */
    if (!expand(walk, branch) || kind == SPFTERM_PTR)
        return SPFBRANCH_DYNAMIC;
    if (branch->target.n == 0
        || name_from_text(&name, branch->target) != ST_OK)
        return kind == SPFTERM_INCLUDE || kind == SPFTERM_REDIRECT
                   ? SPFBRANCH_NONE
                   : SPFBRANCH_NO_NAME;
    if (kind == SPFTERM_INCLUDE || kind == SPFTERM_REDIRECT)
        return follow(walk, branch, &name);
    if (!take_questions(walk, kind == SPFTERM_A ? 2 : 1))
        return SPFBRANCH_CUT;
    if (kind == SPFTERM_A)
        return ask_host(walk, branch, &name);
    state = ask_branch(walk, branch, &name, kind == SPFTERM_MX ? RR_MX : RR_A);
    if (state == SPFBRANCH_VOID)
        note_void(branch, &name);
    if (state == SPFBRANCH_GOOD && kind == SPFTERM_MX)
        return ask_mail_hosts(walk, branch);
    return state;
}

/* The first thing that ends a walk stays the one that does. */
static void
set_fault(struct spfnode *node, enum spfresult fault, uint32_t lookups,
          uint32_t voids, const struct spfbranch *branch)
{
    if (node->fault != SPFRESULT_NEUTRAL)
        return;
    node->fault = fault;
    node->fault_lookups = lookups;
    node->fault_voids = voids;
    node->fault_branch = branch;
}

/* What a state means for the walk, if it ends there. */
static enum spfresult
fault_of(enum spfbranch_state state)
{
    switch (state) {
    case SPFBRANCH_NONE:
    case SPFBRANCH_BROKEN:
    case SPFBRANCH_LOOP:
    case SPFBRANCH_TOO_MANY:
        return SPFRESULT_PERMERROR;
    case SPFBRANCH_FAILED:
        return SPFRESULT_TEMPERROR;
    default:
        return SPFRESULT_NEUTRAL;
    }
}

/* Add up what stands below an include or redirect. */
static void
count_nested(struct spfnode *node, struct spfbranch *branch)
{
    const struct spfnode *nested = branch->nested;

    if (nested == NULL || branch->state == SPFBRANCH_LOOP)
        return;
    if (nested->fault != SPFRESULT_NEUTRAL)
        set_fault(node, nested->fault,
                  add(node->lookups, nested->fault_lookups),
                  add(node->voids, nested->fault_voids), branch);
    node->lookups = add(node->lookups, nested->lookups);
    node->voids = add(node->voids, nested->voids);
    branch->lookups = add(branch->lookups, nested->lookups);
    node->is_countable = node->is_countable && nested->is_countable;
    node->voids_known = node->voids_known && nested->voids_known;
    node->is_dynamic = node->is_dynamic || nested->is_dynamic;
    node->is_cut = node->is_cut || nested->is_cut;
    if (node->height <= nested->height)
        node->height = nested->height + 1;
}

static void
count_branch(struct spfnode *node, struct spfbranch *branch)
{
    enum spfbranch_state state = branch->state;
    bool leads = branch->term->kind == SPFTERM_INCLUDE
                 || branch->term->kind == SPFTERM_REDIRECT;

    branch->lookups = 1;
    node->lookups_own = add(node->lookups_own, 1);
    node->lookups = add(node->lookups, 1);
    if (branch->is_void) {
        node->voids_own = add(node->voids_own, 1);
        node->voids = add(node->voids, 1);
    }
    if (fault_of(state) != SPFRESULT_NEUTRAL)
        set_fault(node, fault_of(state), node->lookups, node->voids, branch);
    if (state == SPFBRANCH_FAILED || state == SPFBRANCH_PENDING
        || (leads && fault_of(state) != SPFRESULT_NEUTRAL))
        node->voids_known = false;
    if (leads
        && (state == SPFBRANCH_PENDING
            || fault_of(state) != SPFRESULT_NEUTRAL))
        node->is_countable = false;
    node->is_dynamic = node->is_dynamic || state == SPFBRANCH_DYNAMIC;
    node->is_cut = node->is_cut || state == SPFBRANCH_CUT;
    count_nested(node, branch);
}

static void
walk_term(struct walk *walk, struct spfnode *node, const struct spfterm *term)
{
    struct spfbranch *branch = &node->branches[node->branch_count++];

    branch->term = term;
    node->open = branch;
    branch->state = visit_branch(walk, branch);
    count_branch(node, branch);
}

/* `all` ends a record, and makes redirect ignored: section 5.1. */
static void
walk_record(struct walk *walk, struct spfnode *node)
{
    const struct spfrecord *record = node->record;
    size_t count = 0;

    for (size_t i = 0; i < record->term_count; i++)
        count += spfterm_is_lookup(record->terms[i].kind);
    node->branches = ARENA_ARRAY(walk->arena, struct spfbranch, count);
    for (size_t i = 0; i < record->term_count; i++) {
        const struct spfterm *term = &record->terms[i];

        if (term->kind == SPFTERM_ALL)
            break;
        if (spfterm_is_lookup(term->kind) && term->kind != SPFTERM_REDIRECT)
            walk_term(walk, node, term);
    }
    if (record->redirect != NULL && record->all == NULL) {
        walk_term(walk, node, record->redirect);
        node->redirect = &node->branches[node->branch_count - 1];
    }
}

/* What the TXT answer makes of the node; NEUTRAL: a record to walk. */
static enum spfresult
judge_txt(struct walk *walk, struct spfnode *node)
{
    switch (judge(&node->txt)) {
    case SPFBRANCH_PENDING:
        return SPFRESULT_PENDING;
    case SPFBRANCH_FAILED:
        return SPFRESULT_TEMPERROR;
    case SPFBRANCH_VOID:
        return SPFRESULT_NONE;
    default:
        break;
    }
    node->select = spfselect_of(walk->view, node->txt.answer);
    node->record = node->select->record;
    if (node->select->count == 0)
        return SPFRESULT_NONE;
    if (node->record == NULL || node->record->faults_all > 0)
        return SPFRESULT_PERMERROR;
    return SPFRESULT_NEUTRAL;
}

static void
walk_node(struct walk *walk, struct spfnode *node)
{
    walk->values.domain = node->text;
    node->fault = SPFRESULT_NEUTRAL;
    node->is_countable = node->voids_known = true;
    ask(walk, &node->txt, &node->domain, RR_TXT);
    node->state = judge_txt(walk, node);
    if (node->state != SPFRESULT_NEUTRAL) {
        node->is_countable = node->voids_known = false;
        return;
    }
    node->is_open = true;
    walk->depth++;
    walk_record(walk, node);
    walk->depth--;
    node->is_open = false;
    spfgrant_node(walk->arena, node, &walk->tree->spans);
}

/* The node of domain, walked; NULL when a bound is reached. */
static struct spfnode *
node_of(struct walk *walk, const struct name *domain, struct slice text)
{
    struct spftree *tree = walk->tree;
    struct spfnode *node = table_get(walk->by_domain, name_key(domain));

    if (node != NULL)
        return node;
    if (tree->node_count == SPFTREE_NODES_MAX)
        tree->cut = "domains";
    else if (walk->depth == SPFTREE_DEPTH_MAX)
        tree->cut = "depth";
    else if (take_questions(walk, 1)) {
        node = ARENA_NEW(walk->arena, struct spfnode);
        node->domain = *domain;
        node->text = text;
        table_put(walk->by_domain, name_key(domain), node);
        tree->nodes[tree->node_count++] = node;
        walk_node(walk, node);
    }
    return node;
}

/* In the order of the walk: what ends it first is the result. */
static enum spfresult
result_of(const struct spfnode *root)
{
    if (root->state != SPFRESULT_NEUTRAL)
        return root->state;
    if (root->fault != SPFRESULT_NEUTRAL
        && root->fault_lookups <= SPFCHECK_LOOKUPS_MAX
        && root->fault_voids <= SPFCHECK_VOIDS_MAX)
        return root->fault;
    if (root->lookups > SPFCHECK_LOOKUPS_MAX
        || root->voids > SPFCHECK_VOIDS_MAX)
        return SPFRESULT_PERMERROR;
    return SPFRESULT_NEUTRAL;
}

/* Where redirects lead in the end. */
static const struct spfnode *
last_of(const struct spfnode *node)
{
    while (node->redirect != NULL && node->redirect->state == SPFBRANCH_GOOD)
        node = node->redirect->nested;
    return node;
}

/* Section 6.2: asked for, though its cost is not counted.  An include's is
   never used. */
static void
ask_explanation(struct walk *walk, const struct spfnode *node)
{
    struct spftree *tree = walk->tree;
    struct spfbranch branch = {0};
    struct name name;

    if (node->state != SPFRESULT_NEUTRAL || node->record->exp == NULL)
        return;
    branch.term = node->record->exp;
    walk->values.domain = node->text;
    if (!expand(walk, &branch))
        return;
    tree->exp_target = branch.target;
    if (branch.target.n > 0 && name_from_text(&name, branch.target) == ST_OK
        && take_questions(walk, 1))
        ask(walk, &tree->exp, &name, RR_TXT);
}

const struct spftree *
spftree_walk(struct view *view, const struct name *domain)
{
    struct arena *arena = view_run_arena(view);
    struct spftree *tree = ARENA_NEW(arena, struct spftree);
    struct walk walk = {.view = view, .arena = arena, .tree = tree};

    tree->nodes = ARENA_ARRAY(arena, struct spfnode *, SPFTREE_NODES_MAX);
    walk.by_domain = table_new();
    walk.values.sender_domain = slice_of(name_bare(arena, domain));
    tree->root = node_of(&walk, domain, walk.values.sender_domain);
    table_free(walk.by_domain);
    tree->result = result_of(tree->root);
    tree->last = last_of(tree->root);
    ask_explanation(&walk, tree->last);
    return tree;
}
