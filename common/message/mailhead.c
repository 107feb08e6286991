/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header fields of a mail message, as they stand in a file. */
#include "common/message/mailhead.h"

/* Take the next line off *rest, without its end. */
static struct slice
take_line(struct slice *rest)
{
    size_t n = slice_find(*rest, '\n');
    struct slice line = slice_sub(*rest, 0, n);

    *rest = slice_from(*rest, n == rest->n ? n : n + 1);
    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* RFC 5322 section 2.2: octets 33 to 126 but for the colon; section 4.5.8
   lets blanks stand before it. */
static bool
read_field(struct slice line, struct mailhead_field *field)
{
    size_t colon = slice_find(line, ':');
    size_t n = colon;

    if (colon == line.n)
        return false;
    while (n > 0 && is_blank(line.p[n - 1]))
        n--;
    for (size_t i = 0; i < n; i++)
        if (line.p[i] < 33 || line.p[i] > 126)
            return false;
    field->name = slice_sub(line, 0, n);
    field->value = slice_from(line, colon + 1);
    return n > 0;
}

static enum status
too_long(struct error *err)
{
    return error_set(err, ST_RANGE,
                     "its header has more than %u octets or %u fields",
                     MAILHEAD_OCTETS_MAX, MAILHEAD_FIELDS_MAX);
}

/* The header line by line; a folded one lengthens the value before it, whose
   octets are in front of it. */
static enum status
read_lines(struct arena *arena, struct slice rest, struct mailhead *head,
           struct error *err)
{
    const char *begin = rest.p;
    struct mailhead_field *fields = NULL;

    head->body = slice_from(rest, rest.n);

    while (rest.n > 0) {
        struct slice line = take_line(&rest);

        head->body = rest;
        if (line.n == 0)
            break;
        if ((size_t)(line.p + line.n - begin) > MAILHEAD_OCTETS_MAX
            || head->count == MAILHEAD_FIELDS_MAX)
            return too_long(err);
        if (is_blank(line.p[0]) && head->count > 0) {
            struct slice *value = &fields[head->count - 1].value;

            value->n = (size_t)(line.p + line.n - value->p);
            continue;
        }
        fields = arena_grow(arena, fields, head->count, sizeof(*fields));
        head->fields = fields;
        if (!read_field(line, &fields[head->count])) {
            head->is_cut = true;
            head->body.n += (size_t)(rest.p - line.p);
            head->body.p = line.p;
            break;
        }
        head->count++;
    }
    return ST_OK;
}

/* "From SENDER DATE" of a mailbox file; "From : x" is a field, though an odd
   one. */
static bool
is_mailbox_line(struct slice text)
{
    size_t n = 5;

    if (!slice_starts(text, SLICE("From ")))
        return false;
    while (n < text.n && is_blank(text.p[n]))
        n++;
    return n == text.n || text.p[n] != ':';
}

/* Up to the first empty line, whatever stands before it. */
static struct slice
find_block(struct slice text)
{
    struct slice rest = text;

    while (rest.n > 0) {
        const char *at = rest.p;

        if (take_line(&rest).n == 0)
            return slice_sub(text, 0, (size_t)(at - text.p));
    }
    return text;
}

const struct mailhead_field *
mailhead_find(const struct mailhead *head, struct slice name,
              const struct mailhead_field *behind)
{
    size_t i = behind == NULL ? 0 : (size_t)(behind - head->fields) + 1;

    for (; i < head->count; i++)
        if (slice_equal_case(head->fields[i].name, name))
            return &head->fields[i];
    return NULL;
}

enum status
mailhead_read(struct arena *arena, struct slice text, struct mailhead *out,
              struct error *err)
{
    struct mailhead head = {0};
    enum status st;

    if (is_mailbox_line(text))
        take_line(&text);
    head.block = find_block(text);
    st = read_lines(arena, text, &head, err);
    if (st == ST_OK && head.count == 0)
        st =
            error_set(err, ST_SYNTAX, "it does not begin with a header field");
    if (st == ST_OK)
        *out = head;
    return st;
}
