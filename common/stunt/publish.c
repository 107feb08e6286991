/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the published view from the registry's event log. */
#include "common/stunt/publish.h"

#include <inttypes.h>

#include "common/base/arena.h"
#include "common/base/strbuf.h"
#include "common/base/table.h"
#include "common/registry/events.h"
#include "common/registry/served.h"
#include "common/stunt/stuntview.h"

struct publisher {
    struct registry *registry;    /* read */
    struct stuntwriter *writer;   /* written */
    struct arena *arena;          /* of one customer */
    struct publish_counts counts; /* so far */
    bool touches_shared;          /* the ESP's own keys changed */
    struct table *customers;      /* ids of those that changed */
};

static struct slice
view_key(struct arena *arena, char kind, const char *label)
{
    return slice_of(arena_printf(arena, "%c%s", kind, label));
}

static void
add_keys(struct arena *arena, const struct served_key *keys, size_t count,
         struct stunt_key **out, size_t *n)
{
    for (size_t i = 0; i < count; i++) {
        *out = arena_grow(arena, *out, *n, sizeof(**out));
        (*out)[(*n)++] = (struct stunt_key){slice_of(keys[i].selector),
                                            slice_of(keys[i].algorithm),
                                            slice_of(keys[i].data)};
    }
}

/* The customer's fields, with room for two more. */
static struct stunt_field *
copy_fields(struct arena *arena, const struct served_customer *served)
{
    struct stunt_field *fields =
        ARENA_ARRAY(arena, struct stunt_field, served->field_count + 2);

    for (size_t i = 0; i < served->field_count; i++)
        fields[i] = (struct stunt_field){slice_of(served->fields[i].name),
                                         slice_of(served->fields[i].value)};
    return fields;
}

/* A domain of the customer's own, by its token: only while it has keys. */
static enum status
put_token(struct publisher *publisher, const struct served_customer *served,
          const struct served_domain *domain, struct error *err)
{
    struct arena *arena = publisher->arena;
    struct slice key = view_key(arena, 't', domain->domain.token);
    struct stunt_field *fields = copy_fields(arena, served);
    struct stunt_key *keys = NULL;
    struct stunt_entry entry = {.fields = fields,
                                .field_count = served->field_count + 2};

    if (served->customer.state == CUSTOMER_REMOVED || domain->key_count == 0)
        return stuntwriter_remove(publisher->writer, key, err);
    fields[served->field_count] = (struct stunt_field){
        SLICE("customer"), slice_of(served->customer.name)};
    fields[served->field_count + 1] =
        (struct stunt_field){SLICE("domain"), slice_of(domain->domain.name)};
    add_keys(arena, domain->keys, domain->key_count, &keys, &entry.key_count);
    entry.keys = keys;
    return stuntwriter_put(publisher->writer, key, &entry, err);
}

/* CUSTOMER.ESP: there as long as the customer is. */
static enum status
put_customer(struct publisher *publisher, const struct served_customer *served,
             struct error *err)
{
    struct arena *arena = publisher->arena;
    struct slice key = view_key(arena, 'c', served->customer.name);
    struct stunt_key *keys = NULL;
    struct stunt_entry entry = {.fields = copy_fields(arena, served),
                                .field_count = served->field_count};
    enum status st = ST_OK;

    publisher->counts.customers++;
    for (size_t i = 0; st == ST_OK && i < served->domain_count; i++) {
        const struct served_domain *domain = &served->domains[i];

        if (domain->domain.mode == MODE_ESP)
            add_keys(arena, domain->keys, domain->key_count, &keys,
                     &entry.key_count);
        else
            st = put_token(publisher, served, domain, err);
    }
    if (st != ST_OK)
        return st;
    if (served->customer.state == CUSTOMER_REMOVED)
        return stuntwriter_remove(publisher->writer, key, err);
    entry.keys = keys;
    return stuntwriter_put(publisher->writer, key, &entry, err);
}

static enum status
put_shared(struct publisher *publisher, struct error *err)
{
    struct served_key *shared;
    struct stunt_key *keys = NULL;
    struct stunt_entry entry = {0};
    size_t count;
    enum status st = served_shared(publisher->registry, publisher->arena,
                                   &shared, &count, err);

    if (st != ST_OK)
        return st;
    add_keys(publisher->arena, shared, count, &keys, &entry.key_count);
    entry.keys = keys;
    return stuntwriter_put(publisher->writer, SLICE(STUNTVIEW_ESP), &entry,
                           err);
}

/* The event of that number as text, "" when there is none: the log of a
   registry that was restored from a backup may have another at it. */
static enum status
read_mark(struct publisher *publisher, int64_t number, struct strbuf *out,
          struct error *err)
{
    struct events *events = NULL;
    const struct event *event;
    enum status st =
        events_open(publisher->registry, number - 1, 0, &events, err);

    strbuf_cut(out, 0);
    if (st == ST_OK)
        st = events_next(events, &event, err);
    if (st == ST_OK && event->number == number)
        strbuf_addf(out, "%" PRId64 " %" PRId64 " %s %" PRId64 " %" PRId64,
                    number, event->at, event->what, event->customer_id,
                    event->key);
    events_free(events);
    return st == ST_NOT_FOUND ? ST_OK : st;
}

/* What the view was made from. */
static enum status
put_origin(struct publisher *publisher, struct error *err)
{
    struct strbuf mark = STRBUF_INIT;
    enum status st =
        read_mark(publisher, publisher->counts.applied, &mark, err);
    struct stunt_field fields[] = {
        {SLICE("uuid"),  slice_of(registry_uuid(publisher->registry))},
        {SLICE("esp"),   slice_of(registry_esp(publisher->registry)) },
        {SLICE("event"), strbuf_slice(&mark)                         }
    };
    struct stunt_entry entry = {
        .fields = fields, .field_count = sizeof(fields) / sizeof(fields[0])};

    if (st == ST_OK)
        st = stuntwriter_put(publisher->writer, SLICE(STUNTVIEW_ORIGIN),
                             &entry, err);
    strbuf_clear(&mark);
    return st;
}

static enum status
put_each(struct publisher *publisher, struct served *served, struct error *err)
{
    struct served_customer customer;
    enum status st;

    while ((st = served_next(served, publisher->arena, &customer, err))
           == ST_OK) {
        st = put_customer(publisher, &customer, err);
        if (st == ST_OK && publisher->counts.customers % PUBLISH_BATCH == 0)
            st = stuntwriter_flush(publisher->writer, err);
        if (st != ST_OK)
            return st;
        arena_reset(publisher->arena);
    }
    return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status
publish_whole(struct publisher *publisher, struct error *err)
{
    struct served_filter filter = {.customer = NULL};
    struct served *served = NULL;
    enum status st;

    if ((st = stuntwriter_anew(publisher->writer, err)) != ST_OK
        || (st = put_origin(publisher, err)) != ST_OK
        || (st = put_shared(publisher, err)) != ST_OK
        || (st = served_open(publisher->registry, &filter, &served, err))
               != ST_OK)
        return st;
    st = put_each(publisher, served, err);
    served_free(served);
    return st == ST_OK ? stuntwriter_sweep(publisher->writer, err) : st;
}

/* Which customers the events above a number speak of. */
static enum status
read_events(struct publisher *publisher, int64_t above, struct error *err)
{
    struct events *events = NULL;
    const struct event *event;
    enum status st = events_open(publisher->registry, above, 0, &events, err);

    while (st == ST_OK && (st = events_next(events, &event, err)) == ST_OK) {
        int64_t id = event->customer_id;

        if (id != 0)
            table_put(publisher->customers,
                      (struct slice){(const char *)&id, sizeof(id)},
                      publisher);
        else if (event->key != 0)
            publisher->touches_shared = true;
    }
    events_free(events);
    return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status
publish_one(struct publisher *publisher, int64_t id, struct error *err)
{
    struct served_filter filter = {.customer_id = id, .with_removed = true};
    struct served_customer customer;
    struct served *served = NULL;
    enum status st = served_open(publisher->registry, &filter, &served, err);

    if (st == ST_OK)
        st = served_next(served, publisher->arena, &customer, err);
    served_free(served);
    if (st == ST_OK)
        st = put_customer(publisher, &customer, err);
    arena_reset(publisher->arena);
    return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status
publish_changes(struct publisher *publisher, struct error *err)
{
    enum status st = ST_OK;
    struct slice key;
    size_t position = 0;
    void *unused;

    if (publisher->touches_shared)
        st = put_shared(publisher, err);
    if (st == ST_OK)
        st = put_origin(publisher, err);
    while (st == ST_OK
           && table_each(publisher->customers, &position, &key, &unused)) {
        int64_t id;

        memcpy(&id, key.p, sizeof(id));
        st = publish_one(publisher, id, err);
    }
    return st;
}

/* Is the view of this registry, and of the log that it has now? */
static enum status
view_is_ours(struct publisher *publisher, uint64_t applied, bool *is_ours,
             struct error *err)
{
    struct slice uuid, event;
    struct strbuf mark = STRBUF_INIT;
    enum status st;

    *is_ours = false;
    if (applied == 0)
        return ST_OK;
    st = read_mark(publisher, (int64_t)applied, &mark, err);
    *is_ours =
        st == ST_OK
        && stuntwriter_field(publisher->writer, SLICE(STUNTVIEW_ORIGIN),
                             SLICE("uuid"), &uuid)
        && slice_equal(uuid, slice_of(registry_uuid(publisher->registry)))
        && stuntwriter_field(publisher->writer, SLICE(STUNTVIEW_ORIGIN),
                             SLICE("event"), &event)
        && slice_equal(event, strbuf_slice(&mark));
    strbuf_clear(&mark);
    return st;
}

/* The writer is locked before the registry is read: who comes later has then
   read it later too. */
static enum status
bring_up(struct publisher *publisher, uint64_t applied, struct error *err)
{
    bool is_ours;
    enum status st =
        events_last(publisher->registry, &publisher->counts.applied, err);

    if (st == ST_OK)
        st = view_is_ours(publisher, applied, &is_ours, err);
    if (st != ST_OK || !is_ours)
        return st == ST_OK ? publish_whole(publisher, err) : st;
    st = read_events(publisher, (int64_t)applied, err);
    if (st != ST_OK)
        return st;
    return table_count(publisher->customers) > PUBLISH_BATCH
               ? publish_whole(publisher, err)
               : publish_changes(publisher, err);
}

enum status
publish_view(struct registry *registry, const char *folder,
             struct publish_counts *counts, struct error *err)
{
    struct publisher publisher = {.registry = registry};
    uint64_t applied;
    enum status st =
        stuntwriter_begin(folder, &publisher.writer, &applied, err);

    if (st != ST_OK)
        return st;
    publisher.arena = arena_new();
    publisher.customers = table_new();
    st = bring_up(&publisher, applied, err);
    if (st == ST_OK)
        st = stuntwriter_commit(publisher.writer,
                                (uint64_t)publisher.counts.applied, err);
    else
        stuntwriter_abort(publisher.writer);
    if (counts != NULL)
        *counts = publisher.counts;
    table_free(publisher.customers);
    arena_free(publisher.arena);
    return st;
}
