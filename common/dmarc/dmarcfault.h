/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with a DMARC record, seen through a broken form.  For
   dmarcrecord.c. */
#ifndef DMARC_DMARCFAULT_H
#define DMARC_DMARCFAULT_H

#include "common/dmarc/dmarcrecord.h"

/* The policy that value says, in any case, or DMARCPOLICY_INVALID. */
enum dmarcpolicy dmarcfault_policy(struct slice value);

/* Fill in the faults of a record whose other fields are set. */
void dmarcfault_find(struct arena *arena, struct dmarcrecord *record);

#endif
