/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One question to one answer: the engine of serve, pdns and the Knot
   module. */
#ifndef STUNT_STUNTANSWER_H
#define STUNT_STUNTANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/dns/name.h"
#include "common/template/template.h"

/* Records that one answer may hold: the largest RRset a template gives, with
   aliases and the addresses of its targets. */
#define STUNTANSWER_RECORDS_MAX 64
/* Octets of RDATA in one answer: what a message can carry. */
#define STUNTANSWER_DATA_MAX    65535

enum stunt_section { STUNT_ANSWER, STUNT_AUTHORITY, STUNT_ADDITIONAL };

struct stunt_record {
    struct name owner;          /* lower case */
    uint16_t type;              /* IANA number */
    uint32_t ttl;               /* seconds */
    uint16_t size;              /* octets of data */
    const uint8_t *data;        /* RDATA, in the result's own memory */
    enum stunt_section section; /* where it goes */
};

/* Lives in the caller (one a thread); filled anew by each question. */
struct stunt_result {
    uint8_t rcode;      /* NOERROR 0, NXDOMAIN 3, REFUSED 5, SERVFAIL 2 */
    bool authoritative; /* AA */
    unsigned count;     /* of records */
    struct stunt_record records[STUNTANSWER_RECORDS_MAX];
    size_t used; /* of data */
    uint8_t data[STUNTANSWER_DATA_MAX];
};

/*
 * Answer name and type (IN) as an authoritative server of the template's
 * zone does, RFC 1034 section 4.3.2, without allocation:
 *   outside the zone      REFUSED
 *   below a cut           the referral, with glue
 *   an alias              CNAME, and the chain followed within the zone
 *   no such name          NXDOMAIN with the SOA
 *   no such type, or an
 *   empty non-terminal    NOERROR with the SOA
 *   ANY                   one RRset (RFC 8482 section 4.1)
 * MX and NS answers bring the addresses the zone has of their targets.
 */
void stuntanswer(const struct template *template,
                 const struct template_binder *binder, const struct name *name,
                 uint16_t type, struct stunt_result *result);

/*
 * A whole message for a whole message: header and question checked by hand,
 * EDNS (1232 at most over UDP), TC when it does not fit, case of the
 * question kept; FORMERR, NOTIMP, BADVERS, REFUSED (class, AXFR).  Returns
 * the octets written, 0 for what deserves no answer (short, a response).
 */
size_t stuntanswer_message(const struct template *template,
                           const struct template_binder *binder,
                           const uint8_t *query, size_t query_size, bool tcp,
                           struct stunt_result *scratch, uint8_t *out,
                           size_t out_room);

#endif
