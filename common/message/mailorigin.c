/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who sent a message, as its trace fields have it. */
#include "common/message/mailorigin.h"

static bool
is_end(char c)
{
    return (unsigned char)c <= ' ' || c == ';' || c == ')';
}

/* The value of "key=" in Received-SPF, without quotes and brackets; empty
   when there is none. */
static struct slice
key_value(struct slice text, struct slice key)
{
    for (size_t i = 0; i + key.n < text.n; i++) {
        struct slice value;
        size_t n = 0;

        if ((i > 0 && !is_end(text.p[i - 1]))
            || !slice_starts_case(slice_from(text, i), key))
            continue;
        value = slice_from(text, i + key.n);
        while (n < value.n && !is_end(value.p[n]))
            n++;
        value = slice_sub(value, 0, n);
        if (value.n >= 2 && (value.p[0] == '"' || value.p[0] == '<'))
            value = slice_sub(value, 1, value.n - 2);
        return value;
    }
    return SLICE_EMPTY;
}

/* No control characters, so that it may be shown and asked about. */
static const char *
clean_text(struct arena *arena, struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == 127)
            return NULL;
    return arena_text(arena, text);
}

static void
read_received_spf(struct arena *arena, struct slice value,
                  struct mailorigin *origin)
{
    static const char name[] = "Received-SPF";
    struct slice ip = key_value(value, SLICE("client-ip="));
    struct slice helo = key_value(value, SLICE("helo="));
    struct slice sender = key_value(value, SLICE("envelope-from="));

    if (ip.n > 0 && address_parse(&origin->ip, ip, NULL) == ST_OK)
        origin->ip_from = name;
    if (helo.n > 0 && (origin->helo = clean_text(arena, helo)) != NULL)
        origin->helo_from = name;
    if (sender.n > 0 && (origin->sender = clean_text(arena, sender)) != NULL)
        origin->sender_from = name;
}

static void
read_return_path(struct arena *arena, struct slice value,
                 struct mailorigin *origin)
{
    size_t open = slice_find(value, '<');
    struct slice path = slice_from(value, open < value.n ? open + 1 : 0);

    path = slice_trim(slice_sub(path, 0, slice_find(path, '>')));
    origin->sender = clean_text(arena, path);
    if (origin->sender != NULL)
        origin->sender_from = "Return-Path";
}

/* RFC 1918, RFC 4193, loopback and link-local: nobody's address outside. */
static bool
is_private(const struct address *ip)
{
    const uint8_t *o = ip->octets;

    if (ip->family == 4)
        return o[0] == 10 || o[0] == 127 || (o[0] == 192 && o[1] == 168)
               || (o[0] == 172 && (o[1] & 0xf0) == 16)
               || (o[0] == 169 && o[1] == 254);
    return (o[0] & 0xfe) == 0xfc || (o[0] == 0xfe && (o[1] & 0xc0) == 0x80)
           || (o[0] == 0 && o[1] == 0 && o[15] == 1);
}

/* The address in brackets, "[192.0.2.1]" or "[IPv6:2001:db8::1]", in the part
   before "by". */
static bool
bracketed_address(struct slice from, struct address *ip)
{
    while (from.n > 0) {
        size_t open = slice_find(from, '['), close;
        struct slice text;

        if (open == from.n)
            return false;
        from = slice_from(from, open + 1);
        close = slice_find(from, ']');
        text = slice_sub(from, 0, close);
        if (slice_starts_case(text, SLICE("IPv6:")))
            text = slice_from(text, 5);
        if (address_parse(ip, text, NULL) == ST_OK)
            return true;
    }
    return false;
}

/* "from HELO (name [address]) by ...", the part between from and by, when the
   address is a public one. */
static bool
read_from_clause(struct slice value, struct slice *from, struct address *ip)
{
    *from = slice_trim(value);
    if (!slice_starts_case(*from, SLICE("from ")))
        return false;
    *from =
        slice_from(slice_sub(*from, 0, slice_search(*from, SLICE(" by "))), 5);
    return bracketed_address(*from, ip) && !is_private(ip);
}

bool
mailorigin_is_outside(struct slice received)
{
    struct slice from;
    struct address ip;

    return read_from_clause(received, &from, &ip);
}

/* False: go on to the next one. */
static bool
read_received(struct arena *arena, struct slice value,
              struct mailorigin *origin)
{
    struct slice from, helo;
    struct address ip;
    size_t n = 0;

    if (!read_from_clause(value, &from, &ip))
        return false;
    if (origin->ip.family == 0) {
        origin->ip = ip;
        origin->ip_from = "Received";
    }
    from = slice_trim(from);
    while (n < from.n && !is_end(from.p[n]))
        n++;
    helo = slice_sub(from, 0, n);
    if (origin->helo == NULL && helo.n > 0 && helo.p[0] != '('
        && (origin->helo = clean_text(arena, helo)) != NULL)
        origin->helo_from = "Received";
    return true;
}

struct mailorigin
mailorigin_read(struct arena *arena, const struct mailhead *head)
{
    struct mailorigin origin = {0};
    const struct mailhead_field *spf =
        mailhead_find(head, SLICE("Received-SPF"), NULL);
    const struct mailhead_field *path =
        mailhead_find(head, SLICE("Return-Path"), NULL);
    const struct mailhead_field *hop = NULL;

    if (spf != NULL)
        read_received_spf(arena, spf->value, &origin);
    if (path != NULL && origin.sender == NULL)
        read_return_path(arena, path->value, &origin);
    for (int i = 0; i < MAILORIGIN_HOPS_MAX; i++) {
        hop = mailhead_find(head, SLICE("Received"), hop);
        if (hop == NULL || read_received(arena, hop->value, &origin))
            break;
    }
    return origin;
}
