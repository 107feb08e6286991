/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which implementations are known to answer otherwise than RFC 7208 says. */
#ifndef SPF_SPFFAMILY_H
#define SPF_SPFFAMILY_H

#include "common/spf/spfcheck.h"

/* What happens on the way of a check on which implementations differ. */
enum spffamily_case {
    SPFFAMILY_VOIDS,     /* the third void lookup: section 4.6.4 */
    SPFFAMILY_LOOKUPS,   /* the eleventh term: section 4.6.4 */
    SPFFAMILY_LATE,      /* more than 20 seconds: section 4.6.4 */
    SPFFAMILY_SEVERAL,   /* two records: section 4.5 */
    SPFFAMILY_MX,        /* an mx of more than 10 names: section 4.6.4 */
    SPFFAMILY_IPV4_TERM, /* ipv4: or ipv6:, no mechanisms: section 4.6.1 */
    SPFFAMILY_LOOKALIKE, /* a text that is no record: section 4.5 */
    SPFFAMILY_SPF2,      /* a Sender ID record, RFC 4406 */
    SPFFAMILY_INCLUDE,   /* an include without a record: section 5.2 */
    SPFFAMILY_COUNT
};

/* The case as the input that share/implementations/spf.csv has a row for. */
const char *spffamily_input(enum spffamily_case which);

/* The cases that decide this check, as a set of bits 1 << case.  view is
   the one of the check. */
unsigned spffamily_cases(struct view *view, const struct spfcheck *check);

#endif
