/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any octets as a message, from its header to its hashes. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/audit/mailfacts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct mailgiven nothing;
    struct slice text = {(const char *)data, size};
    struct maildoc *doc;

    if (maildoc_read(text, &nothing, &doc, NULL) != ST_OK)
        return 0;
    /* An author domain is one that all readers see, in one field. */
    if (doc->from.domain.size > 0)
        assert(doc->from.count == 1 && doc->from.domain_count == 1);
    for (size_t i = 0; i < doc->list.count; i++) {
        const struct dkimcheck *check = &doc->list.checks[i];

        assert(check->field < doc->head.count);
        assert(check->is_hashed
               == (check->sig->faults == 0 && !check->is_beyond));
    }
    maildoc_free(doc);
    return 0;
}
