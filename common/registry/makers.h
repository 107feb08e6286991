/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads that make the key pairs of many jobs, in order, just ahead. */
#ifndef REGISTRY_MAKERS_H
#define REGISTRY_MAKERS_H

#include <signal.h>
#include <stddef.h>

#include "common/base/status.h"
#include "common/registry/keymaker.h"
#include "common/registry/provision.h"

/* Jobs whose keys may be ready before they are taken: bounds memory, and is
   more than RSA's uneven times ever leave behind. */
#define MAKERS_AHEAD 1024

/* The keys of one request; at least one. */
struct makers_job {
    const struct provision_key *keys; /* borrowed; bits 0: the default */
    size_t count;                     /* of them */
};

struct makers_plan {
    const struct key_source *source;   /* borrowed */
    unsigned threads;                  /* 0: one a core we may use */
    const struct makers_job *jobs;     /* borrowed */
    size_t count;                      /* of them */
    const volatile sig_atomic_t *stop; /* may be NULL */
};

struct makers;

/* Start them; they run with all signals blocked.  ST_IO when no thread can
   be started. */
enum status makers_start(const struct makers_plan *plan, struct makers **out,
                         struct error *err);

/*
 * The pairs of job i, which must be taken in order: waits for them.  Borrowed
 * until makers_release(i).  ST_STOPPED, or what a maker failed with.
 */
enum status makers_take(struct makers *makers, size_t i,
                        struct key_pair **pairs, struct error *err);
/* Would makers_take(i) return ST_OK without waiting? */
bool makers_is_ready(struct makers *makers, size_t i);
/* Wipe the pairs of job i and let the makers go on. */
void makers_release(struct makers *makers, size_t i);

/* Let each finish the key it is at, and wipe what is left; NULL is
   allowed. */
void makers_free(struct makers *makers);

#endif
