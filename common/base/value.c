/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ordered tree that JSON, text and HTML print, and its JSON form. */
#include "common/base/value.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "common/base/escape.h"
#include "common/base/table.h"
#include "common/base/utf8.h"

/* A map of more members than this gets an index: most have fewer, but those
   that are read from JSON may have any number. */
#define INDEX_FROM 16
/* Slots of the index for each member. */
#define SLOTS_EACH 4

/* Elements of a list or map; names and index for a map only. */
struct children {
    struct arena *arena;     /* where they grow */
    struct value **elements; /* in order */
    const char **names;      /* borrowed, one each */
    uint32_t *index;         /* slot: 1 + number of the member, or 0 */
    size_t slots;            /* of the index: a power of two, or 0 */
    size_t count;            /* elements */
};

struct value {
    enum value_kind kind; /* which of the following is meant */
    union {
        bool truth;                /* VALUE_BOOL */
        int64_t number;            /* VALUE_NUMBER */
        struct slice text;         /* VALUE_TEXT, a NUL behind it */
        struct children *children; /* VALUE_LIST, VALUE_MAP: most values
                                      are small, so it is elsewhere */
    } is;
};

static struct value *
make(struct arena *arena, enum value_kind kind)
{
    struct value *value = ARENA_NEW(arena, struct value);

    value->kind = kind;
    if (kind == VALUE_LIST || kind == VALUE_MAP) {
        value->is.children = ARENA_NEW(arena, struct children);
        value->is.children->arena = arena;
    }
    return value;
}

struct value *
value_null(struct arena *arena)
{
    return make(arena, VALUE_NULL);
}

struct value *
value_bool(struct arena *arena, bool truth)
{
    struct value *value = make(arena, VALUE_BOOL);

    value->is.truth = truth;
    return value;
}

struct value *
value_number(struct arena *arena, int64_t number)
{
    struct value *value = make(arena, VALUE_NUMBER);

    value->is.number = number;
    return value;
}

struct value *
value_text(struct arena *arena, const char *text)
{
    return text == NULL ? value_null(arena)
                        : value_slice(arena, slice_of(text));
}

struct value *
value_slice(struct arena *arena, struct slice text)
{
    struct value *value = make(arena, VALUE_TEXT);

    value->is.text = arena_slice(arena, text);
    return value;
}

struct value *
value_octets(struct arena *arena, struct slice octets)
{
    struct strbuf text = STRBUF_INIT;
    struct value *value;

    strbuf_add_presented(&text, octets);
    value = value_slice(arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return value;
}

struct value *
value_list(struct arena *arena)
{
    return make(arena, VALUE_LIST);
}

struct value *
value_map(struct arena *arena)
{
    return make(arena, VALUE_MAP);
}

/* The slot that holds the member of that name, or the free one it would go
   to. */
static uint32_t *
slot_of(const struct children *map, const char *name)
{
    size_t slot = (size_t)table_hash(slice_of(name));

    for (;; slot++) {
        uint32_t *at = &map->index[slot & (map->slots - 1)];

        if (*at == 0 || strcmp(map->names[*at - 1], name) == 0)
            return at;
    }
}

/* The number of the member, or map->count. */
static size_t
find(const struct children *map, const char *name)
{
    if (map->slots > 0) {
        uint32_t number = *slot_of(map, name);

        return number == 0 ? map->count : number - 1;
    }
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->names[i], name) == 0)
            return i;
    return map->count;
}

/* Make a larger index whenever half of the slots would be taken. */
static void
enter_index(struct children *map)
{
    size_t from = map->count - 1;

    if (map->count <= INDEX_FROM)
        return;
    assert(map->count < UINT32_MAX);
    if (map->slots < 2 * map->count) {
        map->slots =
            map->slots == 0 ? SLOTS_EACH * INDEX_FROM : 2 * map->slots;
        map->index = ARENA_ARRAY(map->arena, uint32_t, map->slots);
        from = 0;
    }
    for (size_t i = from; i < map->count; i++)
        *slot_of(map, map->names[i]) = (uint32_t)(i + 1);
}

static void
append(struct children *to, const char *name, struct value *element)
{
    to->elements =
        arena_grow(to->arena, to->elements, to->count, sizeof(*to->elements));
    if (name != NULL) {
        to->names =
            arena_grow(to->arena, to->names, to->count, sizeof(*to->names));
        to->names[to->count] = name;
    }
    to->elements[to->count++] = element;
    if (name != NULL)
        enter_index(to);
}

struct value *
value_set(struct value *map, const char *name, struct value *member)
{
    size_t i;

    assert(map->kind == VALUE_MAP && name != NULL && member != NULL);
    i = find(map->is.children, name);
    if (i < map->is.children->count)
        map->is.children->elements[i] = member;
    else
        append(map->is.children, name, member);
    return member;
}

struct value *
value_add(struct value *list, struct value *element)
{
    assert(list->kind == VALUE_LIST && element != NULL);
    append(list->is.children, NULL, element);
    return element;
}

enum value_kind
value_kind(const struct value *value)
{
    return value == NULL ? VALUE_NULL : value->kind;
}

static bool
has_children(const struct value *value)
{
    return value != NULL
           && (value->kind == VALUE_LIST || value->kind == VALUE_MAP);
}

const struct value *
value_get(const struct value *map, const char *name)
{
    size_t i;

    if (value_kind(map) != VALUE_MAP)
        return NULL;
    i = find(map->is.children, name);
    return value_element(map, i);
}

const struct value *
value_at(const struct value *value, const char *path)
{
    struct slice rest = slice_of(path);
    struct strbuf name = STRBUF_INIT;
    struct slice part;

    while (value != NULL && slice_next(&rest, '.', &part)) {
        strbuf_cut(&name, 0);
        strbuf_add_slice(&name, part);
        value = value_get(value, name.p);
    }
    strbuf_clear(&name);
    return value;
}

size_t
value_count(const struct value *value)
{
    return has_children(value) ? value->is.children->count : 0;
}

const struct value *
value_element(const struct value *list_or_map, size_t i)
{
    return i < value_count(list_or_map) ? list_or_map->is.children->elements[i]
                                        : NULL;
}

const char *
value_name(const struct value *map, size_t i)
{
    return value_kind(map) == VALUE_MAP && i < map->is.children->count
               ? map->is.children->names[i]
               : NULL;
}

const char *
value_as_text(const struct value *value)
{
    return value_kind(value) == VALUE_TEXT ? value->is.text.p : "";
}

int64_t
value_as_number(const struct value *value)
{
    return value_kind(value) == VALUE_NUMBER ? value->is.number : 0;
}

bool
value_as_bool(const struct value *value)
{
    return value_kind(value) == VALUE_BOOL && value->is.truth;
}

bool
value_is_null(const struct value *value)
{
    return value_kind(value) == VALUE_NULL;
}

static bool
is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* One character of the Basic Multilingual Plane, or a surrogate pair (RFC
   8259 section 7). */
static void
put_escaped(uint32_t code, struct strbuf *out)
{
    static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";

    for (size_t i = 0; i + 1 < sizeof(shorts); i += 2) {
        if ((unsigned char)shorts[i] == code) {
            strbuf_add_char(out, '\\');
            strbuf_add_char(out, shorts[i + 1]);
            return;
        }
    }
    if (code < 0x10000)
        strbuf_addf(out, "\\u%04" PRIx32, code);
    else
        strbuf_addf(out, "\\u%04" PRIx32 "\\u%04" PRIx32,
                    0xd800 + ((code - 0x10000) >> 10),
                    0xdc00 + ((code - 0x10000) & 0x3ff));
}

static void
put_text(struct slice text, struct strbuf *out)
{
    strbuf_add_char(out, '"');
    while (text.n > 0) {
        struct escape_char c;
        size_t plain = 0;

        while (plain < text.n && is_plain((unsigned char)text.p[plain]))
            plain++;
        strbuf_add(out, text.p, plain);
        text = slice_from(text, plain);
        if (text.n == 0)
            break;
        c = escape_first(text);
        if (!c.is_utf8)
            strbuf_add_text(out, "\xef\xbf\xbd"); /* UTF8_REPLACEMENT */
        else if (c.code < 0x80 || !c.is_harmless)
            put_escaped(c.code, out);
        else
            strbuf_add(out, text.p, c.n);
        text = slice_from(text, c.n);
    }
    strbuf_add_char(out, '"');
}

static void
put_break(unsigned indent, unsigned level, struct strbuf *out)
{
    if (indent == 0)
        return;
    strbuf_add_char(out, '\n');
    strbuf_fill(out, ' ', (size_t)indent * level);
}

static void put(const struct value *value, unsigned indent, unsigned level,
                struct strbuf *out);

static void
put_children(const struct value *value, unsigned indent, unsigned level,
             struct strbuf *out)
{
    bool is_map = value->kind == VALUE_MAP;
    size_t count = value->is.children->count;

    strbuf_add_char(out, is_map ? '{' : '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            strbuf_add_char(out, ',');
        put_break(indent, level + 1, out);
        if (is_map) {
            put_text(slice_of(value->is.children->names[i]), out);
            strbuf_add_text(out, indent == 0 ? ":" : ": ");
        }
        put(value->is.children->elements[i], indent, level + 1, out);
    }
    if (count > 0)
        put_break(indent, level, out);
    strbuf_add_char(out, is_map ? '}' : ']');
}

static void
put(const struct value *value, unsigned indent, unsigned level,
    struct strbuf *out)
{
    switch (value_kind(value)) {
    case VALUE_NULL:
        strbuf_add_text(out, "null");
        break;
    case VALUE_BOOL:
        strbuf_add_text(out, value->is.truth ? "true" : "false");
        break;
    case VALUE_NUMBER:
        strbuf_addf(out, "%" PRId64, value->is.number);
        break;
    case VALUE_TEXT:
        put_text(value->is.text, out);
        break;
    case VALUE_LIST:
    case VALUE_MAP:
        put_children(value, indent, level, out);
        break;
    }
}

void
value_json(const struct value *value, unsigned indent, struct strbuf *out)
{
    put(value, indent, 0, out);
}
