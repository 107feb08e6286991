/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The delegation.* findings about servers that do not have the same copy, and
   about records that no server gives out. */
#include <stdio.h>

#include "common/audit/collect_delegation.h"
#include "common/audit/serverfail.h"
#include "common/base/clock.h"
#include "common/base/strbuf.h"
#include "common/dns/answersame.h"

#define DAY_S     86400
/* Serials of the form YYYYMMDDnn, RFC 1912 section 2.2. */
#define DATED_MIN 1990010100u
#define DATED_MAX 2100000000u

struct check {
    struct report *report; /* where findings go */
    struct arena *arena;   /* the report's */
    const struct cut *cut; /* looked at */
};

/* Does somebody serve the zone, and was everybody heard? */
static bool
is_seen(const struct cut *cut)
{
    struct cut_tally tally = cut_count(cut);

    return tally.is_whole && tally.serve > 0;
}

/* ---- serials ---- */

/* The time a serial stands for, the end of its day; 0 when it is only a
   count. */
static int64_t
serial_time(uint32_t serial)
{
    char text[CLOCK_TEXT_SIZE];
    unsigned day = serial / 100;
    int64_t seconds;

    if (serial < DATED_MIN || serial > DATED_MAX)
        return 0;
    snprintf(text, sizeof(text), "%04u-%02u-%02uT00:00:00Z", day / 10000,
             day / 100 % 100, day % 100);
    if (clock_parse(slice_of(text), &seconds, NULL) != ST_OK)
        return 0;
    return seconds + DAY_S;
}

/* RFC 1982 section 3.2. */
static bool
is_newer(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) > 0;
}

/* What is older than the refresh time should be everywhere; of serials that
   are only counted it cannot be told how old they are. */
static void
raise_drift(const struct check *check, const struct soa *newest)
{
    struct finding *finding =
        report_add(check->report, FIND_DELEGATION_SERIAL_DRIFT,
                   name_dotted(check->arena, &check->cut->zone));
    int64_t made = serial_time(newest->serial);
    struct strbuf text = STRBUF_INIT;
    struct cut_place place = {0};
    const struct cut_server *server;
    const struct cut_address *address;
    struct soa soa;

    while ((address = cut_next(check->cut, &place, &server)) != NULL) {
        if (address->answering != CUT_SERVES
            || address->soa.answer->outcome != OUTCOME_FOUND
            || !record_soa(&address->soa.answer->records[0], &soa))
            continue;
        strbuf_cut(&text, 0);
        strbuf_addf(&text, "%u", soa.serial);
        finding_item(finding, "serials", strbuf_slice(&text));
        finding_evidence(finding, asked_evidence(check->arena, &address->soa));
    }
    strbuf_clear(&text);
    finding_number(finding, "refresh", newest->refresh);
    if (made == 0 || clock_now() < made + newest->refresh)
        finding_set_unknown(finding);
}

/* Copies with another primary come from another source, and their serials
   have nothing to do with each other. */
static void
check_serials(const struct check *check)
{
    struct cut_place place = {0};
    const struct cut_server *server;
    const struct cut_address *address;
    struct soa newest, soa;
    bool has_one = false, differ = false;

    while ((address = cut_next(check->cut, &place, &server)) != NULL) {
        if (address->answering != CUT_SERVES
            || address->soa.answer->outcome != OUTCOME_FOUND
            || !record_soa(&address->soa.answer->records[0], &soa))
            continue;
        if (has_one && !name_equal(&newest.primary, &soa.primary))
            return;
        differ = differ || (has_one && newest.serial != soa.serial);
        if (!has_one || is_newer(soa.serial, newest.serial))
            newest = soa;
        has_one = true;
    }
    if (differ)
        raise_drift(check, &newest);
}

/* ---- copies ---- */

/* Here a name that has nothing is another than one that is not there. */
static bool
same_copy(const struct answer *a, const struct answer *b)
{
    return answersame_copy(a, b)
           && (a->chain_count > 0 || a->outcome == b->outcome);
}

static bool
is_own_answer(const struct asked *asked)
{
    return asked->answer->aa && outcome_is_definite(asked->answer->outcome);
}

static void
check_one(struct report *report, const struct delegation_copies *copies)
{
    struct arena *arena = report_arena(report);
    const struct asked *first = NULL;

    for (size_t i = 0; i < copies->count; i++) {
        struct finding *finding;

        serverfail_unknown(report, &copies->asked[i]);
        if (!is_own_answer(&copies->asked[i]))
            continue;
        if (first == NULL)
            first = &copies->asked[i];
        if (same_copy(first->answer, copies->asked[i].answer))
            continue;
        finding = report_add(report, FIND_DELEGATION_INCONSISTENT_ANSWERS,
                             name_dotted(arena, &copies->name));
        finding_word(finding, "zone", name_bare(arena, &copies->cut->zone));
        for (size_t k = 0; k < copies->count; k++)
            finding_evidence(finding,
                             asked_evidence(arena, &copies->asked[k]));
        return;
    }
}

static bool
copies_known(const struct delegation_facts *delegation)
{
    bool known = delegation->copies_count > 0;

    for (size_t i = 0; i < delegation->copies_count; i++) {
        const struct delegation_copies *copies = &delegation->copies[i];

        known = known && is_seen(copies->cut);
        for (size_t k = 0; k < copies->count; k++)
            known = known && is_own_answer(&copies->asked[k]);
    }
    return known;
}

/* ---- occluded records ---- */

static void
check_hidden(struct report *report, const struct name *zone,
             const struct zonehidden_name *hidden)
{
    struct arena *arena = report_arena(report);
    struct finding *finding = NULL;
    struct strbuf text = STRBUF_INIT;
    struct name name, cut_name;

    namenode_name(hidden->node, &name);
    namenode_name(hidden->cut, &cut_name);
    for (const struct rrset *set = namenode_rrsets(hidden->node); set != NULL;
         set = set->next) {
        if (set->count == 0 || !zonehidden_is_type(set->type))
            continue;
        if (finding == NULL) {
            finding = report_add(report, FIND_DELEGATION_OCCLUDED_RECORDS,
                                 name_dotted(arena, &name));
            finding_word(finding, "zone", name_bare(arena, zone));
            finding_word(finding, "cut", name_bare(arena, &cut_name));
        }
        strbuf_cut(&text, 0);
        rrtype_present(set->type, &text);
        finding_item(finding, "types", strbuf_slice(&text));
    }
    strbuf_clear(&text);
}

/* Only a zone file shows them: no server gives them out. */
static void
check_occluded(const struct facts *facts, struct report *report)
{
    const struct name *zone = &facts->delegation->zone;
    const struct zonefile *file = facts->input->zone;
    const struct zonehidden_name *hidden;
    const struct namenode *apex;
    size_t count;

    if (file == NULL || zone->size == 0)
        return;
    if ((apex = nametree_find(file->tree, zone)) != NULL) {
        hidden = zonehidden_find(file->hidden, file->tree, apex, &count);
        for (size_t i = 0; i < count; i++)
            check_hidden(report, zone, &hidden[i]);
    }
    report_decide(report, FIND_DELEGATION_OCCLUDED_RECORDS, apex != NULL);
}

/* ---- all ---- */

static void
check_cut(struct check *check, const struct cut *cut, bool *known)
{
    if (cut == NULL || !cut_is(cut))
        return;
    check->cut = cut;
    check_serials(check);
    *known = *known && is_seen(cut);
}

void
check_copies(const struct facts *facts, struct report *report)
{
    const struct delegation_facts *delegation = facts->delegation;
    struct check check = {report, report_arena(report), NULL};
    bool known = delegation->own != NULL;

    check_cut(&check, delegation->own, &known);
    for (int i = 0; i < DELEGATION_POINTS; i++) {
        known = known && delegation->points[i].known;
        check_cut(&check, delegation->points[i].cut, &known);
    }
    report_decide(report, FIND_DELEGATION_SERIAL_DRIFT, known);
    for (size_t i = 0; i < delegation->copies_count; i++)
        check_one(report, &delegation->copies[i]);
    if (delegation->copies_count > 0)
        report_decide(report, FIND_DELEGATION_INCONSISTENT_ANSWERS,
                      copies_known(delegation));
    check_occluded(facts, report);
}
