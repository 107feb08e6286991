/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the module serves, shared by all its instances of one process. */
#ifndef KNOT_SERVICE_H
#define KNOT_SERVICE_H

#include <stdbool.h>

#include "common/stunt/stuntanswer.h"
#include "common/stunt/stuntlive.h"

/*
 * A reload of Knot's configuration makes new instances before, or after, the
 * old ones end; LMDB allows one process to open a view only once; and a
 * template that was broken since must not take the last good one away.  So a
 * template and view are opened once for all instances that name them.
 */
struct service;

struct service_paths {
    const char *template_path; /* borrowed for the call */
    const char *view_path;     /* borrowed for the call; NULL: the template is
                                  a file of regexdns */
    struct name origin;        /* the zone */
    void (*tell)(void *context, const char *sentence, bool is_fault);
    void *context; /* for tell: until this instance releases the service */
};

/* Take part in it.  What cannot be opened yet is told, and tried again while
   questions come; what is open already is read again.  NULL: no memory. */
struct service *service_take(const struct service_paths *paths);
/* The instance whose context was given ends; NULL is allowed. */
void service_release(struct service *service, const void *context);

struct service_seat; /* a thread's own, of one instance */

/*
 * Answer on a thread's seat (made at the first call in *seat, ended with
 * service_leave).  False: nothing can be served now.  The result is good
 * until the seat's next question.
 */
bool service_answer(struct service *service, struct service_seat **seat,
                    const struct name *name, uint16_t type);
const struct stunt_result *service_result(const struct service_seat *seat);
void service_leave(struct service_seat *seat); /* NULL is allowed */

#endif
