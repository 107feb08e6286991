/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dns.* findings about servers that fail, TTLs, and names of hosts. */
#include "common/audit/collect_dkim.h"
#include "common/audit/collect_dmarc.h"
#include "common/audit/collect_hygiene.h"
#include "common/audit/collect_servers.h"

#include "common/base/strbuf.h"

/* A change takes as long as this to be seen everywhere; M3AAWG would have it
   lowered before a rotation. */
#define TTL_LONG_S     3600
/* RFC 1912 section 2.2: less is for a change that is about to be made. */
#define TTL_SHORT_S    300
/* Other TXT records at a domain that make its SPF answer a crowd. */
#define APEX_TXT_CROWD 10

struct check {
    const struct facts *facts;           /* what is known */
    const struct hygiene_facts *hygiene; /* of it */
    struct report *report;               /* where findings go */
    struct arena *arena;                 /* the report's */
};

/* A server's own failure; each of these is a finding of its own. */
static int
failure_id(const struct answer *answer)
{
    /* Aliases in a circle are a finding of their own, and no SERVFAIL. */
    if (answer->referral || answer->chain_loops)
        return -1;
    switch (answer->outcome) {
    case OUTCOME_SERVFAIL:
        return FIND_DNS_SERVFAIL;
    case OUTCOME_REFUSED:
        return answer->rcode == ANSWER_NO_RCODE ? -1 : FIND_DNS_SERVER_REFUSED;
    case OUTCOME_TIMEOUT:
    case OUTCOME_MALFORMED: /* what came is no answer */
        /* Cut over UDP, and TCP gave nothing. */
        return answer->tc && answer->outcome == OUTCOME_TIMEOUT
                   ? FIND_DNS_TCP_UNAVAILABLE
                   : FIND_DNS_SERVER_TIMEOUT;
    default:
        return -1;
    }
}

/* Is the server among those of the finding? */
static bool
is_named(const struct finding *finding, struct slice server)
{
    for (size_t i = 0; i < finding->field_count; i++) {
        const struct value *list = finding->fields[i].value;

        for (size_t j = 0; j < value_count(list); j++)
            if (slice_equal(slice_of(value_as_text(value_element(list, j))),
                            server))
                return true;
    }
    return false;
}

/* What was feared is so: the server says it itself. */
static void
begin_anew(struct finding *finding)
{
    finding->state = FINDING_FOUND;
    finding->field_count = 0;
    finding->evidence_count = 0;
}

void
check_answers_failure(const struct facts *facts, struct report *report,
                      const struct asked *asked)
{
    struct arena *arena = report_arena(report);
    const struct hygiene_facts *hygiene = facts->hygiene;
    const char *at = name_dotted(arena, &asked->question.name);
    struct strbuf server = STRBUF_INIT;
    int id = asked_is(asked) ? failure_id(asked->answer) : -1;
    struct finding *finding;
    bool is_open;

    if (id < 0)
        return;
    /* Our own side may be what lets no TCP through. */
    is_open =
        id == FIND_DNS_TCP_UNAVAILABLE && !servers_has_tcp(hygiene->servers);
    finding = report_find(report, (enum finding_id)id, at);
    if (finding == NULL)
        finding = report_add(report, (enum finding_id)id, at);
    else if (finding->state == FINDING_UNKNOWN && !is_open)
        begin_anew(finding);
    if (is_open && finding->evidence_count == 0)
        finding_set_unknown(finding);
    if (finding->field_count == 0) {
        finding_word(finding, "zone",
                     name_bare(arena, hygiene->zone.size > 0
                                          ? &hygiene->zone
                                          : &facts->input->domain));
    }
    address_present(&asked->question.server, &server);
    if (!is_named(finding, strbuf_slice(&server)))
        finding_item(finding, "server", strbuf_slice(&server));
    finding_evidence(finding, asked_evidence(arena, asked));
    strbuf_clear(&server);
}

static void
check_server(const struct check *check, const struct asked *asked)
{
    check_answers_failure(check->facts, check->report, asked);
}

static void
check_fail(const struct check *check, const struct serverfail *fail)
{
    for (size_t i = 0; fail != NULL && i < fail->count; i++)
        check_server(check, &fail->asked[i]);
}

/* Servers that were asked because resolvers got no answer, and all those that
   were asked for `_domainkey`. */
static void
check_failing(const struct check *check)
{
    const struct dkim_facts *dkim = check->facts->dkim;

    if (check->facts->dmarc != NULL)
        check_fail(check, check->facts->dmarc->fail);
    if (dkim == NULL)
        return;
    for (size_t i = 0; i < dkim->count; i++)
        check_fail(check, dkim->selectors[i].fail);
    for (size_t i = 0;
         dkim->domainkey != NULL && i < dkim->domainkey->server_count; i++)
        check_server(check, &dkim->domainkey->servers[i].domainkey);
    if (dkim->domainkey == NULL || dkim->domainkey->server_count == 0)
        return;
    report_decide(check->report, FIND_DNS_SERVFAIL, true);
    report_decide(check->report, FIND_DNS_SERVER_REFUSED, true);
    report_decide(check->report, FIND_DNS_SERVER_TIMEOUT, true);
}

static struct finding *
raise_ttl(const struct check *check, enum finding_id id,
          const struct hygiene_place *place, const struct asked *asked,
          uint32_t ttl)
{
    struct finding *finding =
        report_add(check->report, id, name_dotted(check->arena, &place->name));

    finding_word(finding, "type",
                 asked->answer->chain_count > 0 ? "CNAME" : "TXT");
    finding_number(finding, "seconds", ttl);
    finding_number(finding, "limit", TTL_LONG_S);
    return finding_evidence(finding, asked_evidence(check->arena, asked));
}

static void
add_ttl(struct finding *finding, uint32_t ttl)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_addf(&text, "%u", (unsigned)ttl);
    finding_item(finding, "ttls", strbuf_slice(&text));
    strbuf_clear(&text);
}

/* RFC 2181 section 5.2: one RRset, one TTL. */
static void
check_differing(const struct check *check, const struct hygiene_place *place)
{
    const struct answer *answer = place->direct.answer;
    struct finding *finding;

    for (size_t i = 1; i < answer->record_count; i++) {
        if (answer->records[i].ttl == answer->records[0].ttl)
            continue;
        finding = report_add(check->report, FIND_DNS_TTL_DIFFERS,
                             name_dotted(check->arena, &place->name));
        add_ttl(finding, answer->records[0].ttl);
        add_ttl(finding, answer->records[i].ttl);
        finding_evidence(finding,
                         asked_evidence(check->arena, &place->direct));
        return;
    }
}

/* The TTL of what is at the name itself: an alias, or its records. */
static uint32_t
own_ttl(const struct answer *answer)
{
    return answer->chain_count > 0 ? answer->chain[0].ttl
                                   : answer_least_ttl(answer);
}

static void
check_ttl(const struct check *check, const struct hygiene_place *place)
{
    struct asked asked = {place->question, place->answer};
    bool is_direct = asked_is(&place->direct)
                     && (place->direct.answer->record_count > 0
                         || place->direct.answer->chain_count > 0);
    uint32_t ttl;

    if (is_direct)
        asked = place->direct;
    if (place->answer->outcome != OUTCOME_FOUND)
        return;
    ttl = own_ttl(asked.answer);
    if (ttl > TTL_LONG_S)
        raise_ttl(check, FIND_DNS_TTL_TOO_LONG, place, &asked, ttl);
    if (!is_direct)
        return;
    if (ttl < TTL_SHORT_S)
        raise_ttl(check, FIND_DNS_TTL_TOO_SHORT, place, &asked, ttl);
    check_differing(check, place);
}

/* RFC 2308 section 5: how long a name that is not there yet is remembered as
   absent. */
static void
check_negative_ttl(const struct check *check)
{
    const struct asked *asked = &check->hygiene->soa;
    struct finding *finding;
    struct soa soa;
    uint32_t ttl;

    report_decide(check->report, FIND_DNS_NEGATIVE_TTL_LONG,
                  outcome_is_definite(asked_outcome(asked)));
    if (asked_outcome(asked) != OUTCOME_FOUND
        || !record_soa(&asked->answer->records[0], &soa))
        return;
    ttl = asked->answer->records[0].ttl;
    if (soa.minimum < ttl)
        ttl = soa.minimum;
    if (ttl <= TTL_LONG_S)
        return;
    finding = report_add(check->report, FIND_DNS_NEGATIVE_TTL_LONG,
                         name_dotted(check->arena, &asked->question.name));
    finding_word(finding, "zone",
                 name_bare(check->arena, &asked->question.name));
    finding_number(finding, "seconds", ttl);
    finding_evidence(finding, asked_evidence(check->arena, asked));
}

static bool
has_underscore(const struct name *name)
{
    for (unsigned i = 0; i < name->labels; i++) {
        struct slice label = name_label(name, i);

        if (slice_find(label, '_') < label.n)
            return true;
    }
    return false;
}

static void
check_hosts(const struct check *check)
{
    const struct asked *mx = &check->hygiene->mx;

    report_decide(check->report, FIND_DNS_UNDERSCORE_HOSTNAME,
                  outcome_is_definite(asked_outcome(mx)));
    if (asked_outcome(mx) != OUTCOME_FOUND)
        return;
    for (size_t i = 0; i < mx->answer->record_count; i++) {
        struct finding *finding;
        uint16_t preference;
        struct name host;

        if (!record_mx(&mx->answer->records[i], &preference, &host)
            || !has_underscore(&host))
            continue;
        finding = report_add(check->report, FIND_DNS_UNDERSCORE_HOSTNAME,
                             name_dotted(check->arena, &host));
        finding_word(finding, "name", name_bare(check->arena, &host));
        finding_evidence(finding, asked_evidence(check->arena, mx));
    }
}

/* TXT of other services at the domain, which every SPF check fetches. */
static void
check_crowd(const struct check *check)
{
    const struct hygiene_place *apex = &check->hygiene->places[0];
    size_t count = 0, octets = 0;
    bool has_spf = false;
    struct finding *finding;

    report_decide(check->report, FIND_DNS_APEX_TXT_CROWDED,
                  outcome_is_definite(apex->answer->outcome));
    for (size_t i = 0; apex->answer->outcome == OUTCOME_FOUND
                       && i < apex->answer->record_count;
         i++) {
        struct slice text =
            record_text(check->arena, &apex->answer->records[i]);

        if (slice_starts_case(text, SLICE("v=spf1"))) {
            has_spf = true;
            continue;
        }
        count++;
        octets += text.n;
    }
    if (!has_spf || count < APEX_TXT_CROWD)
        return;
    finding = report_add(check->report, FIND_DNS_APEX_TXT_CROWDED,
                         name_dotted(check->arena, &apex->name));
    finding_number(finding, "count", (int64_t)count);
    finding_number(finding, "octets", (int64_t)octets);
    finding_evidence(
        finding, answer_evidence(check->arena, &apex->question, apex->answer));
}

void
check_answers(const struct facts *facts, struct report *report)
{
    struct check check = {facts, facts->hygiene, report, report_arena(report)};
    bool known = true;

    check_failing(&check);
    for (size_t i = 0; i < facts->hygiene->place_count; i++) {
        check_ttl(&check, &facts->hygiene->places[i]);
        known =
            known
            && outcome_is_definite(facts->hygiene->places[i].answer->outcome);
    }
    report_decide(report, FIND_DNS_TTL_TOO_LONG, known);
    check_negative_ttl(&check);
    check_hosts(&check);
    check_crowd(&check);
}
