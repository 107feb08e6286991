/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any octets as a mail message's header, and its signatures. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/message/mailsigner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_within(struct slice text, struct slice part)
{
    assert(part.p >= text.p && part.n <= text.n
           && (size_t)(part.p - text.p) <= text.n - part.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct slice text = {(const char *)data, size};
    struct mailhead head;
    size_t count;

    if (mailhead_read(arena, text, &head, NULL) == ST_OK) {
        const struct mailsigner *signers =
            mailsigner_list(arena, &head, &count);

        assert(head.count > 0 && head.count <= MAILHEAD_FIELDS_MAX);
        for (size_t i = 0; i < head.count; i++) {
            check_within(text, head.fields[i].name);
            check_within(text, head.fields[i].value);
        }
        assert(count <= MAILSIGNER_MAX);
        for (size_t i = 0; i < count; i++)
            assert(signers[i].problem != NULL
                   || (strlen(signers[i].domain) > 0
                       && strlen(signers[i].selector) > 0));
    }
    arena_free(arena);
    return 0;
}
