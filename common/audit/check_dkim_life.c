/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dkim.* findings that need to know more of a key than DNS says: how old
   it is, what was there before, whether it is in use. */
#include "common/audit/collect_dkim.h"

#include "common/base/clock.h"

struct check {
    const struct facts *facts;       /* what is known */
    struct report *report;           /* where findings go */
    struct arena *arena;             /* the report's */
    const struct dkim_selector *one; /* the present selector */
};

static struct finding *
raise(const struct check *check, enum finding_id id)
{
    const struct dkim_selector *selector = check->one;
    struct finding *finding = report_add(
        check->report, id, name_dotted(check->arena, &selector->name));

    finding_evidence(finding, asked_evidence(check->arena, &selector->asked));
    finding_word(finding, "selector", selector->selector);
    return finding_word(finding, "domain",
                        name_bare(check->arena, &check->facts->input->domain));
}

/* The only key of the present selector, in whatever state, or NULL. */
static const struct dkimkey *
only_key(const struct check *check)
{
    const struct dkim_selector *selector = check->one;

    return selector->key_count == 1 && selector->keys[0]->is_key
                   && (!selector->is_wildcard || selector->is_asserted)
               ? selector->keys[0]
               : NULL;
}

static bool
has_key(const struct check *check)
{
    const struct dkimkey *key = only_key(check);

    return key != NULL && key->state == DKIMKEY_OK;
}

static void
check_age(const struct check *check)
{
    const struct keyage *age = &check->one->age;
    struct finding *finding;
    char since[CLOCK_TEXT_SIZE];
    int64_t days, limit;
    enum keyage_verdict verdict =
        keyage_judge(check->facts->input, age, &days, &limit);

    if (!has_key(check) || verdict == KEYAGE_FINE)
        return;
    clock_text(age->since, since);
    finding = raise(check, verdict == KEYAGE_OVER ? FIND_DKIM_KEY_OVERAGE
                                                  : FIND_DKIM_KEY_AGE);
    finding_number(finding, "days", days);
    finding_number(finding, "limit", limit);
    finding_word(finding, "origin", age->how);
    finding_word(finding, "since", since);
}

/* The key that was there before, by whoever knows it; or NULL. */
static const struct selector_known *
key_before(const struct dkim_selector *selector)
{
    if (selector->known != NULL && selector->known->has_key)
        return selector->known;
    return selector->before.has_key ? &selector->before : NULL;
}

static void
check_reused(const struct check *check)
{
    const struct selector_known *before = key_before(check->one);

    if (has_key(check) && before != NULL && !check->one->is_wildcard
        && !keyage_same_key(before, check->one->keys[0]->p))
        finding_word(raise(check, FIND_DKIM_SELECTOR_REUSED), "origin",
                     before->how);
}

static void
check_retired(const struct check *check)
{
    const struct selector_known *known = check->one->known;

    if (has_key(check) && known != NULL && known->is_over
        && !check->one->is_wildcard)
        raise(check, FIND_DKIM_RETIRED_SELECTOR_LIVE);
}

static bool
has_answer(const struct dkim_selector *selector)
{
    return asked_is(&selector->asked)
           && outcome_is_definite(selector->asked.answer->outcome);
}

/* Of each id: of how many selectors it could be told, and of how many not. */
struct tally {
    enum finding_id id;  /* which */
    size_t told, untold; /* of selectors */
};

enum { AGE, OVERAGE, REUSED, RETIRED, IN_USE, TALLIES };

static void
count(const struct check *check, struct tally tallies[TALLIES])
{
    const struct dkim_selector *selector = check->one;
    const struct selector_known *known = selector->known;
    bool has_since = selector->age.since != 0;
    bool counts[TALLIES] = {
        [AGE] = has_since,
        [OVERAGE] = has_since && !selector->age.is_since_named,
        [REUSED] = key_before(selector) != NULL,
        [RETIRED] = known != NULL && known->is_over,
        [IN_USE] = selector->is_in_use,
    };

    for (size_t i = 0; i < TALLIES; i++) {
        tallies[i].told += counts[i] && has_answer(selector);
        tallies[i].untold += counts[i] && !has_answer(selector);
    }
}

void
check_dkim_life(const struct facts *facts, struct report *report)
{
    struct check check = {facts, report, report_arena(report), NULL};
    struct tally tallies[TALLIES] = {
        [AGE] = {.id = FIND_DKIM_KEY_AGE},
        [OVERAGE] = {.id = FIND_DKIM_KEY_OVERAGE},
        [REUSED] = {.id = FIND_DKIM_SELECTOR_REUSED},
        [RETIRED] = {.id = FIND_DKIM_RETIRED_SELECTOR_LIVE},
        [IN_USE] = {.id = FIND_DKIM_KEY_REVOKED_IN_USE},
    };

    for (size_t i = 0; i < facts->dkim->count; i++) {
        check.one = &facts->dkim->selectors[i];
        check_age(&check);
        check_reused(&check);
        check_retired(&check);
        count(&check, tallies);
    }
    for (size_t i = 0; i < TALLIES; i++)
        if (tallies[i].told + tallies[i].untold > 0)
            report_decide(report, tallies[i].id, tallies[i].untold == 0);
}
