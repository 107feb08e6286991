/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small world for templates: who is a customer, and with which keys. */
#ifndef TESTS_TEMPLATE_WORLD_H
#define TESTS_TEMPLATE_WORLD_H

#include <stdlib.h>
#include <string.h>

#include "common/base/strbuf.h"
#include "common/dns/answer.h"
#include "common/template/template.h"
#include "tests/tap/tap.h"

/* Whom names may stand for; what is not said is NULL. */
struct inhabitant {
    enum template_kind kind;  /* customer or token; TEMPLATE_SELECTOR: the
                                 ESP */
    const char *label;        /* its name or token */
    const char *selectors[5]; /* its keys, each with data "KEY-SELECTOR" */
    const char *pool;         /* its field "pool" */
};

static const struct inhabitant inhabitants[] = {
    {TEMPLATE_CUSTOMER, "snufkin", {"k1", "k2", "a.b", "x.y.z"}, "one"     },
    {TEMPLATE_CUSTOMER, "toffle",  {NULL},                       NULL      },
    {TEMPLATE_CUSTOMER, "moomin",  {"k1"},                       "two.mail"},
    {TEMPLATE_TOKEN,    "tok7",    {"t1"},                       "one"     },
    {TEMPLATE_SELECTOR, NULL,      {"shared", "m.s"},            NULL      },
};
#define INHABITANTS (sizeof(inhabitants) / sizeof(inhabitants[0]))

static const struct inhabitant *
world_owner(const struct template_scope *scope)
{
    return scope->owner == NULL ? &inhabitants[INHABITANTS - 1] : scope->owner;
}

static bool
world_has(const struct inhabitant *who, struct slice selector, bool ending)
{
    for (size_t i = 0; who->selectors[i] != NULL; i++) {
        struct slice s = slice_of(who->selectors[i]);

        if (ending ? s.n > selector.n + 1 && slice_ends(s, selector)
                         && s.p[s.n - selector.n - 1] == '.'
                   : slice_equal(s, selector))
            return true;
    }
    return false;
}

static bool
world_bind(void *context, enum template_kind kind, struct slice label,
           struct template_scope *scope)
{
    (void)context;
    if (kind == TEMPLATE_SELECTOR)
        return world_has(world_owner(scope), label, false);
    for (size_t i = 0; i < INHABITANTS; i++)
        if (inhabitants[i].kind == kind
            && slice_equal(slice_of(inhabitants[i].label), label)) {
            scope->owner = &inhabitants[i];
            return true;
        }
    return false;
}

static bool
world_any(void *context, enum template_kind kind,
          const struct template_scope *scope)
{
    (void)context;
    return kind != TEMPLATE_SELECTOR
           || world_owner(scope)->selectors[0] != NULL;
}

static bool
world_below(void *context, const struct template_scope *scope,
            struct slice suffix)
{
    (void)context;
    return world_has(world_owner(scope), suffix, true);
}

static bool
world_field(void *context, const struct template_scope *scope,
            struct slice selector, struct slice name, struct slice *value)
{
    static char key[300];
    const struct inhabitant *who = world_owner(scope);

    (void)context;
    if (slice_equal(name, SLICE("key"))) {
        memcpy(key, "KEY-", 4);
        memcpy(key + 4, selector.p, selector.n);
        *value = (struct slice){key, selector.n + 4};
        return true;
    }
    *value = slice_equal(name, SLICE("algorithm"))  ? SLICE("rsa")
             : slice_equal(name, SLICE("customer")) ? SLICE("owner")
             : slice_equal(name, SLICE("domain"))   ? SLICE("d.example")
             : slice_equal(name, SLICE("pool"))     ? slice_of(who->pool)
                                                    : SLICE_EMPTY;
    return value->p != NULL;
}

static const struct template_binder world_binder = {
    .bind = world_bind,
    .any = world_any,
    .below = world_below,
    .field = world_field,
};

/* "ESP.EXAMPLE" with SOA and NS before the text; bails when it does not
   compile. */
static inline struct template *
world_template(const char *text)
{
    struct strbuf all = STRBUF_INIT;
    struct error err = ERROR_INIT;
    struct template *template = NULL;
    struct name origin;

    strbuf_addf(&all,
                "$ORIGIN esp.example.\n$TTL 300\n"
                "@ 900 SOA ns1 h 1 2 3 4 60\n@ NS ns1\nns1 A 192.0.2.1\n%s",
                text);
    name_parse(&origin, SLICE("esp.example"), NULL);
    if (template_parse("t", strbuf_slice(&all), &origin, &template, &err)
        != ST_OK)
        bail("the template does not compile: %s", err.text);
    strbuf_clear(&all);
    return template;
}

/* Lines of text before the first of world_template's argument. */
#define WORLD_LINES 5

#endif
