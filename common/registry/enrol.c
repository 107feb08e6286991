/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request for a customer: looked up and entered. */
#include "common/registry/enrol.h"

#include <string.h>

#include "common/registry/domains.h"
#include "common/registry/keys.h"

bool
enrol_is_refusal(enum status status)
{
    return status == ST_SYNTAX || status == ST_UNSUPPORTED
           || status == ST_RANGE || status == ST_NOT_FOUND
           || status == ST_EXISTS;
}

/* Every field asked for must be there with that value. */
static enum status
look_at_fields(struct registry *registry, const struct enrolment *e,
               struct error *err)
{
    const struct provision_request *request = e->request;
    struct customer_field *fields;
    size_t count;
    enum status st = customers_fields(registry, e->arena, e->customer_id,
                                      &fields, &count, err);

    for (size_t i = 0; st == ST_OK && i < request->field_count; i++) {
        size_t k = 0;

        while (k < count
               && strcmp(fields[k].name, request->fields[i].name) != 0)
            k++;
        if (k == count || strcmp(fields[k].value, request->fields[i].value))
            st = error_set(err, ST_EXISTS,
                           "customer '%s' is there with another %s: change it"
                           " with 'customer set'",
                           e->customer, request->fields[i].name);
    }
    return st;
}

/* One that was brought is there when it is that very key. */
static bool
is_same_key(const struct customer_key *key, const struct provision_key *wanted)
{
    if (wanted->brought == NULL)
        return key->algorithm == wanted->algorithm;
    return key->public_text != NULL
           && slice_equal(slice_of(key->public_text),
                          strbuf_slice(&wanted->brought->public_text));
}

static const struct customer_key *
find_key(const struct customer_key *keys, size_t count,
         const struct provision_key *wanted)
{
    for (size_t i = 0; i < count; i++)
        if (is_same_key(&keys[i], wanted)
            && (wanted->selector == NULL
                || strcmp(keys[i].selector, wanted->selector) == 0))
            return &keys[i];
    return NULL;
}

/* Its public half was brought before, and now the private one. */
static bool
is_half_there(const struct customer_key *key,
              const struct provision_key *wanted)
{
    return wanted->brought != NULL && wanted->brought->private_der.n > 0
           && !key->has_private && states_key_is_live(key->state);
}

static enum status
look_at_key(const struct enrolment *e, const struct customer_key *key,
            const struct provision_key *wanted, struct error *err)
{
    if (key == NULL)
        return error_set(err, ST_EXISTS,
                         "customer '%s' has '%s' already, but without %s"
                         " key%s%s: more keys come by rotation",
                         e->customer, e->domain,
                         keymaker_word(wanted->algorithm),
                         wanted->selector == NULL ? "" : " ",
                         wanted->selector == NULL ? "" : wanted->selector);
    if (is_half_there(key, wanted))
        return error_set(err, ST_EXISTS,
                         "key '%s' of '%s' was registered without its private"
                         " half, which cannot be added: bring another pair by"
                         " rotation",
                         key->selector, e->domain);
    return ST_OK;
}

/* A selector asked for must have been entered once, whatever became of it
   since; where none is named a key of that algorithm must have been. */
static enum status
look_at_keys(struct registry *registry, const struct enrolment *e,
             int64_t domain, struct error *err)
{
    struct customer_key *keys;
    size_t count;
    enum status st = keys_of(registry, e->arena, domain, &keys, &count, err);

    for (size_t i = 0; st == ST_OK && i < e->key_count; i++)
        st = look_at_key(e, find_key(keys, count, &e->keys[i]), &e->keys[i],
                         err);
    return st;
}

static enum status
look_at_domain(struct registry *registry, const struct enrolment *e,
               const struct customer_domain *domain, struct error *err)
{
    enum domain_mode mode = e->request->mode;

    if (domain->mode != mode)
        return error_set(err, ST_EXISTS,
                         "customer '%s' has '%s' already, by mode %s and not"
                         " %s",
                         e->customer, e->domain, states_mode(domain->mode),
                         states_mode(mode));
    if (e->label != NULL && strcmp(e->label, domain->label) != 0)
        return error_set(err, ST_EXISTS,
                         "customer '%s' has '%s' already, with label '%s' and"
                         " not '%s'",
                         e->customer, e->domain, domain->label, e->label);
    return look_at_keys(registry, e, domain->id, err);
}

static struct domain_claim
claim_of(const struct enrolment *e, int64_t customer)
{
    return (struct domain_claim){.customer = customer,
                                 .name = e->domain,
                                 .mode = e->request->mode,
                                 .label = e->label,
                                 .is_shared = e->request->is_shared};
}

/* Nobody else has the domain, and the selectors were never used below it by
   whoever had it before. */
static enum status
look_for_room(struct registry *registry, const struct enrolment *e,
              struct error *err)
{
    struct domain_claim claim = claim_of(e, e->customer_id);
    enum status st = domains_claimable(registry, &claim, err);

    for (size_t i = 0; st == ST_OK && i < e->key_count; i++)
        if (e->keys[i].selector != NULL)
            st = keys_claimable(registry, e->domain, e->keys[i].selector, err);
    return st;
}

static enum status
look_at_customer(struct registry *registry, struct enrolment *e,
                 const struct customer *customer, bool *present,
                 struct error *err)
{
    struct domain_claim name = claim_of(e, customer->id);
    struct error why = ERROR_INIT;
    struct customer_domain domain;
    enum status st;

    if ((st = look_at_fields(registry, e, err)) != ST_OK)
        return st;
    st = domains_find(registry, e->arena, &name, &domain, &why);
    *present = st == ST_OK;
    if (st == ST_OK)
        return look_at_domain(registry, e, &domain, err);
    if (st != ST_NOT_FOUND)
        return error_set(err, st, "%s", why.text);
    if (customer->state != CUSTOMER_ACTIVE)
        return error_set(err, ST_EXISTS,
                         "customer '%s' is %s: it gets no more domains",
                         e->customer, states_customer(customer->state));
    return look_for_room(registry, e, err);
}

enum status
enrol_look(struct registry *registry, struct enrolment *e, bool *present,
           struct error *err)
{
    struct error why = ERROR_INIT;
    struct customer customer;
    enum status st =
        customers_find(registry, e->arena, e->customer, &customer, &why);

    *present = false;
    e->customer_id = 0;
    if (st == ST_NOT_FOUND)
        return look_for_room(registry, e, err);
    if (st != ST_OK)
        return error_set(err, st, "%s", why.text);
    e->customer_id = customer.id;
    if (customer.state == CUSTOMER_REMOVED)
        return error_set(err, ST_EXISTS,
                         "customer '%s' was removed: its name is never used"
                         " again, so that nobody inherits its mail",
                         e->customer);
    return look_at_customer(registry, e, &customer, present, err);
}

static enum status
enter_customer(struct registry *registry, const struct enrolment *e,
               int64_t *id, struct error *err)
{
    const struct provision_request *request = e->request;
    enum status st;

    *id = e->customer_id;
    if (*id != 0)
        return ST_OK;
    st = customers_add(registry, e->customer, id, err);
    for (size_t i = 0; st == ST_OK && i < request->field_count; i++)
        st = customers_set_field(registry, *id, request->fields[i].name,
                                 request->fields[i].value, err);
    return st;
}

static enum key_origin
origin_of(const struct provision_key *key)
{
    if (key->brought == NULL)
        return ORIGIN_MADE;
    return key->brought->private_der.n > 0 ? ORIGIN_PRIVATE : ORIGIN_PUBLIC;
}

static enum status
enter_keys(const struct provision_settings *settings,
           const struct enrolment *e, int64_t domain,
           const struct key_pair *pairs, struct error *err)
{
    enum status st = ST_OK;
    int64_t id;

    for (size_t i = 0; st == ST_OK && i < e->key_count; i++) {
        struct key_claim claim = {.domain = domain,
                                  .signing_domain = e->domain,
                                  .selector = e->keys[i].selector,
                                  .label = e->label,
                                  .state = KEY_PENDING,
                                  .origin = origin_of(&e->keys[i]),
                                  .pair = &pairs[i]};

        st = keys_add(settings->registry, settings->seal, &claim, &id, err);
    }
    return st;
}

enum status
enrol_enter(const struct provision_settings *settings,
            const struct enrolment *e, const struct key_pair *pairs,
            struct error *err)
{
    struct domain_claim claim = claim_of(e, 0);
    int64_t domain;
    enum status st =
        enter_customer(settings->registry, e, &claim.customer, err);

    if (st == ST_OK)
        st = domains_add(settings->registry, &claim, &domain, err);
    return st == ST_OK ? enter_keys(settings, e, domain, pairs, err) : st;
}
