/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a mail that may hold a report, decoded, with GMime. */
#ifndef REPORTS_MAILPARTS_H
#define REPORTS_MAILPARTS_H

#include <stdbool.h>

#include "common/base/slice.h"
#include "common/reports/octets.h"

/* Lines that begin with "--", as what divides parts does (RFC 2046 section
   5.1.1): a report comes with a few, and text for people may have some. */
#define MAILPARTS_DIVIDERS_MAX 10000
/* Header fields, of the mail and of all in it together: relays take some
   50,000 octets of a mail. */
#define MAILPARTS_HEAD_MAX     (1u << 20)

struct mailparts; /* one mail being read */

/* One part, whose own text is no part of another. */
struct mailpart {
    const char *name; /* of the file it was, or NULL; borrowed */
    bool is_text;     /* text/html or text/plain: for people */
};

/* Read a mail (borrowed).  ST_SYNTAX: it is none; ST_RANGE: it has more
   than the above; ST_IO: GMime cannot be loaded. */
enum status mailparts_open(struct slice mail, struct mailparts **out,
                           struct error *err);
void mailparts_close(struct mailparts *parts); /* NULL is allowed */

/* Go to the next part, of mails within mails too; false at the end. */
bool mailparts_next(struct mailparts *parts, struct mailpart *part);

/* The decoded octets of that part; borrowed until the next call. */
struct octets mailparts_octets(struct mailparts *parts);

#endif
