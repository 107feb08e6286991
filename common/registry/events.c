/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was done, when and by whom: a log that can only grow. */
#include "common/registry/events.h"

#include <stdlib.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/registry/db.h"

struct events {
    struct query *query; /* the statement, half walked */
    struct event event;  /* the present row */
};

/* What belongs to a key or domain is entered under its domain and customer
   too, so that a customer's history is one index walk. */
enum status
events_add(struct registry *registry, const struct event_claim *claim,
           struct error *err)
{
    static const char sql[] =
        "INSERT INTO event (at, uid, what, customer, domain, key, detail)"
        " SELECT ?1, ?2, ?3, coalesce(?4, d.customer), d.id, k.id,"
        " ifnull(?7, '') FROM (SELECT 1)"
        " LEFT JOIN key AS k ON k.id = ?6"
        " LEFT JOIN domain AS d ON d.id = coalesce(?5, k.domain)";

    return query_run(db_query(registry_db(registry), sql, "iitIIIt",
                              clock_now(), (int64_t)getuid(), claim->what,
                              claim->customer, claim->domain, claim->key,
                              claim->detail),
                     err);
}

enum status
events_last(struct registry *registry, int64_t *number, struct error *err)
{
    return query_single(db_query(registry_db(registry),
                                 "SELECT ifnull(max(id), 0) FROM event", ""),
                        number, err);
}

#define EVENTS_SELECT                                                         \
    "SELECT e.id, e.at, e.uid, e.what, e.customer, c.name, d.name, e.key,"    \
    " k.selector, e.detail FROM event AS e"                                   \
    " LEFT JOIN customer AS c ON c.id = e.customer"                           \
    " LEFT JOIN domain AS d ON d.id = e.domain"                               \
    " LEFT JOIN key AS k ON k.id = e.key WHERE e.id > ?1"

enum status
events_open(struct registry *registry, int64_t above, int64_t customer,
            struct events **out, struct error *err)
{
    static const char all[] = EVENTS_SELECT " ORDER BY e.id";
    static const char one[] =
        EVENTS_SELECT " AND e.customer = ?2 ORDER BY e.id";
    struct events *events = memory_zeroed(1, sizeof(*events));
    struct db *db = registry_db(registry);

    (void)err;
    events->query = customer == 0 ? db_query(db, all, "i", above)
                                  : db_query(db, one, "ii", above, customer);
    *out = events;
    return ST_OK;
}

enum status
events_next(struct events *events, const struct event **event,
            struct error *err)
{
    struct query *query = events->query;
    enum status st = query == NULL ? ST_NOT_FOUND : query_step(query, err);

    if (st != ST_OK) {
        /* Ended by itself; another walk may have taken the statement. */
        events->query = NULL;
        return st;
    }
    events->event = (struct event){.number = query_number(query, 0),
                                   .at = query_number(query, 1),
                                   .uid = query_number(query, 2),
                                   .what = query_text(query, 3),
                                   .customer_id = query_number(query, 4),
                                   .customer = query_text(query, 5),
                                   .domain = query_text(query, 6),
                                   .key = query_number(query, 7),
                                   .selector = query_text(query, 8),
                                   .detail = query_text(query, 9)};
    *event = &events->event;
    return ST_OK;
}

void
events_free(struct events *events)
{
    if (events == NULL)
        return;
    query_end(events->query);
    free(events);
}
