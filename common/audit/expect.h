/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a domain's names are expected to lead to: the file of --expect. */
#ifndef AUDIT_EXPECT_H
#define AUDIT_EXPECT_H

#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/dns/name.h"

/* A file larger than this is refused: a line takes some 80 octets. */
#define EXPECT_SIZE_MAX (256u << 20)

enum expect_kind {
    EXPECT_NONE,  /* "none": what is there is in the domain's own zone */
    EXPECT_NS,    /* "ns": a zone cut */
    EXPECT_CNAME, /* "cname" */
    EXPECT_DNAME, /* "dname" */
    EXPECT_VENDOR /* "vendor": anywhere where no line says more */
};

/* A line: DOMAIN PLACE KIND PATTERN... */
struct expect_row {
    struct name name;              /* the place; of VENDOR the domain */
    enum expect_kind kind;         /* what is to be there */
    const char *const *patterns;   /* of targets, "*.vendor.example": each
                                      stands for all that is below, too */
    size_t pattern_count;          /* of them */
    const struct expect_row *next; /* of the same domain */
};

struct expect;

/*
 * Read the file at path.  Words stand between blanks; "#" at a line's begin
 * makes it a comment.  PLACE is "_domainkey", "_dmarc" or a selector's name,
 * "s1._domainkey", relative to DOMAIN; or "*", whose KIND is "vendor".  Also
 * ST_SYNTAX: "'FILE', line 3: ...".
 */
enum status expect_read(const char *path, struct expect **out,
                        struct error *err);
void expect_free(struct expect *expect); /* NULL is allowed */

/* The rows of a domain, or NULL. */
const struct expect_row *expect_of(const struct expect *expect,
                                   const struct name *domain);

#endif
