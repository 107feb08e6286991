/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The compiled form of a template: for the files of this folder. */
#ifndef TEMPLATE_TEMPLATETREE_H
#define TEMPLATE_TEMPLATETREE_H

#include "common/base/arena.h"
#include "common/base/table.h"
#include "common/template/template.h"
#include "common/template/templatelist.h"
#include "common/template/templatepattern.h"

/* What a hole in data is filled with. */
enum hole_kind {
    HOLE_LITERAL,  /* octets of the template itself */
    HOLE_CAPTURE,  /* what an owner's placeholder stood for */
    HOLE_SELECTOR, /* the selector */
    HOLE_FIELD,    /* a value of the customer, domain or key */
    HOLE_GROUP     /* a group of a regexdns pattern, dots and all */
};

struct piece {
    enum hole_kind kind; /* which */
    struct slice text;   /* literal octets, or the field's name */
    unsigned capture;    /* HOLE_CAPTURE, HOLE_GROUP: which of them */
};

/* One label of a name in data, or the text of a TXT record. */
struct pieces {
    struct piece *list; /* in order */
    size_t count;       /* of them */
};

/* How RDATA is put together. */
enum data_shape {
    DATA_STATIC, /* fixed octets */
    DATA_TEXT,   /* head nothing; one text, split at 255 */
    DATA_NAME,   /* head (MX preference, ...), then labels of a name */
    DATA_ADDRESS /* one text that is to be an address: A, AAAA */
};

struct template_record {
    struct template_record *next; /* of the same owner */
    uint16_t type;                /* IANA number */
    uint32_t ttl;                 /* seconds */
    unsigned line;                /* of the template's text */
    enum data_shape shape;        /* how it is put together */
    struct slice head;            /* static octets, or those before a name */
    struct pieces *parts;         /* one text, or labels */
    size_t part_count;            /* of them */
};

struct template_node {
    struct template_node *parent;    /* towards the apex */
    struct template_node *next;      /* in order of template_next() */
    struct table *literals;          /* children by label; may be NULL */
    struct template_node **holes;    /* children with a placeholder, the
                                        longest literal part first */
    size_t hole_count;               /* of them */
    struct template_node **children; /* all of them */
    size_t child_count;              /* of them */
    struct template_node *wildcard;  /* the child "*", or NULL */
    struct template_record *records; /* in template order */
    struct slice label;              /* literal label, lower case */
    bool is_hole;                    /* label is prefix, placeholder, suffix */
    enum template_kind kind;         /* with is_hole */
    struct slice hole;               /* its name, "customer" */
    struct slice prefix, suffix;     /* literal parts around it */
    struct slice limit;              /* what stands behind its ':' */
    struct templatepattern *pattern; /* TEMPLATE_ANY: of limit, or NULL */
    struct templatelist *list;       /* likewise, of {spf_...:list} */
    unsigned kinds;                  /* placeholders at and above */
    unsigned captures;               /* how many holes at and above */
    bool is_cut;                     /* NS below the apex */
    bool is_moved;                   /* DNAME */
    const char *text;                /* the pattern, with final dot */
    struct regexdns_rule *rule;      /* of a regexdns file, else NULL */
};

struct template
{
    struct arena *arena;         /* holds all of it */
    struct name origin;          /* apex */
    struct template_node *apex;  /* its node */
    struct template_node *first; /* for template_next() */
    struct template_node *last;  /* likewise */
    struct slice *reserved;      /* labels beside {customer} */
    size_t reserved_count;       /* of them */
    struct regexdns *rules;      /* of a regexdns file, else NULL */
};

/* May the record be given for what was matched: have all its fields a
   value? */
bool templatetree_has_fields(const struct template_record *record,
                             const struct template_match *match,
                             const struct template_binder *binder);

/* Has whatever a placeholder is bound to that field? */
bool templatecheck_has_all(struct slice field);
/* What is wrong with records of that type anywhere; NULL for nothing. */
const char *templatecheck_type(uint16_t type);
/* What is wrong with the record, the last of owner's, beside those that came
   before; NULL for nothing. */
const char *templatecheck_record(const struct template *template,
                                 const struct template_node *owner,
                                 const struct template_record *record);
/* Is it a CNAME beside other data? */
bool templatecheck_clash(const struct template_node *owner,
                         const struct template_record *record);
/* What is wrong with the whole; *line is of the record it is about, 0 when
   it is about none. */
const char *templatecheck_whole(const struct template *template,
                                unsigned *line);

#endif
