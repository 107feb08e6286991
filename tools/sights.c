/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What verify's answers say of keys and domains. */
#include "tools/sights.h"

static enum sight
sight_of(const struct verify_facts *facts, const struct customer_mark *mark)
{
    return verify_sight(&facts->records[mark->expected]);
}

/* Has a mark before this one the same key, or the same domain? */
static bool
is_done(const struct customer_plan *plan, size_t i, bool by_domain)
{
    const struct customer_mark *mark = &plan->marks[i];

    for (size_t k = 0; k < i; k++)
        if (by_domain ? plan->marks[k].side == mark->side
                      : plan->marks[k].key == mark->key)
            return true;
    return false;
}

static enum sight
sight_of_key(const struct customer_plan *plan,
             const struct verify_facts *facts, const struct served_key *key)
{
    enum sight worst = SIGHT_SEEN;

    for (size_t i = 0; i < plan->mark_count; i++) {
        enum sight sight;

        if (plan->marks[i].key != key)
            continue;
        sight = sight_of(facts, &plan->marks[i]);
        if (sight == SIGHT_GONE)
            return SIGHT_GONE;
        if (sight == SIGHT_UNKNOWN)
            worst = SIGHT_UNKNOWN;
    }
    return worst;
}

/* Anybody may have published a public key that was brought to us: that it is
   there proves nothing. */
static bool
is_proof(const struct customer_mark *mark)
{
    return mark->side->mode != MODE_TXT || mark->key->origin != ORIGIN_PUBLIC;
}

static enum sight
sight_of_domain(const struct customer_plan *plan,
                const struct verify_facts *facts,
                const struct customer_domain *domain)
{
    size_t proofs = 0, gone = 0;

    for (size_t i = 0; i < plan->mark_count; i++) {
        const struct customer_mark *mark = &plan->marks[i];
        enum sight sight;

        if (mark->side != domain || !is_proof(mark))
            continue;
        sight = sight_of(facts, mark);
        if (sight == SIGHT_SEEN)
            return SIGHT_SEEN;
        proofs++;
        gone += sight == SIGHT_GONE ? 1 : 0;
    }
    return proofs > 0 && gone == proofs ? SIGHT_GONE : SIGHT_UNKNOWN;
}

void
sights_note(const struct customer_plan *plan, const struct verify_facts *facts,
            struct sightings *sightings)
{
    for (size_t i = 0; i < plan->mark_count; i++) {
        const struct served_key *key = plan->marks[i].key;
        const struct customer_domain *side = plan->marks[i].side;

        if (!is_done(plan, i, false))
            sightings_key(sightings, key->id, key->state,
                          sight_of_key(plan, facts, key));
        if (side != NULL && !is_done(plan, i, true))
            sightings_domain(sightings, side->id, side->state,
                             sight_of_domain(plan, facts, side));
    }
    sightings_customer(sightings);
}
