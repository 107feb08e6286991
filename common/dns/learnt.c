/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one subject learns of a set of servers, for the others of the run. */
#include "common/dns/learnt.h"

#include <stdlib.h>

#include "common/base/arena.h"
#include "common/base/memory.h"
#include "common/base/table.h"

struct learnt {
    struct arena *arena;    /* of the names */
    struct table *controls; /* struct name by set of servers */
};

struct learnt *
learnt_new(void)
{
    struct learnt *learnt = memory_zeroed(1, sizeof(*learnt));

    learnt->arena = arena_new();
    learnt->controls = table_new();
    return learnt;
}

void
learnt_free(struct learnt *learnt)
{
    if (learnt == NULL)
        return;
    table_free(learnt->controls);
    arena_free(learnt->arena);
    free(learnt);
}

void
learnt_put(struct learnt *learnt, struct slice servers,
           const struct name *control)
{
    if (table_count(learnt->controls) >= LEARNT_MAX
        || table_get(learnt->controls, servers) != NULL)
        return;
    table_put(learnt->controls, servers,
              arena_copy(learnt->arena, control, sizeof(*control)));
}

const struct name *
learnt_get(const struct learnt *learnt, struct slice servers)
{
    return table_get(learnt->controls, servers);
}
