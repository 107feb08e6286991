/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which includes to replace by the addresses they stand for. */
#include "common/spf/spfflatten.h"

#include <stdlib.h>

/* The search for the smallest set. */
struct search {
    struct arena *arena;                    /* of the result */
    const struct spfflatten_limits *limits; /* to fit into */
    const struct spfnode *node;             /* whose includes */
    size_t *candidates;                     /* indexes of branches */
    size_t count;                           /* of them */
    bool *lifted;                           /* one a branch: the trial */
    bool *best_lifted;                      /* of the best so far */
    struct spfflatten *best;                /* or NULL */
    struct spfflatten base;                 /* before anything is lifted */
    unsigned trials, layouts;               /* so far */
};

const char *
spfflatten_word(enum spfflatten_state state)
{
    static const char *const words[] = {
        [SPFFLATTEN_FITS] = "fits",       [SPFFLATTEN_DONE] = "flattened",
        [SPFFLATTEN_CANNOT] = "cannot",   [SPFFLATTEN_BROKEN] = "broken",
        [SPFFLATTEN_UNKNOWN] = "unknown",
    };

    return words[state];
}

static bool
holds_macro(const struct spfrecord *record)
{
    for (size_t i = 0; i < record->term_count; i++) {
        const struct spfterm *term = &record->terms[i];

        if (spfterm_is_mechanism(term) || term->kind == SPFTERM_REDIRECT)
            if (term->kind == SPFTERM_EXISTS || term->kind == SPFTERM_PTR
                || (term->macro != NULL && term->macro->letters != 0))
                return true;
    }
    return false;
}

/* Nothing at or below the node depends on more than addresses.  Depth is
   bounded by SPFTREE_DEPTH_MAX, and loops end at their state. */
static bool
is_static(const struct spfnode *node)
{
    if (node->state != SPFRESULT_NEUTRAL || node->is_dynamic || node->is_cut
        || !node->is_countable || !node->voids_known || !node->is_granted_exact
        || node->fault != SPFRESULT_NEUTRAL || holds_macro(node->record))
        return false;
    for (size_t i = 0; i < node->branch_count; i++)
        if (node->branches[i].nested != NULL
            && !is_static(node->branches[i].nested))
            return false;
    return true;
}

bool
spfflatten_may_lift(const struct spfbranch *branch)
{
    return branch->term->kind == SPFTERM_INCLUDE
           && branch->state == SPFBRANCH_GOOD
           && (branch->term->macro == NULL
               || branch->term->macro->letters == 0)
           && is_static(branch->nested);
}

static uint32_t
voids_of(const struct spfbranch *branch)
{
    return branch->is_void
           + (branch->nested == NULL ? 0 : branch->nested->voids);
}

/* The counts that are left when the trial's includes are gone. */
static void
count_trial(const struct search *search, struct spfflatten *out)
{
    *out = search->base;
    for (size_t i = 0; i < search->node->branch_count; i++) {
        if (!search->lifted[i])
            continue;
        out->lookups -= search->node->branches[i].lookups;
        out->voids -= voids_of(&search->node->branches[i]);
        out->lifted_count++;
    }
}

static bool
fits(const struct search *search, const struct spfflatten *out)
{
    return out->lookups <= search->limits->lookups
           && out->voids <= search->limits->voids;
}

static bool
is_better(const struct spfflatten *a, const struct spfflatten *b)
{
    if (b == NULL)
        return true;
    if (a->record_count != b->record_count)
        return a->record_count < b->record_count;
    return a->network_count < b->network_count;
}

/* Look at the trial; keep it when it fits and is the best. */
static void
try_set(struct search *search)
{
    struct spfflatten *out;
    struct spfflatten counted;

    search->trials++;
    count_trial(search, &counted);
    if (!fits(search, &counted) || search->layouts >= SPFFLATTEN_LAYOUTS_MAX)
        return;
    search->layouts++;
    out = ARENA_NEW(search->arena, struct spfflatten);
    *out = counted;
    if (!spfflatten_layout(search->arena, out, search->lifted,
                           search->limits->text,
                           search->limits->lookups - out->lookups))
        return;
    out->lookups += (uint32_t)out->record_count - 1;
    if (!is_better(out, search->best))
        return;
    search->best = out;
    memcpy(search->best_lifted, search->lifted,
           search->node->branch_count * sizeof(bool));
}

/* Every set of left more candidates from the one at from on. */
static void
try_sets(struct search *search, size_t from, size_t left)
{
    if (left == 0) {
        try_set(search);
        return;
    }
    for (size_t i = from;
         i + left <= search->count && search->trials < SPFFLATTEN_TRIALS_MAX;
         i++) {
        search->lifted[search->candidates[i]] = true;
        try_sets(search, i + 1, left - 1);
        search->lifted[search->candidates[i]] = false;
    }
}

/* When there are too many sets: the costliest first, until it fits. */
static void
try_greedily(struct search *search)
{
    search->layouts = 0;
    for (size_t i = 0; i < search->count && search->best == NULL; i++) {
        search->lifted[search->candidates[i]] = true;
        try_set(search);
    }
}

/* Costliest first, so that sets that fit come early. */
static void
find_candidates(struct search *search)
{
    const struct spfbranch *branches = search->node->branches;

    search->candidates =
        ARENA_ARRAY(search->arena, size_t, search->node->branch_count);
    for (size_t i = 0; i < search->node->branch_count; i++) {
        size_t at = search->count;

        if (!spfflatten_may_lift(&branches[i]))
            continue;
        while (at > 0
               && branches[search->candidates[at - 1]].lookups
                      < branches[i].lookups) {
            search->candidates[at] = search->candidates[at - 1];
            at--;
        }
        search->candidates[at] = i;
        search->count++;
    }
}

static void
choose(struct search *search)
{
    size_t branches = search->node->branch_count;

    search->lifted = ARENA_ARRAY(search->arena, bool, branches);
    search->best_lifted = ARENA_ARRAY(search->arena, bool, branches);
    find_candidates(search);
    for (size_t k = 1; k <= search->count && search->best == NULL
                       && search->trials < SPFFLATTEN_TRIALS_MAX;
         k++)
        try_sets(search, 0, k);
    if (search->best == NULL)
        try_greedily(search);
}

static void
list_lifted(struct search *search, struct spfflatten *out)
{
    const struct spfnode *node = search->node;
    size_t count = 0;

    out->lifted = ARENA_ARRAY(search->arena, const struct spfbranch *,
                              out->lifted_count);
    for (size_t i = 0; i < node->branch_count; i++)
        if (search->best_lifted[i])
            out->lifted[count++] = &node->branches[i];
}

/* A record that does nothing but hand on is not the one to change. */
static const struct spfnode *
deciding(const struct spfnode *node, uint32_t *redirects)
{
    *redirects = 0;
    while (node->record != NULL && node->redirect != NULL
           && node->branch_count == 1
           && node->redirect->state == SPFBRANCH_GOOD
           && node->record->term_count == 1) {
        node = node->redirect->nested;
        ++*redirects;
    }
    return node;
}

static struct spfflatten *
without_plan(struct spfflatten *out, enum spfflatten_state state,
             const char *problem)
{
    out->state = state;
    out->problem = problem;
    return out;
}

/* Why a record cannot be counted at all, or NULL. */
static const char *
find_fault(const struct spftree *tree, struct spfflatten *out)
{
    const struct spfnode *root = tree->root;

    out->state = SPFFLATTEN_BROKEN;
    if (root->state == SPFRESULT_NONE)
        return "there is no SPF record";
    if (root->state == SPFRESULT_PERMERROR)
        return "the SPF record is a permerror by itself";
    if (root->fault != SPFRESULT_PERMERROR
        && (root->state != SPFRESULT_NEUTRAL || !root->voids_known))
        out->state = SPFFLATTEN_UNKNOWN;
    if (root->state != SPFRESULT_NEUTRAL)
        return "no answer tells the SPF record";
    if (root->fault != SPFRESULT_NEUTRAL || !root->is_countable)
        return "a term of the tree is broken or has no answer";
    return root->voids_known ? NULL : "a term of the tree has no answer";
}

const struct spfflatten *
spfflatten_plan(struct arena *arena, const struct spftree *tree,
                const struct spfflatten_limits *limits)
{
    struct spfflatten *out = ARENA_NEW(arena, struct spfflatten);
    struct search search = {.arena = arena, .limits = limits};
    const char *fault = find_fault(tree, out);
    uint32_t redirects;

    out->node = search.node = deciding(tree->root, &redirects);
    if (fault != NULL)
        return without_plan(out, out->state, fault);
    out->lookups = out->lookups_before = tree->root->lookups;
    out->voids = out->voids_before = tree->root->voids;
    search.base = *out;
    if (fits(&search, out))
        return without_plan(out, SPFFLATTEN_FITS, NULL);
    choose(&search);
    if (search.best == NULL)
        return without_plan(out, SPFFLATTEN_CANNOT,
                            search.count == 0
                                ? "it has no include that may be replaced"
                                : "even with the includes replaced that may"
                                  " be, it does not fit");
    list_lifted(&search, search.best);
    return without_plan(search.best, SPFFLATTEN_DONE, NULL);
}
