/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filling the holes of a record's data. */
#include <arpa/inet.h>

#include "common/dns/answer.h"
#include "common/template/templatetree.h"

/* Octets that may be written, and where. */
struct sink {
    uint8_t *p;  /* next octet */
    size_t room; /* octets left */
};

static bool
put(struct sink *sink, const void *octets, size_t n)
{
    if (n > sink->room)
        return false;
    if (n == 0)
        return true;
    memcpy(sink->p, octets, n);
    sink->p += n;
    sink->room -= n;
    return true;
}

/* What a piece stands for. */
static bool
piece_value(const struct piece *piece, const struct template_match *match,
            const struct template_binder *binder, struct slice *value)
{
    switch (piece->kind) {
    case HOLE_LITERAL:
        *value = piece->text;
        return true;
    case HOLE_CAPTURE:
    case HOLE_GROUP:
        *value = match->captures[piece->capture];
        return true;
    case HOLE_SELECTOR:
        *value = match->selector;
        return true;
    case HOLE_FIELD:
        return binder->field(binder->context, &match->scope, match->selector,
                             piece->text, value);
    }
    return false;
}

static enum status
fill(const struct pieces *pieces, const struct template_match *match,
     const struct template_binder *binder, struct sink *sink)
{
    for (size_t i = 0; i < pieces->count; i++) {
        struct slice value;

        if (!piece_value(&pieces->list[i], match, binder, &value))
            return ST_NOT_FOUND;
        if (!put(sink, value.p, value.n))
            return ST_RANGE;
    }
    return ST_OK;
}

/* One text as character-strings of at most 255 octets: RFC 1035 section
   3.3, joined again with nothing between them by every reader. */
static enum status
expand_text(const struct template_record *record,
            const struct template_match *match,
            const struct template_binder *binder, struct sink *sink)
{
    uint8_t text[TEMPLATE_TEXT_MAX];
    struct sink whole = {text, sizeof(text)};
    enum status st = fill(&record->parts[0], match, binder, &whole);
    struct slice rest = {(char *)text, sizeof(text) - whole.room};

    if (st != ST_OK)
        return st;
    do {
        struct slice string = slice_take(&rest, RR_STRING_MAX);
        uint8_t size = (uint8_t)string.n;

        if (!put(sink, &size, 1) || !put(sink, string.p, string.n))
            return ST_RANGE;
    } while (rest.n > 0);
    return ST_OK;
}

/* A label that a value may have cut into several (a selector with dots). */
static enum status
put_labels(struct slice text, struct sink *sink)
{
    struct slice label;

    while (slice_next(&text, '.', &label)) {
        uint8_t size = (uint8_t)label.n;

        if (label.n == 0)
            return ST_SYNTAX;
        if (label.n > NAME_LABEL_MAX || !put(sink, &size, 1)
            || !put(sink, label.p, label.n))
            return ST_RANGE;
    }
    return ST_OK;
}

/* Is it one label whatever the values: is none of them a selector, a field or
   a group, which may hold dots? */
static bool
is_one_label(const struct pieces *label)
{
    for (size_t i = 0; i < label->count; i++)
        if (label->list[i].kind == HOLE_SELECTOR
            || label->list[i].kind == HOLE_FIELD
            || label->list[i].kind == HOLE_GROUP)
            return false;
    return true;
}

static enum status
put_label(struct slice label, struct sink *sink)
{
    uint8_t size = (uint8_t)label.n;

    return label.n <= NAME_LABEL_MAX && put(sink, &size, 1)
                   && put(sink, label.p, label.n)
               ? ST_OK
               : ST_RANGE;
}

static enum status
expand_name(const struct template_record *record,
            const struct template_match *match,
            const struct template_binder *binder, struct sink *sink)
{
    uint8_t label[NAME_WIRE_MAX];
    struct sink name = {sink->p + record->head.n, NAME_WIRE_MAX};
    enum status st = ST_OK;

    if (!put(sink, record->head.p, record->head.n)
        || sink->room < NAME_WIRE_MAX)
        return ST_RANGE;
    for (size_t i = 0; st == ST_OK && i < record->part_count; i++) {
        const struct pieces *part = &record->parts[i];
        struct sink text = {label, sizeof(label)};
        struct slice filled;

        st = fill(part, match, binder, &text);
        filled =
            (struct slice){(const char *)label, sizeof(label) - text.room};
        if (st == ST_OK)
            st = is_one_label(part) ? put_label(filled, &name)
                                    : put_labels(filled, &name);
    }
    if (st == ST_OK && !put(&name, "", 1))
        st = ST_RANGE;
    sink->room -= NAME_WIRE_MAX - name.room;
    sink->p = name.p;
    return st;
}

/* Text to the octets of an address. */
static enum status
expand_address(const struct template_record *record,
               const struct template_match *match,
               const struct template_binder *binder, struct sink *sink)
{
    char text[INET6_ADDRSTRLEN + 1];
    struct sink whole = {(uint8_t *)text, sizeof(text) - 1};
    struct in6_addr octets;
    bool is_v6 = record->type == RR_AAAA;
    enum status st = fill(&record->parts[0], match, binder, &whole);
    size_t n = sizeof(text) - 1 - whole.room;

    text[n] = '\0';
    if (st != ST_OK)
        return st;
    if (memchr(text, '\0', n) != NULL
        || inet_pton(is_v6 ? AF_INET6 : AF_INET, text, &octets) != 1)
        return ST_SYNTAX;
    return put(sink, &octets, is_v6 ? 16 : 4) ? ST_OK : ST_RANGE;
}

enum status
template_expand(const struct template_record *record,
                const struct template_match *match,
                const struct template_binder *binder,
                uint8_t out[TEMPLATE_RDATA_MAX], size_t *size)
{
    struct sink sink = {out, TEMPLATE_RDATA_MAX};
    enum status st = ST_OK;

    switch (record->shape) {
    case DATA_STATIC:
        if (!put(&sink, record->head.p, record->head.n))
            st = ST_RANGE;
        break;
    case DATA_TEXT:
        st = expand_text(record, match, binder, &sink);
        break;
    case DATA_NAME:
        st = expand_name(record, match, binder, &sink);
        break;
    case DATA_ADDRESS:
        st = expand_address(record, match, binder, &sink);
        break;
    }
    *size = TEMPLATE_RDATA_MAX - sink.room;
    return st;
}
