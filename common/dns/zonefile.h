/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers out of zone files, as authoritative servers would give them. */
#ifndef DNS_ZONEFILE_H
#define DNS_ZONEFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/dns/nametree.h"
#include "common/dns/source.h"
#include "common/dns/zonehidden.h"

/* A zone file larger than this is refused: 300,000 customers with six
   records take 92 MB. */
#define ZONEFILE_SIZE_MAX          (1024u * 1024u * 1024u)
/* $INCLUDE within $INCLUDE, when allowed at all. */
#define ZONEFILE_INCLUDE_DEPTH_MAX 8
/* Files included in all: a file that includes others twice doubles them at
   each depth. */
#define ZONEFILE_INCLUDES_MAX      1000
/* Types at one name: some 90 are in use, and each is looked through. */
#define ZONEFILE_TYPES_MAX         256

/* Something in the text that loads, and yet a person should hear of. */
struct zone_note {
    const char *id;    /* "dns.txt-string-over-255", ... (catalogue) */
    const char *file;  /* whose text */
    size_t line;       /* from 1 */
    size_t column;     /* from 1 */
    struct name owner; /* of the record */
    uint16_t type;     /* of the record */
    size_t length;     /* octets of the string, where it is about one */
};

/* The records of one or more zone files: what a source, an overlay and the
   comparison of expected records read. */
struct zonefile {
    struct arena *arena;           /* holds all of it */
    struct nametree *tree;         /* every name and RRset */
    const struct zone_note *notes; /* in the order of the text */
    size_t note_count;             /* of them */
    struct table *servers;         /* from an apex (wire form) to the name of
                                      its file: "zone 'FILE'" */
    struct zonehidden *hidden;     /* what lies below cuts of its own zone */
};

struct zonefile_settings {
    bool allow_include;        /* $INCLUDE opens files */
    bool overlay;              /* ";! NAME TYPE NODATA" and ";! NAME ANY
                                  NXDOMAIN" lines count, no SOA is needed */
    bool faults;               /* ";! NAME TYPE OUTCOME" lines count */
    const struct name *origin; /* before any $ORIGIN; NULL: the root */
    uint32_t ttl;              /* before any TTL is stated */
};

/*
 * Read one zone file into zone (which may hold others already).  Two scanners
 * in step: ours notes each quoted string's line, column and length, and
 * libzscanner reads the records one by one.  Without overlay, the owners of
 * SOA records become apexes.  A record of a class other than IN, CNAME
 * beside other data (RFC 2181 section 10.1), data out of zone (an SOA comes
 * before what is below it), $GENERATE, $INCLUDE unless allowed, or text that
 * does not parse is ST_SYNTAX: "'FILE', line 3, column 7: ...".  zone then
 * holds what came before, and is good only for being freed.
 *
 * Where a zone of one file begins below a zone of another, what the upper
 * file says at and below that name is dropped, but for DS: it is never
 * served.
 *
 * With faults, ";! NAME TYPE OUTCOME" makes the source answer questions for
 * that name and type (ANY: all its types) by SERVFAIL, REFUSED, TIMEOUT,
 * MALFORMED or BOGUS, so that a zone file is a whole fixture.  NAME is
 * relative to the origin, as owners are.  Where neither overlay nor faults is
 * set, such lines are comments.
 */
enum status zonefile_read(struct zonefile *zone, const char *path,
                          const struct zonefile_settings *settings,
                          struct error *err);
/* The same from text; file stands for it in sentences. */
enum status zonefile_parse(struct zonefile *zone, const char *file,
                           struct slice text,
                           const struct zonefile_settings *settings,
                           struct error *err);
struct zonefile *zonefile_new(void);
void zonefile_free(struct zonefile *zone);

/*
 * A source that answers from zone (borrowed), as of RFC 1034 section 4.3.2,
 * RFC 4592 and RFC 6672.  To a recursive question: the zone with the closest
 * apex above the name, following delegations into zones that are loaded and
 * aliases across them; REFUSED ("no zone file covers 'name'") where there is
 * none, or where a cut leads to a zone that is not loaded.  To a direct
 * question: the same data with AA, aliases followed within the zone (where
 * they leave it: NODATA with chain_open), whatever the server's address; a
 * cut gives the referral (NS in authority, glue in additional, AA off), which
 * is REFUSED with referral, as for any server.
 *
 * A negative answer has the zone's SOA in authority.  Aliases in a circle, or
 * more than ANSWER_CHAIN_MAX of them: SERVFAIL with chain_loops and the chain
 * so far.  size is what the message would take with owner names compressed
 * to two octets; tc is set, and no record taken away, where a UDP-only
 * question allows less.
 */
struct source *zonefile_source(struct zonefile *zone);

#endif
