/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the reports in a file: XML as it is, gzip, zip, a mail with one of
   these attached, or one of these within another. */
#ifndef REPORTS_FEEDBACKFILE_H
#define REPORTS_FEEDBACKFILE_H

#include <signal.h>

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/reports/feedback.h"

/* Of one file given, all that comes out of it together.  A row takes some 500
   octets of XML: this is 500,000 of them. */
#define FEEDBACKFILE_OCTETS_MAX  (256u << 20)
#define FEEDBACKFILE_ROWS_MAX    250000
/* A mail: what big providers accept has some 50 MB. */
#define FEEDBACKFILE_MAIL_MAX    (64u << 20)
/* Containers in containers: a zip of gzip files in a mail in a mail. */
#define FEEDBACKFILE_DEPTH_MAX   5
/* Members and attachments of one file, so that a bomb of many small ones
   ends. */
#define FEEDBACKFILE_MEMBERS_MAX 1000

struct feedbackfile_limits {
    uint64_t octets;                   /* that come out of one file */
    uint64_t rows;                     /* likewise */
    const volatile sig_atomic_t *stop; /* when set, a pipe is not waited for;
                                          may be NULL */
};

/* One report, or what is none. */
struct feedbackpart {
    struct feedbackpart *next;     /* of the same file */
    const char *name;              /* "x.zip: y.xml" */
    const struct feedback *report; /* or NULL, and then: */
    enum status status;            /* ST_RANGE, ST_SYNTAX, ST_IO */
    const char *why;               /* a sentence */
};

struct feedbackfile; /* a reader, used again for one file after the other */

struct feedbackfile *
feedbackfile_new(const struct feedbackfile_limits *limits);
void feedbackfile_free(struct feedbackfile *file); /* NULL is allowed */

/*
 * Read path ("-": standard input) into arena.  What is wrong with what is in
 * it is said in the parts, of which there is at least one.  ST_NOT_FOUND,
 * ST_DENIED, ST_IO: it cannot be opened or read, or the library that unpacks
 * it cannot be loaded.
 */
enum status feedbackfile_read(struct feedbackfile *file, const char *path,
                              struct arena *arena,
                              const struct feedbackpart **out,
                              struct error *err);
/* The same of octets at hand; name is for the parts. */
const struct feedbackpart *feedbackfile_scan(struct feedbackfile *file,
                                             const char *name,
                                             struct slice octets,
                                             struct arena *arena);

#endif
