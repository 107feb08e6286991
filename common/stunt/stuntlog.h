/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The query log: which networks fetch which selector, when first, when last.
   Is an old key still asked for? */
#ifndef STUNT_STUNTLOG_H
#define STUNT_STUNTLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/dns/name.h"

/* What is kept of an address: enough to say whose resolver it is, and no
   more. */
#define STUNTLOG_BITS_V4 24
#define STUNTLOG_BITS_V6 48
/* Names and networks a thread keeps apart between two writes; more are
   counted as lost. */
#define STUNTLOG_PLACES  4096
/* Seconds between two writes, at most. */
#define STUNTLOG_WRITE_S 10

struct stuntlog;       /* the file */
struct stuntlog_table; /* what one thread has seen since it was written */

/* What a file may grow to before its rows count as lost: some 20 million. */
#define STUNTLOG_SIZE_MAX ((size_t)1 << 30)

/* Append to path (made when it is not there; half a record at its end, of a
   crash, is cut off), while it has no more than max octets.  ST_DAMAGED: it
   is another file.  ST_DENIED, ST_IO. */
enum status stuntlog_open(const char *path, size_t max, struct stuntlog **out,
                          struct error *err);
void stuntlog_close(struct stuntlog *log); /* NULL is allowed */
/* A table for one more thread; lives as long as log. */
struct stuntlog_table *stuntlog_table_new(struct stuntlog *log);

/* Note an answer with records to a question for a key: a name with a label
   _domainkey or _dkim.  All else is passed over.  Allocates nothing. */
void stuntlog_note(struct stuntlog_table *table, const struct sockaddr *peer,
                   const uint8_t *answer, size_t size, uint32_t now_s);
/* Append what all tables hold, if it is time, or in any case (force): whole,
   or it counts as lost.  ST_IO; ST_RANGE: the file is full. */
enum status stuntlog_write(struct stuntlog *log, uint32_t now_s, bool force,
                           struct error *err);

struct stuntlog_row {
    struct name name;     /* of a key */
    uint8_t bits;         /* of network: STUNTLOG_BITS_V4 or _V6 */
    uint8_t network[6];   /* leading octets of the address */
    uint32_t first, last; /* seconds since 1970 */
    uint64_t count;       /* answers */
};

/*
 * Every row of a log in the order of names, then networks, what was written
 * at different times added up; only names at or below under, which may be
 * NULL.  *lost: questions for which there was no place.  ST_NOT_FOUND,
 * ST_DAMAGED (rows before the damage are given), ST_DENIED, ST_IO.
 */
enum status stuntlog_read(const char *path, const struct name *under,
                          void (*give)(void *context,
                                       const struct stuntlog_row *row),
                          void *context, uint64_t *lost, struct error *err);

#endif
