/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks DNS for the names of addresses that send. */
#include "tools/reportnames.h"

#include "common/reports/tallyvalue.h"

/* What is being asked. */
struct asking {
    const struct tally_lists *lists; /* whose sources */
    struct table *names;             /* what came of it */
    struct arena *arena;             /* of the names */
};

static void
ask_source(struct asking *asking, struct view *view,
           const struct tally_source *source)
{
    struct slice key = tallyvalue_key(&source->address);
    const struct answer *answer;
    struct name reverse, target;

    address_reverse(&source->address, &reverse);
    answer = view_lookup(view, &reverse, RR_PTR);
    if (answer->outcome != OUTCOME_FOUND || table_get(asking->names, key))
        return;
    for (size_t i = 0; i < answer->record_count; i++)
        if (answer->records[i].type == RR_PTR
            && record_target(&answer->records[i], &target)) {
            table_put(asking->names, key,
                      (void *)name_bare(asking->arena, &target));
            return;
        }
}

static void
analyse(void *context, struct view *view)
{
    struct asking *asking = context;
    size_t n = asking->lists->source_count;

    n = n > REPORTNAMES_MAX ? REPORTNAMES_MAX : n;
    for (size_t i = 0; i < n; i++)
        if (asking->lists->sources[i]->address.family != 0)
            ask_source(asking, view, asking->lists->sources[i]);
}

struct table *
reportnames_ask(struct spfdesk *desk, const struct tally_lists *lists)
{
    struct asking asking = {lists, table_new(), desk->arena};

    spfdesk_run(desk, "names of addresses", analyse, &asking);
    return asking.names;
}
