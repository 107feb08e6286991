/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who sent a message, as its trace fields have it. */
#include "common/message/mailorigin.h"

#include "common/message/mailskip.h"

static bool
is_end(char c)
{
    return (unsigned char)c <= ' ' || c == ';' || c == ')';
}

/* What stands there, without quotes and brackets. */
static struct slice
take_value(struct slice text)
{
    size_t n = 0;

    if (text.n > 0 && text.p[0] == '"') {
        n = mailskip_quoted(text, 0);
        return slice_sub(text, 1, n < 2 ? 0 : n - 2);
    }
    while (n < text.n && !is_end(text.p[n]))
        n++;
    return text.n > 0 && text.p[0] == '<' && n >= 2 ? slice_sub(text, 1, n - 2)
                                                    : slice_sub(text, 0, n);
}

/* The value of "key=" in Received-SPF, outside of comments and of other
   values; empty when there is none. */
static struct slice
key_value(struct slice text, struct slice key)
{
    for (size_t i = 0; i < text.n;) {
        if (text.p[i] == '(')
            i = mailskip_comment(text, i);
        else if (text.p[i] == '"')
            i = mailskip_quoted(text, i);
        else if ((i == 0 || is_end(text.p[i - 1]))
                 && slice_starts_case(slice_from(text, i), key))
            return take_value(slice_from(text, i + key.n));
        else
            i++;
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

/* Only what is told of the very host that handed us the message. */
static void
read_received_spf(struct arena *arena, struct slice value,
                  struct mailorigin *origin)
{
    static const char name[] = "Received-SPF";
    struct slice text = key_value(value, SLICE("client-ip="));
    struct slice helo = key_value(value, SLICE("helo="));
    struct slice sender = key_value(value, SLICE("envelope-from="));
    struct address ip = {0};

    if (text.n > 0 && address_parse(&ip, text, NULL) == ST_OK) {
        if (origin->ip.family != 0 && !address_equal(&origin->ip, &ip))
            return;
        origin->ip = ip;
        origin->ip_from = name;
    }
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

/* The first address in brackets, "[192.0.2.1]" or "[IPv6:2001:db8::1]". */
static bool
bracketed_address(struct slice text, struct address *ip)
{
    while (text.n > 0) {
        size_t open = slice_find(text, '[');
        struct slice inner;

        text = slice_from(text, open + 1);
        inner = slice_sub(text, 0, slice_find(text, ']'));
        if (slice_starts_case(inner, SLICE("IPv6:")))
            inner = slice_from(inner, 5);
        if (inner.n > 0 && address_parse(ip, inner, NULL) == ST_OK)
            return true;
    }
    return false;
}

/* Up to where the client's own words begin: "helo=", "HELO " or "EHLO ". */
static struct slice
before_helo(struct slice comment)
{
    for (size_t i = 0; i + 4 < comment.n; i++) {
        struct slice word = slice_sub(comment, i, 4);

        if ((slice_equal_case(word, SLICE("HELO"))
             || slice_equal_case(word, SLICE("EHLO")))
            && (comment.p[i + 4] == '=' || is_end(comment.p[i + 4]))
            && (i == 0 || is_end(comment.p[i - 1])))
            return slice_sub(comment, 0, i);
    }
    return comment;
}

/* "name [address]", "address" or "ident@address". */
static bool
comment_address(struct slice comment, struct address *ip)
{
    size_t at;

    comment = slice_trim(before_helo(comment));
    if (bracketed_address(comment, ip))
        return true;
    for (at = comment.n; at > 0 && comment.p[at - 1] != '@';)
        at--;
    comment = slice_from(comment, at);
    return comment.n > 0 && address_parse(ip, comment, NULL) == ST_OK;
}

/*
 * What the receiver saw stands in a comment, "HELO (name [address])"; what
 * stands before it the client said.  Without such a comment the receiver put
 * the address first: "[address] (helo=HELO)".
 */
static bool
seen_address(struct slice from, struct address *ip)
{
    size_t first = slice_find(from, '('), end;

    for (size_t i = first; i < from.n;) {
        end = mailskip_comment(from, i);
        if (comment_address(slice_sub(from, i + 1, end - i - 2), ip))
            return true;
        i = end + slice_find(slice_from(from, end), '(');
    }
    return bracketed_address(slice_sub(from, 0, first), ip);
}

/* Up to the word "by" that stands in no comment and is not the first. */
static struct slice
before_by(struct slice from)
{
    size_t n = 0;

    while (n < from.n) {
        struct slice rest = slice_from(from, n);

        if (n > 0 && (unsigned char)from.p[n - 1] <= ' ' && rest.n > 2
            && slice_starts_case(rest, SLICE("by"))
            && (unsigned char)rest.p[2] <= ' ')
            break;
        n = from.p[n] == '(' ? mailskip_comment(from, n) : n + 1;
    }
    return slice_sub(from, 0, n);
}

/* "from HELO (name [address]) by ...", the part between from and by, when the
   address is a public one. */
static bool
read_from_clause(struct slice value, struct slice *from, struct address *ip)
{
    *from = slice_trim(value);
    if (!slice_starts_case(*from, SLICE("from ")))
        return false;
    *from = before_by(slice_trim(slice_from(*from, 5)));
    return seen_address(*from, ip) && !is_private(ip);
}

bool
mailorigin_is_outside(struct slice received)
{
    struct slice from;
    struct address ip;

    return read_from_clause(received, &from, &ip);
}

/* The topmost Received that tells of a public address, which is set; NULL
   when there is none. */
static const struct mailhead_field *
read_received(struct arena *arena, const struct mailhead *head,
              struct mailorigin *origin)
{
    const struct mailhead_field *hop = NULL;
    struct slice from;
    struct address ip;
    size_t n = 0;

    for (int i = 0; i < MAILORIGIN_HOPS_MAX; i++) {
        hop = mailhead_find(head, SLICE("Received"), hop);
        if (hop == NULL)
            return NULL;
        if (read_from_clause(hop->value, &from, &ip))
            break;
        if (i + 1 == MAILORIGIN_HOPS_MAX)
            return NULL;
    }
    origin->ip = ip;
    origin->ip_from = "Received";
    while (n < from.n && !is_end(from.p[n]))
        n++;
    from = slice_sub(from, 0, n);
    if (from.n > 0 && from.p[0] != '('
        && (origin->helo = clean_text(arena, from)) != NULL)
        origin->helo_from = "Received";
    return hop;
}

struct mailorigin
mailorigin_read(struct arena *arena, const struct mailhead *head)
{
    struct mailorigin origin = {0};
    const struct mailhead_field *spf =
        mailhead_find(head, SLICE("Received-SPF"), NULL);
    const struct mailhead_field *path =
        mailhead_find(head, SLICE("Return-Path"), NULL);
    const struct mailhead_field *hop = read_received(arena, head, &origin);

    if (path != NULL)
        read_return_path(arena, path->value, &origin);
    /* What stands below the hop came in with the message. */
    if (spf != NULL && (hop == NULL || spf < hop))
        read_received_spf(arena, spf->value, &origin);
    return origin;
}
