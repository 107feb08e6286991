/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Matching names against a compiled template. */
#include "common/template/template.h"

#include "common/template/templatetree.h"

void
template_free(struct template *template)
{
    if (template == NULL)
        return;
    for (struct template_node *node = template->first; node != NULL;
         node = node->next)
        table_free(node->literals);
    arena_free(template->arena);
}

const struct name *
template_origin(const struct template *template)
{
    return &template->origin;
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

static bool
has_records(const struct template_node *node,
            const struct template_match *match,
            const struct template_binder *binder)
{
    for (const struct template_record *record = node->records; record != NULL;
         record = record->next)
        if (templatetree_has_fields(record, match, binder))
            return true;
    return false;
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

        if (child->is_hole) {
            if (binder->any(binder->context, child->kind, &match->scope))
                return true;
        } else if (has_records(child, match, binder)
                   || exists_below(child, match, binder)) {
            return true;
        }
    }
    return false;
}

static void
settle(const struct template_node *node, struct template_match *match,
       const struct template_binder *binder)
{
    match->node = node;
    if (has_records(node, match, binder))
        match->found = TEMPLATE_RECORDS;
    else if (exists_below(node, match, binder))
        match->found = TEMPLATE_EMPTY;
    else
        match->found = TEMPLATE_NONE;
}

/* Labels 0 to last of name with dots between them. */
static struct slice
join_labels(const struct name *name, unsigned last, char *out)
{
    size_t n = 0;

    for (unsigned i = 0; i <= last; i++) {
        struct slice label = name_label(name, i);

        if (i > 0)
            out[n++] = '.';
        memcpy(out + n, label.p, label.n);
        n += label.n;
    }
    return (struct slice){out, n};
}

/* Where matching a selector, which takes all labels that are left, ends. */
static bool
match_selector(const struct template_node *node, const struct name *name,
               unsigned last, const struct template_binder *binder,
               struct template_match *match)
{
    struct slice selector = last == 0 ? name_label(name, 0)
                                      : join_labels(name, last, match->dotted);
    struct template_scope scope = match->scope;

    if (binder->bind(binder->context, TEMPLATE_SELECTOR, selector, &scope)) {
        match->selector = selector;
        settle(node, match, binder);
        return true;
    }
    if (binder->below(binder->context, &match->scope, selector)) {
        match->node = node;
        match->found = TEMPLATE_EMPTY;
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

static const struct template_node *
bind_hole(const struct template_node *node, struct slice label,
          const struct template_binder *binder, struct template_match *match)
{
    for (size_t i = 0; i < node->hole_count; i++) {
        const struct template_node *hole = node->holes[i];
        struct slice part;

        if (hole->kind == TEMPLATE_SELECTOR || !hole_part(hole, label, &part)
            || (hole->kind != TEMPLATE_ANY
                && !binder->bind(binder->context, hole->kind, part,
                                 &match->scope)))
            continue;
        match->captures[match->capture_count++] = part;
        return hole;
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

/* The child of node for label i of name; NULL when the matching is over,
   match->found then says how. */
static const struct template_node *
step(const struct template_node *node, const struct name *name, unsigned i,
     const struct template_binder *binder, struct template_match *match)
{
    struct slice label = name_label(name, i);
    const struct template_node *child =
        node->literals == NULL ? NULL : table_get(node->literals, label);

    if (child != NULL)
        return child;
    child = selector_hole(node);
    if (child != NULL && match_selector(child, name, i, binder, match))
        return NULL;
    child = bind_hole(node, label, binder, match);
    if (child == NULL && node->wildcard != NULL)
        settle(node->wildcard, match, binder);
    return child;
}

void
template_match(const struct template *template, const struct name *name,
               const struct template_binder *binder,
               struct template_match *match)
{
    const struct template_node *node = template->apex;
    unsigned left = (unsigned)(name->labels - template->origin.labels);

    match->found = TEMPLATE_NONE;
    match->node = NULL;
    match->cut = NULL;
    match->scope = (struct template_scope){NULL};
    match->selector = SLICE_EMPTY;
    match->capture_count = 0;
    while (left > 0) {
        node = step(node, name, left - 1, binder, match);
        if (node == NULL)
            return;
        if (node->is_cut && match->cut == NULL)
            match->cut = node;
        left--;
    }
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

/* One label of a pattern, or the labels of a selector, filled. */
static enum status
prepend_filled(const struct template_node *node, const struct slice values[3],
               struct name *out)
{
    char label[NAME_WIRE_MAX];
    size_t n;

    if (!node->is_hole)
        return name_prepend(out, node->label, out);
    if (node->kind == TEMPLATE_ANY)
        return ST_UNSUPPORTED;
    if (values[node->kind].p == NULL)
        return ST_NOT_FOUND;
    n = node->prefix.n + values[node->kind].n + node->suffix.n;
    if (n > sizeof(label))
        return ST_RANGE;
    memcpy(label, node->prefix.p, node->prefix.n);
    memcpy(label + node->prefix.n, values[node->kind].p, values[node->kind].n);
    memcpy(label + n - node->suffix.n, node->suffix.p, node->suffix.n);
    return name_prepend(out, (struct slice){label, n}, out);
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
    *out = template->origin;
    return fill_name(node, values, out);
}
