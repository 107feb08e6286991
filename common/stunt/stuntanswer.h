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

/* RFC 1035 section 4.1.1, RFC 2136 section 2.2, RFC 6891 section 9. */
enum stunt_rcode {
    STUNT_NOERROR = 0,
    STUNT_FORMERR = 1,
    STUNT_SERVFAIL = 2,
    STUNT_NXDOMAIN = 3,
    STUNT_NOTIMP = 4,
    STUNT_REFUSED = 5,
    STUNT_YXDOMAIN = 6, /* a DNAME made too long a name */
    STUNT_BADVERS = 16
};

/* Lives in the caller (one a thread); filled anew by each question. */
struct stunt_result {
    uint8_t rcode;      /* enum stunt_rcode */
    bool authoritative; /* AA */
    bool is_referral;   /* its additional section is not to be left out */
    unsigned count;     /* of records, section by section */
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
 *   the binder failed, or
 *   data that cannot be   SERVFAIL
 * MX, NS and SRV answers bring the addresses the zone has of their targets;
 * the TTL of a negative answer's SOA is that of RFC 2308 section 3.
 */
void stuntanswer(const struct template *template,
                 const struct template_binder *binder, const struct name *name,
                 uint16_t type, struct stunt_result *result);

#endif
