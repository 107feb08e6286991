/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Domain names: lower-case wire form, RFC 1035 section 3.1. */
#ifndef DNS_NAME_H
#define DNS_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/base/strbuf.h"

#define NAME_WIRE_MAX  255 /* RFC 1035 section 2.3.4 */
#define NAME_LABEL_MAX 63  /* RFC 1035 section 2.3.4 */

/*
 * A name by value: ASCII letters in lower case, uncompressed, the root label
 * last.  {0} is no name at all; NAME_ROOT is ".".  Octets other than letters,
 * digits, '-' and '_' are kept as they are.
 */
struct name {
    uint8_t size;                /* octets of wire in use, 1 to 255 */
    uint8_t labels;              /* without the root label */
    uint8_t wire[NAME_WIRE_MAX]; /* length octet and label, ..., 0 */
};

extern const struct name name_root;

/* The octets in use alone, which are few; the others are left alone. */
static inline void
name_copy(struct name *to, const struct name *from)
{
    memcpy(to, from, offsetof(struct name, wire) + from->size);
}

/*
 * From presentation form with or without a final dot, always absolute:
 * "\." and "\DDD" are understood; "" and "." are the root.  ST_SYNTAX for an
 * empty label or a bad escape, ST_RANGE for a label or name too long; err
 * (may be NULL) gets a sentence.
 */
enum status name_parse(struct name *name, struct slice text,
                       struct error *err);

/*
 * From octets in which only '.' is special (domains in SPF terms, in tags,
 * in mail headers).  Statuses as name_parse.
 */
enum status name_from_text(struct name *name, struct slice text);

/* From wire form within octets; *used (may be NULL) is what it took.
   Compression is not followed: ST_SYNTAX.  Upper case is folded. */
enum status name_from_wire(struct name *name, struct slice octets,
                           size_t *used);

/* Presentation form: with the final dot; and without ("." for the root). */
void name_present(const struct name *name, struct strbuf *out);
const char *name_dotted(struct arena *arena, const struct name *name);
const char *name_bare(struct arena *arena, const struct name *name);

/* The wire form as a slice: a key for tables. */
struct slice name_key(const struct name *name);

bool name_equal(const struct name *a, const struct name *b);
/* Is name at or below top? */
bool name_is_under(const struct name *name, const struct name *top);
/* Canonical order, RFC 4034 section 6.1: <0, 0, >0. */
int name_compare(const struct name *a, const struct name *b);

/* Label i from the left, 0 being the first; empty when there is none. */
struct slice name_label(const struct name *name, unsigned i);
/* The rightmost so many labels (all when it has no more). */
void name_suffix(struct name *out, const struct name *name, unsigned labels);
/* Without its first label; false (and out the root) for the root. */
bool name_parent(struct name *out, const struct name *name);

/*
 * Labels in text ("_dmarc", "k1._domainkey", dots cut) put before base.
 * ST_RANGE when it grows too long, ST_SYNTAX for an empty label.  out may be
 * base.
 */
enum status name_prepend(struct name *out, struct slice labels,
                         const struct name *base);

/* The top of name replaced by target.  ST_RANGE when the result is too long
   (DNAME, RFC 6672 section 2.2), ST_SYNTAX when name is not under top. */
enum status name_rebase(struct name *out, const struct name *name,
                        const struct name *top, const struct name *target);

/* Letters, digits and hyphens only, none at a label's ends: a host name,
   RFC 1123 section 2.1.  At least one label. */
bool name_is_host(const struct name *name);

/*
 * Names inside RDATA keep their case, so they stay in wire form.  From
 * presentation form, statuses as name_parse, *size octets of wire; to it,
 * with the final dot; and how many octets of wire a name at the beginning of
 * octets takes, 0 when it is none, compressed or cut short.
 */
enum status name_wire_parse(struct slice text, uint8_t wire[NAME_WIRE_MAX],
                            size_t *size, struct error *err);
void name_wire_present(struct slice wire, struct strbuf *out);
size_t name_wire_size(struct slice octets);

/*
 * What a person typed as a domain: UTF-8 allowed and turned into A-labels
 * (libidn2, IDNA2008 with the mapping of UTS 46), a final dot dropped.
 * Letters, digits, '-' and '_' only, and at least one label.  ST_SYNTAX or
 * ST_RANGE with a sentence.  (idn.c)
 */
enum status name_from_user(struct name *name, const char *text,
                           struct error *err);

#endif
