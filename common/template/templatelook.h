/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A compiled template looked at as a whole: for lint, explain, convert. */
#ifndef TEMPLATE_TEMPLATELOOK_H
#define TEMPLATE_TEMPLATELOOK_H

#include "common/template/template.h"

/*
 * As template_parse, but for a CNAME beside other data, which is kept and
 * listed by templatelook_clash: a template that is only to be looked at.
 */
enum status templatelook_parse(const char *file, struct slice text,
                               const struct name *origin,
                               struct template **out, struct error *err);

/* Every node, those without records too: start with NULL. */
const struct template_node *
templatelook_next(const struct template *template,
                  const struct template_node *node);

/* The line of the node's first record, or of the first below it. */
unsigned templatelook_line(const struct template_node *node);

/* Capture number i of a match of node, the leftmost first: what it is called
   and what it has taken.  False when there is none. */
bool templatelook_capture(const struct template_node *node,
                          const struct template_match *match, unsigned i,
                          struct slice *name, struct slice *value);

/* A match of node as if every capture had taken sample (borrowed). */
void templatelook_sample(const struct template_node *node, struct slice sample,
                         struct template_match *match);
/* Does the record have a field, other than key, algorithm, customer and
   domain, or a group of a regular expression: so that only the customer, or
   the name, says whether it is valid? */
bool templatelook_is_open(const struct template_record *record);

/* Has node a CNAME beside other data?  The line of what is too much. */
bool templatelook_clash(const struct template_node *node, unsigned *line);
/* The node that takes all that node would, so that node never answers; NULL
   for none. */
const struct template_node *
templatelook_shadow(const struct template *template,
                    const struct template_node *node);
/* A reserved label that node's own placeholder takes; NULL for none. */
const char *templatelook_reserved(const struct template *template,
                                  const struct template_node *node);
/* The captures of node itself that no data at or below it uses: start with
 *position 0; false at the end. */
bool templatelook_unused(const struct template_node *node, unsigned *position,
                         struct slice *name);
/* Octets of wire that its name takes for a customer and a selector of 63
   octets each, and any label as long. */
size_t templatelook_longest(const struct template *template,
                            const struct template_node *node);

#endif
