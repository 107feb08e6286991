/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rotation of customers' keys: which there are, and steps of their lives. */
#include "common/registry/rotate.h"

#include "common/registry/columns.h"
#include "common/registry/db.h"

/* Steps of one transaction: a commit costs a sync of the disk, and others wait
   meanwhile. */
#define STEPS_AT_ONCE 500

enum status
rotate_keys(struct registry *registry, struct arena *arena,
            const char *customer, struct customer_key **out, size_t *count,
            struct error *err)
{
    static const char sql[] =
        "SELECT " KEY_COLUMNS " FROM key AS k"
        " JOIN domain AS d ON d.id = k.domain"
        " JOIN customer AS c ON c.id = d.customer"
        " WHERE c.name = ?1 AND d.state <> 'removed' ORDER BY k.id";
    struct query *query = db_query(registry_db(registry), sql, "t", customer);
    enum status st;

    *out = NULL;
    *count = 0;
    while ((st = query_step(query, err)) == ST_OK) {
        *out = arena_grow(arena, *out, *count, sizeof(**out));
        if (!columns_key(query, 0, arena, &(*out)[*count])) {
            query_end(query);
            return columns_fault(registry, err);
        }
        ++*count;
    }
    return st == ST_NOT_FOUND ? ST_OK : st;
}

bool
rotate_is_ours(const struct customer_key *key)
{
    return key->origin == ORIGIN_MADE || key->origin == ORIGIN_PRIVATE;
}

const struct customer_key *
rotate_find(const struct customer_key *keys, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (keys[i].id == id)
            return &keys[i];
    return NULL;
}

const struct customer_key *
rotate_successor(const struct customer_key *keys, size_t count, int64_t id,
                 unsigned states)
{
    for (size_t i = 0; i < count; i++)
        if (keys[i].replaces == id && (states & 1u << keys[i].state) != 0)
            return &keys[i];
    return NULL;
}

bool
rotate_is_due(const struct customer_key *keys, size_t count,
              const struct customer_key *key, int64_t made_before)
{
    static const unsigned on_its_way = 1u << KEY_PENDING | 1u << KEY_PUBLISHED;

    return key->state == KEY_ACTIVE && rotate_is_ours(key)
           && key->created < made_before
           && rotate_successor(keys, count, key->id, on_its_way) == NULL;
}

enum status
rotate_customers(struct registry *registry, struct arena *arena,
                 unsigned states, const char *const **out, size_t *count,
                 struct error *err)
{
    static const char sql[] =
        "SELECT DISTINCT c.name, k.state FROM customer AS c"
        " JOIN domain AS d ON d.customer = c.id"
        " JOIN key AS k ON k.domain = d.id"
        " WHERE c.state <> 'removed' AND d.state <> 'removed'"
        " ORDER BY c.name";
    struct query *query = db_query(registry_db(registry), sql, "");
    const char **names = NULL;
    enum key_state state;
    enum status st;

    *count = 0;
    while ((st = query_step(query, err)) == ST_OK) {
        struct slice name = slice_of(query_text(query, 0));

        if (!states_key_parse(slice_of(query_text(query, 1)), &state)
            || (states & 1u << state) == 0
            || (*count > 0 && slice_equal(slice_of(names[*count - 1]), name)))
            continue;
        names = arena_grow(arena, names, *count, sizeof(*names));
        names[(*count)++] = arena_text(arena, name);
    }
    *out = names;
    return st == ST_NOT_FOUND ? ST_OK : st;
}

/* ---- steps ---- */

/* The moves of a step: the new key first, so that never is there none. */
static enum status
move_keys(struct registry *registry, const struct rotate_step *step,
          struct error *err)
{
    struct key_step fresh = {step->fresh_state, KEY_ACTIVE, 0};
    struct key_step old = {KEY_ACTIVE, KEY_RETIRING, step->due};
    enum status st = ST_OK;

    if (step->fresh == 0)
        old = (struct key_step){KEY_RETIRING, KEY_RETIRED, 0};
    else
        st = keys_move(registry, step->fresh, &fresh, err);
    return st == ST_OK && step->old != 0
               ? keys_move(registry, step->old, &old, err)
               : st;
}

/* In a transaction of its own, within that of many. */
static enum status
take_step(struct registry *registry, const struct rotate_step *step,
          size_t *done, struct error *err)
{
    struct error why = ERROR_INIT;
    enum status st = registry_begin(registry, err);

    if (st != ST_OK)
        return st;
    st = registry_end(registry, move_keys(registry, step, &why), &why);
    if (st == ST_OK)
        ++*done;
    /* About the row, since the registry is ours by now. */
    if (st == ST_BUSY || st == ST_UNSUPPORTED)
        return ST_OK;
    return st == ST_OK ? st : error_set(err, st, "%s", why.text);
}

enum status
rotate_steps(struct registry *registry, const struct rotate_step *steps,
             size_t count, size_t *done, struct error *err)
{
    enum status st = ST_OK;

    *done = 0;
    for (size_t i = 0; st == ST_OK && i < count;) {
        size_t now = *done;
        size_t end = count - i < STEPS_AT_ONCE ? count : i + STEPS_AT_ONCE;

        if ((st = registry_begin(registry, err)) != ST_OK)
            return st;
        while (st == ST_OK && i < end)
            st = take_step(registry, &steps[i++], &now, err);
        st = registry_end(registry, st, err);
        if (st == ST_OK)
            *done = now;
    }
    return st;
}
