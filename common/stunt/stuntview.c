/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the published view: the template's binder on it. */
#include "common/stunt/stuntview.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/stunt/stuntentry.h"
#include "common/stunt/stuntmeta.h"

struct stuntview {
    struct stuntmap *map; /* open for reading */
};

struct stuntreader {
    struct stunttxn *txn;  /* the present snapshot */
    struct stuntmeta meta; /* of it */
    enum status status;    /* ST_OK: it may be served */
    bool any[2];           /* is there a customer, a token? */
    const void *esp;       /* entry of the ESP, or NULL */
    bool failed;           /* for the binder: see template.h */
};

/* The ESP, which may have no entry: that is no failure. */
static enum status
find_esp(struct stuntreader *reader)
{
    struct slice octets;
    enum status st = stunttxn_get(reader->txn, SLICE(STUNTVIEW_ESP), &octets);

    if (st != ST_OK)
        return st == ST_NOT_FOUND ? ST_OK : st;
    if (!stuntentry_check(octets))
        return ST_DAMAGED;
    reader->esp = octets.p;
    return ST_OK;
}

static void
look_at_snapshot(struct stuntreader *reader)
{
    enum status st = stuntmeta_read(reader->txn, &reader->meta);

    reader->esp = NULL;
    if (st == ST_OK && !reader->meta.was_complete)
        st = ST_NOT_FOUND;
    if (st == ST_OK)
        st = stunttxn_has(reader->txn, 'c', &reader->any[TEMPLATE_CUSTOMER]);
    if (st == ST_OK)
        st = stunttxn_has(reader->txn, 't', &reader->any[TEMPLATE_TOKEN]);
    if (st == ST_OK)
        st = find_esp(reader);
    reader->status = st;
}

enum status
stuntview_open(const char *folder, struct stuntview **out, struct error *err)
{
    struct stuntview *view = memory_zeroed(1, sizeof(*view));
    struct stuntreader *reader = NULL;
    enum status st = stuntmap_open(folder, false, &view->map, err);

    if (st == ST_OK)
        st = stuntreader_new(view, &reader, err);
    if (st == ST_OK && reader->status != ST_OK)
        st = stuntmeta_explain(reader->status, folder, err);
    stuntreader_free(reader);
    if (st == ST_OK)
        *out = view;
    else
        stuntview_close(view);
    return st;
}

void
stuntview_close(struct stuntview *view)
{
    if (view == NULL)
        return;
    stuntmap_close(view->map);
    free(view);
}

enum status
stuntreader_new(struct stuntview *view, struct stuntreader **out,
                struct error *err)
{
    struct stuntreader *reader = memory_zeroed(1, sizeof(*reader));
    enum status st = stunttxn_begin(view->map, false, &reader->txn, err);

    if (st != ST_OK) {
        free(reader);
        return st;
    }
    look_at_snapshot(reader);
    *out = reader;
    return ST_OK;
}

void
stuntreader_free(struct stuntreader *reader)
{
    if (reader == NULL)
        return;
    stunttxn_abort(reader->txn);
    free(reader);
}

enum status
stuntreader_refresh(struct stuntreader *reader)
{
    bool changed = false;
    enum status st = stunttxn_renew(reader->txn, &changed);

    if (st != ST_OK) {
        reader->status = st;
        reader->esp = NULL;
    } else if (changed || reader->status != ST_OK)
        look_at_snapshot(reader);
    return reader->status;
}

void
stuntreader_rest(struct stuntreader *reader)
{
    stunttxn_rest(reader->txn);
}

uint64_t
stuntreader_applied(const struct stuntreader *reader)
{
    return reader->meta.applied;
}

bool
stuntreader_field(struct stuntreader *reader, struct slice key,
                  struct slice name, struct slice *value)
{
    struct slice octets;

    return stunttxn_get(reader->txn, key, &octets) == ST_OK
           && stuntentry_check(octets)
           && stuntentry_field(octets.p, name, value);
}

/* The entry of that key; NULL when there is none, or when that cannot be
   told, which is noted. */
static const void *
find_entry(struct stuntreader *reader, char kind, struct slice label)
{
    char key[1 + NAME_LABEL_MAX];
    struct slice octets;
    enum status st;

    if (reader->status != ST_OK) {
        reader->failed = true;
        return NULL;
    }
    if (label.n > NAME_LABEL_MAX)
        return NULL;
    key[0] = kind;
    memcpy(key + 1, label.p, label.n);
    st = stunttxn_get(reader->txn, (struct slice){key, 1 + label.n}, &octets);
    if (st == ST_OK && stuntentry_check(octets))
        return octets.p;
    if (st != ST_NOT_FOUND)
        reader->failed = true;
    return NULL;
}

/* What scope is: a customer, a token, or the ESP, which may be nothing. */
static const void *
entry_of(struct stuntreader *reader, const struct template_scope *scope)
{
    if (scope->owner != NULL)
        return scope->owner;
    reader->failed |= reader->status != ST_OK;
    return reader->esp;
}

static bool
view_bind(void *context, enum template_kind kind, struct slice label,
          struct template_scope *scope)
{
    struct stuntreader *reader = context;
    struct stunt_key key;
    const void *entry;

    if (kind == TEMPLATE_SELECTOR) {
        entry = entry_of(reader, scope);
        return entry != NULL && stuntentry_key(entry, label, false, &key);
    }
    entry = find_entry(reader, kind == TEMPLATE_CUSTOMER ? 'c' : 't', label);
    if (entry != NULL)
        scope->owner = entry;
    return entry != NULL;
}

static bool
view_any(void *context, enum template_kind kind,
         const struct template_scope *scope)
{
    struct stuntreader *reader = context;
    const void *entry;

    if (kind == TEMPLATE_SELECTOR) {
        entry = entry_of(reader, scope);
        return entry != NULL && stuntentry_has_keys(entry);
    }
    reader->failed |= reader->status != ST_OK;
    return kind < TEMPLATE_SELECTOR && reader->any[kind];
}

static bool
view_below(void *context, const struct template_scope *scope,
           struct slice suffix)
{
    const void *entry = entry_of(context, scope);
    struct stunt_key key;

    return entry != NULL && stuntentry_key(entry, suffix, true, &key);
}

static bool
view_field(void *context, const struct template_scope *scope,
           struct slice selector, struct slice name, struct slice *value)
{
    const void *entry = entry_of(context, scope);
    bool is_key = slice_equal(name, SLICE("key"));
    struct stunt_key key;

    if (entry == NULL)
        return false;
    if (!is_key && !slice_equal(name, SLICE("algorithm")))
        return stuntentry_field(entry, name, value);
    if (selector.n == 0 || !stuntentry_key(entry, selector, false, &key))
        return false;
    *value = is_key ? key.data : key.algorithm;
    return true;
}

void
stuntreader_binder(struct stuntreader *reader, struct template_binder *binder)
{
    *binder = (struct template_binder){.context = reader,
                                       .bind = view_bind,
                                       .any = view_any,
                                       .below = view_below,
                                       .field = view_field,
                                       .failed = &reader->failed};
}
