/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the published view from the registry's event log. */
#ifndef STUNT_PUBLISH_H
#define STUNT_PUBLISH_H

#include <stdint.h>

#include "common/base/status.h"
#include "common/registry/registry.h"

/* Customers brought up to date in one write transaction, so that a first
   publication of a large registry holds little memory. */
#define PUBLISH_BATCH 10000

struct publish_counts {
    uint64_t customers; /* written anew */
    int64_t applied;    /* event number the view now stands for */
};

/*
 * Bring the view in folder up to the registry's last event: every customer
 * named by an event since is written anew from one snapshot of the registry;
 * a view that is new, or older than the log reaches, is written whole.
 * counts may be NULL.  Killed at any instant, the next call goes on.
 */
enum status publish_view(struct registry *registry, const char *folder,
                         struct publish_counts *counts, struct error *err);

#endif
