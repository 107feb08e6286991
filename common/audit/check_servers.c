/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dns.* findings about how authoritative servers behave. */
#include "common/audit/collect_servers.h"

#include "common/audit/serverfail.h"
#include "common/base/strbuf.h"
#include "common/dns/answersame.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

struct check {
    const struct facts *facts;          /* what is known */
    const struct server_facts *servers; /* of it */
    struct report *report;              /* where findings go */
    struct arena *arena;                /* the report's */
};

/* The finding of that id at name; made when there is none. */
static struct finding *
find_or_add(const struct check *check, enum finding_id id,
            const struct name *name)
{
    const char *at = name_dotted(check->arena, name);
    struct finding *finding = report_find(check->report, id, at);

    return finding != NULL ? finding : report_add(check->report, id, at);
}

/* "ns1.example.com (192.0.2.1)" among the servers at fault. */
static void
add_server(const struct check *check, struct finding *finding,
           const struct name *name, const struct address *address)
{
    struct strbuf text = STRBUF_INIT;

    if (name != NULL)
        strbuf_addf(&text, "%s (", name_bare(check->arena, name));
    address_present(address, &text);
    if (name != NULL)
        strbuf_add_char(&text, ')');
    finding_item(finding, "server", strbuf_slice(&text));
    strbuf_clear(&text);
}

static void
add_evidence(const struct check *check, struct finding *finding,
             const struct asked *asked)
{
    if (asked_is(asked))
        finding_evidence(finding, asked_evidence(check->arena, asked));
}

static struct finding *
raise_probe(const struct check *check, enum finding_id id,
            const struct server_probe *probe)
{
    const struct name *zone = &probe->soa.question.name;
    const char *at = name_dotted(check->arena, zone);
    struct finding *finding = report_find(check->report, id, at);

    if (finding == NULL) {
        finding = report_add(check->report, id, at);
        finding_word(finding, "zone", name_bare(check->arena, zone));
    }
    add_server(check, finding, &probe->name, &probe->address);
    return finding;
}

/*
 * It answers without EDNS, and with it says that it does not know it, or
 * nothing: twice, since one message may be lost.  The question in letters of
 * both cases has EDNS too: who answers that knows it.
 */
static bool
is_edns_broken(const struct server_probe *probe)
{
    if (probe->soa.answer->no_edns)
        return true;
    if (!asked_is(&probe->plain)
        || !outcome_is_definite(asked_outcome(&probe->plain))
        || outcome_is_definite(asked_outcome(&probe->mixed)))
        return false;
    return asked_has_message(&probe->soa) || !asked_has_message(&probe->mixed);
}

static void
check_edns(const struct check *check, const struct server_probe *probe)
{
    struct finding *finding;

    report_decide(check->report, FIND_DNS_EDNS_BROKEN,
                  asked_has_message(&probe->soa)
                      || outcome_is_definite(asked_outcome(&probe->mixed)));
    if (!is_edns_broken(probe))
        return;
    finding = raise_probe(check, FIND_DNS_EDNS_BROKEN, probe);
    add_evidence(check, finding, &probe->soa);
    add_evidence(check, finding, &probe->plain);
}

static void
check_probe(const struct check *check, const struct server_probe *probe)
{
    const struct answer *soa = probe->soa.answer;

    report_decide(check->report, FIND_DNS_NO_AA,
                  asked_has_message(&probe->soa));
    report_decide(check->report, FIND_DNS_CASE_MANGLED,
                  asked_has_message(&probe->mixed));
    if (soa->outcome == OUTCOME_FOUND && !soa->aa)
        add_evidence(check, raise_probe(check, FIND_DNS_NO_AA, probe),
                     &probe->soa);
    if (asked_is(&probe->mixed) && probe->mixed.answer->case_lost)
        add_evidence(check, raise_probe(check, FIND_DNS_CASE_MANGLED, probe),
                     &probe->mixed);
}

/* Cut over UDP, and said so; the whole answer is to be had by TCP alone.  That
   it is not may be our own side's doing, unless TCP works with others. */
static void
check_tcp(const struct check *check, const struct server_size *size)
{
    bool is_cut =
        (asked_has_message(&size->small) && size->small.answer->tc)
        || (asked_has_message(&size->medium) && size->medium.answer->tc);
    struct finding *finding;

    report_decide(check->report, FIND_DNS_TCP_UNAVAILABLE,
                  asked_has_message(&size->tcp));
    if (asked_has_message(&size->tcp)
        || asked_outcome(&size->tcp) == OUTCOME_REFUSED)
        return;
    finding = find_or_add(check, FIND_DNS_TCP_UNAVAILABLE, &size->name);
    if ((!is_cut || !servers_has_tcp(check->servers))
        && finding->evidence_count == 0)
        finding_set_unknown(finding);
    add_server(check, finding, NULL, &size->tcp.question.server);
    add_evidence(check, finding, &size->small);
    add_evidence(check, finding, &size->tcp);
}

/* Fewer records, none of them others, and no word about it. */
static bool
is_part(const struct asked *part, const struct asked *whole)
{
    const struct answer *a = part->answer, *b = whole->answer;

    return asked_outcome(whole) == OUTCOME_FOUND && !a->tc && !b->tc
           && (a->outcome == OUTCOME_FOUND || a->outcome == OUTCOME_NODATA)
           && a->chain_count == b->chain_count
           && a->record_count < b->record_count && answersame_part(a, b);
}

static void
check_truncation(const struct check *check, const struct server_size *size)
{
    const struct asked *const rows[][2] = {
        {&size->small,  &size->tcp   },
        {&size->small,  &size->medium},
        {&size->medium, &size->tcp   }
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct asked *part = rows[i][0], *whole = rows[i][1];
        struct finding *finding;

        report_decide(check->report, FIND_DNS_TRUNCATION_MISSING,
                      asked_has_message(part));
        if (!is_part(part, whole))
            continue;
        finding = find_or_add(check, FIND_DNS_TRUNCATION_MISSING, &size->name);
        add_server(check, finding, NULL, &part->question.server);
        if (finding->evidence_count == 0)
            finding_number(finding, "count",
                           (int64_t)whole->answer->record_count);
        add_evidence(check, finding, part);
        add_evidence(check, finding, whole);
        return;
    }
}

/* One lost message does not make a step fail. */
static bool
is_stopped(const struct server_step *step)
{
    const struct answer *full = step->full.answer;

    if (!asked_is(&step->full)
        || (full->outcome != OUTCOME_FOUND && full->chain_count == 0))
        return false;
    if (step->step.answer->outcome == OUTCOME_TIMEOUT)
        return asked_outcome(&step->again) == OUTCOME_TIMEOUT;
    return step->step.answer->outcome == OUTCOME_NXDOMAIN
           || asked_has_message(&step->step);
}

/* It may be so, and what says whether it is did not come. */
static bool
is_step_lost(const struct server_step *step)
{
    return !is_stopped(step) && asked_is(&step->full)
           && (step->step.answer->outcome == OUTCOME_TIMEOUT
               || asked_outcome(&step->full) == OUTCOME_TIMEOUT);
}

static void
check_step(const struct check *check, const struct server_step *step)
{
    struct finding *finding;

    report_decide(check->report, FIND_DNS_QNAME_MINIMISATION_BREAKS,
                  asked_has_message(&step->step)
                      && (!asked_is(&step->full)
                          || outcome_is_definite(asked_outcome(&step->full))));
    if (!is_stopped(step) && !is_step_lost(step))
        return;
    finding = find_or_add(check, FIND_DNS_QNAME_MINIMISATION_BREAKS,
                          &step->step.question.name);
    if (is_step_lost(step) && finding->evidence_count == 0)
        finding_set_unknown(finding);
    finding_word(finding, "name",
                 name_bare(check->arena, &step->full.question.name));
    add_server(check, finding, NULL, &step->step.question.server);
    add_evidence(check, finding, &step->step);
    add_evidence(check, finding, &step->full);
}

static void
check_split(const struct check *check, const struct server_split *split)
{
    struct finding *finding =
        find_or_add(check, FIND_DNS_DUPLICATE_RRSET_ON_PROVIDER, &split->name);

    for (size_t i = 0; i < 2; i++) {
        finding_item(finding, "providers",
                     slice_of(name_bare(check->arena, &split->providers[i])));
        add_evidence(check, finding, &split->answers[i]);
    }
}

/* The first owner and target of an alias that has records beside it. */
static void
raise_beside(const struct check *check, const struct asked *alias,
             const struct asked *data, const char *type)
{
    struct finding *finding =
        find_or_add(check, FIND_DNS_CNAME_WITH_DATA, &alias->question.name);
    struct name target = {0};

    if (alias->answer->chain_count > 0)
        target = alias->answer->chain[0].target;
    else if (alias->answer->record_count > 0)
        record_target(&alias->answer->records[0], &target);
    finding_word(finding, "target",
                 target.size == 0 ? "another name"
                                  : name_bare(check->arena, &target));
    finding_word(finding, "type", type);
    add_evidence(check, finding, alias);
    if (data != alias)
        add_evidence(check, finding, data);
}

/* RFC 2181 section 10.1: an alias has no other records. */
static void
check_beside(const struct check *check, const struct hygiene_place *place)
{
    struct asked txt = {place->question, place->answer};
    bool is_alias =
        asked_outcome(&place->cname) == OUTCOME_FOUND
        && name_equal(&place->cname.answer->records[0].owner, &place->name);

    if (asked_is(&place->direct))
        txt = place->direct;
    report_decide(
        check->report, FIND_DNS_CNAME_WITH_DATA,
        outcome_is_definite(asked_outcome(&txt))
            && (!asked_is(&place->cname)
                || outcome_is_definite(asked_outcome(&place->cname))));
    if (is_alias && asked_outcome(&txt) == OUTCOME_FOUND
        && txt.answer->chain_count == 0)
        raise_beside(check, &place->cname, &txt, "TXT");
    else if (txt.answer->cname_beside && txt.answer->chain_count == 0)
        raise_beside(check, &txt, &txt, "TXT");
}

/* A domain that is an alias for TXT, and has MX of its own. */
static void
check_apex(const struct check *check)
{
    const struct hygiene_facts *hygiene = check->facts->hygiene;
    const struct hygiene_place *apex = &hygiene->places[0];
    struct asked txt = {apex->question, apex->answer};

    if (txt.answer->chain_count > 0
        && name_equal(&txt.answer->chain[0].owner, &apex->name)
        && txt.answer->chain[0].type == RR_CNAME
        && asked_outcome(&hygiene->mx) == OUTCOME_FOUND
        && hygiene->mx.answer->chain_count == 0)
        raise_beside(check, &txt, &hygiene->mx, "MX");
}

void
check_servers(const struct facts *facts, struct report *report)
{
    const struct hygiene_facts *hygiene = facts->hygiene;
    const struct server_facts *servers = hygiene->servers;
    static const enum finding_id ids[] = {FIND_DNS_CASE_MANGLED,
                                          FIND_DNS_CNAME_WITH_DATA,
                                          FIND_DNS_DUPLICATE_RRSET_ON_PROVIDER,
                                          FIND_DNS_EDNS_BROKEN,
                                          FIND_DNS_NO_AA,
                                          FIND_DNS_QNAME_MINIMISATION_BREAKS,
                                          FIND_DNS_TCP_UNAVAILABLE,
                                          FIND_DNS_TRUNCATION_MISSING};
    struct check check = {facts, servers, report, report_arena(report)};

    for (size_t i = 0; i < servers->lost_count; i++)
        serverfail_unknown(report, &servers->lost[i]);
    for (size_t i = 0; i < hygiene->place_count; i++) {
        check_beside(&check, &hygiene->places[i]);
        check_answers_failure(facts, report, &hygiene->places[i].direct);
        check_answers_failure(facts, report, &hygiene->places[i].cname);
    }
    check_apex(&check);
    for (size_t i = 0; i < servers->probe_count; i++)
        check_edns(&check, &servers->probes[i]);
    if (!servers->is_known) {
        for (size_t i = 0; servers->lost_count > 0 && i < LENGTH(ids); i++)
            report_decide(report, ids[i], false);
        return;
    }
    for (size_t i = 0; i < servers->probe_count; i++) {
        check_probe(&check, &servers->probes[i]);
        check_answers_failure(facts, report, &servers->probes[i].soa);
    }
    for (size_t i = 0; i < servers->size_count; i++) {
        check_tcp(&check, &servers->sizes[i]);
        check_truncation(&check, &servers->sizes[i]);
        check_answers_failure(facts, report, &servers->sizes[i].small);
        check_answers_failure(facts, report, &servers->sizes[i].medium);
    }
    for (size_t i = 0; i < servers->step_count; i++)
        check_step(&check, &servers->steps[i]);
    for (size_t i = 0; i < servers->split_count; i++)
        check_split(&check, &servers->splits[i]);
    report_decide(report, FIND_DNS_DUPLICATE_RRSET_ON_PROVIDER,
                  servers->is_split_known);
    for (size_t i = 0; servers->lost_count > 0 && i < LENGTH(ids); i++)
        report_decide(report, ids[i], false);
}
