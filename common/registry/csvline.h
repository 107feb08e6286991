/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of CSV into cells. */
#ifndef REGISTRY_CSVLINE_H
#define REGISTRY_CSVLINE_H

#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/base/status.h"

/*
 * Split line (without its end) by RFC 4180: cells has room for max of them,
 * *count is how many there are; texts in arena.  ST_SYNTAX for quotes out of
 * place, ST_RANGE for more than max.
 */
enum status csvline_split(struct slice line, struct arena *arena,
                          struct slice *cells, size_t max, size_t *count);

#endif
