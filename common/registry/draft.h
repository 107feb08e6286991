/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of the intake: a request that grows column by column. */
#ifndef REGISTRY_DRAFT_H
#define REGISTRY_DRAFT_H

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/registry/intake.h"

/* What one line has said so far. */
struct draft {
    struct arena *arena;                       /* borrowed: of the texts */
    struct provision_request request;          /* but for keys and fields */
    bool has_mode;                             /* the line named a mode */
    const char *selectors[PROVISION_KEYS_MAX]; /* named, in order */
    size_t selector_count;                     /* of them */
    enum key_algorithm algorithms[PROVISION_KEYS_MAX];  /* named, in order */
    size_t algorithm_count;                             /* of them */
    unsigned bits;                                      /* 0: not named */
    struct customer_field fields[PROVISION_FIELDS_MAX]; /* named */
    size_t field_count;                                 /* of them */
};

/* Is that the name of a column or member?  May it be there twice? */
bool draft_knows(struct slice column, bool *may_repeat);
/* The names there are, for a sentence. */
extern const char draft_names[];

/* Set a column to a value, not empty.  ST_SYNTAX or ST_RANGE with the
   sentence. */
enum status draft_set(struct draft *draft, struct slice column,
                      struct slice value, struct error *err);

/* The request of a draft whose line has ended; what it does not say is of
   defaults. */
enum status draft_finish(struct draft *draft,
                         const struct intake_defaults *defaults,
                         struct provision_request *out, struct error *err);

#endif
