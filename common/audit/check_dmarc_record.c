/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with the DMARC records that receivers read. */
#include "common/audit/dmarcchecker.h"

/* clang-format off */

/* What a fault of a record is called, and the fields of its sentence. */
static const struct {
    enum finding_id id;   /* the finding */
    bool has_tag;         /* "tag" */
    bool has_value;       /* "value": the value at fault */
    const char *expected; /* field for what should stand there, or NULL */
    bool has_reason;      /* "reason" */
    bool has_effective;   /* "effective": what receivers make of it */
} faults[DMARCRECORD_FAULT_COUNT] = {
    [DMARCRECORD_VERSION_NOT_FIRST] = {.id = FIND_DMARC_VERSION_NOT_FIRST},
    [DMARCRECORD_VERSION_CASE] = {FIND_DMARC_VERSION_CASE,
                                  .has_value = true},
    [DMARCRECORD_VERSION_SPACING] = {.id = FIND_DMARC_VERSION_SPACING},
    [DMARCRECORD_LEADING_JUNK] = {.id = FIND_DMARC_LEADING_JUNK},
    [DMARCRECORD_TAG_SYNTAX] = {FIND_DMARC_TAG_SYNTAX,
                                .expected = "expected", .has_reason = true},
    [DMARCRECORD_DUPLICATE_TAG] = {FIND_DMARC_DUPLICATE_TAG, .has_tag = true},
    [DMARCRECORD_UNKNOWN_TAG] = {FIND_DMARC_UNKNOWN_TAG, .has_tag = true},
    [DMARCRECORD_POLICY_MISSING] = {FIND_DMARC_POLICY_MISSING,
                                    .has_effective = true},
    [DMARCRECORD_POLICY_INVALID] = {FIND_DMARC_POLICY_INVALID,
                                    .has_value = true, .has_effective = true},
    [DMARCRECORD_SP_INVALID] = {FIND_DMARC_SP_INVALID, .has_value = true,
                                .has_effective = true},
    [DMARCRECORD_NP_INVALID] = {FIND_DMARC_NP_INVALID, .has_value = true,
                                .has_effective = true},
    [DMARCRECORD_POLICY_NOT_SECOND] = {.id = FIND_DMARC_POLICY_NOT_SECOND},
    [DMARCRECORD_TAG_PCT] = {.id = FIND_DMARC_TAG_PCT},
    [DMARCRECORD_PCT_ENFORCES_FULLY] = {FIND_DMARC_PCT_ENFORCES_FULLY,
                                        .has_value = true},
    [DMARCRECORD_TAG_RF] = {.id = FIND_DMARC_TAG_RF},
    [DMARCRECORD_TAG_RI] = {.id = FIND_DMARC_TAG_RI},
    [DMARCRECORD_PSD_INVALID] = {FIND_DMARC_PSD_INVALID, .has_value = true},
    [DMARCRECORD_RUA_MISSING] = {.id = FIND_DMARC_RUA_MISSING},
    [DMARCRECORD_RUA_INVALID] = {FIND_DMARC_RUA_INVALID, .has_tag = true,
                                 .has_value = true, .expected = "expected"},
    [DMARCRECORD_RUA_SCHEME] = {FIND_DMARC_RUA_SCHEME, .has_tag = true,
                                .has_value = true},
    [DMARCRECORD_RUA_SEPARATOR] = {FIND_DMARC_RUA_SEPARATOR, .has_tag = true,
                                   .expected = "expected"},
    [DMARCRECORD_RUA_SIZE_SUFFIX] = {FIND_DMARC_RUA_SIZE_SUFFIX,
                                     .has_value = true},
    [DMARCRECORD_RUA_UNESCAPED] = {FIND_DMARC_RUA_UNESCAPED,
                                   .expected = "expected"},
    [DMARCRECORD_RUA_MANY] = {.id = FIND_DMARC_RUA_MANY},
    [DMARCRECORD_RUF_PRESENT] = {.id = FIND_DMARC_RUF_PRESENT},
    [DMARCRECORD_RUF_ON_PSD] = {.id = FIND_DMARC_RUF_ON_PSD},
    [DMARCRECORD_FO_WITHOUT_RUF] = {.id = FIND_DMARC_FO_WITHOUT_RUF},
    [DMARCRECORD_FO_INVALID] = {FIND_DMARC_FO_INVALID, .has_value = true},
    [DMARCRECORD_ALIGNMENT_INVALID] = {FIND_DMARC_ALIGNMENT_INVALID,
                                       .has_tag = true, .has_value = true},
};

/* clang-format on */

/* What RFC 9989 section 4.10.1 makes of bad p, sp and np. */
static const char *
effective(const struct dmarcrecord *record)
{
    return record->rfc9989 == DMARCRECORD_AS_NONE ? "p=none"
                                                  : "no policy at all";
}

/* Fields that only one kind has. */
static void
add_odd_fields(const struct dmarcchecker *checker, struct finding *finding,
               const struct dmarcrecord *record,
               const struct dmarcrecord_fault *fault)
{
    switch (fault->kind) {
    case DMARCRECORD_RUA_UNESCAPED:
        finding_text(finding, "character", fault->value);
        break;
    case DMARCRECORD_RUA_MANY:
        finding_number(finding, "count", fault->number);
        break;
    case DMARCRECORD_POLICY_NOT_SECOND:
        finding_text(finding, "policy", fault->value);
        break;
    case DMARCRECORD_PCT_ENFORCES_FULLY:
        dmarcchecker_policy(finding, "policy", record->p);
        break;
    default:
        (void)checker;
        break;
    }
}

static void
raise_fault(const struct dmarcchecker *checker,
            const struct discovery_step *step,
            const struct dmarcrecord *record,
            const struct dmarcrecord_fault *fault)
{
    enum finding_id id = faults[fault->kind].id;
    const char *at = name_dotted(checker->arena, &step->asked.question.name);
    struct finding *finding = report_find(checker->report, id, at);

    /* One of a kind at one name is enough, at the first place. */
    if (finding != NULL)
        return;
    finding =
        dmarcchecker_mark(checker, id, step, record,
                          slice_sub(record->text, fault->from, fault->length));
    if (faults[fault->kind].has_tag)
        finding_word(finding, "tag", fault->tag);
    if (faults[fault->kind].has_value)
        finding_text(finding, "value", fault->value);
    if (faults[fault->kind].expected != NULL)
        finding_word(finding, faults[fault->kind].expected, fault->expected);
    if (faults[fault->kind].has_reason)
        finding_word(finding, "reason", fault->reason);
    if (faults[fault->kind].has_effective)
        finding_word(finding, "effective", effective(record));
    add_odd_fields(checker, finding, record, fault);
}

/* Does the TXT matter here?  Beside a record that counts, what nearly is one
   is mere TXT. */
static bool
is_looked_at(const struct discovery_step *step,
             const struct dmarcrecord *record)
{
    if (step->policy_count > 0)
        return record == step->record;
    return record->kind == DMARCRECORD_NEAR;
}

static void
check_step(const struct dmarcchecker *checker,
           const struct discovery_step *step)
{
    size_t others = 0;

    for (size_t i = 0; i < step->text_count; i++) {
        const struct dmarcrecord *record = step->texts[i];

        if (is_looked_at(step, record)) {
            for (size_t j = 0; j < record->fault_count; j++)
                raise_fault(checker, step, record, &record->faults[j]);
        } else if (record->kind != DMARCRECORD_POLICY) {
            others++;
        }
    }
    if (step->policy_count > 1)
        finding_number(
            dmarcchecker_raise(checker, FIND_DMARC_MULTIPLE_RECORDS, step),
            "count", (int64_t)step->policy_count);
    if (others > 0)
        dmarcchecker_raise(checker, FIND_DMARC_NON_DMARC_TXT, step);
}

void
check_dmarc_record(const struct dmarcchecker *checker)
{
    bool known = true;

    for (size_t i = 0; i < checker->dmarc->step_count; i++) {
        known &= checker->dmarc->steps[i]->found != DISCOVERY_FAILED;
        check_step(checker, checker->dmarc->steps[i]);
    }
    for (size_t i = 0; i < DMARCRECORD_FAULT_COUNT; i++)
        report_decide(checker->report, faults[i].id, known);
    report_decide(checker->report, FIND_DMARC_MULTIPLE_RECORDS, known);
    report_decide(checker->report, FIND_DMARC_NON_DMARC_TXT, known);
}
