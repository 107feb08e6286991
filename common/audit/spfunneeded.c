/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Includes that do nothing for mail with the return path that is in use. */
#include "common/audit/spfunneeded.h"

#include "common/dmarc/suffix.h"

/* Is the record of another domain that receivers look at known? */
static bool
is_known(const struct spf_facts *spf)
{
    const struct spf_identity *from = &spf->mail_from;

    return from->is_given
           && !name_equal(&from->domain, &spf->tree->root->domain)
           && outcome_is_definite(from->lookup.answer->outcome);
}

/* Does the record have an include of that very name? */
static bool
includes(const struct spfrecord *record, const struct name *target)
{
    struct name name;

    for (size_t i = 0; record != NULL && i < record->term_count; i++)
        if (record->terms[i].kind == SPFTERM_INCLUDE
            && name_from_text(&name, record->terms[i].value) == ST_OK
            && name_equal(&name, target))
            return true;
    return false;
}

bool
spfunneeded_is(const struct spf_facts *spf, const struct spfbranch *branch)
{
    struct name ours, theirs;

    if (!is_known(spf) || branch->term->kind != SPFTERM_INCLUDE
        || branch->nested == NULL || spf->mail_from.select->record == NULL)
        return false;
    suffix_org(&ours, &spf->tree->root->domain);
    suffix_org(&theirs, &spf->mail_from.domain);
    return (!name_equal(&ours, &theirs)
            && name_is_under(&branch->nested->domain, &theirs))
           || includes(spf->mail_from.select->record, &branch->nested->domain);
}

struct value *
spfunneeded_value(struct arena *arena, const struct spf_facts *spf)
{
    const struct spfnode *last = spf->tree->last;
    struct value *list;

    if (!is_known(spf))
        return value_null(arena);
    list = value_list(arena);
    for (size_t i = 0; i < last->branch_count; i++)
        if (spfunneeded_is(spf, &last->branches[i]))
            value_add(list, value_octets(arena, last->branches[i].term->text));
    return list;
}
