/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of a name's TXT records is its SPF record: RFC 7208 section 4.5. */
#ifndef SPF_SPFSELECT_H
#define SPF_SPFSELECT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/dns/view.h"
#include "common/spf/spfrecord.h"

enum spflookalike_kind {
    SPFLOOKALIKE_VERSION, /* "v=spf10", "v=spf1;", "v=spf 1", "v=spf2 ..." */
    SPFLOOKALIKE_PREFIX,  /* blanks, quotes or a BOM stand before it */
    SPFLOOKALIKE_NO_V,    /* "spf1 ...", "v:spf1 ..." */
    SPFLOOKALIKE_JOINED,  /* "v=spf1" "mx": two strings fuse into one term */
    SPFLOOKALIKE_SPF2     /* "spf2.0/...": Sender ID, RFC 4406 */
};

/* A text that somebody meant to be an SPF record, and is none. */
struct spflookalike {
    enum spflookalike_kind kind; /* why it is none */
    struct slice text;           /* strings joined */
    size_t at;                   /* offset of the part at fault */
    size_t length;               /* of it */
};

/* A seam between two strings of a TXT record at which two terms fuse
   (section 3.3). */
struct spfseam {
    size_t at; /* offset in the joined text */
};

struct spfselect {
    const struct spfrecord *record;  /* parsed; NULL unless there is one */
    struct slice *texts;             /* all that begin with v=spf1 */
    size_t count;                    /* of them: 0 none, 1 record, 2 error */
    struct spflookalike *lookalikes; /* others that were meant to */
    size_t lookalike_count;          /* of them */
    struct spfseam *seams;           /* of the record */
    size_t seam_count;               /* of them */
};

/*
 * What a definite answer to a TXT question holds; an answer of another
 * outcome holds nothing.  Kept with the answer, so that the next run does
 * not parse again.
 */
const struct spfselect *spfselect_of(struct view *view,
                                     const struct answer *answer);

/* Does text look like an SPF record that is none?  For TXT records of other
   names as well.  kind SPFLOOKALIKE_JOINED is not found here. */
bool spfselect_resembles(struct slice text, struct spflookalike *out);

#endif
