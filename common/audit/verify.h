/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is published against what should be, server by server. */
#ifndef AUDIT_VERIFY_H
#define AUDIT_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/value.h"
#include "common/dns/view.h"
#include "common/findings/finding.h"
#include "common/records/nearmiss.h"
#include "common/registry/sightings.h"

/* An RRset that should be published.  Borrowed throughout. */
struct verify_expected {
    struct name owner;        /* where */
    struct name zone;         /* whose servers are asked: at or above owner */
    uint16_t type;            /* IANA number */
    const struct slice *data; /* RDATA of each record */
    size_t count;             /* of them, at least one */
};

struct verify_input {
    struct name domain;                     /* the customer's */
    const char *customer;                   /* whose, or NULL */
    const struct verify_expected *expected; /* in the plan's order */
    size_t expected_count;                  /* of them */
    const char *(*owner_of)(void *context, struct slice key); /* see
                                                                 nearmiss.h */
    void *context;        /* for owner_of */
    bool trust_resolvers; /* they decide where none of the zone's servers can
                             be asked; else that is unknown */
    bool no_diagnosis;    /* only compare: what went wrong is not looked for */
    bool show_resolvers;  /* what they say of records that are not missing is
                             asked for as well, and decides nothing */
    bool ask_resolvers;   /* resolvers too, for what all the zone's servers
                             have: sooner, their negative caches would delay
                             what is waited for */
};

enum verify_state {
    VERIFY_SAME,      /* as expected */
    VERIFY_EXTRA,     /* as expected, and more beside it */
    VERIFY_DIFFERENT, /* something else */
    VERIFY_MISSING,   /* somebody said that it is not there */
    VERIFY_UNKNOWN    /* no answer that says it */
};
#define VERIFY_STATES 5

/* "same", "extra", ...: the words of the contract. */
const char *verify_word(enum verify_state state);

/* One server's view of one RRset. */
struct verify_server {
    enum verify_state state;     /* by its answer */
    bool is_failing;             /* unknown because the zone's own server said
                                    that it fails: SERVFAIL, REFUSED */
    bool has_key;                /* it differs, and yet the expected key is
                                    in it: other tags, quotes kept */
    struct question question;    /* what it was asked */
    const struct answer *answer; /* what it said */
    const struct answer *end;    /* of an alias out of the zone: what the
                                    resolvers say of it; else NULL */
    const struct answer *text;   /* TXT beside an expected CNAME, or in its
                                    place; or NULL */
};

struct verify_record {
    const struct verify_expected *expected; /* what should be */
    enum verify_state state;                /* over all servers: the worst,
                                               unknown where none is wrong
                                               but one did not say */
    struct name zone;                       /* whose servers were asked */
    const char *problem;                    /* why only resolvers were asked,
                                               or NULL */
    bool is_partial;                        /* a server of the zone was not
                                               asked: too many, or all its
                                               addresses out of reach */
    struct verify_server *servers;          /* that were asked */
    size_t server_count;                    /* of them */
    const struct verify_record *end;        /* of the first alias out of the
                                               zone: the same at its end, as
                                               the servers there say; NULL:
                                               there is none */
    struct verify_server resolver;          /* beside them, with
                                               show_resolvers; answer NULL:
                                               not asked */
    size_t counts[VERIFY_STATES];           /* of servers, by state */
    size_t failing;                         /* of those unknown */
    const struct nearmiss *diagnosis;       /* what went wrong, or NULL */
    const char *other;                      /* whose key is there, or NULL */
    const char *hint;                       /* what to do in the form of the
                                               zone's DNS host, or NULL */
    bool may_be_right;                      /* a key was pasted, and the right
                                               one is not known */
};

struct verify_facts {
    const struct verify_input *input; /* borrowed */
    struct verify_record *records;    /* one for each expected RRset */
    size_t count;                     /* of them */
};

/*
 * One run, in the run's arena: see dns/engine.h.
 *
 * The zone's own servers are asked, each of them (below a zone cut those of
 * the zone there).  Where none can be, because they are not known, do not
 * answer here at all, or may not be asked, nothing is known, unless the
 * resolvers are to be trusted.  An alias in the place of other records counts
 * as what it leads to, since that is what receivers see.
 */
struct verify_facts *verify_collect(const struct verify_input *input,
                                    struct view *view);
/* The contract's facts: {"records":[...]}. */
struct value *verify_value(const struct verify_facts *facts,
                           struct arena *arena);

/*
 * The publish.* findings.  Of each RRset, by what the servers say:
 *
 *   all have it                      nothing, or publish.extra
 *   all lack it or differ            publish.missing, .differs or .pasted-key
 *   some lack it or differ           publish.not-everywhere
 *   some have it, others fail        publish.not-everywhere
 *   some have it, others are silent  publish.not-everywhere, unknown
 *   none says                        publish.missing, unknown
 */
struct report *verify_check(const struct verify_facts *facts,
                            struct arena *arena);

/* Is it resolvers' opinion of the RRset, beside that of the zone's servers?
   A server that was not reached since its address is not known is none. */
bool verify_is_hearsay(const struct verify_record *record,
                       const struct verify_server *server);

/* What the servers at the end of a server's alias out of the zone say; NULL
   where it has none, or another one than was followed. */
const struct verify_record *verify_end_of(const struct verify_record *record,
                                          const struct verify_server *server);

/*
 * What all of the zone's own servers say of one RRset, or those at the end of
 * an alias.  What resolvers say of it does not count.  Unknown too where one
 * of the servers was not asked, where one has something beside what is
 * expected, where the right key was pasted in the place of an alias to it, and
 * where it stands in a record that is not the expected one: receivers may
 * still verify with it.
 */
enum sight verify_sight(const struct verify_record *record);

/* Is all of it there, everywhere? */
bool verify_is_good(const struct verify_facts *facts);

#endif
