/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The template and settings that a new workspace begins with. */
#ifndef RECORDS_STARTER_H
#define RECORDS_STARTER_H

#include <stddef.h>

#include "common/base/status.h"
#include "common/base/strbuf.h"

/* A host of the ESP's with its address, "NAME=ADDRESS": a name without dots
   is below the ESP's domain. */
struct starter_host {
    const char *text; /* as the user wrote it */
};

struct starter_settings {
    const char *esp;               /* the ESP's domain, no final dot */
    const struct starter_host *ns; /* none: ns1 and ns2, 192.0.2.1 and .2 */
    size_t ns_count;               /* of them */
    const struct starter_host *mx; /* none: mx, 192.0.2.10 */
    size_t mx_count;               /* of them */
    const char *spf;               /* terms between v=spf1 and -all; NULL:
                                      "ip4:192.0.2.0/24" */
    const char *rua;               /* mailbox for the ESP's own reports;
                                      NULL: dmarc@reports.ESP */
};

/*
 * The template's text.  What it publishes has no found error in an audit:
 * SPF at the From name and at the return path, MX for both, a DMARC record
 * with adkim=s and psd=n for each customer, reports to a mailbox domain that
 * has MX and A and authorises each customer by name.  ST_SYNTAX with a
 * sentence for a host, address, SPF terms or mailbox that is none.
 */
enum status starter_template(const struct starter_settings *settings,
                             struct strbuf *out, struct error *err);
/* The text of selkie.conf: every key there is, in comments. */
void starter_conf(const char *esp, struct strbuf *out);

#endif
