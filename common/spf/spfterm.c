/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One term of an SPF record: RFC 7208 sections 4.6.1, 5, 6 and 7.1. */
#include "common/spf/spfterm.h"

#include <arpa/inet.h>

/* Digits of a prefix length: 128 at most. */
#define BITS_DIGITS 3

/* What stands behind a name, and how it is read. */
enum argument {
    ARGUMENT_NONE,     /* nothing may follow */
    ARGUMENT_DOMAIN,   /* ":" domain-spec, which must be there */
    ARGUMENT_OPTIONAL, /* ":" domain-spec, or nothing */
    ARGUMENT_DUAL,     /* the same, and dual-cidr-length */
    ARGUMENT_NETWORK   /* ":" network and one cidr-length */
};

struct term_row {
    struct slice name;      /* lower case */
    enum argument argument; /* what may follow */
};

/* By kind. */
static const struct term_row rows[] = {
    [SPFTERM_ALL] = {SLICE_INIT("all"),      ARGUMENT_NONE    },
    [SPFTERM_INCLUDE] = {SLICE_INIT("include"),  ARGUMENT_DOMAIN  },
    [SPFTERM_A] = {SLICE_INIT("a"),        ARGUMENT_DUAL    },
    [SPFTERM_MX] = {SLICE_INIT("mx"),       ARGUMENT_DUAL    },
    [SPFTERM_PTR] = {SLICE_INIT("ptr"),      ARGUMENT_OPTIONAL},
    [SPFTERM_IP4] = {SLICE_INIT("ip4"),      ARGUMENT_NETWORK },
    [SPFTERM_IP6] = {SLICE_INIT("ip6"),      ARGUMENT_NETWORK },
    [SPFTERM_EXISTS] = {SLICE_INIT("exists"),   ARGUMENT_DOMAIN  },
    [SPFTERM_REDIRECT] = {SLICE_INIT("redirect"), ARGUMENT_DOMAIN  },
    [SPFTERM_EXP] = {SLICE_INIT("exp"),      ARGUMENT_DOMAIN  },
    [SPFTERM_MODIFIER] = {SLICE_INIT(""),         ARGUMENT_NONE    },
    [SPFTERM_INVALID] = {SLICE_INIT(""),         ARGUMENT_NONE    },
};

/* Names seen in place of mechanisms in published records. */
static const struct {
    const char *wrong, *right;
} mistakes[] = {
    {"ipv4",     "ip4"      },
    {"ip",       "ip4"      },
    {"ip4v",     "ip4"      },
    {"ipv6",     "ip6"      },
    {"ip6v",     "ip6"      },
    {"prt",      "ptr"      },
    {"includes", "include"  },
    {"inlcude",  "include"  },
    {"incude",   "include"  },
    {"include_", "include"  },
    {"incluse",  "include"  },
    {"exist",    "exists"   },
    {"exits",    "exists"   },
    {"aa",       "a"        },
    {"aaaa",     "a"        },
    {"host",     "a"        },
    {"mxs",      "mx"       },
    {"redirect", "redirect="},
    {"exp",      "exp="     },
    {"al",       "all"      },
    {"alll",     "all"      },
    {"any",      "all"      },
};

const char *
spfterm_word(enum spfterm_kind kind)
{
    return rows[kind].name.p;
}

/* The only mechanism that a name of that length, and with that last letter,
   can be. */
static enum spfterm_kind
guess_mechanism(struct slice name)
{
    static const enum spfterm_kind by_length[] = {
        SPFTERM_INVALID, SPFTERM_A,       SPFTERM_MX,     SPFTERM_ALL,
        SPFTERM_INVALID, SPFTERM_INVALID, SPFTERM_EXISTS, SPFTERM_INCLUDE};

    if (name.n >= sizeof(by_length) / sizeof(by_length[0]))
        return SPFTERM_INVALID;
    if (name.n != 3)
        return by_length[name.n];
    switch (name.p[2]) {
    case '4':
        return SPFTERM_IP4;
    case '6':
        return SPFTERM_IP6;
    case 'r':
    case 'R':
        return SPFTERM_PTR;
    default:
        return SPFTERM_ALL;
    }
}

/* The mechanism of that name, or SPFTERM_INVALID. */
static enum spfterm_kind
mechanism_of(struct slice name)
{
    enum spfterm_kind kind = guess_mechanism(name);
    const char *word = rows[kind].name.p;

    /* as it is usually written, before the case is folded */
    for (size_t i = 0; kind != SPFTERM_INVALID && i < name.n; i++)
        if (name.p[i] != word[i]
            && ascii_lower((unsigned char)name.p[i]) != (unsigned char)word[i])
            return SPFTERM_INVALID;
    return kind;
}

bool
spfterm_is_disguised(const struct spfterm *term)
{
    return term->kind == SPFTERM_MODIFIER
           && mechanism_of(term->name) != SPFTERM_INVALID;
}

const char *
spfterm_suggest(struct slice name)
{
    for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++)
        if (slice_equal_case(name, slice_of(mistakes[i].wrong)))
            return mistakes[i].right;
    return NULL;
}

void
spfterm_fault(struct arena *arena, struct spfrecord *record,
              enum spffault_kind kind, struct slice part, const char *reason)
{
    struct spffault fault = {
        .kind = kind,
        .reason = reason,
        .at = (size_t)(part.p - record->text.p),
        .length = part.n > 0 ? part.n : 1,
        .term = record->term_count > 0 ? record->term_count - 1 : 0,
    };

    record->faults_all++;
    if (record->fault_count == SPFRECORD_FAULTS_MAX)
        return;
    record->faults =
        arena_grow(arena, record->faults, record->fault_count, sizeof(fault));
    record->faults[record->fault_count++] = fault;
}

/* What the parts of the parser share. */
struct context {
    struct arena *arena;
    struct spfrecord *record;
    struct spfterm *term;
};

static void
fail(const struct context *context, enum spffault_kind kind, struct slice part,
     const char *reason)
{
    context->term->is_broken = true;
    spfterm_fault(context->arena, context->record, kind, part, reason);
}

/* Section 3.1: US-ASCII; and only SP separates terms (4.6.1). */
static void
fail_octet_at(const struct context *context, struct slice octet)
{
    fail(context, SPFFAULT_OCTET, octet,
         (unsigned char)octet.p[0] >= 0x80
             ? "an octet outside ASCII"
             : "a control character; only SP separates terms");
}

/* The first bad octet of part, which names a fault better than what follows
   from it; false when there is none. */
static bool
fail_octet(const struct context *context, struct slice part)
{
    for (size_t i = 0; i < part.n; i++) {
        unsigned char c = (unsigned char)part.p[i];

        if (c > ' ' && c < 0x7f)
            continue;
        fail_octet_at(context, slice_sub(part, i, 1));
        return true;
    }
    return false;
}

static const char *
macro_reason(enum spfmacro_fault_kind kind)
{
    switch (kind) {
    case SPFMACRO_BAD_PERCENT:
        return "'%' begins neither '%{', '%%', '%_' nor '%-'";
    case SPFMACRO_BAD_LETTER:
        return "no such macro letter";
    case SPFMACRO_EXP_LETTER:
        return "this macro is for explanations only";
    case SPFMACRO_BAD_DIGITS:
        return "the number of parts cannot be 0";
    default:
        return "'}' is missing, or something odd before it";
    }
}

static void
fail_macro(const struct context *context, struct slice text,
           const struct spfmacro_fault *fault)
{
    struct slice part = slice_sub(text, fault->from, fault->length);

    if (fault->kind == SPFMACRO_BAD_OCTET)
        fail_octet_at(context, part);
    else
        fail(context,
             fault->kind == SPFMACRO_EXP_LETTER ? SPFFAULT_EXP_LETTER
                                                : SPFFAULT_MACRO,
             part, macro_reason(fault->kind));
}

/* macro-string of section 7.1; NULL when it is wrong. */
static const struct spfmacro *
parse_macro(const struct context *context, struct slice text)
{
    struct spfmacro *macro = ARENA_NEW(context->arena, struct spfmacro);
    struct spfmacro_fault fault;

    if (spfmacro_parse(context->arena, text, SPFMACRO_TERM, macro, &fault)
        == ST_OK)
        return macro;
    fail_macro(context, text, &fault);
    return NULL;
}

/* toplabel of section 7.1: letters, digits and inner hyphens, and not
   digits alone. */
static bool
is_toplabel(struct slice label)
{
    bool digits_only = true;

    if (label.n == 0 || label.p[0] == '-' || label.p[label.n - 1] == '-')
        return false;
    for (size_t i = 0; i < label.n; i++) {
        unsigned char c = (unsigned char)label.p[i];

        if (!ascii_is_alnum(c) && c != '-')
            return false;
        digits_only = digits_only && ascii_is_digit(c);
    }
    return !digits_only;
}

/* domain-end when it is no macro-expand: "." toplabel [ "." ]. */
static void
check_domain_end(const struct context *context, struct slice spec,
                 const struct spfmacro *macro)
{
    struct slice tail = macro->parts[macro->count - 1].literal;
    size_t dot, slash;

    if (tail.p[tail.n - 1] == '.')
        tail.n--;
    for (dot = tail.n; dot > 0 && tail.p[dot - 1] != '.'; dot--)
        ;
    if (dot == 0) {
        fail(context, SPFFAULT_DOMAIN, spec, "it is no full domain name");
        return;
    }
    tail = slice_from(tail, dot);
    if (is_toplabel(tail))
        return;
    slash = slice_find(tail, '/');
    if (slash == tail.n)
        fail(context, SPFFAULT_DOMAIN, tail.n > 0 ? tail : spec,
             "it does not end in a top-level label");
    else if (rows[context->term->kind].argument == ARGUMENT_DUAL)
        fail(context, SPFFAULT_CIDR, slice_from(tail, slash),
             "it is no prefix length");
    else
        fail(context, SPFFAULT_SYNTAX, slice_from(tail, slash),
             "it takes no prefix length");
}

/* domain-spec of section 7.1. */
static void
parse_spec(const struct context *context, struct slice spec)
{
    const struct spfmacro *macro = parse_macro(context, spec);

    context->term->value = spec;
    context->term->has_spec = true;
    context->term->macro = macro;
    if (macro != NULL && !macro->ends_in_macro)
        check_domain_end(context, spec, macro);
}

/*
 * A prefix length behind its slash: no sign, no leading zeros (the ABNF of
 * section 5.6), at most max.
 */
static void
parse_bits(const struct context *context, struct slice digits, uint8_t max,
           uint8_t *bits)
{
    unsigned value = 0;
    size_t n = 0;

    if (digits.n == 0)
        digits = (struct slice){digits.p - 1, 1};
    while (n < digits.n && n < BITS_DIGITS
           && ascii_is_digit((unsigned char)digits.p[n]))
        value = value * 10 + (unsigned)(digits.p[n++] - '0');
    if (n < digits.n || value > max || (n > 1 && digits.p[0] == '0'))
        fail(context, SPFFAULT_CIDR, digits, "it is no prefix length");
    else
        *bits = (uint8_t)value;
}

/* Digits at the end of text behind slashes, which come off it: true, and
 *digits, when there are that many slashes. */
static bool
cut_bits(struct slice *text, size_t slashes, struct slice *digits)
{
    size_t at = text->n;

    while (at > 0 && ascii_is_digit((unsigned char)text->p[at - 1]))
        at--;
    *digits = slice_from(*text, at);
    for (size_t i = 0; i < slashes; i++)
        if (at == 0 || text->p[--at] != '/')
            return false;
    text->n = at;
    return true;
}

/* dual-cidr-length at the end of text comes off it. */
static void
cut_dual(const struct context *context, struct slice *text)
{
    struct slice digits;

    if (cut_bits(text, 2, &digits))
        parse_bits(context, digits, 128, &context->term->bits6);
    if (cut_bits(text, 1, &digits))
        parse_bits(context, digits, 32, &context->term->bits4);
}

/* The value of a digit, or more than 9. */
static inline unsigned
digit_of(char c)
{
    return (unsigned)c - '0';
}

/* qnum of section 5.6, at most 255 without leading zeros: the end of it, or
   NULL when there is none. */
static const char *
read_qnum(const char *at, const char *end, uint8_t *octet)
{
    unsigned value = at < end ? digit_of(*at++) : 10, digit;

    if (value > 9)
        return NULL;
    for (; at < end && (digit = digit_of(*at)) <= 9; at++) {
        if (value == 0)
            return NULL;
        value = value * 10 + digit;
        if (value > 255)
            return NULL;
    }
    *octet = (uint8_t)value;
    return at;
}

/* ip4-network at the beginning of text: how many octets it takes, 0 when
   there is none. */
static size_t
read_ipv4(struct slice text, uint8_t octets[4])
{
    const char *at = text.p, *end = text.p + text.n;

    for (int i = 0; i < 4; i++) {
        if (i > 0 && (at == end || *at++ != '.'))
            return 0;
        at = read_qnum(at, end, &octets[i]);
        if (at == NULL)
            return 0;
    }
    return (size_t)(at - text.p);
}

/* ip6-network: what inet_pton takes is what RFC 4291 section 2.2 has. */
static bool
read_ipv6(struct slice text, uint8_t octets[16])
{
    char copy[INET6_ADDRSTRLEN];

    if (text.n >= sizeof(copy) || memchr(text.p, '\0', text.n) != NULL)
        return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    return inet_pton(AF_INET6, copy, octets) == 1;
}

/* An address that is none. */
static void
fail_address(const struct context *context, struct slice text)
{
    if (fail_octet(context, text))
        return;
    fail(context, SPFFAULT_CIDR, text,
         context->term->kind == SPFTERM_IP6 ? "it is no IPv6 address"
                                            : "it is no IPv4 address");
}

static void
parse_network(const struct context *context, struct slice text)
{
    struct spfterm *term = context->term;
    uint8_t *octets = term->network.octets;
    bool v6 = term->kind == SPFTERM_IP6, good;
    size_t slash;

    term->value = text;
    term->network.family = v6 ? 6 : 4;
    slash = v6 ? slice_find(text, '/') : read_ipv4(text, octets);
    good = v6 ? read_ipv6(slice_sub(text, 0, slash), octets)
              : slash > 0 && (slash == text.n || text.p[slash] == '/');
    if (!good)
        slash = slice_find(text, '/');
    if (slash < text.n)
        parse_bits(context, slice_from(text, slash + 1), v6 ? 128 : 32,
                   v6 ? &term->bits6 : &term->bits4);
    if (!good)
        fail_address(context, slice_sub(text, 0, slash));
}

/* rest: what stands behind the name, its ':' or '/' included. */
static void
parse_argument(const struct context *context, struct slice rest)
{
    enum argument argument = rows[context->term->kind].argument;
    struct slice text = context->term->text;
    bool colon = rest.n > 0 && rest.p[0] == ':';

    if (argument == ARGUMENT_NONE && rest.n > 0)
        fail(context, SPFFAULT_SYNTAX, rest, "nothing may follow 'all'");
    if (argument == ARGUMENT_NONE)
        return;
    if (argument == ARGUMENT_DUAL)
        cut_dual(context, &rest);
    if (rest.n == 0
        && (argument == ARGUMENT_DUAL || argument == ARGUMENT_OPTIONAL))
        return;
    if (rest.n == 0)
        fail(context, SPFFAULT_SYNTAX, text,
             argument == ARGUMENT_NETWORK ? "it needs ':' and an address"
                                          : "it needs ':' and a domain");
    else if (!colon && argument == ARGUMENT_DUAL)
        fail(context, SPFFAULT_CIDR, rest, "it is no prefix length");
    else if (!colon)
        fail(context, SPFFAULT_SYNTAX, rest, "it takes no prefix length");
    else if (rest.n == 1)
        fail(context, SPFFAULT_SYNTAX, text, "nothing follows the ':'");
    else if (argument == ARGUMENT_NETWORK)
        parse_network(context, slice_from(rest, 1));
    else
        parse_spec(context, slice_from(rest, 1));
}

static bool
is_name_octet(unsigned char c, bool first)
{
    return ascii_is_alpha(c)
           || (!first
               && (ascii_is_digit(c) || c == '-' || c == '_' || c == '.'));
}

/* name of section 4.6.1, the part before "=", ":" or "/". */
static bool
is_name(struct slice name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!is_name_octet((unsigned char)name.p[i], i == 0))
            return false;
    return name.n > 0;
}

static void
parse_modifier(const struct context *context, struct slice value)
{
    struct spfterm *term = context->term;

    term->value = value;
    term->kind = SPFTERM_MODIFIER;
    if (slice_equal_case(term->name, SLICE("redirect")))
        term->kind = SPFTERM_REDIRECT;
    else if (slice_equal_case(term->name, SLICE("exp")))
        term->kind = SPFTERM_EXP;
    if (term->kind == SPFTERM_MODIFIER)
        term->macro = parse_macro(context, value);
    else if (value.n == 0)
        fail(context, SPFFAULT_SYNTAX, term->text, "nothing follows the '='");
    else
        parse_spec(context, value);
}

/* Behind the qualifier, if any: a mechanism, or nothing we know. */
static void
parse_mechanism(const struct context *context, struct slice rest)
{
    struct spfterm *term = context->term;

    term->kind = mechanism_of(term->name);
    if (term->kind != SPFTERM_INVALID)
        parse_argument(context, rest);
    else if (!fail_octet(context, term->text))
        fail(context, SPFFAULT_UNKNOWN_TERM,
             term->name.n > 0 ? term->name : term->text, "no such mechanism");
}

static bool
is_separator(char c)
{
    return c == '=' || c == ':' || c == '/';
}

void
spfterm_parse(struct arena *arena, struct spfrecord *record, struct slice text)
{
    struct context context = {arena, record, NULL};
    struct slice body = text;
    struct spfterm *term;
    size_t end;
    char first = text.p[0];

    term = context.term = &record->terms[record->term_count++];
    /* the rest of it is zero: it comes from an arena */
    term->kind = SPFTERM_INVALID;
    term->text = text;
    term->bits4 = 32;
    term->bits6 = 128;
    term->at = (size_t)(text.p - record->text.p);
    if (first == '+' || first == '-' || first == '~' || first == '?')
        body = slice_from(text, 1);
    for (end = 0; end < body.n && !is_separator(body.p[end]); end++)
        ;
    term->name = slice_sub(body, 0, end);
    if (end < body.n && body.p[end] == '=' && body.p == text.p
        && is_name(term->name)) {
        parse_modifier(&context, slice_from(body, end + 1));
        return;
    }
    term->qualifier = body.p == text.p ? '+' : first;
    parse_mechanism(&context, slice_from(body, end));
}
