/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which policy applies, and whether it does what its owner means. */
#include "common/audit/collect_dkim.h"
#include "common/audit/dmarcchecker.h"

/* The record as RFC 9989 applies it to this domain, or NULL when there is
   none or it does not count as written. */
static const struct dmarcrecord *
written_record(const struct dmarcchecker *checker)
{
    const struct dmarcrecord *record =
        checker->policy == NULL ? NULL : checker->policy->record;

    return record != NULL && record->rfc9989 == DMARCRECORD_AS_WRITTEN ? record
                                                                       : NULL;
}

/* What is written for subdomains that exist, and for those that do not. */
static enum dmarcpolicy
for_subdomains(const struct dmarcrecord *record)
{
    return record->sp == DMARCPOLICY_ABSENT ? record->p : record->sp;
}

static enum dmarcpolicy
for_nonexistent(const struct dmarcrecord *record)
{
    return record->np == DMARCPOLICY_ABSENT ? for_subdomains(record)
                                            : record->np;
}

/* The organizational domain; where the walk does not tell, the list's. */
static const struct name *
org_of(const struct dmarcchecker *checker)
{
    return checker->discovery->rfc9989.org_is_known
               ? &checker->discovery->rfc9989.org
               : &checker->dmarc->org;
}

/* Does the record stand there, so that its sp and np mean something? */
static bool
is_org_record(const struct dmarcchecker *checker)
{
    return name_equal(&checker->policy->domain, org_of(checker));
}

static struct slice
tag_of(const struct dmarcchecker *checker, const struct dmarcrecord *record)
{
    const char *tag = checker->discovery->rfc9989.tag;

    if (tag != NULL && tag[0] == 's')
        return record->sp_tag;
    return tag != NULL && tag[0] == 'n' ? record->np_tag : record->p_tag;
}

/* None and quarantine, as written. */
static void
check_strength(const struct dmarcchecker *checker,
               const struct dmarcrecord *record)
{
    enum dmarcpolicy written = checker->discovery->rfc9989.written;

    if (written == DMARCPOLICY_NONE)
        dmarcchecker_mark(checker, FIND_DMARC_POLICY_NONE, checker->policy,
                          record, tag_of(checker, record));
    else if (written == DMARCPOLICY_QUARANTINE)
        dmarcchecker_mark(checker, FIND_DMARC_POLICY_QUARANTINE,
                          checker->policy, record, tag_of(checker, record));
}

static void
check_weaker(const struct dmarcchecker *checker,
             const struct dmarcrecord *record)
{
    struct finding *finding;

    if (!is_org_record(checker))
        return;
    if (record->sp < record->p) {
        finding = dmarcchecker_mark(checker, FIND_DMARC_SP_WEAKER,
                                    checker->policy, record, record->sp_tag);
        dmarcchecker_policy(finding, "value", record->sp);
        dmarcchecker_policy(finding, "policy", record->p);
    }
    if (for_nonexistent(record) < DMARCPOLICY_REJECT) {
        finding = dmarcchecker_mark(checker, FIND_DMARC_NP_WEAKER,
                                    checker->policy, record, record->np_tag);
        dmarcchecker_policy(finding, "policy", for_nonexistent(record));
        dmarcchecker_name(checker, finding, "org_domain",
                          &checker->policy->domain);
    }
}

/* A random name below the domain is answered as if it existed. */
static bool
has_wildcard(const struct asked *asked)
{
    enum outcome outcome = asked_outcome(asked);

    return outcome == OUTCOME_FOUND || outcome == OUTCOME_NODATA
           || (asked_is(asked) && asked->answer->chain_count > 0);
}

static void
check_np_defeated(const struct dmarcchecker *checker,
                  const struct dmarcrecord *record)
{
    struct finding *finding;

    if (record->np > DMARCPOLICY_REJECT || !is_org_record(checker)
        || record->np == for_subdomains(record)
        || !name_equal(&checker->policy->domain, &checker->dmarc->org)
        || !has_wildcard(&checker->dmarc->wildcard))
        return;
    finding = dmarcchecker_mark(checker, FIND_DMARC_NP_DEFEATED,
                                checker->policy, record, record->np_tag);
    dmarcchecker_policy(finding, "value", record->np);
    dmarcchecker_name(checker, finding, "org_domain",
                      &checker->policy->domain);
    finding_word(
        finding, "wildcard",
        arena_printf(checker->arena, "*.%s",
                     name_bare(checker->arena, &checker->policy->domain)));
    finding_evidence(
        finding, asked_evidence(checker->arena, &checker->dmarc->wildcard));
}

/* Something that exists below the domain, or NULL. */
static const struct asked *
find_below(const struct dmarcchecker *checker)
{
    const struct dkim_facts *dkim = checker->facts->dkim;

    if (has_wildcard(&checker->own->asked))
        return &checker->own->asked;
    for (size_t i = 0; dkim != NULL && i < dkim->count; i++) {
        if (dkim->selectors[i].is_listed
            && has_wildcard(&dkim->selectors[i].asked))
            return &dkim->selectors[i].asked;
    }
    return NULL;
}

/* Would a name below the domain have shown itself? */
static bool
names_below_known(const struct dmarcchecker *checker)
{
    const struct dkim_facts *dkim = checker->facts->dkim;

    if (!outcome_is_definite(asked_outcome(&checker->own->asked)))
        return false;
    for (size_t i = 0; dkim != NULL && i < dkim->count; i++) {
        if (dkim->selectors[i].is_listed
            && !outcome_is_definite(asked_outcome(&dkim->selectors[i].asked)))
            return false;
    }
    return true;
}

/* A domain with names below it that is denied: np= is for names that do not
   exist, RFC 9989 section 3.2.13, and here it meets real mail. */
static void
check_np_denied(const struct dmarcchecker *checker,
                const struct dmarcrecord *record)
{
    const struct asked *existence = &checker->discovery->existence;
    const struct asked *below = find_below(checker);
    struct finding *finding;

    if (record->np > DMARCPOLICY_REJECT || below == NULL
        || asked_outcome(existence) != OUTCOME_NXDOMAIN
        || existence->answer->chain_count > 0)
        return;
    finding =
        report_add(checker->report, FIND_DMARC_NP_ENT_NXDOMAIN,
                   name_dotted(checker->arena, &checker->discovery->author));
    dmarcchecker_name(checker, finding, "domain", &checker->discovery->author);
    finding_evidence(finding, asked_evidence(checker->arena, existence));
    finding_evidence(finding, asked_evidence(checker->arena, below));
}

/* sp and np count at organizational domains and public suffixes only. */
static void
check_ignored(const struct dmarcchecker *checker)
{
    const struct dmarcrecord *record = checker->own->record;
    struct finding *finding;

    if (record == NULL
        || name_equal(org_of(checker), &checker->discovery->author)
        || record->psd == PSD_YES
        || (record->sp_tag.n == 0 && record->np_tag.n == 0))
        return;
    finding = dmarcchecker_mark(
        checker, FIND_DMARC_SP_IGNORED, checker->own, record,
        record->sp_tag.n > 0 ? record->sp_tag : record->np_tag);
    finding_word(finding, "tag", record->sp_tag.n > 0 ? "sp" : "np");
    dmarcchecker_name(checker, finding, "org_domain", org_of(checker));
}

static void
check_testing(const struct dmarcchecker *checker,
              const struct dmarcrecord *record)
{
    const struct discovery_policy *rfc9989 = &checker->discovery->rfc9989;
    const struct discovery_policy *rfc7489 = &checker->discovery->rfc7489;
    struct finding *finding;

    /* t= has no effect on none, RFC 9989 section 4.7 t. */
    if (!record->is_testing || rfc9989->written == DMARCPOLICY_NONE)
        return;
    finding = dmarcchecker_mark(checker, FIND_DMARC_TESTING_MODE,
                                checker->policy, record, record->t_tag);
    dmarcchecker_policy(finding, "policy", rfc9989->written);
    dmarcchecker_policy(finding, "effective", rfc9989->policy);
    if (!rfc7489->is_known || rfc7489->step == NULL
        || rfc7489->policy <= DMARCPOLICY_NONE
        || rfc7489->policy > DMARCPOLICY_REJECT)
        return;
    finding = dmarcchecker_mark(checker, FIND_DMARC_TESTING_MODE_7489,
                                checker->policy, record, record->t_tag);
    dmarcchecker_policy(finding, "policy", rfc7489->policy);
}

/* p=reject must not rest on SPF alone, RFC 9989 section 7.4.  Where SPF lets
   nobody send, nothing rests on it. */
static void
check_spf_only(const struct dmarcchecker *checker,
               const struct dmarcrecord *record)
{
    const struct dkim_facts *dkim = checker->facts->dkim;
    struct finding *finding;

    if (dkim == NULL || dkim->domainkey == NULL || collect_dkim_has_key(dkim)
        || (dkim->domainkey->verdict != DOMAINKEY_ABSENT
            && dkim->domainkey->verdict != DOMAINKEY_UNKNOWN)
        || checker->discovery->rfc9989.policy != DMARCPOLICY_REJECT
        || dmarcchecker_sends_nothing(checker))
        return;
    /* Below an organization, its keys align as well. */
    if (!record->strict_dkim
        && !name_equal(&checker->dmarc->org, &checker->discovery->author))
        return;
    finding =
        dmarcchecker_mark(checker, FIND_DMARC_REJECT_SPF_ONLY, checker->policy,
                          record, tag_of(checker, record));
    if (asked_is(&dkim->domainkey->resolved))
        finding_evidence(finding, asked_evidence(checker->arena,
                                                 &dkim->domainkey->resolved));
    if (dkim->domainkey->verdict == DOMAINKEY_UNKNOWN)
        finding_set_unknown(finding);
}

static void
check_parked(const struct dmarcchecker *checker)
{
    const struct discovery_policy *rfc9989 = &checker->discovery->rfc9989;
    struct finding *finding;

    if (checker->policy == NULL || rfc9989->policy == DMARCPOLICY_REJECT
        || !dmarcchecker_is_parked(checker))
        return;
    finding = dmarcchecker_mark(checker, FIND_DMARC_PARKED_NOT_REJECT,
                                checker->policy, checker->policy->record,
                                tag_of(checker, checker->policy->record));
    dmarcchecker_policy(finding, "policy", rfc9989->policy);
    finding_evidence(finding,
                     asked_evidence(checker->arena, &checker->dmarc->apex));
}

/* Why the policy is no enforcement that logos need; NULL when it is. */
static const char *
not_enforced(const struct dmarcchecker *checker)
{
    const struct dmarcrecord *record = written_record(checker);

    if (record == NULL)
        return "there is none";
    if (checker->discovery->rfc9989.written == DMARCPOLICY_NONE)
        return "it is none";
    if (record->is_testing)
        return "t=y";
    if (record->pct < 100)
        return "pct is below 100";
    return record->sp == DMARCPOLICY_NONE ? "sp=none" : NULL;
}

static void
check_bimi(const struct dmarcchecker *checker)
{
    const struct asked *bimi = &checker->dmarc->bimi;
    const char *reason = not_enforced(checker);
    struct finding *finding;

    if (asked_outcome(bimi) != OUTCOME_FOUND || reason == NULL
        || !checker->discovery->rfc9989.is_known)
        return;
    for (size_t i = 0; i < bimi->answer->record_count; i++) {
        if (!slice_starts_case(
                record_text(checker->arena, &bimi->answer->records[i]),
                SLICE("v=BIMI1")))
            continue;
        finding =
            report_add(checker->report, FIND_DMARC_BIMI_NOT_ELIGIBLE,
                       name_dotted(checker->arena, &bimi->question.name));
        dmarcchecker_name(checker, finding, "domain",
                          &checker->discovery->author);
        finding_word(finding, "reason", reason);
        finding_evidence(finding, asked_evidence(checker->arena, bimi));
        return;
    }
}

/* Keys may be there under selectors that nobody named. */
static bool
is_signing_known(const struct dmarcchecker *checker)
{
    const struct dkim_facts *dkim = checker->facts->dkim;

    return checker->discovery->rfc9989.policy != DMARCPOLICY_REJECT
           || dkim->domainkey->verdict == DOMAINKEY_ABSENT
           || collect_dkim_has_key(dkim);
}

static void
decide(const struct dmarcchecker *checker)
{
    static const enum finding_id ids[] = {
        FIND_DMARC_POLICY_NONE,      FIND_DMARC_POLICY_QUARANTINE,
        FIND_DMARC_SP_WEAKER,        FIND_DMARC_NP_WEAKER,
        FIND_DMARC_SP_IGNORED,       FIND_DMARC_TESTING_MODE,
        FIND_DMARC_TESTING_MODE_7489};
    const struct dmarc_facts *dmarc = checker->dmarc;
    const struct dkim_facts *dkim = checker->facts->dkim;
    bool known = checker->discovery->rfc9989.is_known;

    for (size_t i = 0; i < LENGTH(ids); i++)
        report_decide(checker->report, ids[i], known);
    report_decide(checker->report, FIND_DMARC_NP_DEFEATED,
                  known
                      && outcome_is_definite(asked_outcome(&dmarc->wildcard)));
    report_decide(checker->report, FIND_DMARC_NP_ENT_NXDOMAIN,
                  known && names_below_known(checker)
                      && outcome_is_definite(
                          asked_outcome(&checker->discovery->existence)));
    report_decide(checker->report, FIND_DMARC_PARKED_NOT_REJECT,
                  known && outcome_is_definite(asked_outcome(&dmarc->mx))
                      && outcome_is_definite(asked_outcome(&dmarc->apex)));
    report_decide(checker->report, FIND_DMARC_BIMI_NOT_ELIGIBLE,
                  known && outcome_is_definite(asked_outcome(&dmarc->bimi)));
    if (dkim != NULL && dkim->domainkey != NULL)
        report_decide(checker->report, FIND_DMARC_REJECT_SPF_ONLY,
                      known && is_signing_known(checker));
}

void
check_dmarc_policy(const struct dmarcchecker *checker)
{
    const struct dmarcrecord *record = written_record(checker);

    if (record != NULL) {
        check_strength(checker, record);
        check_weaker(checker, record);
        check_np_defeated(checker, record);
        check_np_denied(checker, record);
        check_testing(checker, record);
        check_spf_only(checker, record);
    }
    check_ignored(checker);
    check_parked(checker);
    check_bimi(checker);
    decide(checker);
}
