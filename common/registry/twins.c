/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of one list that ask for the same customer or domain. */
#include "common/registry/twins.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "common/base/table.h"

struct twins {
    struct table *customers; /* name to the first request for it */
    struct table *domains;   /* name to the first request for it */
    struct table *claims;    /* "CUSTOMER DOMAIN" to the request for it */
};

struct twins *
twins_new(void)
{
    struct twins *twins = memory_zeroed(1, sizeof(*twins));

    twins->customers = table_new();
    twins->domains = table_new();
    twins->claims = table_new();
    return twins;
}

void
twins_free(struct twins *twins)
{
    if (twins == NULL)
        return;
    table_free(twins->customers);
    table_free(twins->domains);
    table_free(twins->claims);
    free(twins);
}

/* Tables hold no const pointers; nothing is changed through them. */
static void
put(struct table *table, struct slice key,
    const struct provision_request *request)
{
    union {
        const struct provision_request *in;
        void *out;
    } both = {.in = request};

    table_put(table, key, both.out);
}

static bool
same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b
                                  : slice_equal_case(slice_of(a), slice_of(b));
}

static bool
same_keys(const struct provision_request *a, const struct provision_request *b)
{
    size_t n;
    size_t m;
    const struct provision_key *x = enrol_keys(a, &n);
    const struct provision_key *y = enrol_keys(b, &m);

    if (n != m)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!same_text(x[i].selector, y[i].selector)
            || x[i].algorithm != y[i].algorithm || x[i].bits != y[i].bits
            || x[i].brought != y[i].brought)
            return false;
    return true;
}

/* Is every field of b one of a's?  The first request sets them. */
static bool
has_fields(const struct provision_request *a,
           const struct provision_request *b)
{
    for (size_t i = 0; i < b->field_count; i++) {
        size_t k = 0;

        while (k < a->field_count
               && strcmp(a->fields[k].name, b->fields[i].name) != 0)
            k++;
        if (k == a->field_count
            || strcmp(a->fields[k].value, b->fields[i].value) != 0)
            return false;
    }
    return true;
}

/* ", line 12" or nothing. */
static enum status
refuse(const struct provision_request *first, const char *what,
       const char *name, struct error *err)
{
    if (first->line > 0)
        return error_set(err, ST_EXISTS,
                         "%s '%s' is asked for otherwise in"
                         " line %zu",
                         what, name, first->line);
    return error_set(err, ST_EXISTS, "%s '%s' is asked for otherwise before",
                     what, name);
}

static bool
same_claim(const struct provision_request *a,
           const struct provision_request *b)
{
    return a->mode == b->mode && same_text(a->label, b->label)
           && same_keys(a, b);
}

/* Those before it, looked up; NULL where there is none. */
struct before {
    const struct provision_request *customer; /* the same customer's first */
    const struct provision_request *domain;   /* the first for the domain */
    const struct provision_request *claim;    /* the same of both */
};

static enum status
judge(const struct before *before, const struct enrolment *e, bool *present,
      struct error *err)
{
    const struct provision_request *request = e->request;

    *present = false;
    if (before->customer != NULL && !has_fields(before->customer, request))
        return refuse(before->customer, "customer", e->customer, err);
    if (before->claim != NULL && !same_claim(before->claim, request))
        return refuse(before->claim, "domain", e->domain, err);
    *present = before->claim != NULL;
    if (!*present && before->domain != NULL && !request->is_shared)
        return refuse(before->domain, "domain", e->domain, err);
    return ST_OK;
}

enum status
twins_check(struct twins *twins, const struct enrolment *e, bool *present,
            struct error *err)
{
    struct strbuf both = STRBUF_INIT;
    struct before before;
    enum status st;

    strbuf_addf(&both, "%s %s", e->customer, e->domain);
    before.customer = table_get(twins->customers, slice_of(e->customer));
    before.domain = table_get(twins->domains, slice_of(e->domain));
    before.claim = table_get(twins->claims, strbuf_slice(&both));
    st = judge(&before, e, present, err);
    if (st == ST_OK) {
        if (before.customer == NULL)
            put(twins->customers, slice_of(e->customer), e->request);
        if (before.domain == NULL)
            put(twins->domains, slice_of(e->domain), e->request);
        if (before.claim == NULL)
            put(twins->claims, strbuf_slice(&both), e->request);
    }
    strbuf_clear(&both);
    return st;
}
