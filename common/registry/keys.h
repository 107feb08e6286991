/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of customers' domains, and the ESP's shared ones. */
#ifndef REGISTRY_KEYS_H
#define REGISTRY_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/base/strbuf.h"
#include "common/registry/keymaker.h"
#include "common/registry/registry.h"
#include "common/registry/seal.h"
#include "common/registry/states.h"

struct customer_key {
    int64_t id;                   /* number in the registry, from 1 */
    int64_t domain;               /* whose; 0: the ESP's, shared */
    const char *share;            /* ESP's: the set of shared keys it is of;
                                     ORIGIN_SHARED: the set it leads to;
                                     else NULL */
    const char *signing_domain;   /* domain's name; "_dkim.ESP" if shared */
    const char *selector;         /* unique below it, for ever */
    enum key_algorithm algorithm; /* k= */
    unsigned bits;                /* 256 for Ed25519 */
    enum key_state state;         /* see states.h */
    enum key_origin origin;       /* who made it */
    int64_t replaces;             /* key whose successor it is; 0: none */
    int64_t created;              /* seconds since 1970 */
    int64_t since;                /* in this state */
    int64_t due;                  /* when the next step is; 0: none */
    int64_t published;            /* first seen everywhere; 0: not yet */
    int64_t activated;            /* signers switched to it; 0: not yet */
    const char *public_text;      /* p=; NULL: reserved, or leads elsewhere */
    bool has_private;             /* sealed private half is there */
};

/* What is to be entered. */
struct key_claim {
    int64_t domain;              /* 0: the ESP's own, shared */
    const char *share;           /* shared: name of the set, a label */
    const char *signing_domain;  /* domain's name, for uniqueness */
    const char *selector;        /* NULL: a dated one is chosen */
    const char *label;           /* behind a dated one: MODE_NS_LABEL; or
                                    NULL */
    enum key_state state;        /* KEY_PENDING mostly */
    enum key_origin origin;      /* decides what of pair must be there */
    int64_t replaces;            /* 0: none */
    const struct key_pair *pair; /* borrowed; only the algorithm and bits
                                    count for KEY_RESERVED and
                                    ORIGIN_SHARED */
};

/*
 * Enter a key, its private half sealed at once.  seal may be NULL when there
 * is none.  ST_EXISTS when the selector is or ever was in use below that
 * domain.
 */
enum status keys_add(struct registry *registry, const struct seal *seal,
                     const struct key_claim *claim, int64_t *id,
                     struct error *err);

/* Give a reserved selector its key: it becomes pending. */
enum status keys_fill(struct registry *registry, const struct seal *seal,
                      int64_t key, const struct key_pair *pair,
                      struct error *err);

/* May the selector still be used below that domain?  ST_EXISTS when it is or
   ever was in use. */
enum status keys_claimable(struct registry *registry,
                           const char *signing_domain, const char *selector,
                           struct error *err);

/*
 * A selector for claim that was never used below its domain: s20261124r for
 * RSA, s20261124e for Ed25519 by clock_now() in UTC, then s20261124r2, ...,
 * and ".LABEL" behind it where the claim has one.  Only inside a transaction
 * does it stay unused.
 */
enum status keys_dated_selector(struct registry *registry,
                                const struct key_claim *claim,
                                struct strbuf *out, struct error *err);

/* By name->signing_domain and name->selector alone; texts in arena.
   ST_NOT_FOUND with a sentence. */
enum status keys_find(struct registry *registry, struct arena *arena,
                      const struct key_claim *name, struct customer_key *out,
                      struct error *err);
/* All of one domain in order of entry (0: all shared ones); in arena. */
enum status keys_of(struct registry *registry, struct arena *arena,
                    int64_t domain, struct customer_key **out, size_t *count,
                    struct error *err);

/* A step of a key's life. */
struct key_step {
    enum key_state from; /* where the caller saw it */
    enum key_state to;   /* where it is to go */
    int64_t due;         /* when the step after is; 0: none */
};

/*
 * Take that step.  ST_BUSY when the key is no longer where the caller saw it,
 * ST_UNSUPPORTED when there is no such step.  Retired and revoked erase the
 * private half.
 */
enum status keys_move(struct registry *registry, int64_t key,
                      const struct key_step *step, struct error *err);

/* The private half, PKCS#8 DER, into out, which is empty and which the
   caller wipes.  ST_NOT_FOUND when it is erased or was never ours. */
enum status keys_private(struct registry *registry, const struct seal *seal,
                         int64_t key, struct strbuf *out, struct error *err);

#endif
