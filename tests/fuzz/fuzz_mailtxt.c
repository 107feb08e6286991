/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any octets as a record of MTA-STS, TLS reports and BIMI. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/audit/mailtxt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct slice text = {(const char *)data, size};

    for (int kind = 0; kind < MAILTXT_KINDS; kind++) {
        enum mailtxt_standing standing =
            mailtxt_standing((enum mailtxt_kind)kind, text);

        if (standing != MAILTXT_RECORD)
            continue;
        assert(slice_starts(
            text, slice_of(mailtxt_version((enum mailtxt_kind)kind))));
        mailtxt_fault(arena, (enum mailtxt_kind)kind, text);
    }
    arena_free(arena);
    return 0;
}
