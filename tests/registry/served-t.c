/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/registry/served.c: what DNS must say of customers. */
#include "common/registry/served.h"

#include <string.h>

#include "common/base/strbuf.h"
#include "common/registry/customers.h"
#include "common/registry/keys.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

static struct registry *registry;
static struct seal *seal;

/* "snufkin[snufkin.sausagemail.com(k1:ed25519=.. ) other(..)]{pool=x}": the
   state of a key's data is "+" for some and "0" for none. */
static void
show(const struct served_customer *c, struct strbuf *out)
{
    strbuf_addf(out, "%s%s", c->customer.name,
                c->customer.state == CUSTOMER_REMOVED ? "!" : "");
    for (size_t i = 0; i < c->domain_count; i++) {
        const struct served_domain *d = &c->domains[i];

        strbuf_addf(out, " %s%s(", d->domain.name,
                    d->domain.state == DOMAIN_REMOVED ? "!" : "");
        for (size_t k = 0; k < d->key_count; k++)
            strbuf_addf(out, "%s%s:%s=%s", k > 0 ? " " : "",
                        d->keys[k].selector, d->keys[k].algorithm,
                        *d->keys[k].data == '\0' ? "0" : "+");
        strbuf_add_text(out, ")");
    }
    for (size_t i = 0; i < c->field_count; i++)
        strbuf_addf(out, " %s=%s", c->fields[i].name, c->fields[i].value);
    strbuf_add_text(out, "\n");
}

static void
expect(const struct served_filter *filter, const char *wanted,
       const char *name)
{
    struct strbuf seen = STRBUF_INIT;
    struct arena *arena = arena_new();
    struct served *served = NULL;
    struct served_customer customer;
    struct error err = ERROR_INIT;
    enum status st = served_open(registry, filter, &served, &err);

    while (st == ST_OK
           && (st = served_next(served, arena, &customer, &err)) == ST_OK)
        show(&customer, &seen);
    is_int(ST_NOT_FOUND, st, "%s: read to the end", name);
    is_string(wanted, seen.p, "%s", name);
    served_free(served);
    arena_free(arena);
    strbuf_clear(&seen);
}

static void
must(enum status st, const struct error *err)
{
    if (st != ST_OK)
        bail("%s", err->text);
}

static void
move(int64_t key, enum key_state to)
{
    struct key_step step = {KEY_PENDING, to, 0};
    struct error err = ERROR_INIT;

    must(keys_move(registry, key, &step, &err), &err);
}

static void
fill(void)
{
    struct error err = ERROR_INIT;
    struct arena *arena = arena_new();
    struct customer snufkin;
    int64_t own = fixture_domain(registry, "snufkin", NULL);
    int64_t other = fixture_domain(registry, "snufkin", "snufkin.example");
    int64_t toffle = fixture_domain(registry, "toffle", NULL);
    int64_t gone = fixture_domain(registry, "gone", NULL);
    int64_t key;

    fixture_domain(registry, "bare", NULL);
    fixture_key(registry, seal, own, "snufkin.sausagemail.com", "k1");
    fixture_key(registry, seal, own, "snufkin.sausagemail.com", "k2");
    fixture_key(registry, seal, other, "snufkin.example", "x.y");
    fixture_key(registry, seal, gone, "gone.sausagemail.com", "k1");
    key = fixture_key(registry, seal, toffle, "toffle.sausagemail.com", "k1");
    move(key, KEY_REVOKED);
    key = fixture_key(registry, seal, toffle, "toffle.sausagemail.com", "k2");
    move(key, KEY_RETIRED);
    must(customers_find(registry, arena, "snufkin", &snufkin, &err), &err);
    must(customers_set_field(registry, snufkin.id, "pool", "one", &err), &err);
    must(customers_set_state(registry, "toffle", CUSTOMER_SUSPENDED, 0, &err),
         &err);
    must(customers_remove(registry, "gone", &err), &err);
    arena_free(arena);
}

static void
test_find(void)
{
    struct arena *arena = arena_new();
    struct served_customer found;
    struct error err = ERROR_INIT;
    struct served_key *keys;
    size_t count = 7;

    is_int(ST_OK, served_find(registry, arena, "toffle", &found, &err),
           "one by name");
    is_string("toffle", found.customer.name, "it is that");
    is_int(ST_NOT_FOUND, served_find(registry, arena, "gone", &found, &err),
           "not one that was removed");
    is_string("no customer 'gone' in the registry", err.text, "why");
    is_int(ST_OK, served_shared(registry, arena, &keys, &count, &err),
           "the ESP's own");
    is_int(0, (long long)count, "there are none");
    arena_free(arena);
}

int
main(void)
{
    struct served_filter all = {NULL, 0, false}, one = {"snufkin", 0, false},
                         none = {"nobody", 0, false},
                         removed = {NULL, 0, true};

    plan_lazy();
    fixture_create("registry.db", &registry, &seal);
    expect(&all, "", "an empty registry");
    fill();
    expect(&all,
           "bare bare.sausagemail.com()\n"
           "snufkin snufkin.sausagemail.com(k1:ed25519=+ k2:ed25519=+) "
           "snufkin.example(x.y:ed25519=+) pool=one own_key=yes\n"
           "toffle toffle.sausagemail.com(k1:ed25519=0) own_key=yes "
           "suspended=yes\n",
           "all");
    expect(&one,
           "snufkin snufkin.sausagemail.com(k1:ed25519=+ k2:ed25519=+) "
           "snufkin.example(x.y:ed25519=+) pool=one own_key=yes\n",
           "one");
    expect(&none, "", "none");
    expect(&removed,
           "bare bare.sausagemail.com()\n"
           "gone! gone.sausagemail.com!()\n"
           "snufkin snufkin.sausagemail.com(k1:ed25519=+ k2:ed25519=+) "
           "snufkin.example(x.y:ed25519=+) pool=one own_key=yes\n"
           "toffle toffle.sausagemail.com(k1:ed25519=0) own_key=yes "
           "suspended=yes\n",
           "with those that were removed");
    test_find();
    seal_free(seal);
    registry_free(registry);
    return tap_done();
}
