/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of customers' domains, and the ESP's shared ones: reading, moving. */
#include "common/registry/keys.h"

#include "common/base/clock.h"
#include "common/registry/columns.h"
#include "common/registry/db.h"
#include "common/registry/events.h"

enum status
keys_find(struct registry *registry, struct arena *arena,
          const struct key_claim *name, struct customer_key *out,
          struct error *err)
{
    static const char sql[] = "SELECT " KEY_COLUMNS " FROM key AS k"
                              " WHERE k.signing_domain = ?1"
                              " AND k.selector = ?2";
    struct query *query = db_query(registry_db(registry), sql, "tt",
                                   name->signing_domain, name->selector);
    enum status st = query_step(query, err);

    if (st == ST_NOT_FOUND)
        return error_set(err, ST_NOT_FOUND, "'%s' has no selector '%s'",
                         name->signing_domain, name->selector);
    if (st == ST_OK && !columns_key(query, 0, arena, out))
        st = columns_fault(registry, err);
    query_end(query);
    return st;
}

enum status
keys_of(struct registry *registry, struct arena *arena, int64_t domain,
        struct customer_key **out, size_t *count, struct error *err)
{
    static const char sql[] = "SELECT " KEY_COLUMNS " FROM key AS k"
                              " WHERE k.domain IS ?1 ORDER BY k.id";
    struct query *query = db_query(registry_db(registry), sql, "I", domain);
    struct customer_key *keys = NULL;
    size_t n = 0;
    enum status st;

    while ((st = query_step(query, err)) == ST_OK) {
        keys = arena_grow(arena, keys, n, sizeof(*keys));
        if (!columns_key(query, 0, arena, &keys[n])) {
            query_end(query);
            return columns_fault(registry, err);
        }
        n++;
    }
    *out = keys;
    *count = n;
    return st == ST_NOT_FOUND ? ST_OK : st;
}

/* The state it is in. */
static enum status
read_state(struct registry *registry, int64_t key, enum key_state *state,
           struct error *err)
{
    struct query *query =
        db_query(registry_db(registry), "SELECT state FROM key WHERE id = ?1",
                 "i", key);
    enum status st = query_step(query, err);

    if (st == ST_NOT_FOUND)
        return error_set(err, ST_NOT_FOUND, "there is no such key");
    if (st == ST_OK
        && !states_key_parse(slice_of(query_text(query, 0)), state))
        st = columns_fault(registry, err);
    query_end(query);
    return st;
}

static enum status
update_state(struct registry *registry, int64_t key,
             const struct key_step *step, struct error *err)
{
    static const char sql[] =
        "UPDATE key SET state = ?2, since = ?3, due = ?4,"
        " published = CASE WHEN ?2 IN ('published', 'active')"
        " THEN coalesce(published, ?3) ELSE published END,"
        " activated = CASE WHEN ?2 = 'active'"
        " THEN coalesce(activated, ?3) ELSE activated END,"
        " sealed = CASE WHEN ?5 THEN sealed END WHERE id = ?1";
    bool is_live = states_key_is_live(step->to);

    if (!is_live)
        registry_note_erasure(registry);
    return query_run(db_query(registry_db(registry), sql, "itiIi", key,
                              states_key(step->to), clock_now(), step->due,
                              (int64_t)is_live),
                     err);
}

static enum status
log_step(struct registry *registry, int64_t key, const struct key_step *step,
         struct error *err)
{
    struct strbuf detail = STRBUF_INIT;
    struct event_claim event = {.what = EVENT_KEY_STATE, .key = key};
    enum status st;

    strbuf_addf(&detail, "%s -> %s", states_key(step->from),
                states_key(step->to));
    event.detail = detail.p;
    st = events_add(registry, &event, err);
    strbuf_clear(&detail);
    return st;
}

enum status
keys_move(struct registry *registry, int64_t key, const struct key_step *step,
          struct error *err)
{
    enum key_state now;
    enum status st;

    if (!states_key_may(step->from, step->to))
        return error_set(err, ST_UNSUPPORTED, "a %s key cannot become %s",
                         states_key(step->from), states_key(step->to));
    if ((st = registry_begin(registry, err)) != ST_OK)
        return st;
    st = read_state(registry, key, &now, err);
    if (st == ST_OK && now != step->from)
        st = error_set(err, ST_BUSY,
                       "the key is %s by now, no longer %s: somebody else"
                       " moved it",
                       states_key(now), states_key(step->from));
    if (st == ST_OK)
        st = update_state(registry, key, step, err);
    if (st == ST_OK)
        st = log_step(registry, key, step, err);
    return registry_end(registry, st, err);
}

enum status
keys_private(struct registry *registry, const struct seal *seal, int64_t key,
             struct strbuf *out, struct error *err)
{
    static const char sql[] = "SELECT signing_domain, selector, algorithm,"
                              " sealed FROM key WHERE id = ?1";
    struct query *query = db_query(registry_db(registry), sql, "i", key);
    struct seal_subject subject = {.registry = registry_uuid(registry),
                                   .key = key};
    enum status st = query_step(query, err);

    if (st == ST_NOT_FOUND)
        return error_set(err, ST_NOT_FOUND, "there is no such key");
    if (st != ST_OK)
        return st;
    subject.domain = query_text(query, 0);
    subject.selector = query_text(query, 1);
    if (query_octets(query, 3).n == 0)
        st = error_set(err, ST_NOT_FOUND,
                       "the private half of selector '%s' of '%s' is not"
                       " here",
                       subject.selector, subject.domain);
    else if (!keymaker_parse(slice_of(query_text(query, 2)),
                             &subject.algorithm))
        st = columns_fault(registry, err);
    else
        st = seal_unwrap(seal, &subject, query_octets(query, 3), out, err);
    query_end(query);
    return st;
}
