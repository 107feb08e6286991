/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was seen in DNS, taken into the registry. */
#include "common/registry/sightings.h"

#include <stdbool.h>
#include <stdlib.h>

#include "common/base/arena.h"
#include "common/base/memory.h"
#include "common/registry/domains.h"
#include "common/registry/keys.h"

/* Moves of one transaction, and then those of the same customer: a tenth of a
   second or so, of the ten that others wait. */
#define MOVES_AT_ONCE 2000

/* One move of a key or domain. */
struct move {
    int64_t id;         /* of it */
    bool is_domain;     /* else a key */
    bool is_forth;      /* published, verified; else back to pending */
    bool ends_customer; /* the next one is of another */
};

struct sightings {
    struct arena *arena; /* of moves */
    struct move *moves;  /* grown */
    size_t count;        /* of them */
};

struct sightings *
sightings_new(void)
{
    struct sightings *sightings = memory_zeroed(1, sizeof(*sightings));

    sightings->arena = arena_new();
    return sightings;
}

void
sightings_free(struct sightings *sightings)
{
    if (sightings == NULL)
        return;
    arena_free(sightings->arena);
    free(sightings);
}

static void
note(struct sightings *sightings, struct move move)
{
    sightings->moves = arena_grow(sightings->arena, sightings->moves,
                                  sightings->count, sizeof(*sightings->moves));
    sightings->moves[sightings->count++] = move;
}

void
sightings_key(struct sightings *sightings, int64_t key, enum key_state state,
              enum sight sight)
{
    if (state == KEY_PENDING && sight == SIGHT_SEEN)
        note(sightings, (struct move){.id = key, .is_forth = true});
    else if (state == KEY_PUBLISHED && sight == SIGHT_GONE)
        note(sightings, (struct move){.id = key});
}

void
sightings_domain(struct sightings *sightings, int64_t domain,
                 enum domain_state state, enum sight sight)
{
    struct move move = {.id = domain, .is_domain = true};

    move.is_forth = state == DOMAIN_PENDING;
    if ((state == DOMAIN_PENDING && sight == SIGHT_SEEN)
        || (state == DOMAIN_VERIFIED && sight == SIGHT_GONE))
        note(sightings, move);
}

void
sightings_customer(struct sightings *sightings)
{
    if (sightings->count > 0)
        sightings->moves[sightings->count - 1].ends_customer = true;
}

static size_t *
total_of(struct sighting_totals *totals, const struct move *move)
{
    if (move->is_domain)
        return move->is_forth ? &totals->verified : &totals->unverified;
    return move->is_forth ? &totals->published : &totals->lost;
}

static enum status
move_domain(struct registry *registry, const struct move *move,
            struct error *err)
{
    enum domain_state from = DOMAIN_VERIFIED;
    enum domain_state to = DOMAIN_PENDING;

    if (move->is_forth) {
        from = DOMAIN_PENDING;
        to = DOMAIN_VERIFIED;
    }
    return domains_move(registry, move->id, from, to, err);
}

static enum status
move_key(struct registry *registry, const struct move *move, struct error *err)
{
    struct key_step step = {.from = KEY_PUBLISHED, .to = KEY_PENDING};

    if (move->is_forth)
        step = (struct key_step){.from = KEY_PENDING, .to = KEY_PUBLISHED};
    return keys_move(registry, move->id, &step, err);
}

/* Within a transaction, so that no other process is in the way: ST_BUSY and
   ST_UNSUPPORTED are about the row, which somebody moved meanwhile. */
static enum status
make_move(struct registry *registry, const struct move *move,
          struct sighting_totals *totals, struct error *err)
{
    enum status st = move->is_domain ? move_domain(registry, move, err)
                                     : move_key(registry, move, err);

    if (st == ST_BUSY || st == ST_UNSUPPORTED) {
        *err = (struct error)ERROR_INIT;
        return ST_OK;
    }
    if (st == ST_OK)
        ++*total_of(totals, move);
    return st;
}

/* One transaction, from the move *i on. */
static enum status
record_some(struct registry *registry, const struct sightings *sightings,
            size_t *i, struct sighting_totals *totals, struct error *err)
{
    struct sighting_totals now = *totals;
    size_t first = *i;
    enum status st = registry_begin(registry, err);

    if (st != ST_OK)
        return st;
    while (st == ST_OK && *i < sightings->count
           && (*i < first + MOVES_AT_ONCE
               || !sightings->moves[*i - 1].ends_customer))
        st = make_move(registry, &sightings->moves[(*i)++], &now, err);
    st = registry_end(registry, st, err);
    if (st == ST_OK)
        *totals = now;
    return st;
}

enum status
sightings_record(struct registry *registry, const struct sightings *sightings,
                 struct sighting_totals *totals, struct error *err)
{
    enum status st = ST_OK;

    *totals = (struct sighting_totals){0};
    for (size_t i = 0; st == ST_OK && i < sightings->count;)
        st = record_some(registry, sightings, &i, totals, err);
    return st;
}
