/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a domain that sends no mail should have published. */
#ifndef RECORDS_PARKED_H
#define RECORDS_PARKED_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/dns/name.h"
#include "common/records/plan.h"

/*
 * Add to plan, in arena: SPF that nobody passes (RFC 7208 section 10.1.2), a
 * policy of reject, no mail server (RFC 7505), and revoked keys at every
 * selector (RFC 6376 section 3.6.1).  ST_RANGE where a name becomes too long.
 */
enum status parked_plan(const struct name *domain, struct arena *arena,
                        struct plan *plan, struct error *err);

#endif
