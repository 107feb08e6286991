/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is whose organization, and records that the walk passes over. */
#include "common/audit/dmarcchecker.h"

#include "common/base/strbuf.h"
#include "common/dmarc/suffix.h"

/* psd= of the record that applies, against the public suffix list. */
static void
check_psd(const struct dmarcchecker *checker)
{
    const struct discovery_step *step = checker->policy;
    struct finding *finding;
    struct name org;
    bool is_public;

    if (step == NULL)
        return;
    is_public = suffix_is_public(&step->domain);
    suffix_org(&org, &step->domain);
    if (step->record->psd == PSD_YES && !is_public) {
        finding = dmarcchecker_mark(checker, FIND_DMARC_PSD_Y_UNEXPECTED, step,
                                    step->record, step->record->psd_tag);
        dmarcchecker_name(checker, finding, "domain", &step->domain);
    }
    if (step->record->psd == PSD_UNKNOWN && is_public
        && name_equal(&step->domain, &checker->discovery->author))
        dmarcchecker_mark(checker, FIND_DMARC_PSD_Y_MISSING, step,
                          step->record, SLICE_EMPTY);
    if (step->record->psd == PSD_NO && !is_public
        && !name_equal(&step->domain, &org)) {
        finding = dmarcchecker_mark(checker, FIND_DMARC_PSD_N_CUTS_ALIGNMENT,
                                    step, step->record, step->record->psd_tag);
        dmarcchecker_name(checker, finding, "domain", &step->domain);
        dmarcchecker_name(checker, finding, "org_domain", &org);
    }
}

/* A public suffix whose record lacks psd=y becomes everybody's organization,
   RFC 9989 section 11.8. */
static void
check_parent(const struct dmarcchecker *checker)
{
    const struct discovery_policy *rfc9989 = &checker->discovery->rfc9989;
    const struct discovery_step *step = checker->discovery->walk->org_step;
    struct finding *finding;

    if (!rfc9989->org_is_known || step == NULL
        || !suffix_is_public(&step->domain)
        || name_equal(&step->domain, &checker->discovery->author))
        return;
    finding = dmarcchecker_mark(checker, FIND_DMARC_PSD_PARENT_UNMARKED, step,
                                step->record, SLICE_EMPTY);
    dmarcchecker_name(checker, finding, "suffix", &step->domain);
}

/* Policy of the subdomain's own record against that of its organization. */
static void
check_subdomain(const struct dmarcchecker *checker)
{
    const struct discovery_step *org = checker->discovery->psl_step;
    const struct dmarcrecord *own = checker->own->record;
    enum dmarcpolicy policy;
    struct finding *finding;

    if (org == NULL || own == NULL)
        return;
    if (org->found == DISCOVERY_NONE) {
        finding =
            dmarcchecker_raise(checker, FIND_DMARC_ORG_RECORD_MISSING, org);
        dmarcchecker_name(checker, finding, "org_domain", &org->domain);
        return;
    }
    if (org->record == NULL || own->rfc9989 != DMARCRECORD_AS_WRITTEN
        || org->record->rfc9989 != DMARCRECORD_AS_WRITTEN)
        return;
    policy = org->record->sp == DMARCPOLICY_ABSENT ? org->record->p
                                                   : org->record->sp;
    if (own->p >= policy)
        return;
    finding = dmarcchecker_mark(checker, FIND_DMARC_SUBDOMAIN_WEAKER,
                                checker->own, own, own->p_tag);
    dmarcchecker_policy(finding, "policy", own->p);
    dmarcchecker_policy(finding, "value", policy);
    dmarcchecker_name(checker, finding, "org_domain", &org->domain);
}

/* "example.com, p=reject at _dmarc.example.com". */
static void
add_result(const struct dmarcchecker *checker, struct finding *finding,
           const char *field, const struct discovery_policy *policy)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_addf(&text, "%s", name_bare(checker->arena, &policy->org));
    if (policy->step == NULL)
        strbuf_add_text(&text, " without a policy");
    else
        strbuf_addf(&text, " with the policy of %s",
                    name_bare(checker->arena, &policy->step->domain));
    finding_text(finding, field, strbuf_slice(&text));
    strbuf_clear(&text);
}

/* Another organization, or another record.  (What t=, np= and pct= do to one
   and the same record has findings of its own.) */
static bool
differs(const struct discovery_policy *a, const struct discovery_policy *b)
{
    if (a->step == NULL && b->step == NULL)
        return false;
    if (!name_equal(&a->org, &b->org))
        return true;
    if (a->step == NULL || b->step == NULL)
        return true;
    return !name_equal(&a->step->domain, &b->step->domain);
}

static void
check_both(const struct dmarcchecker *checker)
{
    const struct discovery_policy *rfc9989 = &checker->discovery->rfc9989;
    const struct discovery_policy *rfc7489 = &checker->discovery->rfc7489;
    bool known =
        rfc9989->is_known && rfc9989->org_is_known && rfc7489->is_known;
    struct finding *finding;

    report_decide(checker->report, FIND_DMARC_PSL_DIFFERS, known);
    if (!known || !differs(rfc9989, rfc7489))
        return;
    finding =
        dmarcchecker_raise(checker, FIND_DMARC_PSL_DIFFERS, checker->own);
    add_result(checker, finding, "rfc9989", rfc9989);
    add_result(checker, finding, "rfc7489", rfc7489);
}

/* A record between the domain and its organization is nobody's policy, RFC
   9989 section 4.10.1. */
static void
check_intermediate(const struct dmarcchecker *checker)
{
    const struct discovery_walk *walk = checker->discovery->walk;
    const struct discovery_policy *rfc9989 = &checker->discovery->rfc9989;
    struct finding *finding;

    if (!rfc9989->org_is_known || checker->own->record != NULL)
        return;
    for (size_t i = 1; i < walk->count; i++) {
        const struct discovery_step *step = &walk->steps[i];

        if (step->record == NULL || step == checker->policy
            || name_equal(&step->domain, &walk->org)
            || !name_is_under(&step->domain, &walk->org))
            continue;
        finding =
            dmarcchecker_mark(checker, FIND_DMARC_INTERMEDIATE_RECORD_UNUSED,
                              step, step->record, SLICE_EMPTY);
        dmarcchecker_name(checker, finding, "org_domain", &walk->org);
    }
}

static void
check_skipped(const struct dmarcchecker *checker)
{
    const struct dmarc_facts *dmarc = checker->dmarc;
    bool known = true;

    for (size_t i = 0; i < dmarc->skipped_count; i++) {
        const struct discovery_step *step = dmarc->skipped[i];

        known &= step->found != DISCOVERY_FAILED;
        if (step->record != NULL && checker->own->record == NULL)
            dmarcchecker_mark(checker, FIND_DMARC_DEEP_NAME_SKIPPED, step,
                              step->record, SLICE_EMPTY);
    }
    report_decide(checker->report, FIND_DMARC_DEEP_NAME_SKIPPED, known);
}

static void
decide(const struct dmarcchecker *checker)
{
    static const enum finding_id by_policy[] = {
        FIND_DMARC_PSD_Y_UNEXPECTED, FIND_DMARC_PSD_Y_MISSING,
        FIND_DMARC_PSD_N_CUTS_ALIGNMENT};
    const struct discovery *discovery = checker->discovery;
    const struct discovery_step *org = discovery->psl_step;
    bool own = checker->own->found != DISCOVERY_FAILED;
    bool psl = org == NULL || org->found != DISCOVERY_FAILED;

    for (size_t i = 0; i < LENGTH(by_policy); i++)
        report_decide(checker->report, by_policy[i],
                      discovery->rfc9989.is_known);
    report_decide(checker->report, FIND_DMARC_PSD_PARENT_UNMARKED,
                  discovery->rfc9989.org_is_known);
    report_decide(checker->report, FIND_DMARC_INTERMEDIATE_RECORD_UNUSED,
                  discovery->rfc9989.org_is_known);
    report_decide(checker->report, FIND_DMARC_ORG_RECORD_MISSING, own && psl);
    report_decide(checker->report, FIND_DMARC_SUBDOMAIN_WEAKER, own && psl);
}

void
check_dmarc_walk(const struct dmarcchecker *checker)
{
    check_psd(checker);
    check_parent(checker);
    check_subdomain(checker);
    check_both(checker);
    check_intermediate(checker);
    check_skipped(checker);
    decide(checker);
}
