/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A customer's keys that are to be switched or retired, and what DNS should
   have of them. */
#ifndef TOOLS_ROTATECASES_H
#define TOOLS_ROTATECASES_H

#include "common/audit/rotationcase.h"
#include "common/registry/rotate.h"
#include "tools/customers.h"
#include "tools/desk.h"

/* Which cases, and how they are judged. */
struct rotatecases_wish {
    bool is_retirement; /* old keys that may go; else new ones to sign with */
    bool with_first;    /* pending keys that replace none, too */
    int64_t queue_s;    /* how long mail may be on its way */
};

struct rotatecases {
    struct rotationcase *cases; /* in order of the keys' entry */
    struct rotate_step *steps;  /* what each comes to, once it is safe; due is
                                   not set */
    size_t count;               /* of them */
    struct verify_input fresh;  /* records of the new keys of all cases */
    struct verify_input old;    /* records of the old ones */
};

/*
 * The cases of a customer, in arena.  plan is borrowed.  Without a sealing key
 * of the desk no private half can be looked at.
 */
enum status rotatecases_find(const struct desk *desk,
                             const struct customer_plan *plan,
                             const struct rotatecases_wish *wish,
                             struct arena *arena, struct rotatecases *out,
                             struct error *err);

#endif
