/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole files in, whole files out: bounded, atomic, durable. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/base/strbuf.h"

/* Read path ("-": standard input) to the end; more than max octets is
   ST_RANGE.  Appends to out. */
enum status file_read(const char *path, size_t max, struct strbuf *out,
                      struct error *err);
/* The same from an open descriptor, borrowed; name is for the sentence. */
enum status file_read_fd(int fd, const char *name, size_t max,
                         struct strbuf *out, struct error *err);

/*
 * Write octets as path: a new file of that mode in the same folder, written,
 * fsync'ed, renamed over path, and the folder fsync'ed.  On failure path is
 * as it was and nothing is left beside it; only when the last step fails is
 * the new file in place though it may not outlive a crash.  The process's
 * umask applies to mode.
 */
enum status file_write(const char *path, struct slice octets, mode_t mode,
                       struct error *err);
/* The same, but ST_EXISTS when path is there already. */
enum status file_create(const char *path, struct slice octets, mode_t mode,
                        struct error *err);

/* The folder that holds path, "." or "/" where path names none: new. */
char *file_folder(const char *path);
/* fsync the folder that holds path. */
enum status file_sync_folder(const char *path, struct error *err);

/* ST_DENIED unless fd (of path, for the sentence) belongs to the caller or
   to root and neither group nor others may write it. */
enum status file_trusted(int fd, const char *path, struct error *err);

/*
 * Read lines of any length up to max octets without their newline.  Returns
 * ST_OK with *line (borrowed until the next call), ST_NOT_FOUND at the end,
 * ST_RANGE for a line over max (its first max octets are in *line, the rest
 * is skipped; go on reading), ST_STOPPED or ST_IO.
 */
struct line_reader {
    FILE *stream;       /* borrowed */
    size_t max;         /* longest line */
    size_t number;      /* of the line last returned, from 1 */
    struct strbuf text; /* the line; end with strbuf_clear() */
};
enum status file_line(struct line_reader *reader, struct slice *line);

/* fflush, ferror and fsync where it is a file: was all of it written? */
enum status file_finish(FILE *stream, const char *name, struct error *err);

#endif
