/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Domain names as values: parsing, printing, comparing, cutting, joining. */
#include "common/dns/name.h"

#include <stdio.h>
#include <string.h>

/* Each octet as "\DDD" and a dot for each length octet is the worst. */
#define TEXT_MAX   (4 * NAME_WIRE_MAX + 1)
/* 127 labels of one octet and the root fill 255 octets. */
#define LABELS_MAX 127

const struct name name_root = {1, 0, {0}};

/* A name on its way from text to wire form. */
struct build {
    uint8_t wire[NAME_WIRE_MAX]; /* what there is of it */
    size_t n;                    /* octets of it, the open label included */
    size_t label;                /* where the open label's length octet is */
    size_t labels;               /* closed ones */
};

static const char *const too_long_label = "a label has more than 63 octets";
static const char *const too_long_name = "it has more than 255 octets";
static const char *const empty_label = "an empty label";
static const char *const bad_escape = "a bad escape";

/* NULL, or what is wrong. */
static const char *
build_octet(struct build *b, unsigned char c)
{
    if (b->n == b->label)
        b->n++; /* room for the length octet */
    if (b->n - b->label > NAME_LABEL_MAX)
        return too_long_label;
    if (b->n >= NAME_WIRE_MAX - 1) /* the root label comes too */
        return too_long_name;
    b->wire[b->n++] = c;
    return NULL;
}

static const char *
build_dot(struct build *b)
{
    if (b->n == b->label)
        return empty_label;
    b->wire[b->label] = (uint8_t)(b->n - b->label - 1);
    b->label = b->n;
    b->labels++;
    return NULL;
}

/* The octet that the escape at text[*i], a backslash, stands for. */
static bool
read_escape(struct slice text, size_t *i, unsigned char *c)
{
    uint64_t value;

    if (*i + 1 >= text.n)
        return false;
    if (!ascii_is_digit((unsigned char)text.p[*i + 1])) {
        *c = (unsigned char)text.p[*i + 1];
        *i += 2;
        return true;
    }
    if (*i + 4 > text.n
        || !slice_number(slice_sub(text, *i + 1, 3), 255, &value))
        return false;
    *c = (unsigned char)value;
    *i += 4;
    return true;
}

/* Labels of text, which is neither empty nor a single dot. */
static const char *
build_text(struct build *b, struct slice text, bool escapes)
{
    const char *wrong = NULL;
    size_t i = 0;

    b->n = b->label = b->labels = 0;
    while (wrong == NULL && i < text.n) {
        unsigned char c = (unsigned char)text.p[i];

        if (c == '.') {
            wrong = build_dot(b);
            i++;
        } else if (c != '\\' || !escapes) {
            wrong = build_octet(b, c);
            i++;
        } else if (read_escape(text, &i, &c)) {
            wrong = build_octet(b, c);
        } else {
            wrong = bad_escape;
        }
    }
    if (wrong == NULL && b->n != b->label)
        wrong = build_dot(b);
    return wrong;
}

static enum status
build_status(const char *wrong)
{
    if (wrong == NULL)
        return ST_OK;
    return wrong == too_long_label || wrong == too_long_name ? ST_RANGE
                                                             : ST_SYNTAX;
}

/* Wire form of an absolute name, case kept. */
static const char *
build_name(struct build *b, struct slice text, bool escapes)
{
    const char *wrong = NULL;

    b->n = b->labels = 0;
    if (text.n > 0 && !(text.n == 1 && text.p[0] == '.'))
        wrong = build_text(b, text, escapes);
    if (wrong == NULL)
        b->wire[b->n++] = 0;
    return wrong;
}

/* Length octets are at most 63, so no letter: folding all folds letters. */
static void
copy_folded(uint8_t *to, const uint8_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = ascii_lower(from[i]);
}

static void
set_from_build(struct name *name, const struct build *b)
{
    copy_folded(name->wire, b->wire, b->n);
    name->size = (uint8_t)b->n;
    name->labels = (uint8_t)b->labels;
}

static enum status
explain(struct error *err, struct slice text, const char *wrong)
{
    return error_set(err, build_status(wrong), "'%.*s' is no domain name: %s",
                     SLICE_ARGS(text), wrong);
}

enum status
name_parse(struct name *name, struct slice text, struct error *err)
{
    struct build b;
    const char *wrong = build_name(&b, text, true);

    if (wrong != NULL)
        return explain(err, text, wrong);
    set_from_build(name, &b);
    return ST_OK;
}

enum status
name_from_text(struct name *name, struct slice text)
{
    struct build b;
    const char *wrong = build_name(&b, text, false);

    if (wrong == NULL)
        set_from_build(name, &b);
    return build_status(wrong);
}

enum status
name_wire_parse(struct slice text, uint8_t wire[NAME_WIRE_MAX], size_t *size,
                struct error *err)
{
    struct build b;
    const char *wrong = build_name(&b, text, true);

    if (wrong != NULL)
        return explain(err, text, wrong);
    memcpy(wire, b.wire, b.n);
    *size = b.n;
    return ST_OK;
}

/* Octets that the name at the beginning takes, 0 when it is none; *labels
   without the root. */
static size_t
wire_walk(struct slice octets, size_t *labels)
{
    size_t at = 0;

    *labels = 0;
    while (at < octets.n && at < NAME_WIRE_MAX) {
        size_t length = (unsigned char)octets.p[at];

        if (length == 0)
            return at + 1;
        if (length > NAME_LABEL_MAX)
            return 0;
        at += 1 + length;
        ++*labels;
    }
    return 0;
}

size_t
name_wire_size(struct slice octets)
{
    size_t labels;

    return wire_walk(octets, &labels);
}

enum status
name_from_wire(struct name *name, struct slice octets, size_t *used)
{
    size_t labels;
    size_t size = wire_walk(octets, &labels);

    if (size == 0)
        return ST_SYNTAX;
    copy_folded(name->wire, (const uint8_t *)octets.p, size);
    name->size = (uint8_t)size;
    name->labels = (uint8_t)labels;
    if (used != NULL)
        *used = size;
    return ST_OK;
}

/* What a zone file takes for something else within a name: RFC 1035
   section 5.1, and "$" and "@" at the beginning of one. */
static bool
needs_backslash(unsigned char c)
{
    return c != 0 && strchr(".\\\"();@$", c) != NULL;
}

static size_t
present_octet(unsigned char c, char *out)
{
    if (c <= ' ' || c >= 0x7f) {
        out[0] = '\\';
        out[1] = (char)('0' + c / 100);
        out[2] = (char)('0' + c / 10 % 10);
        out[3] = (char)('0' + c % 10);
        return 4;
    }
    if (needs_backslash(c)) {
        out[0] = '\\';
        out[1] = (char)c;
        return 2;
    }
    out[0] = (char)c;
    return 1;
}

/* Returns the length; no NUL.  A dot ends each label. */
static size_t
present(struct slice wire, char out[TEXT_MAX])
{
    size_t n = 0;
    size_t at = 0;

    while (at < wire.n && wire.p[at] != 0) {
        size_t end = at + 1 + (unsigned char)wire.p[at];

        for (at++; at < end && at < wire.n; at++)
            n += present_octet((unsigned char)wire.p[at], out + n);
        out[n++] = '.';
    }
    if (n == 0 && wire.n > 0)
        out[n++] = '.';
    return n;
}

void
name_wire_present(struct slice wire, struct strbuf *out)
{
    char text[TEXT_MAX];

    strbuf_add(out, text, present(wire, text));
}

void
name_present(const struct name *name, struct strbuf *out)
{
    name_wire_present(name_key(name), out);
}

const char *
name_dotted(struct arena *arena, const struct name *name)
{
    char text[TEXT_MAX];

    return arena_copy(arena, text, present(name_key(name), text));
}

const char *
name_bare(struct arena *arena, const struct name *name)
{
    char text[TEXT_MAX];
    size_t n = present(name_key(name), text);

    return arena_copy(arena, text, n > 1 ? n - 1 : n);
}

struct slice
name_key(const struct name *name)
{
    return (struct slice){(const char *)name->wire, name->size};
}

bool
name_equal(const struct name *a, const struct name *b)
{
    return a->size == b->size && memcmp(a->wire, b->wire, a->size) == 0;
}

/* Offset of label i from the left; i is at most labels. */
static size_t
label_at(const struct name *name, size_t i)
{
    size_t at = 0;

    while (i-- > 0)
        at += 1 + (size_t)name->wire[at];
    return at;
}

bool
name_is_under(const struct name *name, const struct name *top)
{
    size_t at;

    if (name->labels < top->labels || name->size < top->size)
        return false;
    at = label_at(name, (size_t)(name->labels - top->labels));
    return name->size - at == top->size
           && memcmp(name->wire + at, top->wire, top->size) == 0;
}

/* Where each label begins. */
static void
label_offsets(const struct name *name, uint8_t offsets[LABELS_MAX])
{
    size_t at = 0;

    for (size_t i = 0; i < name->labels; i++) {
        offsets[i] = (uint8_t)at;
        at += 1 + (size_t)name->wire[at];
    }
}

static struct slice
label_slice(const struct name *name, size_t at)
{
    return (struct slice){(const char *)name->wire + at + 1, name->wire[at]};
}

int
name_compare(const struct name *a, const struct name *b)
{
    uint8_t at_a[LABELS_MAX], at_b[LABELS_MAX];
    size_t i = a->labels;
    size_t j = b->labels;

    label_offsets(a, at_a);
    label_offsets(b, at_b);
    while (i > 0 && j > 0) {
        int order = slice_compare(label_slice(a, at_a[--i]),
                                  label_slice(b, at_b[--j]));

        if (order != 0)
            return order;
    }
    return (i > 0) - (j > 0);
}

struct slice
name_label(const struct name *name, unsigned i)
{
    if (i >= name->labels)
        return SLICE_EMPTY;
    return label_slice(name, label_at(name, i));
}

void
name_suffix(struct name *out, const struct name *name, unsigned labels)
{
    size_t at;

    if (labels > name->labels)
        labels = name->labels;
    at = label_at(name, name->labels - labels);
    out->size = (uint8_t)(name->size - at);
    out->labels = (uint8_t)labels;
    memmove(out->wire, name->wire + at, out->size);
}

bool
name_parent(struct name *out, const struct name *name)
{
    if (name->labels == 0) {
        *out = name_root;
        return false;
    }
    name_suffix(out, name, name->labels - 1u);
    return true;
}

/* n octets of labels put before base. */
static enum status
join(struct name *out, const uint8_t *prefix, size_t n, size_t labels,
     const struct name *base)
{
    if (n + base->size > NAME_WIRE_MAX)
        return ST_RANGE;
    memmove(out->wire + n, base->wire, base->size);
    memcpy(out->wire, prefix, n);
    out->size = (uint8_t)(n + base->size);
    out->labels = (uint8_t)(labels + base->labels);
    return ST_OK;
}

enum status
name_prepend(struct name *out, struct slice labels, const struct name *base)
{
    struct build b;
    const char *wrong;

    if (labels.n == 0 || labels.p[labels.n - 1] == '.')
        return ST_SYNTAX;
    wrong = build_text(&b, labels, false);
    if (wrong != NULL)
        return build_status(wrong);
    copy_folded(b.wire, b.wire, b.n);
    return join(out, b.wire, b.n, b.labels, base);
}

enum status
name_rebase(struct name *out, const struct name *name, const struct name *top,
            const struct name *target)
{
    uint8_t prefix[NAME_WIRE_MAX];
    size_t n;

    if (!name_is_under(name, top))
        return ST_SYNTAX;
    n = (size_t)(name->size - top->size);
    memcpy(prefix, name->wire, n);
    return join(out, prefix, n, (size_t)(name->labels - top->labels), target);
}

static bool
label_is_host(struct slice label)
{
    if (label.p[0] == '-' || label.p[label.n - 1] == '-')
        return false;
    for (size_t i = 0; i < label.n; i++) {
        unsigned char c = (unsigned char)label.p[i];

        if (!ascii_is_alnum(c) && c != '-')
            return false;
    }
    return true;
}

bool
name_is_host(const struct name *name)
{
    size_t at = 0;

    for (size_t i = 0; i < name->labels; i++) {
        struct slice label = label_slice(name, at);

        if (!label_is_host(label))
            return false;
        at += 1 + label.n;
    }
    return name->labels > 0;
}
