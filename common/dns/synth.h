/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers made out of RRsets: what zone files and overlays have in common. */
#ifndef DNS_SYNTH_H
#define DNS_SYNTH_H

#include <stdbool.h>

#include "common/base/arena.h"
#include "common/dns/answer.h"
#include "common/dns/nametree.h"
#include "common/dns/question.h"

/* One answer in the making. */
struct synth {
    struct arena *arena;             /* borrowed: gets the answer */
    const struct question *question; /* borrowed: answered by it */
    struct answer *answer;           /* so far */
    struct name name;                /* at the end of the chain so far */
    struct hop *hops;                /* answer->chain, writable */
};

enum synth_section { SYNTH_ANSWER, SYNTH_AUTHORITY, SYNTH_ADDITIONAL };

void synth_begin(struct synth *synth, struct arena *arena,
                 const struct question *question);

/* The answer's outcome and rcode; problem is borrowed and may be NULL. */
void synth_outcome(struct synth *synth, enum outcome outcome,
                   const char *problem);

/*
 * Go on at hop->target.  False when the aliases go in a circle or are too
 * many: the answer is then SERVFAIL with chain_loops.  _cname, _dname: by the
 * first record of that set; of a DNAME, owner is its owner, and a name that
 * grows too long is YXDOMAIN (RFC 6672 section 2.2), a SERVFAIL: false, too.
 */
bool synth_follow(struct synth *synth, const struct hop *hop);
bool synth_follow_cname(struct synth *synth, const struct rrset *set);
bool synth_follow_dname(struct synth *synth, const struct name *owner,
                        const struct rrset *set);

/* Records of the set (borrowed) in a section; no more than
   ANSWER_RECORDS_MAX there. */
void synth_add(struct synth *synth, enum synth_section section,
               const struct name *owner, const struct rrset *set);

/* Of an RRSIG set (borrowed, may be NULL) those of the type asked, where DO
   is set: signatures of the answer. */
void synth_sign(struct synth *synth, const struct name *owner,
                const struct rrset *set);

/* NODATA or NXDOMAIN within the zone that has this SOA record (data
   borrowed): RFC 2308 sections 3 and 5. */
void synth_negative(struct synth *synth, enum outcome outcome,
                    const struct record *soa);

/* A record of a set, its data borrowed. */
struct record synth_record(const struct name *owner, const struct rrset *set,
                           size_t number);

/* Size and tc; SERVFAIL instead of what fits into no message. */
const struct answer *synth_finish(struct synth *synth, const char *server);

#endif
