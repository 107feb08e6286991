/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the names of a domain lead to, against what is expected. */
#ifndef AUDIT_CHECK_EXPECT_H
#define AUDIT_CHECK_EXPECT_H

#include "common/audit/audit.h"

/* delegation.cname-target-unexpected; nothing without an expectation. */
void check_expect(const struct facts *facts, struct report *report);

#endif
