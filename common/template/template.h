/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A zone file whose owners and data hold placeholders: what an ESP publishes
 * for every customer, written once.
 *
 *     {selector}._domainkey.{customer}  TXT "v=DKIM1; k={algorithm}; p={key}"
 *
 * The template knows no registry: names are matched against it through a
 * struct template_binder, and data is expanded from named fields.  The plan
 * of records and the DNS server both stand on it, so they cannot disagree.
 */
#ifndef TEMPLATE_TEMPLATE_H
#define TEMPLATE_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/dns/name.h"
#include "common/dns/nametree.h"

/* Bounds, each far above what a template for people has. */
#define TEMPLATE_SIZE_MAX     (1u << 20) /* octets of text */
#define TEMPLATE_RECORDS_MAX  4096       /* records */
#define TEMPLATE_CAPTURES_MAX 8          /* placeholders in one owner */
#define TEMPLATE_TEXT_MAX     4096       /* octets of one TXT, expanded */
/* Captures of one match: groups of a regexdns pattern, the whole first. */
#define TEMPLATE_GROUPS_MAX   33

/*
 * Placeholders in owners, each standing for exactly one whole label or for
 * the varying part of one ("rua-{customer}"):
 *
 *   {customer}  a customer that is served
 *   {token}     a domain of a customer's own, by its random token
 *   {selector}  a selector of what {customer} or {token} to its right has
 *               bound, or of the ESP itself where neither stands there; it
 *               is the leftmost label, and takes several labels where a
 *               selector has dots
 *   {name}      any other name: one label, whatever it is
 */
enum template_kind {
    TEMPLATE_CUSTOMER,
    TEMPLATE_TOKEN,
    TEMPLATE_SELECTOR,
    TEMPLATE_ANY
};

struct template; /* compiled; immutable, may be read by several threads */

/*
 * Compile text.  file stands for it in sentences; origin is the zone's apex
 * (the template must have exactly one SOA, there).  $INCLUDE is refused.
 * ST_SYNTAX: "'FILE', line 12, column 5: ...": whatever a zone file can have
 * wrong, a placeholder in data that nothing in the owner binds, a CNAME beside
 * other data, TTLs that differ within an RRset, an owner that would exist for
 * some customers only by a field that they may lack.
 */
enum status template_parse(const char *file, struct slice text,
                           const struct name *origin, struct template **out,
                           struct error *err);
enum status template_read(const char *path, const struct name *origin,
                          struct template **out, struct error *err);
void template_free(struct template *template);

/* The apex; of a regexdns file, which may hold several zones, its first. */
const struct name *template_origin(const struct template *template);
/*
 * The zone that name is in: its apex in *origin (borrowed).  Returns the node
 * of its SOA, NULL when name is in none.
 */
const struct template_node *template_zone(const struct template *template,
                                          const struct name *name,
                                          const struct name **origin);
/* The zones in the order of the file, *position beginning at 0; false at the
   end. */
bool template_each_zone(const struct template *template, size_t *position,
                        const struct name **origin);

/*
 * Labels that no customer may have, in lower case: those which stand
 * literally in an owner of the template, at any depth, and those parts of
 * them in whose place a placeholder {customer} could stand.  False at the
 * end.
 */
bool template_each_reserved(const struct template *template, size_t *position,
                            struct slice *label);
bool template_is_reserved(const struct template *template, struct slice label);

/* What a placeholder has been bound to.  Opaque to the template. */
struct template_scope {
    const void *owner; /* NULL: the ESP itself */
};

/*
 * How placeholders meet the world.  Called from the DNS hot path: no
 * allocation, no I/O beyond a mapped view.
 */
struct template_binder {
    void *context; /* for the calls */
    /* Is label one that kind stands for, within scope?  If so, narrow scope
       (customer, token) and return true. */
    bool (*bind)(void *context, enum template_kind kind, struct slice label,
                 struct template_scope *scope);
    /* Is there anything that kind (but TEMPLATE_ANY) stands for within scope?
       (Does an empty non-terminal above it exist?) */
    bool (*any)(void *context, enum template_kind kind,
                const struct template_scope *scope);
    /* Does some selector within scope end in "." and suffix?  (An empty
       non-terminal of a selector with dots.) */
    bool (*below)(void *context, const struct template_scope *scope,
                  struct slice suffix);
    /* The value of a field ("key", "algorithm", "pool", ...) for the
       captures so far; false when it has none: the record is left out.  A
       selector that binds has "key" and "algorithm", a token "domain" and
       "customer".  The slice is borrowed until the next bind. */
    bool (*field)(void *context, const struct template_scope *scope,
                  struct slice selector, struct slice name,
                  struct slice *value);
    /* Set by the calls when they could not tell: what was matched or expanded
       since is then no answer.  NULL when they always can. */
    bool *failed;
};

/* Where a name stands in the template. */
enum template_found {
    TEMPLATE_NONE,   /* no such name: NXDOMAIN */
    TEMPLATE_EMPTY,  /* exists only through names below: NOERROR, no data */
    TEMPLATE_RECORDS /* has records of its own */
};

struct template_node; /* an owner pattern of the template */

struct template_match {
    enum template_found found;         /* what it is */
    const struct template_node *node;  /* the pattern, or NULL */
    const struct template_node *cut;   /* delegation at or above, or NULL */
    const struct template_node *dname; /* DNAME above it, or NULL; where it
                                          is set nothing else is */
    unsigned above_labels;             /* of cut's or dname's owner */
    struct template_scope scope;       /* what was bound */
    struct slice selector;             /* capture of {selector}, or empty;
                                          in dotted where it has dots */
    char dotted[NAME_WIRE_MAX];        /* see selector */
    struct slice captures[TEMPLATE_GROUPS_MAX]; /* in order of binding */
    unsigned capture_count;                     /* of them */
    bool unsure; /* a pattern gave up: nothing else of it is an answer */
};

/*
 * Match name against the patterns, label by label from the apex: a literal
 * label beats a placeholder that binds, which beats "*" (a wildcard of the
 * template, RFC 4592), of those that have something to say for what is bound
 * so far; the choice at a label is never taken back.  name must be in one of
 * its zones.  captures are slices of name->wire or of dotted.
 */
void template_match(const struct template *template, const struct name *name,
                    const struct template_binder *binder,
                    struct template_match *match);
/* The same for a name below a delegation whose own records are wanted, as
   glue: match->cut may then be NULL. */
void template_match_glue(const struct template *template,
                         const struct name *name,
                         const struct template_binder *binder,
                         struct template_match *match);

/* A record of a pattern. */
struct template_record; /* type, TTL, data with holes */

/* The records of a node in template order: start with NULL. */
const struct template_record *
template_record_next(const struct template_node *node,
                     const struct template_record *record);
uint16_t template_record_type(const struct template_record *record);
uint32_t template_record_ttl(const struct template_record *record);
unsigned template_record_line(const struct template_record *record);

/* Records of one type at one owner: what an answer has room for. */
#define TEMPLATE_RRSET_MAX 48

/* Octets that any RDATA of a template may take when expanded. */
#define TEMPLATE_RDATA_MAX (TEMPLATE_TEXT_MAX + TEMPLATE_TEXT_MAX / 255 + 255)

/*
 * The record's RDATA for a match, into out.  TXT is joined, then split at
 * 255.  ST_NOT_FOUND: a field has no value, leave the record out.
 * ST_RANGE, ST_SYNTAX: what came of it is no RDATA of that type.  No
 * allocation.
 */
enum status template_expand(const struct template_record *record,
                            const struct template_match *match,
                            const struct template_binder *binder,
                            uint8_t out[TEMPLATE_RDATA_MAX], size_t *size);

/*
 * The owner patterns in the order of the template: for plans that fill every
 * pattern for one customer.  Start with NULL.
 */
const struct template_node *template_next(const struct template *template,
                                          const struct template_node *node);
/* Which kinds of placeholder a pattern has, as a set of 1 << kind. */
unsigned template_node_kinds(const struct template_node *node);
/* The pattern's text, "{selector}._domainkey.{customer}.example.com.". */
const char *template_node_text(const struct template_node *node);
/* Its name with placeholders filled: values by kind (TEMPLATE_ANY patterns
   cannot be filled: ST_UNSUPPORTED; an empty value: ST_NOT_FOUND). */
enum status template_node_name(const struct template *template,
                               const struct template_node *node,
                               const struct slice values[3], struct name *out);

#endif
