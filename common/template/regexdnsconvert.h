/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A regexdns file written as a template. */
#ifndef TEMPLATE_REGEXDNSCONVERT_H
#define TEMPLATE_REGEXDNSCONVERT_H

#include "common/base/strbuf.h"
#include "common/template/regexdns.h"

/*
 * Write the first zone of a regexdns file as a template's text: a group
 * called "customer" that takes a whole label becomes {customer}, any other
 * label a {name:pattern}.  A rule that never answers is left out, with a
 * comment; so are rules that no template can say, which *left counts:
 * expressions that are no labels, groups within a label of which data uses
 * the parts, groups in addresses, and what is in another zone.  *unordered
 * counts rules that are said, with a comment, but take names which an earlier
 * rule takes too, or the other way round: a template chooses label by label.
 */
void regexdnsconvert(const struct template *template, struct strbuf *out,
                     unsigned *left, unsigned *unordered);

#endif
