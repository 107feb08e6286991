/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose key is this?  Every public key that the registry ever had. */
#ifndef TOOLS_KEYRING_H
#define TOOLS_KEYRING_H

#include "common/base/slice.h"
#include "common/registry/registry.h"

/* Filled from the registry when it is first asked: most runs never need it. */
struct keyring;

struct keyring *keyring_new(struct registry *registry); /* borrowed */
void keyring_free(struct keyring *keyring);             /* NULL is allowed */

/* The customer that has or had the key of that p=, or NULL; as owner_of of
   nearmiss.h.  keyring is a struct keyring. */
const char *keyring_owner(void *keyring, struct slice key);

#endif
