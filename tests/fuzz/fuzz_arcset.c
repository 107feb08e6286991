/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any octets as a header with a chain of ARC. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/message/arcset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct slice text = {(const char *)data, size};
    struct mailhead head;

    if (mailhead_read(arena, text, &head, NULL) == ST_OK) {
        struct arcset_chain chain = arcset_read(arena, &head);
        size_t fields = 0;

        assert(chain.count <= AUTHRES_INSTANCE_MAX);
        for (size_t i = 0; i < chain.count; i++)
            fields += chain.sets[i].seals + chain.sets[i].signatures
                      + chain.sets[i].results;
        assert(fields <= chain.fields);
        assert(fields == chain.fields
               || (chain.faults & 1u << ARCSET_INSTANCE) != 0);
        for (int i = 0; i < ARCSET_FAULTS; i++)
            assert(chain.instances[i] <= AUTHRES_INSTANCE_MAX);
    }
    arena_free(arena);
    return 0;
}
