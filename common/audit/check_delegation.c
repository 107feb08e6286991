/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The delegation.* findings that a cut's own records decide. */
#include "common/audit/collect_delegation.h"

#include "common/audit/collect_dmarc.h"
#include "common/audit/serverfail.h"
#include "common/base/strbuf.h"
#include "common/dmarc/suffix.h"

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
check_domainkey_alias(struct report *report,
                      const struct delegation_point *point,
                      struct arena *arena)
{
    struct finding *finding;

    if (point->kind != DELEGATION_CNAME)
        return;
    finding = raise(report, FIND_DELEGATION_CNAME_AT_DOMAINKEY, point, arena);
    finding_word(finding, "target", name_bare(arena, &point->targets[0].name));
}

static void
add_servers(struct finding *finding, const struct delegation_point *point,
            struct arena *arena)
{
    for (size_t i = 0; i < point->target_count; i++)
        finding_item(finding, "servers",
                     slice_of(name_bare(arena, &point->targets[i].name)));
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
    add_servers(finding, point, arena);
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

/* Do all the servers have names under the domain's own organization, or those
   of its zone? */
static bool
is_own(const struct delegation_facts *delegation,
       const struct delegation_point *point, const struct name *org)
{
    for (size_t i = 0; i < point->target_count; i++) {
        const struct name *server = &point->targets[i].name;
        const struct answer *answer = delegation->servers.answer;
        bool own = name_is_under(server, org);

        for (size_t j = 0; answer != NULL && j < answer->record_count; j++) {
            struct name other, a, b;

            if (!record_target(&answer->records[j], &other))
                continue;
            suffix_org(&a, server);
            suffix_org(&b, &other);
            own = own || name_equal(&a, &b);
        }
        if (!own)
            return false;
    }
    return true;
}

/* Others who can publish keys for the domain: what they sign aligns, and in
   relaxed mode with the domains beside it. */
static void
check_owner(struct report *report, const struct facts *facts,
            struct arena *arena)
{
    const struct delegation_facts *delegation = facts->delegation;
    const struct delegation_point *point =
        &delegation->points[DELEGATION_DOMAINKEY];
    const struct discovery_step *step =
        facts->dmarc == NULL ? NULL : facts->dmarc->reporting;
    struct finding *finding;
    struct name org;

    suffix_org(&org, &facts->input->domain);
    if ((point->kind != DELEGATION_NS && point->kind != DELEGATION_DNAME)
        || (step != NULL && step->record->strict_dkim)
        || is_own(delegation, point, &org))
        return;
    finding = raise(report, FIND_DELEGATION_PARENT_OWNER_RISK, point, arena);
    add_servers(finding, point, arena);
    finding_word(finding, "domain", name_bare(arena, &facts->input->domain));
}

static void
check_cuts(struct report *report, const struct delegation_facts *delegation,
           struct arena *arena)
{
    for (size_t i = 0; i < delegation->cut_count; i++) {
        const struct delegation_cut *cut = &delegation->cuts[i];
        struct finding *finding;
        struct name server;

        report_decide(report, FIND_DELEGATION_CUT_AT_SELECTOR,
                      outcome_is_definite(asked_outcome(&cut->ns)));
        if (asked_outcome(&cut->ns) != OUTCOME_FOUND
            || cut->ns.answer->chain_count > 0)
            continue;
        finding = report_add(report, FIND_DELEGATION_CUT_AT_SELECTOR,
                             name_dotted(arena, &cut->name));
        for (size_t j = 0; j < cut->ns.answer->record_count; j++) {
            if (record_target(&cut->ns.answer->records[j], &server))
                finding_item(finding, "servers",
                             slice_of(name_bare(arena, &server)));
        }
        finding_evidence(finding, asked_evidence(arena, &cut->ns));
    }
}

/* Neither name is anybody else's. */
static void
check_absent(struct report *report, const struct delegation_facts *delegation,
             struct arena *arena)
{
    const struct delegation_point *point =
        &delegation->points[DELEGATION_DOMAINKEY];
    struct finding *finding;

    if (delegation->zone.size == 0)
        return;
    for (int i = 0; i < DELEGATION_POINTS; i++) {
        if (!delegation->points[i].known
            || delegation->points[i].kind != DELEGATION_NONE)
            return;
    }
    finding = raise(report, FIND_DELEGATION_ABSENT, point, arena);
    finding_word(finding, "zone", name_bare(arena, &delegation->zone));
}

static bool
is_definite(const struct answer *answer)
{
    return answer != NULL && outcome_is_definite(answer->outcome);
}

/* Are all the servers' addresses here? */
static bool
addresses_known(const struct delegation_point *point)
{
    for (size_t i = 0; i < point->target_count; i++) {
        if (point->kind == DELEGATION_NS
            && (!is_definite(point->targets[i].a)
                || !is_definite(point->targets[i].aaaa)))
            return false;
    }
    return true;
}

/* What did not come, and might have shown a fault. */
static void
check_lost(struct report *report, const struct delegation_point *point)
{
    struct asked asked = {point->question, point->answer};

    if (point->answer == NULL)
        return;
    serverfail_unknown(report, &asked);
    serverfail_unknown(report, &point->dname);
    if (point->cut != NULL)
        serverfail_unknown(report, &point->cut->soa);
    for (size_t i = 0; point->kind == DELEGATION_NS && i < point->target_count;
         i++) {
        const struct delegation_target *target = &point->targets[i];

        asked =
            (struct asked){question_recursive(&target->name, RR_A), target->a};
        serverfail_unknown(report, &asked);
        asked = (struct asked){question_recursive(&target->name, RR_AAAA),
                               target->aaaa};
        serverfail_unknown(report, &asked);
    }
}

static void
decide(struct report *report, const struct delegation_facts *delegation)
{
    static const enum finding_id of_servers[] = {
        FIND_DELEGATION_NS_UNRESOLVABLE, FIND_DELEGATION_NS_IS_CNAME,
        FIND_DELEGATION_NS_UNDERSCORE_TARGET, FIND_DELEGATION_NS_SINGLE};
    const struct delegation_point *domainkey =
        &delegation->points[DELEGATION_DOMAINKEY];
    const struct delegation_point *dmarc =
        &delegation->points[DELEGATION_DMARC];
    bool both = domainkey->known && dmarc->known;

    report_decide(report, FIND_DELEGATION_CNAME_AT_DOMAINKEY,
                  domainkey->known);
    report_decide(
        report, FIND_DELEGATION_PARENT_OWNER_RISK,
        domainkey->known
            && outcome_is_definite(asked_outcome(&delegation->servers)));
    report_decide(
        report, FIND_DELEGATION_APEX_EMPTY,
        dmarc->known
            && (dmarc->kind != DELEGATION_NS || is_definite(dmarc->txt)));
    report_decide(report, FIND_DELEGATION_ABSENT,
                  both && delegation->zone.size > 0);
    for (size_t i = 0; i < sizeof(of_servers) / sizeof(of_servers[0]); i++)
        report_decide(report, of_servers[i],
                      both && addresses_known(domainkey)
                          && addresses_known(dmarc));
}

void
check_delegation(const struct facts *facts, struct report *report)
{
    const struct delegation_facts *delegation = facts->delegation;
    struct arena *arena = report_arena(report);

    check_domainkey_alias(report, &delegation->points[DELEGATION_DOMAINKEY],
                          arena);
    check_owner(report, facts, arena);
    check_cuts(report, delegation, arena);
    check_absent(report, delegation, arena);
    check_aliases(facts, report);
    check_apex(report, &delegation->points[DELEGATION_DMARC], arena);
    for (int i = 0; i < DELEGATION_POINTS; i++) {
        check_servers(report, &delegation->points[i], arena);
        check_lost(report, &delegation->points[i]);
    }
    check_zone_cuts(facts, report);
    check_copies(facts, report);
    check_trust(facts, report);
    decide(report, delegation);
}
