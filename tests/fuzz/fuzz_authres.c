/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any octets as an Authentication-Results field, and as one of
   ARC. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/message/authres.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_field(const struct authres *field)
{
    size_t end = 0;

    assert(field->count <= AUTHRES_RESULTS_MAX);
    assert(field->fault_from <= field->text.n);
    if (field->fault != NULL) {
        assert(field->count == 0 && !field->is_none);
        return;
    }
    assert(field->is_none == (field->count == 0));
    for (size_t i = 0; i < field->count; i++) {
        const struct authres_result *result = &field->results[i];

        assert(result->method.n > 0 && result->result.n > 0);
        assert(result->count <= AUTHRES_PROPERTIES_MAX);
        assert(result->from >= end && result->length > 0);
        end = result->from + result->length;
        assert(end <= field->text.n);
        for (size_t k = 0; k < result->count; k++)
            assert(result->properties[k].name.n > 0);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct slice text = {(const char *)data, size};
    const struct authres *arc = authres_read_arc(arena, text);

    check_field(authres_read(arena, text));
    check_field(arc);
    assert(arc->fault != NULL
           || (arc->instance > 0 && arc->instance <= AUTHRES_INSTANCE_MAX));
    arena_free(arena);
    return 0;
}
