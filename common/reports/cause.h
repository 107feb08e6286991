/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why messages of a report fail DMARC. */
#ifndef REPORTS_CAUSE_H
#define REPORTS_CAUSE_H

#include <stdbool.h>

#include "common/reports/feedback.h"

/* From the row alone: the first that fits. */
enum cause {
    CAUSE_NONE,          /* they pass */
    CAUSE_LIST,          /* the receiver says: a mailing list */
    CAUSE_FORWARDER,     /* it says so; or: our signature broken, and the
                            return path of somebody else that passes */
    CAUSE_KEY,           /* our signature, and no key to check it by */
    CAUSE_BROKEN,        /* our signature does not verify */
    CAUSE_ESP,           /* d= and return path of somebody else */
    CAUSE_ESP_SIGNATURE, /* d= of somebody else; SPF does not pass */
    CAUSE_ESP_PATH,      /* no signature; return path of somebody else */
    CAUSE_UNSIGNED,      /* no signature, and SPF does not pass */
    CAUSE_OTHER          /* the receiver's verdict is not its results' */
};
#define CAUSES 10

struct cause_text {
    const char *word;   /* in machine output */
    const char *text;   /* what it is, a sentence */
    const char *remedy; /* what to do */
};
const struct cause_text *cause_text(enum cause cause);

struct causes; /* remembers which names are of one organisation */

struct causes *causes_new(void);
void causes_free(struct causes *causes); /* NULL is allowed */

enum cause cause_of(struct causes *causes, const struct feedback *report,
                    const struct feedback_row *row);

/* Is a d= or return path aligned with a From domain?  Names are lower case;
   relaxed is by the public suffix list. */
bool cause_is_aligned(struct causes *causes, struct slice from,
                      struct slice domain, bool strict);

#endif
