/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data of a template: octets with placeholders as pieces to be filled. */
#include "common/dns/answer.h"
#include "common/dns/zonetext.h"
#include "common/template/templateparser.h"

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
    enum template_kind kind = templateparser_kind(name);

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
resolve(struct templateparser *parser, const struct template_node *owner,
        struct slice name, struct piece *piece, struct error *err)
{
    unsigned number;
    uint64_t group;

    if (owner->rule != NULL) { /* named by its number */
        slice_number(name, TEMPLATE_GROUPS_MAX, &group);
        *piece =
            (struct piece){.kind = HOLE_GROUP, .capture = (unsigned)group};
        return ST_OK;
    }
    piece->text = templateparser_keep(parser->template, name);
    if (capture_number(owner, name, &number)) {
        piece->kind = HOLE_CAPTURE;
        piece->capture = number;
    } else if (templateparser_kind(name) == TEMPLATE_SELECTOR
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
read_pieces(struct templateparser *parser, const struct template_node *owner,
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
            *piece = (struct piece){
                .kind = HOLE_LITERAL,
                .text = templateparser_keep(parser->template, run)};
        else
            st = resolve(parser, owner, parser->holes.names[hole], piece, err);
        *holes += hole == parser->holes.count ? 0 : 1;
    }
    return st;
}

static bool
has_stand_in(const struct templateparser *parser, struct slice octets)
{
    return slice_search(octets, slice_of(parser->holes.mark)) < octets.n;
}

static enum status
read_text(struct templateparser *parser, const struct template_node *owner,
          struct slice data, struct template_record *record, struct error *err)
{
    struct record raw = {.type = RR_TXT, .data = data};
    struct slice text = record_text(parser->template->arena, &raw);
    size_t holes = 0;

    if (text.n > TEMPLATE_TEXT_MAX)
        return templateparser_refuse(parser, err, "the text is too long");
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
read_name(struct templateparser *parser, const struct template_node *owner,
          struct slice data, struct template_record *record, struct error *err)
{
    size_t before = (size_t)octets_before_name(record->type);
    struct arena *arena = parser->template->arena;
    struct slice labels = slice_from(data, before);
    size_t holes = 0;
    enum status st = ST_OK;

    record->shape = DATA_NAME;
    record->head =
        templateparser_keep(parser->template, slice_sub(data, 0, before));
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

enum status
templatedata_read(struct templateparser *parser,
                  const struct template_node *owner, struct slice data,
                  struct template_record *record, struct error *err)
{
    if (data.n > TEMPLATE_RDATA_MAX)
        return templateparser_refuse(parser, err,
                                     "the data is too long for a template");
    if (!has_stand_in(parser, data)) {
        record->shape = DATA_STATIC;
        record->head = templateparser_keep(parser->template, data);
        return ST_OK;
    }
    if (record->type == RR_TXT || record->type == RR_SPF)
        return read_text(parser, owner, data, record, err);
    if (octets_before_name(record->type) >= 0)
        return read_name(parser, owner, data, record, err);
    return templateparser_refuse(
        parser, err,
        "a placeholder can stand in text and in names of NS, "
        "CNAME, DNAME, PTR, MX and SRV only");
}
