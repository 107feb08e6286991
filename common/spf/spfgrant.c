/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which addresses a record lets pass, as far as DNS alone tells. */
#include "common/spf/spfgrant.h"

/* The addresses of A and AAAA answers, each with the term's prefix. */
static void
add_addresses(struct arena *arena, const struct spfterm *term,
              const struct spfbranch *branch, struct spfset *set)
{
    struct address address;

    for (size_t i = 0; i < branch->asked_count; i++) {
        const struct answer *answer = branch->asked[i].answer;

        for (size_t k = 0; k < answer->record_count; k++)
            if (record_address(&answer->records[k], &address))
                spfset_add(arena, set, &address,
                           address.family == 6 ? term->bits6 : term->bits4);
    }
    spfset_sort(set);
}

bool
spfgrant_term(struct arena *arena, const struct spfterm *term,
              const struct spfbranch *branch, struct spfset *set)
{
    *set = (struct spfset){0};
    if (term->kind == SPFTERM_ALL) {
        *set = spfset_all(arena);
        return true;
    }
    if (branch == NULL) {
        spfset_add(arena, set, &term->network,
                   term->kind == SPFTERM_IP6 ? term->bits6 : term->bits4);
        return true;
    }
    if (branch->state != SPFBRANCH_GOOD && branch->state != SPFBRANCH_VOID)
        return branch->state == SPFBRANCH_NO_NAME;
    if (term->kind == SPFTERM_EXISTS && branch->state == SPFBRANCH_GOOD)
        *set = spfset_all(arena);
    else if (term->kind == SPFTERM_A || term->kind == SPFTERM_MX)
        add_addresses(arena, term, branch, set);
    else if (branch->nested != NULL)
        *set = branch->nested->granted;
    return branch->nested == NULL || branch->nested->is_granted_exact;
}

/* Terms of one qualifier in a row: what they match in any order. */
struct run {
    struct spfset set; /* unsorted */
    bool is_pass;      /* "+" */
};

struct grant {
    struct arena *arena;   /* the results' */
    struct spfnode *node;  /* being filled */
    struct spfset decided; /* what some term has matched */
    struct run run;        /* not yet in decided */
    size_t *spans;         /* the work so far */
};

static void
add_spans(struct grant *grant, struct spfspans *to,
          const struct spfspans *from)
{
    struct arena *arena = grant->arena;

    *grant->spans += from->count;
    for (size_t i = 0; i < from->count && *grant->spans <= SPFTREE_SPANS_MAX;
         i++) {
        to->spans =
            arena_grow(arena, to->spans, to->count, sizeof(*to->spans));
        to->spans[to->count++] = from->spans[i];
    }
}

/* End the run: its set is decided now, and granted where it passes. */
static void
end_run(struct grant *grant)
{
    struct spfset *granted = &grant->node->granted;
    struct spfset fresh;

    if (spfset_is_empty(&grant->run.set))
        return;
    *grant->spans += grant->decided.v4.count + grant->decided.v6.count
                     + granted->v4.count + granted->v6.count;
    if (*grant->spans > SPFTREE_SPANS_MAX) {
        grant->node->is_granted_exact = false;
        return;
    }
    spfset_sort(&grant->run.set);
    if (grant->run.is_pass) {
        fresh = spfset_minus(grant->arena, &grant->run.set, &grant->decided);
        *granted = spfset_union(grant->arena, granted, &fresh);
    }
    grant->decided =
        spfset_union(grant->arena, &grant->decided, &grant->run.set);
    grant->run.set = (struct spfset){0};
}

static void
grant_term(struct grant *grant, const struct spfterm *term,
           const struct spfbranch *branch)
{
    bool is_pass = term->qualifier == '+' || term->kind == SPFTERM_REDIRECT;
    struct spfset set;

    /* what was included before is decided already */
    if (branch != NULL && branch->nested != NULL) {
        if (branch->nested->granted_to == grant->node)
            return;
        branch->nested->granted_to = grant->node;
    }
    if (*grant->spans > SPFTREE_SPANS_MAX
        || !spfgrant_term(grant->arena, term, branch, &set)) {
        grant->node->is_granted_exact = false;
        set = (struct spfset){0};
    }
    if (grant->run.is_pass != is_pass)
        end_run(grant);
    grant->run.is_pass = is_pass;
    add_spans(grant, &grant->run.set.v4, &set.v4);
    add_spans(grant, &grant->run.set.v6, &set.v6);
}

void
spfgrant_node(struct arena *arena, struct spfnode *node, size_t *spans)
{
    struct grant grant = {.arena = arena, .node = node, .spans = spans};
    size_t branch = 0;

    node->is_granted_exact = true;
    for (size_t i = 0; i < node->record->term_count; i++) {
        const struct spfterm *term = &node->record->terms[i];

        if (!spfterm_is_mechanism(term))
            continue;
        grant_term(&grant, term,
                   spfterm_is_lookup(term->kind) ? &node->branches[branch++]
                                                 : NULL);
        if (term->kind == SPFTERM_ALL)
            break;
    }
    if (node->redirect != NULL)
        grant_term(&grant, node->redirect->term, node->redirect);
    end_run(&grant);
}
