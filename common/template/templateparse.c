/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiling a template: zone text with placeholders into a tree. */
#include <stdlib.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "common/dns/answer.h"
#include "common/dns/zonescan.h"
#include "common/template/templateholes.h"
#include "common/template/templatetree.h"

/* Seconds, where the text has no $TTL. */
#define DEFAULT_TTL 3600

struct parser {
    struct template *template;  /* being made */
    struct templateholes holes; /* of the text */
    const char *file;           /* for sentences */
    size_t records;             /* so far */
    size_t line;                /* of the present record */
};

static enum status
refuse(const struct parser *parser, struct error *err, const char *why)
{
    return zonetext_error(err, parser->file, parser->line, 0, "%s", why);
}

static enum template_kind
kind_of(struct slice name)
{
    static const char *const words[] = {"customer", "token", "selector"};

    for (int kind = 0; kind < TEMPLATE_ANY; kind++)
        if (slice_equal(name, slice_of(words[kind])))
            return (enum template_kind)kind;
    return TEMPLATE_ANY;
}

/* One label of an owner: literal, or prefix, placeholder and suffix. */
static enum status
read_label(const struct parser *parser, struct slice label,
           struct template_node *out, struct error *err)
{
    struct slice run;
    size_t position = 0, hole;

    *out = (struct template_node){.label = label};
    while (templateholes_next(&parser->holes, label, &position, &run, &hole)) {
        if (hole == parser->holes.count) {
            *(out->is_hole ? &out->suffix : &out->prefix) = run;
        } else if (out->is_hole) {
            return refuse(parser, err,
                          "two placeholders in one label of an owner");
        } else {
            out->is_hole = true;
            out->hole = parser->holes.names[hole];
            out->kind = kind_of(out->hole);
        }
    }
    if (out->is_hole && out->kind == TEMPLATE_SELECTOR
        && (out->prefix.n > 0 || out->suffix.n > 0))
        return refuse(parser, err, "{selector} must be a label by itself");
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
           && slice_equal(a->suffix, b->suffix);
}

/* Which of two placeholders is asked first: the one with more written
   around it, then before it, then a known kind; so the closest match wins
   whatever the order of lines. */
static bool
is_closer(const struct template_node *a, const struct template_node *b)
{
    size_t around_a = a->prefix.n + a->suffix.n;
    size_t around_b = b->prefix.n + b->suffix.n;

    if (around_a != around_b)
        return around_a > around_b;
    if (a->prefix.n != b->prefix.n)
        return a->prefix.n > b->prefix.n;
    return a->kind < b->kind;
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
        strbuf_addf(&text, "{%.*s}", SLICE_ARGS(node->hole));
    add_label_text(&text, node->suffix);
    strbuf_addf(&text, ".%s",
                node->parent->parent == NULL && node->parent->text[0] == '.'
                    ? ""
                    : node->parent->text);
    kept = arena_text(arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return kept;
}

static struct slice
keep(struct template *template, struct slice s)
{
    return s.n == 0 ? SLICE_EMPTY : arena_slice(template->arena, s);
}

static struct template_node *
new_child(struct template *template, struct template_node *parent,
          const struct template_node *label)
{
    struct template_node *node =
        ARENA_NEW(template->arena, struct template_node);

    *node = *label;
    node->label = keep(template, label->label);
    node->hole = keep(template, label->hole);
    node->prefix = keep(template, label->prefix);
    node->suffix = keep(template, label->suffix);
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
            && slice_equal(other->suffix, node->suffix))
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

static enum status
find_child(struct parser *parser, struct template_node *parent,
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
    return fault == NULL ? ST_OK : refuse(parser, err, fault);
}

static enum status
find_owner(struct parser *parser, const struct name *owner,
           struct template_node **out, struct error *err)
{
    const struct name *origin = &parser->template->origin;
    struct template_node *node = parser->template->apex;
    enum status st = ST_OK;

    if (!name_is_under(owner, origin))
        return refuse(parser, err, "the owner is outside the zone");
    for (unsigned i = (unsigned)(owner->labels - origin->labels);
         st == ST_OK && i > 0; i--)
        st = find_child(parser, node, name_label(owner, i - 1), &node, err);
    *out = node;
    return st;
}

/* The number of the capture by that name at or above node. */
static bool
capture_number(const struct template_node *node, struct slice name,
               unsigned *number)
{
    for (; node->parent != NULL; node = node->parent)
        if (node->is_hole && node->kind != TEMPLATE_SELECTOR
            && slice_equal(node->hole, name)) {
            *number = node->captures - 1;
            return true;
        }
    return false;
}

/* Fields that are the key's. */
static bool
is_of_key(struct slice name)
{
    return slice_equal(name, SLICE("key"))
           || slice_equal(name, SLICE("algorithm"));
}

/* Does the owner bind something that has a field of that name? */
static bool
may_have(const struct template_node *owner, struct slice name)
{
    enum template_kind kind = kind_of(name);

    if (is_of_key(name))
        return (owner->kinds & 1u << TEMPLATE_SELECTOR) != 0;
    if (kind == TEMPLATE_CUSTOMER || slice_equal(name, SLICE("domain")))
        return (owner->kinds & 1u << TEMPLATE_TOKEN) != 0;
    return kind == TEMPLATE_ANY
           && (owner->kinds & (1u << TEMPLATE_CUSTOMER | 1u << TEMPLATE_TOKEN))
                  != 0;
}

/* What "{name}" in data of that owner is filled with. */
static enum status
resolve(struct parser *parser, const struct template_node *owner,
        struct slice name, struct piece *piece, struct error *err)
{
    unsigned number;

    piece->text = keep(parser->template, name);
    if (capture_number(owner, name, &number)) {
        piece->kind = HOLE_CAPTURE;
        piece->capture = number;
    } else if (kind_of(name) == TEMPLATE_SELECTOR
               && (owner->kinds & 1u << TEMPLATE_SELECTOR)) {
        piece->kind = HOLE_SELECTOR;
    } else if (may_have(owner, name)) {
        piece->kind = HOLE_FIELD;
    } else {
        return zonetext_error(err, parser->file, parser->line, 0,
                              "nothing in the owner '%s' binds {%.*s}",
                              owner->text, SLICE_ARGS(name));
    }
    return ST_OK;
}

/* Octets with stand-ins as pieces; *holes counts the stand-ins. */
static enum status
read_pieces(struct parser *parser, const struct template_node *owner,
            struct slice octets, struct pieces *out, size_t *holes,
            struct error *err)
{
    struct arena *arena = parser->template->arena;
    struct slice run;
    size_t position = 0, hole;
    enum status st = ST_OK;

    *out = (struct pieces){NULL, 0};
    while (st == ST_OK
           && templateholes_next(&parser->holes, octets, &position, &run,
                                 &hole)) {
        struct piece *piece;

        out->list =
            arena_grow(arena, out->list, out->count, sizeof(*out->list));
        piece = &out->list[out->count++];
        if (hole == parser->holes.count)
            *piece = (struct piece){.kind = HOLE_LITERAL,
                                    .text = keep(parser->template, run)};
        else
            st = resolve(parser, owner, parser->holes.names[hole], piece, err);
        *holes += hole == parser->holes.count ? 0 : 1;
    }
    return st;
}

static bool
has_stand_in(const struct parser *parser, struct slice octets)
{
    return slice_search(octets, slice_of(parser->holes.mark)) < octets.n;
}

static enum status
read_text(struct parser *parser, const struct template_node *owner,
          struct slice data, struct template_record *record, struct error *err)
{
    struct record raw = {.type = RR_TXT, .data = data};
    struct slice text = record_text(parser->template->arena, &raw);
    size_t holes = 0;

    if (text.n > TEMPLATE_TEXT_MAX)
        return refuse(parser, err, "the text is too long");
    record->parts = ARENA_NEW(parser->template->arena, struct pieces);
    record->part_count = 1;
    record->shape = DATA_TEXT;
    return read_pieces(parser, owner, text, &record->parts[0], &holes, err);
}

/* Octets of RDATA before the name in it, or -1 for types without one. */
static int
octets_before_name(uint16_t type)
{
    static const struct {
        uint16_t type;
        int octets;
    } rows[] = {
        {RR_NS,    0},
        {RR_CNAME, 0},
        {RR_PTR,   0},
        {RR_DNAME, 0},
        {RR_MX,    2},
        {RR_SRV,   6}
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].type == type)
            return rows[i].octets;
    return -1;
}

static enum status
read_name(struct parser *parser, const struct template_node *owner,
          struct slice data, struct template_record *record, struct error *err)
{
    size_t before = (size_t)octets_before_name(record->type);
    struct arena *arena = parser->template->arena;
    struct slice labels = slice_from(data, before);
    size_t holes = 0;
    enum status st = ST_OK;

    record->shape = DATA_NAME;
    record->head = keep(parser->template, slice_sub(data, 0, before));
    while (st == ST_OK && labels.n > 0 && labels.p[0] != 0) {
        size_t n = (unsigned char)labels.p[0];

        record->parts = arena_grow(arena, record->parts, record->part_count,
                                   sizeof(*record->parts));
        st = read_pieces(parser, owner, slice_sub(labels, 1, n),
                         &record->parts[record->part_count++], &holes, err);
        labels = slice_from(labels, n + 1);
    }
    return st;
}

static enum status
read_data(struct parser *parser, const struct template_node *owner,
          struct slice data, struct template_record *record, struct error *err)
{
    if (data.n > TEMPLATE_RDATA_MAX)
        return refuse(parser, err, "the data is too long for a template");
    if (!has_stand_in(parser, data)) {
        record->shape = DATA_STATIC;
        record->head = keep(parser->template, data);
        return ST_OK;
    }
    if (record->type == RR_TXT || record->type == RR_SPF)
        return read_text(parser, owner, data, record, err);
    if (octets_before_name(record->type) >= 0)
        return read_name(parser, owner, data, record, err);
    return refuse(parser, err,
                  "a placeholder can stand in text and in names of NS, "
                  "CNAME, DNAME, PTR, MX and SRV only");
}

static struct template_record *
append_record(struct template *template, struct template_node *owner,
              const struct zonescan_record *scanned)
{
    struct template_record *record =
        ARENA_NEW(template->arena, struct template_record);
    struct template_record **tail = &owner->records;

    record->type = scanned->type;
    record->ttl = scanned->ttl;
    record->line = (unsigned)scanned->line;
    while (*tail != NULL)
        tail = &(*tail)->next;
    *tail = record;
    if (scanned->type == RR_NS && owner != template->apex)
        owner->is_cut = true;
    if (scanned->type == RR_DNAME)
        owner->is_moved = true;
    return record;
}

static enum status
take_record(void *context, const struct zonescan_record *scanned,
            struct error *err)
{
    struct parser *parser = context;
    struct template_record *record;
    struct template_node *owner = NULL;
    const char *fault;
    enum status st;

    parser->line = scanned->line;
    if (++parser->records > TEMPLATE_RECORDS_MAX)
        return refuse(parser, err, "too many records for a template");
    st = find_owner(parser, &scanned->owner, &owner, err);
    if (st != ST_OK)
        return st;
    record = append_record(parser->template, owner, scanned);
    fault = templatecheck_record(parser->template, owner, record);
    if (fault != NULL)
        return refuse(parser, err, fault);
    return read_data(parser, owner, scanned->data, record, err);
}

static enum status
skip_mark(void *context, const struct zonescan_mark *mark, struct error *err)
{
    (void)context;
    (void)mark;
    (void)err;
    return ST_OK; /* a comment like any other */
}

static enum status
refuse_include(void *context, const struct zonescan_include *include,
               struct error *err)
{
    struct parser *parser = context;

    parser->line = include->line;
    return refuse(parser, err, "$INCLUDE is refused in a template");
}

/* The literal siblings of each {customer}: no customer may be called so. */
static void
list_reserved(struct template *template)
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
                || label.n <= node->prefix.n + node->suffix.n)
                continue;
            template->reserved =
                arena_grow(template->arena, template->reserved,
                           template->reserved_count, sizeof(struct slice));
            template->reserved[template->reserved_count++] =
                slice_sub(label, node->prefix.n,
                          label.n - node->prefix.n - node->suffix.n);
        }
    }
}

static struct template *
new_template(const struct name *origin)
{
    struct arena *arena = arena_new();
    struct template *template = ARENA_NEW(arena, struct template);

    template->arena = arena;
    template->origin = *origin;
    template->apex = ARENA_NEW(arena, struct template_node);
    template->apex->text = name_dotted(arena, origin);
    template->first = template->last = template->apex;
    return template;
}

/* What only shows once all of it is there. */
static enum status
check_whole(struct parser *parser, struct error *err)
{
    unsigned line = 0;
    const char *fault = templatecheck_whole(parser->template, &line);

    if (fault == NULL)
        return ST_OK;
    parser->line = line;
    return line > 0 ? refuse(parser, err, fault)
                    : error_set(err, ST_SYNTAX, "'%s' %s '%s'", parser->file,
                                fault, parser->template->apex->text);
}

static enum status
scan(struct parser *parser, struct slice text, struct error *err)
{
    struct strbuf hidden = STRBUF_INIT;
    struct zonescan_sink sink = {take_record, skip_mark, refuse_include,
                                 parser};
    struct zonescan_input input = {.file = parser->file,
                                   .origin = &parser->template->origin,
                                   .ttl = DEFAULT_TTL};
    enum status st = templateholes_hide(&parser->holes, text, &hidden);

    if (st != ST_OK) {
        st = error_set(err, ST_SYNTAX,
                       "'%s' has more than %d different placeholders",
                       parser->file, TEMPLATEHOLES_MAX);
    } else {
        input.text = strbuf_slice(&hidden);
        st = zonescan_run(&input, &sink, err);
        if (st == ST_SYNTAX && err != NULL)
            templateholes_reveal(&parser->holes, text, err);
    }
    strbuf_clear(&hidden);
    return st;
}

enum status
template_parse(const char *file, struct slice text, const struct name *origin,
               struct template **out, struct error *err)
{
    struct parser *parser = memory_zeroed(1, sizeof(*parser));
    enum status st;

    parser->file = file;
    parser->template = new_template(origin);
    st = text.n > TEMPLATE_SIZE_MAX ? error_set(
             err, ST_RANGE, "'%s' is too large for a template", file)
                                    : scan(parser, text, err);
    if (st == ST_OK)
        st = check_whole(parser, err);
    if (st == ST_OK) {
        list_reserved(parser->template);
        *out = parser->template;
    } else {
        template_free(parser->template);
    }
    free(parser);
    return st;
}

enum status
template_read(const char *path, const struct name *origin,
              struct template **out, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    enum status st = file_read(path, TEMPLATE_SIZE_MAX, &text, err);

    if (st == ST_OK)
        st = template_parse(path, strbuf_slice(&text), origin, out, err);
    strbuf_clear(&text);
    return st;
}
