/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes gzip and zip files apart, with libarchive. */
#ifndef REPORTS_UNPACK_H
#define REPORTS_UNPACK_H

#include <stdbool.h>

#include "common/base/slice.h"
#include "common/reports/octets.h"

struct unpack; /* one container being read */

/* Does it begin as gzip (RFC 1952) or zip do? */
bool unpack_is_packed(struct slice begin);

/*
 * Open what from (borrowed) gives, which begins so: one layer of packing, and
 * what is packed in it is given as it is.  No other form is looked for, and no
 * program is ever run.  ST_SYNTAX: it is damaged; ST_IO: libarchive cannot be
 * loaded.
 */
enum status unpack_open(const struct octets *from, struct slice begin,
                        struct unpack **out, struct error *err);
void unpack_close(struct unpack *unpack); /* NULL is allowed */

/* Go to the next member: ST_OK with its name (borrowed until the next call;
   NULL for gzip), ST_NOT_FOUND at the end, ST_SYNTAX. */
enum status unpack_next(struct unpack *unpack, const char **name,
                        struct error *err);

/* The octets of that member; borrowed. */
struct octets unpack_octets(struct unpack *unpack);

#endif
