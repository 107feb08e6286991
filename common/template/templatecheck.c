/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a template may not be although it reads well. */
#include "common/template/templatetree.h"

/* Types that are no data: RFC 6895 section 3.1. */
#define META_FIRST 128
#define META_LAST  255

static const struct template_record *
first_of_type(const struct template_node *node, uint16_t type)
{
    const struct template_record *record = node->records;

    while (record != NULL && record->type != type)
        record = record->next;
    return record;
}

static size_t
count_type(const struct template_node *node, uint16_t type)
{
    size_t n = 0;

    for (const struct template_record *record = node->records; record != NULL;
         record = record->next)
        n += record->type == type ? 1 : 0;
    return n;
}

static bool
is_meta(uint16_t type)
{
    return type == 0 || type == RR_OPT
           || (type >= META_FIRST && type <= META_LAST);
}

const char *
templatecheck_type(uint16_t type)
{
    return is_meta(type) ? "a type that is no data" : NULL;
}

bool
templatecheck_clash(const struct template_node *owner,
                    const struct template_record *record)
{
    return owner->records != record
           && (record->type == RR_CNAME
               || first_of_type(owner, RR_CNAME) != NULL);
}

const char *
templatecheck_record(const struct template *template,
                     const struct template_node *owner,
                     const struct template_record *record)
{
    uint16_t type = record->type;

    if (is_meta(type))
        return templatecheck_type(type);
    if (type == RR_SOA && owner != template->apex)
        return "an SOA below the apex: a template is one zone";
    if (type == RR_SOA && first_of_type(owner, RR_SOA) != record)
        return "a second SOA";
    if (owner->parent != NULL && owner == owner->parent->wildcard
        && (type == RR_NS || type == RR_DNAME))
        return "NS or DNAME at a wildcard (RFC 4592 section 4)";
    if (first_of_type(owner, type)->ttl != record->ttl)
        return "another TTL than the records before it of that owner and "
               "type (RFC 2181 section 5.2)";
    if (count_type(owner, type) > TEMPLATE_RRSET_MAX)
        return "too many records of one type for one answer";
    return NULL;
}

bool
templatecheck_has_all(struct slice field)
{
    static const char *const names[] = {"key", "algorithm", "customer",
                                        "domain"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (slice_equal(field, slice_of(names[i])))
            return true;
    return false;
}

/* A value that whatever is bound at node has. */
static bool
is_certain(const struct template_node *node, const struct piece *piece)
{
    if (piece->kind != HOLE_FIELD || templatecheck_has_all(piece->text))
        return true;
    for (; node->parent != NULL; node = node->parent)
        if (node->kind != TEMPLATE_ANY
            && slice_equal(piece->text, node->limit))
            return true; /* {customer:pool} has a {pool} */
    return false;
}

static bool
record_is_certain(const struct template_node *node,
                  const struct template_record *record)
{
    for (size_t i = 0; i < record->part_count; i++)
        for (size_t k = 0; k < record->parts[i].count; k++)
            if (!is_certain(node, &record->parts[i].list[k]))
                return false;
    return true;
}

/* Not every customer has a list of its own. */
static bool
has_own_list(const struct template_node *node)
{
    return node->list != NULL && templatelist_field(node->list).n > 0;
}

/* Does something exist at or below node for all that it may be bound to? */
static bool
is_certain_node(const struct template_node *node)
{
    for (const struct template_record *record = node->records; record != NULL;
         record = record->next)
        if (record_is_certain(node, record))
            return true;
    for (size_t i = 0; i < node->child_count; i++) {
        const struct template_node *child = node->children[i];
        /* Tokens are served only with keys. */
        bool counts = !child->is_hole
                      || (child->kind == TEMPLATE_ANY && !has_own_list(child))
                      || (child->kind == TEMPLATE_SELECTOR
                          && (node->kinds & 1u << TEMPLATE_TOKEN));

        if (counts && is_certain_node(child))
            return true;
    }
    return false;
}

static unsigned
first_line(const struct template_node *node)
{
    unsigned line = node->records == NULL ? 0 : node->records->line;

    for (size_t i = 0; line == 0 && i < node->child_count; i++)
        line = first_line(node->children[i]);
    return line;
}

/* A {customer:field} stands for some customers only: beside it there must be
   the one that stands for all. */
static bool
has_general(const struct template_node *node, const struct template_node *hole)
{
    if (hole->kind == TEMPLATE_ANY || hole->limit.n == 0)
        return true;
    for (size_t i = 0; i < node->hole_count; i++) {
        const struct template_node *other = node->holes[i];

        if (other->kind == hole->kind && other->limit.n == 0
            && slice_equal(other->prefix, hole->prefix)
            && slice_equal(other->suffix, hole->suffix))
            return true;
    }
    return false;
}

/* Whether node exists must not hang on which customers there are, but on
   whether there is one: else answering would mean to ask them all. */
static bool
hangs_on_values(const struct template_node *node, unsigned *line)
{
    if (node->parent == NULL || is_certain_node(node))
        return false;
    for (size_t i = 0; i < node->hole_count; i++)
        if (!is_certain_node(node->holes[i])
            || !has_general(node, node->holes[i])) {
            *line = first_line(node->holes[i]);
            return true;
        }
    return false;
}

const char *
templatecheck_whole(const struct template *template, unsigned *line)
{
    *line = 0;
    if (first_of_type(template->apex, RR_SOA) == NULL)
        return "has no SOA at";
    if (first_of_type(template->apex, RR_NS) == NULL)
        return "has no NS at";
    for (const struct template_node *node = template->first; node != NULL;
         node = node->next)
        if (hangs_on_values(node, line))
            return "the names above this owner would exist only by customers "
                   "that have its fields: add a record that needs none";
    return NULL;
}
