/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any octets behind "DKIM-Signature:". */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/dkim/dkimsig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    char *raw = arena_alloc(arena, size + 2);
    const struct dkimsig *sig;
    struct slice rest;

    memcpy(raw, "A:", 2);
    if (size > 0)
        memcpy(raw + 2, data, size);
    sig = dkimsig_parse(arena, (struct slice){raw + 2, size});
    assert(sig->signed_count <= DKIMSIG_NAMES_MAX);
    /* What is not void has all that verifying needs. */
    if (sig->faults == 0) {
        assert(sig->key_name.size > 0 && sig->domain.size > 0);
        assert(sig->signature.n > 0 && sig->body_hash.n > 0);
        assert(name_is_under(&sig->identity_domain, &sig->domain));
        assert(dkimsig_signs(sig, SLICE("from")) > 0);
    }
    rest = dkimsig_unsigned(arena, sig, (struct slice){raw, size + 2});
    assert(rest.n <= size + 2);
    arena_free(arena);
    return 0;
}
