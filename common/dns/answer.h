/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came back.  A DNS outcome is a value here, never an error. */
#ifndef DNS_ANSWER_H
#define DNS_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/base/value.h"
#include "common/dns/name.h"
#include "common/dns/question.h"

enum outcome {
    OUTCOME_PENDING,   /* asked, nothing known yet: decides nothing */
    OUTCOME_FOUND,     /* records of the type asked, at the chain's end */
    OUTCOME_NODATA,    /* the name exists, no such type */
    OUTCOME_NXDOMAIN,  /* no such name and nothing below it */
    OUTCOME_SERVFAIL,  /* or NOTIMP, FORMERR and other refusals to work */
    OUTCOME_REFUSED,   /* REFUSED; a name under no apex; not asked */
    OUTCOME_TIMEOUT,   /* no answer at all */
    OUTCOME_MALFORMED, /* something came that is no answer */
    OUTCOME_BOGUS      /* a validator says that DNSSEC fails */
};

/* "found", "nodata", ...: the words of the machine contract. */
const char *outcome_word(enum outcome outcome);
/* The outcome of that word, or -1. */
int outcome_parse(struct slice word);

/* Neither pending nor a failure: found, nodata or nxdomain. */
static inline bool
outcome_is_definite(enum outcome outcome)
{
    return outcome == OUTCOME_FOUND || outcome == OUTCOME_NODATA
           || outcome == OUTCOME_NXDOMAIN;
}

/* nodata or nxdomain: absence that somebody answered for. */
static inline bool
outcome_is_absent(enum outcome outcome)
{
    return outcome == OUTCOME_NODATA || outcome == OUTCOME_NXDOMAIN;
}

/* No answer: servfail, refused, timeout, malformed or bogus. */
static inline bool
outcome_is_failure(enum outcome outcome)
{
    return outcome >= OUTCOME_SERVFAIL;
}

/* Bounds on one answer.  A message holds 65,535 octets, so at most some
   5,900 records of 11; more is hostile. */
#define ANSWER_RECORDS_MAX 6000
/* rcode of an answer to which no message came. */
#define ANSWER_NO_RCODE    0xffff
/* Aliases followed, as resolvers do (unbound 11, BIND 16, Knot 20). */
#define ANSWER_CHAIN_MAX   16

struct record {
    struct name owner; /* lower case */
    uint16_t type;     /* IANA number */
    uint32_t ttl;      /* seconds */
    struct slice data; /* RDATA, names in it uncompressed, case kept */
};

/*
 * One alias on the way from the name asked to the records.  target is always
 * the name that comes next.  Of a DNAME, owner is the DNAME's own owner, above
 * the name that came before, and target that name with its top replaced.
 */
struct hop {
    struct name owner;  /* the name that is an alias, or the DNAME's */
    struct name target; /* the next name on the way */
    uint16_t type;      /* RR_CNAME or RR_DNAME */
    uint32_t ttl;       /* seconds */
};

struct answer {
    enum outcome outcome;         /* what it says */
    uint16_t rcode;               /* extended, or ANSWER_NO_RCODE */
    bool aa, tc, ra, ad;          /* header flags as received */
    bool validated;               /* ad, from a resolver we may believe */
    bool chain_loops;             /* aliases go in a circle or on too long */
    bool chain_open;              /* nobody spoke of the chain's end */
    bool referral;                /* no answer, but NS of another zone */
    bool compact_denial;          /* nxdomain by NXNAME: RFC 9824 */
    bool no_edns;                 /* came only when asked without EDNS */
    bool case_lost;               /* the name comes back in other letters */
    bool cname_beside;            /* the records' name is an alias, too */
    const struct hop *chain;      /* aliases passed, in order */
    size_t chain_count;           /* of them */
    const struct record *records; /* of the type asked, at the chain's end */
    size_t record_count;          /* of them */
    const struct record *signatures; /* RRSIG of these, where DO was set */
    size_t signature_count;          /* of them */
    const struct record *authority;  /* the authority section, whole */
    size_t authority_count;          /* of it */
    const struct record *additional; /* the additional section, no OPT */
    size_t additional_count;         /* of it */
    struct name zone;      /* owner of the SOA of a negative answer */
    uint32_t negative_ttl; /* RFC 2308 section 5; 0 without an SOA */
    uint16_t size;         /* octets of the message, 0: none */
    int32_t ede;           /* extended error (RFC 8914), -1: none */
    uint32_t elapsed_us;   /* from question to answer */
    const char *server;    /* who: "192.0.2.1@53", "zone 'FILE'" */
    struct slice wire;     /* the message, where it is malformed */
    const char *problem;   /* a sentence on what is wrong, or NULL */
};

/*
 * A TXT record's character-strings: start with *position = 0; false at the
 * end or where RDATA is broken.
 */
bool record_string(const struct record *record, size_t *position,
                   struct slice *string);
/* All its strings joined with nothing between them, in arena.  (A record of
   one string is not copied.) */
struct slice record_text(struct arena *arena, const struct record *record);

/* The name in NS, CNAME, PTR, DNAME and MX data, the host of SRV; false
   where RDATA is broken.  MX: *preference too (else NULL). */
bool record_target(const struct record *record, struct name *target);
bool record_mx(const struct record *record, uint16_t *preference,
               struct name *target);
/* The address of A and AAAA data, port 0. */
bool record_address(const struct record *record, struct address *address);

struct soa {
    struct name primary; /* MNAME */
    struct name mailbox; /* RNAME */
    uint32_t serial, refresh, retry, expire, minimum;
};
bool record_soa(const struct record *record, struct soa *soa);

/* Is it an RRSIG of records of that type?  RFC 4034 section 3.1.1. */
bool record_signs(const struct record *record, uint16_t type);

/* RDATA in presentation form: TXT as "..." "...", names with final dot,
   unknown types as RFC 3597 "\# n hex". */
void record_present(const struct record *record, struct strbuf *out);
/* And back; text is one RDATA in presentation form, names absolute. */
enum status record_parse(struct arena *arena, uint16_t type, struct slice text,
                         struct slice *data, struct error *err);

/* The least TTL of chain and records; 0 when there is none. */
uint32_t answer_least_ttl(const struct answer *answer);

/*
 * Octets of a message with chain and records alone: each server adds sections
 * of its own, and what is said of a domain must not depend on whom we asked.
 * Owner names are compressed to two octets; no OPT (11 octets more).
 */
size_t answer_octets(const struct answer *answer,
                     const struct question *question);

/* The name at the end of the chain, or the one asked. */
const struct name *answer_end(const struct answer *answer,
                              const struct question *question);

/* One evidence object of the contract: name, type, server, outcome, data[]
   (aliases as "CNAME target.", then records, then their signatures as "RRSIG
   ..."), all in arena. */
struct value *answer_evidence(struct arena *arena,
                              const struct question *question,
                              const struct answer *answer);

/*
 * A deep copy into arena, its records in order of their data (RFC 4034 section
 * 6.3): a set has no order of its own, servers turn it round from answer to
 * answer, and what is said of a domain must not depend on that.
 */
struct answer *answer_copy(struct arena *arena, const struct answer *answer);

/*
 * An answer made here: for sources without messages.  rcode is NOERROR for
 * found and nodata, NXDOMAIN for nxdomain, else ANSWER_NO_RCODE; ede is -1;
 * all else is zero.  server and problem are borrowed.
 */
struct answer *answer_make(struct arena *arena, enum outcome outcome,
                           const char *server, const char *problem);

#endif
