/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names and their RRsets as a tree: building it and looking names up. */
#include "common/dns/nametree.h"

#include <string.h>

#include "common/base/table.h"
#include "common/dns/hashindex.h"

/* Labels of one octet in 255 octets, RFC 1035 section 2.3.4. */
#define LABELS_MAX 127
/* RRsets from so many records on have theirs in an index: below, comparing
   with each is cheaper. */
#define SET_LARGE  8

/*
 * A node keeps its own label only, and names share the labels above: there
 * may be millions.  The child of a node is found by an index over (node,
 * label), since a zone's apex may have hundreds of thousands of children.
 */
struct namenode {
    struct namenode *parent;  /* NULL for the root */
    struct namenode *child;   /* one of those below, or NULL */
    struct namenode *sibling; /* the next below the same parent, or NULL */
    struct rrset *rrsets;     /* in the order in which types came */
    bool apex : 1;            /* has an SOA */
    bool removed : 1;         /* overlay: this and all below is not there */
    bool unsorted : 1;        /* children came since they were sorted */
    uint8_t label[];          /* a length octet and the label */
};

/* A record of a large RRset. */
struct member {
    const struct rrset *set; /* whose it is */
    size_t number;           /* in set->data */
};

struct nametree {
    struct arena *arena;      /* borrowed: holds all of it */
    struct namenode *root;    /* the name "." */
    struct hashindex nodes;   /* by parent and label */
    struct hashindex members; /* struct member, by set and data */
    size_t count;             /* nodes */
    struct namenode *last;    /* the node added to last, or NULL */
    struct name last_name;    /* its name: records of one owner come
                                 together */
};

static struct namenode *
node_new(struct nametree *tree, struct namenode *parent, const uint8_t *label)
{
    size_t n = 1 + (size_t)label[0];
    struct namenode *node =
        arena_alloc(tree->arena, sizeof(struct namenode) + n);

    memcpy(node->label, label, n);
    node->parent = parent;
    tree->count++;
    return node;
}

struct nametree *
nametree_new(struct arena *arena)
{
    static const uint8_t root_label[1] = {0};
    struct nametree *tree = ARENA_NEW(arena, struct nametree);

    tree->arena = arena;
    tree->nodes.arena = arena;
    tree->members.arena = arena;
    tree->root = node_new(tree, NULL, root_label);
    return tree;
}

/* A hash of whose it is and of octets: a label of a node, data of a set.  The
   octets come from strangers, the addresses do not. */
static uint64_t
hash_within(const void *owner, struct slice octets)
{
    uint64_t address = (uint64_t)(uintptr_t)owner >> 4;

    address *= 0x9e3779b97f4a7c15u; /* 2^64 / the golden ratio */
    return table_hash(octets) ^ address ^ address >> 32;
}

static uint64_t
hash_label(const struct namenode *parent, const uint8_t *label)
{
    return hash_within(
        parent, (struct slice){(const char *)label, 1 + (size_t)label[0]});
}

static struct namenode *
child_find(const struct nametree *tree, const struct namenode *parent,
           const uint8_t *label)
{
    uint64_t hash = hash_label(parent, label);
    size_t probe = 0;
    struct namenode *node;

    if (parent->child == NULL)
        return NULL;
    while ((node = hashindex_next(&tree->nodes, hash, &probe)) != NULL)
        if (node->parent == parent
            && memcmp(node->label, label, 1 + (size_t)label[0]) == 0)
            return node;
    return NULL;
}

static struct namenode *
child_make(struct nametree *tree, struct namenode *parent,
           const uint8_t *label)
{
    struct namenode *node = child_find(tree, parent, label);

    if (node != NULL)
        return node;
    node = node_new(tree, parent, label);
    node->sibling = parent->child;
    parent->child = node;
    parent->unsorted = true;
    hashindex_add(&tree->nodes, hash_label(parent, label), node);
    return node;
}

/* The labels of name, the topmost first; returns their number. */
static size_t
labels_down(const struct name *name, const uint8_t *labels[LABELS_MAX])
{
    const uint8_t *upward[LABELS_MAX];
    size_t n = 0;

    for (const uint8_t *p = name->wire; *p != 0 && n < LABELS_MAX; p += 1 + *p)
        upward[n++] = p;
    for (size_t i = 0; i < n; i++)
        labels[i] = upward[n - 1 - i];
    return n;
}

static struct namenode *
node_make(struct nametree *tree, const struct name *name)
{
    const uint8_t *labels[LABELS_MAX];
    struct namenode *node = tree->root;
    size_t n;

    if (tree->last != NULL && name_equal(&tree->last_name, name))
        return tree->last;
    n = labels_down(name, labels);
    for (size_t i = 0; i < n; i++)
        node = child_make(tree, node, labels[i]);
    tree->last = node;
    tree->last_name = *name;
    return node;
}

static struct rrset *
set_find(const struct namenode *node, uint16_t type)
{
    struct rrset *set = node->rrsets;

    while (set != NULL && set->type != type)
        set = set->next;
    return set;
}

static struct rrset *
set_make(struct nametree *tree, struct namenode *node, uint16_t type)
{
    struct rrset **end = &node->rrsets;

    while (*end != NULL && (*end)->type != type)
        end = &(*end)->next;
    if (*end == NULL) {
        *end = ARENA_NEW(tree->arena, struct rrset);
        (*end)->type = type;
    }
    return *end;
}

static bool
set_has(const struct nametree *tree, const struct rrset *set,
        struct slice data)
{
    const struct member *member;
    uint64_t hash;
    size_t probe = 0;

    if (set->count < SET_LARGE) {
        for (size_t i = 0; i < set->count; i++)
            if (slice_equal(set->data[i], data))
                return true;
        return false;
    }
    hash = hash_within(set, data);
    while ((member = hashindex_next(&tree->members, hash, &probe)) != NULL)
        if (member->set == set && slice_equal(set->data[member->number], data))
            return true;
    return false;
}

static void
set_index(struct nametree *tree, const struct rrset *set, size_t number)
{
    struct member *member = ARENA_NEW(tree->arena, struct member);

    *member = (struct member){set, number};
    hashindex_add(&tree->members, hash_within(set, set->data[number]), member);
}

/* Most sets have one record: room for one at first, doubled when full. */
static void
set_add(struct nametree *tree, struct rrset *set, struct slice data)
{
    size_t n = set->count;

    if ((n & (n - 1)) == 0) {
        struct slice *moved =
            ARENA_ARRAY(tree->arena, struct slice, n == 0 ? 1 : 2 * n);

        if (n > 0)
            memcpy(moved, set->data, n * sizeof(*moved));
        set->data = moved;
    }
    set->data[set->count++] = arena_slice(tree->arena, data);
    for (n = set->count == SET_LARGE ? 0 : n;
         set->count >= SET_LARGE && n < set->count; n++)
        set_index(tree, set, n);
}

const struct namenode *
nametree_add(struct nametree *tree, const struct name *owner, uint16_t type,
             uint32_t ttl, struct slice data)
{
    struct namenode *node = node_make(tree, owner);
    struct rrset *set = set_make(tree, node, type);

    set->removed = false;
    if (set->count == 0 || ttl < set->ttl)
        set->ttl = ttl;
    if (!set_has(tree, set, data))
        set_add(tree, set, data);
    return node;
}

void
nametree_set_apex(struct nametree *tree, const struct name *name)
{
    node_make(tree, name)->apex = true;
}

const struct namenode *
nametree_set_fault(struct nametree *tree, const struct name *name,
                   uint16_t type, enum outcome fault)
{
    struct namenode *node = node_make(tree, name);

    set_make(tree, node, type)->fault = (uint8_t)fault;
    return node;
}

/* Take out of the tree what is below node, but zones that begin there.  The
   depth of recursion is that of a name. */
static void
prune(struct nametree *tree, struct namenode *node)
{
    struct namenode **link = &node->child;

    while (*link != NULL) {
        struct namenode *child = *link;

        if (!child->apex) {
            child->rrsets = NULL;
            child->removed = false;
            prune(tree, child);
        }
        if (child->apex || child->child != NULL) {
            link = &child->sibling;
            continue;
        }
        *link = child->sibling;
        hashindex_remove(&tree->nodes, hash_label(node, child->label), child);
        tree->count--;
    }
}

/* A large set cannot be emptied: its members would stay in the index. */
static void
drop_set(struct nametree *tree, struct namenode *node, uint16_t type)
{
    struct rrset **link = &node->rrsets;

    while (*link != NULL && (*link)->type != type)
        link = &(*link)->next;
    if (*link != NULL)
        *link = (*link)->next;
    set_make(tree, node, type)->removed = true;
}

void
nametree_remove(struct nametree *tree, const struct name *name, uint16_t type)
{
    struct namenode *node = node_make(tree, name);

    tree->last = NULL;
    if (type != 0) {
        drop_set(tree, node, type);
        return;
    }
    node->rrsets = NULL;
    node->removed = true;
    prune(tree, node);
}

void
nametree_take_over(struct nametree *tree, const struct name *name)
{
    struct namenode *node = node_make(tree, name);
    struct rrset *ds = set_find(node, RR_DS);

    tree->last = NULL;
    prune(tree, node);
    node->rrsets = ds;
    if (ds != NULL)
        ds->next = NULL;
}

const struct namenode *
nametree_find(const struct nametree *tree, const struct name *name)
{
    const uint8_t *labels[LABELS_MAX];
    const struct namenode *node = tree->root;
    size_t n = labels_down(name, labels);

    for (size_t i = 0; i < n && node != NULL; i++)
        node = child_find(tree, node, labels[i]);
    return node;
}

const struct rrset *
namenode_rrset(const struct namenode *node, uint16_t type)
{
    const struct rrset *set = set_find(node, type);

    return set == NULL || set->count == 0 ? NULL : set;
}

const struct rrset *
namenode_rrsets(const struct namenode *node)
{
    return node->rrsets;
}

enum outcome
namenode_fault(const struct namenode *node, uint16_t type)
{
    const struct rrset *set = set_find(node, type);

    if (set == NULL || set->fault == 0)
        set = set_find(node, RR_ANY);
    return set == NULL ? OUTCOME_PENDING : (enum outcome)set->fault;
}

bool
namenode_is_apex(const struct namenode *node)
{
    return node->apex;
}

bool
namenode_is_removed(const struct namenode *node)
{
    return node->removed;
}

bool
namenode_has_children(const struct namenode *node)
{
    return node->child != NULL;
}

const struct namenode *
namenode_parent(const struct namenode *node)
{
    return node->parent;
}

const struct namenode *
namenode_zone(const struct namenode *node)
{
    while (node != NULL && !node->apex)
        node = node->parent;
    return node;
}

void
namenode_name(const struct namenode *node, struct name *out)
{
    *out = (struct name){0};
    for (; node->parent != NULL; node = node->parent) {
        size_t n = 1 + (size_t)node->label[0];

        memcpy(out->wire + out->size, node->label, n);
        out->size = (uint8_t)(out->size + n);
        out->labels++;
    }
    out->wire[out->size++] = 0;
}

size_t
nametree_count(const struct nametree *tree)
{
    return tree->count;
}

/* What one node on the way down adds; at_name: it is the name itself. */
static void
match_node(struct nametree_match *match, const struct namenode *node,
           bool at_name)
{
    if (node->removed)
        match->removed = node;
    if (node->apex) {
        match->apex = node;
        match->cut = NULL;
        match->dname = NULL;
    } else if (match->apex != NULL && match->cut == NULL
               && namenode_rrset(node, RR_NS) != NULL) {
        match->cut = node;
    }
    if (match->dname == NULL && !at_name
        && namenode_rrset(node, RR_DNAME) != NULL)
        match->dname = node;
}

void
nametree_match(const struct nametree *tree, const struct name *name,
               struct nametree_match *match)
{
    static const uint8_t asterisk[] = {1, '*'};
    const uint8_t *labels[LABELS_MAX];
    size_t n = labels_down(name, labels);
    const struct namenode *node = tree->root;

    *match = (struct nametree_match){0};
    for (size_t i = 0; node != NULL; i++) {
        match->encloser = node;
        match_node(match, node, i == n);
        if (i == n)
            break;
        node = child_find(tree, node, labels[i]);
    }
    match->node = node;
    if (node == NULL)
        match->wildcard = child_find(tree, match->encloser, asterisk);
}

/* Labels as octets, a shorter one first: RFC 4034 section 6.1. */
static bool
comes_before(const struct namenode *a, const struct namenode *b)
{
    struct slice x = {(const char *)a->label + 1, a->label[0]};
    struct slice y = {(const char *)b->label + 1, b->label[0]};

    return slice_compare(x, y) < 0;
}

static struct namenode *
merge(struct namenode *a, struct namenode *b)
{
    struct namenode *list = NULL;
    struct namenode **end = &list;

    while (a != NULL && b != NULL) {
        struct namenode **least = comes_before(a, b) ? &a : &b;

        *end = *least;
        end = &(*least)->sibling;
        *least = *end;
    }
    *end = a != NULL ? a : b;
    return list;
}

/* Take n nodes off *list and give them back sorted. */
static struct namenode *
sort(struct namenode **list, size_t n)
{
    struct namenode *node = *list;
    struct namenode *half;

    if (n == 1) {
        *list = node->sibling;
        node->sibling = NULL;
        return node;
    }
    half = sort(list, n / 2);
    return merge(half, sort(list, n - n / 2));
}

static void
sort_children(struct namenode *node)
{
    struct namenode *list = node->child;
    size_t n = 0;

    for (const struct namenode *child = list; child != NULL;
         child = child->sibling)
        n++;
    node->child = sort(&list, n);
    node->unsorted = false;
}

const struct namenode *
nametree_next(const struct nametree *tree, const struct namenode *node)
{
    if (node == NULL)
        return tree->root;
    if (node->child != NULL) {
        /* The order of children is no part of what the tree says. */
        if (node->unsorted)
            sort_children(node->child->parent);
        return node->child;
    }
    while (node != NULL && node->sibling == NULL)
        node = node->parent;
    return node == NULL ? NULL : node->sibling;
}
