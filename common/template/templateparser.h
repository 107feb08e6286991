/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files that compile a template: owners, data, the whole. */
#ifndef TEMPLATE_TEMPLATEPARSER_H
#define TEMPLATE_TEMPLATEPARSER_H

#include "common/template/templateholes.h"
#include "common/template/templatetree.h"

struct templateparser {
    struct template *template;  /* being made */
    struct templateholes holes; /* of the text */
    const char *file;           /* for sentences */
    size_t records;             /* so far */
    size_t line;                /* of the present record */
    bool takes_clash;           /* a CNAME beside other data is kept */
};

/* ST_SYNTAX: why, said of the present line. */
enum status templateparser_refuse(const struct templateparser *parser,
                                  struct error *err, const char *why);
/* What a placeholder of that name stands for. */
enum template_kind templateparser_kind(struct slice name);
/* A copy that lives as long as the template. */
struct slice templateparser_keep(struct template *template, struct slice s);

/* The node of an owner, whose labels may hold stand-ins; made where it is not
   there.  ST_SYNTAX for a pattern that may not be. */
enum status templateowner_find(struct templateparser *parser,
                               const struct name *owner,
                               struct template_node **out, struct error *err);
/* List the literal siblings of each {customer}, once all owners are there: no
   customer may be called so. */
void templateowner_reserve(struct template *template);

/* RDATA that may hold stand-ins, into record, whose type is set. */
enum status templatedata_read(struct templateparser *parser,
                              const struct template_node *owner,
                              struct slice data,
                              struct template_record *record,
                              struct error *err);

#endif
