/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far long work is: a bar on a terminal, plain lines elsewhere. */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress;

/*
 * what: "keys", "domains".  total 0: not known.  On a terminal a line of
 * standard error redrawn at most ten times a second (bar, done, rate, time
 * left); else a plain line every ten seconds.  Nothing at all for work that
 * ends within half a second, or when quiet.
 */
struct progress *progress_new(const char *what, uint64_t total, bool quiet);
/* done so far, from any thread; note (may be NULL) is a short text at the end
 * of the line. */
void progress_set(struct progress *progress, uint64_t done, const char *note);
/* Take the line away; NULL is allowed. */
void progress_free(struct progress *progress);

/* Where microseconds come from instead of clock_elapsed_us() (tests); NULL
   puts it back. */
void progress_set_clock(uint64_t (*elapsed_us)(void));

#endif
