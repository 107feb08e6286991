/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regular expressions over names and labels: PCRE2, bounded. */
#ifndef TEMPLATE_TEMPLATEPATTERN_H
#define TEMPLATE_TEMPLATEPATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/slice.h"
#include "common/base/status.h"

/* Bounds of one expression: no name has more than 127 labels to capture. */
#define TEMPLATEPATTERN_SIZE_MAX   1024 /* octets of text */
#define TEMPLATEPATTERN_GROUPS_MAX 32   /* captures, the whole not counted */

struct templatepattern; /* compiled; immutable, may be used by threads */

enum templatepattern_end {
    TEMPLATEPATTERN_LOOSE, /* may match anywhere in the subject */
    TEMPLATEPATTERN_WHOLE  /* must match all of it */
};

/*
 * Compile text, whose letters match in either case.  *column, from 1, is
 * where it is at fault.  ST_SYNTAX, ST_RANGE with what is wrong in err.
 */
enum status templatepattern_new(struct slice text,
                                enum templatepattern_end end,
                                struct templatepattern **out, size_t *column,
                                struct error *err);
void templatepattern_free(struct templatepattern *pattern); /* or NULL */

unsigned templatepattern_groups(const struct templatepattern *pattern);
/* The number of the group by that name; false when there is none. */
bool templatepattern_group(const struct templatepattern *pattern,
                           struct slice name, unsigned *number);

/*
 * Match; groups[0] is the whole match, the others its captures, empty where
 * they took no part.  No allocation.  ST_NOT_FOUND; ST_RANGE: it would take
 * more steps or memory than a name is worth, so nobody knows.
 */
enum status
templatepattern_match(const struct templatepattern *pattern,
                      struct slice subject,
                      struct slice groups[TEMPLATEPATTERN_GROUPS_MAX + 1]);

#endif
