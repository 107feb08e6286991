/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The findings about `_domainkey` itself: empty non-terminals, wildcards,
   and records of the time before DKIM. */
#include "common/audit/collect_dkim.h"

#include "common/base/strbuf.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

struct check {
    const struct facts *facts;     /* what is known */
    const struct dkim_facts *dkim; /* of it */
    struct report *report;         /* where findings go */
    struct arena *arena;           /* the report's */
};

static const char *
dotted(const struct check *check, const struct name *name)
{
    return name_dotted(check->arena, name);
}

/* The first TXT of an answer that begins with one of the words. */
static struct slice
find_text(const struct check *check, const struct asked *asked,
          const struct slice *words, size_t count)
{
    const struct answer *answer = asked->answer;

    for (size_t i = 0;
         asked_outcome(asked) == OUTCOME_FOUND && i < answer->record_count;
         i++) {
        struct slice text = record_text(check->arena, &answer->records[i]);

        for (size_t j = 0; j < count; j++) {
            if (slice_starts(slice_trim(text), words[j]))
                return text;
        }
    }
    return SLICE_EMPTY;
}

static struct finding *
raise_extra(const struct check *check, enum finding_id id,
            const struct asked *asked, struct slice text)
{
    struct finding *finding =
        report_add(check->report, id, dotted(check, &asked->question.name));

    finding_mark(finding, text, 0, text.n);
    return finding_evidence(finding, asked_evidence(check->arena, asked));
}

/* ra= is the part before "@" of an address in the domain, RFC 6651 section
   3.2. */
static const char *
report_target(const struct check *check, struct slice text)
{
    const char *domain = name_bare(check->arena, &check->facts->input->domain);
    struct slice part;

    while (slice_next(&text, ';', &part)) {
        part = slice_trim(part);
        if (slice_starts(part, SLICE("ra=")))
            return arena_printf(check->arena, "%s@%s",
                                arena_text(check->arena, slice_from(part, 3)),
                                domain);
    }
    return domain;
}

/* Records of the time before DKIM, and beside it. */
static void
check_extras(const struct check *check)
{
    static const struct slice policy[] = {
        SLICE_INIT("o=~"), SLICE_INIT("o=-"), SLICE_INIT("o=."),
        SLICE_INIT("t=y; o="), SLICE_INIT("t=y;o=")};
    static const struct slice adsp[] = {SLICE_INIT("dkim=")};
    static const struct slice report[] = {SLICE_INIT("ra="), SLICE_INIT("rp="),
                                          SLICE_INIT("rr="),
                                          SLICE_INIT("rs=")};
    const struct dkim_facts *dkim = check->dkim;
    struct slice text;

    text =
        find_text(check, &dkim->domainkey->resolved, policy, LENGTH(policy));
    if (text.n > 0)
        raise_extra(check, FIND_DKIM_POLICY_RECORD, &dkim->domainkey->resolved,
                    text);
    text = find_text(check, &dkim->adsp, adsp, LENGTH(adsp));
    if (text.n > 0)
        raise_extra(check, FIND_DKIM_ADSP_RECORD, &dkim->adsp, text);
    text = find_text(check, &dkim->report, report, LENGTH(report));
    if (text.n > 0)
        finding_text(
            raise_extra(check, FIND_DKIM_REPORT_RECORD, &dkim->report, text),
            "target", slice_of(report_target(check, text)));
}

/* The name that the wildcard is below: one of the whole zone gives _domainkey
   the same records. */
static const char *
wildcard_parent(const struct check *check)
{
    const struct domainkey *domainkey = check->dkim->domainkey;
    bool is_of_zone =
        asked_is(&domainkey->resolved)
        && domainkey_is_wildcard(domainkey, &domainkey->resolved);

    return name_bare(check->arena, is_of_zone ? &check->facts->input->domain
                                              : &domainkey->name);
}

/* A wildcard over the selectors: a revoked key is parking, a key is meant,
   anything else hides that there is none. */
static void
check_wildcard(const struct check *check)
{
    const struct domainkey *domainkey = check->dkim->domainkey;
    const struct dkimkey *key = check->dkim->wildcard;
    enum finding_id id = FIND_DNS_WILDCARD_DOMAINKEY;
    struct finding *finding;
    const char *wildcard;

    if (key == NULL || key->state == DKIMKEY_OK)
        return;
    if (key->state == DKIMKEY_REVOKED)
        id = FIND_DNS_WILDCARD_DOMAINKEY_REVOKED;
    wildcard = arena_printf(check->arena, "*.%s", wildcard_parent(check));
    finding = report_add(check->report, id,
                         arena_printf(check->arena, "%s.", wildcard));
    finding_word(finding, "domain",
                 name_bare(check->arena, &check->facts->input->domain));
    finding_word(finding, "wildcard", wildcard);
    finding_mark(finding, key->text, 0, key->text.n);
    for (unsigned i = 0; i < DOMAINKEY_WILDCARDS; i++) {
        if (asked_outcome(&domainkey->wildcards[i]) == OUTCOME_FOUND)
            finding_evidence(
                finding,
                asked_evidence(check->arena, &domainkey->wildcards[i]));
    }
}

static const char ent_note[] =
    "resolvers that believe a denial (RFC 8020) or ask label by label"
    " (RFC 9156) find no key below it, and where such a server denies a"
    " subdomain, DMARC np= is applied to mail from it";

/* What shows that there is a name below: a selector, or its NSEC records. */
static void
add_proof(const struct check *check, struct finding *finding,
          const struct domainkey_server *server)
{
    if (asked_is(&server->selector))
        finding_evidence(finding,
                         asked_evidence(check->arena, &server->selector));
    if (server->nsec >= DENIAL_EMPTY)
        finding_evidence(finding,
                         asked_evidence(check->arena, &server->dnssec));
}

/* A server that denies `_domainkey` and has a selector below it. */
static void
check_ent(const struct check *check)
{
    const struct domainkey *domainkey = check->dkim->domainkey;
    struct finding *finding;

    if (domainkey->verdict != DOMAINKEY_ENT_BROKEN)
        return;
    finding = report_add(check->report, FIND_DNS_ENT_NXDOMAIN,
                         dotted(check, &domainkey->name));
    for (size_t i = 0; i < domainkey->server_count; i++) {
        const struct domainkey_server *server = &domainkey->servers[i];
        struct strbuf text = STRBUF_INIT;

        if (!server->is_broken)
            continue;
        strbuf_addf(&text, "%s (", name_bare(check->arena, &server->name));
        address_present(&server->address, &text);
        strbuf_add_char(&text, ')');
        finding_item(finding, "server", strbuf_slice(&text));
        strbuf_clear(&text);
        finding_evidence(finding,
                         asked_evidence(check->arena, &server->domainkey));
        add_proof(check, finding, server);
    }
    if (finding->field_count == 0)
        finding_item(finding, "server",
                     SLICE("the servers behind the"
                           " resolvers"));
    if (domainkey->resolver_is_broken) {
        finding_evidence(finding,
                         asked_evidence(check->arena, &domainkey->resolved));
        finding_evidence(finding,
                         asked_evidence(check->arena, &domainkey->below));
    }
    finding_note(finding, ent_note);
}

/* The same of the names between the labels of a selector. */
static void
check_between(const struct check *check, const struct dkim_selector *selector)
{
    for (size_t i = 0; i < selector->between_count; i++) {
        const struct asked *asked = &selector->between[i];
        const char *at = dotted(check, &asked->question.name);
        struct finding *finding;

        if (asked_outcome(asked) != OUTCOME_NXDOMAIN
            || asked->answer->chain_count > 0
            || report_find(check->report, FIND_DNS_ENT_NXDOMAIN, at) != NULL)
            continue;
        finding = report_add(check->report, FIND_DNS_ENT_NXDOMAIN, at);
        finding_item(finding, "server", slice_of(asked->answer->server));
        finding_evidence(finding, asked_evidence(check->arena, asked));
        finding_evidence(finding,
                         asked_evidence(check->arena, &selector->asked));
        finding_note(finding, ent_note);
    }
}

/* Was the answer here, or not asked for as there was no need? */
static bool
is_answered(const struct asked *asked)
{
    return !asked_is(asked) || outcome_is_definite(asked->answer->outcome);
}

static void
decide(const struct check *check)
{
    static const enum finding_id ids[] = {FIND_DNS_ENT_NXDOMAIN,
                                          FIND_DNS_WILDCARD_DOMAINKEY,
                                          FIND_DNS_WILDCARD_DOMAINKEY_REVOKED};
    const struct dkim_facts *dkim = check->dkim;
    bool known = dkim->domainkey->verdict != DOMAINKEY_UNKNOWN;

    for (size_t i = 0; i < LENGTH(ids); i++)
        report_decide(check->report, ids[i], known);
    report_decide(check->report, FIND_DKIM_POLICY_RECORD,
                  known && is_answered(&dkim->domainkey->resolved));
    report_decide(check->report, FIND_DKIM_ADSP_RECORD,
                  known && is_answered(&dkim->adsp));
    report_decide(check->report, FIND_DKIM_REPORT_RECORD,
                  known && is_answered(&dkim->report));
}

void
check_domainkey(const struct facts *facts, struct report *report)
{
    struct check check = {facts, facts->dkim, report, report_arena(report)};

    check_extras(&check);
    check_wildcard(&check);
    check_ent(&check);
    for (size_t i = 0; i < facts->dkim->count; i++) {
        if (facts->dkim->selectors[i].is_listed)
            check_between(&check, &facts->dkim->selectors[i]);
    }
    decide(&check);
}
