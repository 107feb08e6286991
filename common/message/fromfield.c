/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who the author is. */
#include "common/message/fromfield.h"

#include "common/base/digest.h"
#include "common/base/strbuf.h"
#include "common/message/mailskip.h"

/* A From field while it is read. */
struct reading {
    struct arena *arena;    /* where all goes */
    struct fromfield *from; /* the result */
    struct name *domains;   /* of it */
};

bool
fromfield_has(const struct fromfield *from, enum fromfield_trick trick)
{
    return (from->tricks & (1u << trick)) != 0;
}

static void
set(struct fromfield *from, enum fromfield_trick trick)
{
    from->tricks |= 1u << trick;
}

static void
malformed(struct reading *reading, const char *why)
{
    set(reading->from, FROMFIELD_MALFORMED);
    if (reading->from->malformed == NULL)
        reading->from->malformed = why;
}

/* ---- the field's name ---- */

/* Octets that some readers pass over: blanks, controls, NUL. */
static bool
is_skipped(char c)
{
    unsigned char octet = (unsigned char)c;

    return octet <= ' ' || octet == 127;
}

/*
 * Does a line read "From:" when octets that nobody sees are passed over?
 * *plain: it does for everybody.
 */
static bool
reads_from(struct slice line, bool *plain)
{
    static const char word[] = "from:";
    size_t at = 0;

    *plain = slice_starts_case(line, SLICE("From:"));
    for (size_t i = 0; i < line.n && word[at] != '\0'; i++) {
        if ((char)ascii_lower((unsigned char)line.p[i]) == word[at])
            at++;
        else if (!is_skipped(line.p[i]))
            return false;
    }
    return word[at] == '\0';
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* "From", and the colon in the next line, which is folded. */
static bool
is_folded_name(struct slice line, struct slice next)
{
    struct slice word = slice_trim(line);
    struct slice rest = slice_trim(next);

    return slice_equal_case(word, SLICE("From")) && next.n > 0
           && is_blank(next.p[0]) && rest.n > 0 && rest.p[0] == ':';
}

/* The header line by line.  Lines are looked at from the top, and so one
   search for "@" and one for the end of a field serve many of them. */
struct looking {
    const struct mailhead *head; /* whose block it is */
    const char *end;             /* of the block */
    struct slice line;           /* at present, without its end */
    const char *field_end;       /* behind its folded lines */
    const char *at;              /* the next "@", or end */
    bool is_folded;              /* line belongs to a field above it */
    bool is_list;                /* of a signature, whose h= holds names */
};

/* Does an address follow from there to the end of the field? */
static bool
has_address(struct looking *looking, const char *from)
{
    struct slice rest = {from, (size_t)(looking->end - from)};

    if (looking->at < from)
        looking->at = from + slice_find(rest, '@');
    if (looking->at >= looking->field_end)
        return false;
    rest = slice_sub(rest, 0, (size_t)(looking->at - from));
    rest = slice_from(rest, slice_find(rest, ':') + 1);
    /* "h=Date:<fold>From:To; i=@example.com" */
    return !looking->is_list || !looking->is_folded
           || (slice_find(rest, ':') == rest.n
               && slice_find(rest, ';') == rest.n);
}

/* A folded line "From: x" belongs to the field above it for some and is one
   of its own for others; without an address it deceives nobody. */
static bool
is_odd(struct looking *looking)
{
    bool plain;

    return reads_from(looking->line, &plain) && !plain
           && has_address(looking, looking->line.p);
}

/* A plain From line that is no field: the header ended before it, at a line
   that others pass over. */
static bool
is_cut_off(struct looking *looking)
{
    const struct mailhead *head = looking->head;
    bool plain;

    return head->is_cut && looking->line.p >= head->body.p
           && reads_from(looking->line, &plain) && plain
           && has_address(looking, looking->line.p);
}

/* Behind a bare CR, which some take for the end of a line (RFC 5322 section
   2.3): no From field for us, and one for them. */
static bool
is_behind_cr(struct looking *looking)
{
    struct slice rest = looking->line, part;
    bool plain;

    slice_next(&rest, '\r', &part);
    while (slice_next(&rest, '\r', &part))
        if (reads_from(part, &plain) && has_address(looking, part.p))
            return true;
    return false;
}

/* Where the field that line begins, or stands in, ends. */
static void
find_end(struct looking *looking, struct slice rest)
{
    const char *begin = looking->line.p;
    struct slice line;

    if (looking->field_end > begin)
        return;
    looking->field_end = begin + looking->line.n;
    while (rest.n > 0 && is_blank(rest.p[0]) && slice_next(&rest, '\n', &line))
        looking->field_end = line.p + line.n;
}

static void
take_name(struct looking *looking)
{
    static const struct slice tail = SLICE_INIT("-Signature");
    struct slice name = looking->line;

    looking->is_folded = name.n > 0 && is_blank(name.p[0]);
    if (looking->is_folded)
        return;
    name = slice_trim(slice_sub(name, 0, slice_find(name, ':')));
    looking->is_list =
        name.n > tail.n
        && slice_equal_case(slice_from(name, name.n - tail.n), tail);
}

static void
look_at_names(struct reading *reading, const struct mailhead *head)
{
    struct slice rest = head->block, last = SLICE_EMPTY;
    struct looking looking = {.head = head,
                              .end = rest.p + rest.n,
                              .field_end = rest.p,
                              .at = rest.p + slice_find(rest, '@')};

    while (slice_next(&rest, '\n', &looking.line)) {
        bool is_hidden;

        take_name(&looking);
        find_end(&looking, rest);
        is_hidden =
            is_odd(&looking) || is_cut_off(&looking) || is_behind_cr(&looking);
        if (is_hidden || is_folded_name(last, looking.line)) {
            set(reading->from, FROMFIELD_OBFUSCATED);
            reading->from->odd_line =
                slice_trim(is_hidden ? looking.line : last);
            return;
        }
        last = looking.line;
    }
}

/* ---- domains ---- */

static void
add_domain(struct reading *reading, const struct name *domain)
{
    struct fromfield *from = reading->from;

    for (size_t i = 0; i < from->domain_count; i++)
        if (name_equal(&from->domains[i], domain))
            return;
    if (from->domain_count == FROMFIELD_ADDRESSES_MAX)
        return;
    reading->domains = arena_grow(reading->arena, reading->domains,
                                  from->domain_count, sizeof(*domain));
    reading->domains[from->domain_count++] = *domain;
    from->domains = reading->domains;
}

static bool
is_domain_octet(char c)
{
    unsigned char octet = (unsigned char)c;

    return ascii_is_alnum(octet) || octet >= 128 || c == '-' || c == '_'
           || c == '.';
}

/* A domain, U-labels turned into A-labels (RFC 9989 section 5.3.1). */
static bool
read_domain(struct reading *reading, struct slice text, struct name *domain)
{
    for (size_t i = 0; i < text.n; i++) {
        if (!is_domain_octet(text.p[i]))
            return false;
        if ((unsigned char)text.p[i] >= 128)
            set(reading->from, FROMFIELD_NOT_ALABEL);
    }
    return text.n > 0
           && name_from_user(domain, arena_text(reading->arena, text), NULL)
                  == ST_OK;
}

/* Every domain that any reader might see: what follows an "@". */
static void
scan_domains(struct reading *reading, struct slice text)
{
    struct name domain;

    for (size_t i = 0; i < text.n; i++) {
        size_t from = i + 1, to;

        if (text.p[i] != '@')
            continue;
        while (from < text.n && is_skipped(text.p[from]))
            from++;
        for (to = from; to < text.n && is_domain_octet(text.p[to]); to++)
            continue;
        if (read_domain(reading, slice_sub(text, from, to - from), &domain))
            add_domain(reading, &domain);
    }
}

/* ---- encoded words, RFC 2047 ---- */

static int
hex_digit(char c)
{
    if (ascii_is_digit((unsigned char)c))
        return c - '0';
    c = (char)ascii_lower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void
decode_q(struct slice text, struct strbuf *out)
{
    for (size_t i = 0; i < text.n; i++) {
        int high = -1, low = -1;

        if (text.p[i] == '=' && i + 2 < text.n) {
            high = hex_digit(text.p[i + 1]);
            low = hex_digit(text.p[i + 2]);
        }
        if (high >= 0 && low >= 0) {
            strbuf_add_char(out, (char)(high * 16 + low));
            i += 2;
        } else {
            strbuf_add_char(out, text.p[i] == '_' ? ' ' : text.p[i]);
        }
    }
}

/* "=?charset?B?text?=" decoded; anything else stays as it is.  Returns
   whether there was one. */
static bool
decode_words(struct slice text, struct strbuf *out)
{
    bool any = false;

    while (text.n > 0) {
        size_t at = slice_search(text, SLICE("=?"));
        struct slice rest = slice_from(text, at + 2), charset, coding;
        size_t end;

        strbuf_add_slice(out, slice_sub(text, 0, at));
        if (at == text.n)
            break;
        if (!slice_next(&rest, '?', &charset) || rest.p == NULL
            || !slice_next(&rest, '?', &coding) || rest.p == NULL)
            break;
        end = slice_search(rest, SLICE("?="));
        any = true;
        if (slice_equal_case(coding, SLICE("B")))
            digest_base64_decode(slice_sub(rest, 0, end), out, NULL);
        else
            decode_q(slice_sub(rest, 0, end), out);
        text = slice_from(rest, end + 2);
    }
    return any;
}

/* ---- mailboxes ---- */

/* The display name: an address in it deceives people (RFC 9989 section
   11.4). */
static void
check_display(struct reading *reading, struct slice display,
              const struct name *domain)
{
    struct strbuf text = STRBUF_INIT;
    struct slice seen, whole;
    size_t at, to, from;
    struct name other;

    decode_words(display, &text);
    whole = strbuf_slice(&text);
    at = slice_find(whole, '@');
    for (to = at + 1; to < whole.n && is_domain_octet(whole.p[to]); to++)
        continue;
    for (from = at; from > 0 && !is_skipped(whole.p[from - 1])
                    && strchr("\"<>,(:", whole.p[from - 1]) == NULL;
         from--)
        continue;
    seen = slice_sub(whole, from, to - from);
    if (at < whole.n && seen.n > 0
        && name_from_user(
               &other,
               arena_text(reading->arena, slice_from(seen, at + 1 - from)),
               NULL)
               == ST_OK
        && !name_equal(&other, domain)) {
        set(reading->from, FROMFIELD_DISPLAY_ADDRESS);
        reading->from->display_address = arena_text(reading->arena, seen);
    }
    strbuf_clear(&text);
}

static bool
is_atom_text(struct slice local)
{
    for (size_t i = 0; i < local.n; i++) {
        unsigned char c = (unsigned char)local.p[i];

        if (c <= ' ' || c == 127 || strchr("()<>[]:;@\\,\"", c) != NULL)
            return false;
    }
    return local.n > 0;
}

/* addr-spec of RFC 5322 section 3.4.1, with the local part an atom. */
static bool
read_address(struct reading *reading, struct slice text, struct name *domain)
{
    struct fromfield *from = reading->from;
    size_t at = text.n;

    text = slice_trim(text);
    at = text.n;
    while (at > 0 && text.p[at - 1] != '@')
        at--;
    if (at == 0) {
        malformed(reading, "it has no address");
        return false;
    }
    if (text.p[0] == '@')
        malformed(reading, "it has a route");
    else if (slice_search(text, SLICE("=?")) < text.n)
        malformed(reading, "its address is encoded");
    else if (!is_atom_text(slice_sub(text, 0, at - 1)))
        malformed(reading, "its local part is no plain word");
    if (!read_domain(reading, slice_from(text, at), domain)) {
        malformed(reading, "its domain is none");
        return false;
    }
    if (from->address_count++ == 0)
        from->address = arena_text(reading->arena, text);
    add_domain(reading, domain);
    return true;
}

/* What must not stand outside of quotes in a display name. */
static void
check_phrase(struct reading *reading, struct slice display)
{
    for (size_t i = 0; i < display.n; i++) {
        char c = display.p[i];

        if (c == '"')
            i = mailskip_quoted(display, i) - 1;
        else if (c == '\\')
            malformed(reading, "it has a quoted pair outside of quotes");
        else if (c == '@')
            malformed(reading, "its display name has a bare @");
        else if (c == '>' || c == '[' || c == ']')
            malformed(reading, "its display name has a bare bracket");
    }
}

/* One mailbox: "a@b", or "name <a@b>". */
static void
read_mailbox(struct reading *reading, struct slice text)
{
    struct slice display = SLICE_EMPTY, address = text;
    struct name domain = {0};
    size_t open = 0, close;

    while (open < text.n && text.p[open] != '<')
        open = text.p[open] == '"' ? mailskip_quoted(text, open) : open + 1;
    if (open < text.n) {
        display = slice_sub(text, 0, open);
        address = slice_from(text, open + 1);
        close = slice_find(address, '>');
        if (close == address.n
            || slice_trim(slice_from(address, close + 1)).n > 0)
            malformed(reading, "text stands behind its address");
        address = slice_sub(address, 0, close);
    }
    check_phrase(reading, display);
    if (read_address(reading, address, &domain))
        check_display(reading, display, &domain);
}

/* The value without comments, blanks in their place. */
static struct slice
without_comments(struct reading *reading, struct slice value)
{
    struct strbuf out = STRBUF_INIT;
    struct slice text;
    size_t end;

    for (size_t i = 0; i < value.n; i = end) {
        char c = value.p[i];

        end = i + 1;
        if (c == '(') {
            struct slice comment;

            end = mailskip_comment(value, i);
            comment = slice_sub(value, i, end - i);
            if (slice_find(comment, '@') < comment.n
                || comment.p[comment.n - 1] != ')')
                malformed(reading, "a comment in it holds an address or has "
                                   "no end");
            strbuf_add_char(&out, ' ');
            continue;
        }
        if (c == '"')
            end = mailskip_quoted(value, i);
        strbuf_add_slice(&out, slice_sub(value, i, end - i));
    }
    text = arena_slice(reading->arena, strbuf_slice(&out));
    strbuf_clear(&out);
    return text;
}

/* The list, cut at commas that stand in nothing. */
static void
read_list(struct reading *reading, struct slice text)
{
    size_t from = 0, boxes = 0;

    for (size_t i = 0; i <= text.n && boxes < FROMFIELD_ADDRESSES_MAX;) {
        char c = i < text.n ? text.p[i] : ',';

        if (c == '"') {
            i = mailskip_quoted(text, i);
            continue;
        }
        if (c == '<') {
            size_t n = slice_find(slice_from(text, i), '>');

            i += n < text.n - i ? n + 1 : n;
            continue;
        }
        if (c == ':' || c == ';')
            malformed(reading, "it has a group");
        if (c == '\\')
            malformed(reading, "it has a quoted pair outside of quotes");
        if (c == ',') {
            read_mailbox(reading, slice_sub(text, from, i - from));
            from = i + 1;
            boxes++;
        }
        i++;
    }
    if (from < text.n)
        malformed(reading, "it has too many addresses");
}

static void
read_value(struct reading *reading, struct slice value)
{
    struct strbuf decoded = STRBUF_INIT;
    struct slice text = without_comments(reading, value);

    for (size_t i = 0; i < value.n; i++)
        if (is_skipped(value.p[i]) && strchr(" \t\r\n", value.p[i]) == NULL)
            malformed(reading, "it has control characters");
    if (slice_find(value, '\0') < value.n)
        malformed(reading, "it has a NUL");
    read_list(reading, text);
    if (!fromfield_has(reading->from, FROMFIELD_MALFORMED))
        return;
    /* Nobody knows which reading a mail client has: all of them count. */
    scan_domains(reading, value);
    if (decode_words(value, &decoded))
        scan_domains(reading, strbuf_slice(&decoded));
    strbuf_clear(&decoded);
}

struct fromfield
fromfield_read(struct arena *arena, const struct mailhead *head)
{
    struct fromfield from = {0};
    struct reading reading = {arena, &from, NULL};
    const unsigned spoilt = 1u << FROMFIELD_MISSING
                            | 1u << FROMFIELD_MULTIPLE_FIELDS
                            | 1u << FROMFIELD_OBFUSCATED;
    const struct mailhead_field *field = NULL;

    while ((field = mailhead_find(head, SLICE("From"), field)) != NULL) {
        if (from.count++ == 0)
            from.value = field->value;
        read_value(&reading, field->value);
    }
    look_at_names(&reading, head);
    if (from.count == 0)
        set(&from, FROMFIELD_MISSING);
    if (from.count > 1)
        set(&from, FROMFIELD_MULTIPLE_FIELDS);
    if (from.domain_count > 1)
        set(&from, FROMFIELD_MULTIPLE_DOMAINS);
    else if (from.address_count > 1 && from.count == 1)
        set(&from, FROMFIELD_MULTIPLE_ADDRESSES);
    if ((from.tricks & spoilt) == 0 && from.domain_count == 1
        && from.address_count > 0)
        from.domain = from.domains[0];
    return from;
}
