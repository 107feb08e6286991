/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Public keys made ready to verify with: reading one costs ten times as much
   as verifying, so they are kept. */
#ifndef DKIM_KEYVERIFY_H
#define DKIM_KEYVERIFY_H

#include <stdbool.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/dkim/dkimkey.h"
#include "common/dns/answer.h"

/* Keys kept by one cache: some 12 MB of them.  Later ones are read each
   time. */
#define KEYVERIFY_KEYS_MAX 4096

struct keyverify; /* a cache: one a thread */

struct keyverify *keyverify_new(void);
void keyverify_free(struct keyverify *cache); /* NULL is allowed */

struct keyverify_key; /* a key record, parsed, with OpenSSL's key */

/* The key of a TXT record: kept by the cache, or in arena when that is full;
   then it must be ended with keyverify_drop.  Never NULL. */
const struct keyverify_key *keyverify_find(struct keyverify *cache,
                                           struct arena *arena,
                                           const struct record *record);
/* End a key that the cache does not keep; does nothing to others. */
void keyverify_drop(const struct keyverify_key *key);

/* What the record says. */
const struct dkimkey *keyverify_record(const struct keyverify_key *key);

/*
 * Does signature verify for the SHA-256 digest of 32 octets?  By RSA with
 * PKCS #1 v1.5 padding (RFC 6376 section 3.3), or by Ed25519, which signs the
 * digest as its message (RFC 8463 section 3): as the key is.  False too for a
 * key that OpenSSL does not take.
 */
bool keyverify_check(const struct keyverify_key *key, const uint8_t *digest,
                     struct slice signature);

#endif
