/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What PowerDNS asks a back-end, answered by the engine: the pipe back-end's
   lines and the remote back-end's JSON. */
#ifndef STUNT_PDNS_H
#define STUNT_PDNS_H

#include <stdbool.h>

#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/base/strbuf.h"
#include "common/stunt/stuntlive.h"

/* Octets of one request: a name of 255 octets in escapes, twice, and much
   room; a longer one is refused. */
#define PDNS_REQUEST_MAX 16384
/* Versions of the pipe back-end's lines that are spoken. */
#define PDNS_ABI_MAX     5
/*
 * Before PowerDNS 5.1 a line cannot say that a name exists only through names
 * below it.  A record of this type, which nobody asks for (RFC 6895 section
 * 3.1: private use), says so in its stead.
 */
#define PDNS_EMPTY_TYPE  65534

struct pdns; /* one conversation, of one thread */

enum status pdns_new(struct stuntlive *live, struct pdns **out,
                     struct error *err);
void pdns_free(struct pdns *pdns); /* NULL is allowed */

/* Nothing is asked for a while: see stuntlive_rest. */
void pdns_rest(struct pdns *pdns);

/*
 * Pipe: one line without its newline to the lines that answer it, appended to
 * out.  The first must be "HELO" and a version from 1 to PDNS_ABI_MAX.  What
 * is no request gets FAIL; what is asked while nothing can be served gets
 * FAIL too, which PowerDNS makes SERVFAIL of.  False: the conversation is
 * over (no handshake).
 */
bool pdns_pipe(struct pdns *pdns, struct slice line, struct strbuf *out);

/*
 * Remote: one JSON request to one JSON line, appended to out.  Methods other
 * than lookup, getDomainInfo, getAllDomains, getAllDomainMetadata,
 * getDomainMetadata and initialize get {"result":false}.  False: the
 * connection is to be closed, as PowerDNS takes no failure for an answer:
 * nothing can be served now, or it was no JSON.
 */
bool pdns_remote(struct pdns *pdns, struct slice json, struct strbuf *out);

/* ---- between the files of this ---- */

enum pdns_found {
    PDNS_FAILED, /* it cannot be told */
    PDNS_NONE,   /* no such name, or nothing of that type */
    PDNS_EMPTY,  /* it exists only through names below it */
    PDNS_RECORDS /* all were given */
};

struct pdns_record {
    uint16_t type;           /* IANA number */
    uint32_t ttl;            /* seconds */
    const struct name *name; /* owner: as asked */
    struct slice data;       /* RDATA */
};

/* Every record that the template has at name of type (RR_ANY: all), no alias
   followed, to give.  "*" is nobody's name: PowerDNS would make a wildcard of
   its own of it. */
enum pdns_found
pdns_lookup(struct pdns *pdns, const struct name *name, uint16_t type,
            void (*give)(void *context, const struct pdns_record *record),
            void *context);
/* Look for another view folder, if it is time again. */
void pdns_look(struct pdns *pdns);
/* What is served: as template_each_zone.  origin lasts until the next call. */
bool pdns_each_zone(struct pdns *pdns, size_t *position,
                    const struct name **origin);
struct stuntlive *pdns_live(struct pdns *pdns);
struct arena *pdns_arena(struct pdns *pdns); /* of the present request */
/* The version of the handshake, 0 before it. */
unsigned *pdns_abi(struct pdns *pdns);

#endif
