/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims of customers to domains that they sign as. */
#include "common/registry/domains.h"

#include "common/base/clock.h"
#include "common/registry/columns.h"
#include "common/registry/db.h"
#include "common/registry/events.h"
#include "common/registry/keys.h"
#include "common/registry/labels.h"

enum status
domains_claimable(struct registry *registry, const struct domain_claim *claim,
                  struct error *err)
{
    static const char sql[] =
        "SELECT c.name, c.id = ?2 FROM domain AS d JOIN customer AS c"
        " ON c.id = d.customer WHERE d.name = ?1 AND d.state <> 'removed'"
        " AND (c.id = ?2 OR NOT ?3) LIMIT 1";
    struct query *query =
        db_query(registry_db(registry), sql, "tii", claim->name,
                 claim->customer, (int64_t)claim->is_shared);
    enum status st = query_step(query, err);

    if (st == ST_NOT_FOUND)
        return ST_OK;
    if (st == ST_OK)
        st = error_set(err, ST_EXISTS,
                       query_number(query, 1) != 0
                           ? "domain '%s' is claimed by customer '%s' already"
                           : "domain '%s' is claimed by customer '%s': a"
                             " second claim must be asked for"
                             " (--shared-domain)",
                       claim->name, query_text(query, 0));
    query_end(query);
    return st;
}

static enum status
insert(struct registry *registry, const struct domain_claim *claim,
       int64_t *id, struct error *err)
{
    static const char sql[] =
        "INSERT INTO domain (id, customer, name, mode, state, token, label,"
        " is_shared, ahead, created, since)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)";
    struct db *db = registry_db(registry);
    bool is_ours = claim->mode == MODE_ESP;
    struct event_claim event = {.what = EVENT_DOMAIN_ADDED,
                                .detail = states_mode(claim->mode)};
    char token[TOKEN_SIZE];
    enum status st;

    labels_token(token);
    st = query_single(
        db_query(db, "SELECT ifnull(max(id), 0) + 1 FROM domain", ""), id,
        err);
    if (st == ST_OK)
        st = query_run(
            db_query(db, sql, "iitttttiii", *id, claim->customer, claim->name,
                     states_mode(claim->mode),
                     states_domain(is_ours ? DOMAIN_VERIFIED : DOMAIN_PENDING),
                     is_ours ? NULL : token, claim->label,
                     (int64_t)claim->is_shared, claim->ahead, clock_now()),
            err);
    if (st != ST_OK)
        return st;
    event.domain = *id;
    return events_add(registry, &event, err);
}

enum status
domains_add(struct registry *registry, const struct domain_claim *claim,
            int64_t *id, struct error *err)
{
    enum status st = registry_begin(registry, err);

    if (st != ST_OK)
        return st;
    if ((st = domains_claimable(registry, claim, err)) == ST_OK)
        st = insert(registry, claim, id, err);
    return registry_end(registry, st, err);
}

enum status
domains_find(struct registry *registry, struct arena *arena,
             const struct domain_claim *name, struct customer_domain *out,
             struct error *err)
{
    static const char sql[] =
        "SELECT " DOMAIN_COLUMNS " FROM domain AS d WHERE d.customer = ?1"
        " AND d.name = ?2 AND d.state <> 'removed'";
    struct query *query =
        db_query(registry_db(registry), sql, "it", name->customer, name->name);
    enum status st = query_step(query, err);

    if (st == ST_NOT_FOUND)
        return error_set(err, ST_NOT_FOUND, "the customer has no domain '%s'",
                         name->name);
    if (st == ST_OK && !columns_domain(query, 0, arena, out))
        st = columns_fault(registry, err);
    query_end(query);
    return st;
}

enum status
domains_of(struct registry *registry, struct arena *arena, int64_t customer,
           struct customer_domain **out, size_t *count, struct error *err)
{
    static const char sql[] = "SELECT " DOMAIN_COLUMNS " FROM domain AS d"
                              " WHERE d.customer = ?1 ORDER BY d.id";
    struct query *query = db_query(registry_db(registry), sql, "i", customer);
    struct customer_domain *domains = NULL;
    size_t n = 0;
    enum status st;

    while ((st = query_step(query, err)) == ST_OK) {
        domains = arena_grow(arena, domains, n, sizeof(*domains));
        if (!columns_domain(query, 0, arena, &domains[n])) {
            query_end(query);
            return columns_fault(registry, err);
        }
        n++;
    }
    *out = domains;
    *count = n;
    return st == ST_NOT_FOUND ? ST_OK : st;
}

/* The state it is in. */
static enum status
read_state(struct registry *registry, int64_t domain, enum domain_state *state,
           struct error *err)
{
    struct query *query =
        db_query(registry_db(registry),
                 "SELECT state FROM domain WHERE id = ?1", "i", domain);
    enum status st = query_step(query, err);

    if (st == ST_NOT_FOUND)
        return error_set(err, ST_NOT_FOUND, "there is no such domain");
    if (st == ST_OK
        && !states_domain_parse(slice_of(query_text(query, 0)), state))
        st = columns_fault(registry, err);
    query_end(query);
    return st;
}

static enum status
update_state(struct registry *registry, int64_t domain, enum domain_state from,
             enum domain_state to, struct error *err)
{
    struct strbuf detail = STRBUF_INIT;
    struct event_claim event = {.what = to == DOMAIN_REMOVED
                                            ? EVENT_DOMAIN_REMOVED
                                            : EVENT_DOMAIN_STATE,
                                .domain = domain};
    enum status st;

    strbuf_addf(&detail, "%s -> %s", states_domain(from), states_domain(to));
    event.detail = detail.p;
    st = query_run(db_query(registry_db(registry),
                            "UPDATE domain SET state = ?2, since = ?3"
                            " WHERE id = ?1",
                            "iti", domain, states_domain(to), clock_now()),
                   err);
    if (st == ST_OK)
        st = events_add(registry, &event, err);
    strbuf_clear(&detail);
    return st;
}

static enum status
retire_keys(struct registry *registry, int64_t domain, struct error *err)
{
    struct arena *arena = arena_new();
    struct customer_key *keys;
    size_t count;
    enum status st = keys_of(registry, arena, domain, &keys, &count, err);

    for (size_t i = 0; st == ST_OK && i < count; i++) {
        struct key_step step = {.from = keys[i].state, .to = KEY_RETIRED};

        if (step.from != KEY_RETIRED)
            st = keys_move(registry, keys[i].id, &step, err);
    }
    arena_free(arena);
    return st;
}

/* A removed one stays so. */
static enum status
change_state(struct registry *registry, int64_t domain, enum domain_state from,
             enum domain_state to, struct error *err)
{
    enum status st = ST_OK;

    if (from == DOMAIN_REMOVED)
        return error_set(err, ST_UNSUPPORTED,
                         "the domain was removed: a new claim is a new"
                         " domain");
    if (to == DOMAIN_REMOVED)
        st = retire_keys(registry, domain, err);
    return st == ST_OK ? update_state(registry, domain, from, to, err) : st;
}

enum status
domains_move(struct registry *registry, int64_t domain, enum domain_state from,
             enum domain_state to, struct error *err)
{
    enum domain_state now;
    enum status st = registry_begin(registry, err);

    if (st != ST_OK)
        return st;
    st = read_state(registry, domain, &now, err);
    if (st == ST_OK && now != from)
        st = error_set(err, ST_BUSY,
                       "the domain is %s by now, no longer %s: somebody else"
                       " moved it",
                       states_domain(now), states_domain(from));
    if (st == ST_OK)
        st = change_state(registry, domain, from, to, err);
    return registry_end(registry, st, err);
}

enum status
domains_remove(struct registry *registry, int64_t domain, struct error *err)
{
    enum domain_state now;
    enum status st = registry_begin(registry, err);

    if (st != ST_OK)
        return st;
    st = read_state(registry, domain, &now, err);
    if (st == ST_OK && now != DOMAIN_REMOVED)
        st = change_state(registry, domain, now, DOMAIN_REMOVED, err);
    return registry_end(registry, st, err);
}
