/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The delegation.dnssec-* findings. */
#include "common/audit/collect_delegation.h"
#include "common/audit/collect_dkim.h"
#include "common/audit/serverfail.h"
#include "common/base/clock.h"
#include "common/base/strbuf.h"

/* Signers in use renew after half to seven eighths of a signature's time (BIND
   3/4 of 30 days, Knot 1/2 of 14, OpenDNSSEC 11 of 14, online signers half of
   2 days): what is in its last eighth is late.  Three days are a weekend. */
#define RENEWAL_PART   8
#define RENEWAL_MOST_S (3 * 24 * 3600)

struct check {
    struct report *report; /* where findings go */
    struct arena *arena;   /* the report's */
};

static struct finding *
raise(const struct check *check, enum finding_id id, const struct trust *trust)
{
    struct finding *finding =
        report_add(check->report, id, name_dotted(check->arena, &trust->zone));

    finding_evidence(finding, asked_evidence(check->arena, &trust->ds));
    return finding_evidence(finding,
                            asked_evidence(check->arena, &trust->keys.asked));
}

static void
check_mismatch(const struct check *check, const struct trust *trust)
{
    struct finding *finding;
    struct strbuf text = STRBUF_INIT;

    if (trust->state != TRUST_MISMATCH)
        return;
    finding = raise(check, FIND_DELEGATION_DNSSEC_DS_MISMATCH, trust);
    for (size_t i = 0; i < trust->ds.answer->record_count; i++) {
        struct sigcheck_ds ds;

        if (!sigcheck_read_ds(&trust->ds.answer->records[i], &ds))
            continue;
        strbuf_cut(&text, 0);
        strbuf_addf(&text, "%u", (unsigned)ds.tag);
        finding_item(finding, "named", strbuf_slice(&text));
    }
    for (size_t i = 0; i < trust->keys.asked.answer->record_count; i++) {
        struct sigcheck_key key;

        if (!sigcheck_read_key(&trust->keys.asked.answer->records[i], &key))
            continue;
        strbuf_cut(&text, 0);
        strbuf_addf(&text, "%u", (unsigned)key.tag);
        finding_item(finding, "keys", strbuf_slice(&text));
    }
    strbuf_clear(&text);
}

static const char *
set_word(const struct trust_set *set)
{
    return set->asked.question.type == RR_DNSKEY ? "DNSKEY" : "SOA";
}

static const char *
fault_note(struct arena *arena, const struct trust_set *set)
{
    char time[CLOCK_TEXT_SIZE];

    if (set->fault == TRUST_FORGED)
        return arena_printf(arena,
                            "no signature over the %s records is made by a "
                            "key that may sign them",
                            set_word(set));
    clock_text(set->fault == TRUST_EXPIRED ? set->ends : set->begins, time);
    return arena_printf(arena,
                        set->fault == TRUST_EXPIRED
                            ? "the signature over the %s records ended at %s"
                            : "the signature over the %s records begins at %s",
                        set_word(set), time);
}

static void
check_broken(const struct check *check, const struct trust *trust)
{
    const struct trust_set *set =
        trust->keys.fault != TRUST_WHOLE ? &trust->keys : &trust->soa;
    struct finding *finding;

    if (trust->state != TRUST_BROKEN)
        return;
    finding = raise(check, FIND_DELEGATION_DNSSEC_BOGUS, trust);
    finding_word(finding, "zone", name_bare(check->arena, &trust->zone));
    finding_note(finding, fault_note(check->arena, set));
    if (set == &trust->soa)
        finding_evidence(finding, asked_evidence(check->arena, &set->asked));
}

/* What validating resolvers would not give is bogus for a reason that was
   seen, no more only because they say so. */
static void
settle_bogus(const struct check *check, const struct trust *trust)
{
    if (trust->state != TRUST_BROKEN && trust->state != TRUST_MISMATCH)
        return;
    for (size_t i = 0; i < report_count(check->report); i++) {
        const struct finding *finding = report_finding(check->report, i);
        struct name at;

        if (finding->id == FIND_DELEGATION_DNSSEC_BOGUS
            && name_parse(&at, slice_of(finding->at), NULL) == ST_OK
            && name_is_under(&at, &trust->zone))
            report_find(check->report, finding->id, finding->at)->state =
                FINDING_FOUND;
    }
}

static void
check_set(const struct check *check, const struct trust *trust,
          const struct trust_set *set)
{
    int64_t room = (set->ends - set->begins) / RENEWAL_PART;
    struct finding *finding;
    char expires[CLOCK_TEXT_SIZE];

    if (room > RENEWAL_MOST_S)
        room = RENEWAL_MOST_S;
    if (!set->is_good || set->ends - clock_now() >= room)
        return;
    clock_text(set->ends, expires);
    finding = report_add(check->report, FIND_DELEGATION_DNSSEC_EXPIRING,
                         name_dotted(check->arena, &trust->zone));
    finding_word(finding, "type", set_word(set));
    finding_word(finding, "expires", expires);
    finding_evidence(finding, asked_evidence(check->arena, &set->asked));
}

static void
check_weak(const struct check *check, const struct trust *trust)
{
    struct finding *finding = NULL;
    struct strbuf text = STRBUF_INIT;
    bool has_ds = asked_outcome(&trust->ds) == OUTCOME_FOUND;

    for (size_t i = 0; i < trust->algorithm_count; i++) {
        if (!sigcheck_is_weak_algorithm(trust->algorithms[i]))
            continue;
        if (finding == NULL)
            finding =
                raise(check, FIND_DELEGATION_DNSSEC_WEAK_ALGORITHM, trust);
        strbuf_cut(&text, 0);
        sigcheck_present_algorithm(trust->algorithms[i], &text);
        finding_item(finding, "algorithms", strbuf_slice(&text));
    }
    if (has_ds && trust->is_digest_weak) {
        if (finding == NULL)
            finding =
                raise(check, FIND_DELEGATION_DNSSEC_WEAK_ALGORITHM, trust);
        finding_item(finding, "algorithms",
                     SLICE("a digest of SHA-1 in the DS record"));
    }
    strbuf_clear(&text);
}

static void
check_zone(const struct check *check, const struct delegation_facts *all,
           const struct trust *trust)
{
    const struct trust *above =
        name_equal(&all->zones[0]->zone, &all->zone) ? all->zones[0] : trust;

    check_mismatch(check, trust);
    check_broken(check, trust);
    settle_bogus(check, trust);
    check_set(check, trust, &trust->keys);
    check_set(check, trust, &trust->soa);
    check_weak(check, trust);
    if (trust->state == TRUST_ISLAND)
        raise(check, FIND_DELEGATION_DNSSEC_ISLAND, trust);
    if (trust->state == TRUST_UNSIGNED && above != trust
        && above->state == TRUST_SECURE)
        finding_word(
            raise(check, FIND_DELEGATION_DNSSEC_INSECURE_CHILD, trust), "zone",
            name_bare(check->arena, &above->zone));
}

static void
check_alias(const struct check *check, const struct delegation_alias *alias)
{
    const struct name *end =
        answer_end(alias->txt.answer, &alias->txt.question);
    struct finding *finding;

    if (alias->to == NULL
        || (alias->to->state != TRUST_UNSIGNED
            && alias->to->state != TRUST_ISLAND))
        return;
    finding = report_add(check->report, FIND_DELEGATION_DNSSEC_ALIAS_INSECURE,
                         name_dotted(check->arena, &alias->name));
    finding_word(finding, "target", name_bare(check->arena, end));
    finding_word(finding, "zone", name_bare(check->arena, &alias->to->zone));
    finding_evidence(finding, asked_evidence(check->arena, &alias->txt));
    finding_evidence(finding, asked_evidence(check->arena, &alias->to->ds));
}

/* What did not come, and might have shown a fault. */
static void
check_lost(struct report *report, const struct delegation_facts *delegation)
{
    serverfail_unknown(report, &delegation->soa);
    for (size_t i = 0; i < delegation->zone_count; i++) {
        serverfail_unknown(report, &delegation->zones[i]->ds);
        serverfail_unknown(report, &delegation->zones[i]->keys.asked);
        serverfail_unknown(report, &delegation->zones[i]->soa.asked);
    }
}

bool
delegation_zones_known(const struct facts *facts)
{
    const struct delegation_facts *delegation = facts->delegation;
    const struct dkim_facts *dkim = facts->dkim;
    bool known = delegation->zone.size > 0 && !delegation->is_cut;

    for (int i = 0; i < DELEGATION_POINTS; i++)
        known = known && delegation->points[i].known;
    for (size_t i = 0; dkim != NULL && i < dkim->count; i++)
        known = known
                && (!dkim->selectors[i].is_listed
                    || !asked_is(&dkim->selectors[i].asked)
                    || outcome_is_definite(
                        asked_outcome(&dkim->selectors[i].asked)));
    for (size_t i = 0; i < delegation->cut_count; i++)
        known = known
                && outcome_is_definite(asked_outcome(&delegation->cuts[i].ns));
    return known;
}

/* Are all zones and aliases known that there are? */
static bool
places_known(const struct facts *facts)
{
    const struct delegation_facts *delegation = facts->delegation;
    bool known = delegation_zones_known(facts);

    for (size_t i = 0; i < delegation->alias_count; i++) {
        const struct delegation_alias *alias = &delegation->aliases[i];

        known = known && outcome_is_definite(alias->txt.answer->outcome)
                && !alias->to_is_unknown
                && (alias->to == NULL || alias->to->state != TRUST_UNKNOWN);
    }
    return known;
}

void
check_trust(const struct facts *facts, struct report *report)
{
    static const enum finding_id ids[] = {
        FIND_DELEGATION_DNSSEC_DS_MISMATCH,
        FIND_DELEGATION_DNSSEC_EXPIRING,
        FIND_DELEGATION_DNSSEC_ISLAND,
        FIND_DELEGATION_DNSSEC_INSECURE_CHILD,
        FIND_DELEGATION_DNSSEC_WEAK_ALGORITHM,
        FIND_DELEGATION_DNSSEC_ALIAS_INSECURE};
    const struct delegation_facts *delegation = facts->delegation;
    struct check check = {report, report_arena(report)};
    bool known = places_known(facts);

    for (size_t i = 0; i < delegation->zone_count; i++) {
        check_zone(&check, delegation, delegation->zones[i]);
        known = known && delegation->zones[i]->state != TRUST_UNKNOWN;
    }
    for (size_t i = 0; i < delegation->alias_count; i++)
        check_alias(&check, &delegation->aliases[i]);
    check_lost(report, delegation);
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
        report_decide(report, ids[i], known);
}
