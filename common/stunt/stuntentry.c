/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An entry of the view as packed octets, read without trusting them. */
#include "common/stunt/stuntentry.h"

#include <string.h>

/*
 * Octets, numbers in network order:
 *   4  size of the whole      2  keys      2  fields      4  run
 *   a key:    1 selector, 1 algorithm, 2 data: their lengths; then they
 *   a field:  1 name, 1 zero, 2 value: their lengths; then they
 */
#define HEADER_SIZE 12
#define ITEM_SIZE   4
#define COUNT_MAX   65535
#define DATA_MAX    65535
#define NAME_MAX    255

/* Octets left to read. */
struct cursor {
    const uint8_t *p; /* next */
    size_t n;         /* left */
};

/* A key or a field: up to three texts. */
struct item {
    struct slice first, second, third;
};

static void
put_number(uint8_t *p, uint32_t number, unsigned octets)
{
    while (octets > 0) {
        p[--octets] = (uint8_t)(number & 0xff);
        number >>= 8;
    }
}

static uint32_t
read_number(const uint8_t *p, unsigned octets)
{
    uint32_t number = 0;

    for (unsigned i = 0; i < octets; i++)
        number = number << 8 | p[i];
    return number;
}

static bool
pack_item(const struct item *item, struct strbuf *out)
{
    uint8_t lengths[ITEM_SIZE];

    if (item->first.n == 0 || item->first.n > NAME_MAX
        || item->second.n > NAME_MAX || item->third.n > DATA_MAX)
        return false;
    lengths[0] = (uint8_t)item->first.n;
    lengths[1] = (uint8_t)item->second.n;
    put_number(lengths + 2, (uint32_t)item->third.n, 2);
    strbuf_add(out, lengths, sizeof(lengths));
    strbuf_add_slice(out, item->first);
    strbuf_add_slice(out, item->second);
    strbuf_add_slice(out, item->third);
    return true;
}

enum status
stuntentry_pack(const struct stunt_entry *entry, uint32_t run,
                struct strbuf *out)
{
    uint8_t header[HEADER_SIZE];
    size_t start = out->n;
    bool fits =
        entry->key_count <= COUNT_MAX && entry->field_count <= COUNT_MAX;

    strbuf_fill(out, '\0', HEADER_SIZE);
    for (size_t i = 0; fits && i < entry->key_count; i++) {
        const struct stunt_key *key = &entry->keys[i];
        struct item item = {key->selector, key->algorithm, key->data};

        fits = pack_item(&item, out);
    }
    for (size_t i = 0; fits && i < entry->field_count; i++) {
        const struct stunt_field *field = &entry->fields[i];
        struct item item = {field->name, SLICE_EMPTY, field->value};

        fits = pack_item(&item, out);
    }
    if (!fits || out->n - start > UINT32_MAX)
        return ST_RANGE;
    put_number(header, (uint32_t)(out->n - start), 4);
    put_number(header + 4, (uint32_t)entry->key_count, 2);
    put_number(header + 6, (uint32_t)entry->field_count, 2);
    put_number(header + 8, run, 4);
    memcpy(out->p + start, header, sizeof(header));
    return ST_OK;
}

uint32_t
stuntentry_run(const void *entry)
{
    return read_number((const uint8_t *)entry + 8, 4);
}

bool
stuntentry_has_keys(const void *entry)
{
    return read_number((const uint8_t *)entry + 4, 2) > 0;
}

static bool
take(struct cursor *cursor, size_t n, struct slice *out)
{
    if (n > cursor->n)
        return false;
    *out = (struct slice){(const char *)cursor->p, n};
    cursor->p += n;
    cursor->n -= n;
    return true;
}

static bool
next_item(struct cursor *cursor, struct item *item)
{
    struct slice lengths;
    const uint8_t *p;

    if (!take(cursor, ITEM_SIZE, &lengths))
        return false;
    p = (const uint8_t *)lengths.p;
    return take(cursor, p[0], &item->first)
           && take(cursor, p[1], &item->second)
           && take(cursor, read_number(p + 2, 2), &item->third);
}

static struct cursor
begin(const void *entry)
{
    const uint8_t *p = entry;

    return (struct cursor){p + HEADER_SIZE,
                           read_number(p, 4) - (size_t)HEADER_SIZE};
}

bool
stuntentry_check(struct slice octets)
{
    const uint8_t *p = (const uint8_t *)octets.p;
    struct cursor cursor;
    uint32_t left;
    struct item item;

    if (octets.n < HEADER_SIZE || read_number(p, 4) != octets.n)
        return false;
    cursor = begin(p);
    left = read_number(p + 4, 2) + read_number(p + 6, 2);
    while (left > 0 && next_item(&cursor, &item))
        left--;
    return left == 0 && cursor.n == 0;
}

static bool
is_below(struct slice selector, struct slice ending)
{
    return selector.n > ending.n + 1 && slice_ends(selector, ending)
           && selector.p[selector.n - ending.n - 1] == '.';
}

bool
stuntentry_key(const void *entry, struct slice selector, bool ending,
               struct stunt_key *key)
{
    struct cursor cursor = begin(entry);
    uint32_t left = read_number((const uint8_t *)entry + 4, 2);
    struct item item;

    for (; left > 0 && next_item(&cursor, &item); left--)
        if (ending ? is_below(item.first, selector)
                   : slice_equal(item.first, selector)) {
            *key = (struct stunt_key){item.first, item.second, item.third};
            return true;
        }
    return false;
}

bool
stuntentry_field(const void *entry, struct slice name, struct slice *value)
{
    struct cursor cursor = begin(entry);
    uint32_t keys = read_number((const uint8_t *)entry + 4, 2);
    uint32_t left = keys + read_number((const uint8_t *)entry + 6, 2);
    struct item item;

    for (; left > 0 && next_item(&cursor, &item); left--, keys -= keys > 0)
        if (keys == 0 && slice_equal(item.first, name)) {
            *value = item.third;
            return true;
        }
    return false;
}
