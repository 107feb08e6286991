/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a function that can fail returns, and the sentence a user reads. */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

/* ST_OK or negative.  A DNS outcome is never a status: see dns/answer.h. */
enum status {
    ST_OK = 0,
    ST_SYNTAX = -1,      /* the input is not of the form it should have */
    ST_UNSUPPORTED = -2, /* well formed, but nothing we know */
    ST_RANGE = -3,       /* too long, too many, or out of bounds */
    ST_NOT_FOUND = -4,   /* no such file, row, key or name */
    ST_EXISTS = -5,      /* there already, and must not be replaced */
    ST_DENIED = -6,      /* permissions, ownership, or a wrong sealing key */
    ST_IO = -7,          /* the system said no: disk, socket, pipe */
    ST_BUSY = -8,        /* somebody else holds it; try again */
    ST_DAMAGED = -9,     /* stored data that is not what we wrote */
    ST_NEWER = -10,      /* stored by a newer version of selkie */
    ST_MEMORY = -11,     /* only from code that runs inside knotd */
    ST_STOPPED = -12     /* interrupted by a signal */
};

/* Longest sentence kept, final NUL included; a longer one ends in "...". */
#define ERROR_TEXT_MAX 1024

/*
 * A complete sentence for a user: lower case, no full stop, the subject in
 * single quotes, what failed before why.  Filled once, where most is known.
 * Octets from outside are made printable (\DDD) by error_set itself.
 */
struct error {
    char text[ERROR_TEXT_MAX]; /* "" until something failed */
};

#define ERROR_INIT                                                            \
    {                                                                         \
        {                                                                     \
            0                                                                 \
        }                                                                     \
    }

/* Fill err (which may be NULL) and return status: "return error_set(...)". */
enum status error_set(struct error *err, enum status status, const char *form,
                      ...) __attribute__((format(printf, 3, 4)));

/* As error_set, with ": " and the text of errno at the end. */
enum status error_errno(struct error *err, enum status status,
                        const char *form, ...)
    __attribute__((format(printf, 3, 4)));

#endif
