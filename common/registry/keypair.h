/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of the key maker: OpenSSL's key and ours. */
#ifndef REGISTRY_KEYPAIR_H
#define REGISTRY_KEYPAIR_H

#include <stdbool.h>

#include "common/base/status.h"
#include "common/registry/keymaker.h"

struct evp_pkey_st; /* OpenSSL's EVP_PKEY */

/* Both halves of key, or its public one, into out.  ST_UNSUPPORTED for
   another algorithm than the two of DKIM. */
enum status keypair_take(struct evp_pkey_st *key, bool with_private,
                         struct key_pair *out, struct error *err);

#endif
