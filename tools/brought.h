/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys that customers bring, read from files. */
#ifndef TOOLS_BROUGHT_H
#define TOOLS_BROUGHT_H

#include "common/base/options.h"
#include "common/base/status.h"
#include "common/registry/keymaker.h"
#include "common/registry/provision.h"

struct brought {
    struct key_pair pairs[PROVISION_KEYS_MAX]; /* private ones first */
    size_t count;                              /* of them */
};

/*
 * Read the files of --private-key, then those of --public-key, each with one
 * key.  out is {0}, and wiped on failure.  ST_SYNTAX for more than
 * PROVISION_KEYS_MAX; ST_DAMAGED, with the file's name, for one that holds no
 * key that can be taken; ST_NOT_FOUND, ST_DENIED, ST_IO.
 */
enum status brought_read(const struct opt_list *privates,
                         const struct opt_list *publics, struct brought *out,
                         struct error *err);
void brought_wipe(struct brought *brought);

#endif
