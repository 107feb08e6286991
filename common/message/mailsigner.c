/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who says to have signed a message. */
#include "common/message/mailsigner.h"

#include "common/base/taglist.h"

/* The value of a tag as text; NULL where there is none, and where an octet
   in it is none of a name's. */
static const char *
tag_text(struct arena *arena, const struct taglist *list, const char *name)
{
    const struct taglist_tag *tag = taglist_find(list, slice_of(name));

    if (tag == NULL || tag->value.n == 0)
        return NULL;
    for (size_t i = 0; i < tag->value.n; i++)
        if ((unsigned char)tag->value.p[i] <= ' ' || tag->value.p[i] == 127)
            return NULL;
    return arena_text(arena, tag->value);
}

static const char *
problem_of(const struct taglist *list, const struct mailsigner *signer)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->tags[i].fault == TAGLIST_NO_EQUALS
            || list->tags[i].fault == TAGLIST_BAD_NAME)
            return "its tags are no list of name=value";
        if (list->tags[i].repeated)
            return "it has a tag twice";
    }
    if (signer->domain == NULL)
        return "it has no d= that could be a domain";
    return signer->selector == NULL ? "it has no s= that could be a selector"
                                    : NULL;
}

const struct mailsigner *
mailsigner_list(struct arena *arena, const struct mailhead *head,
                size_t *count)
{
    struct mailsigner *list = NULL;

    *count = 0;
    for (size_t i = 0; i < head->count && *count < MAILSIGNER_MAX; i++) {
        const struct mailhead_field *field = &head->fields[i];
        const struct taglist *tags;
        struct mailsigner *signer;

        if (!slice_equal_case(field->name, SLICE("DKIM-Signature")))
            continue;
        tags = taglist_scan(arena, field->value, TAGLIST_DKIM);
        list = arena_grow(arena, list, *count, sizeof(*list));
        signer = &list[(*count)++];
        *signer = (struct mailsigner){.number = *count,
                                      .domain = tag_text(arena, tags, "d"),
                                      .selector = tag_text(arena, tags, "s")};
        signer->problem = problem_of(tags, signer);
    }
    return list;
}
