/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owners of a template: labels with placeholders, put into the tree. */
#include "common/base/strbuf.h"
#include "common/template/templateparser.h"

/* "name" or "name:limit". */
static enum status
read_hole(const struct templateparser *parser, struct slice text,
          struct template_node *out, struct error *err)
{
    struct slice rest = text, c;
    bool is_word = true;

    out->is_hole = true;
    slice_next(&rest, ':', &out->hole);
    out->kind = templateparser_kind(out->hole);
    out->limit = rest;
    if (rest.p == NULL)
        return templatelist_is_name(out->hole) ? templateparser_refuse(
                   parser, err, "{spf_...} needs ':' and a list")
                                               : ST_OK;
    if (rest.n == 0)
        return templateparser_refuse(parser, err,
                                     "a placeholder with nothing behind ':'");
    if (out->kind == TEMPLATE_SELECTOR)
        return templateparser_refuse(parser, err, "{selector} takes no ':'");
    for (c = rest; c.n > 0; c = slice_from(c, 1))
        is_word &= ascii_is_alnum((unsigned char)c.p[0]) || c.p[0] == '_';
    if (out->kind != TEMPLATE_ANY && !is_word)
        return templateparser_refuse(
            parser, err,
            "what stands behind '{customer:' or '{token:' is the name of a "
            "field");
    return ST_OK;
}

/* One label of an owner: literal, or prefix, placeholder and suffix. */
static enum status
read_label(const struct templateparser *parser, struct slice label,
           struct template_node *out, struct error *err)
{
    struct slice run;
    size_t position = 0, hole;

    *out = (struct template_node){.label = label};
    while (templateholes_next(&parser->holes, label, &position, &run, &hole)) {
        if (hole == parser->holes.count) {
            *(out->is_hole ? &out->suffix : &out->prefix) = run;
        } else if (out->is_hole) {
            return templateparser_refuse(
                parser, err, "two placeholders in one label of an owner");
        } else {
            enum status st =
                read_hole(parser, parser->holes.names[hole], out, err);

            if (st != ST_OK)
                return st;
        }
    }
    if (out->is_hole && out->kind == TEMPLATE_SELECTOR
        && (out->prefix.n > 0 || out->suffix.n > 0))
        return templateparser_refuse(parser, err,
                                     "{selector} must be a label by itself");
    if (out->is_hole && templatelist_is_name(out->hole)
        && (out->prefix.n > 0 || out->suffix.n > 0))
        return templateparser_refuse(parser, err,
                                     "{spf_...} must be a label by itself");
    return ST_OK;
}

static bool
same_label(const struct template_node *a, const struct template_node *b)
{
    if (a->is_hole != b->is_hole)
        return false;
    if (!a->is_hole)
        return slice_equal(a->label, b->label);
    return slice_equal(a->hole, b->hole) && slice_equal(a->prefix, b->prefix)
           && slice_equal(a->suffix, b->suffix)
           && slice_equal(a->limit, b->limit);
}

/* Which of two placeholders is asked first: the one with more written
   around it, then before it, then one with a limit, then a known kind, then
   the longer limit; so the closest match wins whatever the order of lines. */
static bool
is_closer(const struct template_node *a, const struct template_node *b)
{
    size_t around_a = a->prefix.n + a->suffix.n;
    size_t around_b = b->prefix.n + b->suffix.n;

    if (around_a != around_b)
        return around_a > around_b;
    if (a->prefix.n != b->prefix.n)
        return a->prefix.n > b->prefix.n;
    if ((a->limit.n > 0) != (b->limit.n > 0))
        return a->limit.n > 0;
    if (a->kind != b->kind)
        return a->kind < b->kind;
    return a->limit.n != b->limit.n ? a->limit.n > b->limit.n
                                    : slice_compare(a->limit, b->limit) < 0;
}

static void
add_hole(struct arena *arena, struct template_node *parent,
         struct template_node *child)
{
    size_t i = parent->hole_count;

    parent->holes = arena_grow(arena, parent->holes, parent->hole_count,
                               sizeof(struct template_node *));
    for (; i > 0 && is_closer(child, parent->holes[i - 1]); i--)
        parent->holes[i] = parent->holes[i - 1];
    parent->holes[i] = child;
    parent->hole_count++;
}

static void
add_label_text(struct strbuf *out, struct slice label)
{
    for (size_t i = 0; i < label.n; i++) {
        if (label.p[i] == '.')
            strbuf_add_char(out, '\\');
        if (label.p[i] == ' ')
            strbuf_add_text(out, "\\032");
        else
            strbuf_add_presented(out, slice_sub(label, i, 1));
    }
}

static const char *
pattern_text(struct arena *arena, const struct template_node *node)
{
    struct strbuf text = STRBUF_INIT;
    const char *kept;

    add_label_text(&text, node->is_hole ? node->prefix : node->label);
    if (node->is_hole)
        strbuf_addf(&text, "{%.*s%s%.*s}", SLICE_ARGS(node->hole),
                    node->limit.n > 0 ? ":" : "", SLICE_ARGS(node->limit));
    add_label_text(&text, node->suffix);
    strbuf_addf(&text, ".%s",
                node->parent->parent == NULL && node->parent->text[0] == '.'
                    ? ""
                    : node->parent->text);
    kept = arena_text(arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return kept;
}

static struct template_node *
new_child(struct template *template, struct template_node *parent,
          const struct template_node *label)
{
    struct template_node *node =
        ARENA_NEW(template->arena, struct template_node);

    *node = *label;
    node->label = templateparser_keep(template, label->label);
    node->hole = templateparser_keep(template, label->hole);
    node->prefix = templateparser_keep(template, label->prefix);
    node->suffix = templateparser_keep(template, label->suffix);
    node->limit = templateparser_keep(template, label->limit);
    node->parent = parent;
    node->text = pattern_text(template->arena, node);
    node->kinds = parent->kinds;
    node->captures = parent->captures;
    parent->children =
        arena_grow(template->arena, parent->children, parent->child_count,
                   sizeof(struct template_node *));
    parent->children[parent->child_count++] = node;
    if (node->is_hole) {
        node->kinds |= 1u << node->kind;
        node->captures += node->kind == TEMPLATE_SELECTOR ? 0 : 1;
        add_hole(template->arena, parent, node);
    } else if (slice_equal(node->label, SLICE("*"))) {
        parent->wildcard = node;
    } else {
        if (parent->literals == NULL)
            parent->literals = table_new();
        table_put(parent->literals, node->label, node);
    }
    template->last->next = node;
    template->last = node;
    return node;
}

/* Another placeholder beside it that stands for just the same labels. */
static bool
has_rival(const struct template_node *node)
{
    for (size_t i = 0; i < node->parent->hole_count; i++) {
        const struct template_node *other = node->parent->holes[i];

        if (other != node && node->kind == TEMPLATE_ANY
            && other->kind == TEMPLATE_ANY
            && slice_equal(other->prefix, node->prefix)
            && slice_equal(other->suffix, node->suffix)
            && slice_equal(other->limit, node->limit))
            return true;
    }
    return false;
}

/* What a pattern may not be: said of the record that brings it. */
static const char *
pattern_fault(const struct template_node *node)
{
    const struct template_node *parent = node->parent;

    if (node->is_hole && has_rival(node))
        return "two placeholders that stand for the same names";

    if (parent->is_hole && parent->kind == TEMPLATE_SELECTOR)
        return "{selector} must be the leftmost label of an owner";
    if (parent->is_hole && templatelist_is_name(parent->hole))
        return "{spf_...} must be the leftmost label of an owner";
    if (node->is_hole && node->kind < TEMPLATE_ANY
        && (parent->kinds & (1u << node->kind)))
        return "the same placeholder twice in one owner";
    if (node->is_hole && node->kind < TEMPLATE_SELECTOR
        && (parent->kinds & (1u << TEMPLATE_CUSTOMER | 1u << TEMPLATE_TOKEN)))
        return "{customer} and {token} do not go together in one owner";
    if (node->captures > TEMPLATE_CAPTURES_MAX)
        return "too many placeholders in one owner";
    return NULL;
}

/* A list of the customer's own needs a customer. */
static enum status
check_field(const struct templateparser *parser,
            const struct template_node *node, struct error *err)
{
    unsigned owners = 1u << TEMPLATE_CUSTOMER | 1u << TEMPLATE_TOKEN;

    return templatelist_field(node->list).n == 0 || (node->kinds & owners) != 0
               ? ST_OK
               : templateparser_refuse(
                   parser, err,
                   "a list of a customer's without {customer} or {token}");
}

/* Of any other name the limit is a regular expression for all of what it
   stands for. */
static enum status
compile_limit(const struct templateparser *parser, struct template_node *node,
              struct error *err)
{
    struct error why = ERROR_INIT;
    size_t column;

    if (templatelist_is_name(node->hole))
        return templatelist_new(parser->template->arena, node->hole,
                                node->limit, &node->list, &why)
                       == ST_OK
                   ? check_field(parser, node, err)
                   : templateparser_refuse(parser, err, why.text);
    if (node->limit.n == 0 || node->kind != TEMPLATE_ANY
        || templatepattern_new(node->limit, TEMPLATEPATTERN_WHOLE,
                               &node->pattern, &column, &why)
               == ST_OK)
        return ST_OK;
    return templateparser_refuse(parser, err, why.text);
}

static enum status
find_child(struct templateparser *parser, struct template_node *parent,
           struct slice text, struct template_node **out, struct error *err)
{
    struct template_node label;
    const char *fault;
    enum status st = read_label(parser, text, &label, err);

    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < parent->child_count; i++)
        if (same_label(parent->children[i], &label)) {
            *out = parent->children[i];
            return ST_OK;
        }
    *out = new_child(parser->template, parent, &label);
    fault = pattern_fault(*out);
    return fault == NULL ? compile_limit(parser, *out, err)
                         : templateparser_refuse(parser, err, fault);
}

enum status
templateowner_find(struct templateparser *parser, const struct name *owner,
                   struct template_node **out, struct error *err)
{
    const struct name *origin = &parser->template->origin;
    struct template_node *node = parser->template->apex;
    enum status st = ST_OK;

    if (!name_is_under(owner, origin))
        return templateparser_refuse(parser, err,
                                     "the owner is outside the zone");
    for (unsigned i = (unsigned)(owner->labels - origin->labels);
         st == ST_OK && i > 0; i--)
        st = find_child(parser, node, name_label(owner, i - 1), &node, err);
    *out = node;
    return st;
}

static void
reserve(struct template *template, struct slice label)
{
    template->reserved =
        arena_grow(template->arena, template->reserved,
                   template->reserved_count, sizeof(struct slice));
    template->reserved[template->reserved_count++] = label;
}

/* Where {customer} is only a part of a label, what stands literally in its
   place. */
static void
reserve_parts(struct template *template)
{
    for (struct template_node *node = template->first; node != NULL;
         node = node->next) {
        if (!node->is_hole || node->kind != TEMPLATE_CUSTOMER)
            continue;
        for (size_t i = 0; i < node->parent->child_count; i++) {
            const struct template_node *sibling = node->parent->children[i];
            struct slice label = sibling->label;

            if (sibling->is_hole || sibling == node
                || !slice_starts(label, node->prefix)
                || !slice_ends(label, node->suffix)
                || node->prefix.n + node->suffix.n == 0
                || label.n <= node->prefix.n + node->suffix.n)
                continue;
            reserve(template,
                    slice_sub(label, node->prefix.n,
                              label.n - node->prefix.n - node->suffix.n));
        }
    }
}

/* All that is written there, at any depth: a customer 'bounces' beside
   bounces.CUSTOMER would be taken for it by people and by programs. */
void
templateowner_reserve(struct template *template)
{
    for (struct template_node *node = template->first; node != NULL;
         node = node->next)
        if (!node->is_hole && node->parent != NULL
            && !slice_equal(node->label, SLICE("*")))
            reserve(template, node->label);
    reserve_parts(template);
}
