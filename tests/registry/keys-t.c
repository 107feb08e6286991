/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of keys in the registry. */
#include "common/registry/keys.h"

#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/registry/domains.h"
#include "tests/keys/testkeys.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

#define OURS "snufkin.sausagemail.com"

static struct registry *registry;
static struct seal *seal;
static struct arena *arena;

static enum status
move(int64_t key, enum key_state from, enum key_state to, int64_t due,
     struct error *err)
{
    struct key_step step = {from, to, due};

    return keys_move(registry, key, &step, err);
}

static struct key_pair
pair_of(enum key_algorithm algorithm)
{
    const struct key_source *source = testkeys_source();
    struct key_pair pair = KEY_PAIR_INIT;

    source->make(source->context, algorithm, keymaker_default_bits(algorithm),
                 &pair, NULL);
    return pair;
}

static struct customer_key
find(const char *domain, const char *selector)
{
    struct key_claim name = {.signing_domain = domain, .selector = selector};
    struct customer_key key = {0};

    keys_find(registry, arena, &name, &key, NULL);
    return key;
}

static void
test_add(int64_t domain)
{
    struct key_pair pair = pair_of(ALGORITHM_RSA);
    struct key_claim claim = {.domain = domain,
                              .signing_domain = OURS,
                              .selector = "k1",
                              .state = KEY_PENDING,
                              .origin = ORIGIN_MADE,
                              .pair = &pair};
    struct strbuf der = STRBUF_INIT;
    struct error err = ERROR_INIT;
    struct customer_key key;
    int64_t id = 0;

    is_int(ST_OK, keys_add(registry, seal, &claim, &id, &err), "add (%s)",
           err.text);
    key = find(OURS, "k1");
    is_int(id, key.id, "number");
    is_int(domain, key.domain, "whose");
    is_int(ALGORITHM_RSA, key.algorithm, "algorithm");
    is_int(2048, key.bits, "bits");
    is_int(KEY_PENDING, key.state, "state");
    is_string(pair.public_text.p, key.public_text, "public half");
    ok(key.has_private, "has a private half");
    is_int(ST_OK, keys_private(registry, seal, id, &der, &err), "unsealed");
    ok(slice_equal(strbuf_slice(&der), strbuf_slice(&pair.private_der)),
       "is the private half");
    strbuf_wipe(&der);
    is_int(ST_EXISTS, keys_add(registry, seal, &claim, &id, &err),
           "a selector is used once: %s", err.text);
    key_pair_wipe(&pair);
}

/* Selectors of a day, by algorithm, never twice. */
static void
test_dated(int64_t domain)
{
    static const struct {
        enum key_algorithm algorithm; /* of the key */
        const char *label;            /* of its mode */
        const char *selector;         /* wanted */
    } rows[] = {
        {ALGORITHM_RSA,     NULL,  "s20261124r"     },
        {ALGORITHM_ED25519, NULL,  "s20261124e"     },
        {ALGORITHM_RSA,     NULL,  "s20261124r2"    },
        {ALGORITHM_RSA,     NULL,  "s20261124r3"    },
        {ALGORITHM_RSA,     "esp", "s20261124r.esp" },
        {ALGORITHM_RSA,     "esp", "s20261124r2.esp"},
    };
    int64_t now = 0;

    clock_parse(SLICE("2026-11-24T23:59:59Z"), &now, NULL);
    clock_set(now);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct key_pair pair = pair_of(rows[i].algorithm);
        struct key_claim claim = {.domain = domain,
                                  .signing_domain = OURS,
                                  .label = rows[i].label,
                                  .state = KEY_PENDING,
                                  .origin = ORIGIN_MADE,
                                  .pair = &pair};
        int64_t id = 0;

        keys_add(registry, seal, &claim, &id, NULL);
        is_int(id, find(OURS, rows[i].selector).id, "dated: %s",
               rows[i].selector);
        key_pair_wipe(&pair);
    }
}

static void
test_moves(int64_t domain)
{
    int64_t id = fixture_key(registry, seal, domain, OURS, "m1");
    struct strbuf der = STRBUF_INIT;
    struct error err = ERROR_INIT;
    struct customer_key key;

    clock_set(5000);
    is_int(ST_OK, move(id, KEY_PENDING, KEY_PUBLISHED, 7000, &err),
           "seen everywhere");
    clock_set(6000);
    is_int(ST_BUSY, move(id, KEY_PENDING, KEY_PUBLISHED, 0, &err),
           "somebody was quicker: %s", err.text);
    is_int(ST_UNSUPPORTED, move(id, KEY_PUBLISHED, KEY_RETIRING, 0, &err),
           "no such step: %s", err.text);
    is_int(ST_OK, move(id, KEY_PUBLISHED, KEY_ACTIVE, 0, &err),
           "signers use it");
    key = find(OURS, "m1");
    is_int(5000, key.published, "published when");
    is_int(6000, key.activated, "active when");
    is_int(6000, key.since, "since when");
    is_int(0, key.due, "nothing due");
    ok(key.has_private, "its private half is kept");
    move(id, KEY_ACTIVE, KEY_RETIRING, 9000, NULL);
    is_int(9000, find(OURS, "m1").due, "until when it is served");
    is_int(ST_OK, move(id, KEY_RETIRING, KEY_RETIRED, 0, &err), "drained");
    key = find(OURS, "m1");
    ok(!key.has_private && key.public_text != NULL,
       "its private half is erased, its public half kept");
    is_int(ST_NOT_FOUND, keys_private(registry, seal, id, &der, &err),
           "it is not here: %s", err.text);
    is_int(ST_NOT_FOUND, move(999, KEY_PENDING, KEY_ACTIVE, 0, &err),
           "no such key: %s", err.text);
}

static void
test_revoke(int64_t domain)
{
    int64_t id = fixture_key(registry, seal, domain, OURS, "r1");
    struct error err = ERROR_INIT;

    move(id, KEY_PENDING, KEY_ACTIVE, 0, NULL);
    is_int(ST_OK, move(id, KEY_ACTIVE, KEY_REVOKED, 0, &err), "revoke");
    ok(!find(OURS, "r1").has_private, "its private half is erased");
}

/* Origins and states decide which halves there are. */
static void
test_origins(int64_t domain)
{
    struct key_pair pair = pair_of(ALGORITHM_ED25519);
    struct key_claim claim = {.domain = domain,
                              .signing_domain = OURS,
                              .selector = "o1",
                              .state = KEY_PENDING,
                              .origin = ORIGIN_PUBLIC,
                              .pair = &pair};
    struct error err = ERROR_INIT;
    struct customer_key key;
    struct strbuf der = STRBUF_INIT;
    int64_t id = 0;

    is_int(ST_OK, keys_add(registry, NULL, &claim, &id, &err),
           "a public half alone (%s)", err.text);
    key = find(OURS, "o1");
    ok(key.public_text != NULL && !key.has_private, "is all there is");
    claim.selector = "o2";
    claim.origin = ORIGIN_SHARED;
    claim.share = "main";
    is_int(ST_OK, keys_add(registry, NULL, &claim, &id, &err),
           "one that leads to a shared key (%s)", err.text);
    key = find(OURS, "o2");
    ok(key.public_text == NULL && !key.has_private, "has none of its own");
    is_string("main", key.share, "leads to");
    claim = (struct key_claim){.share = "main",
                               .signing_domain = "_dkim.sausagemail.com",
                               .selector = "s1",
                               .state = KEY_ACTIVE,
                               .origin = ORIGIN_MADE,
                               .pair = &pair};
    is_int(ST_OK, keys_add(registry, seal, &claim, &id, &err),
           "the shared key itself (%s)", err.text);
    is_int(0, find("_dkim.sausagemail.com", "s1").domain, "is the ESP's");
    claim = (struct key_claim){.domain = domain,
                               .signing_domain = OURS,
                               .selector = "n1",
                               .state = KEY_RESERVED,
                               .origin = ORIGIN_MADE,
                               .pair = &pair};
    is_int(ST_OK, keys_add(registry, NULL, &claim, &id, &err),
           "a selector ahead of its key (%s)", err.text);
    ok(find(OURS, "n1").public_text == NULL, "has no key");
    is_int(ST_OK, keys_fill(registry, seal, id, &pair, &err),
           "gets its key (%s)", err.text);
    is_int(KEY_PENDING, find(OURS, "n1").state, "and is pending");
    is_int(ST_OK, keys_private(registry, seal, id, &der, &err), "is sealed");
    is_int(ST_NOT_FOUND, keys_fill(registry, seal, id, &pair, &err),
           "not twice: %s", err.text);
    strbuf_wipe(&der);
    key_pair_wipe(&pair);
}

static void
test_lists(int64_t domain)
{
    struct customer_key *keys;
    size_t count = 0;

    keys_of(registry, arena, domain, &keys, &count, NULL);
    is_int(12, (long long)count, "all of one domain");
    is_string("k1", keys[0].selector, "in order of entry");
    keys_of(registry, arena, 0, &keys, &count, NULL);
    is_int(1, (long long)count, "all shared ones");
}

/* Sealed halves exchanged in the file are found out. */
static void
test_exchanged(int64_t domain)
{
    int64_t a = fixture_key(registry, seal, domain, OURS, "x1");
    int64_t b = fixture_key(registry, seal, domain, OURS, "x2");
    struct strbuf der = STRBUF_INIT;
    struct error err = ERROR_INIT;
    char sql[160];

    snprintf(sql, sizeof(sql),
             "UPDATE key SET sealed = (SELECT sealed FROM key WHERE id ="
             " %lld) WHERE id = %lld",
             (long long)a, (long long)b);
    fixture_run(fixture_path("a.db"), sql);
    is_int(ST_OK, keys_private(registry, seal, a, &der, &err), "its own");
    strbuf_wipe(&der);
    is_int(ST_DAMAGED, keys_private(registry, seal, b, &der, &err),
           "another's: %s", err.text);
}

int
main(void)
{
    int64_t domain;

    plan_lazy();
    fixture_create("a.db", &registry, &seal);
    arena = arena_new();
    domain = fixture_domain(registry, "snufkin", NULL);
    test_add(domain);
    test_dated(domain);
    test_moves(domain);
    test_revoke(domain);
    test_origins(domain);
    test_lists(domain);
    test_exchanged(domain);
    is_int(ST_OK, registry_check(registry, NULL), "all is sound");
    arena_free(arena);
    seal_free(seal);
    registry_free(registry);
    return tap_done();
}
