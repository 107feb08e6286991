/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose domains and selectors are. */
#include "common/reports/owners.h"

#include <stdlib.h>

#include "common/base/arena.h"
#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "common/base/table.h"

struct owners {
    struct arena *arena;     /* all of it */
    struct table *customers; /* by domain: const char * */
    struct table *selectors; /* by "selector\0domain" */
};

struct owners *
owners_new(void)
{
    struct owners *owners = memory_zeroed(1, sizeof(*owners));

    owners->arena = arena_new();
    owners->customers = table_new();
    owners->selectors = table_new();
    return owners;
}

void
owners_free(struct owners *owners)
{
    if (owners == NULL)
        return;
    table_free(owners->customers);
    table_free(owners->selectors);
    arena_free(owners->arena);
    free(owners);
}

void
owners_add_domain(struct owners *owners, const char *domain,
                  const char *customer)
{
    if (table_get(owners->customers, slice_of(domain)) == NULL)
        table_put(owners->customers, slice_of(domain),
                  arena_text(owners->arena, slice_of(customer)));
}

static void
add_key(struct strbuf *key, struct slice domain, struct slice selector)
{
    strbuf_add_slice(key, selector);
    strbuf_add_char(key, '\0');
    strbuf_add_slice(key, domain);
}

/* As names in reports are: they are labels of DNS. */
static const char *
lower(struct arena *arena, const char *name)
{
    char *copy = arena_text(arena, slice_of(name));

    for (char *p = copy; *p != '\0'; p++)
        *p = (char)ascii_lower((unsigned char)*p);
    return copy;
}

void
owners_add_selector(struct owners *owners,
                    const struct owners_selector *selector)
{
    struct arena *arena = owners->arena;
    struct owners_selector *copy = ARENA_NEW(arena, struct owners_selector);
    struct strbuf key = STRBUF_INIT;

    copy->domain = lower(arena, selector->domain);
    copy->selector = lower(arena, selector->selector);
    if (selector->state != NULL)
        copy->state = arena_text(arena, slice_of(selector->state));
    add_key(&key, slice_of(copy->domain), slice_of(copy->selector));
    table_put(owners->selectors, strbuf_slice(&key), copy);
    strbuf_clear(&key);
}

const char *
owners_customer(const struct owners *owners, struct slice domain)
{
    while (domain.n > 0) {
        const char *customer = table_get(owners->customers, domain);

        if (customer != NULL)
            return customer;
        domain = slice_from(domain, slice_find(domain, '.') + 1);
    }
    return NULL;
}

const struct owners_selector *
owners_selector(const struct owners *owners, struct slice domain,
                struct slice selector)
{
    struct strbuf key = STRBUF_INIT;
    const struct owners_selector *found;

    add_key(&key, domain, selector);
    found = table_get(owners->selectors, strbuf_slice(&key));
    if (found == NULL) {
        strbuf_cut(&key, 0);
        add_key(&key, SLICE_EMPTY, selector);
        found = table_get(owners->selectors, strbuf_slice(&key));
    }
    strbuf_clear(&key);
    return found;
}

bool
owners_know_selectors(const struct owners *owners)
{
    return table_count(owners->selectors) > 0;
}

bool
owners_each_selector(const struct owners *owners, size_t *position,
                     const struct owners_selector **selector)
{
    void *value = NULL;
    bool is_there = table_each(owners->selectors, position, NULL, &value);

    *selector = value;
    return is_there;
}
