/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims of customers to domains that they sign as. */
#ifndef REGISTRY_DOMAINS_H
#define REGISTRY_DOMAINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/registry/registry.h"
#include "common/registry/states.h"

struct customer_domain {
    int64_t id;              /* number in the registry, from 1 */
    int64_t customer;        /* whose */
    const char *name;        /* d=, A-labels without final dot */
    enum domain_mode mode;   /* how it is published */
    enum domain_state state; /* see states.h */
    const char *token;       /* NULL for MODE_ESP: the name is ours */
    const char *label;       /* MODE_NS_LABEL: the label; else NULL */
    bool is_shared;          /* a second claim, knowingly */
    int64_t ahead;           /* numbered selectors to publish ahead */
    int64_t created;         /* seconds since 1970 */
    int64_t since;           /* in this state */
};

/* What is claimed. */
struct domain_claim {
    int64_t customer;      /* of customers_add() or customers_find() */
    const char *name;      /* of labels_domain() or labels_esp_domain() */
    enum domain_mode mode; /* MODE_ESP is verified at once */
    const char *label;     /* MODE_NS_LABEL only */
    int64_t ahead;         /* 0 mostly */
    bool is_shared;        /* another's claim to it is no obstacle */
};

/* Enter a claim with a new token.  ST_EXISTS when the domain is claimed, by
   this customer or (unless is_shared) by another; the sentence says by
   whom. */
enum status domains_add(struct registry *registry,
                        const struct domain_claim *claim, int64_t *id,
                        struct error *err);

/* Could it be entered?  ST_OK or ST_EXISTS as domains_add(). */
enum status domains_claimable(struct registry *registry,
                              const struct domain_claim *claim,
                              struct error *err);

/* The claim of name->customer to name->name that is not removed; texts in
   arena.  ST_NOT_FOUND with a sentence. */
enum status domains_find(struct registry *registry, struct arena *arena,
                         const struct domain_claim *name,
                         struct customer_domain *out, struct error *err);
/* All its claims, removed ones too, in order of entry; in arena. */
enum status domains_of(struct registry *registry, struct arena *arena,
                       int64_t customer, struct customer_domain **out,
                       size_t *count, struct error *err);

/* verify saw the token, or no longer does.  ST_BUSY when the domain is no
   longer where the caller saw it, ST_UNSUPPORTED from removed. */
enum status domains_move(struct registry *registry, int64_t domain,
                         enum domain_state from, enum domain_state to,
                         struct error *err);
/* A tombstone: its keys retired, their private halves erased.  To be one
   already is ST_OK and no event. */
enum status domains_remove(struct registry *registry, int64_t domain,
                           struct error *err);

#endif
