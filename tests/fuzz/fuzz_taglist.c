/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any octets as a tag=value list, by either grammar. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/taglist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
is_within(struct slice text, size_t from, size_t length)
{
    return from <= text.n && length <= text.n - from;
}

static void
check_list(const struct taglist *list)
{
    assert(list->count <= TAGLIST_TAGS_MAX);
    for (size_t i = 0; i < list->count; i++) {
        const struct taglist_tag *tag = &list->tags[i];

        assert(is_within(list->text, tag->from, tag->length));
        assert(is_within(list->text, taglist_offset(list, tag->name),
                         tag->name.n));
        assert(is_within(list->text, taglist_offset(list, tag->value),
                         tag->value.n));
        assert(tag->fault == TAGLIST_GOOD
               || is_within(list->text, tag->fault_from, tag->fault_length));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const tags[] = {"v", "p", "sp", "rua", "k", "t", NULL};
    struct arena *arena = arena_new();
    struct slice text = {(const char *)data, size};

    for (int rules = TAGLIST_DKIM; rules <= TAGLIST_DMARC; rules++) {
        struct taglist_names names = {tags, "n", (enum taglist_rules)rules};
        const struct taglist *list =
            taglist_scan(arena, text, (enum taglist_rules)rules);

        check_list(list);
        check_list(taglist_unglue(arena, list, &names));
    }
    arena_free(arena);
    return 0;
}
