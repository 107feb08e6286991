/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rotation of customers' keys: successors made, signers switched, old keys
   retired. */
#ifndef REGISTRY_ROTATE_H
#define REGISTRY_ROTATE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/registry/keys.h"
#include "common/registry/registry.h"
#include "common/registry/seal.h"

/* Keys of all domains of a customer that are not removed, in order of entry;
   in arena.  None for a customer that is not there. */
enum status rotate_keys(struct registry *registry, struct arena *arena,
                        const char *customer, struct customer_key **out,
                        size_t *count, struct error *err);

/* Is it the ESP's to replace: made by us, or brought with its private half?
   Who holds the private half alone makes the next one. */
bool rotate_is_ours(const struct customer_key *key);
/* Of keys, the one of that number; NULL for none. */
const struct customer_key *rotate_find(const struct customer_key *keys,
                                       size_t count, int64_t id);
/* Of keys, the one that replaces id and is in one of these states (bits 1u <<
   enum key_state); NULL for none. */
const struct customer_key *rotate_successor(const struct customer_key *keys,
                                            size_t count, int64_t id,
                                            unsigned states);

/*
 * Does that key need a successor now?  It is ours, signs, has none on its way,
 * and was made before that time.
 */
bool rotate_is_due(const struct customer_key *keys, size_t count,
                   const struct customer_key *key, int64_t made_before);

/* Customers who have a key in one of these states, by name; in arena. */
enum status rotate_customers(struct registry *registry, struct arena *arena,
                             unsigned states, const char *const **out,
                             size_t *count, struct error *err);

struct rotate_settings {
    struct registry *registry;         /* borrowed, no transaction begun */
    const struct seal *seal;           /* borrowed */
    const struct key_source *source;   /* borrowed */
    unsigned threads;                  /* that make keys; 0: one a core */
    int64_t made_before;               /* only keys older than that */
    const volatile sig_atomic_t *stop; /* not 0: end soon */
    /* After each customer's commit: how many keys it got; may be NULL. */
    void (*outcome)(void *context, const char *customer, size_t keys);
    void *context; /* first argument of outcome */
};

struct rotate_totals {
    size_t customers; /* that got keys */
    size_t keys;      /* made and entered */
    size_t idle;      /* customers who needed none */
};

/*
 * Give each key of these customers that is due a successor of the same kind
 * at a dated selector that was never used, pending; all those of one customer
 * in one transaction.  A customer whose keys have successors is left alone, so
 * the same call goes on where one was interrupted.  ST_NOT_FOUND for a name
 * that is no customer, before anything is done; ST_STOPPED, what was committed
 * stays.
 */
enum status rotate_start(const struct rotate_settings *settings,
                         const char *const *customers, size_t count,
                         struct rotate_totals *totals, struct error *err);

/* One step of a rotation, as it was found safe. */
struct rotate_step {
    int64_t fresh;              /* becomes active; 0: an old one is retired */
    enum key_state fresh_state; /* in which it was */
    int64_t old;                /* its predecessor, becomes retiring; or the
                                   retiring one, becomes retired; 0: none */
    int64_t due;                /* of the retiring one: see struct key_step */
};

/*
 * Take them, each wholly or not at all, some hundred in a transaction.  One
 * whose keys somebody else has moved meanwhile is left.  *done holds what was
 * committed, also on failure.
 */
enum status rotate_steps(struct registry *registry,
                         const struct rotate_step *steps, size_t count,
                         size_t *done, struct error *err);

#endif
