/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The delegation.* findings about aliases of selectors and `_dmarc`. */
#include "common/audit/collect_delegation.h"

/* Aliases that are one too many: resolvers stop at 8 to 16, and each costs
   every receiver a question. */
#define ALIASES_USUAL 3

/* Of an alias of itself no hop is told. */
static const struct name *
last_target(const struct delegation_alias *alias)
{
    return answer_end(alias->txt.answer, &alias->txt.question);
}

static struct finding *
raise(struct report *report, enum finding_id id,
      const struct delegation_alias *alias)
{
    struct arena *arena = report_arena(report);
    struct finding *finding =
        report_add(report, id, name_dotted(arena, &alias->name));

    finding_word(finding, "target", name_bare(arena, last_target(alias)));
    return finding_evidence(finding, asked_evidence(arena, &alias->txt));
}

static void
check_dname(struct report *report, const struct delegation_alias *alias)
{
    const struct answer *answer = alias->txt.answer;

    for (size_t i = 0; i < answer->chain_count; i++) {
        if (answer->chain[i].type != RR_DNAME)
            continue;
        finding_word(raise(report, FIND_DELEGATION_DNAME_IN_PATH, alias),
                     "owner",
                     name_bare(report_arena(report), &answer->chain[i].owner));
        return;
    }
}

static void
check_gone(struct report *report, const struct delegation_alias *alias)
{
    raise(report, FIND_DELEGATION_CNAME_DANGLING, alias);
    if (registrable_is_free(&alias->target))
        registrable_tell(
            raise(report, FIND_DELEGATION_CNAME_TARGET_UNREGISTERED, alias),
            report_arena(report), &alias->target);
}

static void
check_alias(struct report *report, const struct delegation_alias *alias)
{
    const struct answer *answer = alias->txt.answer;

    check_dname(report, alias);
    if (answer->chain_loops) {
        raise(report, FIND_DELEGATION_CNAME_LOOP, alias);
        return;
    }
    if (answer->chain_count > ALIASES_USUAL)
        finding_number(raise(report, FIND_DELEGATION_CNAME_CHAIN_LONG, alias),
                       "count", (int64_t)answer->chain_count);
    /* A server that does not speak of the target says nothing of it. */
    if (answer->chain_open)
        return;
    if (answer->outcome == OUTCOME_NXDOMAIN)
        check_gone(report, alias);
    else if (answer->outcome == OUTCOME_NODATA)
        raise(report, FIND_DELEGATION_CNAME_TO_EMPTY, alias);
}

/* Is what becomes of an alias's target known? */
static bool
is_known(const struct delegation_alias *alias)
{
    const struct answer *answer = alias->txt.answer;

    return answer->chain_loops
           || (outcome_is_definite(answer->outcome)
               && registrable_is_known(&alias->target));
}

void
check_aliases(const struct facts *facts, struct report *report)
{
    static const enum finding_id ids[] = {
        FIND_DELEGATION_DNAME_IN_PATH,
        FIND_DELEGATION_CNAME_LOOP,
        FIND_DELEGATION_CNAME_CHAIN_LONG,
        FIND_DELEGATION_CNAME_DANGLING,
        FIND_DELEGATION_CNAME_TO_EMPTY,
        FIND_DELEGATION_CNAME_TARGET_UNREGISTERED};
    const struct delegation_facts *delegation = facts->delegation;
    bool known = true;

    for (size_t i = 0; i < delegation->alias_count; i++) {
        check_alias(report, &delegation->aliases[i]);
        known = known && is_known(&delegation->aliases[i]);
    }
    for (size_t i = 0;
         delegation->alias_count > 0 && i < sizeof(ids) / sizeof(ids[0]); i++)
        report_decide(report, ids[i], known);
}
