/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which implementations are known to answer otherwise than RFC 7208 says. */
#include "common/spf/spffamily.h"

#define BIT(name) (1u << SPFFAMILY_##name)

const char *
spffamily_input(enum spffamily_case which)
{
    static const char *const inputs[] = {
        [SPFFAMILY_VOIDS] = "void lookups",
        [SPFFAMILY_LOOKUPS] = "term limit",
        [SPFFAMILY_LATE] = "20 s timeout",
        [SPFFAMILY_SEVERAL] = "two v=spf1",
        [SPFFAMILY_MX] = "an mx of more than 10 names",
        [SPFFAMILY_IPV4_TERM] = "ipv4: ipv6:",
        [SPFFAMILY_LOOKALIKE] = "no valid version section",
        [SPFFAMILY_SPF2] = "spf2.0/mfrom",
        [SPFFAMILY_INCLUDE] = "include of a domain without a record",
    };

    return inputs[which];
}

/* Is the fault in a mechanism that somebody takes for an ip4 or ip6? */
static bool
has_ipv4_term(const struct spfrecord *record)
{
    for (size_t i = 0; i < record->term_count; i++)
        if (record->terms[i].kind == SPFTERM_INVALID
            && (slice_equal_case(record->terms[i].name, SLICE("ipv4"))
                || slice_equal_case(record->terms[i].name, SLICE("ipv6"))))
            return true;
    return false;
}

static unsigned
of_lookalikes(const struct spfselect *select)
{
    unsigned cases = 0;

    for (size_t i = 0; i < select->lookalike_count; i++)
        cases |= select->lookalikes[i].kind == SPFLOOKALIKE_SPF2
                     ? BIT(SPF2)
                     : BIT(LOOKALIKE);
    return cases;
}

static unsigned
of_answer(struct view *view, const struct spfvisit *visit)
{
    const struct spfselect *select;

    if (visit->txt == NULL)
        return 0;
    select = spfselect_of(view, visit->txt->answer);
    if (select->count > 1)
        return BIT(SEVERAL);
    if (select->count == 0)
        return of_lookalikes(select);
    return select->record->faults_all > 0 && has_ipv4_term(select->record)
               ? BIT(IPV4_TERM)
               : 0;
}

static unsigned
of_step(const struct spfstep *step)
{
    switch (step->reason) {
    case SPFREASON_VOIDS_MAX:
        return BIT(VOIDS);
    case SPFREASON_LOOKUPS_MAX:
        return BIT(LOOKUPS);
    case SPFREASON_LATE:
        return BIT(LATE);
    case SPFREASON_HOSTS_MAX:
        return BIT(MX);
    case SPFREASON_INCLUDE:
        return step->nested->result == SPFRESULT_NONE ? BIT(INCLUDE) : 0;
    default:
        return 0;
    }
}

/* As deep as there are lookups, at most. */
static unsigned
of_visit(struct view *view, const struct spfvisit *visit)
{
    unsigned cases = of_answer(view, visit);

    for (size_t i = 0; i < visit->step_count; i++) {
        cases |= of_step(&visit->steps[i]);
        if (visit->steps[i].nested != NULL)
            cases |= of_visit(view, visit->steps[i].nested);
    }
    return cases;
}

unsigned
spffamily_cases(struct view *view, const struct spfcheck *check)
{
    unsigned cases = of_visit(view, check->visit);

    /* an include's record that gives no TXT may be the third void lookup */
    if (check->voids > SPFCHECK_VOIDS_MAX)
        cases |= BIT(VOIDS);
    return cases;
}
