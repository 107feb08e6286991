/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that operands name: themselves, and those below folders. */
#ifndef TOOLS_REPORTPATHS_H
#define TOOLS_REPORTPATHS_H

#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/status.h"

/* Folders in folders: a mailbox's, of a year's, of a domain's. */
#define REPORTPATHS_DEPTH_MAX 16

/*
 * Append to *paths (grown in arena) and *count: operand, or, where it is a
 * folder, the files in it and below, by name; names that begin with a dot are
 * passed over, and what is no file.  Each that cannot be read is told, and the
 * rest is gone on with.  ST_NOT_FOUND, ST_DENIED, ST_IO; ST_RANGE: nested too
 * deep: of the first of them.
 */
enum status reportpaths_add(struct arena *arena, const char *operand,
                            const char ***paths, size_t *count);

#endif
