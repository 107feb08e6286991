/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets of addresses of both families: union, difference, smallest CIDRs. */
#ifndef SPF_SPFSET_H
#define SPF_SPFSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/strbuf.h"
#include "common/dns/question.h"

/* An address as a number: IPv4 in the low 32 bits. */
struct spfnumber {
    uint64_t high; /* the upper 64 bits of IPv6 */
    uint64_t low;  /* the rest */
};

/* From first to last, both included. */
struct spfspan {
    struct spfnumber first; /* not after last */
    struct spfnumber last;  /* in it too */
};

/* Sorted spans that neither overlap nor touch. */
struct spfspans {
    struct spfspan *spans; /* in the arena they were made in */
    size_t count;          /* of them */
};

struct spfset {
    struct spfspans v4; /* IPv4 addresses */
    struct spfspans v6; /* IPv6 addresses */
};

/* One network of a set. */
struct spfcidr {
    struct address address; /* bits behind the prefix are 0 */
    uint8_t bits;           /* of the prefix */
};

/* Put a network in at the end: the set is in no order until _sort. */
void spfset_add(struct arena *arena, struct spfset *set,
                const struct address *address, unsigned bits);
/* Sort and merge what _add put in: n log n. */
void spfset_sort(struct spfset *set);

/* Every address there is. */
struct spfset spfset_all(struct arena *arena);
/* New sets, in one pass over both; the arguments are sorted. */
struct spfset spfset_union(struct arena *arena, const struct spfset *a,
                           const struct spfset *b);
struct spfset spfset_minus(struct arena *arena, const struct spfset *a,
                           const struct spfset *b);

bool spfset_has(const struct spfset *set, const struct address *address);
/* Are all of the network's addresses in the set? */
bool spfset_covers(const struct spfset *set, const struct address *address,
                   unsigned bits);
bool spfset_is_empty(const struct spfset *set);
bool spfset_equal(const struct spfset *a, const struct spfset *b);

/* The smallest list of networks that is the set, IPv4 first, in order. */
struct spfcidr *spfset_cidrs(struct arena *arena, const struct spfset *set,
                             size_t *count);

/* How many addresses, in decimal; 2^128 is beyond 64 bits. */
void spfset_count(const struct spfspans *spans, struct strbuf *out);

/* Arithmetic for tests of ranges: the address before and after, wrapping
   round within the family. */
struct address spfset_address(const struct spfnumber *number, uint8_t family);
struct spfnumber spfset_number(const struct address *address);

#endif
