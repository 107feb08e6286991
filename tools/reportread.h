/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads DMARC aggregate reports of files and folders into a tally. */
#ifndef TOOLS_REPORTREAD_H
#define TOOLS_REPORTREAD_H

#include <stdbool.h>

#include "common/reports/tally.h"

struct reportread {
    const char *const *operands;       /* files, folders, "-" */
    size_t count;                      /* of them */
    struct feedbackfile_limits limits; /* of each file */
    bool quiet;                        /* no progress */
};

/*
 * Read them all, on all cores.  ST_OK; ST_IO when files or folders could not
 * be read, each of which has been told: the rest is in the tally; ST_STOPPED
 * when cmd_stop was set: what was read till then is.  *files is how many were
 * read.
 */
enum status reportread_run(const struct reportread *input, struct tally *tally,
                           size_t *files);

#endif
