/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Template and view, each kept as long as a thread holds it. */
#include "common/stunt/stuntlive.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "common/template/regexdns.h"

/* A folder that is replaced while it is opened is opened again. */
#define OPEN_TRIES 3

/* Which file a view is, wherever its folder is moved. */
struct identity {
    dev_t dev; /* 0 and */
    ino_t ino; /* 0: none */
};

struct part_template {
    unsigned users;            /* the live one, and seats */
    struct template *template; /* owned */
};

struct part_view {
    unsigned users;           /* the live one, and seats */
    struct stuntview *view;   /* owned */
    struct identity identity; /* of its file */
};

struct stuntlive {
    struct stuntlive_source source; /* paths are our own copies */
    struct name origin;             /* whose zone the view is */
    pthread_mutex_t lock;           /* of all that follows */
    struct part_template *template; /* newest */
    struct part_view *view;         /* newest */
    struct identity refused;        /* told already that it is no good */
    atomic_uint generation;         /* counts changes of the two */
    atomic_bool is_looking;         /* a thread is */
};

struct stuntlive_seat {
    struct stuntlive *live;         /* borrowed */
    unsigned generation;            /* of what is held */
    struct part_template *template; /* held */
    struct part_view *view;         /* held */
    struct stuntreader *reader;     /* on view */
    struct template_binder binder;  /* on reader */
};

static void
drop_template(struct part_template *part)
{
    if (part == NULL || --part->users > 0)
        return;
    template_free(part->template);
    free(part);
}

static void
drop_view(struct part_view *part)
{
    if (part == NULL || --part->users > 0)
        return;
    stuntview_close(part->view);
    free(part);
}

/* ---- reading what there is ---- */

static struct identity
identify(const char *folder)
{
    struct strbuf path = STRBUF_INIT;
    struct stat st;
    bool is_there;

    strbuf_addf(&path, "%s/data.mdb", folder);
    is_there = stat(path.p, &st) == 0;
    strbuf_clear(&path);
    return is_there ? (struct identity){st.st_dev, st.st_ino}
                    : (struct identity){0, 0};
}

static bool
is_same(struct identity a, struct identity b)
{
    return a.dev == b.dev && a.ino == b.ino;
}

/* The view says whose zone it is. */
static enum status
read_origin(struct stuntview *view, const char *path, struct name *origin,
            struct error *err)
{
    struct stuntreader *reader = NULL;
    struct slice esp;
    enum status st = stuntreader_new(view, &reader, err);

    if (st != ST_OK)
        return st;
    if (stuntreader_field(reader, SLICE(STUNTVIEW_ORIGIN), SLICE("esp"), &esp))
        st = name_parse(origin, esp, err);
    else
        st = error_set(err, ST_DAMAGED, "the view '%s' names no zone", path);
    stuntreader_free(reader);
    return st;
}

static enum status
check_origin(const struct stuntlive *live, const struct name *wanted,
             const struct name *origin, struct error *err)
{
    struct strbuf is = STRBUF_INIT, should = STRBUF_INIT;
    enum status st = ST_OK;

    if (wanted == NULL || name_equal(wanted, origin))
        return ST_OK;
    name_present(origin, &is);
    name_present(wanted, &should);
    st =
        error_set(err, ST_RANGE, "the view '%s' is of the zone '%s', not '%s'",
                  live->source.view_path, is.p, should.p);
    strbuf_clear(&is);
    strbuf_clear(&should);
    return st;
}

static enum status
open_once(const struct stuntlive *live, struct part_view **out,
          struct error *err)
{
    struct part_view *part = memory_zeroed(1, sizeof(*part));
    enum status st;

    part->users = 1;
    part->identity = identify(live->source.view_path);
    st = stuntview_open(live->source.view_path, &part->view, err);
    if (st == ST_OK)
        *out = part;
    else
        free(part);
    return st;
}

/* wanted: the zone that it must be, or NULL; origin: that it is. */
static enum status
open_view(const struct stuntlive *live, const struct name *wanted,
          struct part_view **out, struct name *origin, struct error *err)
{
    struct part_view *part = NULL;
    enum status st = ST_OK;

    for (int tries = 0; tries < OPEN_TRIES; tries++) {
        st = open_once(live, &part, err);
        if (st != ST_OK
            || is_same(part->identity, identify(live->source.view_path)))
            break;
        if (tries + 1 < OPEN_TRIES)
            drop_view(part);
    }
    if (st == ST_NOT_FOUND)
        error_set(err, st,
                  "there is no published view in '%s': run selkie publish "
                  "first",
                  live->source.view_path);
    if (st != ST_OK)
        return st;
    st = read_origin(part->view, live->source.view_path, origin, err);
    if (st == ST_OK)
        st = check_origin(live, wanted, origin, err);
    if (st == ST_OK)
        *out = part;
    else
        drop_view(part);
    return st;
}

static enum status
open_template(const struct stuntlive *live, struct part_template **out,
              struct error *err)
{
    const struct stuntlive_source *source = &live->source;
    struct part_template *part = memory_zeroed(1, sizeof(*part));
    enum status st =
        source->regexdns_path != NULL
            ? regexdns_read(source->regexdns_path, &part->template, err)
            : template_read(source->template_path, &live->origin,
                            &part->template, err);

    part->users = 1;
    if (st == ST_OK)
        *out = part;
    else
        free(part);
    return st;
}

static const char *
copy_path(const char *path)
{
    return path == NULL ? NULL : memory_text(path);
}

enum status
stuntlive_open(const struct stuntlive_source *source, struct stuntlive **out,
               struct error *err)
{
    struct stuntlive *live = memory_zeroed(1, sizeof(*live));
    enum status st;

    pthread_mutex_init(&live->lock, NULL);
    live->source = *source;
    live->source.origin = NULL;
    live->source.template_path = copy_path(source->template_path);
    live->source.view_path = copy_path(source->view_path);
    live->source.regexdns_path = copy_path(source->regexdns_path);
    st =
        source->regexdns_path != NULL
            ? ST_OK
            : open_view(live, source->origin, &live->view, &live->origin, err);
    if (st == ST_OK)
        st = open_template(live, &live->template, err);
    if (st == ST_OK)
        *out = live;
    else
        stuntlive_close(live);
    return st;
}

void
stuntlive_close(struct stuntlive *live)
{
    if (live == NULL)
        return;
    drop_template(live->template);
    drop_view(live->view);
    pthread_mutex_destroy(&live->lock);
    free((void *)(uintptr_t)live->source.template_path);
    free((void *)(uintptr_t)live->source.view_path);
    free((void *)(uintptr_t)live->source.regexdns_path);
    free(live);
}

/* ---- changes ---- */

static void
tell(struct stuntlive *live, const char *sentence, bool is_fault)
{
    if (live->source.tell != NULL)
        live->source.tell(live->source.context, sentence, is_fault);
}

void
stuntlive_reload(struct stuntlive *live)
{
    struct part_template *next = NULL;
    struct error err = ERROR_INIT, told = ERROR_INIT;

    if (open_template(live, &next, &err) != ST_OK) {
        error_set(&told, ST_SYNTAX, "%s; the old template stays", err.text);
        tell(live, told.text, true);
        return;
    }
    pthread_mutex_lock(&live->lock);
    drop_template(live->template);
    live->template = next;
    atomic_fetch_add(&live->generation, 1);
    pthread_mutex_unlock(&live->lock);
    tell(live, "the template was read again", false);
}

/* Another folder stands there. */
static void
replace_view(struct stuntlive *live, struct identity found)
{
    struct part_view *next = NULL;
    struct error err = ERROR_INIT, told = ERROR_INIT;
    struct name origin;

    if (open_view(live, &live->origin, &next, &origin, &err) != ST_OK) {
        live->refused = found;
        error_set(&told, ST_DAMAGED, "%s; the old view stays", err.text);
        tell(live, told.text, true);
        return;
    }
    pthread_mutex_lock(&live->lock);
    drop_view(live->view);
    live->view = next;
    atomic_fetch_add(&live->generation, 1);
    pthread_mutex_unlock(&live->lock);
    tell(live, "the view was replaced by another", false);
}

void
stuntlive_look(struct stuntlive *live)
{
    struct identity found;

    if (live->view == NULL || atomic_exchange(&live->is_looking, true))
        return;
    found = identify(live->source.view_path);
    /* None: it is being replaced, or was taken away; what is open stays. */
    if (found.ino == 0 || is_same(found, live->view->identity))
        live->refused = (struct identity){0, 0};
    else if (!is_same(found, live->refused))
        replace_view(live, found);
    stuntlive_look_over(live);
}

void
stuntlive_look_over(struct stuntlive *live)
{
    atomic_store(&live->is_looking, false);
}

/* ---- seats ---- */

/* Hold the newest view: with a reader made before the lock is taken again,
   as nothing may be allocated under it (see knot/guard.h). */
static enum status
take_view(struct stuntlive_seat *seat, struct error *err)
{
    struct stuntlive *live = seat->live;
    struct stuntreader *reader = NULL, *old = seat->reader;
    struct part_view *next, *last = seat->view;
    enum status st;

    pthread_mutex_lock(&live->lock);
    next = live->view;
    next->users++;
    pthread_mutex_unlock(&live->lock);
    st = stuntreader_new(next->view, &reader, err);
    if (st == ST_OK) {
        seat->reader = reader;
        seat->view = next;
        stuntreader_binder(reader, &seat->binder);
        stuntreader_free(old);
    }
    pthread_mutex_lock(&live->lock);
    drop_view(st == ST_OK ? last : next);
    pthread_mutex_unlock(&live->lock);
    return st;
}

/* Hold what is newest.  When no reader is to be had the old view is kept,
   and the next refresh tries again. */
static enum status
take_newest(struct stuntlive_seat *seat, struct error *err)
{
    struct stuntlive *live = seat->live;
    unsigned generation = atomic_load(&live->generation);
    bool has_new_view;

    pthread_mutex_lock(&live->lock);
    if (seat->template != live->template) {
        drop_template(seat->template);
        seat->template = live->template;
        seat->template->users++;
    }
    has_new_view = seat->view != live->view;
    pthread_mutex_unlock(&live->lock);
    if (has_new_view) {
        enum status st = take_view(seat, err);

        if (st != ST_OK)
            return st;
    }
    seat->generation = generation;
    return ST_OK;
}

enum status
stuntlive_sit(struct stuntlive *live, struct stuntlive_seat **out,
              struct error *err)
{
    struct stuntlive_seat *seat = memory_zeroed(1, sizeof(*seat));
    enum status st;

    seat->live = live;
    st = take_newest(seat, err);
    if (st == ST_OK)
        *out = seat;
    else
        stuntlive_leave(seat);
    return st;
}

void
stuntlive_leave(struct stuntlive_seat *seat)
{
    if (seat == NULL)
        return;
    pthread_mutex_lock(&seat->live->lock);
    stuntreader_free(seat->reader);
    drop_template(seat->template);
    drop_view(seat->view);
    pthread_mutex_unlock(&seat->live->lock);
    free(seat);
}

const struct template *
stuntlive_refresh(struct stuntlive_seat *seat,
                  const struct template_binder **binder)
{
    if (atomic_load(&seat->live->generation) != seat->generation)
        take_newest(seat, NULL);
    if (seat->reader != NULL)
        stuntreader_refresh(seat->reader);
    *binder = &seat->binder;
    return seat->template->template;
}

void
stuntlive_rest(struct stuntlive_seat *seat)
{
    if (seat->reader != NULL)
        stuntreader_rest(seat->reader);
}

struct stuntreader *
stuntlive_reader(struct stuntlive_seat *seat)
{
    return seat->reader;
}
