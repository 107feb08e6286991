/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does the mail of known senders align, and whom does p=reject hit? */
#include "common/audit/collect_dkim.h"
#include "common/audit/dmarcchecker.h"

/* What is known of signatures with d= the domain itself, which align in any
   mode by any rules. */
enum signing {
    SIGNING_YES,    /* a key is there */
    SIGNING_NO,     /* none, and it is certain */
    SIGNING_UNTOLD, /* keys may be there under selectors nobody named */
    SIGNING_UNKNOWN /* an answer is missing */
};

static size_t
asserted_count(const struct dkim_facts *dkim)
{
    size_t count = 0;

    for (size_t i = 0; dkim != NULL && i < dkim->count; i++)
        count += dkim->selectors[i].is_asserted;
    return count;
}

static enum signing
signing_of(const struct dkim_facts *dkim)
{
    bool open = false;

    if (dkim == NULL || dkim->domainkey == NULL)
        return SIGNING_UNTOLD;
    if (collect_dkim_has_key(dkim))
        return SIGNING_YES;
    for (size_t i = 0; i < dkim->count; i++) {
        const struct dkim_selector *one = &dkim->selectors[i];

        open = open
               || (one->is_asserted && asked_is(&one->asked)
                   && !outcome_is_definite(asked_outcome(&one->asked)));
    }
    if (open || dkim->domainkey->verdict == DOMAINKEY_UNKNOWN)
        return SIGNING_UNKNOWN;
    return asserted_count(dkim) > 0
                   || dkim->domainkey->verdict == DOMAINKEY_ABSENT
               ? SIGNING_NO
               : SIGNING_UNTOLD;
}

static struct finding *
raise(const struct dmarcchecker *checker, enum finding_id id, bool is_open)
{
    const struct dmarc_facts *dmarc = checker->dmarc;
    const struct discovery_step *step =
        checker->policy != NULL ? checker->policy : checker->own;
    struct finding *finding = dmarcchecker_raise(checker, id, step);

    if (dmarc->has_sender)
        dmarcchecker_name(checker, finding, "source", &dmarc->sender);
    else
        finding_word(finding, "source", "mail of the selectors named");
    if (is_open)
        finding_set_unknown(finding);
    return finding;
}

/* Has the domain SPF, as far as is known?  Mail with it as MAIL FROM aligns in
   any mode; or nobody may send, and then nothing is meant to align. */
static bool
may_have_spf(const struct dmarcchecker *checker)
{
    const struct asked *apex = &checker->dmarc->apex;

    if (!outcome_is_definite(asked_outcome(apex)))
        return true;
    for (size_t i = 0; i < apex->answer->record_count; i++)
        if (slice_starts_case(
                record_text(checker->arena, &apex->answer->records[i]),
                SLICE("v=spf1")))
            return true;
    return false;
}

/* Senders that somebody named: --sender and --selector.  A source that only
   aspf=s keeps out is the other finding's. */
static void
check_sources(const struct dmarcchecker *checker)
{
    const struct dmarc_facts *dmarc = checker->dmarc;
    const struct dkim_facts *dkim = checker->facts->dkim;
    const struct discovery_step *step = checker->policy;
    enum signing signing = signing_of(dkim);
    bool is_strict = step != NULL && step->record->strict_spf;
    bool relaxed =
        dmarc->has_sender
        && (dmarc->sender_9989 == DISCOVERY_YES || dmarc->sender_7489);
    bool is_open =
        signing == SIGNING_UNKNOWN
        || (dmarc->has_sender && dmarc->sender_9989 == DISCOVERY_CANNOT_TELL);
    bool known = checker->discovery->rfc9989.is_known && !is_open
                 && signing != SIGNING_UNTOLD;

    if (!dmarc->has_sender
        && (asserted_count(dkim) == 0 || may_have_spf(checker)))
        return;
    report_decide(checker->report, FIND_DMARC_NO_ALIGNED_SOURCE, known);
    report_decide(checker->report, FIND_DMARC_STRICT_BREAKS_SOURCE, known);
    if (signing == SIGNING_YES || signing == SIGNING_UNTOLD
        || !checker->discovery->rfc9989.is_known)
        return;
    if (!relaxed)
        raise(checker, FIND_DMARC_NO_ALIGNED_SOURCE, is_open);
    else if (is_strict
             && !name_equal(&dmarc->sender, &checker->discovery->author))
        finding_mark(
            finding_word(
                raise(checker, FIND_DMARC_STRICT_BREAKS_SOURCE, is_open),
                "tag", "aspf=s"),
            step->record->text, 0, 0);
}

/* RFC 9989 section 7.4: mail of people goes through lists and forwarders.  A
   domain with mail hosts has people, as far as DNS can tell. */
static void
check_users(const struct dmarcchecker *checker)
{
    const struct asked *mx = &checker->dmarc->mx;
    const struct discovery_policy *rfc9989 = &checker->discovery->rfc9989;
    struct finding *finding;

    report_decide(checker->report, FIND_DMARC_REJECT_USER_DOMAIN,
                  rfc9989->is_known && outcome_is_definite(asked_outcome(mx)));
    if (checker->policy == NULL || rfc9989->policy != DMARCPOLICY_REJECT
        || asked_outcome(mx) != OUTCOME_FOUND || mailroute_is_null(mx))
        return;
    finding = dmarcchecker_raise(checker, FIND_DMARC_REJECT_USER_DOMAIN,
                                 checker->policy);
    finding_evidence(finding, asked_evidence(checker->arena, mx));
}

void
check_dmarc_sources(const struct dmarcchecker *checker)
{
    check_sources(checker);
    check_users(checker);
}
