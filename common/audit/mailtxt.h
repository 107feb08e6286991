/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The TXT records beside SPF, DKIM and DMARC that mail servers read: MTA-STS,
   TLS reports, BIMI.  What is wrong with one. */
#ifndef AUDIT_MAILTXT_H
#define AUDIT_MAILTXT_H

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/dns/asked.h"

enum mailtxt_kind {
    MAILTXT_MTA_STS, /* RFC 8461 section 3.1 */
    MAILTXT_TLSRPT,  /* RFC 8460 section 3 */
    MAILTXT_BIMI,    /* draft-brand-indicators-for-message-identification */
    MAILTXT_KINDS
};

enum mailtxt_standing {
    MAILTXT_OTHER, /* something else: it is passed over */
    MAILTXT_NEAR,  /* was meant to be one: it is passed over as well */
    MAILTXT_RECORD /* begins as one must */
};

/* A record longer than this is not looked at closely: it is at fault. */
#define MAILTXT_SIZE_MAX 4096

/* What a text is among the records of that kind. */
enum mailtxt_standing mailtxt_standing(enum mailtxt_kind kind,
                                       struct slice text);

/* What is wrong with a text that is MAILTXT_RECORD: "id= is missing"; NULL
   where nothing is. */
const char *mailtxt_fault(struct arena *arena, enum mailtxt_kind kind,
                          struct slice text);

/* Does this SPF record let nobody send?  RFC 7208 section 10.1.2 has this very
   text.  And one of the TXT records of a domain? */
bool mailtxt_is_null_spf(struct slice text);
bool mailtxt_sends_nothing(struct arena *arena, const struct asked *txt);

/* How it begins: "v=STSv1". */
const char *mailtxt_version(enum mailtxt_kind kind);

#endif
