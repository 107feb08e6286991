/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running out of memory inside knotd: an error, never its end. */
#ifndef KNOT_GUARD_H
#define KNOT_GUARD_H

#include "common/base/status.h"

/*
 * Call work(context).  When it runs out of memory it is left where it was and
 * ST_MEMORY returned: what it had so far is lost, so work must hold no lock
 * while it allocates.  Guards do not nest.  Only what is called so may
 * allocate.
 */
enum status guard(enum status (*work)(void *context, struct error *err),
                  void *context, struct error *err);

#endif
