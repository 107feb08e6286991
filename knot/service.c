/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Template and view of the module: opened once, watched by who answers. */
#include "knot/service.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "knot/guard.h"

/* How often it is tried to open what could not be opened. */
#define RETRY_MS 1000

struct service {
    struct service *next;             /* in the list */
    unsigned users;                   /* instances */
    char *template_path;              /* owned */
    char *view_path;                  /* owned */
    struct name origin;               /* the zone */
    _Atomic(struct stuntlive *) live; /* NULL: could not be opened yet */
    atomic_uint due_ms;               /* when somebody looks again */
    atomic_bool is_opening;           /* somebody tries to */
    pthread_mutex_t lock;             /* of the two below */
    void (*tell)(void *context, const char *sentence, bool is_fault);
    const void *context; /* of the newest instance, or NULL */
    bool was_told;       /* why it could not be opened */
};

struct service_seat {
    struct stuntlive_seat *seat;          /* on the service's live */
    const struct template *template;      /* of the last refresh */
    const struct template_binder *binder; /* likewise */
    struct stunt_result result;           /* of the last question */
};

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct service *list;

static unsigned
now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (unsigned)now.tv_sec * 1000u + (unsigned)(now.tv_nsec / 1000000);
}

static void
tell(void *context, const char *sentence, bool is_fault)
{
    struct service *service = context;

    pthread_mutex_lock(&service->lock);
    if (service->context != NULL)
        service->tell((void *)(uintptr_t)service->context, sentence, is_fault);
    pthread_mutex_unlock(&service->lock);
}

/* ---- opening, under the guard ---- */

static enum status
open_live(void *context, struct error *err)
{
    struct service *service = context;
    bool is_regexdns = service->view_path == NULL;
    struct stuntlive_source source = {.view_path = service->view_path,
                                      .origin = &service->origin,
                                      .tell = tell,
                                      .context = service};
    struct stuntlive *live = NULL;
    enum status st;

    if (is_regexdns)
        source.regexdns_path = service->template_path;
    else
        source.template_path = service->template_path;
    st = stuntlive_open(&source, &live, err);
    if (st == ST_OK)
        atomic_store(&service->live, live);
    return st;
}

static enum status
reload_live(void *context, struct error *err)
{
    struct service *service = context;

    (void)err;
    stuntlive_reload(atomic_load(&service->live));
    return ST_OK;
}

static enum status
look_at_live(void *context, struct error *err)
{
    struct service *service = context;

    (void)err;
    stuntlive_look(atomic_load(&service->live));
    return ST_OK;
}

/* One thread at a time; a fault is told once. */
static void
try_to_open(struct service *service)
{
    struct error err = ERROR_INIT;

    if (atomic_exchange(&service->is_opening, true))
        return;
    if (atomic_load(&service->live) == NULL) {
        if (guard(open_live, service, &err) == ST_OK) {
            if (service->was_told)
                tell(service, "template and view are served now", false);
        } else if (!service->was_told) {
            tell(service, err.text, true);
            service->was_told = true;
        }
    }
    atomic_store(&service->is_opening, false);
}

/* ---- the list ---- */

static void
free_service(struct service *service)
{
    stuntlive_close(atomic_load(&service->live));
    pthread_mutex_destroy(&service->lock);
    free(service->template_path);
    free(service->view_path);
    free(service);
}

static bool
is_same_path(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static struct service *
find_service(const struct service_paths *paths)
{
    for (struct service *service = list; service != NULL;
         service = service->next)
        if (is_same_path(service->view_path, paths->view_path)
            && strcmp(service->template_path, paths->template_path) == 0
            && name_equal(&service->origin, &paths->origin))
            return service;
    return NULL;
}

static struct service *
new_service(const struct service_paths *paths)
{
    struct service *service = calloc(1, sizeof(*service));

    if (service == NULL)
        return NULL;
    pthread_mutex_init(&service->lock, NULL);
    service->template_path = strdup(paths->template_path);
    if (paths->view_path != NULL)
        service->view_path = strdup(paths->view_path);
    service->origin = paths->origin;
    atomic_store(&service->due_ms, now_ms());
    if (service->template_path == NULL
        || (service->view_path == NULL) != (paths->view_path == NULL)) {
        free_service(service);
        return NULL;
    }
    service->next = list;
    list = service;
    return service;
}

struct service *
service_take(const struct service_paths *paths)
{
    struct service *service;
    struct error err = ERROR_INIT;

    pthread_mutex_lock(&list_lock);
    service = find_service(paths);
    if (service == NULL)
        service = new_service(paths);
    if (service != NULL) {
        service->users++;
        pthread_mutex_lock(&service->lock);
        service->tell = paths->tell;
        service->context = paths->context;
        pthread_mutex_unlock(&service->lock);
        service->was_told = false;
        if (atomic_load(&service->live) == NULL)
            try_to_open(service);
        else if (guard(reload_live, service, &err) != ST_OK)
            tell(service, err.text, true);
    }
    pthread_mutex_unlock(&list_lock);
    return service;
}

void
service_release(struct service *service, const void *context)
{
    struct service **place = &list;

    if (service == NULL)
        return;
    pthread_mutex_lock(&list_lock);
    pthread_mutex_lock(&service->lock);
    if (service->context == context)
        service->context = NULL;
    pthread_mutex_unlock(&service->lock);
    if (--service->users == 0) {
        while (*place != service)
            place = &(*place)->next;
        *place = service->next;
        free_service(service);
    }
    pthread_mutex_unlock(&list_lock);
}

/* ---- answering ---- */

struct sitting {
    struct stuntlive *live;     /* where */
    struct stuntlive_seat *out; /* the seat */
};

static enum status
sit(void *context, struct error *err)
{
    struct sitting *sitting = context;

    return stuntlive_sit(sitting->live, &sitting->out, err);
}

static struct service_seat *
new_seat(struct stuntlive *live)
{
    struct service_seat *seat = calloc(1, sizeof(*seat));
    struct sitting sitting = {.live = live};
    struct error err = ERROR_INIT;

    if (seat == NULL)
        return NULL;
    if (guard(sit, &sitting, &err) != ST_OK) {
        free(seat);
        return NULL;
    }
    seat->seat = sitting.out;
    return seat;
}

/* Allocates when there is something new; else what is held stays good. */
static enum status
refresh(void *context, struct error *err)
{
    struct service_seat *seat = context;

    (void)err;
    seat->template = stuntlive_refresh(seat->seat, &seat->binder);
    return ST_OK;
}

/* Whoever comes first after the time looks around, also at what changed
   while there were no questions. */
static void
look_when_due(struct service *service)
{
    unsigned now = now_ms(), due = atomic_load(&service->due_ms);
    struct error err = ERROR_INIT;
    bool is_open = atomic_load(&service->live) != NULL;

    if ((int)(now - due) < 0
        || !atomic_compare_exchange_strong(
            &service->due_ms, &due,
            now + (is_open ? STUNTLIVE_LOOK_MS : RETRY_MS)))
        return;
    if (!is_open)
        try_to_open(service);
    else if (guard(look_at_live, service, &err) != ST_OK)
        stuntlive_look_over(atomic_load(&service->live));
}

bool
service_answer(struct service *service, struct service_seat **seat,
               const struct name *name, uint16_t type)
{
    struct stuntlive *live;

    look_when_due(service);
    live = atomic_load(&service->live);
    if (*seat == NULL && live != NULL)
        *seat = new_seat(live);
    if (*seat == NULL)
        return false;
    if (guard(refresh, *seat, NULL) != ST_OK)
        return false;
    stuntanswer((*seat)->template, (*seat)->binder, name, type,
                &(*seat)->result);
    stuntlive_rest((*seat)->seat);
    return true;
}

const struct stunt_result *
service_result(const struct service_seat *seat)
{
    return &seat->result;
}

void
service_leave(struct service_seat *seat)
{
    if (seat == NULL)
        return;
    stuntlive_leave(seat->seat);
    free(seat);
}
