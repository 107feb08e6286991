/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of a zone that lie below a cut of it, so that nobody gives them
   out: RFC 1034 section 4.2.1. */
#ifndef DNS_ZONEHIDDEN_H
#define DNS_ZONEHIDDEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/dns/nametree.h"

/* A name that has such records. */
struct zonehidden_name {
    const struct namenode *apex; /* of the zone whose file has them */
    const struct namenode *cut;  /* the delegation above */
    const struct namenode *node; /* the name */
};

struct zonehidden; /* the names of one tree, found when first asked for */

struct zonehidden *zonehidden_new(void);
void zonehidden_free(struct zonehidden *hidden);

/* Is it a type that has no business below a cut?  Addresses are glue, and the
   cut's own NS and DS are the parent's to give, signed or not. */
bool zonehidden_is_type(uint16_t type);
/*
 * The names of the zone at apex, *count of them, valid until the next call
 * and the end of hidden.  The first call goes over all of tree, which must be
 * complete by then; each is then a search, since a run asks it for every
 * subject.
 */
const struct zonehidden_name *zonehidden_find(struct zonehidden *hidden,
                                              const struct nametree *tree,
                                              const struct namenode *apex,
                                              size_t *count);

#endif
