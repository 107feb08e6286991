/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who sent a message, as its trace fields have it: address, HELO name and
   return path. */
#ifndef MESSAGE_MAILORIGIN_H
#define MESSAGE_MAILORIGIN_H

#include "common/dns/question.h"
#include "common/message/mailhead.h"

/* Received fields looked at, from the top: those of our own hops. */
#define MAILORIGIN_HOPS_MAX 10

/* Each with the field it was taken from ("Received-SPF"), or NULL. */
struct mailorigin {
    struct address ip;       /* that sent it; family 0: not told */
    const char *ip_from;     /* where that stands */
    const char *helo;        /* the HELO name, or NULL */
    const char *helo_from;   /* where that stands */
    const char *sender;      /* MAIL FROM; "": null; NULL: not told */
    const char *sender_from; /* where that stands */
};

/*
 * From Return-Path and the topmost Received field (RFC 5321 section 4.4) that
 * came from a public address: what stands above it our own hosts wrote.  The
 * topmost Received-SPF (RFC 7208 section 9.1) outranks both when it stands
 * above that field and does not tell of another address.  All of it is a
 * claim of whoever handed us the message.
 */
struct mailorigin mailorigin_read(struct arena *arena,
                                  const struct mailhead *head);

/* Does the value of a Received field tell of a public address?  Then what
   stands below it came from outside with the message. */
bool mailorigin_is_outside(struct slice received);

#endif
