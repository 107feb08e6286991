/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of the intake: a request that grows column by column. */
#include "common/registry/draft.h"

#include <string.h>

/* A field that has no column of its own. */
#define FIELD_PREFIX "field."

const char draft_names[] = "customer, domain, mode, label, selector,"
                           " algorithm, bits, shared, pool, rua, field.NAME";

static enum status
set_customer(struct draft *d, struct slice value, struct error *err)
{
    (void)err;
    d->request.customer = arena_text(d->arena, value);
    return ST_OK;
}

static enum status
set_domain(struct draft *d, struct slice value, struct error *err)
{
    (void)err;
    d->request.domain = arena_text(d->arena, value);
    return ST_OK;
}

static enum status
set_label(struct draft *d, struct slice value, struct error *err)
{
    (void)err;
    d->request.label = arena_text(d->arena, value);
    return ST_OK;
}

static enum status
set_mode(struct draft *d, struct slice value, struct error *err)
{
    d->has_mode = true;
    return states_mode_parse(value, &d->request.mode)
               ? ST_OK
               : error_set(err, ST_SYNTAX, "unknown mode '%.*s'",
                           SLICE_ARGS(value));
}

static bool
is_between(char c)
{
    return c == ' ' || c == '\t' || c == ',';
}

/* The next word, with blanks or commas around. */
static bool
next_word(struct slice *rest, struct slice *word)
{
    size_t n = 0;

    while (rest->n > 0 && is_between(rest->p[0]))
        *rest = slice_from(*rest, 1);
    while (n < rest->n && !is_between(rest->p[n]))
        n++;
    *word = slice_sub(*rest, 0, n);
    *rest = slice_from(*rest, n);
    return n > 0;
}

static enum status
set_selectors(struct draft *d, struct slice value, struct error *err)
{
    struct slice word;

    while (next_word(&value, &word)) {
        if (d->selector_count == PROVISION_KEYS_MAX)
            return error_set(err, ST_RANGE, "at most %d selectors",
                             PROVISION_KEYS_MAX);
        d->selectors[d->selector_count++] = arena_text(d->arena, word);
    }
    return ST_OK;
}

static enum status
set_algorithms(struct draft *d, struct slice value, struct error *err)
{
    struct slice word;

    while (next_word(&value, &word)) {
        if (d->algorithm_count == PROVISION_KEYS_MAX)
            return error_set(err, ST_RANGE, "at most %d algorithms",
                             PROVISION_KEYS_MAX);
        if (!keymaker_parse(word, &d->algorithms[d->algorithm_count++]))
            return error_set(err, ST_SYNTAX, "unknown algorithm '%.*s'",
                             SLICE_ARGS(word));
    }
    return ST_OK;
}

static enum status
set_bits(struct draft *d, struct slice value, struct error *err)
{
    uint64_t bits;

    if (!slice_number(value, 65536, &bits))
        return error_set(err, ST_SYNTAX, "'%.*s' is no number of bits",
                         SLICE_ARGS(value));
    d->bits = (unsigned)bits;
    return keymaker_check(ALGORITHM_RSA, d->bits, NULL, err);
}

static enum status
set_shared(struct draft *d, struct slice value, struct error *err)
{
    static const struct {
        const char *word; /* as it may be written */
        bool meaning;     /* of it */
    } words[] = {
        {"yes",   true },
        {"true",  true },
        {"no",    false},
        {"false", false},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (slice_equal_case(value, slice_of(words[i].word))) {
            d->request.is_shared = words[i].meaning;
            return ST_OK;
        }
    return error_set(err, ST_SYNTAX, "shared is yes or no, not '%.*s'",
                     SLICE_ARGS(value));
}

static enum status
set_field(struct draft *d, struct slice name, struct slice value,
          struct error *err)
{
    struct customer_field *field = &d->fields[d->field_count];

    if (d->field_count == PROVISION_FIELDS_MAX)
        return error_set(err, ST_RANGE, "at most %d fields",
                         PROVISION_FIELDS_MAX);
    for (size_t i = 0; i < d->field_count; i++)
        if (slice_equal(name, slice_of(d->fields[i].name)))
            return error_set(err, ST_SYNTAX, "field '%.*s' is there twice",
                             SLICE_ARGS(name));
    field->name = arena_text(d->arena, name);
    field->value = arena_text(d->arena, value);
    d->field_count++;
    return labels_field(field->name, field->value, err);
}

static enum status
set_pool(struct draft *d, struct slice value, struct error *err)
{
    return set_field(d, SLICE("pool"), value, err);
}

static enum status
set_rua(struct draft *d, struct slice value, struct error *err)
{
    return set_field(d, SLICE("rua"), value, err);
}

static const struct column {
    const char *name; /* of the column or member */
    bool may_repeat;  /* as a column */
    enum status (*set)(struct draft *d, struct slice value,
                       struct error *err); /* take a value */
} columns[] = {
    {"customer",  false, set_customer  },
    {"domain",    false, set_domain    },
    {"mode",      false, set_mode      },
    {"label",     false, set_label     },
    {"selector",  true,  set_selectors },
    {"algorithm", true,  set_algorithms},
    {"bits",      false, set_bits      },
    {"shared",    false, set_shared    },
    {"pool",      false, set_pool      },
    {"rua",       false, set_rua       },
};

static const struct column *
find(struct slice name)
{
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
        if (slice_equal_case(name, slice_of(columns[i].name)))
            return &columns[i];
    return NULL;
}

bool
draft_knows(struct slice name, bool *may_repeat)
{
    const struct column *column = find(name);

    *may_repeat = column != NULL && column->may_repeat;
    return column != NULL || slice_starts_case(name, SLICE(FIELD_PREFIX));
}

enum status
draft_set(struct draft *d, struct slice name, struct slice value,
          struct error *err)
{
    const struct column *column = find(name);

    if (column != NULL)
        return column->set(d, value, err);
    return set_field(d, slice_from(name, sizeof(FIELD_PREFIX) - 1), value,
                     err);
}

static enum status
finish_keys(struct draft *d, const struct intake_defaults *defaults,
            struct provision_request *out, struct error *err)
{
    struct provision_wish wish = defaults->wish;
    struct provision_key keys[PROVISION_KEYS_MAX];
    size_t count;
    enum status st;

    if (d->selector_count > 0) {
        wish.selectors = d->selectors;
        wish.selector_count = d->selector_count;
    }
    if (d->algorithm_count > 0) {
        wish.algorithms = d->algorithms;
        wish.algorithm_count = d->algorithm_count;
    }
    if (d->bits > 0)
        wish.bits = d->bits;
    if ((st = provision_keys(&wish, keys, &count, err)) != ST_OK)
        return st;
    out->keys = arena_copy(d->arena, keys, count * sizeof(keys[0]));
    out->key_count = count;
    return ST_OK;
}

enum status
draft_finish(struct draft *d, const struct intake_defaults *defaults,
             struct provision_request *out, struct error *err)
{
    if (d->request.customer == NULL)
        return error_set(err, ST_SYNTAX, "no customer is named");
    *out = d->request;
    if (!d->has_mode && out->domain != NULL)
        out->mode = defaults->has_mode ? defaults->mode : MODE_CNAME;
    if (d->field_count > 0) {
        out->fields = arena_copy(d->arena, d->fields,
                                 d->field_count * sizeof(d->fields[0]));
        out->field_count = d->field_count;
    }
    return finish_keys(d, defaults, out, err);
}
