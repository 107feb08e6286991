/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The addresses of rua= and ruf=. */
#include "common/dmarc/reporturi.h"

#include "common/base/strbuf.h"

static const struct slice mailto = {"mailto:", 7};

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool
is_hex(unsigned char c)
{
    c = ascii_lower(c);
    return ascii_is_digit(c) || (c >= 'a' && c <= 'f');
}

/* RFC 3986 appendix A: pchar, "/", "?", "#", "[" and "]". */
static bool
is_uri_text(struct slice text)
{
    static const char marks[] = "-._~!$&'()*+,;=:@/?#[]%";

    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (!ascii_is_alnum(c) && (c == '\0' || strchr(marks, c) == NULL))
            return false;
        if (c == '%'
            && (i + 2 >= text.n || !is_hex((unsigned char)text.p[i + 1])
                || !is_hex((unsigned char)text.p[i + 2])))
            return false;
    }
    return true;
}

/* RFC 3986 section 3.1; its length with the colon, 0 when there is none. */
static size_t
scheme_length(struct slice text)
{
    size_t colon = slice_find(text, ':');

    if (colon == text.n || colon == 0
        || !ascii_is_alpha((unsigned char)text.p[0]))
        return 0;
    for (size_t i = 1; i < colon; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (!ascii_is_alnum(c) && c != '+' && c != '-' && c != '.')
            return 0;
    }
    return colon + 1;
}

/* Cut the obsolete size off: "!" 1*DIGIT ["k" / "m" / "g" / "t"]. */
static struct slice
cut_size(struct slice *text)
{
    size_t end = text->n, digits;
    struct slice size;

    if (end > 0
        && strchr("kmgt", ascii_lower((unsigned char)text->p[end - 1])) != NULL
        && text->p[end - 1] != '\0')
        end--;
    digits = end;
    while (digits > 0 && ascii_is_digit((unsigned char)text->p[digits - 1]))
        digits--;
    if (digits == end || digits == 0 || text->p[digits - 1] != '!')
        return SLICE_EMPTY;
    size = slice_from(*text, digits - 1);
    text->n = digits - 1;
    return size;
}

/* local@host, RFC 6068 section 2: what stands before "?". */
static bool
read_address(struct reporturi *uri, struct slice address)
{
    size_t at;

    address = slice_sub(address, 0, slice_find(address, '?'));
    at = address.n;
    while (at > 0 && address.p[at - 1] != '@')
        at--;
    if (at < 2 || at == address.n)
        return false;
    uri->address = address;
    return name_from_text(&uri->host, slice_from(address, at)) == ST_OK
           && name_is_host(&uri->host);
}

static enum reporturi_state
read_uri(struct reporturi *uri)
{
    struct slice text = uri->text;
    size_t scheme, bang;

    uri->size = cut_size(&text);
    scheme = scheme_length(text);
    bang = slice_find(text, '!');
    if (bang < text.n)
        uri->unescaped = slice_sub(text, bang, 1);
    if (text.n == 0 || !is_uri_text(text))
        return REPORTURI_NO_URI;
    if (scheme == 0)
        return read_address(uri, text) ? REPORTURI_NO_SCHEME
                                       : REPORTURI_NO_URI;
    if (!slice_starts_case(text, mailto))
        return REPORTURI_OTHER;
    return read_address(uri, slice_from(text, mailto.n))
               ? REPORTURI_GOOD
               : REPORTURI_BAD_ADDRESS;
}

/* Where a second URI begins in a part between commas: at a blank, or at
   "mailto:" with nothing before it. */
static size_t
find_second(struct slice part)
{
    for (size_t i = 1; i < part.n; i++) {
        if (is_blank(part.p[i])
            || slice_starts_case(slice_from(part, i), mailto))
            return i;
    }
    return part.n;
}

struct list {
    struct arena *arena;    /* where they go */
    struct reporturi *uris; /* found so far */
    size_t count;           /* of them */
};

/* "mailto:a,b@example.com": a bare comma takes one address apart. */
static bool
joins_previous(const struct list *list, const struct reporturi *uri)
{
    return list->count > 0 && uri->gap.p == NULL
           && uri->state == REPORTURI_NO_SCHEME
           && list->uris[list->count - 1].state == REPORTURI_BAD_ADDRESS
           && list->uris[list->count - 1].text.n > mailto.n;
}

static void
add_uri(struct list *list, struct slice text, struct slice gap)
{
    struct reporturi uri = {.text = text, .gap = gap};

    uri.state = read_uri(&uri);
    if (joins_previous(list, &uri)) {
        struct reporturi *previous = &list->uris[list->count - 1];

        previous->unescaped =
            (struct slice){previous->text.p + previous->text.n, 1};
        previous->text.n = (size_t)(text.p + text.n - previous->text.p);
        previous->address = slice_from(previous->text, mailto.n);
        return;
    }
    list->uris = arena_grow(list->arena, list->uris, list->count, sizeof(uri));
    list->uris[list->count++] = uri;
}

static void
add_part(struct list *list, struct slice part)
{
    struct slice gap = SLICE_EMPTY;

    do {
        size_t second = find_second(part);
        struct slice rest = slice_from(part, second);

        add_uri(list, slice_sub(part, 0, second), gap);
        gap = rest;
        while (rest.n > 0 && is_blank(rest.p[0]))
            rest = slice_from(rest, 1);
        gap.n -= rest.n;
        part = rest;
    } while (part.n > 0 && list->count < REPORTURI_MAX);
}

const struct reporturi *
reporturi_list(struct arena *arena, struct slice value, size_t *count)
{
    struct list list = {.arena = arena};
    struct slice part;

    while (list.count < REPORTURI_MAX && slice_next(&value, ',', &part))
        add_part(&list, slice_trim(part));
    *count = list.count;
    return list.uris;
}

bool
reporturi_any_valid(const struct reporturi *uris, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (uris[i].state == REPORTURI_GOOD
            || uris[i].state == REPORTURI_OTHER)
            return true;
    }
    return false;
}

const char *
reporturi_expected(struct arena *arena, const struct reporturi *uris,
                   size_t count)
{
    struct strbuf out = STRBUF_INIT;
    const char *text;

    for (size_t i = 0; i < count; i++) {
        if (uris[i].text.n == 0)
            continue;
        if (out.n > 0)
            strbuf_add_char(&out, ',');
        if (uris[i].state == REPORTURI_NO_SCHEME)
            strbuf_add_slice(&out, mailto);
        strbuf_add_presented(
            &out, slice_sub(uris[i].text, 0, uris[i].text.n - uris[i].size.n));
    }
    text = arena_text(arena, strbuf_slice(&out));
    strbuf_clear(&out);
    return text;
}
