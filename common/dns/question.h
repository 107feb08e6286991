/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked, of whom, and how. */
#ifndef DNS_QUESTION_H
#define DNS_QUESTION_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/base/strbuf.h"
#include "common/dns/name.h"

/* IANA DNS parameters; any 16-bit number may stand in a question. */
enum rrtype {
    RR_A = 1,
    RR_NS = 2,
    RR_CNAME = 5,
    RR_SOA = 6,
    RR_PTR = 12,
    RR_MX = 15,
    RR_TXT = 16,
    RR_AAAA = 28,
    RR_SRV = 33,
    RR_DNAME = 39,
    RR_OPT = 41,
    RR_DS = 43,
    RR_RRSIG = 46,
    RR_NSEC = 47,
    RR_DNSKEY = 48,
    RR_NSEC3 = 50,
    RR_TLSA = 52,
    RR_SPF = 99,
    RR_NXNAME = 128, /* RFC 9824 */
    RR_ANY = 255,
    RR_CAA = 257
};

/* Octets of one character-string: RFC 1035 section 3.3. */
#define RR_STRING_MAX 255

/* "TXT", or "TYPE65280"; and back (either case, TYPEnnn too), 0 if none. */
void rrtype_present(uint16_t type, struct strbuf *out);
uint16_t rrtype_parse(struct slice text);

struct address {
    uint8_t family;     /* 4, 6, or 0: none */
    uint8_t octets[16]; /* network order; the first 4 when family is 4 */
    uint16_t port;      /* host order; 0: the default */
};

/* "192.0.2.1", "2001:db8::1", with "@port" or ":port" ("[v6]:port"). */
enum status address_parse(struct address *address, struct slice text,
                          struct error *err);
/* Without the port: "192.0.2.1".  And with: "192.0.2.1@5300", unless it is
   the default.  Nothing when family is 0. */
void address_present(const struct address *address, struct strbuf *out);
void address_present_port(const struct address *address, struct strbuf *out);
bool address_equal(const struct address *a, const struct address *b);
/* The name its PTR record is at: 1.2.0.192.in-addr.arpa (RFC 1035 section
   3.5), or 32 nibbles under ip6.arpa (RFC 3596 section 2.5). */
void address_reverse(const struct address *address, struct name *name);

enum transport {
    TRANSPORT_AUTO, /* UDP, then TCP when truncated */
    TRANSPORT_UDP,  /* UDP only: a truncated answer is the answer */
    TRANSPORT_TCP
};

#define QUESTION_EDNS_SIZE 1232 /* DNS Flag Day 2020, RFC 9715 */

struct question {
    struct name name;         /* the name asked */
    uint16_t type;            /* the type asked, class IN */
    struct address server;    /* family 0: the run's resolvers */
    enum transport transport; /* how it goes */
    uint16_t edns_size;       /* advertised size, 0: no OPT record */
    bool rd;                  /* recursion desired */
    bool dnssec_ok;           /* DO */
    bool checking_disabled;   /* CD */
    bool mixed_case;          /* sent in letters of both cases (0x20) */
    uint8_t ordinal;          /* tells repeated questions apart */
};

/* To a resolver: RD, EDNS 1232, AUTO. */
struct question question_recursive(const struct name *name, uint16_t type);
/* The same in place, without copying a whole question. */
void question_set_recursive(struct question *question, const struct name *name,
                            uint16_t type);
/* To one server by itself: no RD, EDNS 1232, AUTO. */
struct question question_direct(const struct address *server,
                                const struct name *name, uint16_t type);

/* All that makes two questions the same, as octets for a table.  The key is
   written to out (cleared first). */
void question_key(const struct question *question, struct strbuf *out);
bool question_equal(const struct question *a, const struct question *b);

#endif
