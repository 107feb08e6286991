/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of customers and their fields. */
#include "common/registry/customers.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/registry/db.h"
#include "common/registry/domains.h"
#include "common/registry/events.h"
#include "common/registry/keys.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

static struct registry *registry;
static struct seal *seal;
static struct arena *arena;

static enum customer_state
state_of(const char *name)
{
    struct customer customer = {.state = CUSTOMER_REMOVED};

    customers_find(registry, arena, name, &customer, NULL);
    return customer.state;
}

static void
test_add(void)
{
    struct customer customer;
    struct error err = ERROR_INIT;
    int64_t id = 0;
    int64_t count = 0;

    clock_set(1000);
    is_int(ST_NOT_FOUND,
           customers_find(registry, arena, "snufkin", &customer, &err),
           "nobody yet: %s", err.text);
    is_int(ST_OK, customers_add(registry, "snufkin", &id, &err), "add");
    is_int(ST_OK, customers_find(registry, arena, "snufkin", &customer, &err),
           "find");
    is_int(id, customer.id, "number");
    is_string("snufkin", customer.name, "name");
    is_int(CUSTOMER_ACTIVE, customer.state, "active");
    is_int(1000, customer.created, "since when");
    is_int(ST_EXISTS, customers_add(registry, "snufkin", &id, &err),
           "not twice: %s", err.text);
    customers_add(registry, "toffle", &id, NULL);
    customers_count(registry, &count, NULL);
    is_int(2, count, "how many");
}

static void
test_states(void)
{
    struct customer customer;
    struct error err = ERROR_INIT;
    int64_t before = 0;
    int64_t after = 0;

    clock_set(2000);
    is_int(
        ST_OK,
        customers_set_state(registry, "snufkin", CUSTOMER_SUSPENDED, 0, &err),
        "suspend");
    is_int(CUSTOMER_SUSPENDED, state_of("snufkin"), "is suspended");
    events_last(registry, &before, NULL);
    is_int(
        ST_OK,
        customers_set_state(registry, "snufkin", CUSTOMER_SUSPENDED, 0, &err),
        "suspend again");
    events_last(registry, &after, NULL);
    is_int(before, after, "is no event");
    is_int(ST_OK,
           customers_set_state(registry, "snufkin", CUSTOMER_ACTIVE, 0, &err),
           "resume");
    is_int(
        ST_OK,
        customers_set_state(registry, "snufkin", CUSTOMER_LEAVING, 9000, &err),
        "leave");
    customers_find(registry, arena, "snufkin", &customer, NULL);
    is_int(9000, customer.due, "until when keys are served");
    is_int(2000, customer.since, "since when");
    customers_set_state(registry, "snufkin", CUSTOMER_ACTIVE, 0, &err);
    customers_find(registry, arena, "snufkin", &customer, NULL);
    is_int(0, customer.due, "who stays after all has no due");
    is_int(ST_NOT_FOUND,
           customers_set_state(registry, "nobody", CUSTOMER_ACTIVE, 0, &err),
           "nobody: %s", err.text);
}

static void
test_fields(void)
{
    struct customer customer;
    struct customer_field *fields;
    struct error err = ERROR_INIT;
    size_t count = 0;

    customers_find(registry, arena, "snufkin", &customer, NULL);
    customers_set_field(registry, customer.id, "rua", "mailto:a@b.example",
                        NULL);
    customers_set_field(registry, customer.id, "pool", "old", NULL);
    is_int(ST_OK,
           customers_set_field(registry, customer.id, "pool", "new", &err),
           "set a field again");
    is_int(ST_SYNTAX,
           customers_set_field(registry, customer.id, "pool", "a;b", &err),
           "a bad value: %s", err.text);
    customers_fields(registry, arena, customer.id, &fields, &count, NULL);
    is_int(2, (long long)count, "two fields");
    is_string("pool", fields[0].name, "by name");
    is_string("new", fields[0].value, "the last value");
    is_int(ST_OK,
           customers_set_field(registry, customer.id, "rua", NULL, &err),
           "take one away");
    customers_fields(registry, arena, customer.id, &fields, &count, NULL);
    is_int(1, (long long)count, "one is left");
}

static void
test_remove(void)
{
    const char *path = fixture_path("a.db");
    struct error err = ERROR_INIT;
    int64_t id;
    int64_t domain = fixture_domain(registry, "snufkin", NULL);
    int64_t second = fixture_domain(registry, "snufkin", "snufkin.example");

    fixture_key(registry, seal, domain, "snufkin.sausagemail.com", "k1");
    fixture_key(registry, seal, domain, "snufkin.sausagemail.com", "k2");
    fixture_key(registry, seal, second, "snufkin.example", "k1");
    is_int(ST_OK, customers_remove(registry, "snufkin", &err), "remove (%s)",
           err.text);
    is_int(CUSTOMER_REMOVED, state_of("snufkin"), "a tombstone");
    is_int(0,
           fixture_count(path, "SELECT count(*) FROM key WHERE sealed IS NOT"
                               " NULL"),
           "no private half is left");
    is_int(3,
           fixture_count(path, "SELECT count(*) FROM key WHERE state ="
                               " 'retired' AND public IS NOT NULL"),
           "public halves are");
    is_int(2,
           fixture_count(path, "SELECT count(*) FROM domain WHERE state ="
                               " 'removed'"),
           "domains are tombstones too");
    is_int(6,
           fixture_count(path, "SELECT count(*) FROM event WHERE (what LIKE"
                               " '%.removed' OR detail LIKE '%retired') AND"
                               " customer = 1"),
           "each of it is logged under the customer");
    is_int(ST_UNSUPPORTED,
           customers_set_state(registry, "snufkin", CUSTOMER_ACTIVE, 0, &err),
           "final: %s", err.text);
    is_int(ST_EXISTS, customers_add(registry, "snufkin", &id, &err),
           "the name is not used again: %s", err.text);
    is_int(ST_OK, customers_remove(registry, "snufkin", &err),
           "to remove again is no fault");
    is_int(ST_OK, registry_check(registry, &err), "all is sound (%s)",
           err.text);
}

/* What was erased is in no file: neither in free pages nor in the log. */
static void
test_erased(void)
{
    int64_t domain = fixture_domain(registry, "moomin", NULL);
    int64_t key =
        fixture_key(registry, seal, domain, "moomin.sausagemail.com", "k1");
    char sql[128];
    struct strbuf text = STRBUF_INIT;
    struct slice sealed = SLICE_EMPTY;
    struct query *query;

    snprintf(sql, sizeof(sql), "SELECT sealed FROM key WHERE id = %lld",
             (long long)key);
    query = db_query(registry_db(registry), sql, "");
    query_step(query, NULL);
    sealed = arena_slice(arena, query_octets(query, 0));
    query_end(query);
    file_read(fixture_path("a.db-wal"), 1u << 26, &text, NULL);
    file_read(fixture_path("a.db"), 1u << 26, &text, NULL);
    ok(sealed.n > 0 && slice_search(strbuf_slice(&text), sealed) < text.n,
       "a sealed half is in the files");
    customers_remove(registry, "moomin", NULL);
    strbuf_cut(&text, 0);
    file_read(fixture_path("a.db-wal"), 1u << 26, &text, NULL);
    file_read(fixture_path("a.db"), 1u << 26, &text, NULL);
    ok(slice_search(strbuf_slice(&text), sealed) == text.n,
       "after removal it is in none");
    strbuf_clear(&text);
}

int
main(void)
{
    plan_lazy();
    fixture_create("a.db", &registry, &seal);
    arena = arena_new();
    test_add();
    test_states();
    test_fields();
    test_remove();
    test_erased();
    arena_free(arena);
    seal_free(seal);
    registry_free(registry);
    return tap_done();
}
