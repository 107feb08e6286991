/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie customer: one customer of the registry. */
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/records/planside.h"
#include "common/registry/customers.h"
#include "common/registry/domains.h"
#include "common/registry/events.h"
#include "common/registry/keys.h"
#include "tools/cmd.h"
#include "tools/desk.h"

struct customer_options {
    bool yes; /* --yes */
};

static const struct customer_options customer_defaults;

static const struct opt_def remove_options[] = {
    OPT_FLAG('y', "yes", struct customer_options, yes,
             "yes, erase the private keys for good"),
    OPT_END,
};

static enum status
print_fields(struct desk *desk, int64_t customer, struct error *err)
{
    struct customer_field *fields = NULL;
    size_t count = 0;
    enum status st = customers_fields(desk->registry, desk->arena, customer,
                                      &fields, &count, err);

    for (size_t i = 0; st == ST_OK && i < count; i++)
        printf("  %-12s %s\n", fields[i].name, fields[i].value);
    return st;
}

static enum status
print_keys(struct desk *desk, int64_t domain, struct error *err)
{
    struct customer_key *keys = NULL;
    size_t count = 0;
    char since[CLOCK_TEXT_SIZE];
    enum status st =
        keys_of(desk->registry, desk->arena, domain, &keys, &count, err);

    for (size_t i = 0; st == ST_OK && i < count; i++) {
        clock_text(keys[i].since, since);
        printf("    %-14s %-8s %4u  %-10s since %.10s%s\n", keys[i].selector,
               keymaker_word(keys[i].algorithm), keys[i].bits,
               states_key(keys[i].state), since,
               keys[i].has_private ? "" : "  (no private half)");
    }
    return st;
}

static enum status
print_domains(struct desk *desk, int64_t customer, struct error *err)
{
    struct customer_domain *domains = NULL;
    size_t count = 0;
    enum status st = domains_of(desk->registry, desk->arena, customer,
                                &domains, &count, err);

    for (size_t i = 0; st == ST_OK && i < count; i++) {
        struct planside_powers powers = planside_powers(domains[i].mode);

        printf("  %s  (%s, %s)\n", domains[i].name,
               states_mode(domains[i].mode), states_domain(domains[i].state));
        printf("    the ESP %s;\n    the customer %s\n", powers.esp,
               powers.customer);
        if (domains[i].token != NULL)
            printf("    token %s\n", domains[i].token);
        st = print_keys(desk, domains[i].id, err);
    }
    return st;
}

static enum status
print_history(struct desk *desk, int64_t customer, struct error *err)
{
    struct events *events = NULL;
    const struct event *event;
    char at[CLOCK_TEXT_SIZE];
    enum status st = events_open(desk->registry, 0, customer, &events, err);

    if (st != ST_OK)
        return st;
    printf("history\n");
    while ((st = events_next(events, &event, err)) == ST_OK) {
        clock_text(event->at, at);
        printf("  %s  uid %-5lld %-16s %s%s%s\n", at, (long long)event->uid,
               event->what, event->selector == NULL ? "" : event->selector,
               event->selector == NULL || *event->detail == '\0' ? "" : "  ",
               event->detail);
    }
    events_free(events);
    return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status
show(struct desk *desk, const char *name, struct error *err)
{
    struct customer customer;
    char created[CLOCK_TEXT_SIZE];
    enum status st =
        customers_find(desk->registry, desk->arena, name, &customer, err);

    if (st != ST_OK)
        return st;
    clock_text(customer.created, created);
    printf("%s  %s, since %.10s\n", customer.name,
           states_customer(customer.state), created);
    st = print_fields(desk, customer.id, err);
    if (st == ST_OK)
        st = print_domains(desk, customer.id, err);
    if (st == ST_OK)
        st = print_history(desk, customer.id, err);
    return st;
}

/* "pool=bulk"; an empty value takes the field away. */
static enum status
set_field(struct desk *desk, int64_t customer, const char *text,
          struct error *err)
{
    const char *equals = strchr(text, '=');
    const char *name;

    if (equals == NULL)
        return error_set(err, ST_SYNTAX, "'%s' is no FIELD=VALUE", text);
    name =
        arena_text(desk->arena, (struct slice){text, (size_t)(equals - text)});
    return customers_set_field(desk->registry, customer, name,
                               equals[1] == '\0' ? NULL : equals + 1, err);
}

/* All of them, or none. */
static enum status
set(struct desk *desk, char **operands, struct error *err)
{
    struct customer customer;
    enum status st = customers_find(desk->registry, desk->arena, operands[0],
                                    &customer, err);

    if (st != ST_OK || (st = registry_begin(desk->registry, err)) != ST_OK)
        return st;
    for (char **field = operands + 1; st == ST_OK && *field != NULL; field++)
        st = set_field(desk, customer.id, *field, err);
    if (st == ST_OK)
        return registry_commit(desk->registry, err);
    registry_rollback(desk->registry);
    return st;
}

static enum status
suspend(struct desk *desk, char **operands, struct error *err)
{
    return customers_set_state(desk->registry, operands[0], CUSTOMER_SUSPENDED,
                               0, err);
}

static enum status
resume(struct desk *desk, char **operands, struct error *err)
{
    return customers_set_state(desk->registry, operands[0], CUSTOMER_ACTIVE, 0,
                               err);
}

static enum status
remove_customer(struct desk *desk, char **operands, struct error *err)
{
    return customers_remove(desk->registry, operands[0], err);
}

/* One change, then the DNS server's view of it. */
static enum exit_status
change(struct context *context,
       enum status (*act)(struct desk *, char **, struct error *),
       const char *done)
{
    struct error err = ERROR_INIT;
    struct desk desk;
    enum status st = desk_open(context, 0, &desk, &err);

    if (st != ST_OK)
        return cmd_failed(&err);
    st = act(&desk, context->operands, &err);
    if (st == ST_OK) {
        printf("%s %s\n", done, context->operands[0]);
        if (desk_publish(&desk, &err) != ST_OK)
            st = ST_IO;
    }
    desk_close(&desk);
    if (st == ST_SYNTAX)
        return cmd_usage(context, "%s", err.text);
    return st == ST_OK ? EXIT_GOOD : cmd_failed(&err);
}

static enum exit_status
show_run(struct context *context)
{
    struct error err = ERROR_INIT;
    struct desk desk;
    enum status st = desk_open(context, 0, &desk, &err);

    if (st != ST_OK)
        return cmd_failed(&err);
    st = show(&desk, context->operands[0], &err);
    desk_close(&desk);
    return st == ST_OK ? EXIT_GOOD : cmd_failed(&err);
}

static enum exit_status
set_run(struct context *context)
{
    return change(context, set, "changed");
}

static enum exit_status
suspend_run(struct context *context)
{
    return change(context, suspend, "suspended");
}

static enum exit_status
resume_run(struct context *context)
{
    return change(context, resume, "resumed");
}

static enum exit_status
remove_run(struct context *context)
{
    const struct customer_options *options = context->options;

    if (!options->yes)
        return cmd_usage(context,
                         "this erases the private keys of '%s' for good: "
                         "say --yes",
                         context->operands[0]);
    return change(context, remove_customer, "removed");
}

#define CUSTOMER_COMMAND(symbol, word, text)                                  \
    const struct command cmd_customer_##symbol = {                            \
        .name = "customer " word,                                             \
        .synopsis = "[options] CUSTOMER",                                     \
        .summary = (text),                                                    \
        .needs = NEED_WORKSPACE,                                              \
        .operands_least = 1,                                                  \
        .operands_most = 1,                                                   \
        .run = symbol##_run,                                                  \
    }

CUSTOMER_COMMAND(show, "show", "one customer: domains, keys, history");
CUSTOMER_COMMAND(suspend, "suspend",
                 "stop signing for a customer; its records stay");
CUSTOMER_COMMAND(resume, "resume", "take a suspension back");

const struct command cmd_customer_set = {
    .name = "customer set",
    .synopsis = "[options] CUSTOMER FIELD=VALUE...",
    .summary = "give a customer values that the template uses",
    .about = "A field that the template does not use is only kept.  An empty "
             "value takes the field away; records that need it are left out "
             "for that customer then.",
    .examples = "selkie customer set snufkin pool=bulk\n"
                "selkie customer set snufkin pool= rua=mailto:d@example.com",
    .needs = NEED_WORKSPACE,
    .operands_least = 2,
    .operands_most = -1,
    .run = set_run,
};

const struct command cmd_customer_remove = {
    .name = "customer remove",
    .synopsis = "--yes [options] CUSTOMER",
    .summary = "end a customer: names kept as tombstones, keys erased",
    .options = remove_options,
    .defaults = &customer_defaults,
    .options_size = sizeof(customer_defaults),
    .needs = NEED_WORKSPACE,
    .operands_least = 1,
    .operands_most = 1,
    .run = remove_run,
};
