/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tally as the document of selkie report, and its findings. */
#ifndef REPORTS_TALLYVALUE_H
#define REPORTS_TALLYVALUE_H

#include "common/base/table.h"
#include "common/base/value.h"
#include "common/reports/owners.h"
#include "common/reports/tally.h"

/* What a document is made of; all borrowed. */
struct tallyvalue {
    const struct tally *tally;       /* what was counted */
    const struct tally_lists *lists; /* of it */
    const struct owners *owners;     /* whose names are */
    const struct table *names;       /* of addresses, by their octets: const
                                        char *; NULL: not looked up */
};

/* Put all members into document, in arena. */
void tallyvalue_fill(const struct tallyvalue *from, struct arena *arena,
                     struct value *document);

/* Raise what was found: report.* */
void tallyvalue_check(const struct tallyvalue *from, struct report *report);

/* The octets of an address, as keys of names have them. */
struct slice tallyvalue_key(const struct address *address);

#endif
