/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any octets as a DMARC record, and as a list of addresses. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/dmarc/dmarcrecord.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_record(const struct dmarcrecord *record)
{
    assert(record->fault_count <= DMARCRECORD_FAULTS_MAX);
    for (size_t i = 0; i < record->fault_count; i++) {
        const struct dmarcrecord_fault *fault = &record->faults[i];

        assert(fault->kind < DMARCRECORD_FAULT_COUNT);
        assert(fault->from <= record->text.n
               && fault->length <= record->text.n - fault->from);
    }
    /* Only what begins as it must says anything. */
    assert((record->kind == DMARCRECORD_POLICY)
           == dmarcrecord_begins(record->text));
    assert(record->rfc9989 != DMARCRECORD_AS_WRITTEN
           || record->p <= DMARCPOLICY_REJECT);
}

static void
check_uris(struct arena *arena, struct slice text)
{
    size_t count;
    const struct reporturi *uris = reporturi_list(arena, text, &count);

    assert(count <= REPORTURI_MAX);
    for (size_t i = 0; i < count; i++) {
        assert(uris[i].text.n <= text.n);
        assert(uris[i].state != REPORTURI_GOOD || uris[i].host.labels > 0);
    }
    reporturi_any_valid(uris, count);
    reporturi_expected(arena, uris, count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct slice text = {(const char *)data, size};

    check_record(dmarcrecord_parse(arena, text));
    check_uris(arena, text);
    arena_free(arena);
    return 0;
}
