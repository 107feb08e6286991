/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who says to have signed a message: d= and s= of its DKIM-Signature
   fields. */
#ifndef MESSAGE_MAILSIGNER_H
#define MESSAGE_MAILSIGNER_H

#include "common/message/mailhead.h"

/* Signatures that are looked at, from the top: no honest message has ten. */
#define MAILSIGNER_MAX 64

/* One DKIM-Signature field. */
struct mailsigner {
    size_t number;        /* of the field among its like, from 1 */
    const char *domain;   /* d= without blanks, NULL: missing or empty */
    const char *selector; /* s=, likewise */
    const char *problem;  /* why it names nobody, or NULL */
};

/* All of a header, in arena: a signature whose tags are no list, or that has
   a tag twice, names nobody (RFC 6376 section 3.2).  The count comes back in
   *count. */
const struct mailsigner *mailsigner_list(struct arena *arena,
                                         const struct mailhead *head,
                                         size_t *count);

#endif
