/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Customers and their fields. */
#include "common/registry/customers.h"

#include "common/base/clock.h"
#include "common/registry/columns.h"
#include "common/registry/db.h"
#include "common/registry/domains.h"
#include "common/registry/events.h"
#include "common/registry/labels.h"

enum status
customers_find(struct registry *registry, struct arena *arena,
               const char *name, struct customer *out, struct error *err)
{
    static const char sql[] =
        "SELECT " CUSTOMER_COLUMNS " FROM customer AS c WHERE c.name = ?1";
    struct query *query = db_query(registry_db(registry), sql, "t", name);
    enum status st = query_step(query, err);

    if (st == ST_NOT_FOUND)
        return error_set(err, ST_NOT_FOUND, "there is no customer '%s'", name);
    if (st == ST_OK && !columns_customer(query, 0, arena, out))
        st = columns_fault(registry, err);
    query_end(query);
    return st;
}

enum status
customers_count(struct registry *registry, int64_t *count, struct error *err)
{
    return query_single(db_query(registry_db(registry),
                                 "SELECT count(*) FROM customer"
                                 " WHERE state <> 'removed'",
                                 ""),
                        count, err);
}

/* ST_EXISTS with the sentence when there is one. */
static enum status
check_free(struct registry *registry, const char *name, struct error *err)
{
    struct query *query = db_query(
        registry_db(registry),
        "SELECT state = 'removed' FROM customer WHERE name = ?1", "t", name);
    int64_t is_removed = 0;
    enum status st = query_single(query, &is_removed, err);

    if (st == ST_NOT_FOUND)
        return ST_OK;
    if (st != ST_OK)
        return st;
    return error_set(err, ST_EXISTS,
                     is_removed != 0
                         ? "customer '%s' was removed: its name is never used"
                           " again, so that nobody inherits its mail"
                         : "customer '%s' is there already",
                     name);
}

/* Numbers are given out here and not by SQLite, so that they are known
   before the row is there: a private half is sealed to its number. */
static enum status
insert(struct registry *registry, const char *name, int64_t *id,
       struct error *err)
{
    struct db *db = registry_db(registry);
    int64_t now = clock_now();
    struct event_claim event = {.what = EVENT_CUSTOMER_ADDED};
    enum status st = query_single(
        db_query(db, "SELECT ifnull(max(id), 0) + 1 FROM customer", ""), id,
        err);

    if (st != ST_OK)
        return st;
    st = query_run(db_query(db,
                            "INSERT INTO customer"
                            " (id, name, state, created, since)"
                            " VALUES (?1, ?2, 'active', ?3, ?3)",
                            "iti", *id, name, now),
                   err);
    if (st != ST_OK)
        return st;
    event.customer = *id;
    return events_add(registry, &event, err);
}

enum status
customers_add(struct registry *registry, const char *name, int64_t *id,
              struct error *err)
{
    enum status st = registry_begin(registry, err);

    if (st != ST_OK)
        return st;
    if ((st = check_free(registry, name, err)) == ST_OK)
        st = insert(registry, name, id, err);
    return registry_end(registry, st, err);
}

static enum status
update_state(struct registry *registry, const struct customer *now,
             const struct customer *goal, struct error *err)
{
    struct strbuf detail = STRBUF_INIT;
    struct event_claim event = {.what = goal->state == CUSTOMER_REMOVED
                                            ? EVENT_CUSTOMER_REMOVED
                                            : EVENT_CUSTOMER_STATE,
                                .customer = now->id};
    enum status st;

    strbuf_addf(&detail, "%s -> %s", states_customer(now->state),
                states_customer(goal->state));
    event.detail = detail.p;
    st = query_run(db_query(registry_db(registry),
                            "UPDATE customer SET state = ?2, since = ?3,"
                            " due = ?4 WHERE id = ?1",
                            "itiI", now->id, states_customer(goal->state),
                            clock_now(), goal->due),
                   err);
    if (st == ST_OK)
        st = events_add(registry, &event, err);
    strbuf_clear(&detail);
    return st;
}

static enum status
remove_domains(struct registry *registry, struct arena *arena,
               int64_t customer, struct error *err)
{
    struct customer_domain *domains;
    size_t count;
    enum status st =
        domains_of(registry, arena, customer, &domains, &count, err);

    for (size_t i = 0; st == ST_OK && i < count; i++)
        if (domains[i].state != DOMAIN_REMOVED)
            st = domains_remove(registry, domains[i].id, err);
    return st;
}

/* goal has the name, and the state and due that it shall have. */
static enum status
change_state(struct registry *registry, struct arena *arena,
             const struct customer *goal, struct error *err)
{
    struct customer now;
    enum status st = customers_find(registry, arena, goal->name, &now, err);

    if (st != ST_OK)
        return st;
    if (now.state == goal->state && now.due == goal->due)
        return ST_OK;
    if (now.state != goal->state
        && !states_customer_may(now.state, goal->state))
        return error_set(err, ST_UNSUPPORTED,
                         "customer '%s' is %s and cannot become %s",
                         goal->name, states_customer(now.state),
                         states_customer(goal->state));
    if (goal->state == CUSTOMER_REMOVED
        && (st = remove_domains(registry, arena, now.id, err)) != ST_OK)
        return st;
    return update_state(registry, &now, goal, err);
}

static enum status
in_transaction(struct registry *registry, const struct customer *goal,
               struct error *err)
{
    struct arena *arena;
    enum status st = registry_begin(registry, err);

    if (st != ST_OK)
        return st;
    arena = arena_new();
    st = change_state(registry, arena, goal, err);
    arena_free(arena);
    return registry_end(registry, st, err);
}

enum status
customers_set_state(struct registry *registry, const char *name,
                    enum customer_state state, int64_t due, struct error *err)
{
    struct customer goal = {.name = name,
                            .state = state,
                            .due = state == CUSTOMER_LEAVING ? due : 0};

    return in_transaction(registry, &goal, err);
}

enum status
customers_remove(struct registry *registry, const char *name,
                 struct error *err)
{
    struct customer goal = {.name = name, .state = CUSTOMER_REMOVED};

    return in_transaction(registry, &goal, err);
}

static enum status
put_field(struct registry *registry, int64_t customer, const char *name,
          const char *value, struct error *err)
{
    struct db *db = registry_db(registry);

    if (value == NULL)
        return query_run(db_query(db,
                                  "DELETE FROM customer_field"
                                  " WHERE customer = ?1 AND name = ?2",
                                  "it", customer, name),
                         err);
    return query_run(db_query(db,
                              "INSERT INTO customer_field"
                              " (customer, name, value) VALUES (?1, ?2, ?3)"
                              " ON CONFLICT (customer, name)"
                              " DO UPDATE SET value = ?3",
                              "itt", customer, name, value),
                     err);
}

enum status
customers_set_field(struct registry *registry, int64_t customer,
                    const char *name, const char *value, struct error *err)
{
    struct strbuf detail = STRBUF_INIT;
    struct event_claim event = {.what = EVENT_FIELD_SET, .customer = customer};
    enum status st;

    if ((st = labels_field(name, value == NULL ? "-" : value, err)) != ST_OK
        && value != NULL)
        return st;
    if ((st = registry_begin(registry, err)) != ST_OK)
        return st;
    strbuf_addf(&detail, "%s = %s", name, value == NULL ? "" : value);
    event.detail = detail.p;
    if ((st = put_field(registry, customer, name, value, err)) == ST_OK)
        st = events_add(registry, &event, err);
    strbuf_clear(&detail);
    return registry_end(registry, st, err);
}

enum status
customers_fields(struct registry *registry, struct arena *arena,
                 int64_t customer, struct customer_field **out, size_t *count,
                 struct error *err)
{
    struct query *query = db_query(registry_db(registry),
                                   "SELECT name, value FROM customer_field"
                                   " WHERE customer = ?1 ORDER BY name",
                                   "i", customer);
    struct customer_field *fields = NULL;
    size_t n = 0;
    enum status st;

    while ((st = query_step(query, err)) == ST_OK) {
        fields = arena_grow(arena, fields, n, sizeof(*fields));
        fields[n].name = arena_text(arena, slice_of(query_text(query, 0)));
        fields[n].value = arena_text(arena, slice_of(query_text(query, 1)));
        n++;
    }
    *out = fields;
    *count = n;
    return st == ST_NOT_FOUND ? ST_OK : st;
}
