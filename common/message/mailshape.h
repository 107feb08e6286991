/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a message has the form of RFC 5322: lines, fields allowed once,
   fields that must be there; and signs of what it is. */
#ifndef MESSAGE_MAILSHAPE_H
#define MESSAGE_MAILSHAPE_H

#include "common/message/mailhead.h"

/* RFC 5322 section 2.1.1, without the line end. */
#define MAILSHAPE_LINE_MAX 998

struct mailshape {
    size_t bare_cr;        /* CR without LF */
    size_t bare_lf;        /* LF without CR, beside lines that have both */
    size_t longest;        /* octets of the longest line */
    size_t longest_line;   /* its number, from 1 */
    bool has_eight_bit;    /* octets above 127 in the body */
    const char *repeated;  /* a field that is allowed once: its name */
    size_t repeated_count; /* how often it is there */
    const char *missing;   /* "Date", "Message-ID", both, or NULL */
    const char *bulk;      /* the field by which it is bulk mail, or
                              NULL */
    bool has_unsubscribe;  /* List-Unsubscribe */
    bool has_one_click;    /* and List-Unsubscribe-Post */
    const char *indirect;  /* the field by which a list or a forwarder
                              handled it, or NULL */
    bool has_dkim2;        /* DKIM2-Signature or Message-Instance */
};

/* text is the whole message. */
struct mailshape mailshape_read(struct slice text,
                                const struct mailhead *head);

#endif
