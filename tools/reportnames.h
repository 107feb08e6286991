/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks DNS for the names of addresses that send. */
#ifndef TOOLS_REPORTNAMES_H
#define TOOLS_REPORTNAMES_H

#include "common/base/table.h"
#include "common/reports/tally.h"
#include "tools/spfdesk.h"

/* Sources whose names are asked for, the worst first: more are not looked at
   by anybody. */
#define REPORTNAMES_MAX 500

/* PTR names of the first sources by their address (tallyvalue_key): const
   char * in the desk's arena.  What has no name, or no answer, is not in the
   table.  To be ended with table_free(). */
struct table *reportnames_ask(struct spfdesk *desk,
                              const struct tally_lists *lists);

#endif
