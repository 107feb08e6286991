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

/* An RRset that should be published.  Borrowed throughout. */
struct verify_expected {
    struct name owner;        /* where */
    struct name zone;         /* whose servers are asked: at or above owner */
    uint16_t type;            /* IANA number */
    const struct slice *data; /* RDATA of each record */
    size_t count;             /* of them */
};

struct verify_input {
    struct name domain;                     /* the customer's */
    const char *customer;                   /* whose, or NULL */
    const struct verify_expected *expected; /* in the plan's order */
    size_t expected_count;                  /* of them */
    const struct slice *retired;            /* p= of keys it had before */
    size_t retired_count;                   /* of them */
    bool ask_resolvers; /* resolvers too, for what all the zone's servers
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

/* "same", "extra", ...: the words of the contract. */
const char *verify_word(enum verify_state state);

/* One server's view of one RRset. */
struct verify_server {
    enum verify_state state;     /* by its answer */
    struct question question;    /* what it was asked */
    const struct answer *answer; /* what it said */
};

struct verify_record {
    const struct verify_expected *expected; /* what should be */
    enum verify_state state;                /* over all servers: the worst,
                                               unknown where none is wrong
                                               but one did not answer */
    bool everywhere;                        /* all servers say the same */
    bool authoritative;                     /* the zone's own were asked */
    const struct verify_server *servers;    /* that were asked */
    size_t server_count;                    /* of them */
    const struct nearmiss *diagnosis;       /* what went wrong, or NULL */
};

struct verify_facts {
    const struct verify_input *input;    /* borrowed */
    const struct verify_record *records; /* one for each expected RRset */
    size_t count;                        /* of them */
};

/* One run, in the run's arena: see dns/engine.h. */
struct verify_facts *verify_collect(const struct verify_input *input,
                                    struct view *view);
/* The contract's facts: {"records":[...]}. */
struct value *verify_value(const struct verify_facts *facts,
                           struct arena *arena);
/* The publish.* findings. */
struct report *verify_check(const struct verify_facts *facts,
                            struct arena *arena);

/* Is anything not as expected, or not known? */
bool verify_is_good(const struct verify_facts *facts);

#endif
