/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict on `_domainkey` in lines: who says what. */
#ifndef AUDIT_DOMAINKEYVALUE_H
#define AUDIT_DOMAINKEYVALUE_H

#include "common/base/value.h"
#include "common/dkim/domainkey.h"

/*
 * A list of texts, one an authoritative server, then the resolvers, a
 * selector that exists, and random ones:
 *
 *   "ns1.example.com (192.0.2.1): nxdomain, with DO nxdomain (NSEC: no such
 *   name), control _tls.example.com nodata"
 *
 * NULL: an empty list.
 */
struct value *domainkeyvalue_lines(struct arena *arena,
                                   const struct domainkey *domainkey);

#endif
