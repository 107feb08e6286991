/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of claims to domains. */
#include "common/registry/domains.h"

#include <string.h>

#include "common/registry/customers.h"
#include "common/registry/labels.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

static struct registry *registry;
static struct seal *seal;
static struct arena *arena;

static int64_t
add_customer(const char *name)
{
    int64_t id = 0;

    if (customers_add(registry, name, &id, NULL) != ST_OK)
        bail("cannot add %s", name);
    return id;
}

static void
test_modes(int64_t customer)
{
    struct domain_claim own = {.customer = customer,
                               .name = "snufkin.sausagemail.com",
                               .mode = MODE_ESP};
    struct domain_claim theirs = {.customer = customer,
                                  .name = "snufkin.example",
                                  .mode = MODE_NS_LABEL,
                                  .label = "esp",
                                  .ahead = 12};
    struct customer_domain domain;
    int64_t id = 0;

    is_int(ST_OK, domains_add(registry, &own, &id, NULL), "a name of ours");
    domains_find(registry, arena, &own, &domain, NULL);
    is_int(DOMAIN_VERIFIED, domain.state, "is ours beyond doubt");
    ok(domain.token == NULL, "and needs no token");
    is_int(ST_OK, domains_add(registry, &theirs, &id, NULL),
           "a domain of the customer's own");
    is_int(ST_OK, domains_find(registry, arena, &theirs, &domain, NULL),
           "found");
    is_int(id, domain.id, "number");
    is_int(DOMAIN_PENDING, domain.state, "is pending");
    is_int(MODE_NS_LABEL, domain.mode, "mode");
    is_string("esp", domain.label, "label");
    is_int(12, domain.ahead, "selectors ahead");
    is_int(TOKEN_LENGTH, domain.token ? (long long)strlen(domain.token) : 0,
           "has a token: %s", domain.token);
}

static void
test_claims(int64_t customer)
{
    struct domain_claim claim = {
        .customer = customer, .name = "snufkin.example", .mode = MODE_CNAME};
    struct error err = ERROR_INIT;
    int64_t other = add_customer("toffle");
    int64_t id = 0;

    is_int(ST_EXISTS, domains_add(registry, &claim, &id, &err),
           "not twice by one: %s", err.text);
    claim.customer = other;
    is_int(ST_EXISTS, domains_add(registry, &claim, &id, &err),
           "nor by another: %s", err.text);
    ok(strstr(err.text, "snufkin") != NULL
           && strstr(err.text, "--shared-domain") != NULL,
       "says who has it, and the way");
    claim.is_shared = true;
    is_int(ST_OK, domains_add(registry, &claim, &id, &err),
           "unless it is asked for (%s)", err.text);
    is_int(ST_EXISTS, domains_add(registry, &claim, &id, &err),
           "and that once");
}

static void
test_states(int64_t customer)
{
    struct customer_domain domain;
    struct customer_domain again;
    struct domain_claim claim = {.customer = customer,
                                 .name = "snufkin.example",
                                 .mode = MODE_CNAME,
                                 .is_shared = true};
    struct customer_domain *all;
    struct error err = ERROR_INIT;
    size_t count = 0;
    int64_t id = 0;

    domains_find(registry, arena, &claim, &domain, NULL);
    is_int(ST_OK,
           domains_move(registry, domain.id, DOMAIN_PENDING, DOMAIN_VERIFIED,
                        &err),
           "its token was seen");
    is_int(ST_BUSY,
           domains_move(registry, domain.id, DOMAIN_PENDING, DOMAIN_VERIFIED,
                        &err),
           "not twice: %s", err.text);
    is_int(ST_OK,
           domains_move(registry, domain.id, DOMAIN_VERIFIED, DOMAIN_PENDING,
                        &err),
           "it is gone again");
    fixture_key(registry, seal, domain.id, claim.name, "k1");
    is_int(ST_OK, domains_remove(registry, domain.id, &err), "remove (%s)",
           err.text);
    is_int(ST_NOT_FOUND, domains_find(registry, arena, &claim, &again, &err),
           "is found no more: %s", err.text);
    is_int(ST_UNSUPPORTED,
           domains_move(registry, domain.id, DOMAIN_REMOVED, DOMAIN_VERIFIED,
                        &err),
           "final: %s", err.text);
    is_int(ST_OK, domains_add(registry, &claim, &id, &err), "a new claim (%s)",
           err.text);
    domains_find(registry, arena, &claim, &again, &err);
    ok(again.id != domain.id && strcmp(again.token, domain.token) != 0,
       "is a new domain with a new token");
    domains_of(registry, arena, customer, &all, &count, NULL);
    is_int(3, (long long)count, "tombstones are listed with the others");
    is_int(DOMAIN_REMOVED, all[1].state, "in order of entry");
    is_int(ST_NOT_FOUND,
           domains_move(registry, 999, DOMAIN_PENDING, DOMAIN_VERIFIED, &err),
           "no such domain: %s", err.text);
}

int
main(void)
{
    int64_t customer;

    plan_lazy();
    fixture_create("a.db", &registry, &seal);
    arena = arena_new();
    customer = add_customer("snufkin");
    test_modes(customer);
    test_claims(customer);
    test_states(customer);
    is_int(ST_OK, registry_check(registry, NULL), "all is sound");
    arena_free(arena);
    seal_free(seal);
    registry_free(registry);
    return tap_done();
}
