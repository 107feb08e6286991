/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is in RDATA: strings, names, addresses, SOA.  Nothing is trusted. */
#include <string.h>

#include "common/base/strbuf.h"
#include "common/dns/answer.h"

static uint16_t
read_u16(struct slice data, size_t at)
{
    return (uint16_t)((unsigned char)data.p[at] << 8
                      | (unsigned char)data.p[at + 1]);
}

static uint32_t
read_u32(struct slice data, size_t at)
{
    return (uint32_t)read_u16(data, at) << 16 | read_u16(data, at + 2);
}

bool
record_string(const struct record *record, size_t *position,
              struct slice *string)
{
    struct slice data = record->data;
    size_t length;

    if (*position >= data.n)
        return false;
    length = (unsigned char)data.p[*position];
    if (length > data.n - *position - 1)
        return false;
    *string = slice_sub(data, *position + 1, length);
    *position += 1 + length;
    return true;
}

struct slice
record_text(struct arena *arena, const struct record *record)
{
    struct slice string, text;
    size_t position = 0;
    size_t n = 0;
    char *p;

    if (!record_string(record, &position, &text))
        return SLICE_EMPTY;
    if (!record_string(record, &position, &string))
        return text;
    p = arena_alloc(arena, record->data.n);
    position = 0;
    while (record_string(record, &position, &string)) {
        memcpy(p + n, string.p, string.n);
        n += string.n;
    }
    return (struct slice){p, n};
}

/* The name that fills data from offset at to the end. */
static bool
read_last_name(struct slice data, size_t at, struct name *name)
{
    size_t used;

    return data.n > at
           && name_from_wire(name, slice_from(data, at), &used) == ST_OK
           && used == data.n - at;
}

bool
record_target(const struct record *record, struct name *target)
{
    switch (record->type) {
    case RR_NS:
    case RR_CNAME:
    case RR_PTR:
    case RR_DNAME:
        return read_last_name(record->data, 0, target);
    case RR_MX:
        return read_last_name(record->data, 2, target);
    case RR_SRV:
        return read_last_name(record->data, 6, target);
    default:
        return false;
    }
}

bool
record_mx(const struct record *record, uint16_t *preference,
          struct name *target)
{
    if (record->type != RR_MX || !record_target(record, target))
        return false;
    *preference = read_u16(record->data, 0);
    return true;
}

bool
record_address(const struct record *record, struct address *address)
{
    size_t n = record->type == RR_A ? 4 : record->type == RR_AAAA ? 16 : 0;

    if (n == 0 || record->data.n != n)
        return false;
    memset(address, 0, sizeof(*address));
    address->family = record->type == RR_A ? 4 : 6;
    memcpy(address->octets, record->data.p, n);
    return true;
}

bool
record_soa(const struct record *record, struct soa *soa)
{
    struct slice rest = record->data;
    size_t used;

    if (record->type != RR_SOA
        || name_from_wire(&soa->primary, rest, &used) != ST_OK)
        return false;
    rest = slice_from(rest, used);
    if (name_from_wire(&soa->mailbox, rest, &used) != ST_OK)
        return false;
    rest = slice_from(rest, used);
    if (rest.n != 20)
        return false;
    soa->serial = read_u32(rest, 0);
    soa->refresh = read_u32(rest, 4);
    soa->retry = read_u32(rest, 8);
    soa->expire = read_u32(rest, 12);
    soa->minimum = read_u32(rest, 16);
    return true;
}

bool
record_signs(const struct record *record, uint16_t type)
{
    return record->type == RR_RRSIG && record->data.n >= 2
           && read_u16(record->data, 0) == type;
}
