/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was done, when and by whom: a log that can only grow. */
#ifndef REGISTRY_EVENTS_H
#define REGISTRY_EVENTS_H

#include <stdint.h>

#include "common/base/status.h"
#include "common/registry/registry.h"

/* Words of what was done: permanent. */
#define EVENT_CREATED          "registry.created"
#define EVENT_META_SET         "registry.set"
#define EVENT_CUSTOMER_ADDED   "customer.added"
#define EVENT_CUSTOMER_STATE   "customer.state"
#define EVENT_CUSTOMER_REMOVED "customer.removed"
#define EVENT_FIELD_SET        "customer.set"
#define EVENT_DOMAIN_ADDED     "domain.added"
#define EVENT_DOMAIN_STATE     "domain.state"
#define EVENT_DOMAIN_REMOVED   "domain.removed"
#define EVENT_KEY_ADDED        "key.added"
#define EVENT_KEY_STATE        "key.state"
#define EVENT_NOTE             "note"

struct event {
    int64_t number;       /* from 1, in the order of commits */
    int64_t at;           /* seconds since 1970 */
    int64_t uid;          /* real user id of who did it */
    const char *what;     /* one of the words */
    int64_t customer_id;  /* 0: none */
    const char *customer; /* name, or NULL */
    const char *domain;   /* name, or NULL */
    int64_t key;          /* 0: none */
    const char *selector; /* or NULL */
    const char *detail;   /* "active -> retiring"; "" for none */
};

/* What to write; the number, time and user are set by events_add(). */
struct event_claim {
    const char *what;   /* one of the words */
    int64_t customer;   /* 0: none, or that of the domain or key */
    int64_t domain;     /* 0: none, or that of the key */
    int64_t key;        /* 0: none */
    const char *detail; /* NULL: none; never a private key */
};
enum status events_add(struct registry *registry,
                       const struct event_claim *claim, struct error *err);

/* The number of the last one. */
enum status events_last(struct registry *registry, int64_t *number,
                        struct error *err);

struct events;

/* Read those above a number, oldest first; of one customer, or of all when
   customer is 0. */
enum status events_open(struct registry *registry, int64_t above,
                        int64_t customer, struct events **out,
                        struct error *err);
/* ST_OK with *event borrowed until the next call, ST_NOT_FOUND at the end. */
enum status events_next(struct events *events, const struct event **event,
                        struct error *err);
void events_free(struct events *events); /* NULL is allowed */

#endif
