/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of check_spf*.c share: raising a finding, a bounded number
   of times. */
#include "common/audit/spfchecker.h"

struct finding *
spfchecker_raise(struct spfchecker *checker, enum finding_id id,
                 const struct name *at, const struct spflookup *lookup)
{
    struct finding *finding;

    if (checker->counts[id] == SPFCHECKER_SAME_MAX)
        return NULL;
    checker->counts[id]++;
    finding = report_add(checker->report, id, name_dotted(checker->arena, at));
    finding_word(finding, "domain", checker->domain);
    if (lookup != NULL)
        spfchecker_evidence(checker, finding, lookup);
    if (checker->counts[id] == SPFCHECKER_SAME_MAX)
        finding_note(finding, "more of the same are not listed");
    return finding;
}

struct finding *
spfchecker_raise_term(struct spfchecker *checker, enum finding_id id,
                      const struct spfnode *node, const struct spfterm *term)
{
    struct finding *finding =
        spfchecker_raise(checker, id, &node->domain, &node->txt);

    if (finding == NULL)
        return NULL;
    finding_text(finding, "term", term->text);
    return finding_mark(finding, node->record->text, term->at, term->text.n);
}

void
spfchecker_evidence(struct spfchecker *checker, struct finding *finding,
                    const struct spflookup *lookup)
{
    finding_evidence(finding, answer_evidence(checker->arena, lookup->question,
                                              lookup->answer));
}
