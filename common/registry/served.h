/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What DNS must say of customers: the registry as plan and view read it. */
#ifndef REGISTRY_SERVED_H
#define REGISTRY_SERVED_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/registry/customers.h"
#include "common/registry/domains.h"
#include "common/registry/registry.h"
#include "common/registry/states.h"

/* A key whose record is served: see states_key_is_served(). */
struct served_key {
    const char *selector;   /* lower case; may have dots */
    const char *algorithm;  /* the k= word */
    const char *data;       /* the p= value; "": revoked */
    int64_t id;             /* number in the registry */
    enum key_state state;   /* see states.h */
    enum key_origin origin; /* who made it */
};

struct served_domain {
    struct customer_domain domain; /* removed ones have no keys */
    struct served_key *keys;       /* in order of entry */
    size_t key_count;              /* of them */
};

/* Fields that customers have beside their own, each "yes" or not there: it is
   suspended; it has keys of its own below the ESP's domain. */
#define SERVED_SUSPENDED "suspended"
#define SERVED_OWN_KEY   "own_key"

/* One customer, as of one instant. */
struct served_customer {
    struct customer customer;      /* removed ones only when asked for */
    struct served_domain *domains; /* in order of entry */
    size_t domain_count;           /* of them */
    struct customer_field *fields; /* its own by name, then the above */
    size_t field_count;            /* of them */
};

struct served;

/* Which customers. */
struct served_filter {
    const char *customer; /* only this one; NULL: all */
    int64_t customer_id;  /* only this one; 0: all */
    bool with_removed;    /* removed customers and domains too */
};

/* Begin; ordered by name.  filter->customer is borrowed until the end. */
enum status served_open(struct registry *registry,
                        const struct served_filter *filter,
                        struct served **out, struct error *err);
/* ST_OK with *out in arena, ST_NOT_FOUND at the end. */
enum status served_next(struct served *served, struct arena *arena,
                        struct served_customer *out, struct error *err);
void served_free(struct served *served); /* NULL is allowed */

/* The one customer by that name.  ST_NOT_FOUND with a sentence, for a removed
   one too. */
enum status served_find(struct registry *registry, struct arena *arena,
                        const char *customer, struct served_customer *out,
                        struct error *err);

/* The ESP's own keys, which customers share; in arena. */
enum status served_shared(struct registry *registry, struct arena *arena,
                          struct served_key **out, size_t *count,
                          struct error *err);

#endif
