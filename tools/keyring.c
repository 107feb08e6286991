/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose key is this?  Every public key that the registry ever had. */
#include "tools/keyring.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/arena.h"
#include "common/base/digest.h"
#include "common/base/memory.h"
#include "common/base/table.h"
#include "common/registry/rows.h"

struct keyring {
    struct registry *registry; /* borrowed */
    struct table *owners;      /* digest of p= to name; NULL: not filled */
    struct arena *arena;       /* of names */
};

/* A key of half a kilobyte would be dear to keep for each customer. */
static struct slice
digest_of(struct slice key, uint8_t digest[DIGEST_SHA256_SIZE])
{
    enum { KEPT = 16 };

    digest_sha256(key, digest);
    return (struct slice){(const char *)digest, KEPT};
}

struct keyring *
keyring_new(struct registry *registry)
{
    struct keyring *keyring = memory_zeroed(1, sizeof(*keyring));

    keyring->registry = registry;
    return keyring;
}

void
keyring_free(struct keyring *keyring)
{
    if (keyring == NULL)
        return;
    table_free(keyring->owners);
    arena_free(keyring->arena);
    free(keyring);
}

/* Rows of one customer follow one another, and share its name. */
static void
fill(struct keyring *keyring)
{
    static const struct row_filter all = {.with_removed = true};
    uint8_t digest[DIGEST_SHA256_SIZE];
    struct rows *rows = NULL;
    const struct row *row;
    char *name = NULL;

    keyring->owners = table_new();
    keyring->arena = arena_new();
    if (rows_open(keyring->registry, &all, &rows, NULL) != ST_OK)
        return;
    while (rows_next(rows, &row, NULL) == ST_OK) {
        if (row->key.public_text == NULL)
            continue;
        if (name == NULL || strcmp(name, row->customer.name) != 0)
            name = arena_text(keyring->arena, slice_of(row->customer.name));
        table_put(keyring->owners,
                  digest_of(slice_of(row->key.public_text), digest), name);
    }
    rows_free(rows);
}

const char *
keyring_owner(void *context, struct slice key)
{
    struct keyring *keyring = context;
    uint8_t digest[DIGEST_SHA256_SIZE];

    if (keyring->owners == NULL)
        fill(keyring);
    return table_get(keyring->owners, digest_of(key, digest));
}
