/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The delegation.* findings that a cut's own records decide. */
#include "common/audit/collect_delegation.h"

#include "common/base/strbuf.h"

static struct finding *
raise(struct report *report, enum finding_id id,
      const struct delegation_point *point, struct arena *arena)
{
    struct finding *finding =
        report_add(report, id, name_dotted(arena, &point->name));

    return finding_evidence(
        finding, answer_evidence(arena, &point->question, point->answer));
}

static void
check_alias(struct report *report, const struct delegation_point *point,
            struct arena *arena)
{
    struct finding *finding;

    if (point->kind != DELEGATION_CNAME)
        return;
    finding = raise(report, FIND_DELEGATION_CNAME_AT_DOMAINKEY, point, arena);
    finding_word(finding, "target", name_bare(arena, &point->targets[0].name));
}

static void
check_apex(struct report *report, const struct delegation_point *point,
           struct arena *arena)
{
    struct finding *finding;

    if (point->kind != DELEGATION_NS
        || !outcome_is_absent(point->txt->outcome))
        return;
    finding = raise(report, FIND_DELEGATION_APEX_EMPTY, point, arena);
    for (size_t i = 0; i < point->target_count; i++)
        finding_item(finding, "servers",
                     slice_of(name_bare(arena, &point->targets[i].name)));
}

static size_t
address_count(const struct delegation_target *target)
{
    return target->a->record_count + target->aaaa->record_count;
}

/* Absence of both kinds of address is said only where both were answered. */
static bool
has_no_address(const struct delegation_target *target)
{
    return outcome_is_absent(target->a->outcome)
           && outcome_is_absent(target->aaaa->outcome);
}

static bool
has_underscore(const struct name *name)
{
    for (unsigned i = 0; i < name->labels; i++)
        if (slice_find(name_label(name, i), '_') < name_label(name, i).n)
            return true;
    return false;
}

static void
check_server(struct report *report, const struct delegation_point *point,
             const struct delegation_target *target, struct arena *arena)
{
    const struct {
        enum finding_id id;
        bool is_so;
    } rows[] = {
        {FIND_DELEGATION_NS_UNRESOLVABLE,      has_no_address(target)       },
        {FIND_DELEGATION_NS_IS_CNAME,
         target->a->chain_count > 0 || target->aaaa->chain_count > 0        },
        {FIND_DELEGATION_NS_UNDERSCORE_TARGET, has_underscore(&target->name)},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].is_so)
            finding_word(raise(report, rows[i].id, point, arena), "server",
                         name_bare(arena, &target->name));
}

static void
check_servers(struct report *report, const struct delegation_point *point,
              struct arena *arena)
{
    size_t addresses = 0;
    bool known = true;

    if (point->kind != DELEGATION_NS)
        return;
    for (size_t i = 0; i < point->target_count; i++) {
        const struct delegation_target *target = &point->targets[i];

        check_server(report, point, target, arena);
        addresses += address_count(target);
        known = known && outcome_is_definite(target->a->outcome)
                && outcome_is_definite(target->aaaa->outcome);
    }
    if (known && addresses == 1)
        raise(report, FIND_DELEGATION_NS_SINGLE, point, arena);
}

void
check_delegation(const struct facts *facts, struct report *report)
{
    static const enum finding_id ids[] = {
        FIND_DELEGATION_CNAME_AT_DOMAINKEY,   FIND_DELEGATION_APEX_EMPTY,
        FIND_DELEGATION_NS_UNRESOLVABLE,      FIND_DELEGATION_NS_IS_CNAME,
        FIND_DELEGATION_NS_UNDERSCORE_TARGET, FIND_DELEGATION_NS_SINGLE};
    const struct delegation_facts *delegation = facts->delegation;
    struct arena *arena = report_arena(report);
    bool known = true;

    check_alias(report, &delegation->points[DELEGATION_DOMAINKEY], arena);
    check_apex(report, &delegation->points[DELEGATION_DMARC], arena);
    for (int i = 0; i < DELEGATION_POINTS; i++) {
        check_servers(report, &delegation->points[i], arena);
        known = known && delegation->points[i].known;
    }
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
        report_decide(report, ids[i], known);
}
