/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie customer: one customer of the registry. */
#include <stdio.h>

#include "common/base/clock.h"
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

static void
print_fields(struct desk *desk, int64_t customer)
{
    struct customer_field *fields = NULL;
    size_t count = 0;

    if (customers_fields(desk->registry, desk->arena, customer, &fields,
                         &count, NULL)
        != ST_OK)
        return;
    for (size_t i = 0; i < count; i++)
        printf("  %-12s %s\n", fields[i].name, fields[i].value);
}

static void
print_keys(struct desk *desk, int64_t domain)
{
    struct customer_key *keys = NULL;
    size_t count = 0;
    char since[CLOCK_TEXT_SIZE];

    if (keys_of(desk->registry, desk->arena, domain, &keys, &count, NULL)
        != ST_OK)
        return;
    for (size_t i = 0; i < count; i++) {
        clock_text(keys[i].since, since);
        printf("    %-14s %-8s %4u  %-10s since %.10s%s\n", keys[i].selector,
               keymaker_word(keys[i].algorithm), keys[i].bits,
               states_key(keys[i].state), since,
               keys[i].has_private ? "" : "  (no private half)");
    }
}

static enum status
print_domains(struct desk *desk, int64_t customer, struct error *err)
{
    struct customer_domain *domains = NULL;
    size_t count = 0;
    enum status st = domains_of(desk->registry, desk->arena, customer,
                                &domains, &count, err);

    for (size_t i = 0; st == ST_OK && i < count; i++) {
        printf("  %s  (%s, %s)\n", domains[i].name,
               states_mode(domains[i].mode), states_domain(domains[i].state));
        if (domains[i].token != NULL)
            printf("    token %s\n", domains[i].token);
        print_keys(desk, domains[i].id);
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
    print_fields(desk, customer.id);
    st = print_domains(desk, customer.id, err);
    if (st == ST_OK)
        st = print_history(desk, customer.id, err);
    return st;
}

static enum status
suspend(struct desk *desk, const char *name, struct error *err)
{
    return customers_set_state(desk->registry, name, CUSTOMER_SUSPENDED, 0,
                               err);
}

static enum status
resume(struct desk *desk, const char *name, struct error *err)
{
    return customers_set_state(desk->registry, name, CUSTOMER_ACTIVE, 0, err);
}

static enum status
remove_customer(struct desk *desk, const char *name, struct error *err)
{
    return customers_remove(desk->registry, name, err);
}

/* One change, then the DNS server's view of it. */
static enum exit_status
change(struct context *context,
       enum status (*act)(struct desk *, const char *, struct error *),
       const char *done)
{
    struct error err = ERROR_INIT;
    struct desk desk;
    enum status st = desk_open(context, 0, &desk, &err);

    if (st != ST_OK)
        return cmd_failed(&err);
    st = act(&desk, context->operands[0], &err);
    if (st == ST_OK) {
        printf("%s %s\n", done, context->operands[0]);
        st = desk_publish(&desk, &err);
    }
    desk_close(&desk);
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
