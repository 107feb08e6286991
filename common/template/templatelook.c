/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A compiled template looked at as a whole: for lint, explain, convert. */
#include "common/template/templatelook.h"

#include "common/template/regexdnstree.h"
#include "common/template/reserved.h"
#include "common/template/templateparser.h"

/* Labels that RFC 8552 section 4.1.2 and mail programs look up. */
static const char *const probes[] = {"_dmarc", "_domainkey", "_spf", "www"};
/* Octets of a {token}. */
#define TOKEN_LABEL 20
#define PROBES      (sizeof(probes) / sizeof(probes[0]))

const struct template_node *
templatelook_next(const struct template *template,
                  const struct template_node *node)
{
    return node == NULL ? template->first : node->next;
}

unsigned
templatelook_line(const struct template_node *node)
{
    unsigned line = node->records == NULL ? 0 : node->records->line;

    for (size_t i = 0; line == 0 && i < node->child_count; i++)
        line = templatelook_line(node->children[i]);
    return line;
}

/* ---- captures ---- */

/* The node at or above node whose placeholder is that capture. */
static const struct template_node *
capturing(const struct template_node *node, unsigned capture)
{
    for (; node->parent != NULL; node = node->parent)
        if (node->is_hole && node->kind != TEMPLATE_SELECTOR
            && node->captures == capture + 1)
            return node;
    return NULL;
}

static bool
group_capture(const struct regexdns_rule *rule,
              const struct template_match *match, unsigned i,
              struct slice *name, struct slice *value)
{
    static const char numbers[][3] = {
        "1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",  "9",  "10", "11",
        "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "22",
        "23", "24", "25", "26", "27", "28", "29", "30", "31", "32"};

    if (i >= rule->groups)
        return false;
    *name = regexdns_group_name(rule->node, i + 1);
    if (name->n == 0)
        *name = slice_of(numbers[i]);
    *value = match->captures[i + 1];
    return true;
}

bool
templatelook_capture(const struct template_node *node,
                     const struct template_match *match, unsigned i,
                     struct slice *name, struct slice *value)
{
    const struct template_node *hole;
    bool has_selector = (node->kinds & 1u << TEMPLATE_SELECTOR) != 0;

    if (node->rule != NULL)
        return group_capture(node->rule, match, i, name, value);
    if (has_selector && i == 0) {
        *name = SLICE("selector");
        *value = match->selector;
        return true;
    }
    i -= has_selector ? 1 : 0;
    if (i >= node->captures)
        return false;
    hole = capturing(node, node->captures - 1 - i);
    if (hole == NULL)
        return false;
    *name = hole->hole;
    *value = match->captures[node->captures - 1 - i];
    return true;
}

void
templatelook_sample(const struct template_node *node, struct slice sample,
                    struct template_match *match)
{
    match->found = TEMPLATE_RECORDS;
    match->node = node;
    match->cut = match->dname = NULL;
    match->scope = (struct template_scope){NULL};
    match->selector = sample;
    match->unsure = false;
    match->capture_count = TEMPLATE_GROUPS_MAX;
    for (unsigned i = 0; i < TEMPLATE_GROUPS_MAX; i++)
        match->captures[i] = sample;
}

/* ---- data ---- */

/* Is there a piece for which is() says so? */
static bool
has_piece(const struct template_record *record,
          bool (*is)(const struct piece *piece, unsigned number),
          unsigned number)
{
    for (size_t i = 0; i < record->part_count; i++)
        for (size_t k = 0; k < record->parts[i].count; k++)
            if (is(&record->parts[i].list[k], number))
                return true;
    return false;
}

static bool
is_open_piece(const struct piece *piece, unsigned number)
{
    (void)number;
    return piece->kind == HOLE_GROUP
           || (piece->kind == HOLE_FIELD
               && !templatecheck_has_all(piece->text));
}

bool
templatelook_is_open(const struct template_record *record)
{
    return has_piece(record, is_open_piece, 0);
}

static bool
is_capture(const struct piece *piece, unsigned number)
{
    return (piece->kind == HOLE_CAPTURE || piece->kind == HOLE_GROUP)
           && piece->capture == number;
}

static bool
uses_capture(const struct template_node *node, unsigned number)
{
    for (const struct template_record *record = node->records; record != NULL;
         record = record->next)
        if (has_piece(record, is_capture, number))
            return true;
    for (size_t i = 0; i < node->child_count; i++)
        if (uses_capture(node->children[i], number))
            return true;
    return false;
}

bool
templatelook_unused(const struct template_node *node, unsigned *position,
                    struct slice *name)
{
    struct template_match match;
    struct slice value;

    if (node->rule == NULL) {
        if (*position > 0 || !node->is_hole || node->kind != TEMPLATE_ANY
            || node->list != NULL)
            return false;
        *position = 1;
        *name = node->hole;
        return !uses_capture(node, node->captures - 1);
    }
    if (node->rule->form == REGEXDNS_NAME)
        return false;
    templatelook_sample(node, SLICE_EMPTY, &match);
    while (*position < node->rule->groups) {
        unsigned i = (*position)++;

        /* By its name {customer} keeps reserved labels away. */
        if (!uses_capture(node, i + 1)
            && templatelook_capture(node, &match, i, name, &value)
            && !slice_equal(*name, SLICE("customer")))
            return true;
    }
    return false;
}

bool
templatelook_clash(const struct template_node *node, unsigned *line)
{
    const struct template_record *alias = NULL, *other = NULL;

    for (const struct template_record *record = node->records; record != NULL;
         record = record->next)
        *(record->type == RR_CNAME ? &alias : &other) = record;
    if (alias == NULL || other == NULL)
        return false;
    *line = alias->line > other->line ? alias->line : other->line;
    return true;
}

/* ---- rules that take what others would ---- */

static bool
takes_any_label(const struct template_node *node)
{
    return node->is_hole && node->kind == TEMPLATE_ANY && node->prefix.n == 0
           && node->suffix.n == 0 && node->pattern == NULL
           && node->list == NULL;
}

/* Does a take every label that b does? */
static bool
covers(const struct regexdns_segment *a, const struct regexdns_segment *b)
{
    if (a->kind == b->kind && slice_equal(a->text, b->text))
        return true;
    if (a->kind != REGEXDNS_ANY || a->is_customer)
        return false;
    return b->kind == REGEXDNS_LITERAL
               ? b->text.p[0] != '_' && !slice_equal(b->text, SLICE("*"))
               : !b->says_reserved;
}

static bool
rule_covers(const struct regexdns_rule *a, const struct regexdns_rule *b)
{
    if (a->form != REGEXDNS_LABELS || b->form != REGEXDNS_LABELS
        || a->segment_count != b->segment_count)
        return false;
    for (unsigned i = 0; i < a->segment_count; i++)
        if (!covers(&a->segments[i], &b->segments[i]))
            return false;
    return true;
}

static const struct template_node *
rule_shadow(const struct template *template, const struct template_node *node)
{
    struct template_match match;

    if (node->rule->form == REGEXDNS_NAME) {
        regexdnsmatch_first(template, &node->rule->name, &match);
        return match.node == node ? NULL : match.node;
    }
    for (const struct template_node *other = template->first; other != node;
         other = other->next)
        if (rule_covers(other->rule, node->rule))
            return other;
    return NULL;
}

const struct template_node *
templatelook_shadow(const struct template *template,
                    const struct template_node *node)
{
    const struct template_node *parent = node->parent;

    if (node->rule != NULL)
        return rule_shadow(template, node);
    if (parent == NULL)
        return NULL;
    /* A label that a placeholder takes never comes to the wildcard. */
    for (size_t i = 0; node == parent->wildcard && i < parent->hole_count; i++)
        if (takes_any_label(parent->holes[i]))
            return parent->holes[i];
    return NULL;
}

/* ---- labels that are nobody's ---- */

static const char *
rule_reserved(const struct template *template,
              const struct template_node *node)
{
    if (node->rule->form == REGEXDNS_NAME)
        return NULL;
    for (size_t z = 0; z < template->rules->zone_count; z++)
        for (size_t i = 0; i < PROBES; i++) {
            struct template_match match;
            struct name name;

            if (name_prepend(&name, slice_of(probes[i]),
                             &template->rules->zones[z].origin)
                != ST_OK)
                continue;
            regexdnsmatch_first(template, &name, &match);
            if (match.node == node)
                return probes[i];
        }
    return NULL;
}

const char *
templatelook_reserved(const struct template *template,
                      const struct template_node *node)
{
    struct slice groups[TEMPLATEPATTERN_GROUPS_MAX + 1];

    if (node->rule != NULL)
        return rule_reserved(template, node);
    if (!node->is_hole || node->kind != TEMPLATE_ANY || node->prefix.n > 0
        || node->suffix.n > 0 || node->list != NULL)
        return NULL;
    for (size_t i = 0; i < PROBES; i++) {
        struct slice label = slice_of(probes[i]);

        if ((node->parent->literals != NULL
             && table_get(node->parent->literals, label) != NULL)
            || (label.p[0] != '_' && node->parent != template->apex))
            continue; /* a host is reserved in the zone itself only */
        if (node->pattern == NULL
            || templatepattern_match(node->pattern, label, groups) == ST_OK)
            return probes[i];
    }
    return NULL;
}

/* ---- lengths ---- */

size_t
templatelook_longest(const struct template *template,
                     const struct template_node *node)
{
    size_t n = template->origin.size;

    if (node->rule != NULL)
        return node->rule->form == REGEXDNS_NAME ? node->rule->name.size : 0;
    for (; node->parent != NULL; node = node->parent)
        n += 1
             + (!node->is_hole                 ? node->label.n
                : node->kind == TEMPLATE_TOKEN ? TOKEN_LABEL
                                               : NAME_LABEL_MAX);
    return n;
}
