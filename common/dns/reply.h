/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the sections of a message say to a question: RFC 1034 section 4.3.2,
   RFC 2308, RFC 6604, RFC 6672, RFC 9824. */
#ifndef DNS_REPLY_H
#define DNS_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"
#include "common/dns/answer.h"
#include "common/dns/question.h"
#include "common/dns/rcode.h"

/*
 * answer has rcode, flags, authority and additional; answers is its answer
 * section as it came.  Sets outcome, chain, records, zone, negative_ttl and
 * problem:
 *
 *   - the chain is followed within answers only; records off it are dropped;
 *   - found: NOERROR, and records of the type asked at the chain's end;
 *   - nxdomain: NXDOMAIN, which speaks of the chain's end (RFC 6604), or
 *     compact_denial;
 *   - nodata: NOERROR without records.  Where a chain was followed and there
 *     is no SOA at or above its end, chain_open is set: the name asked has an
 *     alias, and nobody spoke of what is behind it;
 *   - refused: REFUSED; to a direct question also NOERROR without AA,
 *     records, chain and SOA: a referral (then zone is the owner of its NS),
 *     or nothing at all;
 *   - servfail: any other code; a chain that loops or cannot be followed;
 *     a truncated message without records.
 *
 * Only found has records, and their signatures.  The new arrays live in arena;
 * data is shared.
 */
void reply_judge(struct arena *arena, const struct question *question,
                 const struct record *answers, size_t count,
                 struct answer *answer);

/* Sets zone and negative_ttl of answer from the first SOA in its authority
   section that is at or above end; false when there is none. */
bool reply_take_soa(struct answer *answer, const struct name *end);

#endif
