/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a published record's tags differ from the expected ones. */
#ifndef RECORDS_NEARMISSKEY_H
#define RECORDS_NEARMISSKEY_H

#include <stdbool.h>

#include "common/base/arena.h"
#include "common/base/slice.h"

/* What a TXT record is meant to be. */
enum nearmiss_kind {
    NEARMISS_OTHER,  /* none of these */
    NEARMISS_KEY,    /* a DKIM key record: v=DKIM1, or p= and no v= */
    NEARMISS_POLICY, /* DMARC */
    NEARMISS_SPF
};

enum nearmiss_kind nearmisskey_kind(struct slice text);

/* The value of p= in a key record, without blanks around; empty: none, or a
   revoked key. */
struct slice nearmisskey_of(struct slice text);

/* Are both of one kind, or do they begin with the same word?  Two such
   records at one name are in each other's way. */
bool nearmisskey_is_kin(struct slice found, struct slice expected);

/* Do both tag lists of DKIM or DMARC mean the same, differing only in blanks
   beside ";" and in a final ";"? */
bool nearmisskey_same_tags(struct arena *arena, struct slice found,
                           struct slice expected);

/*
 * Each: is found what became of expected by that one mistake?  Texts are
 * joined TXT data of up to 64 KB; the cost is linear in their lengths, times
 * the few tags that the expected one has.
 */
bool nearmisskey_type_case(struct slice found, struct slice expected);
bool nearmisskey_type_missing(struct slice found, struct slice expected);
bool nearmisskey_wrapped(struct slice found, struct slice expected);
bool nearmisskey_version_not_first(struct slice found, struct slice expected);
bool nearmisskey_version_missing(struct slice found, struct slice expected);
bool nearmisskey_two_p_tags(struct slice found, struct slice expected);
bool nearmisskey_pkcs1(struct slice found, struct slice expected);
bool nearmisskey_pem_armour(struct slice found, struct slice expected);
bool nearmisskey_bare(struct slice found, struct slice expected);
bool nearmisskey_testing_left(struct slice found, struct slice expected);
bool nearmisskey_revoked(struct slice found, struct slice expected);
bool nearmisskey_not_revoked(struct slice found, struct slice expected);
bool nearmisskey_other_tags(struct slice found, struct slice expected);
/* Does the expected key stand in it, whatever else does: other tags, quotes,
   blanks within?  An expected key that is empty stands nowhere. */
bool nearmisskey_holds_key(struct slice found, struct slice expected);

/* Does the text hold a private key, as p= or by itself? */
bool nearmisskey_is_private(struct arena *arena, struct slice text);

#endif
