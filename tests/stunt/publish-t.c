/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/stunt/publish.c: the view follows the registry. */
#include "common/stunt/publish.h"

#include <stdio.h>
#include <string.h>

#include "common/base/strbuf.h"
#include "common/registry/customers.h"
#include "common/registry/domains.h"
#include "common/registry/events.h"
#include "common/registry/keys.h"
#include "common/stunt/stuntview.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

static struct registry *registry;
static struct seal *seal;
static const char *folder;

static void
must(enum status st, const struct error *err)
{
    if (st != ST_OK)
        bail("%s", err->text);
}

/* Publish; how many customers were written. */
static void
publish(long long wanted, const char *name)
{
    struct publish_counts counts = {0};
    struct error err = ERROR_INIT;
    int64_t last = 0;

    must(publish_view(registry, folder, &counts, &err), &err);
    must(events_last(registry, &last, &err), &err);
    is_int(wanted, (long long)counts.customers, "%s: customers written", name);
    is_int(last, counts.applied, "%s: up to the last event", name);
}

/* "+key" of a selector of a customer or token: "+" and the beginning of its
   data, "revoked", "no key", or "no owner". */
static void
show(const struct template_binder *binder, enum template_kind kind,
     const char *label, const char *selector, struct strbuf *out)
{
    struct template_scope scope = {NULL};
    struct slice value;

    if (!binder->bind(binder->context, kind, slice_of(label), &scope))
        strbuf_add_text(out, "no owner");
    else if (!binder->field(binder->context, &scope, slice_of(selector),
                            SLICE("key"), &value))
        strbuf_add_text(out, "no key");
    else
        strbuf_add_text(out, value.n > 0 ? "key" : "revoked");
}

static void
expect(enum template_kind kind, const char *label, const char *selector,
       const char *wanted)
{
    struct stuntview *view = NULL;
    struct stuntreader *reader = NULL;
    struct template_binder binder;
    struct strbuf seen = STRBUF_INIT;
    struct error err = ERROR_INIT;

    must(stuntview_open(folder, &view, &err), &err);
    must(stuntreader_new(view, &reader, &err), &err);
    stuntreader_binder(reader, &binder);
    show(&binder, kind, label, selector, &seen);
    is_string(wanted, seen.p, "%s of %s", selector, label);
    stuntreader_free(reader);
    stuntview_close(view);
    strbuf_clear(&seen);
}

static void
expect_field(const char *key, const char *name, const char *wanted)
{
    struct stuntview *view = NULL;
    struct stuntreader *reader = NULL;
    struct error err = ERROR_INIT;
    struct slice value;
    char text[300] = "";
    bool found;

    must(stuntview_open(folder, &view, &err), &err);
    must(stuntreader_new(view, &reader, &err), &err);
    found = stuntreader_field(reader, slice_of(key), slice_of(name), &value);
    if (found)
        snprintf(text, sizeof(text), "%.*s", SLICE_ARGS(value));
    is_string(wanted, found ? text : NULL, "%s of %s", name, key);
    stuntreader_free(reader);
    stuntview_close(view);
}

static void
move(int64_t key, enum key_state from, enum key_state to)
{
    struct key_step step = {from, to, 0};
    struct error err = ERROR_INIT;

    must(keys_move(registry, key, &step, &err), &err);
}

static void
test_keys(void)
{
    int64_t domain, k1, k2;

    publish(0, "an empty registry");
    publish(0, "again");
    domain = fixture_domain(registry, "snufkin", NULL);
    k1 = fixture_key(registry, seal, domain, "snufkin.sausagemail.com", "k1");
    k2 = fixture_key(registry, seal, domain, "snufkin.sausagemail.com", "k2");
    expect(TEMPLATE_CUSTOMER, "snufkin", "k1", "no owner");
    publish(1, "a customer");
    expect(TEMPLATE_CUSTOMER, "snufkin", "k1", "key");
    expect(TEMPLATE_CUSTOMER, "snufkin", "k2", "key");
    expect(TEMPLATE_CUSTOMER, "snufkin", "k3", "no key");
    publish(0, "nothing new");
    move(k1, KEY_PENDING, KEY_REVOKED);
    move(k2, KEY_PENDING, KEY_RETIRED);
    publish(1, "keys at their end");
    expect(TEMPLATE_CUSTOMER, "snufkin", "k1", "revoked");
    expect(TEMPLATE_CUSTOMER, "snufkin", "k2", "no key");
}

/* A domain of a customer's own is known by its token. */
static void
test_tokens(void)
{
    struct arena *arena = arena_new();
    struct customer customer;
    struct domain_claim claim = {.name = "toffle.example"};
    struct customer_domain domain;
    struct error err = ERROR_INIT;
    int64_t id = fixture_domain(registry, "toffle", "toffle.example");
    char token[40], key[41];

    must(customers_find(registry, arena, "toffle", &customer, &err), &err);
    claim.customer = customer.id;
    must(domains_find(registry, arena, &claim, &domain, &err), &err);
    snprintf(token, sizeof(token), "%s", domain.token);
    snprintf(key, sizeof(key), "t%s", token);
    publish(1, "a domain without keys");
    expect(TEMPLATE_TOKEN, token, "t1", "no owner");
    fixture_key(registry, seal, id, "toffle.example", "t1");
    publish(1, "and with one");
    expect(TEMPLATE_TOKEN, token, "t1", "key");
    expect(TEMPLATE_CUSTOMER, "toffle", "t1", "no key");
    expect_field(key, "customer", "toffle");
    expect_field(key, "domain", "toffle.example");
    must(domains_remove(registry, id, &err), &err);
    publish(1, "the domain is removed");
    expect(TEMPLATE_TOKEN, token, "t1", "no owner");
    expect(TEMPLATE_CUSTOMER, "toffle", "t1", "no key");
    arena_free(arena);
}

static void
test_states(void)
{
    struct arena *arena = arena_new();
    struct error err = ERROR_INIT;
    struct customer customer;
    int64_t domain = fixture_domain(registry, "moomin", NULL);

    fixture_key(registry, seal, domain, "moomin.sausagemail.com", "k1");
    must(customers_find(registry, arena, "moomin", &customer, &err), &err);
    must(customers_set_field(registry, customer.id, "pool", "one", &err),
         &err);
    publish(1, "many events of one customer");
    expect_field("cmoomin", "pool", "one");
    must(customers_set_field(registry, customer.id, "pool", NULL, &err), &err);
    must(customers_set_state(registry, "moomin", CUSTOMER_SUSPENDED, 0, &err),
         &err);
    publish(1, "suspended");
    expect_field("cmoomin", "pool", NULL);
    expect(TEMPLATE_CUSTOMER, "moomin", "k1", "key");
    must(customers_remove(registry, "moomin", &err), &err);
    publish(1, "removed");
    expect(TEMPLATE_CUSTOMER, "moomin", "k1", "no owner");
    expect_field("r", "esp", FIXTURE_ESP);
    expect_field("r", "uuid", registry_uuid(registry));
    arena_free(arena);
}

/* Another registry, or an earlier state of this one, makes it all anew. */
static void
test_anew(void)
{
    struct error err = ERROR_INIT;
    struct registry *mine = registry;
    struct seal *my_seal = seal;
    int64_t domain;

    must(registry_backup(mine, fixture_path("backup.db"), &err), &err);
    domain = fixture_domain(mine, "late", NULL);
    publish(1, "after the backup");
    must(registry_open(fixture_path("backup.db"), &registry, &err), &err);
    publish(2, "the backup");
    expect(TEMPLATE_CUSTOMER, "late", "k1", "no owner");
    expect(TEMPLATE_CUSTOMER, "snufkin", "k1", "revoked");
    registry_free(registry);

    registry = mine;
    /* Their logs are the same as far as the view stands for. */
    publish(1, "what it was a backup of");
    fixture_key(registry, seal, domain, "late.sausagemail.com", "k1");
    publish(1, "and goes on");
    expect(TEMPLATE_CUSTOMER, "late", "k1", "key");

    /* As many events, but others. */
    must(registry_open(fixture_path("backup.db"), &registry, &err), &err);
    fixture_domain(registry, "other", NULL);
    for (int i = 0; i < 9; i++) {
        char name[16];

        snprintf(name, sizeof(name), "more%d", i);
        fixture_domain(registry, name, NULL);
    }
    publish(12, "the backup, grown");
    expect(TEMPLATE_CUSTOMER, "late", "k1", "no owner");
    expect(TEMPLATE_CUSTOMER, "other", "k1", "no key");
    registry_free(registry);

    fixture_create("another.db", &registry, &seal);
    publish(0, "another registry");
    expect(TEMPLATE_CUSTOMER, "snufkin", "k1", "no owner");
    registry_free(registry);
    seal_free(seal);
    registry = mine;
    seal = my_seal;
}

static void
test_faults(void)
{
    struct error err = ERROR_INIT;

    is_int(ST_IO,
           publish_view(registry, fixture_path("no/such/folder"), NULL, &err),
           "a folder that cannot be made");
    ok(strstr(err.text, "no/such/folder") != NULL, "is named");
}

int
main(void)
{
    plan_lazy();
    fixture_create("registry.db", &registry, &seal);
    folder = strdup(fixture_path("view"));
    test_keys();
    test_tokens();
    test_states();
    test_anew();
    test_faults();
    seal_free(seal);
    registry_free(registry);
    return tap_done();
}
