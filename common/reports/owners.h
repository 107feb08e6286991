/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose domains and selectors are: what the registry, or the command line,
   says of names in reports. */
#ifndef REPORTS_OWNERS_H
#define REPORTS_OWNERS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/slice.h"

struct owners;

/* One selector that is ours. */
struct owners_selector {
    const char *domain;   /* d=; "" for any */
    const char *selector; /* s= */
    const char *state;    /* of its key, or NULL */
};

struct owners *owners_new(void);
void owners_free(struct owners *owners); /* NULL is allowed */

/* Say that a domain (no final dot) is a customer's; texts are copied.  The
   first to say it stays. */
void owners_add_domain(struct owners *owners, const char *domain,
                       const char *customer);
/* Say that a selector is ours; one without a domain is for every domain. */
void owners_add_selector(struct owners *owners,
                         const struct owners_selector *selector);

/* Whose a domain is, or the nearest above it; NULL when nobody said. */
const char *owners_customer(const struct owners *owners, struct slice domain);
/* What is known of a selector, or NULL. */
const struct owners_selector *owners_selector(const struct owners *owners,
                                              struct slice domain,
                                              struct slice selector);
/* Was anything said of selectors, so that another one is none of ours? */
bool owners_know_selectors(const struct owners *owners);
/* In order of entry: start with *position = 0; false at the end. */
bool owners_each_selector(const struct owners *owners, size_t *position,
                          const struct owners_selector **selector);

#endif
