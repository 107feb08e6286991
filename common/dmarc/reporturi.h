/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The addresses of rua= and ruf=, RFC 9989 sections 4.6 and 4.8. */
#ifndef DMARC_REPORTURI_H
#define DMARC_REPORTURI_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/dns/name.h"

/* Addresses looked at in one list; nobody means more. */
#define REPORTURI_MAX 50

enum reporturi_state {
    REPORTURI_GOOD,        /* mailto: and an address */
    REPORTURI_OTHER,       /* a URI of another scheme */
    REPORTURI_NO_SCHEME,   /* "dmarc@example.com" */
    REPORTURI_BAD_ADDRESS, /* mailto: and no address */
    REPORTURI_NO_URI       /* nothing at all, or octets no URI may have */
};

struct reporturi {
    struct slice text;          /* as written, without white space around */
    enum reporturi_state state; /* what it is */
    struct slice address;       /* GOOD, NO_SCHEME: local@host */
    struct name host;           /* GOOD: where reports go */
    struct slice size;          /* "!10m", obsolete; or empty */
    struct slice unescaped;     /* the first bare "!" or ","; or empty */
    struct slice gap;           /* what stands before it where a comma should;
                                   p is NULL when there is one */
};

/* Take a list apart; in arena, slices are of value. */
const struct reporturi *reporturi_list(struct arena *arena, struct slice value,
                                       size_t *count);

/* RFC 9989 section 4.10.1: at least one syntactically valid URI. */
bool reporturi_any_valid(const struct reporturi *uris, size_t count);

/* The list as it should be: mailto: and commas; in arena. */
const char *reporturi_expected(struct arena *arena,
                               const struct reporturi *uris, size_t count);

#endif
