/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Macros of SPF records: RFC 7208 section 7, parsed once and expanded. */
#include "common/spf/spfmacro.h"

#include <inttypes.h>
#include <stdio.h>

/* macro-letter of section 7.1; the last three only in explanations. */
static const char letters[] = "slodiphvcrt";
#define TERM_LETTERS 8

static const char delimiters[] = ".-+,/_=";

struct parser {
    struct slice text;            /* all of it */
    size_t at;                    /* next octet */
    enum spfmacro_use use;        /* where it stands */
    struct spfmacro_fault *fault; /* borrowed */
};

static enum status
fail(struct parser *parser, enum spfmacro_fault_kind kind, size_t from,
     size_t to)
{
    *parser->fault = (struct spfmacro_fault){kind, from, to - from};
    return ST_SYNTAX;
}

static unsigned char
octet(const struct parser *parser)
{
    return parser->at < parser->text.n
               ? (unsigned char)parser->text.p[parser->at]
               : 0;
}

/* Up to and with the "}", or the end, for underlining. */
static size_t
end_of_macro(const struct parser *parser)
{
    size_t end = parser->at;

    while (end < parser->text.n && parser->text.p[end] != '}'
           && parser->text.p[end] != '%')
        end++;
    if (end < parser->text.n && parser->text.p[end] == '}')
        end++;
    return end;
}

/* "%{" is behind us: macro-letter transformers *delimiter "}". */
static enum status
parse_letter(struct parser *parser, size_t start, struct spfmacro_part *part)
{
    unsigned char c = octet(parser);
    const char *known = c == 0 ? NULL : strchr(letters, ascii_lower(c));
    size_t digits, from;
    unsigned keep = 0;

    if (known == NULL)
        return fail(parser, SPFMACRO_BAD_LETTER, start, end_of_macro(parser));
    if (parser->use == SPFMACRO_TERM && known - letters >= TERM_LETTERS)
        return fail(parser, SPFMACRO_EXP_LETTER, start, end_of_macro(parser));
    part->letter = *known;
    part->escape = c != (unsigned char)*known;
    digits = ++parser->at;
    for (; ascii_is_digit(octet(parser)); parser->at++) {
        keep = keep * 10 + (octet(parser) - '0');
        if (keep > SPFMACRO_PARTS_MAX)
            keep = SPFMACRO_PARTS_MAX;
    }
    if (parser->at > digits && keep == 0)
        return fail(parser, SPFMACRO_BAD_DIGITS, start, end_of_macro(parser));
    part->keep = (uint8_t)keep;
    if (ascii_lower(octet(parser)) == 'r') {
        part->reverse = true;
        parser->at++;
    }
    from = parser->at;
    while (octet(parser) != 0 && strchr(delimiters, octet(parser)) != NULL)
        parser->at++;
    part->delimiters = slice_sub(parser->text, from, parser->at - from);
    part->transformed = parser->at > digits;
    if (octet(parser) != '}')
        return fail(parser, SPFMACRO_BAD_END, start, end_of_macro(parser));
    parser->at++;
    return ST_OK;
}

/* A "%" is behind us. */
static enum status
parse_macro(struct parser *parser, struct spfmacro_part *part)
{
    size_t start = parser->at - 1;

    switch (octet(parser)) {
    case '%':
        part->literal = SLICE("%");
        break;
    case '_':
        part->literal = SLICE(" ");
        break;
    case '-':
        part->literal = SLICE("%20");
        break;
    case '{':
        parser->at++;
        return parse_letter(parser, start, part);
    default:
        return fail(parser, SPFMACRO_BAD_PERCENT, start,
                    start + 1 + (parser->at < parser->text.n));
    }
    parser->at++;
    return ST_OK;
}

/* macro-literal: visible characters except "%", and SP in explanations. */
static bool
is_literal(const struct parser *parser)
{
    unsigned char c = octet(parser);

    return (c > ' ' && c < 0x7f && c != '%')
           || (c == ' ' && parser->use == SPFMACRO_EXPLANATION);
}

static enum status
parse_part(struct parser *parser, struct spfmacro *out,
           struct spfmacro_part *part)
{
    size_t from = parser->at;
    enum status st;

    if (octet(parser) == '%') {
        parser->at++;
        if ((st = parse_macro(parser, part)) != ST_OK)
            return st;
        if (part->letter != 0)
            out->letters |= SPFMACRO_BIT(part->letter);
        out->ends_in_macro = true;
        return ST_OK;
    }
    while (parser->at < parser->text.n && is_literal(parser))
        parser->at++;
    if (parser->at == from)
        return fail(parser, SPFMACRO_BAD_OCTET, from, from + 1);
    part->literal = slice_sub(parser->text, from, parser->at - from);
    out->ends_in_macro = false;
    return ST_OK;
}

enum status
spfmacro_parse(struct arena *arena, struct slice text, enum spfmacro_use use,
               struct spfmacro *out, struct spfmacro_fault *fault)
{
    struct parser parser = {text, 0, use, fault};
    struct spfmacro_part part;
    enum status st;

    *out = (struct spfmacro){0};
    while (parser.at < text.n) {
        part = (struct spfmacro_part){0};
        if ((st = parse_part(&parser, out, &part)) != ST_OK)
            return st;
        out->parts = arena_grow(arena, out->parts, out->count, sizeof(part));
        out->parts[out->count++] = part;
    }
    return ST_OK;
}

static void
add_nibbles(const struct address *ip, struct strbuf *out)
{
    static const char hex[] = "0123456789ABCDEF";

    for (unsigned i = 0; i < 16; i++) {
        if (i > 0)
            strbuf_add_char(out, '.');
        strbuf_add_char(out, hex[ip->octets[i] >> 4]);
        strbuf_add_char(out, '.');
        strbuf_add_char(out, hex[ip->octets[i] & 15]);
    }
}

void
spfmacro_address(const struct address *ip, struct strbuf *out)
{
    if (ip->family == 6)
        add_nibbles(ip, out);
    else
        address_present(ip, out);
}

/* A letter's value; scratch holds those that have to be made. */
static struct slice
value_of(char letter, const struct spfmacro_values *values,
         struct strbuf *scratch)
{
    switch (letter) {
    case 's':
        return values->sender;
    case 'l':
        return values->local;
    case 'o':
        return values->sender_domain;
    case 'd':
        return values->domain;
    case 'p':
        return values->validated;
    case 'h':
        return values->helo;
    case 'r':
        return values->receiver;
    case 'v':
        return values->ip.family == 6 ? SLICE("ip6") : SLICE("in-addr");
    case 'i':
        spfmacro_address(&values->ip, scratch);
        break;
    case 'c':
        address_present(&values->ip, scratch);
        break;
    default:
        strbuf_addf(scratch, "%" PRId64, values->time);
        break;
    }
    return strbuf_slice(scratch);
}

static void
add_escaped(struct strbuf *out, struct slice text, bool escape)
{
    if (!escape) {
        strbuf_add_slice(out, text);
        return;
    }
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        /* unreserved of RFC 3986 section 2.3 */
        if (ascii_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~')
            strbuf_add_char(out, (char)c);
        else
            strbuf_addf(out, "%%%02X", c);
    }
}

static bool
is_delimiter(char c, struct slice of)
{
    return memchr(of.p, c, of.n) != NULL;
}

static size_t
count_parts(struct slice value, struct slice of)
{
    size_t count = 1;

    for (size_t i = 0; i < value.n; i++)
        count += is_delimiter(value.p[i], of);
    return count;
}

/* Take the first part (from the left, or from the right) off rest. */
static struct slice
take_part(struct slice *rest, struct slice of, bool from_right)
{
    struct slice part;
    size_t i;

    if (from_right) {
        for (i = rest->n; i > 0 && !is_delimiter(rest->p[i - 1], of); i--)
            ;
        part = slice_from(*rest, i);
        rest->n = i > 0 ? i - 1 : 0;
        return part;
    }
    for (i = 0; i < rest->n && !is_delimiter(rest->p[i], of); i++)
        ;
    part = slice_sub(*rest, 0, i);
    *rest = slice_from(*rest, i + 1);
    return part;
}

/* Section 7.3: split, reverse, keep so many on the right, join by dots. */
static void
add_transformed(const struct spfmacro_part *part, struct slice value,
                struct strbuf *out)
{
    struct slice of = part->delimiters.n > 0 ? part->delimiters : SLICE(".");
    size_t count = count_parts(value, of);
    size_t drop =
        part->keep != 0 && part->keep < count ? count - part->keep : 0;

    for (size_t i = 0; i < count; i++) {
        struct slice piece = take_part(&value, of, part->reverse);

        if (i < drop)
            continue;
        if (i > drop)
            strbuf_add_char(out, '.');
        add_escaped(out, piece, part->escape);
    }
}

static void
add_part(const struct spfmacro_part *part,
         const struct spfmacro_values *values, struct strbuf *scratch,
         struct strbuf *out)
{
    struct slice value;

    if (part->letter == 0) {
        strbuf_add_slice(out, part->literal);
        return;
    }
    strbuf_cut(scratch, 0);
    value = value_of(part->letter, values, scratch);
    if (part->transformed)
        add_transformed(part, value, out);
    else
        add_escaped(out, value, part->escape);
}

void
spfmacro_expand(const struct spfmacro *macro,
                const struct spfmacro_values *values, size_t max,
                struct strbuf *out)
{
    struct strbuf scratch = STRBUF_INIT;
    size_t start = out->n;

    for (size_t i = 0; i < macro->count && out->n - start <= max; i++)
        add_part(&macro->parts[i], values, &scratch, out);
    if (out->n - start > max)
        strbuf_cut(out, start + max);
    strbuf_clear(&scratch);
}

/* Most are one literal; the rest, "%%" among it, is left to expansion. */
bool
spfmacro_is_fixed(const struct spfmacro *macro, struct slice *domain)
{
    if (macro->count != 1 || macro->letters != 0
        || macro->parts[0].literal.n > SPFMACRO_DOMAIN_MAX)
        return false;
    *domain = macro->parts[0].literal;
    if (domain->n > 0 && domain->p[domain->n - 1] == '.')
        domain->n--;
    return true;
}

/* Remove labels on the left until it is short enough; nothing may be left. */
static struct slice
cut_left(struct slice name)
{
    while (name.n > SPFMACRO_DOMAIN_MAX) {
        size_t dot = slice_find(name, '.');

        name = slice_from(name, dot + 1);
    }
    return name;
}

void
spfmacro_expand_domain(const struct spfmacro *macro,
                       const struct spfmacro_values *values,
                       struct strbuf *out)
{
    struct strbuf scratch = STRBUF_INIT, text = STRBUF_INIT;
    size_t first = macro->count, room = 0;
    struct slice name;

    /* From the right, only as many parts as can count: one that is cut in
       two anyway makes the parts before it vanish with its first label. */
    while (first > 0 && room <= SPFMACRO_DOMAIN_MAX + 1) {
        strbuf_cut(&text, 0);
        add_part(&macro->parts[--first], values, &scratch, &text);
        room += text.n;
    }
    strbuf_cut(&text, 0);
    for (size_t i = first; i < macro->count; i++)
        add_part(&macro->parts[i], values, &scratch, &text);
    name = strbuf_slice(&text);
    if (name.n > 0 && name.p[name.n - 1] == '.')
        name.n--;
    strbuf_add_slice(out, cut_left(name));
    strbuf_clear(&text);
    strbuf_clear(&scratch);
}
