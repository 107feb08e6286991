/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DNSSEC records as a validator sees them, by libdnssec: RFC 4034, RFC 4035
   section 5.  Pure functions of records. */
#ifndef DNS_SIGCHECK_H
#define DNS_SIGCHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/strbuf.h"
#include "common/dns/answer.h"

/* A DNSKEY record: RFC 4034 section 2.1. */
struct sigcheck_key {
    uint8_t algorithm; /* IANA number */
    uint16_t tag;      /* RFC 4034 appendix B */
    bool is_zone_key;  /* Zone Key flag, protocol 3, and not revoked */
};

/* A DS record: RFC 4034 section 5.1. */
struct sigcheck_ds {
    uint16_t tag;      /* of the key it names */
    uint8_t algorithm; /* of that key */
    uint8_t digest;    /* IANA number of the digest's type */
};

/* An RRSIG record: RFC 4034 section 3.1. */
struct sigcheck_signature {
    uint8_t algorithm;  /* IANA number */
    uint16_t tag;       /* of the key */
    int64_t begins;     /* seconds since 1970, nearest to now */
    int64_t ends;       /* likewise */
    struct name signer; /* the zone */
};

/* False where RDATA is broken. */
bool sigcheck_read_key(const struct record *record, struct sigcheck_key *out);
bool sigcheck_read_ds(const struct record *record, struct sigcheck_ds *out);
bool sigcheck_read_signature(const struct record *record, int64_t now,
                             struct sigcheck_signature *out);

/* Can anything be said of a key by that DS: are its digest and its algorithm
   known?  Who knows neither disregards it: RFC 4035 section 5.2, RFC 6840
   section 5.2. */
bool sigcheck_is_known_ds(const struct sigcheck_ds *ds);

enum sigcheck_truth {
    SIGCHECK_NO,
    SIGCHECK_YES,
    SIGCHECK_CANNOT_TELL /* an algorithm, digest or type that is not known */
};

/* Does the DS name the key?  RFC 4035 section 5.2.  The algorithm may be one
   that is not known, the digest not. */
enum sigcheck_truth sigcheck_names_key(const struct record *ds,
                                       const struct record *key);

/*
 * Is the RRSIG made by the key over the set of records, whatever the time?
 * RFC 4035 section 5.3.  Sets of the usual types only: of others it is not
 * known whether they hold names, which are signed in lower case.
 */
enum sigcheck_truth sigcheck_verify(const struct record *records, size_t count,
                                    const struct record *signature,
                                    const struct record *key);

/* SHA-1, the only algorithm of RFC 5155 section 11. */
#define SIGCHECK_HASH_SIZE 20
/*
 * The hash of name with the parameters of an NSEC3 record, RFC 5155 section
 * 5.  False for another algorithm, more iterations than that, or broken
 * RDATA.
 */
bool sigcheck_hash(const struct record *nsec3, const struct name *name,
                   unsigned iterations_max, uint8_t out[SIGCHECK_HASH_SIZE]);

/* Must validators not rely on it, or is it advised against?  RFC 8624
   sections 3.1 and 3.3. */
bool sigcheck_is_weak_algorithm(uint8_t algorithm);
bool sigcheck_is_weak_digest(uint8_t digest);
/* "RSASHA1", or the number. */
void sigcheck_present_algorithm(uint8_t algorithm, struct strbuf *out);

#endif
