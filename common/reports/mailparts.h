/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a mail that may hold a report, decoded, with GMime. */
#ifndef REPORTS_MAILPARTS_H
#define REPORTS_MAILPARTS_H

#include <stdbool.h>

#include "common/base/slice.h"
#include "common/reports/octets.h"

struct mailparts; /* one mail being read */

/* One part, whose own text is no part of another. */
struct mailpart {
    const char *name; /* of the file it was, or NULL; borrowed */
    bool is_text;     /* text/html or text/plain: for people */
};

/* Read a mail (borrowed).  ST_SYNTAX: it is none; ST_IO: GMime cannot be
   loaded. */
enum status mailparts_open(struct slice mail, struct mailparts **out,
                           struct error *err);
void mailparts_close(struct mailparts *parts); /* NULL is allowed */

/* Go to the next part, of mails within mails too; false at the end. */
bool mailparts_next(struct mailparts *parts, struct mailpart *part);

/* The decoded octets of that part; borrowed until the next call. */
struct octets mailparts_octets(struct mailparts *parts);

#endif
