/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names and their RRsets as a tree: closest encloser, empty non-terminals
   and wildcards of RFC 4592, zone cuts of RFC 1034 section 4.2. */
#ifndef DNS_NAMETREE_H
#define DNS_NAMETREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/dns/answer.h"
#include "common/dns/name.h"

struct nametree; /* lives in the arena it was made in */
struct namenode; /* one name of it */

struct rrset {
    uint16_t type;      /* IANA number; RR_ANY only with fault */
    bool removed;       /* overlay: "this type is not there" */
    uint8_t fault;      /* enum outcome answered instead; 0: none */
    uint32_t ttl;       /* the least of its records */
    size_t count;       /* records; 0 only when removed or with fault */
    struct slice *data; /* RDATA of each */
    struct rrset *next; /* of the same name */
};

/* The root is there from the start. */
struct nametree *nametree_new(struct arena *arena);

/* Add one record, making every name above it exist.  A record that is there
   already is not added twice.  Data is copied.  Returns the owner's node. */
const struct namenode *nametree_add(struct nametree *tree,
                                    const struct name *owner, uint16_t type,
                                    uint32_t ttl, struct slice data);
/* Mark name as an apex: it has an SOA. */
void nametree_set_apex(struct nametree *tree, const struct name *name);
/*
 * Overlay: type is not there (records of it given before are dropped); type
 * 0: the name and all below is not, and what was given there is dropped.
 * What is added later is there again.
 */
void nametree_remove(struct nametree *tree, const struct name *name,
                     uint16_t type);
/* Questions for type (RR_ANY: every type) are answered by that failure.
   Returns the node of the name, which exists by this. */
const struct namenode *nametree_set_fault(struct nametree *tree,
                                          const struct name *name,
                                          uint16_t type, enum outcome fault);
/* A zone of its own begins at name, which is to be an apex: drop what was
   added at and below it, but DS at the name and zones further down. */
void nametree_take_over(struct nametree *tree, const struct name *name);

/* The node of exactly that name, or NULL; it may be empty non-terminal. */
const struct namenode *nametree_find(const struct nametree *tree,
                                     const struct name *name);
/* RRset of that type, or NULL (also when removed, or without records). */
const struct rrset *namenode_rrset(const struct namenode *node, uint16_t type);
/* All of them, the removed ones and the faults too; NULL when there is
   none. */
const struct rrset *namenode_rrsets(const struct namenode *node);
/* The failure set for type, or for all types; OUTCOME_PENDING for none. */
enum outcome namenode_fault(const struct namenode *node, uint16_t type);
bool namenode_is_apex(const struct namenode *node);
bool namenode_is_removed(const struct namenode *node);
bool namenode_has_children(const struct namenode *node);
void namenode_name(const struct namenode *node, struct name *out);
/* NULL for the root. */
const struct namenode *namenode_parent(const struct namenode *node);
/* The closest apex at or above node, or NULL. */
const struct namenode *namenode_zone(const struct namenode *node);

/* What stands at or above a name within one zone. */
struct nametree_match {
    const struct namenode *node;     /* exact, or NULL */
    const struct namenode *encloser; /* the closest that exists */
    const struct namenode *wildcard; /* "*" below the encloser, or NULL */
    const struct namenode *apex;     /* closest apex at or above, or NULL */
    const struct namenode *cut;      /* highest NS below the apex, at or
                                        above the name, or NULL */
    const struct namenode *dname;    /* highest DNAME above the name, not
                                        above the apex, or NULL */
    const struct namenode *removed;  /* overlay: lowest node at or above the
                                        name that is removed, or NULL */
};
/* wildcard is NULL where node is not. */
void nametree_match(const struct nametree *tree, const struct name *name,
                    struct nametree_match *match);

/*
 * Every node in canonical order, parents first: start with NULL.  The first
 * walk sorts, so that no two threads may walk one tree at once; adding
 * between two calls makes nodes come twice or not at all.
 */
const struct namenode *nametree_next(const struct nametree *tree,
                                     const struct namenode *node);
size_t nametree_count(const struct nametree *tree); /* names, root too */

#endif
