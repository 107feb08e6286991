/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One socket's worth of questions to one server, by c-ares.  What c-ares
 * would swallow is seen on its way: ICMP errors, FORMERR, errors without a
 * question section, and messages that answer nothing.
 */
#ifndef DNS_LIVECHANNEL_H
#define DNS_LIVECHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/slice.h"
#include "common/dns/question.h"

struct livechannel; /* one socket */
struct livequery;   /* one message that was sent */

/* Called from livechannel_process, _tick and _send only.  They must not end
   a channel nor send by one. */
struct livechannel_ops {
    /* Message (borrowed for the call) has the query's id and question, or is
       an error without a question section, which is put in.  The query is
       over. */
    void (*answered)(void *owner, struct livequery *query, void *token,
                     struct slice message);
    /* Nothing more will come; the query is over.  error is an errno, 0 when
       the channel's patience ended. */
    void (*failed)(void *owner, struct livequery *query, void *token,
                   int error);
    /* An ICMP error (errno): no saying which of the questions it is for. */
    void (*unreachable)(void *owner, int error);
    /* Came from the server and answers nothing, for the reason why: another
       question, another id, too short.  It may have been meant for token
       (NULL: no saying). */
    void (*stray)(void *owner, void *token, struct slice message,
                  const char *why);
};

struct livechannel_settings {
    const struct livechannel_ops *ops; /* of the owner */
    void *owner;                       /* given back to them */
    struct address address;            /* with its port */
    bool tcp;                          /* TCP only, else UDP only */
    int epoll;                         /* where the socket is watched: its
                                          events carry the channel */
    unsigned patience_ms;              /* c-ares forgets a query after that */
};

/* NULL when c-ares cannot: no memory, no random numbers. */
struct livechannel *
livechannel_new(const struct livechannel_settings *settings);
/* Queries still out are forgotten without a call.  NULL is allowed. */
void livechannel_free(struct livechannel *channel);

/*
 * Send question.  token
 * (not NULL) comes back with the answer.  NULL and *error (an errno) when it
 * could not go out at all: EMFILE and the like, ENETUNREACH without a route.
 * The query is the channel's, valid until it is over or dropped.
 */
struct livequery *livechannel_send(struct livechannel *channel,
                                   const struct question *question,
                                   void *token, int *error);
/* No call for it any more; its id stays taken until c-ares is done. */
void livechannel_drop(struct livequery *query);

bool livechannel_is_tcp(const struct livequery *query);

/* The socket has these events of epoll. */
void livechannel_process(struct livechannel *channel, uint32_t events);
/* To be called about once a second: forgets what is out for too long. */
void livechannel_tick(struct livechannel *channel);

/* Queries neither over nor dropped; those that c-ares still holds; sent
   since the channel began. */
size_t livechannel_waiting(const struct livechannel *channel);
size_t livechannel_held(const struct livechannel *channel);
size_t livechannel_sent(const struct livechannel *channel);

/* Questions that may be out at once on a channel of UDP, as the receive
   buffer that the system grants has room for their answers. */
unsigned livechannel_room(void);

#endif
