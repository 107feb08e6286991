/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who holds `_domainkey` and `_dmarc`: asking. */
#include "common/audit/collect_delegation.h"

static void
add_target(struct arena *arena, struct delegation_point *point,
           const struct name *name)
{
    struct delegation_target *targets = arena_grow(
        arena, (void *)point->targets, point->target_count, sizeof(*targets));

    targets[point->target_count++].name = *name;
    point->targets = targets;
}

/* NS records at the name itself: a cut.  (An apex of the parent's own has
   them too, but underscore names are no apexes unless they are cut.) */
static void
take_servers(struct view *view, struct delegation_point *point)
{
    const struct answer *answer = point->answer;
    struct name target;

    for (size_t i = 0; i < answer->record_count
                       && point->target_count < DELEGATION_SERVERS_MAX;
         i++) {
        struct delegation_target *targets;

        if (!record_target(&answer->records[i], &target))
            continue;
        add_target(view_run_arena(view), point, &target);
        targets = (struct delegation_target *)point->targets;
        targets[point->target_count - 1].a = view_lookup(view, &target, RR_A);
        targets[point->target_count - 1].aaaa =
            view_lookup(view, &target, RR_AAAA);
    }
    point->kind = point->target_count > 0 ? DELEGATION_NS : DELEGATION_NONE;
}

/* A DNAME at the name: all below is elsewhere. */
static void
ask_dname(struct view *view, struct delegation_point *point)
{
    struct question question = question_recursive(&point->name, RR_DNAME);
    const struct answer *answer = view_ask(view, &question);
    struct name target;

    if (answer->outcome != OUTCOME_FOUND || answer->chain_count > 0
        || !record_target(&answer->records[0], &target))
        return;
    point->kind = DELEGATION_DNAME;
    point->question = question;
    point->answer = answer;
    add_target(view_run_arena(view), point, &target);
}

static void
collect_point(struct view *view, struct delegation_point *point)
{
    const struct answer *answer;

    point->question = question_recursive(&point->name, RR_NS);
    point->answer = answer = view_ask(view, &point->question);
    point->txt = view_lookup(view, &point->name, RR_TXT);
    if (answer->chain_count > 0
        && name_equal(&answer->chain[0].owner, &point->name)) {
        point->known = true;
        point->kind = DELEGATION_CNAME;
        add_target(view_run_arena(view), point, &answer->chain[0].target);
        return;
    }
    point->known = outcome_is_definite(answer->outcome);
    if (answer->outcome == OUTCOME_FOUND && answer->chain_count == 0)
        take_servers(view, point);
    else if (answer->outcome == OUTCOME_NODATA)
        ask_dname(view, point);
}

static void
collect(struct facts *facts, struct view *view)
{
    static const struct slice labels[DELEGATION_POINTS] = {
        SLICE_INIT("_domainkey"), SLICE_INIT("_dmarc")};
    struct delegation_facts *delegation =
        ARENA_NEW(view_run_arena(view), struct delegation_facts);

    facts->delegation = delegation;
    for (int i = 0; i < DELEGATION_POINTS; i++) {
        struct delegation_point *point = &delegation->points[i];

        /* A domain too long for an underscore name has none. */
        if (name_prepend(&point->name, labels[i], &facts->input->domain)
            == ST_OK)
            collect_point(view, point);
    }
}

static struct value *
point_value(struct arena *arena, const struct delegation_point *point)
{
    static const char *const kinds[] = {"none", "ns", "cname", "dname"};
    struct value *map = value_map(arena), *targets = value_list(arena);

    value_set(map, "state",
              value_text(arena, point->known ? "known" : "unknown"));
    value_set(map, "kind",
              value_text(arena, point->known ? kinds[point->kind] : NULL));
    for (size_t i = 0; i < point->target_count; i++)
        value_add(
            targets,
            value_text(arena, name_dotted(arena, &point->targets[i].name)));
    value_set(map, "target", point->known ? targets : value_null(arena));
    return map;
}

static struct value *
delegation_value(const struct facts *facts, struct arena *arena)
{
    const struct delegation_facts *delegation = facts->delegation;
    struct value *map = value_map(arena);
    bool known = true;

    for (int i = 0; i < DELEGATION_POINTS; i++)
        known = known && delegation->points[i].known;
    value_set(map, "state", value_text(arena, known ? "known" : "unknown"));
    value_set(map, "_domainkey",
              point_value(arena, &delegation->points[DELEGATION_DOMAINKEY]));
    value_set(map, "_dmarc",
              point_value(arena, &delegation->points[DELEGATION_DMARC]));
    return map;
}

const struct audit_area area_delegation = {"delegation", collect,
                                           delegation_value, check_delegation};
