/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole record as one line, and back. */
#include "common/dns/recordline.h"

void
recordline_present(const struct record *record, struct strbuf *out)
{
    name_present(&record->owner, out);
    strbuf_addf(out, " %lu ", (unsigned long)record->ttl);
    rrtype_present(record->type, out);
    strbuf_add_char(out, ' ');
    record_present(record, out);
}

/* Take the word before the next blank; an escaped octet is part of it. */
static struct slice
take_word(struct slice *rest)
{
    struct slice text = slice_trim(*rest);
    struct slice word;
    size_t i = 0;

    while (i < text.n && text.p[i] != ' ' && text.p[i] != '\t')
        i += text.p[i] == '\\' ? 2 : 1;
    word = slice_sub(text, 0, i);
    *rest = slice_from(text, i);
    return word;
}

enum status
recordline_parse(struct arena *arena, struct slice text, struct record *record,
                 struct error *err)
{
    struct slice rest = text;
    struct slice owner = take_word(&rest);
    struct slice ttl = take_word(&rest);
    struct slice type = take_word(&rest);
    uint64_t seconds;
    enum status st;

    if (slice_equal_case(type, SLICE("IN")))
        type = take_word(&rest);
    if (owner.n == 0 || type.n == 0)
        return error_set(err, ST_SYNTAX,
                         "'%.*s' is no record: owner, TTL, type and data",
                         SLICE_ARGS(text));
    st = name_parse(&record->owner, owner, err);
    if (st != ST_OK)
        return st;
    if (!slice_number(ttl, INT32_MAX, &seconds))
        return error_set(err, ST_SYNTAX, "'%.*s' is no TTL", SLICE_ARGS(ttl));
    record->ttl = (uint32_t)seconds;
    record->type = rrtype_parse(type);
    if (record->type == 0)
        return error_set(err, ST_SYNTAX, "'%.*s' is no record type",
                         SLICE_ARGS(type));
    return record_parse(arena, record->type, rest, &record->data, err);
}
