/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Octets that come one piece after the other: of a file, or out of a
   container. */
#ifndef REPORTS_OCTETS_H
#define REPORTS_OCTETS_H

#include <stddef.h>
#include <sys/types.h>

#include "common/base/status.h"

/* Where they come from. */
struct octets {
    /* At most n more to p: how many, 0 at the end, -1 with err filled. */
    ssize_t (*read)(void *context, void *p, size_t n, struct error *err);
    void *context; /* for it */
};

#endif
