/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the live source share; included by them alone. */
#ifndef DNS_LIVECORE_H
#define DNS_LIVECORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/strbuf.h"
#include "common/base/table.h"
#include "common/dns/cache.h"
#include "common/dns/lane.h"
#include "common/dns/live.h"
#include "common/dns/livechannel.h"
#include "common/dns/ring.h"

#define PORT_DNS           53
/* Sockets of the bulk channel to one resolver, and resolvers used. */
#define LIVE_CHANNELS_MAX  16
#define LIVE_RESOLVERS_MAX 16
/* Channels of a server that were renewed and have something out still. */
#define LIVE_RETIRED_MAX   4
/* Messages of one question whose answer would still be taken. */
#define LIVE_QUERIES_MAX   24
/* Tries over TCP, each waiting twice the first wait. */
#define LIVE_TCP_TRIES     3
/* Different waits: UDP tries, TCP, and pauses after a refusal. */
#define LIVE_LINES_MAX     24
/* Octets kept of a message that answers nothing. */
#define LIVE_STRAY_MAX     512

/* One resolver or authoritative address. */
struct liveserver {
    struct live *live;      /* its source */
    struct address address; /* with its port */
    char *name;             /* "192.0.2.1@53" */
    bool is_resolver;       /* of the run */
    bool is_lost;           /* found dead, and its flights told so */
    struct lane lane;       /* what may be out */
    struct ring queue;      /* flights to be sent */
    struct ring waiting;    /* flights that are out */
    size_t flights;         /* whose server it is: also those that pause */
    struct flight *check;   /* of whether it is there at all, or NULL */
    uint64_t check_us;      /* the next one not before that */
    struct ring place;      /* among those that are ready, starved or idle */
    uint64_t idle_us;       /* since when it has no flight */
    uint64_t wake_us;       /* it is paced: one flight pauses until then */
    struct livechannel *udp[LIVE_CHANNELS_MAX]; /* opened as needed */
    size_t udp_count;                           /* of them used in turn */
    size_t turn;                                /* of the next question */
    const char *stray_why;   /* its latest message that answers nothing, and
                                nobody knows whose it was; or NULL */
    uint64_t stray_us;       /* when that came */
    struct livechannel *tcp; /* opened when needed */
    struct livechannel *retired[LIVE_RETIRED_MAX]; /* until nothing is out */
};

/* A view that waits for a flight's answer. */
struct waiter {
    struct view *view;   /* borrowed */
    struct waiter *next; /* of the same flight */
};

enum flight_state {
    FLIGHT_QUEUED, /* in its server's queue */
    FLIGHT_OUT,    /* sent; in its server's waiting list and a line */
    FLIGHT_PAUSING /* in a line, to be queued again */
};

/* A question that has been asked and not yet answered. */
struct flight {
    struct question question;  /* as asked */
    struct question sent;      /* as it is sent */
    struct waiter *waiters;    /* who asked */
    struct liveserver *server; /* where it goes or went last */
    enum flight_state state;   /* where it is */
    struct ring in_server;     /* its place in the server's list */
    struct ring in_line;       /* its place among those with a due time */
    uint64_t due_us;           /* its wait ends */
    uint64_t rest_us;          /* to wait then, without a place in the lane */
    uint64_t first_us;         /* sent first; 0 not yet */
    uint64_t sent_us;          /* sent last */
    size_t home;               /* of the resolvers, the first to be asked */
    uint32_t declined;         /* resolvers (bits) that refused it */
    unsigned tries;            /* unanswered so far, by UDP or by TCP */
    bool has_place;            /* it counts as out in its server's lane */
    bool tcp;                  /* goes by TCP */
    bool truncated;            /* UDP gave only a part */
    bool plain;                /* FORMERR: sent again without EDNS */
    bool is_check;             /* nobody waits for it: see flightsend_check */
    int error;                 /* errno of the last failure, or 0 */
    struct livequery *queries[LIVE_QUERIES_MAX]; /* may still be answered */
    size_t query_count;                          /* of them */
    char *stray;                                 /* what came instead */
    size_t stray_n;                              /* octets of it */
    const char *stray_why;                       /* why it is no answer */
};

/* Flights that wait equally long stand in the order of their due times. */
struct line {
    uint64_t wait_us;    /* of each */
    struct ring flights; /* the first is due first */
};

struct live {
    struct source source;                             /* must stand first */
    struct live_settings settings;                    /* defaults filled in */
    struct liveserver *resolvers[LIVE_RESOLVERS_MAX]; /* of the run */
    size_t resolver_count;                            /* of them */
    bool spread;           /* over all of them, else the first first */
    int epoll;             /* watches every socket */
    unsigned room;         /* questions a socket has room for */
    struct table *servers; /* authoritative ones by address */
    struct table *flights; /* by question */
    struct cache *cache;   /* finished ones */
    struct arena *scratch; /* of the answer at hand */
    struct strbuf key;     /* of the question at hand: reused */
    struct line lines[LIVE_LINES_MAX]; /* by wait */
    size_t line_count;                 /* of them */
    struct ring ready;         /* servers that may have something to do */
    struct ring starved;       /* that wait for a channel to be free */
    struct ring idle;          /* authoritative, without flights */
    size_t open, open_most;    /* channels open, and most of them */
    uint64_t ticked_us;        /* when upkeep was done last */
    bool delivered;            /* something, in this wait */
    struct live_counts counts; /* see live.h */
};

/* --- liveserver.c: servers, their channels and their upkeep --- */

struct liveserver *liveserver_new(struct live *live,
                                  const struct address *address,
                                  bool is_resolver);
void liveserver_free(struct liveserver *server);
/* The authoritative server of that address, made when there is none. */
struct liveserver *liveserver_at(struct live *live,
                                 const struct address *address);
/* Send by a channel that is opened as needed.  NULL and an errno: EMFILE
   when no channel is to be had now. */
struct livequery *liveserver_send(struct liveserver *server,
                                  const struct flight *flight, int *error);
/* It may have something to do: look at it in the next pump. */
void liveserver_ready(struct liveserver *server);
/* No channel was to be had: look again when one is closed. */
void liveserver_starve(struct liveserver *server);
/* It has no flights: it may be forgotten. */
void liveserver_idle(struct liveserver *server, uint64_t now);
/* About once a second: close what is idle, forget what is out too long. */
void liveserver_upkeep(struct live *live, uint64_t now);

/* --- flight.c: where a question goes, and how long it waits --- */

/* A flight for question, in no queue yet. */
struct flight *flight_new(const struct question *question);
/* Without an answer to anybody. */
void flight_free(struct flight *flight);
/* The server it should go to next; NULL when every resolver declined. */
struct liveserver *flight_server(struct live *live,
                                 const struct flight *flight);
void flight_queue(struct flight *flight, struct liveserver *server);
/* Out of its lists; what is out is no longer waited for. */
void flight_leave(struct flight *flight);
/* To stand in a line until wait_us have passed. */
void flight_wait(struct live *live, struct flight *flight, uint64_t wait_us);
/* A try is used up: to the next server, after a pause or at once, or to the
   end. */
void flight_retry(struct live *live, struct flight *flight, bool pause);
/* "Nothing came": what there is to say of it, in scratch; and the end. */
struct answer *flight_failure(struct live *live, const struct flight *flight,
                              const struct liveserver *server);
void flight_fail(struct live *live, struct flight *flight);
/* What was due by now has waited long enough. */
void flight_expire(struct live *live, uint64_t now);
/* When the next one is due; UINT64_MAX for none. */
uint64_t flight_next_due(const struct live *live);

/* --- flightsend.c --- */

/* Send what may be sent now by the servers that are ready. */
void flightsend_pump(struct live *live);
/*
 * Questions to server stay unanswered.  Is it dead, or are it only these?  So
 * it is asked for the root's SOA, which every resolver has and most servers
 * refuse: whatever it says, it lives.  Once in each first wait at most.
 */
void flightsend_check(struct liveserver *server, uint64_t now);

/* --- flightreply.c --- */

/* The answers, failures and refusals that channels report. */
extern const struct livechannel_ops flightreply_ops;

/* --- live.c --- */

/* Copy the answer to all that wait and into the cache; ends the flight. */
void live_finish(struct live *live, struct flight *flight,
                 struct answer *answer);

#endif
