/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Do the hosts that reports go to want them, and can they take mail?
   RFC 9990 section 4, and RFC 9991 section 5 for failure reports. */
#ifndef DMARC_REPORTAUTH_H
#define DMARC_REPORTAUTH_H

#include <stdbool.h>
#include <stddef.h>

#include "common/dmarc/discovery.h"
#include "common/dmarc/reporturi.h"
#include "common/dns/mailroute.h"

/* Addresses of one record whose hosts are asked; the rest is not looked at.
   Each costs some ten questions. */
#define REPORTAUTH_MAX 10

enum reportauth_state {
    REPORTAUTH_PENDING,
    REPORTAUTH_NOT_NEEDED,    /* the same organizational domain by both */
    REPORTAUTH_GIVEN,         /* the host agrees */
    REPORTAUTH_ABSENT,        /* no TXT where it should be */
    REPORTAUTH_INVALID,       /* TXT, but none that begins with v=DMARC1 */
    REPORTAUTH_OTHER_HOST,    /* its rua= names another host */
    REPORTAUTH_NAME_TOO_LONG, /* DNS cannot hold the name */
    REPORTAUTH_UNKNOWN        /* no answer */
};

struct reportauth {
    const struct reporturi *uri;  /* where reports go */
    bool is_failure;              /* of ruf=, not rua= */
    enum reportauth_state state;  /* does it agree? */
    bool external_9989;           /* needed by the tree walk */
    bool external_7489;           /* needed by the public suffix list */
    struct name name;             /* of the authorisation */
    struct asked asked;           /* its TXT, where needed */
    struct asked wildcard;        /* the same with a random label */
    bool is_wildcard;             /* given by a wildcard */
    struct slice other_uri;       /* OTHER_HOST: the address it names */
    const struct mailroute *mail; /* can the host take mail? */
};

/*
 * Look at every mailto: address of rua= and ruf= in a record found at
 * policy_domain.  In the run's arena; *count of them.
 */
const struct reportauth *reportauth_find(struct view *view,
                                         const struct name *policy_domain,
                                         const struct dmarcrecord *record,
                                         size_t *count);

#endif
