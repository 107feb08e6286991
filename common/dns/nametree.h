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
    uint16_t type;       /* IANA number */
    bool removed;        /* overlay: "this type is not there" */
    uint32_t ttl;        /* the least of its records */
    struct slice *data;  /* RDATA of each */
    size_t count;        /* of them; 0 only when removed */
    struct rrset *next;  /* of the same name */
};

struct nametree *nametree_new(struct arena *arena);

/* Add one record, making every name above it exist.  A record that is there
   already is not added twice.  Data is copied. */
void nametree_add(struct nametree *tree, const struct name *owner,
                  uint16_t type, uint32_t ttl, struct slice data);
/* Mark name as an apex: it has an SOA. */
void nametree_set_apex(struct nametree *tree, const struct name *name);
/* Overlay: type is not there; type 0: the name and all below is not. */
void nametree_remove(struct nametree *tree, const struct name *name,
                     uint16_t type);

/* The node of exactly that name, or NULL; it may be empty non-terminal. */
const struct namenode *nametree_find(const struct nametree *tree,
                                     const struct name *name);
/* RRset of that type, or NULL (also when removed). */
const struct rrset *namenode_rrset(const struct namenode *node,
                                   uint16_t type);
const struct rrset *namenode_rrsets(const struct namenode *node);
bool namenode_is_apex(const struct namenode *node);
bool namenode_is_removed(const struct namenode *node);
bool namenode_has_children(const struct namenode *node);
void namenode_name(const struct namenode *node, struct name *out);

/* What stands at or above a name within one zone. */
struct nametree_match {
    const struct namenode *node;     /* exact, or NULL */
    const struct namenode *encloser; /* the closest that exists */
    const struct namenode *wildcard; /* "*" below the encloser, or NULL */
    const struct namenode *apex;     /* closest apex at or above, or NULL */
    const struct namenode *cut;      /* highest NS below the apex, at or
                                        above the name, or NULL */
    const struct namenode *dname;    /* highest DNAME above it, or NULL */
};
void nametree_match(const struct nametree *tree, const struct name *name,
                    struct nametree_match *match);

/* Every node in canonical order, parents first: start with NULL. */
const struct namenode *nametree_next(const struct nametree *tree,
                                     const struct namenode *node);
size_t nametree_count(const struct nametree *tree); /* names */

#endif
