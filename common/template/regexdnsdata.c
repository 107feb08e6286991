/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data of a regexdns file: "$1" and "${name}" as Go's regexp.Expand. */
#include "common/base/strbuf.h"
#include "common/template/regexdnstree.h"
#include "common/template/templateparser.h"

/* Larger numbers are no group's: as in Go. */
#define GROUP_NUMBER_MAX 100000000

/* A part of the data: literal text, or what a group has matched. */
struct part {
    struct slice text; /* literal */
    bool is_group;     /* a group */
    unsigned group;    /* its number */
};

/* Letters of other alphabets are letters to Go: no octet of theirs ends a
   name. */
static bool
is_name_octet(char c)
{
    return ascii_is_alnum((unsigned char)c) || c == '_'
           || (unsigned char)c >= 0x80;
}

/* "$name" or "${name}" at the start of text: how long it is, 0 when the '$'
   stands for itself. */
static size_t
take_reference(struct slice text, struct slice *name)
{
    bool is_braced = text.n > 1 && text.p[1] == '{';
    size_t from = is_braced ? 2 : 1, n = 0;

    while (from + n < text.n && is_name_octet(text.p[from + n]))
        n++;
    if (n == 0
        || (is_braced && (from + n == text.n || text.p[from + n] != '}')))
        return 0;
    *name = slice_sub(text, from, n);
    return from + n + (is_braced ? 1 : 0);
}

/* The group that a name stands for; false: none, so nothing is filled in. */
static bool
find_group(const struct regexdns_rule *rule, struct slice name,
           unsigned *group)
{
    uint64_t number;

    if (rule->whole == NULL) {
        /* Of a name written out only the whole can be asked for. */
        *group = 0;
        return slice_equal(name, SLICE("0"));
    }
    if (!slice_number(name, GROUP_NUMBER_MAX, &number)
        || (name.n > 1 && name.p[0] == '0'))
        return templatepattern_group(rule->whole, name, group);
    *group = (unsigned)number;
    return number <= rule->groups;
}

/* The next part of *rest; false at the end. */
static bool
next_part(const struct regexdns_rule *rule, struct slice *rest,
          struct part *part)
{
    struct slice name;
    size_t n;

    while (rest->n > 0) {
        size_t at = slice_find(*rest, '$');

        *part = (struct part){slice_sub(*rest, 0, at), false, 0};
        if (at == 0 && rest->n > 1 && rest->p[1] == '$') {
            part->text = slice_sub(*rest, 0, 1);
            *rest = slice_from(*rest, 2);
            return true;
        }
        if (at > 0) {
            *rest = slice_from(*rest, at);
            return true;
        }
        n = take_reference(*rest, &name);
        if (n == 0) {
            part->text = slice_sub(*rest, 0, 1);
            *rest = slice_from(*rest, 1);
            return true;
        }
        *rest = slice_from(*rest, n);
        part->is_group = find_group(rule, name, &part->group);
        if (part->is_group)
            return true;
    }
    return false;
}

static bool
has_group(const struct regexdns_rule *rule, struct slice data)
{
    struct part part;

    while (next_part(rule, &data, &part))
        if (part.is_group)
            return true;
    return false;
}

/* A quote or parenthesis that does not end would take the next lines in. */
static const char *
data_fault(struct slice data)
{
    bool quoted = false;

    for (size_t i = 0; i < data.n; i++) {
        if (data.p[i] == '\\')
            i++;
        else if (data.p[i] == '"')
            quoted = !quoted;
        else if (!quoted && (data.p[i] == '(' || data.p[i] == ')'))
            return "a parenthesis in data: a record is one line";
        else if (!quoted && data.p[i] == ';')
            break;
    }
    return quoted ? "a quoted string that does not end" : NULL;
}

/* ---- addresses: numbers that stand-ins are none of ---- */

static enum status
add_address(struct regexdnsparser *parser, const struct regexdnsline *line,
            struct template_node *node, struct error *err)
{
    struct arena *arena = parser->template->arena;
    struct template_record *record = NULL;
    struct slice rest =
        slice_trim(slice_sub(line->data, 0, slice_find(line->data, ';')));
    struct part part;
    uint64_t ttl = 0;
    enum status st;

    slice_number(line->ttl, UINT32_MAX, &ttl);
    st = regexdns_append(parser, node, line->type.n == 1 ? RR_A : RR_AAAA,
                         (uint32_t)ttl, &record, err);
    if (st != ST_OK)
        return st;
    record->shape = DATA_ADDRESS;
    record->parts = ARENA_NEW(arena, struct pieces);
    record->part_count = 1;
    while (next_part(node->rule, &rest, &part)) {
        struct pieces *pieces = &record->parts[0];

        pieces->list = arena_grow(arena, pieces->list, pieces->count,
                                  sizeof(*pieces->list));
        pieces->list[pieces->count++] = (struct piece){
            .kind = part.is_group ? HOLE_GROUP : HOLE_LITERAL,
            .text = part.is_group
                        ? SLICE_EMPTY
                        : templateparser_keep(parser->template, part.text),
            .capture = part.group};
    }
    return ST_OK;
}

/* ---- all others ---- */

enum status
regexdnsdata_hide(struct regexdnsparser *parser,
                  const struct regexdnsline *line, struct template_node *node,
                  struct error *err)
{
    struct slice rest = line->data;
    const char *fault = data_fault(rest);
    struct part part;
    bool is_address = slice_equal(line->type, SLICE("A"))
                      || slice_equal(line->type, SLICE("AAAA"));

    if (fault != NULL)
        return regexdns_refuse(parser, err, fault);
    if (is_address && has_group(node->rule, rest))
        return add_address(parser, line, node, err);
    strbuf_addf(&parser->hidden, ". %.*s IN %.*s ", SLICE_ARGS(line->ttl),
                SLICE_ARGS(line->type));
    while (next_part(node->rule, &rest, &part)) {
        if (part.is_group)
            templateholes_put(&parser->holes,
                              slice_of(arena_printf(parser->template->arena,
                                                    "%u", part.group)),
                              &parser->hidden);
        else
            strbuf_add_slice(&parser->hidden, part.text);
    }
    return ST_OK;
}

enum status
regexdnsdata_read(struct regexdnsparser *parser,
                  const struct template_node *node, struct slice data,
                  struct template_record *record, struct error *err)
{
    struct templateparser *inner =
        &(struct templateparser){.template = parser->template,
                                 .holes = parser->holes,
                                 .file = parser->file,
                                 .line = parser->line};

    return templatedata_read(inner, node, data, record, err);
}
