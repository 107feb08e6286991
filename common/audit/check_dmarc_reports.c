/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where DMARC reports go: consent and mail. */
#include "common/audit/dmarcchecker.h"

static struct finding *
raise(const struct dmarcchecker *checker, enum finding_id id,
      const struct reportauth *auth)
{
    const struct discovery_step *step = checker->dmarc->reporting;
    struct finding *finding;

    /* One of a kind for each host. */
    for (size_t i = 0; i < report_count(checker->report); i++) {
        /* Unsorted, findings are in order of entry. */
        const struct finding *other = report_finding(checker->report, i);

        if (other->id == id && other->field_count > 1
            && strcmp(value_as_text(other->fields[1].value),
                      name_bare(checker->arena, &auth->uri->host))
                   == 0)
            return NULL;
    }
    finding =
        dmarcchecker_mark(checker, id, step, step->record, auth->uri->text);
    dmarcchecker_name(checker, finding, "host", &auth->uri->host);
    return finding;
}

/* No answer, or not even whether one is needed: "name" is what would be
   asked. */
static void
set_unknown(const struct dmarcchecker *checker, struct finding *finding,
            const struct reportauth *auth)
{
    finding_set_unknown(finding);
    if (asked_is(&auth->asked))
        return;
    finding_word(finding, "name",
                 arena_printf(checker->arena, "%s._report._dmarc.%s",
                              name_bare(checker->arena,
                                        &checker->dmarc->reporting->domain),
                              name_bare(checker->arena, &auth->uri->host)));
    finding_note(finding, "whether they are one organization is not known");
}

static void
check_consent(const struct dmarcchecker *checker,
              const struct reportauth *auth)
{
    static const struct {
        enum reportauth_state state;
        enum finding_id id;
    } ids[] = {
        {REPORTAUTH_ABSENT,        FIND_DMARC_RUA_EXTERNAL_UNAUTHORISED  },
        {REPORTAUTH_INVALID,       FIND_DMARC_RUA_EXTERNAL_RECORD_INVALID},
        {REPORTAUTH_OTHER_HOST,    FIND_DMARC_RUA_EXTERNAL_OVERRIDE_HOST },
        {REPORTAUTH_NAME_TOO_LONG, FIND_DMARC_RUA_EXTERNAL_NAME_TOO_LONG },
        {REPORTAUTH_GIVEN,         FIND_DMARC_RUA_EXTERNAL_WILDCARD      },
        {REPORTAUTH_UNKNOWN,       FIND_DMARC_RUA_EXTERNAL_UNAUTHORISED  },
    };

    for (size_t i = 0; i < LENGTH(ids); i++) {
        struct finding *finding;

        if (ids[i].state != auth->state
            || (auth->state == REPORTAUTH_GIVEN && !auth->is_wildcard))
            continue;
        finding = raise(checker, ids[i].id, auth);
        if (finding == NULL)
            return;
        if (asked_is(&auth->asked)) {
            dmarcchecker_name(checker, finding, "name", &auth->name);
            finding_evidence(finding,
                             asked_evidence(checker->arena, &auth->asked));
        }
        if (auth->state == REPORTAUTH_UNKNOWN)
            set_unknown(checker, finding, auth);
        if (auth->state == REPORTAUTH_OTHER_HOST)
            finding_text(finding, "target", auth->other_uri);
        if (auth->is_wildcard)
            finding_evidence(finding,
                             asked_evidence(checker->arena, &auth->wildcard));
        if (!auth->external_9989 || !auth->external_7489)
            finding_note(finding, auth->external_9989
                                      ? "receivers of RFC 9989 need it, older"
                                        " ones do not"
                                      : "receivers of RFC 7489 need it, newer"
                                        " ones do not");
    }
}

static void
check_mail(const struct dmarcchecker *checker, const struct reportauth *auth)
{
    const struct mailroute *mail = auth->mail;
    const char *reason = mailroute_reason(mail->state);
    struct finding *finding;

    if (reason == NULL)
        return;
    finding = raise(checker, FIND_DMARC_RUA_HOST_NO_MAIL, auth);
    if (finding == NULL)
        return;
    finding_text(finding, "target", auth->uri->address);
    finding_word(finding, "reason", reason);
    if (mail->state == MAILROUTE_UNKNOWN)
        finding_set_unknown(finding);
    finding_evidence(finding, asked_evidence(checker->arena, &mail->mx));
    if (asked_is(&mail->address))
        finding_evidence(finding,
                         asked_evidence(checker->arena, &mail->address));
}

/* Consent to reports about anybody, where one's own policy is. */
static void
check_wildcard(const struct dmarcchecker *checker)
{
    const struct asked *asked = &checker->dmarc->wildcard_report;
    struct finding *finding;
    const char *wildcard;

    report_decide(checker->report, FIND_DNS_WILDCARD_REPORT,
                  outcome_is_definite(asked_outcome(asked)));
    if (asked_outcome(asked) != OUTCOME_FOUND
        || !dmarcrecord_begins(
            record_text(checker->arena, &asked->answer->records[0])))
        return;
    wildcard =
        arena_printf(checker->arena, "*._report._dmarc.%s",
                     name_bare(checker->arena, &checker->discovery->author));
    finding = report_add(checker->report, FIND_DNS_WILDCARD_REPORT,
                         arena_printf(checker->arena, "%s.", wildcard));
    dmarcchecker_name(checker, finding, "domain", &checker->discovery->author);
    finding_word(finding, "wildcard", wildcard);
    finding_evidence(finding, asked_evidence(checker->arena, asked));
}

void
check_dmarc_reports(const struct dmarcchecker *checker)
{
    static const enum finding_id ids[] = {
        FIND_DMARC_RUA_EXTERNAL_UNAUTHORISED,
        FIND_DMARC_RUA_EXTERNAL_RECORD_INVALID,
        FIND_DMARC_RUA_EXTERNAL_OVERRIDE_HOST,
        FIND_DMARC_RUA_EXTERNAL_NAME_TOO_LONG};
    const struct dmarc_facts *dmarc = checker->dmarc;
    bool known = checker->discovery->rfc9989.is_known;
    bool consent = known, mail = known, wildcards = known;

    for (size_t i = 0; i < dmarc->report_count; i++) {
        consent &= dmarc->reports[i].state != REPORTAUTH_UNKNOWN;
        mail &= dmarc->reports[i].mail->state != MAILROUTE_UNKNOWN;
        wildcards &=
            !asked_is(&dmarc->reports[i].wildcard)
            || outcome_is_definite(asked_outcome(&dmarc->reports[i].wildcard));
        check_consent(checker, &dmarc->reports[i]);
        check_mail(checker, &dmarc->reports[i]);
    }
    for (size_t i = 0; i < LENGTH(ids); i++)
        report_decide(checker->report, ids[i], consent);
    report_decide(checker->report, FIND_DMARC_RUA_EXTERNAL_WILDCARD,
                  consent && wildcards);
    report_decide(checker->report, FIND_DMARC_RUA_HOST_NO_MAIL, mail);
    check_wildcard(checker);
}
