/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Can mail be sent to a domain?  Its MX hosts and their addresses: RFC 5321
   section 5.1, RFC 7505. */
#ifndef DNS_MAILROUTE_H
#define DNS_MAILROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/dns/asked.h"

/* MX hosts whose addresses are asked for: senders try the first few. */
#define MAILROUTE_HOSTS_MAX 10

enum mailroute_state {
    MAILROUTE_PENDING,
    MAILROUTE_GOOD,
    MAILROUTE_NULL_MX,    /* RFC 7505: it says that it takes none */
    MAILROUTE_NO_DOMAIN,  /* it does not exist */
    MAILROUTE_NO_HOST,    /* no MX, nor an address of its own */
    MAILROUTE_NO_ADDRESS, /* none of its MX hosts has an address */
    MAILROUTE_UNKNOWN     /* no answer */
};

/* Why mail cannot be sent there, or NULL when it can: "its MX says that it
   takes none". */
const char *mailroute_reason(enum mailroute_state state);

struct mailroute_host {
    struct name name;     /* the host of an MX record */
    struct asked a, aaaa; /* its addresses; not asked of the root */
};

struct mailroute {
    enum mailroute_state state;         /* can it? */
    struct asked mx;                    /* MX of the domain */
    const struct mailroute_host *hosts; /* of MX, in the answer's order */
    size_t host_count;                  /* of them */
    struct asked address;               /* of it or of a host: what decided;
                                           may not be asked */
};

/*
 * Look at a domain, in the view's run arena.  With all, the addresses of
 * every host are asked for; else no more than it takes to find one.
 */
const struct mailroute *mailroute_find(struct view *view,
                                       const struct name *domain, bool all);

/* RFC 7505 section 3: one MX record, and its host the root. */
bool mailroute_is_null(const struct asked *mx);

#endif
