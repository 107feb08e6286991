/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any octets as a key record, in one string or in several, and
   as what stands in p=. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/digest.h"
#include "common/base/strbuf.h"
#include "common/dkim/dkimkey.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_key(const struct dkimkey *key)
{
    assert(key->fault_count <= DKIMKEY_FAULTS_MAX);
    for (size_t i = 0; i < key->fault_count; i++) {
        const struct dkimkey_fault *fault = &key->faults[i];

        assert(fault->kind < DKIMKEY_FAULT_COUNT);
        assert(fault->from <= key->text.n
               && fault->length <= key->text.n - fault->from);
    }
    /* What can be used has a key of a known kind in it. */
    assert(key->state != DKIMKEY_OK
           || (key->material.bits > 0 && key->type != DKIMKEY_TYPE_OTHER));
}

/* The octets themselves as the key that p= holds. */
static void
check_octets(struct arena *arena, struct slice octets)
{
    static const char *const heads[] = {"v=DKIM1; p=", "k=ed25519; p="};
    struct keymaterial material;

    keymaterial_read(arena, octets, &material);
    for (size_t i = 0; i < 2; i++) {
        struct strbuf text = STRBUF_INIT;

        strbuf_add_text(&text, heads[i]);
        digest_base64(octets, &text);
        check_key(dkimkey_parse(arena, strbuf_slice(&text), NULL, 0));
        strbuf_clear(&text);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct slice text = {(const char *)data, size};
    struct slice halves[2] = {slice_sub(text, 0, size / 2),
                              slice_from(text, size / 2)};

    check_key(dkimkey_parse(arena, text, NULL, 0));
    check_key(dkimkey_parse(arena, text, halves, 2));
    check_octets(arena, text);
    arena_free(arena);
    return 0;
}
