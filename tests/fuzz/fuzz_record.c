/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any octets as RDATA, and as RDATA in presentation form. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/dns/recordline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_record(struct arena *arena, const struct record *record)
{
    struct strbuf text = STRBUF_INIT;
    struct record again;
    struct address address;
    struct name name;
    struct soa soa;

    recordline_present(record, &text);
    assert(recordline_parse(arena, strbuf_slice(&text), &again, NULL)
           == ST_OK);
    assert(again.type == record->type && again.ttl == record->ttl);
    assert(name_equal(&again.owner, &record->owner));
    assert(slice_equal(again.data, record->data));
    strbuf_clear(&text);
    assert(record_text(arena, record).n <= record->data.n);
    (void)record_target(record, &name);
    (void)record_address(record, &address);
    (void)record_soa(record, &soa);
}

/* The first octet chooses a type, from NULL (0 is none) to CAA. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena;
    struct record record = {.owner = name_root, .ttl = 300};
    struct slice rest;

    if (size == 0 || size > UINT16_MAX)
        return 0;
    arena = arena_new();
    rest = (struct slice){(const char *)data + 1, size - 1};
    record.type = (uint16_t)(data[0] < 2 ? data[0] + 256 : data[0]);
    record.data = rest;
    check_record(arena, &record);
    if (record_parse(arena, record.type, rest, &record.data, NULL) == ST_OK)
        check_record(arena, &record);
    if (recordline_parse(arena, rest, &record, NULL) == ST_OK)
        check_record(arena, &record);
    arena_free(arena);
    return 0;
}
