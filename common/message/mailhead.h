/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header fields of a mail message, RFC 5322 section 2.2, as they stand in
   a file. */
#ifndef MESSAGE_MAILHEAD_H
#define MESSAGE_MAILHEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/base/status.h"

/* Octets and fields of one header: MTAs take 100 kB to 1 MB, and the longest
   honest ones, of mail that was relayed often, have some 200 fields. */
#define MAILHEAD_OCTETS_MAX (1u << 20)
#define MAILHEAD_FIELDS_MAX 2000

/* One header field; slices of the text. */
struct mailhead_field {
    struct slice name;  /* without the colon and blanks before it */
    struct slice value; /* all behind the colon, folded lines with their line
                           ends, but not the last one */
};

struct mailhead {
    const struct mailhead_field *fields; /* from the top */
    size_t count;                        /* of them */
    bool is_cut; /* a line that is no header field stands where the empty
                    line should */
    struct slice block; /* all lines up to the empty one, whatever they are */
    struct slice body;  /* what follows the empty line, or that odd one on */
};

/* The field from its name to the end of its value. */
static inline struct slice
mailhead_raw(const struct mailhead_field *field)
{
    return (struct slice){
        field->name.p,
        (size_t)(field->value.p + field->value.n - field->name.p)};
}

/* The first field of that name from the top, whatever its case, behind the
   one given (NULL: from the top); NULL when there is none. */
const struct mailhead_field *
mailhead_find(const struct mailhead *head, struct slice name,
              const struct mailhead_field *behind);

/*
 * Read the header that text (borrowed) begins with.  Lines end in CR LF or in
 * LF; a first line "From ..." of a mailbox file is passed over.  What follows
 * the empty line is not looked at; without one, all of text is header.
 *
 * Returns ST_OK, or
 *   ST_SYNTAX  the first line is no header field: this is no message
 *   ST_RANGE   it has more than MAILHEAD_OCTETS_MAX octets or
 *              MAILHEAD_FIELDS_MAX fields
 */
enum status mailhead_read(struct arena *arena, struct slice text,
                          struct mailhead *out, struct error *err);

#endif
