/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Registers customers with their keys: on all cores, whole or not at all. */
#ifndef REGISTRY_PROVISION_H
#define REGISTRY_PROVISION_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/base/status.h"
#include "common/registry/customers.h"
#include "common/registry/keymaker.h"
#include "common/registry/labels.h"
#include "common/registry/registry.h"
#include "common/registry/seal.h"
#include "common/registry/states.h"

/* Bounds of one request: more is no provisioning but a mistake. */
#define PROVISION_KEYS_MAX   16
#define PROVISION_FIELDS_MAX 16

/* One key to make, or to take in. */
struct provision_key {
    const char *selector;           /* NULL: dated, see keys.h */
    enum key_algorithm algorithm;   /* what to make */
    unsigned bits;                  /* 0: the default */
    const struct key_pair *brought; /* the customer's own, borrowed, both
                                       halves or the public one; NULL: make
                                       one */
};

/* One customer, with one of its domains.  Texts are borrowed and as a user
   wrote them: they are checked here. */
struct provision_request {
    const char *customer;                /* name */
    const char *domain;                  /* NULL: CUSTOMER.ESP */
    enum domain_mode mode;               /* MODE_ESP has no domain */
    const char *label;                   /* MODE_NS_LABEL only */
    bool is_shared;                      /* domain may be another's too */
    const struct provision_key *keys;    /* to have; none: one RSA-2048 and
                                            one Ed25519, dated */
    size_t key_count;                    /* of them */
    const struct customer_field *fields; /* pool, rua, ... */
    size_t field_count;                  /* of them */
    size_t line;                         /* of the input; 0: command line */
};

/* Selectors in order for algorithms in order, as --selector and --algorithm
   are given: as many of both, or one algorithm for all, or no selectors.
   bits: RSA, 0 for the default.  ST_SYNTAX with the sentence; keys has room
   for PROVISION_KEYS_MAX. */
struct provision_wish {
    const char *const *selectors;         /* NULL: dated */
    size_t selector_count;                /* of them */
    const enum key_algorithm *algorithms; /* none: rsa and ed25519 */
    size_t algorithm_count;               /* of them */
    unsigned bits;                        /* of RSA keys; 0: default */
};
enum status provision_keys(const struct provision_wish *wish,
                           struct provision_key *keys, size_t *count,
                           struct error *err);

enum provision_outcome {
    PROVISION_ADDED,   /* committed (or would be, in a dry run) */
    PROVISION_PRESENT, /* was there, identical: nothing done */
    PROVISION_REFUSED  /* see the sentence: nothing done */
};

struct provision_totals {
    size_t added;   /* requests committed */
    size_t present; /* requests that were there */
    size_t refused; /* requests that cannot be done */
    size_t keys;    /* keys committed */
};

struct provision_settings {
    struct registry *registry;         /* borrowed, no transaction begun */
    const struct seal *seal;           /* borrowed; may be NULL if dry_run */
    const struct key_source *source;   /* borrowed: &keymaker_source */
    unsigned threads;                  /* that make keys; 0: one a core */
    struct label_list reserved;        /* the template's labels */
    bool dry_run;                      /* only say what would be done */
    bool all_or_none;                  /* a refusal means that none is done */
    const volatile sig_atomic_t *stop; /* not 0: end soon; may be NULL */
    /* Called by the calling thread, once a request, after its commit; may
       be NULL, must not use the registry.  why is empty unless refused. */
    void (*outcome)(void *context, const struct provision_request *request,
                    enum provision_outcome outcome, const struct error *why);
    void *context; /* first argument of outcome */
};

/*
 * Do them.  A customer who is there gets the domain that is asked for; one
 * that is there with that domain, keys and fields is left alone; one that is
 * there otherwise is refused.  So the same call again changes nothing, and
 * goes on where it was interrupted.
 *
 * Returns ST_OK whatever was refused (see totals); ST_SYNTAX when
 * all_or_none and something was; ST_STOPPED (what was committed stays); or
 * what kept it from going on: nothing of an uncommitted customer stays.
 */
enum status provision_run(const struct provision_settings *settings,
                          const struct provision_request *requests,
                          size_t count, struct provision_totals *totals,
                          struct error *err);

#endif
