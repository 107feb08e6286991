/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which policy applies to a name, and which is its organizational domain. */
#include "common/dmarc/discovery.h"

#include "common/dmarc/suffix.h"

/* What was parsed of an answer's TXT records, kept with the answer. */
struct texts {
    const struct dmarcrecord **list; /* in the order of the answer */
    size_t count;                    /* of them */
};

static const char texts_key; /* of view_memo */

static const struct texts *
read_texts(struct view *view, const struct answer *answer)
{
    struct texts *texts = view_memo(view, answer, &texts_key);
    struct arena *arena = view_pinned_arena(view);

    if (texts != NULL)
        return texts;
    texts = ARENA_NEW(arena, struct texts);
    texts->list =
        ARENA_ARRAY(arena, const struct dmarcrecord *, answer->record_count);
    for (size_t i = 0; i < answer->record_count; i++)
        texts->list[texts->count++] =
            dmarcrecord_parse(arena, record_text(arena, &answer->records[i]));
    view_set_memo(view, answer, &texts_key, texts);
    return texts;
}

/* RFC 9989 section 4.10 steps 2 and 6: discard what does not begin with the
   version; of several records discard all. */
static void
read_step(struct view *view, struct discovery_step *step)
{
    const struct texts *texts = read_texts(view, step->asked.answer);

    step->texts = texts->list;
    step->text_count = texts->count;
    for (size_t i = 0; i < texts->count; i++) {
        if (texts->list[i]->kind != DMARCRECORD_POLICY)
            continue;
        step->policy_count++;
        step->record = texts->list[i];
    }
    step->found = step->policy_count == 0   ? DISCOVERY_NONE
                  : step->policy_count == 1 ? DISCOVERY_ONE
                                            : DISCOVERY_MANY;
    if (step->found != DISCOVERY_ONE)
        step->record = NULL;
}

static void
ask_step(struct view *view, const struct name *domain,
         struct discovery_step *step)
{
    struct name name;

    *step = (struct discovery_step){.domain = *domain};
    /* A name that DNS cannot hold has no record. */
    step->found = DISCOVERY_NONE;
    if (name_prepend(&name, SLICE("_dmarc"), domain) != ST_OK)
        return;
    step->asked = asked_lookup(view, &name, RR_TXT);
    if (step->asked.answer->outcome == OUTCOME_PENDING)
        step->found = DISCOVERY_PENDING;
    else if (outcome_is_failure(step->asked.answer->outcome))
        step->found = DISCOVERY_FAILED;
    else if (step->asked.answer->outcome == OUTCOME_FOUND)
        read_step(view, step);
}

const struct discovery_step *
discovery_ask(struct view *view, const struct name *domain)
{
    struct discovery_step *step =
        ARENA_NEW(view_run_arena(view), struct discovery_step);

    ask_step(view, domain, step);
    return step;
}

/* Does a record here end the walk?  RFC 9989 section 4.10 steps 2 and 6. */
static bool
ends_walk(const struct discovery_step *step)
{
    return step->record != NULL && step->record->psd != PSD_UNKNOWN;
}

static void
ask_steps(struct view *view, struct discovery_walk *walk)
{
    struct name target = walk->start;

    while (target.labels > 0 && walk->count < DISCOVERY_STEPS_MAX) {
        struct discovery_step *step = &walk->steps[walk->count++];

        ask_step(view, &target, step);
        walk->is_pending |= step->found == DISCOVERY_PENDING;
        walk->is_unknown |= step->found == DISCOVERY_FAILED;
        if (ends_walk(step))
            return;
        /* Step 4: from 8 labels on, go straight to 7. */
        if (target.labels >= DISCOVERY_STEPS_MAX)
            name_suffix(&target, &walk->start, DISCOVERY_LABELS_KEPT);
        else
            name_parent(&target, &target);
    }
}

/* What is taken to be at a name that did not answer. */
enum guess { GUESS_NOTHING, GUESS_PSD_U, GUESS_PSD_Y, GUESS_PSD_N, GUESSES };

struct choice {
    struct name org;                          /* the organizational domain */
    const struct discovery_step *org_step;    /* with its record, or NULL */
    const struct discovery_step *suffix_step; /* psd=y above it, or NULL */
};

/* Rule 2 of RFC 9989 section 4.10.2: one label below, asked or not. */
static void
choose_below(const struct discovery_walk *walk, size_t i,
             struct choice *choice)
{
    const struct discovery_step *suffix = &walk->steps[i];

    name_suffix(&choice->org, &walk->start, suffix->domain.labels + 1u);
    choice->suffix_step = suffix;
    choice->org_step = NULL;
    for (size_t j = 0; j < i; j++) {
        if (walk->steps[j].record != NULL
            && name_equal(&walk->steps[j].domain, &choice->org))
            choice->org_step = &walk->steps[j];
    }
}

/* The numbered rules of RFC 9989 section 4.10.2, from the longest name on. */
static void
choose_org(const struct discovery_walk *walk, enum guess guess,
           struct choice *choice)
{
    *choice = (struct choice){.org = walk->start};
    for (size_t i = 0; i < walk->count; i++) {
        const struct discovery_step *step = &walk->steps[i];
        bool is_guess = step->found == DISCOVERY_FAILED;
        enum dmarcrecord_psd psd = PSD_UNKNOWN;

        if (step->record == NULL && (!is_guess || guess == GUESS_NOTHING))
            continue;
        if (step->record != NULL)
            psd = step->record->psd;
        else if (guess != GUESS_PSD_U)
            psd = guess == GUESS_PSD_Y ? PSD_YES : PSD_NO;
        if (psd == PSD_YES && i > 0) {
            choose_below(walk, i, choice);
            return;
        }
        choice->org = step->domain;
        choice->org_step = step;
        /* Rule 1; without it, rule 3 goes on to the fewest labels. */
        if (psd != PSD_UNKNOWN)
            return;
    }
}

const struct discovery_walk *
discovery_walk(struct view *view, const struct name *start)
{
    struct discovery_walk *walk =
        ARENA_NEW(view_run_arena(view), struct discovery_walk);
    struct choice choice;

    walk->start = *start;
    ask_steps(view, walk);
    choose_org(walk, GUESS_NOTHING, &choice);
    walk->org = choice.org;
    walk->org_step = choice.org_step;
    walk->suffix_step = choice.suffix_step;
    return walk;
}

enum discovery_truth
discovery_same_org(const struct discovery_walk *a,
                   const struct discovery_walk *b)
{
    unsigned same = 0;

    if (name_equal(&a->start, &b->start))
        return DISCOVERY_YES;
    if (a->is_pending || b->is_pending)
        return DISCOVERY_NOT_YET;
    for (int guess = 0; guess < GUESSES; guess++) {
        struct choice of_a, of_b;

        choose_org(a, (enum guess)guess, &of_a);
        choose_org(b, (enum guess)guess, &of_b);
        same += name_equal(&of_a.org, &of_b.org);
    }
    if (same == GUESSES)
        return DISCOVERY_YES;
    return same == 0 ? DISCOVERY_NO : DISCOVERY_CANNOT_TELL;
}

enum discovery_truth
discovery_is_aligned(struct view *view, const struct discovery *discovery,
                     const struct name *identifier, bool strict)
{
    if (name_equal(&discovery->author, identifier))
        return DISCOVERY_YES;
    if (strict)
        return DISCOVERY_NO;
    return discovery_same_org(discovery->walk,
                              discovery_walk(view, identifier));
}

bool
discovery_is_aligned_7489(const struct name *author,
                          const struct name *identifier, bool strict)
{
    struct name a, b;

    if (strict)
        return name_equal(author, identifier);
    suffix_org(&a, author);
    suffix_org(&b, identifier);
    return name_equal(&a, &b);
}

enum dmarcpolicy
discovery_lowered(enum dmarcpolicy policy)
{
    if (policy == DMARCPOLICY_REJECT)
        return DMARCPOLICY_QUARANTINE;
    return policy == DMARCPOLICY_QUARANTINE ? DMARCPOLICY_NONE : policy;
}

/* What the record says by that tag, after the rule for bad ones. */
static void
apply(struct discovery_policy *out, const struct discovery_step *step,
      enum dmarcrecord_standing standing)
{
    out->is_known = true;
    out->step = step;
    if (standing == DMARCRECORD_IGNORED) {
        out->tag = NULL;
        out->written = out->policy = DMARCPOLICY_ABSENT;
    } else if (standing == DMARCRECORD_AS_NONE) {
        out->tag = "p";
        out->written = out->policy = DMARCPOLICY_NONE;
    } else {
        out->policy = out->written;
    }
}

/* The tag for a subdomain: np for one that does not exist, else sp, else p
   (RFC 9989 section 4.10.1).  False when that cannot be told. */
static bool
choose_tag(const struct dmarcrecord *record, enum outcome existence,
           struct discovery_policy *out)
{
    bool has_sp = record->sp != DMARCPOLICY_ABSENT;

    out->tag = has_sp ? "sp" : "p";
    out->written = has_sp ? record->sp : record->p;
    if (record->np == DMARCPOLICY_ABSENT)
        return true;
    if (existence == OUTCOME_NXDOMAIN) {
        out->tag = "np";
        out->written = record->np;
    }
    return outcome_is_definite(existence);
}

static void
find_9989(const struct discovery *discovery, struct discovery_policy *out)
{
    const struct discovery_walk *walk = discovery->walk;
    const struct discovery_step *step = &walk->steps[0];
    enum outcome existence = asked_outcome(&discovery->existence);

    out->org = walk->org;
    out->org_is_known = !walk->is_pending && !walk->is_unknown;
    out->is_pending = walk->is_pending || existence == OUTCOME_PENDING;
    out->policy = out->written = DMARCPOLICY_ABSENT;
    if (walk->count == 0) {
        out->is_known = true;
    } else if (step->record != NULL) {
        out->tag = "p";
        out->written = step->record->p;
        apply(out, step, step->record->rfc9989);
    } else if (out->org_is_known) {
        step = walk->org_step != NULL ? walk->org_step : walk->suffix_step;
        if (step == NULL)
            out->is_known = true;
        else if (choose_tag(step->record, existence, out)
                 || step->record->rfc9989 != DMARCRECORD_AS_WRITTEN)
            apply(out, step, step->record->rfc9989);
    }
    if (out->is_known && out->step != NULL && out->step->record->is_testing)
        out->policy = discovery_lowered(out->policy);
}

/* RFC 7489 section 6.6.3: the author domain's record, else that of the
   organizational domain; several at either end it. */
static void
find_7489(const struct discovery *discovery, struct discovery_policy *out)
{
    const struct discovery_step *step = &discovery->walk->steps[0];

    suffix_org(&out->org, &discovery->author);
    out->org_is_known = true;
    out->policy = out->written = DMARCPOLICY_ABSENT;
    if (discovery->walk->count == 0) {
        out->is_known = true;
        return;
    }
    out->tag = "p";
    if (step->found == DISCOVERY_NONE && discovery->psl_step != NULL) {
        step = discovery->psl_step;
        if (step->record != NULL && step->record->sp != DMARCPOLICY_ABSENT)
            out->tag = "sp";
    }
    out->is_pending = step->found == DISCOVERY_PENDING;
    out->is_known = !out->is_pending && step->found != DISCOVERY_FAILED;
    if (step->record == NULL) {
        out->tag = NULL;
        return;
    }
    out->written = out->tag[0] == 's' ? step->record->sp : step->record->p;
    apply(out, step, step->record->rfc7489);
}

const struct discovery *
discovery_find(struct view *view, const struct name *author)
{
    struct discovery *discovery =
        ARENA_NEW(view_run_arena(view), struct discovery);
    struct name org;

    discovery->author = *author;
    discovery->walk = discovery_walk(view, author);
    discovery->existence = asked_lookup(view, author, RR_TXT);
    suffix_org(&org, author);
    if (!name_equal(&org, author))
        discovery->psl_step = discovery_ask(view, &org);
    find_9989(discovery, &discovery->rfc9989);
    find_7489(discovery, &discovery->rfc7489);
    return discovery;
}
