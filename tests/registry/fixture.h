/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A registry of its own in a folder of its own, for one test program. */
#ifndef TESTS_REGISTRY_FIXTURE_H
#define TESTS_REGISTRY_FIXTURE_H

#include <stdint.h>

#include "common/registry/keys.h"
#include "common/registry/provision.h"
#include "common/registry/registry.h"
#include "common/registry/seal.h"

/* The ESP of all tests here. */
#define FIXTURE_ESP "sausagemail.com"

/* A new folder below TMPDIR, removed with all in it when the program ends by
   itself; sealing keys go to its folder "seal".  "" and bail on failure. */
const char *fixture_folder(void);
/* A path in it; a static ring, for the length of a few calls. */
const char *fixture_path(const char *name);

/* A registry there, with its sealing key; bails on failure. */
void fixture_create(const char *name, struct registry **registry,
                    struct seal **seal);

/* Enter a customer with CUSTOMER.ESP and no key, or with domain (by CNAME)
   where that is not NULL: the domain's number. */
int64_t fixture_domain(struct registry *registry, const char *customer,
                       const char *domain);
/* Enter a key from the test pool: its number. */
int64_t fixture_key(struct registry *registry, const struct seal *seal,
                    int64_t domain, const char *signing_domain,
                    const char *selector);

/* Settings for provisioning with test keys. */
struct provision_settings fixture_settings(struct registry *registry,
                                           const struct seal *seal);

/* A number from SQL on that file, by a connection of its own: what is really
   in there.  -1 for an error. */
int64_t fixture_count(const char *path, const char *sql);
/* Run SQL on that file; the status. */
enum status fixture_run(const char *path, const char *sql);

#endif
