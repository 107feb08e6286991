/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The compiled form of a regexdns file: for the files of this folder. */
#ifndef TEMPLATE_REGEXDNSTREE_H
#define TEMPLATE_REGEXDNSTREE_H

#include "common/template/regexdns.h"
#include "common/template/templateholes.h"
#include "common/template/templatepattern.h"
#include "common/template/templatetree.h"

/* An owner: hangs at its node. */
struct regexdns_rule {
    struct template_node *node;        /* with the records */
    unsigned number;                   /* place in the file's order, from 0 */
    unsigned line;                     /* it first stands on */
    enum regexdns_form form;           /* what it is */
    struct name name;                  /* REGEXDNS_NAME */
    struct regexdns_segment *segments; /* REGEXDNS_LABELS, left to right */
    unsigned segment_count;            /* of them */
    struct slice *group_names;         /* by number less one; may be empty */
    unsigned groups;                   /* of them */
    struct templatepattern *whole;     /* of any regular expression */
    bool has_ns, has_dname;            /* records of these types */
};

struct regexdns_zone {
    struct name origin;         /* apex */
    struct template_node *node; /* with its SOA */
};

struct regexdns {
    struct regexdns_zone *zones;  /* in the file's order */
    size_t zone_count;            /* of them */
    struct template_node **rules; /* those that are no REGEXDNS_NAME */
    size_t rule_count;            /* of them */
    struct table *names;          /* REGEXDNS_NAME: node by wire form */
    struct table *above;          /* what exists through names below */
    unsigned count;               /* of all */
    bool has_free;                /* some REGEXDNS_FREE */
    bool has_above;               /* NS or DNAME below an apex */
};

/* A file being read. */
struct regexdnsparser {
    const char *file;             /* for sentences */
    struct template *template;    /* being made */
    struct templateholes holes;   /* stand-ins of groups, by their number */
    struct table *owners;         /* nodes by owner as written */
    struct template_node **lines; /* of the record on each line, from 1 */
    size_t line_count;            /* of them */
    unsigned line;                /* present */
    struct strbuf hidden;         /* the text for the zone reader */
};

/* What stands on a line. */
struct regexdnsline {
    struct slice owner, ttl, type, data; /* its fields */
};

/* "'FILE', line N: ..." */
enum status regexdns_refuse(const struct regexdnsparser *parser,
                            struct error *err, const char *why);

/* Make rule of an owner, whose final dot is off.  (regexdnsowner.c) */
enum status regexdnsowner_read(struct regexdnsparser *parser,
                               struct slice owner, struct regexdns_rule *rule,
                               struct error *err);
void regexdnsowner_free(struct regexdns_rule *rule); /* what it compiled */

/* The data of a line, groups as stand-ins, onto parser->hidden, or at once
   into a record.  (regexdnsdata.c) */
enum status regexdnsdata_hide(struct regexdnsparser *parser,
                              const struct regexdnsline *line,
                              struct template_node *node, struct error *err);
/* RDATA with stand-ins, into record, whose type is set. */
enum status regexdnsdata_read(struct regexdnsparser *parser,
                              const struct template_node *node,
                              struct slice data,
                              struct template_record *record,
                              struct error *err);
/* Put record, of that type and TTL, behind those of node. */
enum status regexdns_append(struct regexdnsparser *parser,
                            struct template_node *node, uint16_t type,
                            uint32_t ttl, struct template_record **out,
                            struct error *err);

/* An earlier rule that takes some names which node's would take, or node's
   some of its, where a template chooses otherwise than the file's order; NULL
   for none.  (regexdnsoverlap.c) */
const struct template_node *regexdnsoverlap(const struct template *template,
                                            const struct template_node *node);

/* As template_match() and template_zone(); _first minds no delegation.
   (regexdnsmatch.c) */
void regexdnsmatch(const struct template *template, const struct name *name,
                   struct template_match *match);
void regexdnsmatch_first(const struct template *template,
                         const struct name *name,
                         struct template_match *match);
const struct regexdns_zone *regexdnsmatch_zone(const struct template *template,
                                               const struct name *name);

#endif
