/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What others found: the Authentication-Results field of RFC 8601, and that
   of ARC (RFC 8617 section 4.1.1). */
#ifndef MESSAGE_AUTHRES_H
#define MESSAGE_AUTHRES_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/slice.h"

/* Results of a field, and properties of a result, that are kept; beyond them
   it is a fault.  No honest field has 20 of either. */
#define AUTHRES_RESULTS_MAX    100
#define AUTHRES_PROPERTIES_MAX 100
/* RFC 8617 section 4.2.1. */
#define AUTHRES_INSTANCE_MAX   50

/* "header.d=example.com". */
struct authres_property {
    struct slice type;  /* "header"; empty: AUTHRES_BARE_PROPERTY */
    struct slice name;  /* "d" */
    struct slice value; /* without quotes and quoted pairs, maybe empty */
};

/* "dkim=pass reason="..." header.d=example.com". */
struct authres_result {
    struct slice method; /* "dkim" as written, without a version */
    struct slice result; /* "pass" as written */
    struct slice reason; /* without quotes; has_reason: it is there */
    bool has_reason;     /* it may be empty */
    const struct authres_property *properties; /* in order */
    size_t count;                              /* of them */
    size_t from, length;                       /* where in the text */
};

/* What is no RFC 8601, but is written often and can be read one way only. */
enum authres_dialect {
    AUTHRES_NO_ID = 1,         /* Microsoft: the first result at once */
    AUTHRES_BARE_WORD = 2,     /* Microsoft: "; example.com;" is no result */
    AUTHRES_BARE_PROPERTY = 4, /* Microsoft: "action=none" has no type */
    AUTHRES_UNQUOTED = 8,      /* a value with octets that want quotes */
    AUTHRES_EMPTY_RESULT = 16  /* nothing behind a ";" */
};

struct authres {
    struct slice text;                    /* the value, borrowed */
    unsigned instance;                    /* of ARC; else 0 */
    struct slice id;                      /* authserv-id, unquoted */
    const struct authres_result *results; /* in order */
    size_t count;                         /* of them */
    bool is_none;                         /* "none": nothing was checked */
    unsigned dialect;                     /* enum authres_dialect */
    const char *fault;                    /* why it cannot be read, a clause;
                                             or NULL */
    size_t fault_from;                    /* where in the text */
};

/*
 * The value of an Authentication-Results field, as mailhead_read gives it
 * (borrowed, the result keeps slices of it), by RFC 8601 section 2.2.
 * Comments may be nested; nothing in one is a result.  A field with a fault
 * has no results: half of a field says something else than all of it.
 */
const struct authres *authres_read(struct arena *arena, struct slice value);

/* The same of an ARC-Authentication-Results field, which begins "i=1;". */
const struct authres *authres_read_arc(struct arena *arena,
                                       struct slice value);

/* The value of the first property of that type and name, whatever their
   case; empty when there is none. */
struct slice authres_property(const struct authres_result *result,
                              const char *type, const char *name);

#endif
