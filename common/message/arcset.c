/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Authenticated Received Chain of a message. */
#include "common/message/arcset.h"

#include "common/base/taglist.h"

/* A chain while it is read. */
struct reading {
    struct arena *arena;        /* where all goes */
    struct arcset_chain *chain; /* the result */
    struct arcset *sets;        /* of it, AUTHRES_INSTANCE_MAX */
};

static void
note(struct arcset_chain *chain, enum arcset_fault fault, size_t instance)
{
    if ((chain->faults & 1u << fault) == 0)
        chain->instances[fault] = (unsigned)instance;
    chain->faults |= 1u << fault;
}

const char *
arcset_fault_text(enum arcset_fault fault)
{
    static const char *const texts[ARCSET_FAULTS] = {
        [ARCSET_INSTANCE] = "a field has no instance of 1 to 50",
        [ARCSET_GAP] = "an instance is missing",
        [ARCSET_REPEATED] = "a field is there twice",
        [ARCSET_INCOMPLETE] = "a field is missing",
        [ARCSET_SYNTAX] = "the tags of a field are no list, or one is twice",
        [ARCSET_STATUS] = "cv= of a seal is not what its place asks for",
        [ARCSET_FAILED] = "a seal says cv=fail",
        [ARCSET_SEAL_HEADER] = "a seal has h=",
    };

    return texts[fault];
}

/* The set of an instance, or NULL where that is none. */
static struct arcset *
set_of(struct reading *reading, uint64_t instance)
{
    struct arcset_chain *chain = reading->chain;

    if (instance == 0 || instance > AUTHRES_INSTANCE_MAX) {
        note(chain, ARCSET_INSTANCE, 0);
        return NULL;
    }
    if (instance > chain->count)
        chain->count = (size_t)instance;
    return &reading->sets[instance - 1];
}

static void
check_tags(struct arcset_chain *chain, const struct taglist *list,
           uint64_t instance)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->tags[i].fault != TAGLIST_GOOD || list->tags[i].repeated)
            note(chain, ARCSET_SYNTAX, (size_t)instance);
}

static struct slice
tag_value(const struct taglist *list, const char *name)
{
    const struct taglist_tag *tag = taglist_find(list, slice_of(name));

    return tag == NULL ? SLICE_EMPTY : tag->value;
}

static void
read_tags(struct reading *reading, struct slice value, bool is_seal)
{
    const struct taglist *list =
        taglist_scan(reading->arena, value, TAGLIST_DKIM);
    uint64_t instance = 0;
    struct arcset *set;

    if (!slice_number(tag_value(list, "i"), AUTHRES_INSTANCE_MAX, &instance))
        instance = 0;
    set = set_of(reading, instance);
    check_tags(reading->chain, list, instance);
    if (set == NULL)
        return;
    if (!is_seal) {
        set->signatures++;
        return;
    }
    if (set->seals++ > 0)
        return;
    set->domain = tag_value(list, "d");
    set->status = tag_value(list, "cv");
    if (taglist_find(list, SLICE("h")) != NULL)
        note(reading->chain, ARCSET_SEAL_HEADER, (size_t)instance);
}

static void
read_results(struct reading *reading, struct slice value)
{
    const struct authres *authres = authres_read_arc(reading->arena, value);
    struct arcset *set = set_of(reading, authres->instance);

    if (set != NULL && set->results++ == 0)
        set->authres = authres;
}

static void
read_field(struct reading *reading, const struct mailhead_field *field)
{
    struct slice name = field->name;

    if (!slice_starts_case(name, SLICE("ARC-")))
        return;
    name = slice_from(name, 4);
    if (slice_equal_case(name, SLICE("Seal")))
        read_tags(reading, field->value, true);
    else if (slice_equal_case(name, SLICE("Message-Signature")))
        read_tags(reading, field->value, false);
    else if (slice_equal_case(name, SLICE("Authentication-Results")))
        read_results(reading, field->value);
    else
        return;
    reading->chain->fields++;
}

/* RFC 8617 section 5.2, step 3 A to C. */
static void
check_set(struct arcset_chain *chain, const struct arcset *set, size_t number)
{
    const char *due = number == 1 ? "none" : "pass";

    if (set->seals + set->signatures + set->results == 0) {
        note(chain, ARCSET_GAP, number);
        return;
    }
    if (set->seals > 1 || set->signatures > 1 || set->results > 1)
        note(chain, ARCSET_REPEATED, number);
    if (set->seals == 0 || set->signatures == 0 || set->results == 0)
        note(chain, ARCSET_INCOMPLETE, number);
    if (set->seals == 0)
        return;
    if (slice_equal_case(set->status, SLICE("fail")))
        note(chain, ARCSET_FAILED, number);
    else if (!slice_equal_case(set->status, slice_of(due)))
        note(chain, ARCSET_STATUS, number);
}

struct arcset_chain
arcset_read(struct arena *arena, const struct mailhead *head)
{
    struct arcset_chain chain = {0};
    struct reading reading = {
        arena, &chain,
        ARENA_ARRAY(arena, struct arcset, AUTHRES_INSTANCE_MAX)};

    for (size_t i = 0; i < head->count; i++)
        read_field(&reading, &head->fields[i]);
    for (size_t i = 0; i < chain.count; i++)
        check_set(&chain, &reading.sets[i], i + 1);
    chain.sets = reading.sets;
    return chain;
}
