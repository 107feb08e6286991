/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with a template, or a regexdns file, although it compiles. */
#ifndef RECORDS_TEMPLATELINT_H
#define RECORDS_TEMPLATELINT_H

#include "common/base/value.h"
#include "common/findings/finding.h"
#include "common/template/template.h"

/*
 * Raise template.* findings, each at the first zone's apex.  Records are
 * looked at as they are for made-up captures, with a valid key; one that
 * only a customer's field makes what it is is not judged.
 */
void templatelint_check(const struct template *template,
                        struct report *report);

/*
 * facts.template: "form" (template or regexdns), "rules", "records",
 * "denies": whether a name that nothing takes is NXDOMAIN, and "open": the
 * line of the expression for which it is not, or null.
 */
struct value *templatelint_facts(const struct template *template,
                                 struct arena *arena);

#endif
