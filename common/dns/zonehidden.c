/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records below a cut of their own zone, found once for a tree. */
#include "common/dns/zonehidden.h"

#include <stdlib.h>

#include "common/base/memory.h"

struct zonehidden {
    bool is_known;                 /* the tree was gone over */
    struct zonehidden_name *names; /* by apex, then in the tree's order */
    size_t count;                  /* of them */
    size_t room;                   /* for so many */
};

struct zonehidden *
zonehidden_new(void)
{
    return memory_zeroed(1, sizeof(struct zonehidden));
}

void
zonehidden_free(struct zonehidden *hidden)
{
    if (hidden == NULL)
        return;
    free(hidden->names);
    free(hidden);
}

bool
zonehidden_is_type(uint16_t type)
{
    return type != RR_A && type != RR_AAAA && type != RR_RRSIG
           && type != RR_NSEC && type != RR_NS && type != RR_DS;
}

static bool
has_such(const struct namenode *node)
{
    for (const struct rrset *set = namenode_rrsets(node); set != NULL;
         set = set->next)
        if (set->count > 0 && zonehidden_is_type(set->type))
            return true;
    return false;
}

static int
by_apex(const void *a, const void *b)
{
    const struct zonehidden_name *left = a, *right = b;
    uintptr_t x = (uintptr_t)left->apex, y = (uintptr_t)right->apex;

    if (x == y) { /* qsort() keeps no order by itself */
        x = (uintptr_t)left->node;
        y = (uintptr_t)right->node;
    }
    return x < y ? -1 : x > y;
}

static void
add(struct zonehidden *hidden, const struct zonehidden_name *name)
{
    if (hidden->count == hidden->room) {
        hidden->room = hidden->room == 0 ? 16 : hidden->room * 2;
        hidden->names = memory_resize(hidden->names,
                                      hidden->room * sizeof(*hidden->names));
    }
    hidden->names[hidden->count++] = *name;
}

static void
look(struct zonehidden *hidden, const struct nametree *tree)
{
    const struct namenode *node = NULL;

    while ((node = nametree_next(tree, node)) != NULL) {
        struct nametree_match match;
        struct name name;

        if (!has_such(node) || namenode_is_apex(node))
            continue;
        namenode_name(node, &name);
        nametree_match(tree, &name, &match);
        if (match.apex != NULL && match.cut != NULL)
            add(hidden,
                &(struct zonehidden_name){match.apex, match.cut, node});
    }
    if (hidden->count > 0)
        qsort(hidden->names, hidden->count, sizeof(*hidden->names), by_apex);
    hidden->is_known = true;
}

const struct zonehidden_name *
zonehidden_find(struct zonehidden *hidden, const struct nametree *tree,
                const struct namenode *apex, size_t *count)
{
    size_t low = 0, high, end;

    if (!hidden->is_known)
        look(hidden, tree);
    for (high = hidden->count; low < high;) {
        size_t middle = low + (high - low) / 2;

        if ((uintptr_t)hidden->names[middle].apex < (uintptr_t)apex)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < hidden->count && hidden->names[end].apex == apex;)
        end++;
    *count = end - low;
    return hidden->names + low;
}
