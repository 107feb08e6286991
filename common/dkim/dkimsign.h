/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DKIM-Signature fields to be made, RFC 6376 section 5, but for the private
   key, which does not come here. */
#ifndef DKIM_DKIMSIGN_H
#define DKIM_DKIMSIGN_H

#include "common/dkim/dkimcheck.h"

struct dkimsign {
    const char *domain;               /* d= */
    const char *selector;             /* s= */
    enum dkimsig_algorithm algorithm; /* a= */
    enum dkimcanon header, body;      /* c= */
    int64_t time;                     /* t=, 0: none */
    int64_t expiry;                   /* x=, 0: none */
};

/*
 * The field without its signature, name included and the value of b= empty,
 * at the end of field; and the SHA-256 of what is to be signed.  h= has the
 * fields of RFC 6376 section 5.4.1 that the message has, and From, To,
 * Subject and Date once more, so that none can be added (section 8.15);
 * List-Unsubscribe and List-Unsubscribe-Post by RFC 8058 section 4.
 */
void dkimsign_begin(struct arena *arena, const struct dkimmail *mail,
                    const struct dkimsign *settings, struct strbuf *field,
                    uint8_t digest[DIGEST_SHA256_SIZE]);

/* Put the signature in: the field is complete, lines folded, with CR LF
   behind it. */
void dkimsign_finish(struct strbuf *field, struct slice signature);

#endif
