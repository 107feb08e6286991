/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads many files at once, on all cores, and hands them on in order. */
#ifndef REPORTS_CREW_H
#define REPORTS_CREW_H

#include <signal.h>

#include "common/reports/feedbackfile.h"

/* Threads: as many as cores, and no more than this. */
#define CREW_MAX      16
/* Octets of files that are read and wait for those before them: with more, no
   further file is begun. */
#define CREW_HELD_MAX ((size_t)512 << 20)

struct crew_work {
    const char *const *paths;          /* to read */
    size_t count;                      /* of them */
    struct feedbackfile_limits limits; /* of each */
    const volatile sig_atomic_t *stop; /* when set no more is begun */
    /* What came of a file: parts, which are gone afterwards; or NULL, with
       the sentence why it could not be read.  In the order of paths, never
       two at once. */
    void (*take)(void *context, size_t i, const struct feedbackpart *parts,
                 const struct error *err);
    void *context; /* for take */
};

/* How many files were taken: all, unless it was stopped. */
size_t crew_run(const struct crew_work *work);

#endif
