/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must be published for a customer: template times registry. */
#include "common/records/plan.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/dns/question.h"
#include "common/registry/customers.h"

/* What a placeholder is bound to: a customer in the ESP's zone, one of its
   own domains, or the ESP. */
struct subject {
    const struct served_key *keys;       /* served */
    size_t key_count;                    /* of them */
    const struct customer_field *fields; /* of the customer */
    size_t field_count;                  /* of them */
    const char *customer;                /* name; NULL: the ESP */
    const char *token;                   /* domain of its own; or NULL */
    const char *domain;                  /* name of that domain */
};

struct planner {
    const struct template *template; /* borrowed */
    struct registry *registry;       /* borrowed */
    struct arena *arena;             /* for shared keys */
    struct subject esp;              /* its shared keys */
    struct subject other;            /* any other customer */
    const struct subject *subjects;  /* of the present customer: itself, then
                                        its own domains */
    size_t subject_count;            /* of them */
};

/* One pattern being filled. */
struct filling {
    struct planner *planner;          /* who asks */
    const struct template_node *node; /* the pattern */
    const struct subject *subject;    /* for whom */
    const struct served_key *key;     /* one of its keys, or NULL */
    struct arena *arena;              /* of plan */
    struct plan *plan;                /* grows */
};

static const struct subject *
subject_of(const struct planner *planner, const struct template_scope *scope)
{
    return scope->owner == NULL ? &planner->esp : scope->owner;
}

static const struct served_key *
find_key(const struct subject *subject, struct slice selector)
{
    for (size_t i = 0; i < subject->key_count; i++)
        if (slice_equal(slice_of(subject->keys[i].selector), selector))
            return &subject->keys[i];
    return NULL;
}

/* Another customer than ours matters only where patterns overlap, as
   "{customer}" and "rua-{customer}" do. */
static const struct subject *
find_customer(struct planner *planner, struct slice label)
{
    struct arena *arena;
    struct customer found;
    bool is_there;

    if (planner->subject_count > 0
        && slice_equal(slice_of(planner->subjects[0].customer), label))
        return &planner->subjects[0];
    arena = arena_new();
    is_there = customers_find(planner->registry, arena,
                              arena_text(arena, label), &found, NULL)
                   == ST_OK
               && found.state != CUSTOMER_REMOVED;
    arena_free(arena);
    return is_there ? &planner->other : NULL;
}

static const struct subject *
find_token(const struct planner *planner, struct slice label)
{
    for (size_t i = 1; i < planner->subject_count; i++)
        if (planner->subjects[i].key_count > 0
            && slice_equal(slice_of(planner->subjects[i].token), label))
            return &planner->subjects[i];
    return NULL;
}

static bool
plan_bind(void *context, enum template_kind kind, struct slice label,
          struct template_scope *scope)
{
    struct planner *planner = context;
    const struct subject *found;

    if (kind == TEMPLATE_SELECTOR)
        return find_key(subject_of(planner, scope), label) != NULL;
    found = kind == TEMPLATE_CUSTOMER ? find_customer(planner, label)
                                      : find_token(planner, label);
    if (found != NULL)
        scope->owner = found;
    return found != NULL;
}

static bool
plan_any(void *context, enum template_kind kind,
         const struct template_scope *scope)
{
    return kind != TEMPLATE_SELECTOR
           || subject_of(context, scope)->key_count > 0;
}

/* Only names of records are looked up here. */
static bool
plan_below(void *context, const struct template_scope *scope,
           struct slice suffix)
{
    (void)context;
    (void)scope;
    (void)suffix;
    return false;
}

static bool
give(const char *text, struct slice *value)
{
    *value = slice_of(text);
    return text != NULL;
}

static bool
plan_field(void *context, const struct template_scope *scope,
           struct slice selector, struct slice name, struct slice *value)
{
    const struct subject *subject = subject_of(context, scope);
    const struct served_key *key = find_key(subject, selector);

    if (slice_equal(name, SLICE("key")))
        return key != NULL && give(key->data, value);
    if (slice_equal(name, SLICE("algorithm")))
        return key != NULL && give(key->algorithm, value);
    if (subject->token != NULL && slice_equal(name, SLICE("customer")))
        return give(subject->customer, value);
    if (subject->token != NULL && slice_equal(name, SLICE("domain")))
        return give(subject->domain, value);
    for (size_t i = 0; i < subject->field_count; i++)
        if (slice_equal(slice_of(subject->fields[i].name), name))
            return give(subject->fields[i].value, value);
    return false;
}

static struct template_binder
binder_of(struct planner *planner)
{
    return (struct template_binder){.context = planner,
                                    .bind = plan_bind,
                                    .any = plan_any,
                                    .below = plan_below,
                                    .field = plan_field};
}

static enum status
explain(const struct filling *filling, unsigned line, enum status st,
        struct error *err)
{
    const char *customer = filling->subject->customer;

    return error_set(err, st, "template line %u: '%s' %s%s%s has %s", line,
                     template_node_text(filling->node),
                     customer == NULL ? "" : "for customer '",
                     customer == NULL ? "" : customer,
                     customer == NULL ? "" : "'",
                     st == ST_RANGE ? "a name or text that is too long"
                                    : "data that is no data of its type");
}

/* The same record twice is one: RFC 2181 section 5. */
static bool
is_planned(const struct plan *plan, size_t first,
           const struct plan_record *record)
{
    for (size_t i = first; i < plan->count; i++)
        if (plan->records[i].type == record->type
            && slice_equal(plan->records[i].data, record->data))
            return true;
    return false;
}

static enum status
add_records(struct filling *filling, const struct name *owner,
            const struct template_match *match,
            const struct template_binder *binder, struct error *err)
{
    const struct template_record *record = NULL;
    struct plan *plan = filling->plan;
    size_t first = plan->count;
    uint8_t data[TEMPLATE_RDATA_MAX];

    while ((record = template_record_next(filling->node, record)) != NULL) {
        struct plan_record planned = {.owner = *owner,
                                      .type = template_record_type(record),
                                      .ttl = template_record_ttl(record),
                                      .line = template_record_line(record),
                                      .key = filling->key};
        size_t size;
        enum status st = template_expand(record, match, binder, data, &size);

        if (st == ST_NOT_FOUND)
            continue;
        if (st != ST_OK)
            return explain(filling, planned.line, st, err);
        planned.data = (struct slice){(const char *)data, size};
        if (is_planned(plan, first, &planned))
            continue;
        planned.data = arena_slice(filling->arena, planned.data);
        plan->records = arena_grow(filling->arena, plan->records, plan->count,
                                   sizeof(*plan->records));
        plan->records[plan->count++] = planned;
    }
    return ST_OK;
}

static enum status
fill_one(struct filling *filling, struct error *err)
{
    struct planner *planner = filling->planner;
    struct template_binder binder = binder_of(planner);
    struct slice values[3] = {
        slice_of(filling->subject->customer),
        slice_of(filling->subject->token),
        filling->key == NULL ? SLICE_EMPTY : slice_of(filling->key->selector)};
    struct template_match match;
    struct name owner;
    enum status st =
        template_node_name(planner->template, filling->node, values, &owner);

    if (st != ST_OK) {
        const struct template_record *record =
            template_record_next(filling->node, NULL);

        return explain(filling, template_record_line(record), st, err);
    }
    template_match(planner->template, &owner, &binder, &match);
    if (match.node != filling->node || match.found != TEMPLATE_RECORDS
        || subject_of(planner, &match.scope) != filling->subject)
        return ST_OK; /* a closer pattern has the name */
    return add_records(filling, &owner, &match, &binder, err);
}

static enum status
fill_subject(struct filling *filling, const struct subject *subject,
             struct error *err)
{
    enum status st = ST_OK;

    filling->subject = subject;
    filling->key = NULL;
    if ((template_node_kinds(filling->node) & 1u << TEMPLATE_SELECTOR) == 0)
        return fill_one(filling, err);
    for (size_t i = 0; st == ST_OK && i < subject->key_count; i++) {
        filling->key = &subject->keys[i];
        st = fill_one(filling, err);
    }
    return st;
}

/* Every pattern of the kinds, whose names the subjects from the first to
   before the end have. */
static enum status
fill_node(struct filling *filling, struct error *err)
{
    const struct planner *planner = filling->planner;
    unsigned kinds = template_node_kinds(filling->node);
    enum status st = ST_OK;

    if (kinds & 1u << TEMPLATE_ANY)
        return ST_OK;
    if (kinds & 1u << TEMPLATE_TOKEN) {
        for (size_t i = 1; st == ST_OK && i < planner->subject_count; i++)
            if (planner->subjects[i].key_count > 0)
                st = fill_subject(filling, &planner->subjects[i], err);
        return st;
    }
    if (kinds & 1u << TEMPLATE_CUSTOMER)
        return planner->subject_count == 0
                   ? ST_OK
                   : fill_subject(filling, &planner->subjects[0], err);
    return planner->subject_count > 0
               ? ST_OK
               : fill_subject(filling, &planner->esp, err);
}

static enum status
fill_all(struct planner *planner, struct arena *arena, struct plan *plan,
         struct error *err)
{
    struct filling filling = {
        .planner = planner, .arena = arena, .plan = plan};
    enum status st = ST_OK;

    while (st == ST_OK
           && (filling.node = template_next(planner->template, filling.node))
                  != NULL)
        st = fill_node(&filling, err);
    return st;
}

enum status
planner_new(const struct template *template, struct registry *registry,
            struct planner **out, struct error *err)
{
    struct planner *planner = memory_zeroed(1, sizeof(*planner));
    struct served_key *keys;
    enum status st;

    planner->template = template;
    planner->registry = registry;
    planner->arena = arena_new();
    st = served_shared(registry, planner->arena, &keys,
                       &planner->esp.key_count, err);
    planner->esp.keys = keys;
    if (st == ST_OK)
        *out = planner;
    else
        planner_free(planner);
    return st;
}

void
planner_free(struct planner *planner)
{
    if (planner == NULL)
        return;
    arena_free(planner->arena);
    free(planner);
}

enum status
planner_fixed(struct planner *planner, struct arena *arena, struct plan *plan,
              struct error *err)
{
    planner->subjects = NULL;
    planner->subject_count = 0;
    return fill_all(planner, arena, plan, err);
}

/* The customer itself has the keys of all its domains in the ESP's zone. */
static void
add_esp_keys(struct arena *arena, const struct served_customer *customer,
             struct subject *out)
{
    struct served_key *keys = NULL;

    for (size_t i = 0; i < customer->domain_count; i++) {
        const struct served_domain *domain = &customer->domains[i];

        for (size_t k = 0;
             domain->domain.mode == MODE_ESP && k < domain->key_count; k++) {
            keys = arena_grow(arena, keys, out->key_count, sizeof(*keys));
            keys[out->key_count++] = domain->keys[k];
        }
    }
    out->keys = keys;
}

static void
list_subjects(struct planner *planner, struct arena *arena,
              const struct served_customer *customer)
{
    struct subject *list =
        ARENA_ARRAY(arena, struct subject, customer->domain_count + 1);
    size_t n = 1;

    list[0] = (struct subject){.fields = customer->fields,
                               .field_count = customer->field_count,
                               .customer = customer->customer.name};
    add_esp_keys(arena, customer, &list[0]);
    for (size_t i = 0; i < customer->domain_count; i++) {
        const struct served_domain *domain = &customer->domains[i];

        if (domain->domain.mode == MODE_ESP)
            continue;
        list[n] = list[0];
        list[n].keys = domain->keys;
        list[n].key_count = domain->key_count;
        list[n].token = domain->domain.token;
        list[n++].domain = domain->domain.name;
    }
    planner->subjects = list;
    planner->subject_count = n;
}

enum status
planner_customer(struct planner *planner,
                 const struct served_customer *customer, struct arena *arena,
                 struct plan *plan, struct error *err)
{
    enum status st;

    list_subjects(planner, arena, customer);
    st = fill_all(planner, arena, plan, err);
    planner->subjects = NULL;
    planner->subject_count = 0;
    return st;
}

enum status
plan_customer(const struct template *template, struct registry *registry,
              const char *customer, struct arena *arena, struct plan *plan,
              struct error *err)
{
    struct served_customer served;
    struct planner *planner = NULL;
    enum status st = planner_new(template, registry, &planner, err);

    *plan = (struct plan){NULL, 0};
    if (st == ST_OK)
        st = served_find(registry, arena, customer, &served, err);
    if (st == ST_OK)
        st = planner_customer(planner, &served, arena, plan, err);
    planner_free(planner);
    return st;
}
