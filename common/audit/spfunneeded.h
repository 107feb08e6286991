/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Includes that do nothing for mail with the return path that is in use. */
#ifndef AUDIT_SPFUNNEEDED_H
#define AUDIT_SPFUNNEEDED_H

#include "common/audit/collect_spf.h"

/*
 * Receivers evaluate SPF of the return path (RFC 7208 section 2.4), not of
 * the domain in From.  With a return path of another domain (--sender), an
 * include of the domain's record does nothing for that mail when it leads
 * into the return path's own organization, or when the return path's record
 * includes the same: the sender is authorised there.
 */
bool spfunneeded_is(const struct spf_facts *spf,
                    const struct spfbranch *branch);

/* "unneeded" of facts.spf: a list of such terms; null without --sender, or
   while the return path's record is not known. */
struct value *spfunneeded_value(struct arena *arena,
                                const struct spf_facts *spf);

#endif
