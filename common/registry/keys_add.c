/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys entered into the registry, their private halves sealed at once. */
#include <assert.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/registry/columns.h"
#include "common/registry/db.h"
#include "common/registry/events.h"
#include "common/registry/keys.h"

/* Was the selector ever used below that domain? */
static enum status
is_used(struct registry *registry, const char *signing_domain,
        const char *selector, bool *used, struct error *err)
{
    static const char sql[] = "SELECT 1 FROM key WHERE signing_domain = ?1"
                              " AND selector = ?2";
    int64_t one;
    enum status st = query_single(
        db_query(registry_db(registry), sql, "tt", signing_domain, selector),
        &one, err);

    *used = st == ST_OK;
    return st == ST_NOT_FOUND ? ST_OK : st;
}

enum status
keys_claimable(struct registry *registry, const char *signing_domain,
               const char *selector, struct error *err)
{
    bool used;
    enum status st = is_used(registry, signing_domain, selector, &used, err);

    if (st == ST_OK && used)
        return error_set(err, ST_EXISTS,
                         "selector '%s' of '%s' is or was in use: a selector"
                         " is never used again",
                         selector, signing_domain);
    return st;
}

/* "s20261124r2.esp": the count from the second on. */
static void
put_dated(const struct key_claim *claim, unsigned count, struct strbuf *out)
{
    char now[CLOCK_TEXT_SIZE];

    clock_text(clock_now(), now);
    strbuf_cut(out, 0);
    strbuf_addf(out, "s%.4s%.2s%.2s%c", now, now + 5, now + 8,
                claim->pair->algorithm == ALGORITHM_RSA ? 'r' : 'e');
    if (count > 1)
        strbuf_addf(out, "%u", count);
    if (claim->label != NULL)
        strbuf_addf(out, ".%s", claim->label);
}

enum status
keys_dated_selector(struct registry *registry, const struct key_claim *claim,
                    struct strbuf *out, struct error *err)
{
    bool used = true;
    enum status st = ST_OK;

    for (unsigned count = 1; st == ST_OK && used; count++) {
        put_dated(claim, count, out);
        st = is_used(registry, claim->signing_domain, out->p, &used, err);
    }
    return st;
}

/* Which halves are stored.  A reserved selector has none yet, and one that
   leads to a shared key has none of its own. */
static bool
stores_public(enum key_state state, enum key_origin origin)
{
    return state != KEY_RESERVED && origin != ORIGIN_SHARED;
}

static bool
stores_private(enum key_state state, enum key_origin origin)
{
    return states_key_is_live(state)
           && (origin == ORIGIN_MADE || origin == ORIGIN_PRIVATE);
}

/* The private half of pair under its number, domain and selector. */
static enum status
seal_half(const struct seal *seal, const struct seal_subject *subject,
          const struct key_pair *pair, struct strbuf *sealed,
          struct error *err)
{
    assert(seal != NULL && pair->private_der.n > 0);
    return seal_wrap(seal, subject, strbuf_slice(&pair->private_der), sealed,
                     err);
}

static struct seal_subject
subject_of(const struct registry *registry, const struct customer_key *key,
           const struct key_pair *pair)
{
    return (struct seal_subject){.registry = registry_uuid(registry),
                                 .key = key->id,
                                 .domain = key->signing_domain,
                                 .selector = key->selector,
                                 .algorithm = pair->algorithm};
}

static enum status
insert_row(struct registry *registry, const struct key_claim *claim,
           const struct customer_key *key, struct slice sealed,
           struct error *err)
{
    static const char sql[] =
        "INSERT INTO key (id, domain, share, signing_domain, selector,"
        " algorithm, bits, state, origin, replaces, created, since,"
        " published, activated, public, sealed) VALUES"
        " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?12, ?13, ?14,"
        " ?15)";
    int64_t now = clock_now();
    bool is_active = claim->state == KEY_ACTIVE;
    bool is_published = is_active || claim->state == KEY_PUBLISHED;

    return query_run(
        db_query(registry_db(registry), sql, "iIttttittIiIIto", key->id,
                 claim->domain, claim->share, key->signing_domain,
                 key->selector, keymaker_word(claim->pair->algorithm),
                 (int64_t)claim->pair->bits, states_key(claim->state),
                 states_origin(claim->origin), claim->replaces, now,
                 is_published ? now : (int64_t)0, is_active ? now : (int64_t)0,
                 stores_public(claim->state, claim->origin)
                     ? claim->pair->public_text.p
                     : NULL,
                 sealed.n > 0 ? &sealed : NULL),
        err);
}

static enum status
log_key(struct registry *registry, int64_t key, const struct key_pair *pair,
        enum key_state state, struct error *err)
{
    struct strbuf detail = STRBUF_INIT;
    struct event_claim event = {.what = EVENT_KEY_ADDED, .key = key};
    enum status st;

    strbuf_addf(&detail, "%s %u, %s", keymaker_word(pair->algorithm),
                pair->bits, states_key(state));
    event.detail = detail.p;
    st = events_add(registry, &event, err);
    strbuf_clear(&detail);
    return st;
}

/* The claim under the selector that was settled. */
static enum status
insert(struct registry *registry, const struct seal *seal,
       const struct key_claim *claim, struct customer_key *key,
       struct error *err)
{
    struct strbuf sealed = STRBUF_INIT;
    struct seal_subject subject;
    enum status st =
        query_single(db_query(registry_db(registry),
                              "SELECT ifnull(max(id), 0) + 1 FROM key", ""),
                     &key->id, err);

    subject = subject_of(registry, key, claim->pair);
    if (st == ST_OK && stores_private(claim->state, claim->origin))
        st = seal_half(seal, &subject, claim->pair, &sealed, err);
    if (st == ST_OK)
        st = insert_row(registry, claim, key, strbuf_slice(&sealed), err);
    if (st == ST_OK)
        st = log_key(registry, key->id, claim->pair, claim->state, err);
    strbuf_clear(&sealed);
    return st;
}

/* The one asked for, if it is free, or a dated one. */
static enum status
settle_selector(struct registry *registry, const struct key_claim *claim,
                struct strbuf *out, struct error *err)
{
    if (claim->selector == NULL)
        return keys_dated_selector(registry, claim, out, err);
    strbuf_add_text(out, claim->selector);
    return keys_claimable(registry, claim->signing_domain, claim->selector,
                          err);
}

enum status
keys_add(struct registry *registry, const struct seal *seal,
         const struct key_claim *claim, int64_t *id, struct error *err)
{
    struct customer_key key = {.signing_domain = claim->signing_domain};
    struct strbuf selector = STRBUF_INIT;
    enum status st = registry_begin(registry, err);

    if (st != ST_OK)
        return st;
    st = settle_selector(registry, claim, &selector, err);
    key.selector = selector.p;
    if (st == ST_OK)
        st = insert(registry, seal, claim, &key, err);
    strbuf_clear(&selector);
    *id = key.id;
    return registry_end(registry, st, err);
}

static enum status
update_row(struct registry *registry, int64_t key, const struct key_pair *pair,
           struct slice sealed, struct error *err)
{
    static const char sql[] =
        "UPDATE key SET algorithm = ?2, bits = ?3, state = 'pending',"
        " since = ?4, due = NULL, public = ?5, sealed = ?6 WHERE id = ?1";

    return query_run(db_query(registry_db(registry), sql, "itiito", key,
                              keymaker_word(pair->algorithm),
                              (int64_t)pair->bits, clock_now(),
                              pair->public_text.p,
                              sealed.n > 0 ? &sealed : NULL),
                     err);
}

static enum status
fill(struct registry *registry, const struct seal *seal, int64_t id,
     const struct key_pair *pair, struct error *err)
{
    static const char sql[] =
        "SELECT " KEY_COLUMNS " FROM key AS k WHERE k.id = ?1";
    struct query *query = db_query(registry_db(registry), sql, "i", id);
    struct strbuf sealed = STRBUF_INIT;
    struct customer_key key;
    enum status st = query_step(query, err);

    if (st == ST_OK && !columns_key(query, 0, NULL, &key))
        st = columns_fault(registry, err);
    else if (st == ST_NOT_FOUND || (st == ST_OK && key.state != KEY_RESERVED))
        st = error_set(err, ST_NOT_FOUND, "there is no such reserved key");
    if (st == ST_OK && stores_private(KEY_PENDING, key.origin)) {
        struct seal_subject subject = subject_of(registry, &key, pair);

        st = seal_half(seal, &subject, pair, &sealed, err);
    }
    query_end(query);
    if (st == ST_OK)
        st = update_row(registry, id, pair, strbuf_slice(&sealed), err);
    if (st == ST_OK)
        st = log_key(registry, id, pair, KEY_PENDING, err);
    strbuf_clear(&sealed);
    return st;
}

enum status
keys_fill(struct registry *registry, const struct seal *seal, int64_t key,
          const struct key_pair *pair, struct error *err)
{
    enum status st = registry_begin(registry, err);

    if (st != ST_OK)
        return st;
    return registry_end(registry, fill(registry, seal, key, pair, err), err);
}
