/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gate of rotations: asks DNS, prints, and takes the steps that are safe.
 */
#ifndef TOOLS_ROTATEGATE_H
#define TOOLS_ROTATEGATE_H

#include "tools/cmd.h"

/* Options of the commands that ask DNS. */
struct rotategate_options {
    bool all;          /* --all */
    const char *queue; /* --queue-life DURATION */
    bool dry_run;      /* --dry-run */
};

enum rotategate_step {
    ROTATEGATE_LOOK,   /* may new keys sign?  Nothing is done */
    ROTATEGATE_SWITCH, /* those that may do */
    ROTATEGATE_RETIRE  /* old keys that may go do */
};

/*
 * Of the customers named, or of all that have such keys.  Only what is safe is
 * done, after it was printed; what files, or another time, say is never done.
 * Exit status: 1 if a step is unsafe, 3 if one cannot be told.
 */
enum exit_status rotategate_run(struct context *context,
                                const struct rotategate_options *options,
                                enum rotategate_step step);

#endif
