/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers from the network, by c-ares. */
#ifndef DNS_LIVE_H
#define DNS_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/status.h"
#include "common/dns/question.h"
#include "common/dns/source.h"

/* Questions in flight to the resolvers at first and at most: the receive
   buffers of both sides bound them (a datagram takes some 770 octets). */
#define LIVE_WINDOW_DEFAULT 150
#define LIVE_WINDOW_MAX     4000
/* First wait for an answer, doubled at each of the tries. */
#define LIVE_TIMEOUT_MS     1000
#define LIVE_TRIES          4
/* Questions in flight to one authoritative server, for politeness. */
#define LIVE_PER_SERVER     8
/* And messages a second in the long run, with so many at once before: an
   audit of one domain takes some 50, and one of many must not look like an
   attack on the servers that they have in common. */
#define LIVE_SERVER_RATE    250
#define LIVE_SERVER_BURST   500
/* Nobody's own servers need more: the fastest answer some 100,000. */
#define LIVE_RATE_MAX       100000

struct live_settings {
    const struct address *resolvers; /* none: the system's */
    size_t resolver_count;           /* of them */
    uint16_t authority_port;         /* of authoritative servers; 0: 53 */
    unsigned window;                 /* 0: LIVE_WINDOW_DEFAULT */
    unsigned server_rate;            /* messages a second to one authoritative
                                        server; 0: LIVE_SERVER_RATE */
    unsigned timeout_ms;             /* 0: LIVE_TIMEOUT_MS */
    unsigned tries;                  /* 0: LIVE_TRIES */
    unsigned cache_size;             /* answers kept; 0: a default */
    bool no_ipv4, no_ipv6;           /* families not used (-6, -4) */
    bool trust_ad;                   /* believe AD from any resolver */
};

struct live_counts {
    uint64_t asked;   /* questions handed to us */
    uint64_t cached;  /* answered from the cache or joined to one in
                         flight */
    uint64_t sent;    /* messages sent */
    uint64_t retried; /* of them again after no answer */
    uint64_t tcp;     /* of them over TCP */
    uint64_t lost;    /* given up: OUTCOME_TIMEOUT */
};

/*
 * A source on the network.  One set of sockets for each resolver, one socket
 * for each authoritative address (a pool: idle ones are closed).  Retries are
 * ours (those of c-ares lose answers): a question that timed out goes to the
 * end of the line, through the same window, which grows on answers and halves
 * when a good part is lost; a late answer still counts.
 * Equal questions in flight are sent once.  The cache is bounded, keeps an
 * answer no longer than its TTL, and only for the run; what one server said
 * by itself, and failures, for seconds.
 *
 * Several resolvers given share the work; the system's are asked in order.
 * A try that fails, REFUSED and NOTIMP go on to the next one.
 *
 * TRANSPORT_AUTO does what a resolver would do: a truncated answer is asked
 * for again by TCP, and FORMERR once more without EDNS (the answer then has a
 * problem that says so).  Without TCP it is TIMEOUT with tc set.
 * TRANSPORT_UDP shows truncation and FORMERR as they come.
 *
 * Messages with another id, from another address or to another question are
 * waited out: TIMEOUT at the end, or MALFORMED where such things came from
 * the server itself.  A server found dead (silent for as long as one question
 * is tried, or nothing listens there) is not waited for again: what is asked
 * of it ends as TIMEOUT at once, but for one question in each first wait,
 * which finds out whether it is back.
 *
 * A family without a route is not asked: REFUSED, "no IPv6 route", no rcode.
 * ST_NOT_FOUND when there is no resolver at all.
 */
enum status live_new(const struct live_settings *settings, struct source **out,
                     struct error *err);
void live_counts(const struct source *live, struct live_counts *counts);

#endif
