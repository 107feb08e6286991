/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A zone cut from both sides: what the zone above says of its servers, and
   what each of these says itself.  RFC 1034 section 4.2. */
#ifndef AUDIT_CUT_H
#define AUDIT_CUT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/audit/registrable.h"
#include "common/dns/asked.h"
#include "common/dns/authority.h"

/* Servers of one cut, and addresses of one server, that are looked at. */
#define CUT_SERVERS_MAX   16
#define CUT_ADDRESSES_MAX 4

enum cut_answering {
    CUT_NOT_ASKED, /* no route, or this run asks no servers */
    CUT_PENDING,
    CUT_SILENT,  /* nothing came, or what is no message */
    CUT_SERVES,  /* with AA */
    CUT_LAME,    /* an answer without AA: RFC 1912 section 2.8 */
    CUT_RESOLVES /* records without AA, with RA: a resolver */
};

/* One server at one address. */
struct cut_address {
    struct address address;       /* where */
    struct asked soa;             /* SOA of the zone, asked of it */
    struct asked ns;              /* NS likewise; asked where it serves and
                                     the zone above has told its own */
    enum cut_answering answering; /* by soa */
};

struct cut_server {
    struct name name;                    /* of the NS record */
    struct asked a, aaaa;                /* by the resolvers */
    struct registrable domain;           /* of a name that does not exist */
    const struct cut_address *addresses; /* by a, then aaaa */
    size_t address_count;                /* of them */
    bool is_cut_short;                   /* it has more of them */
};

struct cut {
    struct name zone;                 /* the name that is cut off */
    struct asked resolved;            /* NS by the resolvers */
    struct asked soa;                 /* SOA by the resolvers */
    struct asked above;               /* NS by a server of the zone above */
    bool has_referral;                /* above says who the servers are */
    const struct cut_server *servers; /* of above, then of resolved */
    size_t server_count;              /* of them */
    bool is_cut_short;                /* there are more of them */
};

struct cut_input {
    const struct name *zone;    /* what is cut off */
    const struct answer *above; /* NS by the zone above: zoneabove_ask();
                                   NULL: not known */
    bool ask_servers;           /* false: what a server's address is asked
                                   is answered by somebody else, as out of
                                   zone files */
};

/* In the view's run arena. */
const struct cut *cut_find(struct view *view, const struct cut_input *input);

/* Does the zone above cut the name off, or do the resolvers find servers? */
bool cut_is(const struct cut *cut);

/* Walk over all addresses: start with both 0. */
struct cut_place {
    size_t server, address; /* the next one */
};
const struct cut_address *cut_next(const struct cut *cut,
                                   struct cut_place *place,
                                   const struct cut_server **server);

/* Ask name and type of every address that serves the zone; the count comes
   back in *count. */
const struct asked *cut_ask_all(struct view *view, const struct cut *cut,
                                const struct name *name, uint16_t type,
                                size_t *count);

/* How the addresses of a cut answer. */
struct cut_tally {
    size_t serve, lame, silent, pending, resolve; /* by enum cut_answering */
    bool is_whole; /* all servers and addresses are here, each server was
                      asked at one at least (unless it has none), and each
                      address that was asked has answered */
};
struct cut_tally cut_count(const struct cut *cut);

#endif
