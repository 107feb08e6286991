/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An RRset that is expected, compared with an answer. */
#ifndef AUDIT_VERIFYSET_H
#define AUDIT_VERIFYSET_H

#include "common/audit/verify.h"

/*
 * What an answer says of the expected RRset, whatever aliases led to it.
 *
 * TXT at a host name is shared with verification tokens and the like: there
 * only a record of the same kind as an expected one is extra, or different.
 */
enum verify_state verifyset_compare(struct arena *arena,
                                    const struct verify_expected *expected,
                                    const struct answer *answer);

/* The first expected datum that the answer lacks; the first where it lacks
   none. */
struct slice verifyset_wanting(struct arena *arena,
                               const struct verify_expected *expected,
                               const struct answer *answer);

/* Has a TXT record of the answer an expected key, though the record is not the
   expected one: other tags, quotes that were kept? */
bool verifyset_has_key(struct arena *arena,
                       const struct verify_expected *expected,
                       const struct answer *answer);

/* Is the datum one of those that are too many (or wrong)? */
bool verifyset_is_extra(struct arena *arena,
                        const struct verify_expected *expected,
                        struct slice data);

/* The TXT records of an answer that are of one kind with the first expected
   one: more than one are in each other's way. */
size_t verifyset_count_kin(struct arena *arena,
                           const struct verify_expected *expected,
                           const struct answer *answer);

#endif
