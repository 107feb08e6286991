/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client's validated names: RFC 7208 sections 5.5 and 7.3. */
#include "common/spf/spfrange.h"
#include "common/spf/spfrun.h"

static bool
has_address(const struct answer *answer, const struct address *ip)
{
    struct address seen;

    for (size_t i = 0; i < answer->record_count; i++)
        if (record_address(&answer->records[i], &seen)
            && spfrange_within(ip, &seen, ip->family == 6 ? 128 : 32))
            return true;
    return false;
}

/* Section 5.5: an error of an address lookup skips that name. */
static void
validate(struct spfrun *run, struct spfnames *names, const struct name *name)
{
    const struct address *ip = &run->values.ip;
    const struct answer *answer =
        spfrun_ask(run, &names->asked, &names->asked_count, name,
                   ip->family == 6 ? RR_AAAA : RR_A);

    if (outcome_is_failure(answer->outcome))
        run->check->ptr_failed = true;
    if (answer->outcome == OUTCOME_PENDING)
        names->pending = true;
    else if (outcome_is_absent(answer->outcome) && !answer->chain_loops)
        names->is_void = true;
    else if (answer->outcome == OUTCOME_FOUND && has_address(answer, ip)) {
        names->names =
            arena_grow(run->arena, names->names, names->count, sizeof(*name));
        names->names[names->count++] = *name;
    }
}

struct spfnames *
spfnames_get(struct spfrun *run)
{
    struct spfnames *names = run->names;
    const struct answer *answer;
    struct name name;

    if (names != NULL)
        return names;
    names = run->names = ARENA_NEW(run->arena, struct spfnames);
    address_reverse(&run->values.ip, &name);
    answer =
        spfrun_ask(run, &names->asked, &names->asked_count, &name, RR_PTR);
    names->state = answer->outcome == OUTCOME_PENDING ? SPFMATCH_PENDING
                   : answer->outcome == OUTCOME_FOUND ? SPFMATCH_YES
                                                      : SPFMATCH_NO;
    names->pending = answer->outcome == OUTCOME_PENDING;
    names->is_void = outcome_is_absent(answer->outcome);
    run->check->ptr_failed = outcome_is_failure(answer->outcome);
    if (answer->outcome != OUTCOME_FOUND)
        return names;
    for (size_t i = 0; i < answer->record_count; i++)
        if (record_target(&answer->records[i], &name)
            && ++names->found <= SPFCHECK_PTR_MAX)
            validate(run, names, &name);
    run->check->ptr_names = names->found;
    return names;
}

/* The first validated name that is top (exactly), or below it. */
static const struct name *
find_under(const struct spfnames *names, const struct name *top, bool exactly)
{
    for (size_t i = 0; i < names->count; i++)
        if (exactly ? name_equal(&names->names[i], top)
                    : name_is_under(&names->names[i], top))
            return &names->names[i];
    return NULL;
}

bool
spfnames_best(struct spfrun *run, struct slice domain, struct slice *best)
{
    const struct spfnames *names = spfnames_get(run);
    const struct name *chosen = NULL;
    struct name top;

    if (names->pending)
        return false;
    if (name_from_text(&top, domain) == ST_OK) {
        chosen = find_under(names, &top, true);
        if (chosen == NULL)
            chosen = find_under(names, &top, false);
    }
    if (chosen == NULL && names->count > 0)
        chosen = &names->names[0];
    *best = chosen == NULL ? SLICE("unknown")
                           : slice_of(name_bare(run->arena, chosen));
    return true;
}
