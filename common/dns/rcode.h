/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Response codes and their words: IANA DNS RCODEs, RFC 6895 section 2.3. */
#ifndef DNS_RCODE_H
#define DNS_RCODE_H

#include <stdint.h>

#include "common/base/slice.h"
#include "common/base/strbuf.h"

#define RCODE_NOERROR  0
#define RCODE_FORMERR  1
#define RCODE_SERVFAIL 2
#define RCODE_NXDOMAIN 3
#define RCODE_NOTIMP   4
#define RCODE_REFUSED  5

/* "NXDOMAIN", or "RCODE77"; "NONE" for ANSWER_NO_RCODE. */
void rcode_present(uint16_t rcode, struct strbuf *out);
/* And back, either case, RCODEnnn too; -1 if it is none. */
int rcode_parse(struct slice text);

#endif
