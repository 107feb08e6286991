/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One check_host(): record, terms, include and redirect; RFC 7208 sections
   4.3 to 4.7, 5.2 and 6.1. */
#include "common/spf/spfrun.h"

/* No further lookup is looked into: pending, once something is. */
static enum spfresult
too_many(struct spfrun *run, struct spfstep *step)
{
    if (run->pending) {
        spfstep_reply(step, SPFREPLY_PENDING);
        return SPFRESULT_PENDING;
    }
    spfstep_because(step, SPFMATCH_PERMERROR, SPFREASON_LOOKUPS_MAX);
    return SPFRESULT_PERMERROR;
}

/* Follow the step's target with check_host(). */
static enum spfresult
descend(struct spfrun *run, struct spfstep *step)
{
    struct slice domain = run->values.domain;

    step->nested = spfvisit_run(run, step->target, step);
    run->values.domain = domain;
    return step->nested->result;
}

/* The table of section 5.2. */
static enum spfmatch
match_include(struct spfrun *run, struct spfstep *step)
{
    static const enum spfmatch matches[] = {
        [SPFRESULT_PASS] = SPFMATCH_YES,
        [SPFRESULT_FAIL] = SPFMATCH_NO,
        [SPFRESULT_SOFTFAIL] = SPFMATCH_NO,
        [SPFRESULT_NEUTRAL] = SPFMATCH_NO,
        [SPFRESULT_TEMPERROR] = SPFMATCH_TEMPERROR,
        [SPFRESULT_PERMERROR] = SPFMATCH_PERMERROR,
        [SPFRESULT_NONE] = SPFMATCH_PERMERROR,
        [SPFRESULT_PENDING] = SPFMATCH_PENDING,
    };
    enum spfmatch match = spfstep_target(run, step, NULL);
    enum spfresult result;

    if (match != SPFMATCH_YES)
        return match;
    result = descend(run, step);
    return spfstep_because(step, matches[result], SPFREASON_INCLUDE);
}

static enum spfmatch
match_step(struct spfrun *run, struct spfstep *step)
{
    if (step->term->kind == SPFTERM_INCLUDE)
        return match_include(run, step);
    return spfmatch_term(run, step);
}

static struct spfstep *
add_step(struct spfrun *run, struct spfvisit *visit,
         const struct spfterm *term)
{
    struct spfstep *step = &visit->steps[visit->step_count++];

    step->term = term;
    step->lookups = run->check->lookups;
    step->voids = run->check->voids;
    return step;
}

static enum spfresult
of_qualifier(char qualifier)
{
    switch (qualifier) {
    case '-':
        return SPFRESULT_FAIL;
    case '~':
        return SPFRESULT_SOFTFAIL;
    case '?':
        return SPFRESULT_NEUTRAL;
    default:
        return SPFRESULT_PASS;
    }
}

/* Section 6.1.  What cannot be a name is a target that has no record. */
static enum spfresult
follow_redirect(struct spfrun *run, struct spfvisit *visit)
{
    struct spfstep *step = add_step(run, visit, visit->record->redirect);
    enum spfresult result;

    if (!spfrun_count(run, step))
        return too_many(run, step);
    switch (spfstep_target(run, step, NULL)) {
    case SPFMATCH_YES:
        break;
    case SPFMATCH_PENDING:
        return SPFRESULT_PENDING;
    default:
        step->match = SPFMATCH_PERMERROR;
        return SPFRESULT_PERMERROR;
    }
    result = descend(run, step);
    if (result == SPFRESULT_NONE) {
        spfstep_because(step, SPFMATCH_PERMERROR, SPFREASON_REDIRECT_NONE);
        return SPFRESULT_PERMERROR;
    }
    spfstep_because(
        step, result == SPFRESULT_PENDING ? SPFMATCH_PENDING : SPFMATCH_YES,
        SPFREASON_REDIRECT);
    return result;
}

/* One mechanism: true when it ends the record, with *result. */
static bool
evaluate_term(struct spfrun *run, struct spfstep *step, bool *pending,
              enum spfresult *result)
{
    if (spfterm_is_lookup(step->term->kind) && !spfrun_count(run, step)) {
        *result = too_many(run, step);
        return true;
    }
    switch (match_step(run, step)) {
    case SPFMATCH_YES:
        *result = of_qualifier(step->term->qualifier);
        return true;
    case SPFMATCH_TEMPERROR:
        *result = SPFRESULT_TEMPERROR;
        return true;
    case SPFMATCH_PERMERROR:
        *result = SPFRESULT_PERMERROR;
        return true;
    case SPFMATCH_PENDING:
        *pending = true;
        return false;
    default:
        return false;
    }
}

/*
 * Sections 4.6.2, 4.6.3 and 4.7.  Behind a pending term the others are
 * looked at only to ask what they need: the result is pending whatever they
 * say.
 */
static enum spfresult
evaluate(struct spfrun *run, struct spfvisit *visit)
{
    const struct spfrecord *record = visit->record;
    enum spfresult result = SPFRESULT_NEUTRAL;
    bool pending = false;

    visit->steps = ARENA_ARRAY(run->arena, struct spfstep, record->term_count);
    for (size_t i = 0; i < record->term_count; i++) {
        const struct spfterm *term = &record->terms[i];

        if (!spfterm_is_mechanism(term))
            continue;
        if (evaluate_term(run, add_step(run, visit, term), &pending, &result))
            return pending ? SPFRESULT_PENDING : result;
    }
    if (record->redirect != NULL)
        result = follow_redirect(run, visit);
    else
        visit->reason = "no term matches";
    visit->section = "4.7";
    return pending ? SPFRESULT_PENDING : result;
}

static enum spfresult
because(struct spfvisit *visit, enum spfresult result, const char *section,
        const char *reason)
{
    visit->section = section;
    visit->reason = reason;
    return result;
}

/* Sections 4.5 and 4.6: one record, and no error anywhere in it. */
static enum spfresult
evaluate_answer(struct spfrun *run, struct spfvisit *visit)
{
    const struct spfselect *select =
        spfselect_of(run->view, visit->txt->answer);

    if (select->count == 0)
        return because(visit, SPFRESULT_NONE, "4.5",
                       "no TXT record begins with v=spf1");
    if (select->count > 1)
        return because(visit, SPFRESULT_PERMERROR, "4.5",
                       "more than one TXT record begins with v=spf1");
    visit->record = select->record;
    if (select->record->faults_all > 0)
        return because(visit, SPFRESULT_PERMERROR, "4.6",
                       select->record->faults[0].reason);
    return evaluate(run, visit);
}

/* Section 4.3: not malformed, and more than one label. */
static bool
is_domain(struct slice domain, struct name *name)
{
    return domain.n > 0 && domain.p[0] != '['
           && name_from_text(name, domain) == ST_OK && name->labels > 1;
}

/* Section 4.4. */
static enum spfresult
evaluate_domain(struct spfrun *run, struct spfvisit *visit,
                struct spfstep *step, const struct name *name)
{
    size_t count = 0;

    spfrun_ask(run, &visit->txt, &count, name, RR_TXT);
    switch (spfrun_judge(run, step, visit->txt)) {
    case SPFREPLY_FOUND:
        return evaluate_answer(run, visit);
    case SPFREPLY_VOID:
        return because(visit, SPFRESULT_NONE, "4.3",
                       "the domain has no TXT record");
    case SPFREPLY_FAILED:
        return because(visit, SPFRESULT_TEMPERROR, "4.4",
                       "its TXT lookup failed");
    case SPFREPLY_LIMIT:
        return because(visit, SPFRESULT_PERMERROR, "4.6.4",
                       "more than 2 void lookups");
    case SPFREPLY_LATE:
        return because(visit, SPFRESULT_TEMPERROR, "4.6.4",
                       "the answers took more than 20 seconds");
    default:
        return because(visit, SPFRESULT_PENDING, "4.4",
                       "an answer is missing");
    }
}

struct spfvisit *
spfvisit_run(struct spfrun *run, struct slice domain, struct spfstep *step)
{
    struct spfvisit *visit = ARENA_NEW(run->arena, struct spfvisit);
    struct name name;

    visit->domain = domain;
    run->values.domain = domain;
    if (is_domain(domain, &name))
        visit->result = evaluate_domain(run, visit, step, &name);
    else
        visit->result = because(visit, SPFRESULT_NONE, "4.3",
                                "it is no domain name of several labels");
    return visit;
}
