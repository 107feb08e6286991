/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How old a key is: what its selector's name says, and an earlier run. */
#ifndef AUDIT_KEYAGE_H
#define AUDIT_KEYAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/audit/audit.h"
#include "common/dns/recording.h"

/* Days after which a key should, and must, be replaced: what M3AAWG's
   practices and NIST SP 800-177 come to. */
#define KEYAGE_WARN_DAYS  180
#define KEYAGE_LIMIT_DAYS 365

/*
 * The date in a selector ("s20261124r", "2026q3", "k202605"): the end of the
 * day, month or quarter that it names, in seconds since 1970, so that a key
 * is not made older than it is.  0 when there is none, when it names several,
 * or one that is before DKIM (2004) or after now.
 */
int64_t keyage_of_name(const char *selector, int64_t now);

/* What is known of a key's age. */
struct keyage {
    int64_t since;       /* it is as old as that at least; 0: not known */
    const char *how;     /* who says so, or NULL */
    bool is_since_named; /* only the selector's name says so */
};

enum keyage_verdict {
    KEYAGE_FINE, /* or not known */
    KEYAGE_OLD,  /* it should be replaced */
    KEYAGE_OVER  /* it must be: not by the name alone, which nobody is bound to
                    choose by the day of its key */
};

/* By the input's limits and the clock; *days and *limit are its age and the
   limit that it is beyond, and may be NULL. */
enum keyage_verdict keyage_judge(const struct audit_input *input,
                                 const struct keyage *age, int64_t *days,
                                 int64_t *limit);

/* What an earlier run saw; borrowed recording. */
struct keyage_baseline;
struct keyage_baseline *keyage_baseline_new(struct recording *recording);
void keyage_baseline_free(struct keyage_baseline *baseline); /* NULL: none */

/* The key that it saw at a selector's name; false when it saw no key record
   there, or several.  In arena. */
bool keyage_baseline_find(struct keyage_baseline *baseline,
                          struct arena *arena, const struct name *name,
                          struct selector_known *out);

/* What a key is known by: SHA-256 of p= without the blanks inside, which RFC
   6376 section 3.6.1 lets stand there. */
void keyage_digest(struct slice p, uint8_t out[DIGEST_SHA256_SIZE]);
/* Is it the key that is known?  False when none is. */
bool keyage_same_key(const struct selector_known *known, struct slice p);

#endif
