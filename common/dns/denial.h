/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What NSEC and NSEC3 records say of a name: RFC 4034 section 4, RFC 5155
   section 8, RFC 9824. */
#ifndef DNS_DENIAL_H
#define DNS_DENIAL_H

#include "common/dns/answer.h"
#include "common/dns/name.h"

enum denial {
    DENIAL_SILENT,  /* nothing of that name */
    DENIAL_NO_NAME, /* it is not there, nor any below it */
    DENIAL_EMPTY,   /* it is there for the names below it: RFC 4592 2.2.2 */
    DENIAL_NAME     /* it is there with records */
};

/* NSEC3 iterations beyond this are not worked out: RFC 9276 section 3.2 lets
   validators stop at 100 and more. */
#define DENIAL_ITERATIONS_MAX 150

/*
 * What the authority section of answer says of name.  Not validated: it is
 * what the server itself goes by, and so is evidence against a server that
 * denies by rcode what its NSEC records prove.
 */
enum denial denial_of(const struct answer *answer, const struct name *name);

/* "", "no such name", "empty non-terminal", "records": for people. */
const char *denial_words(enum denial denial);

#endif
