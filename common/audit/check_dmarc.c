/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dmarc.* findings that DNS decides: whether there is a policy at all. */
#include "common/audit/dmarcchecker.h"

/* No policy by either algorithm: also when there is a record that does not
   count, which the finding on it explains. */
static void
check_missing(const struct dmarcchecker *checker)
{
    const struct discovery_policy *rfc9989 = &checker->discovery->rfc9989;
    const struct discovery_policy *rfc7489 = &checker->discovery->rfc7489;
    bool known = rfc9989->is_known && rfc7489->is_known;
    struct finding *finding;

    report_decide(checker->report, FIND_DMARC_MISSING, known);
    if (!known || rfc9989->step != NULL || rfc7489->step != NULL)
        return;
    finding = dmarcchecker_raise(checker, FIND_DMARC_MISSING, checker->own);
    for (size_t i = 0; i < checker->dmarc->step_count; i++) {
        const struct discovery_step *step = checker->dmarc->steps[i];
        bool is_near = step->policy_count > 1;

        for (size_t j = 0; j < step->text_count; j++)
            is_near |= step->texts[j]->kind == DMARCRECORD_NEAR;
        if (is_near) {
            finding_note(finding,
                         arena_printf(checker->arena,
                                      "what is at %s does not count",
                                      name_bare(checker->arena,
                                                &step->asked.question.name)));
            return;
        }
    }
}

static void
check_temperror(const struct dmarcchecker *checker)
{
    const struct discovery_step *failed = checker->dmarc->failed;
    const struct discovery *discovery = checker->discovery;
    struct finding *finding;

    report_decide(checker->report, FIND_DMARC_TEMPERROR,
                  discovery->rfc9989.is_known && discovery->rfc7489.is_known);
    if (failed == NULL)
        return;
    finding = dmarcchecker_raise(checker, FIND_DMARC_TEMPERROR, failed);
    finding_word(finding, "outcome",
                 outcome_word(failed->asked.answer->outcome));
    if (failed->asked.answer->problem != NULL)
        finding_note(finding, failed->asked.answer->problem);
    serverfail_mark(finding, checker->arena, checker->dmarc->fail);
}

/* A record where no receiver looks: at the domain itself, or at "dmarc."
   without the underscore. */
static void
check_owner(const struct dmarcchecker *checker, const struct asked *asked)
{
    if (asked_outcome(asked) != OUTCOME_FOUND)
        return;
    for (size_t i = 0; i < asked->answer->record_count; i++) {
        struct slice text =
            record_text(checker->arena, &asked->answer->records[i]);
        struct finding *finding;

        if (!slice_starts_case(slice_trim(text), SLICE("v=DMARC1")))
            continue;
        finding =
            report_add(checker->report, FIND_DMARC_WRONG_OWNER,
                       name_dotted(checker->arena, &asked->question.name));
        dmarcchecker_name(checker, finding, "expected",
                          &checker->own->asked.question.name);
        finding_mark(finding, text, 0, text.n);
        finding_evidence(finding, asked_evidence(checker->arena, asked));
        return;
    }
}

void
check_dmarc(const struct facts *facts, struct report *report)
{
    struct dmarcchecker checker = {.facts = facts,
                                   .dmarc = facts->dmarc,
                                   .discovery = facts->dmarc->discovery,
                                   .report = report,
                                   .arena = report_arena(report)};

    /* The root, and names too long for "_dmarc." before them, have none. */
    if (checker.discovery->walk->count == 0
        || !asked_is(&checker.discovery->walk->steps[0].asked))
        return;
    checker.own = &checker.discovery->walk->steps[0];
    if (checker.discovery->rfc9989.is_known)
        checker.policy = checker.discovery->rfc9989.step;
    check_temperror(&checker);
    check_missing(&checker);
    check_owner(&checker, &checker.dmarc->apex);
    check_owner(&checker, &checker.dmarc->misnamed);
    report_decide(
        report, FIND_DMARC_WRONG_OWNER,
        outcome_is_definite(asked_outcome(&checker.dmarc->apex))
            && outcome_is_definite(asked_outcome(&checker.dmarc->misnamed)));
    check_dmarc_record(&checker);
    check_dmarc_policy(&checker);
    check_dmarc_walk(&checker);
    check_dmarc_sources(&checker);
    check_dmarc_reports(&checker);
}
