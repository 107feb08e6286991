/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of check_dmarc*.c share: raising a finding, and whether the
   domain uses mail at all. */
#include "common/audit/dmarcchecker.h"

#include "common/audit/mailtxt.h"

struct finding *
dmarcchecker_raise(const struct dmarcchecker *checker, enum finding_id id,
                   const struct discovery_step *step)
{
    struct finding *finding =
        report_add(checker->report, id,
                   name_dotted(checker->arena, &step->asked.question.name));

    dmarcchecker_name(checker, finding, "domain", &checker->discovery->author);
    if (asked_is(&step->asked))
        finding_evidence(finding,
                         asked_evidence(checker->arena, &step->asked));
    return finding;
}

struct finding *
dmarcchecker_mark(const struct dmarcchecker *checker, enum finding_id id,
                  const struct discovery_step *step,
                  const struct dmarcrecord *record, struct slice part)
{
    struct finding *finding = dmarcchecker_raise(checker, id, step);
    size_t from = part.p == NULL ? 0 : (size_t)(part.p - record->text.p);

    return finding_mark(finding, record->text, from, part.n);
}

void
dmarcchecker_name(const struct dmarcchecker *checker, struct finding *finding,
                  const char *field, const struct name *name)
{
    finding_word(finding, field, name_bare(checker->arena, name));
}

void
dmarcchecker_policy(struct finding *finding, const char *field,
                    enum dmarcpolicy policy)
{
    const char *word = dmarcpolicy_word(policy);

    finding_word(finding, field, word == NULL ? "no policy at all" : word);
}

bool
dmarcchecker_sends_nothing(const struct dmarcchecker *checker)
{
    return mailtxt_sends_nothing(checker->arena, &checker->dmarc->apex);
}

bool
dmarcchecker_is_parked(const struct dmarcchecker *checker)
{
    const struct asked *mx = &checker->dmarc->mx;

    return dmarcchecker_sends_nothing(checker)
           && (asked_outcome(mx) == OUTCOME_NODATA || mailroute_is_null(mx));
}
