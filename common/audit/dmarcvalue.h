/* SPDX-License-Identifier: GPL-3.0-or-later */
/* facts.dmarc of the machine contract. */
#ifndef AUDIT_DMARCVALUE_H
#define AUDIT_DMARCVALUE_H

#include "common/audit/audit.h"

/* See selkie-output(5); in the arena. */
struct value *dmarcvalue_facts(const struct facts *facts, struct arena *arena);

#endif
