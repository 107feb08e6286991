/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of many domains side by side: what no domain's own audit can see. */
#ifndef AUDIT_FLEET_H
#define AUDIT_FLEET_H

#include <stdint.h>

#include "common/audit/keyage.h"
#include "common/base/arena.h"
#include "common/base/value.h"
#include "common/dkim/dkimkey.h"
#include "common/findings/finding.h"

/* The subject under which a fleet is reported; facts.fleet tells it from a
   domain of that name. */
#define FLEET_SUBJECT    "fleet"

/* So many findings of one id are raised, so many names are in one finding;
   facts.fleet counts all. */
#define FLEET_RAISED_MAX 1000
#define FLEET_NAMES_MAX  100

/*
 * Moduli whose factors are compared: at 2048 bits the trees take some 7 kB
 * each, so these take 1.8 GB.  What is beyond is said to be unknown.
 */
#define FLEET_MODULI_MAX 250000
/* Below and above there are no keys that a verifier takes (RFC 8301 section
   3.2; 8192 is the most that any is known to take). */
#define FLEET_BITS_LEAST 512
#define FLEET_BITS_MOST  8192

struct fleet; /* 32 octets of digest for each key, a modulus for each RSA key
                 that is not there already, and names */

struct fleet *fleet_new(void);
void fleet_free(struct fleet *fleet); /* NULL is allowed */

/* A key where it is published; texts are copied. */
struct fleet_place {
    const char *at;            /* owner name with final dot */
    const char *domain;        /* whose, without final dot */
    const struct dkimkey *key; /* borrowed; one without material is passed
                                  over */
    enum keyage_verdict age;   /* is it too old? */
    int64_t days, limit;       /* its age, and what it is beyond; when it is */
    const char *how;           /* who says so; a literal */
};

void fleet_add(struct fleet *fleet, const struct fleet_place *place);
/* All keys that an audit found: of selectors that hold one record, and not
   what a wildcard gives. */
void fleet_add_facts(struct fleet *fleet, const struct facts *facts,
                     struct arena *arena);

/*
 * All keys are in: compare moduli (see batchgcd.h), once, before fleet_check.
 * stop (may be NULL) set by a signal ends it, and what it would have told is
 * unknown.
 */
void fleet_compare(struct fleet *fleet, const volatile int *stop);

/* dkim.rsa-weak, .key-published-test, .rsa-too-short, .rsa-below-2048,
   .flag-testing, .key-age and .key-overage at each key, .key-shared at the
   first of each group that is under several domains; all decided, and sorted.
 */
struct report *fleet_check(const struct fleet *fleet, struct arena *arena);
/* {"fleet": {...}} for facts: counts, see selkie-audit(1). */
struct value *fleet_value(const struct fleet *fleet, struct arena *arena);

#endif
