/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Customers and their fields. */
#ifndef REGISTRY_CUSTOMERS_H
#define REGISTRY_CUSTOMERS_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/registry/registry.h"
#include "common/registry/states.h"

struct customer {
    int64_t id;                /* number in the registry, from 1 */
    const char *name;          /* a label in lower case */
    enum customer_state state; /* see states.h */
    int64_t created;           /* seconds since 1970 */
    int64_t since;             /* in this state */
    int64_t due;               /* next step (leaving); 0: none */
};

/* A value of a customer that the template may use: pool, rua, ... */
struct customer_field {
    const char *name;  /* see labels_field() */
    const char *value; /* not empty */
};

/* By name as labels_customer() made it; texts in arena.  ST_NOT_FOUND with a
   sentence. */
enum status customers_find(struct registry *registry, struct arena *arena,
                           const char *name, struct customer *out,
                           struct error *err);

/* How many there are that are not removed. */
enum status customers_count(struct registry *registry, int64_t *count,
                            struct error *err);

/* Enter a new, active customer.  ST_EXISTS when the name is or ever was in
   use. */
enum status customers_add(struct registry *registry, const char *name,
                          int64_t *id, struct error *err);

/*
 * Suspend, resume, or begin to leave (due: until when its keys are served;
 * they keep their states, so that it may resume).  ST_UNSUPPORTED when it may
 * not go there from where it is; to be there already is ST_OK and no event.
 */
enum status customers_set_state(struct registry *registry, const char *name,
                                enum customer_state state, int64_t due,
                                struct error *err);

/*
 * Leave a tombstone: the customer and its domains are removed, its keys
 * retired and their private halves erased.  Names, selectors and public
 * halves are kept, so that they are never used again.  Final.
 */
enum status customers_remove(struct registry *registry, const char *name,
                             struct error *err);

/* Set a field, or take it away (value NULL).  Checked by labels_field(). */
enum status customers_set_field(struct registry *registry, int64_t customer,
                                const char *name, const char *value,
                                struct error *err);
/* All fields by name; array and texts in arena. */
enum status customers_fields(struct registry *registry, struct arena *arena,
                             int64_t customer, struct customer_field **out,
                             size_t *count, struct error *err);

#endif
