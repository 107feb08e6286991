/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of regexdns, a PowerDNS back-end, as they are: one record a line, its
 * owner a name or a regular expression, its data with $1 and ${name}.
 *
 *     (?P<selector>[^.]+)\._domainkey\.(?P<customer>[^.]+)\.example\.com
 *         3600 IN CNAME ${selector}._dkim.example.com       (all one line)
 *
 * What comes of one is a template that knows no customers: every label but
 * the reserved ones is taken for one.
 */
#ifndef TEMPLATE_REGEXDNS_H
#define TEMPLATE_REGEXDNS_H

#include "common/template/template.h"

/* Bounds, each far above what a file for people has. */
#define REGEXDNS_SIZE_MAX  (8u << 20) /* octets of text */
#define REGEXDNS_RULES_MAX 65536      /* different owners */

/*
 * Compile text.  A line is OWNER TTL IN TYPE DATA; blank ones and those that
 * begin with ';' do not count.  An owner of nothing but letters, digits, '_',
 * '-', '.' and '/' is a name, all else a regular expression for the whole
 * name in either case (for a part of it, where it begins with flags such as
 * "(?s)").  Names in data are absolute, with a final dot or without.  A name
 * with an SOA is a zone.
 *
 * Matching a name finds the first owner, in the order of the file, that takes
 * it, and all records of the very same owner.  An expression that falls into
 * labels at each "\." is matched label by label, and what exists only through
 * names below it is known exactly; where the file has any other, a name in a
 * zone that nothing matches counts as TEMPLATE_EMPTY, never TEMPLATE_NONE.  A
 * label that begins with '_', and "*", is matched only by what says so, and a
 * group named "customer" takes none that is reserved (reserved.h).
 *
 * Data is filled as Go's regexp.Expand does: $name is as long as letters,
 * digits and '_' go, ${name} says where it ends, $$ is one '$', an unknown
 * name or number is nothing.
 *
 * ST_SYNTAX, ST_RANGE: "'FILE', line 12: ...".
 */
enum status regexdns_parse(const char *file, struct slice text,
                           struct template **out, struct error *err);
enum status regexdns_read(const char *path, struct template **out,
                          struct error *err);

/* How much is known of the names that an owner takes. */
enum regexdns_form {
    REGEXDNS_NAME,   /* it is one name */
    REGEXDNS_LABELS, /* one label at a time */
    REGEXDNS_FREE    /* any names at all */
};

/* One label of an owner. */
enum regexdns_label {
    REGEXDNS_LITERAL, /* text, in lower case */
    REGEXDNS_ANY,     /* any label but the reserved */
    REGEXDNS_PATTERN  /* a regular expression */
};

struct regexdns_segment {
    enum regexdns_label kind; /* what it is */
    struct slice text;        /* the label, or the expression */
    struct slice name;        /* of ANY's group, empty when it has none */
    unsigned first_group;     /* groups to the left of it, and one */
    unsigned groups;          /* that it has */
    bool says_reserved;       /* it spells out '_' or '*' at its beginning */
    bool is_customer;         /* a group of it is named "customer" */
    struct templatepattern *pattern; /* PATTERN: compiled */
};

bool template_is_regexdns(const struct template *template);
/* Of a node of such a template.  The line it first stands on. */
enum regexdns_form regexdns_form(const struct template_node *node);
unsigned regexdns_line(const struct template_node *node);
/* REGEXDNS_LABELS: label i from the left, NULL when there is none. */
const struct regexdns_segment *
regexdns_segment(const struct template_node *node, unsigned i);
/* The group's name by its number; empty for none. */
struct slice regexdns_group_name(const struct template_node *node,
                                 unsigned number);
/* REGEXDNS_NAME: the name. */
const struct name *regexdns_name(const struct template_node *node);

#endif
