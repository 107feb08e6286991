/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Zone-file text as records, one by one, by libzscanner. */
#ifndef DNS_ZONESCAN_H
#define DNS_ZONESCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/dns/name.h"
#include "common/dns/zonetext.h"

struct zonescan_input {
    const char *file;          /* borrowed: stands in sentences; $INCLUDE is
                                  relative to its folder */
    struct slice text;         /* borrowed; LF or CRLF */
    const struct name *origin; /* before any $ORIGIN */
    uint32_t ttl;              /* before any TTL is stated */
    bool has_ttl;              /* it is that of a $TTL */
};

/* Slices in these last until the sink returns. */
struct zonescan_record {
    struct name owner;                     /* lower case */
    uint16_t type;                         /* of class IN */
    uint32_t ttl;                          /* seconds */
    struct slice data;                     /* RDATA */
    bool generic;                          /* RFC 3597: unchecked RDATA */
    size_t line;                           /* on which it begins */
    const struct zonetext_string *strings; /* that libzscanner split */
    size_t string_count;                   /* of them */
};

struct zonescan_mark {
    struct slice text;  /* what follows ";!" */
    struct name origin; /* in force there */
    size_t line;        /* from 1 */
};

struct zonescan_include {
    const char *path;   /* complete */
    struct name origin; /* to begin with */
    uint32_t ttl;       /* to begin with */
    bool has_ttl;       /* it is that of a $TTL */
    size_t line;        /* of the $INCLUDE */
};

/* Who gets it, in the order of the text; a status other than ST_OK ends the
   scan and is returned. */
struct zonescan_sink {
    enum status (*record)(void *context, const struct zonescan_record *record,
                          struct error *err);
    enum status (*mark)(void *context, const struct zonescan_mark *mark,
                        struct error *err);
    enum status (*include)(void *context,
                           const struct zonescan_include *include,
                           struct error *err);
    void *context; /* theirs */
};

/* ST_SYNTAX at the first fault: "'FILE', line 3, column 7: ...". */
enum status zonescan_run(const struct zonescan_input *input,
                         const struct zonescan_sink *sink, struct error *err);

#endif
