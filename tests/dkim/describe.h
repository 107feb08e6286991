/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A key record in one line, for tests: "ok rsa 2048 t: rsa-below-2048". */
#ifndef TESTS_DKIM_DESCRIBE_H
#define TESTS_DKIM_DESCRIBE_H

#include <string.h>

#include "common/base/strbuf.h"
#include "common/dkim/dkimkey.h"

/* Faults that nearly every row would have are left out when hide is set:
   version-missing and flag-strict-absent. */
static inline void
describe_key(const struct dkimkey *key, bool hide, struct strbuf *out)
{
    strbuf_cut(out, 0);
    strbuf_addf(out, "%s %s %u%s%s", dkimkey_state_word(key->state),
                key->type == DKIMKEY_TYPE_OTHER ? "-"
                                                : dkimkey_type_word(key->type),
                key->material.bits, key->is_testing ? " y" : "",
                key->is_strict ? " s" : "");
    for (size_t i = 0; i < key->fault_count; i++) {
        const struct dkimkey_fault *fault = &key->faults[i];

        if (hide
            && (fault->kind == DKIMKEY_VERSION_MISSING
                || fault->kind == DKIMKEY_FLAG_STRICT_ABSENT))
            continue;
        strbuf_addf(out, " %s", dkimkey_fault_word(fault->kind));
    }
}

/* A text cut into strings of 255 octets, as records are published. */
static inline const struct dkimkey *
parse_text(struct arena *arena, struct slice text)
{
    struct slice *strings = NULL;
    size_t count = 0;

    for (size_t at = 0; at < text.n; at += 255) {
        strings = arena_grow(arena, strings, count, sizeof(*strings));
        strings[count++] = slice_sub(text, at, 255);
    }
    return dkimkey_parse(arena, text, strings, count);
}

#endif
