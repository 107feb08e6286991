/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of check_host() share: questions, limits, targets. */
#include "common/spf/spfrun.h"

/* Add the time of an answer once, however many terms use it. */
static void
count_time(struct spfrun *run, const struct answer *answer)
{
    for (size_t i = 0; i < run->timed_count; i++)
        if (run->timed[i] == answer)
            return;
    run->timed = arena_grow(run->arena, run->timed, run->timed_count,
                            sizeof(*run->timed));
    run->timed[run->timed_count++] = answer;
    run->check->elapsed_us += answer->elapsed_us;
}

const struct answer *
spfrun_ask(struct spfrun *run, struct spflookup **asked, size_t *count,
           const struct name *name, uint16_t type)
{
    struct spflookup *lookup;

    *asked = arena_grow(run->arena, *asked, *count, sizeof(*lookup));
    lookup = &(*asked)[(*count)++];
    lookup->answer =
        view_lookup_asked(run->view, name, type, &lookup->question);
    if (lookup->answer->outcome == OUTCOME_PENDING)
        run->pending = true;
    else
        count_time(run, lookup->answer);
    return lookup->answer;
}

bool
spfrun_is_late(const struct spfrun *run)
{
    return run->check->elapsed_us > SPFCHECK_TIME_US;
}

/* Section 4.6.4 limits terms, not questions: a term is void once. */
enum spfreply
spfrun_void(struct spfrun *run, struct spfstep *step)
{
    if (step == NULL)
        return SPFREPLY_VOID;
    if (!step->is_void) {
        step->is_void = true;
        step->voids = ++run->check->voids;
    }
    if (run->check->voids <= SPFCHECK_VOIDS_MAX)
        return SPFREPLY_VOID;
    return run->pending ? SPFREPLY_PENDING : SPFREPLY_LIMIT;
}

enum spfreply
spfrun_judge(struct spfrun *run, struct spfstep *step,
             struct spflookup *lookup)
{
    const struct answer *answer = lookup->answer;

    if (answer->outcome == OUTCOME_PENDING)
        return SPFREPLY_PENDING;
    if (spfrun_is_late(run))
        return run->pending ? SPFREPLY_PENDING : SPFREPLY_LATE;
    if (answer->outcome == OUTCOME_FOUND && answer->record_count > 0)
        return SPFREPLY_FOUND;
    /* an alias that leads in a circle: RFC 1034 section 3.6.2 */
    if (outcome_is_failure(answer->outcome) || answer->chain_loops)
        return SPFREPLY_FAILED;
    lookup->is_void = true;
    return spfrun_void(run, step);
}

enum spfreply
spfrun_lookup(struct spfrun *run, struct spfstep *step,
              const struct name *name, uint16_t type,
              const struct answer **answer)
{
    *answer = spfrun_ask(run, &step->asked, &step->asked_count, name, type);
    return spfrun_judge(run, step, &step->asked[step->asked_count - 1]);
}

bool
spfrun_count(struct spfrun *run, struct spfstep *step)
{
    step->is_lookup = true;
    step->lookups = ++run->check->lookups;
    return run->check->lookups <= SPFCHECK_LOOKUPS_MAX;
}

enum spfmatch
spfstep_reply(struct spfstep *step, enum spfreply reply)
{
    switch (reply) {
    case SPFREPLY_LIMIT:
        return spfstep_because(step, SPFMATCH_PERMERROR, SPFREASON_VOIDS_MAX);
    case SPFREPLY_LATE:
        return spfstep_because(step, SPFMATCH_TEMPERROR, SPFREASON_LATE);
    case SPFREPLY_FAILED:
        return spfstep_because(step, SPFMATCH_TEMPERROR, SPFREASON_FAILED);
    case SPFREPLY_PENDING:
        return spfstep_because(step, SPFMATCH_PENDING, SPFREASON_PENDING);
    default:
        return spfstep_because(step, SPFMATCH_NO, SPFREASON_VOID);
    }
}

static enum spfmatch
expand(struct spfrun *run, struct spfstep *step)
{
    const struct spfmacro *macro = step->term->macro;
    struct strbuf text = STRBUF_INIT;

    if (spfmacro_is_fixed(macro, &step->target))
        return SPFMATCH_YES;
    if ((macro->letters & SPFMACRO_LOCAL) != 0 && !run->local_is_ascii)
        return spfstep_because(step, SPFMATCH_NO, SPFREASON_NOT_ASCII);
    if ((macro->letters & SPFMACRO_BIT('p')) != 0
        && !spfnames_best(run, run->values.domain, &run->values.validated))
        return spfstep_because(step, SPFMATCH_PENDING, SPFREASON_PENDING);
    spfmacro_expand_domain(macro, &run->values, &text);
    step->target = arena_slice(run->arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return SPFMATCH_YES;
}

enum spfmatch
spfstep_target(struct spfrun *run, struct spfstep *step, struct name *name)
{
    enum spfmatch match = SPFMATCH_YES;

    step->target = run->values.domain;
    if (step->term->has_spec)
        match = expand(run, step);
    if (match != SPFMATCH_YES || name == NULL)
        return match;
    if (step->target.n > 0 && name_from_text(name, step->target) == ST_OK)
        return SPFMATCH_YES;
    /* Section 4.8 leaves open what this means; 4.3 has "none" for it. */
    return spfstep_because(step, SPFMATCH_NO, SPFREASON_NO_NAME);
}
