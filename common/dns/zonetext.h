/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Zone-file text as logical lines: where records begin, how long strings
   are, what stands in ";!" lines.  Reads no records: zonescan.h does. */
#ifndef DNS_ZONETEXT_H
#define DNS_ZONETEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/dns/name.h"

/* Octets of one character-string, RFC 1035 section 3.3. */
#define ZONETEXT_STRING_MAX 255

enum zonetext_kind {
    ZONETEXT_BLANK,     /* nothing, or a comment */
    ZONETEXT_MARK,      /* a comment that begins ";!" */
    ZONETEXT_DIRECTIVE, /* $ORIGIN and the like */
    ZONETEXT_RECORD     /* anything else */
};

/* A string of more than ZONETEXT_STRING_MAX octets. */
struct zonetext_string {
    size_t line;   /* from 1 */
    size_t column; /* from 1, in octets */
    size_t length; /* octets, escapes undone */
};

/* A line, or several joined by parentheses. */
struct zonetext_line {
    enum zonetext_kind kind;               /* what it is */
    size_t number;                         /* of its first line, from 1 */
    size_t start;                          /* offset of its first octet */
    bool indented;                         /* begins with blanks */
    bool generic;                          /* has "\#": RFC 3597 data */
    struct slice word;                     /* mark: what follows ";!";
                                              directive: its first word */
    const struct zonetext_string *strings; /* too long ones; until the next
                                              line is read */
    size_t string_count;                   /* of them */
};

struct zonetext {
    const char *file;                /* borrowed: stands in sentences */
    struct slice text;               /* borrowed: all of it */
    size_t at;                       /* offset of what comes next */
    size_t number;                   /* its line, from 1 */
    size_t begin;                    /* offset at which that line begins */
    struct name origin;              /* after the $ORIGIN lines read */
    struct zonetext_string *strings; /* too long ones of the present line */
    size_t string_count;             /* of them */
    size_t string_room;              /* allocated */
};

/* origin: before any $ORIGIN.  To be ended with zonetext_clear. */
void zonetext_init(struct zonetext *zonetext, const char *file,
                   struct slice text, const struct name *origin);
void zonetext_clear(struct zonetext *zonetext);

/*
 * The next logical line.  ST_NOT_FOUND at the end; ST_SYNTAX for a
 * parenthesis or quote that does not end, or for an octet that no zone file
 * may hold.
 */
enum status zonetext_next(struct zonetext *zonetext,
                          struct zonetext_line *line, struct error *err);

/* "'FILE', line N, column M: ..."; column 0: none.  Returns ST_SYNTAX. */
enum status zonetext_error(struct error *err, const char *file, size_t line,
                           size_t column, const char *form, ...)
    __attribute__((format(printf, 5, 6)));

#endif
