/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The delegation.* findings about the two sides of a zone cut. */
#include "common/audit/collect_delegation.h"
#include "common/base/strbuf.h"

struct check {
    struct report *report; /* where findings go */
    struct arena *arena;   /* the report's */
    const struct cut *cut; /* looked at */
    bool is_own;           /* it is the domain's zone, which resolvers know */
};

static struct finding *
raise(const struct check *check, enum finding_id id)
{
    return report_add(check->report, id,
                      name_dotted(check->arena, &check->cut->zone));
}

/* ---- lame servers ---- */

static const char *
lame_word(const struct answer *answer)
{
    if (answer->referral)
        return "referral";
    return answer->outcome == OUTCOME_FOUND ? "without authority"
                                            : outcome_word(answer->outcome);
}

static void
raise_lame(const struct check *check, const struct cut_server *server,
           const struct cut_address *address)
{
    struct finding *finding = raise(check, FIND_DELEGATION_NS_LAME);
    struct strbuf text = STRBUF_INIT;

    address_present(&address->address, &text);
    finding_word(finding, "server", name_bare(check->arena, &server->name));
    finding_text(finding, "address", strbuf_slice(&text));
    finding_word(finding, "answer", lame_word(address->soa.answer));
    finding_evidence(finding, asked_evidence(check->arena, &address->soa));
    strbuf_clear(&text);
}

static void
raise_silent(const struct check *check, const struct cut_address *address,
             bool is_found)
{
    const char *at = name_dotted(check->arena, &check->cut->zone);
    struct finding *finding =
        report_find(check->report, FIND_DNS_SERVER_TIMEOUT, at);
    struct strbuf text = STRBUF_INIT;

    if (finding == NULL) {
        finding = raise(check, FIND_DNS_SERVER_TIMEOUT);
        finding_word(finding, "zone",
                     name_bare(check->arena, &check->cut->zone));
        if (!is_found)
            finding_set_unknown(finding);
    }
    address_present(&address->address, &text);
    finding_item(finding, "server", strbuf_slice(&text));
    finding_evidence(finding, asked_evidence(check->arena, &address->soa));
    strbuf_clear(&text);
}

/* When nobody serves a zone that the resolvers have nevertheless, it is not
   its servers that we reach. */
static bool
is_reached(const struct check *check, const struct cut_tally *tally)
{
    return tally->serve > 0
           || (!check->is_own && tally->lame > 0
               && outcome_is_failure(asked_outcome(&check->cut->soa)));
}

static void
check_lame(const struct check *check, const struct cut_tally *tally)
{
    struct cut_place place = {0};
    const struct cut_server *server;
    const struct cut_address *address;

    while ((address = cut_next(check->cut, &place, &server)) != NULL) {
        bool is_lame =
            address->answering == CUT_LAME
            || (address->answering == CUT_RESOLVES && tally->serve > 0);

        if (is_reached(check, tally) && is_lame)
            raise_lame(check, server, address);
        else if (!check->is_own && address->answering == CUT_SILENT)
            raise_silent(check, address, is_reached(check, tally));
    }
}

/* ---- takeover ---- */

static void
add_server(const struct check *check, struct finding *finding,
           const struct cut_server *server)
{
    finding_item(finding, "servers",
                 slice_of(name_bare(check->arena, &server->name)));
}

/* Of a server whose domain is free: whoever registers it answers for the
   zone, if only now and then. */
static void
check_unregistered(const struct check *check)
{
    for (size_t i = 0; i < check->cut->server_count; i++) {
        const struct cut_server *server = &check->cut->servers[i];
        struct finding *finding;

        if (!registrable_is_free(&server->domain))
            continue;
        finding = raise(check, FIND_DELEGATION_NS_DANGLING);
        add_server(check, finding, server);
        finding_word(
            finding, "way",
            arena_printf(check->arena, "registering %s",
                         name_bare(check->arena, &server->domain.name)));
        finding_evidence(finding, asked_evidence(check->arena, &server->a));
        registrable_tell(finding, check->arena, &server->domain);
    }
}

/* All are there and none has the zone: a hosting service gives it to the
   customer who asks for it. */
static void
check_unserved(const struct check *check, const struct cut_tally *tally)
{
    struct finding *finding;
    struct cut_place place = {0};
    const struct cut_server *server;
    const struct cut_address *address;

    if (!is_reached(check, tally) || tally->serve > 0 || !tally->is_whole
        || tally->resolve > 0)
        return;
    finding = raise(check, FIND_DELEGATION_NS_DANGLING);
    for (size_t i = 0; i < check->cut->server_count; i++)
        add_server(check, finding, &check->cut->servers[i]);
    finding_word(finding, "way", "setting up the zone at its servers");
    while ((address = cut_next(check->cut, &place, &server)) != NULL)
        finding_evidence(finding, asked_evidence(check->arena, &address->soa));
}

/* ---- the zone itself ---- */

static void
check_soa(const struct check *check, const struct cut_tally *tally)
{
    struct finding *finding;
    struct cut_place place = {0};
    const struct cut_server *server;
    const struct cut_address *address;

    if (tally->serve == 0 || !tally->is_whole)
        return;
    while ((address = cut_next(check->cut, &place, &server)) != NULL)
        if (address->answering == CUT_SERVES
            && !outcome_is_absent(address->soa.answer->outcome))
            return;
    finding = raise(check, FIND_DELEGATION_SOA_MISSING);
    place = (struct cut_place){0};
    while ((address = cut_next(check->cut, &place, &server)) != NULL) {
        if (address->answering != CUT_SERVES)
            continue;
        add_server(check, finding, server);
        finding_evidence(finding, asked_evidence(check->arena, &address->soa));
    }
}

/* ---- both sides ---- */

static bool
names_server(const struct record *records, size_t n, const struct name *zone,
             const struct name *server)
{
    struct name other;

    for (size_t i = 0; i < n; i++)
        if (records[i].type == RR_NS && name_equal(&records[i].owner, zone)
            && record_target(&records[i], &other)
            && name_equal(&other, server))
            return true;
    return false;
}

/* Is every server of some among others? */
static bool
is_subset(const struct record *some, size_t n, const struct record *others,
          size_t m, const struct name *zone)
{
    struct name server;

    for (size_t i = 0; i < n; i++)
        if (some[i].type == RR_NS && name_equal(&some[i].owner, zone)
            && record_target(&some[i], &server)
            && !names_server(others, m, zone, &server))
            return false;
    return true;
}

static void
add_names(const struct check *check, struct finding *finding,
          const char *field, const struct record *records, size_t n)
{
    struct name server;

    for (size_t i = 0; i < n; i++)
        if (records[i].type == RR_NS
            && name_equal(&records[i].owner, &check->cut->zone)
            && record_target(&records[i], &server))
            finding_item(finding, field,
                         slice_of(name_bare(check->arena, &server)));
}

static void
check_sets(const struct check *check)
{
    const struct answer *above = check->cut->above.answer;
    struct cut_place place = {0};
    const struct cut_server *server;
    const struct cut_address *address;

    while (check->cut->has_referral
           && (address = cut_next(check->cut, &place, &server)) != NULL) {
        const struct answer *below = address->ns.answer;
        struct finding *finding;

        if (asked_outcome(&address->ns) != OUTCOME_FOUND || !below->aa
            || (is_subset(above->authority, above->authority_count,
                          below->records, below->record_count,
                          &check->cut->zone)
                && is_subset(below->records, below->record_count,
                             above->authority, above->authority_count,
                             &check->cut->zone)))
            continue;
        finding = raise(check, FIND_DELEGATION_NS_MISMATCH);
        add_names(check, finding, "above", above->authority,
                  above->authority_count);
        add_names(check, finding, "below", below->records,
                  below->record_count);
        finding_evidence(finding,
                         asked_evidence(check->arena, &check->cut->above));
        finding_evidence(finding, asked_evidence(check->arena, &address->ns));
        return;
    }
}

static bool
has_record(const struct record *records, size_t n, const struct record *one)
{
    for (size_t i = 0; i < n; i++)
        if (records[i].type == one->type
            && name_equal(&records[i].owner, &one->owner)
            && slice_equal(records[i].data, one->data))
            return true;
    return false;
}

static void
add_address(struct finding *finding, const char *field,
            const struct record *record)
{
    struct strbuf text = STRBUF_INIT;

    record_present(record, &text);
    finding_item(finding, field, strbuf_slice(&text));
    strbuf_clear(&text);
}

/* Addresses beside the referral, and those that the server's own zone has.
   Where there is no glue of a kind, none is needed, or it was left out. */
static void
check_glue(const struct check *check, const struct cut_server *server,
           const struct asked *asked)
{
    const struct answer *above = check->cut->above.answer;
    const struct answer *own = asked->answer;
    struct finding *finding;
    size_t glue = 0;
    bool same = true;

    if (own->outcome != OUTCOME_FOUND || own->chain_count > 0)
        return;
    for (size_t i = 0; i < above->additional_count; i++) {
        const struct record *record = &above->additional[i];

        if (record->type != asked->question.type
            || !name_equal(&record->owner, &server->name))
            continue;
        glue++;
        same = same && has_record(own->records, own->record_count, record);
    }
    for (size_t i = 0; i < own->record_count; i++)
        same = same
               && has_record(above->additional, above->additional_count,
                             &own->records[i]);
    if (glue == 0 || same)
        return;
    finding = raise(check, FIND_DELEGATION_GLUE_MISMATCH);
    finding_word(finding, "server", name_bare(check->arena, &server->name));
    for (size_t i = 0; i < above->additional_count; i++)
        if (above->additional[i].type == asked->question.type
            && name_equal(&above->additional[i].owner, &server->name))
            add_address(finding, "glue", &above->additional[i]);
    for (size_t i = 0; i < own->record_count; i++)
        add_address(finding, "address", &own->records[i]);
    finding_evidence(finding,
                     asked_evidence(check->arena, &check->cut->above));
    finding_evidence(finding, asked_evidence(check->arena, asked));
}

static void
check_both_sides(const struct check *check)
{
    if (!check->cut->has_referral)
        return;
    check_sets(check);
    for (size_t i = 0; i < check->cut->server_count; i++) {
        check_glue(check, &check->cut->servers[i], &check->cut->servers[i].a);
        check_glue(check, &check->cut->servers[i],
                   &check->cut->servers[i].aaaa);
    }
}

/* Is what the zone's own servers say of its servers here?  A server that was
   not reached may say otherwise; one that serves no such zone says nothing. */
static bool
sides_known(const struct cut *cut)
{
    struct cut_place place = {0};
    const struct cut_server *server;
    const struct cut_address *address;
    bool known = cut->has_referral, is_told = false;

    while (known && (address = cut_next(cut, &place, &server)) != NULL) {
        bool serves = address->answering == CUT_SERVES;

        known = serves ? outcome_is_definite(asked_outcome(&address->ns))
                       : address->answering == CUT_LAME
                             || address->answering == CUT_RESOLVES
                             || address->answering == CUT_NOT_ASKED;
        is_told = is_told || serves;
    }
    return known && is_told;
}

/* ---- all ---- */

static void
check_cut(struct check *check, bool *known, bool *both_known)
{
    struct cut_tally tally = cut_count(check->cut);

    check_lame(check, &tally);
    check_unregistered(check);
    check_unserved(check, &tally);
    if (!check->is_own)
        check_soa(check, &tally);
    check_both_sides(check);
    *known = *known && tally.is_whole && is_reached(check, &tally);
    for (size_t i = 0; i < check->cut->server_count; i++)
        *known =
            *known && registrable_is_known(&check->cut->servers[i].domain);
    *both_known = *both_known && sides_known(check->cut);
}

static void
decide(struct report *report, bool known, bool both_known)
{
    static const enum finding_id of_servers[] = {FIND_DELEGATION_NS_LAME,
                                                 FIND_DELEGATION_NS_DANGLING,
                                                 FIND_DELEGATION_SOA_MISSING};

    for (size_t i = 0; i < sizeof(of_servers) / sizeof(of_servers[0]); i++)
        report_decide(report, of_servers[i], known);
    report_decide(report, FIND_DELEGATION_NS_MISMATCH, both_known);
    report_decide(report, FIND_DELEGATION_GLUE_MISMATCH, both_known && known);
}

void
check_zone_cuts(const struct facts *facts, struct report *report)
{
    const struct delegation_facts *delegation = facts->delegation;
    struct check check = {report, report_arena(report), delegation->own, true};
    bool known = delegation->own != NULL, both_known = known;

    if (delegation->own != NULL)
        check_cut(&check, &known, &both_known);
    check.is_own = false;
    for (int i = 0; i < DELEGATION_POINTS; i++) {
        const struct delegation_point *point = &delegation->points[i];

        known = known && point->known;
        both_known = both_known && point->known;
        check.cut = point->cut;
        if (point->cut != NULL && cut_is(point->cut))
            check_cut(&check, &known, &both_known);
    }
    decide(report, known, both_known);
}
