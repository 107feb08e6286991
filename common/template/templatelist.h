/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of addresses and names for owners that SPF macros make: RFC 7208
   section 7.3. */
#ifndef TEMPLATE_TEMPLATELIST_H
#define TEMPLATE_TEMPLATELIST_H

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/base/status.h"

/* Elements of one list. */
#define TEMPLATELIST_MAX 1024

struct templatelist; /* compiled; immutable */

enum templatelist_answer {
    TEMPLATELIST_NONE,  /* neither it nor anything below it */
    TEMPLATELIST_BELOW, /* something that has more labels on the left */
    TEMPLATELIST_FOUND  /* it is in the list */
};

/* Is a placeholder of that name one with a list: spf_ir, spf_i, spf_h,
   spf_d? */
bool templatelist_is_name(struct slice name);

/*
 * The list of a placeholder: addresses and networks, or names of which the
 * first label may be "*", with commas or blanks between them; or "$field",
 * where each customer has a list of its own.  In arena.  ST_SYNTAX, ST_RANGE
 * with what is wrong in err.
 */
enum status templatelist_new(struct arena *arena, struct slice name,
                             struct slice text, struct templatelist **out,
                             struct error *err);

/* The field that has the list; empty where it is the template's own. */
struct slice templatelist_field(const struct templatelist *list);

/* Look labels with dots between them up; own is the field's value, where
   there is a field.  No allocation. */
enum templatelist_answer templatelist_find(const struct templatelist *list,
                                           struct slice own,
                                           struct slice labels);

#endif
