/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is served, as it is now: template and view, watched for changes and
   changed under the threads that answer. */
#ifndef STUNT_STUNTLIVE_H
#define STUNT_STUNTLIVE_H

#include <stdbool.h>

#include "common/base/status.h"
#include "common/dns/name.h"
#include "common/stunt/stuntview.h"
#include "common/template/template.h"

/* How often it pays to look around: changes are served within a second. */
#define STUNTLIVE_LOOK_MS 100

struct stuntlive;      /* shared by threads */
struct stuntlive_seat; /* a thread's own place */

struct stuntlive_source {
    const char *template_path; /* read at open and by each reload; copied */
    const char *view_path;     /* folder; copied */
    const char *regexdns_path; /* a regexdns file, instead of both; copied */
    const struct name *origin; /* the zone that it must be, or NULL */
    /* Of what was noticed; called under a lock.  May be NULL. */
    void (*tell)(void *context, const char *sentence, bool is_fault);
    void *context; /* for tell */
};

/*
 * Open the view and read the template for the zone that the view names; or
 * read the regexdns file, which knows its zones and needs no view.
 * ST_NOT_FOUND: there is no view yet (or no template); ST_DAMAGED, ST_NEWER,
 * ST_DENIED, ST_SYNTAX, ST_RANGE (the view is of another zone than origin),
 * ST_IO, with a sentence.
 */
enum status stuntlive_open(const struct stuntlive_source *source,
                           struct stuntlive **out, struct error *err);
/* All seats have been left.  NULL is allowed. */
void stuntlive_close(struct stuntlive *live);

/* Read the template again; a broken one is told and the old one stays. */
void stuntlive_reload(struct stuntlive *live);

/*
 * Look whether another folder stands where the view was opened (what is
 * published into the one that is open is seen without this).  One that
 * cannot be served is told once, and the old one stays.  At most one thread
 * looks at a time; others return at once.
 */
void stuntlive_look(struct stuntlive *live);
/* A look of this thread was left on the way (see knot/guard.h): others may
   look again. */
void stuntlive_look_over(struct stuntlive *live);

enum status stuntlive_sit(struct stuntlive *live, struct stuntlive_seat **out,
                          struct error *err);
void stuntlive_leave(struct stuntlive_seat *seat); /* NULL is allowed */

/*
 * The newest template, and in *binder the view's newest snapshot: between
 * batches of questions.  Good until the next refresh or rest.  Allocates only
 * when there is something new.
 */
const struct template *
stuntlive_refresh(struct stuntlive_seat *seat,
                  const struct template_binder **binder);
/* Let go of the snapshot: who may be idle for long would otherwise keep the
   publisher from using pages again. */
void stuntlive_rest(struct stuntlive_seat *seat);
/* The reader of the last refresh: for fields of the view; NULL without. */
struct stuntreader *stuntlive_reader(struct stuntlive_seat *seat);

#endif
