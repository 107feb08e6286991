/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one subject learns of a set of servers, for the others of the run. */
#ifndef DNS_LEARNT_H
#define DNS_LEARNT_H

#include <stdbool.h>

#include "common/base/slice.h"
#include "common/dns/name.h"

/* Sets of servers that are remembered; a run over all the domains of a
   registry meets some ten thousand. */
#define LEARNT_MAX 20000

struct learnt;

struct learnt *learnt_new(void);
void learnt_free(struct learnt *learnt);

/*
 * An empty non-terminal that servers (any octets that tell the set) answer as
 * they should.  The first one stays; beyond LEARNT_MAX none is added.  It is a
 * hint of what to ask: who uses it asks, and has the answer as evidence.
 */
void learnt_put(struct learnt *learnt, struct slice servers,
                const struct name *control);
/* NULL: none is known. */
const struct name *learnt_get(const struct learnt *learnt,
                              struct slice servers);

#endif
