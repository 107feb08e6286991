/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any octets as names, in each form that names come in. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/dns/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What every name must do, wherever it came from. */
static void
check_name(struct arena *arena, const struct name *name)
{
    struct name other;
    size_t used;

    assert(name->size >= 1 && name->labels <= 127);
    assert(name_from_wire(&other, name_key(name), &used) == ST_OK);
    assert(used == name->size && other.labels == name->labels);
    assert(name_equal(name, &other) && name_compare(name, &other) == 0);
    assert(name_parse(&other, slice_of(name_dotted(arena, name)), NULL)
           == ST_OK);
    assert(name_equal(name, &other));
    assert(name_is_under(name, &name_root));
    (void)name_is_host(name);
    if (name_parent(&other, name)) {
        assert(name_is_under(name, &other) && !name_is_under(&other, name));
        assert(name_compare(&other, name) < 0);
        assert(name_rebase(&other, name, &other, &name_root) == ST_OK);
        assert(other.labels == 1);
        assert(slice_equal(name_label(&other, 0), name_label(name, 0)));
    }
}

/* Two names out of one input, against each other. */
static void
check_pair(const struct name *a, const struct name *b)
{
    struct name out;
    int order = name_compare(a, b);

    assert((order < 0) == (name_compare(b, a) > 0));
    assert((order == 0) == name_equal(a, b));
    if (name_rebase(&out, a, &name_root, b) == ST_OK) {
        assert(name_is_under(&out, b));
        assert(out.labels == a->labels + b->labels);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size};
    struct arena *arena = arena_new();
    struct name a = name_root;
    struct name b = name_root;
    struct name c = name_root;

    if (name_parse(&a, text, NULL) == ST_OK)
        check_name(arena, &a);
    if (name_from_wire(&b, text, NULL) == ST_OK)
        check_name(arena, &b);
    if (name_from_text(&c, text) == ST_OK)
        check_name(arena, &c);
    check_pair(&a, &b);
    check_pair(&b, &c);
    if (name_prepend(&b, text, &a) == ST_OK)
        check_name(arena, &b);
    if (name_from_user(&b, arena_text(arena, text), NULL) == ST_OK)
        check_name(arena, &b);
    arena_free(arena);
    return 0;
}
