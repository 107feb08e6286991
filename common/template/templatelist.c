/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of addresses and names for owners that SPF macros make. */
#include "common/template/templatelist.h"

#include <arpa/inet.h>

#define OCTETS_V4 4
#define OCTETS_V6 16

enum list_kind {
    LIST_REVERSED, /* %{ir}: the first octet is the rightmost label */
    LIST_FORWARD,  /* %{i} */
    LIST_NAMES     /* %{h}, %{d} */
};

/* One address or network, or one name. */
struct element {
    unsigned octets;             /* of the address: 4 or 16; 0: a name */
    uint8_t value[16], mask[16]; /* of the network */
    struct slice name;           /* a name, what follows "*." */
    bool is_wild;                /* all names below it */
};

struct templatelist {
    enum list_kind kind;      /* how labels are read */
    struct slice field;       /* "$field" */
    struct element *elements; /* the template's own */
    size_t count;             /* of them */
};

/* Labels read as an address of which perhaps only a part is known. */
struct subject {
    unsigned octets;             /* 4 or 16 */
    uint8_t value[16], mask[16]; /* as far as it is known */
    bool is_whole;               /* all of it is */
};

static const struct {
    const char *name;    /* of the placeholder */
    enum list_kind kind; /* what it reads */
} kinds[] = {
    {"spf_ir", LIST_REVERSED},
    {"spf_i",  LIST_FORWARD },
    {"spf_h",  LIST_NAMES   },
    {"spf_d",  LIST_NAMES   },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

bool
templatelist_is_name(struct slice name)
{
    for (size_t i = 0; i < KINDS; i++)
        if (slice_equal(name, slice_of(kinds[i].name)))
            return true;
    return false;
}

struct slice
templatelist_field(const struct templatelist *list)
{
    return list->field;
}

/* ---- elements ---- */

/* The next word between commas and blanks. */
static bool
next_word(struct slice *rest, struct slice *word)
{
    size_t n = 0;

    while (rest->n > 0 && strchr(", \t", rest->p[0]) != NULL
           && rest->p[0] != '\0')
        *rest = slice_from(*rest, 1);
    while (n < rest->n
           && (rest->p[n] == '\0' || strchr(", \t", rest->p[n]) == NULL))
        n++;
    *word = slice_sub(*rest, 0, n);
    *rest = slice_from(*rest, n);
    return n > 0;
}

static bool
read_network(struct slice word, struct element *out)
{
    char text[INET6_ADDRSTRLEN + 1];
    size_t slash = slice_find(word, '/');
    uint64_t bits;

    if (slash >= sizeof(text))
        return false;
    memcpy(text, word.p, slash);
    text[slash] = '\0';
    out->octets = inet_pton(AF_INET, text, out->value) == 1    ? OCTETS_V4
                  : inet_pton(AF_INET6, text, out->value) == 1 ? OCTETS_V6
                                                               : 0;
    bits = out->octets * 8;
    if (out->octets == 0
        || (slash < word.n
            && !slice_number(slice_from(word, slash + 1), out->octets * 8,
                             &bits)))
        return false;
    for (unsigned i = 0; i < out->octets; i++) {
        unsigned left = bits > i * 8 ? (unsigned)bits - i * 8 : 0;

        out->mask[i] = (uint8_t)(left >= 8 ? 0xffu : 0xff00u >> left);
    }
    return true;
}

static bool
read_element(enum list_kind kind, struct slice word, struct element *out)
{
    *out = (struct element){0};
    if (kind != LIST_NAMES)
        return read_network(word, out);
    out->is_wild = slice_starts(word, SLICE("*."));
    out->name = slice_from(word, out->is_wild ? 2 : 0);
    for (size_t i = 0; i < out->name.n; i++)
        if (!ascii_is_alnum((unsigned char)out->name.p[i])
            && strchr("-_.", out->name.p[i]) == NULL)
            return false;
    return out->name.n > 0;
}

static struct slice
to_lower(struct arena *arena, struct slice text)
{
    char *lower = arena_text(arena, text);

    for (size_t i = 0; i < text.n; i++)
        lower[i] = (char)ascii_lower((unsigned char)lower[i]);
    return (struct slice){lower, text.n};
}

enum status
templatelist_new(struct arena *arena, struct slice name, struct slice text,
                 struct templatelist **out, struct error *err)
{
    struct templatelist *list = ARENA_NEW(arena, struct templatelist);
    struct slice rest = to_lower(arena, text), word;

    for (size_t i = 0; i < KINDS; i++)
        if (slice_equal(name, slice_of(kinds[i].name)))
            list->kind = kinds[i].kind;
    *out = list;
    if (slice_starts(rest, SLICE("$"))) {
        list->field = slice_from(rest, 1);
        return ST_OK;
    }
    while (next_word(&rest, &word)) {
        if (list->count == TEMPLATELIST_MAX)
            return error_set(err, ST_RANGE, "a list of more than %d elements",
                             TEMPLATELIST_MAX);
        list->elements = arena_grow(arena, list->elements, list->count,
                                    sizeof(*list->elements));
        if (!read_element(list->kind, word, &list->elements[list->count++]))
            return error_set(
                err, ST_SYNTAX, "'%.*s' is no %s", SLICE_ARGS(word),
                list->kind == LIST_NAMES ? "name" : "address or network");
    }
    return list->count > 0 ? ST_OK
                           : error_set(err, ST_SYNTAX, "an empty list");
}

/* ---- labels ---- */

/* One label: an octet of IPv4, or a nibble of IPv6. */
static bool
read_part(struct slice label, bool is_v6, uint8_t *out)
{
    uint64_t number;
    const char *digits = "0123456789abcdef", *at;

    if (is_v6) {
        at = label.n == 1 && label.p[0] != '\0' ? strchr(digits, label.p[0])
                                                : NULL;
        *out = at == NULL ? 0 : (uint8_t)(at - digits);
        return at != NULL;
    }
    if (!slice_number(label, 255, &number)
        || (label.n > 1 && label.p[0] == '0'))
        return false;
    *out = (uint8_t)number;
    return true;
}

static void
place_part(struct subject *subject, size_t place, uint8_t part)
{
    unsigned shift = place % 2 == 0 ? 4 : 0;

    if (subject->octets == OCTETS_V4) {
        subject->value[place] = part;
        subject->mask[place] = 0xff;
        return;
    }
    subject->value[place / 2] |= (uint8_t)(part << shift);
    subject->mask[place / 2] |= (uint8_t)(0xf << shift);
}

/* The labels on the right are there, those on the left may be missing. */
static bool
read_subject(enum list_kind kind, struct slice labels, bool is_v6,
             struct subject *out)
{
    size_t parts = is_v6 ? 2 * OCTETS_V6 : OCTETS_V4, count = 1, i = 0;
    struct slice label;

    *out = (struct subject){.octets = is_v6 ? OCTETS_V6 : OCTETS_V4};
    for (size_t k = 0; k < labels.n; k++)
        count += labels.p[k] == '.' ? 1 : 0;
    if (count > parts)
        return false;
    while (slice_next(&labels, '.', &label)) {
        /* From the right the label is number count - 1 - i. */
        size_t from_right = count - 1 - i++;
        uint8_t part;

        if (!read_part(label, is_v6, &part))
            return false;
        place_part(out,
                   kind == LIST_REVERSED ? from_right : parts - 1 - from_right,
                   part);
    }
    out->is_whole = count == parts;
    return true;
}

static bool
overlaps(const struct element *element, const struct subject *subject)
{
    if (element->octets != subject->octets)
        return false;
    for (unsigned i = 0; i < element->octets; i++)
        if (((element->value[i] ^ subject->value[i]) & element->mask[i]
             & subject->mask[i])
            != 0)
            return false;
    return true;
}

static bool
is_below(struct slice name, struct slice top)
{
    return name.n > top.n + 1 && slice_ends(name, top)
           && name.p[name.n - top.n - 1] == '.';
}

static enum templatelist_answer
find_name(const struct element *element, struct slice labels)
{
    if (element->is_wild ? is_below(labels, element->name)
                         : slice_equal(labels, element->name))
        return TEMPLATELIST_FOUND;
    return is_below(element->name, labels)
                   || (element->is_wild && slice_equal(element->name, labels))
               ? TEMPLATELIST_BELOW
               : TEMPLATELIST_NONE;
}

/* What is looked up, read once in both families. */
struct lookup {
    struct slice labels;  /* as they are */
    struct subject as[2]; /* IPv4, IPv6 */
    bool is_address[2];   /* it can be read so */
};

static enum templatelist_answer
find_in(const struct element *element, const struct lookup *lookup)
{
    enum templatelist_answer answer = TEMPLATELIST_NONE;

    if (element->octets == 0)
        return find_name(element, lookup->labels);
    for (int i = 0; i < 2; i++)
        if (lookup->is_address[i] && overlaps(element, &lookup->as[i]))
            answer = lookup->as[i].is_whole ? TEMPLATELIST_FOUND
                                            : TEMPLATELIST_BELOW;
    return answer;
}

enum templatelist_answer
templatelist_find(const struct templatelist *list, struct slice own,
                  struct slice labels)
{
    enum templatelist_answer best = TEMPLATELIST_NONE, answer;
    struct lookup lookup = {.labels = labels};
    struct element element;
    struct slice word;

    for (int i = 0; list->kind != LIST_NAMES && i < 2; i++)
        lookup.is_address[i] =
            read_subject(list->kind, labels, i == 1, &lookup.as[i]);
    for (size_t i = 0; i < list->count && best != TEMPLATELIST_FOUND; i++) {
        answer = find_in(&list->elements[i], &lookup);
        best = answer > best ? answer : best;
    }
    while (best != TEMPLATELIST_FOUND && next_word(&own, &word)) {
        if (!read_element(list->kind, word, &element))
            continue; /* of the customer's field: it is no element */
        answer = find_in(&element, &lookup);
        best = answer > best ? answer : best;
    }
    return best;
}
