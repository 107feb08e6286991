/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Matching names against a compiled template. */
#include "common/template/template.h"

#include "common/template/regexdnstree.h"
#include "common/template/templatetree.h"

void
template_free(struct template *template)
{
    if (template == NULL)
        return;
    for (struct template_node *node = template->first; node != NULL;
         node = node->next) {
        table_free(node->literals);
        templatepattern_free(node->pattern);
        if (node->rule != NULL)
            regexdnsowner_free(node->rule);
    }
    if (template->rules != NULL) {
        table_free(template->rules->names);
        table_free(template->rules->above);
    }
    arena_free(template->arena);
}

const struct name *
template_origin(const struct template *template)
{
    return &template->origin;
}

const struct template_node *
template_zone(const struct template *template, const struct name *name,
              const struct name **origin)
{
    const struct regexdns_zone *zone;

    if (template->rules != NULL) {
        zone = regexdnsmatch_zone(template, name);
        *origin = zone == NULL ? NULL : &zone->origin;
        return zone == NULL ? NULL : zone->node;
    }
    *origin = &template->origin;
    return name_is_under(name, &template->origin) ? template->apex : NULL;
}

bool
template_each_zone(const struct template *template, size_t *position,
                   const struct name **origin)
{
    const struct regexdns *rules = template->rules;

    if (*position >= (rules == NULL ? 1 : rules->zone_count))
        return false;
    *origin =
        rules == NULL ? &template->origin : &rules->zones[*position].origin;
    ++*position;
    return true;
}

bool
template_each_reserved(const struct template *template, size_t *position,
                       struct slice *label)
{
    if (*position >= template->reserved_count)
        return false;
    *label = template->reserved[(*position)++];
    return true;
}

bool
template_is_reserved(const struct template *template, struct slice label)
{
    for (size_t i = 0; i < template->reserved_count; i++)
        if (slice_equal_case(template->reserved[i], label))
            return true;
    return false;
}

bool
templatetree_has_fields(const struct template_record *record,
                        const struct template_match *match,
                        const struct template_binder *binder)
{
    struct slice value;

    for (size_t i = 0; i < record->part_count; i++)
        for (size_t k = 0; k < record->parts[i].count; k++) {
            const struct piece *piece = &record->parts[i].list[k];

            if (piece->kind == HOLE_FIELD
                && !binder->field(binder->context, &match->scope,
                                  match->selector, piece->text, &value))
                return false;
        }
    return true;
}

/* type 0: of any type. */
static bool
has_records(const struct template_node *node, uint16_t type,
            const struct template_match *match,
            const struct template_binder *binder)
{
    for (const struct template_record *record = node->records; record != NULL;
         record = record->next)
        if ((type == 0 || record->type == type)
            && templatetree_has_fields(record, match, binder))
            return true;
    return false;
}

static bool is_there(const struct template_node *node,
                     const struct template_match *match,
                     const struct template_binder *binder);

/* The customer's own list; false when there should be one and is not. */
static bool
own_list(const struct template_node *node, const struct template_match *match,
         const struct template_binder *binder, struct slice *own)
{
    struct slice field = templatelist_field(node->list);

    *own = SLICE_EMPTY;
    return field.n == 0
           || binder->field(binder->context, &match->scope, SLICE_EMPTY, field,
                            own);
}

static bool
has_list(const struct template_node *node, const struct template_match *match,
         const struct template_binder *binder)
{
    struct slice own;

    return own_list(node, match, binder, &own);
}

/*
 * Does anything exist below node for what was matched?  Below a placeholder
 * that stands for something there is taken to be something: the loader
 * refuses patterns for which that would not hold.
 */
static bool
exists_below(const struct template_node *node,
             const struct template_match *match,
             const struct template_binder *binder)
{
    for (size_t i = 0; i < node->child_count; i++) {
        const struct template_node *child = node->children[i];

        if (child->list != NULL ? has_list(child, match, binder)
            : !child->is_hole   ? is_there(child, match, binder)
                                : child->kind == TEMPLATE_ANY
                                    || binder->any(binder->context,
                                                   child->kind, &match->scope))
            return true;
    }
    return false;
}

static bool
is_there(const struct template_node *node, const struct template_match *match,
         const struct template_binder *binder)
{
    return has_records(node, 0, match, binder)
           || exists_below(node, match, binder);
}

static void
settle(const struct template_node *node, struct template_match *match,
       const struct template_binder *binder)
{
    match->node = node;
    if (has_records(node, 0, match, binder))
        match->found = TEMPLATE_RECORDS;
    else if (exists_below(node, match, binder))
        match->found = TEMPLATE_EMPTY;
    else
        match->found = TEMPLATE_NONE;
}

/* Labels 0 to last of name with dots between them, in out where there are
   several; false when one holds a dot of its own, as no selector does. */
static bool
join_labels(const struct name *name, unsigned last, char *out,
            struct slice *joined)
{
    size_t n = 0;

    for (unsigned i = 0; i <= last; i++) {
        struct slice label = name_label(name, i);

        if (slice_find(label, '.') < label.n)
            return false;
        if (last == 0) {
            *joined = label;
            return true;
        }
        if (i > 0)
            out[n++] = '.';
        memcpy(out + n, label.p, label.n);
        n += label.n;
    }
    *joined = (struct slice){out, n};
    return true;
}

/* Matching a selector, which takes all labels that are left; true when that
   ends the matching. */
static bool
match_selector(const struct template_node *node, const struct name *name,
               unsigned last, const struct template_binder *binder,
               struct template_match *match)
{
    struct template_scope scope = match->scope;
    struct slice selector;

    if (!join_labels(name, last, match->dotted, &selector))
        return false;
    if (binder->bind(binder->context, TEMPLATE_SELECTOR, selector, &scope)) {
        match->selector = selector;
        settle(node, match, binder);
        if (match->found != TEMPLATE_NONE)
            return true;
        match->selector = SLICE_EMPTY;
    }
    if (binder->below(binder->context, &match->scope, selector)) {
        match->node = node;
        match->found = TEMPLATE_EMPTY;
        return true;
    }
    return false;
}

/* Matching an address or a name of a list, which takes all labels that are
   left; true when that ends the matching. */
static bool
match_list(const struct template_node *node, struct slice labels,
           enum templatelist_answer wanted,
           const struct template_binder *binder, struct template_match *match)
{
    struct slice own;

    if (!own_list(node, match, binder, &own)
        || templatelist_find(node->list, own, labels) != wanted)
        return false;
    if (wanted == TEMPLATELIST_BELOW) {
        match->node = node;
        match->found = TEMPLATE_EMPTY;
        return true;
    }
    match->captures[match->capture_count++] = labels;
    settle(node, match, binder);
    if (match->found == TEMPLATE_NONE)
        match->capture_count--;
    return match->found != TEMPLATE_NONE;
}

/* The lists below node: what is in one of them goes before what is only above
   an element of another. */
static bool
match_lists(const struct template_node *node, const struct name *name,
            unsigned last, const struct template_binder *binder,
            struct template_match *match)
{
    static const enum templatelist_answer order[] = {TEMPLATELIST_FOUND,
                                                     TEMPLATELIST_BELOW};
    struct slice labels = SLICE_EMPTY;

    for (size_t k = 0; k < 2 * node->hole_count; k++) {
        const struct template_node *hole = node->holes[k % node->hole_count];

        if (hole->list == NULL)
            continue;
        if (labels.n == 0 && !join_labels(name, last, match->dotted, &labels))
            return false;
        if (match_list(hole, labels, order[k / node->hole_count], binder,
                       match))
            return true;
    }
    return false;
}

/* The part of label that hole's placeholder would stand for. */
static bool
hole_part(const struct template_node *hole, struct slice label,
          struct slice *part)
{
    size_t around = hole->prefix.n + hole->suffix.n;

    if (label.n <= around || !slice_starts(label, hole->prefix)
        || !slice_ends(label, hole->suffix))
        return false;
    *part = slice_sub(label, hole->prefix.n, label.n - around);
    return true;
}

/* Is part what the placeholder stands for, its limit too?  A customer is then
   bound. */
static bool
takes_part(const struct template_node *hole, struct slice part,
           const struct template_binder *binder, struct template_match *match)
{
    struct slice groups[TEMPLATEPATTERN_GROUPS_MAX + 1], value;
    enum status st;

    if (hole->kind != TEMPLATE_ANY)
        return binder->bind(binder->context, hole->kind, part, &match->scope)
               && (hole->limit.n == 0
                   || binder->field(binder->context, &match->scope,
                                    SLICE_EMPTY, hole->limit, &value));
    if (hole->pattern == NULL)
        return true;
    st = templatepattern_match(hole->pattern, part, groups);
    match->unsure |= st == ST_RANGE;
    return st == ST_OK;
}

static const struct template_node *
bind_hole(const struct template_node *node, struct slice label,
          const struct template_binder *binder, struct template_match *match)
{
    for (size_t i = 0; i < node->hole_count; i++) {
        const struct template_node *hole = node->holes[i];
        struct template_scope before = match->scope;
        bool is_last = i + 1 == node->hole_count && node->wildcard == NULL;
        struct slice part;

        if (hole->kind == TEMPLATE_SELECTOR || hole->list != NULL
            || !hole_part(hole, label, &part))
            continue;
        if (!takes_part(hole, part, binder, match)) {
            match->scope = before;
            continue;
        }
        match->captures[match->capture_count++] = part;
        if (is_last || is_there(hole, match, binder))
            return hole;
        match->capture_count--;
        match->scope = before;
    }
    return NULL;
}

static const struct template_node *
selector_hole(const struct template_node *node)
{
    for (size_t i = 0; i < node->hole_count; i++)
        if (node->holes[i]->kind == TEMPLATE_SELECTOR)
            return node->holes[i];
    return NULL;
}

/* A name that is written out, "*" too: RFC 4592 section 2.1.1. */
static const struct template_node *
literal_child(const struct template_node *node, struct slice label)
{
    if (node->wildcard != NULL && slice_equal(label, node->wildcard->label))
        return node->wildcard;
    return node->literals == NULL ? NULL : table_get(node->literals, label);
}

/* The child of node for label i of name; NULL when the matching is over,
   match->found then says how. */
static const struct template_node *
step(const struct template_node *node, const struct name *name, unsigned i,
     const struct template_binder *binder, struct template_match *match)
{
    struct slice label = name_label(name, i);
    const struct template_node *child = literal_child(node, label);
    bool is_sole = node->hole_count == 0 && node->wildcard == NULL;

    if (child != NULL && (is_sole || is_there(child, match, binder)))
        return child;
    child = selector_hole(node);
    if (child != NULL && match_selector(child, name, i, binder, match))
        return NULL;
    if (match_lists(node, name, i, binder, match))
        return NULL;
    child = bind_hole(node, label, binder, match);
    if (child == NULL && node->wildcard != NULL)
        settle(node->wildcard, match, binder);
    return child;
}

/* What stands in the way of names below node, left labels being left. */
static void
note_above(const struct template_node *node, unsigned labels, unsigned left,
           const struct template_binder *binder, struct template_match *match)
{
    if (match->cut != NULL)
        return;
    if (node->is_cut && has_records(node, RR_NS, match, binder)) {
        match->cut = node;
        match->above_labels = labels;
    } else if (node->is_moved && left > 0
               && has_records(node, RR_DNAME, match, binder)) {
        match->dname = node;
        match->above_labels = labels;
    }
}

void
template_match(const struct template *template, const struct name *name,
               const struct template_binder *binder,
               struct template_match *match)
{
    const struct template_node *node = template->apex;
    unsigned left = (unsigned)(name->labels - template->origin.labels);

    if (template->rules != NULL) {
        regexdnsmatch(template, name, match);
        return;
    }
    match->found = TEMPLATE_NONE;
    match->node = NULL;
    match->cut = match->dname = NULL;
    match->scope = (struct template_scope){NULL};
    match->selector = SLICE_EMPTY;
    match->capture_count = 0;
    match->unsure = false;
    note_above(node, template->origin.labels, left, binder, match);
    while (left > 0 && match->dname == NULL) {
        node = step(node, name, left - 1, binder, match);
        if (node == NULL)
            return;
        left--;
        note_above(node, name->labels - left, left, binder, match);
    }
    if (match->dname == NULL)
        settle(node, match, binder);
}

const struct template_record *
template_record_next(const struct template_node *node,
                     const struct template_record *record)
{
    return record == NULL ? node->records : record->next;
}

uint16_t
template_record_type(const struct template_record *record)
{
    return record->type;
}

uint32_t
template_record_ttl(const struct template_record *record)
{
    return record->ttl;
}

unsigned
template_record_line(const struct template_record *record)
{
    return record->line;
}

const struct template_node *
template_next(const struct template *template,
              const struct template_node *node)
{
    node = node == NULL ? template->first : node->next;
    while (node != NULL && node->records == NULL)
        node = node->next;
    return node;
}

unsigned
template_node_kinds(const struct template_node *node)
{
    return node->kinds;
}

const char *
template_node_text(const struct template_node *node)
{
    return node->text;
}

/* One label, whatever octets it has, put before name. */
static enum status
prepend_label(struct name *name, const char *label, size_t n)
{
    if (n == 0 || n > NAME_LABEL_MAX || name->size + n + 1 > NAME_WIRE_MAX)
        return ST_RANGE;
    memmove(name->wire + n + 1, name->wire, name->size);
    name->wire[0] = (uint8_t)n;
    memcpy(name->wire + 1, label, n);
    name->size = (uint8_t)(name->size + n + 1);
    name->labels++;
    return ST_OK;
}

/* One label of a pattern, or the labels of a selector, filled. */
static enum status
prepend_filled(const struct template_node *node, const struct slice values[3],
               struct name *out)
{
    char label[NAME_LABEL_MAX];
    struct slice parts[3] = {node->prefix, SLICE_EMPTY, node->suffix};
    size_t n = 0;

    if (!node->is_hole)
        return prepend_label(out, node->label.p, node->label.n);
    if (node->kind == TEMPLATE_ANY)
        return ST_UNSUPPORTED;
    if (values[node->kind].p == NULL)
        return ST_NOT_FOUND;
    if (node->kind == TEMPLATE_SELECTOR)
        return name_prepend(out, values[node->kind], out);
    parts[1] = values[node->kind];
    for (size_t i = 0; i < 3; i++) {
        if (parts[i].n > sizeof(label) - n)
            return ST_RANGE;
        if (parts[i].n > 0)
            memcpy(label + n, parts[i].p, parts[i].n);
        n += parts[i].n;
    }
    return prepend_label(out, label, n);
}

/* From the apex to node, which is at most some hundred labels deep. */
static enum status
fill_name(const struct template_node *node, const struct slice values[3],
          struct name *out)
{
    enum status st;

    if (node->parent == NULL)
        return ST_OK;
    st = fill_name(node->parent, values, out);
    return st == ST_OK ? prepend_filled(node, values, out) : st;
}

enum status
template_node_name(const struct template *template,
                   const struct template_node *node,
                   const struct slice values[3], struct name *out)
{
    if (node->rule != NULL) {
        if (node->rule->form != REGEXDNS_NAME)
            return ST_UNSUPPORTED;
        *out = node->rule->name;
        return ST_OK;
    }
    *out = template->origin;
    return fill_name(node, values, out);
}

/* Rules know of delegations apart; the tree passes them on its way down. */
void
template_match_glue(const struct template *template, const struct name *name,
                    const struct template_binder *binder,
                    struct template_match *match)
{
    if (template->rules != NULL)
        regexdnsmatch_first(template, name, match);
    else
        template_match(template, name, binder, match);
}
