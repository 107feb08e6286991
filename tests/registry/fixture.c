/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A registry of its own in a folder of its own, for one test program. */
#include "tests/registry/fixture.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/registry/customers.h"
#include "common/registry/db.h"
#include "common/registry/domains.h"
#include "tests/keys/testkeys.h"
#include "tests/tap/tap.h"

static char folder[4096];
static pid_t owner; /* a forked child must not remove it */

static int
remove_one(const char *path, const struct stat *info, int kind,
           struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void
remove_all(void)
{
    if (getpid() == owner)
        nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *
fixture_folder(void)
{
    const char *base = getenv("TMPDIR");

    if (folder[0] != '\0')
        return folder;
    snprintf(folder, sizeof(folder), "%s/selkie-test-XXXXXX",
             base == NULL ? "/tmp" : base);
    if (mkdtemp(folder) == NULL)
        bail("cannot make a folder");
    owner = getpid();
    atexit(remove_all);
    setenv("SELKIE_SEAL_DIR", fixture_path("seal"), 1);
    unsetenv("SELKIE_WORKSPACE");
    return folder;
}

const char *
fixture_path(const char *name)
{
    static char ring[64][4200];
    static unsigned next;
    char *path = ring[next++ % 64];

    snprintf(path, sizeof(ring[0]), "%s/%s", fixture_folder(), name);
    return path;
}

void
fixture_create(const char *name, struct registry **registry,
               struct seal **seal)
{
    struct error err = ERROR_INIT;
    char uuid[UUID_SIZE];

    fixture_folder();
    seal_uuid(uuid);
    if (seal_create(uuid, &err) != ST_OK
        || registry_create(fixture_path(name), uuid, FIXTURE_ESP, &err)
               != ST_OK
        || registry_open(fixture_path(name), registry, &err) != ST_OK
        || registry_seal(*registry, seal, &err) != ST_OK)
        bail("%s", err.text);
}

int64_t
fixture_domain(struct registry *registry, const char *customer,
               const char *domain)
{
    struct arena *arena = arena_new();
    struct error err = ERROR_INIT;
    char own[DOMAIN_SIZE];
    struct customer found;
    struct domain_claim claim = {.name = domain, .mode = MODE_CNAME};
    int64_t id = 0;

    if (domain == NULL) {
        snprintf(own, sizeof(own), "%s." FIXTURE_ESP, customer);
        claim.name = own;
        claim.mode = MODE_ESP;
    }
    if (customers_find(registry, arena, customer, &found, NULL) == ST_OK)
        claim.customer = found.id;
    else if (customers_add(registry, customer, &claim.customer, &err) != ST_OK)
        bail("%s", err.text);
    if (domains_add(registry, &claim, &id, &err) != ST_OK)
        bail("%s", err.text);
    arena_free(arena);
    return id;
}

int64_t
fixture_key(struct registry *registry, const struct seal *seal, int64_t domain,
            const char *signing_domain, const char *selector)
{
    struct key_pair pair = KEY_PAIR_INIT;
    struct error err = ERROR_INIT;
    struct key_claim claim = {.domain = domain,
                              .signing_domain = signing_domain,
                              .selector = selector,
                              .state = KEY_PENDING,
                              .origin = ORIGIN_MADE,
                              .pair = &pair};
    const struct key_source *source = testkeys_source();
    int64_t id = 0;

    if (source->make(source->context, ALGORITHM_ED25519, KEY_ED25519, &pair,
                     &err)
            != ST_OK
        || keys_add(registry, seal, &claim, &id, &err) != ST_OK)
        bail("%s", err.text);
    key_pair_wipe(&pair);
    return id;
}

struct provision_settings
fixture_settings(struct registry *registry, const struct seal *seal)
{
    return (struct provision_settings){
        .registry = registry, .seal = seal, .source = testkeys_source()};
}

int64_t
fixture_count(const char *path, const char *sql)
{
    struct db *db;
    int64_t number = -1;

    if (db_open(path, 1000, &db, NULL) != ST_OK)
        return -1;
    if (query_single(db_query(db, sql, ""), &number, NULL) != ST_OK)
        number = -1;
    db_close(db);
    return number;
}

enum status
fixture_run(const char *path, const char *sql)
{
    struct db *db;
    enum status st = db_open(path, 1000, &db, NULL);

    if (st != ST_OK)
        return st;
    st = db_script(db, sql, NULL);
    db_close(db);
    return st;
}
