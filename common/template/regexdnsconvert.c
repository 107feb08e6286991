/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A regexdns file written as a template. */
#include "common/template/regexdnsconvert.h"

#include "common/dns/answer.h"
#include "common/dns/question.h"
#include "common/template/regexdnstree.h"
#include "common/template/templatelook.h"
#include "common/template/templateparser.h"

/* What any label is in a template, where {customer} is not meant: the same
   that a rule takes. */
#define ANY_LABEL "[^_*.][^.]*"

struct conversion {
    const struct template *template; /* converted */
    const struct name *origin;       /* of its first zone */
    struct strbuf *out;              /* text */
    unsigned *left;                  /* rules that could not be said */
    unsigned *unordered;             /* rules that overlap with others */
    struct arena *arena;             /* for words */
};

/* ---- placeholders ---- */

/* A label of an expression as text around one group, all of which data may
   use. */
struct shape {
    struct slice prefix, suffix; /* literal */
    struct slice pattern;        /* of the group, or of all */
    unsigned group;              /* its number, 0: none */
    bool is_customer;            /* {customer} */
};

static bool
is_plain(struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!ascii_is_alnum((unsigned char)text.p[i])
            && strchr("-_", text.p[i]) == NULL)
            return false;
    return true;
}

/* "prefix(group)suffix" taken apart; false for anything else. */
static bool
take_apart(struct slice text, struct shape *shape)
{
    size_t open = slice_find(text, '('), close = text.n, from = open + 1;

    while (close > 0 && text.p[close - 1] != ')')
        close--;
    if (open >= text.n || close <= open + 1)
        return false;
    shape->prefix = slice_sub(text, 0, open);
    shape->suffix = slice_from(text, close);
    if (from < text.n && text.p[from] == '?')
        from = slice_find(text, '>') + 1;
    if (from > close - 1)
        return false;
    shape->pattern = slice_sub(text, from, close - 1 - from);
    return is_plain(shape->prefix) && is_plain(shape->suffix);
}

static bool
read_shape(const struct regexdns_segment *segment, struct shape *shape)
{
    *shape = (struct shape){.pattern = segment->text};
    if (segment->kind == REGEXDNS_LITERAL) {
        shape->prefix = segment->text;
        return true;
    }
    if (segment->kind == REGEXDNS_ANY) {
        shape->pattern = SLICE(ANY_LABEL);
        shape->group = segment->groups > 0 ? segment->first_group : 0;
        shape->is_customer = segment->is_customer;
        return true;
    }
    if (segment->groups == 0)
        return true;
    shape->group = segment->first_group;
    return segment->groups == 1 && take_apart(segment->text, shape);
}

/* Placeholders that stand for the same have one name in all rules, so it is
   made of the place: how many labels are to the right. */
static const char *
placeholder(const struct conversion *conversion, const struct shape *shape,
            unsigned place)
{
    return shape->is_customer
               ? "customer"
               : arena_printf(conversion->arena, "label%u", place);
}

/* ---- data ---- */

/* What a group is called in the template; NULL when nothing is. */
static const char *
group_placeholder(const struct conversion *conversion,
                  const struct regexdns_rule *rule, unsigned group)
{
    for (unsigned i = 0; i < rule->segment_count; i++) {
        struct shape shape;

        if (read_shape(&rule->segments[i], &shape) && shape.group == group
            && group > 0)
            return placeholder(conversion, &shape,
                               rule->segment_count - 1 - i);
    }
    return NULL;
}

/* A part of the data, its braces not to be taken for placeholders. */
static void
add_literal(struct strbuf *out, struct slice text, bool is_label)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '{' || (is_label && text.p[i] == '.'))
            strbuf_add_char(out, '\\');
        strbuf_add_presented(out, slice_sub(text, i, 1));
    }
}

static bool
add_pieces(const struct conversion *conversion,
           const struct regexdns_rule *rule, const struct pieces *pieces,
           bool is_label, struct strbuf *out)
{
    for (size_t i = 0; i < pieces->count; i++) {
        const struct piece *piece = &pieces->list[i];
        const char *word = NULL;

        if (piece->kind == HOLE_LITERAL) {
            add_literal(out, piece->text, is_label);
            continue;
        }
        word = group_placeholder(conversion, rule, piece->capture);
        if (word == NULL)
            return false;
        strbuf_addf(out, "{%s}", word);
    }
    return true;
}

static bool
add_data(const struct conversion *conversion, const struct regexdns_rule *rule,
         const struct template_record *record, struct strbuf *out)
{
    struct record view = {.type = record->type, .data = record->head};

    if (record->shape == DATA_STATIC) {
        record_present(&view, out);
        return true;
    }
    if (record->shape == DATA_TEXT) {
        strbuf_add_char(out, '"');
        if (!add_pieces(conversion, rule, &record->parts[0], false, out))
            return false;
        strbuf_add_char(out, '"');
        return true;
    }
    if (record->shape != DATA_NAME)
        return false;
    for (size_t i = 0; i + 1 < record->head.n; i += 2)
        strbuf_addf(out, "%u ",
                    (unsigned)(unsigned char)record->head.p[i] << 8
                        | (unsigned char)record->head.p[i + 1]);
    for (size_t i = 0; i < record->part_count; i++) {
        if (!add_pieces(conversion, rule, &record->parts[i], true, out))
            return false;
        strbuf_add_char(out, '.');
    }
    return true;
}

/* ---- rules ---- */

static bool
add_owner(const struct conversion *conversion,
          const struct regexdns_rule *rule, struct strbuf *out)
{
    if (rule->form == REGEXDNS_NAME) {
        name_present(&rule->name, out);
        return name_is_under(&rule->name, conversion->origin);
    }
    for (unsigned i = 0; i < rule->segment_count; i++) {
        const struct regexdns_segment *segment = &rule->segments[i];
        struct shape shape;

        if (!read_shape(segment, &shape))
            return false;
        add_literal(out, shape.prefix, true);
        if (segment->kind != REGEXDNS_LITERAL)
            strbuf_addf(
                out, "{%s%s%.*s}",
                placeholder(conversion, &shape, rule->segment_count - 1 - i),
                shape.is_customer ? "" : ":",
                shape.is_customer ? 0 : (int)shape.pattern.n, shape.pattern.p);
        add_literal(out, shape.suffix, true);
        strbuf_add_char(out, '.');
    }
    return rule->form == REGEXDNS_LABELS;
}

/* Is it below the origin: are its last labels those? */
static bool
is_inside(const struct conversion *conversion,
          const struct regexdns_rule *rule)
{
    const struct name *origin = conversion->origin;

    if (rule->form == REGEXDNS_NAME)
        return name_is_under(&rule->name, origin);
    if (rule->segment_count <= origin->labels)
        return false;
    for (unsigned i = 1; i <= origin->labels; i++) {
        const struct regexdns_segment *segment =
            &rule->segments[rule->segment_count - i];

        if (segment->kind != REGEXDNS_LITERAL
            || !slice_equal(segment->text,
                            name_label(origin, origin->labels - i)))
            return false;
    }
    return true;
}

static void
leave_out(const struct conversion *conversion,
          const struct template_node *node, const char *why)
{
    strbuf_addf(conversion->out, "; line %u, %s: %s\n", node->rule->line, why,
                node->text);
}

/* A template chooses by labels, not by lines. */
static void
note_overlap(const struct conversion *conversion,
             const struct template_node *node)
{
    const struct template_node *other =
        regexdnsoverlap(conversion->template, node);

    if (other == NULL)
        return;
    strbuf_addf(conversion->out,
                "; line %u, which a template does not tell by order from "
                "line %u: %s\n",
                node->rule->line, other->rule->line, node->text);
    ++*conversion->unordered;
}

static void
add_rule(const struct conversion *conversion, const struct template_node *node)
{
    struct strbuf owner = STRBUF_INIT;
    bool is_good = is_inside(conversion, node->rule)
                   && add_owner(conversion, node->rule, &owner);

    for (const struct template_record *record = node->records;
         is_good && record != NULL; record = record->next) {
        size_t start = conversion->out->n;

        strbuf_addf(conversion->out, "%s %u IN ", owner.p,
                    (unsigned)record->ttl);
        rrtype_present(record->type, conversion->out);
        strbuf_add_char(conversion->out, ' ');
        if (add_data(conversion, node->rule, record, conversion->out)) {
            strbuf_add_char(conversion->out, '\n');
            continue;
        }
        strbuf_cut(conversion->out, start);
        leave_out(conversion, node, "a record that no template can say");
        ++*conversion->left;
    }
    if (!is_good) {
        leave_out(conversion, node, "a rule that no template can say");
        ++*conversion->left;
    }
    strbuf_clear(&owner);
}

/* A zone needs NS records, which regexdns does without: the primary that the
   SOA names is one. */
static void
add_servers(const struct conversion *conversion)
{
    const struct template_record *record = conversion->template->apex->records;
    struct slice primary = SLICE_EMPTY;

    for (; record != NULL; record = record->next) {
        if (record->type == RR_NS)
            return;
        if (record->type == RR_SOA)
            primary = record->head;
    }
    strbuf_add_text(conversion->out,
                    "; Added, since a zone has name servers: its primary.\n");
    name_present(conversion->origin, conversion->out);
    strbuf_add_text(conversion->out, " 3600 IN NS ");
    name_wire_present(primary, conversion->out);
    strbuf_add_char(conversion->out, '\n');
}

void
regexdnsconvert(const struct template *template, struct strbuf *out,
                unsigned *left, unsigned *unordered)
{
    struct conversion conversion = {template,  template_origin(template),
                                    out,       left,
                                    unordered, arena_new()};

    *left = *unordered = 0;
    strbuf_add_text(out, "$ORIGIN ");
    name_present(conversion.origin, out);
    strbuf_add_text(out, "\n");
    for (const struct template_node *node = template->first; node != NULL;
         node = node->next) {
        if (templatelook_shadow(template, node) != NULL)
            leave_out(&conversion, node, "which never answered");
        else {
            note_overlap(&conversion, node);
            add_rule(&conversion, node);
        }
        if (node == template->apex)
            add_servers(&conversion);
    }
    arena_free(conversion.arena);
}
