/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a published text differs from the expected one: one question each. */
#include "common/records/nearmisstext.h"

/*
 * Do both texts read the same when octets for which skip() says so are
 * passed over in found?  skip sees what follows, and says how many octets
 * to pass over.
 */
static bool
same_skipping(struct slice found, struct slice expected,
              size_t (*skip)(struct slice rest))
{
    size_t e = 0, f = 0, skipped = 0;

    while (f < found.n) {
        size_t n = skip(slice_from(found, f));

        if (n > 0) {
            f += n;
            skipped += n;
        } else if (e < expected.n && found.p[f] == expected.p[e]) {
            f++;
            e++;
        } else {
            return false;
        }
    }
    return e == expected.n && skipped > 0;
}

static size_t
skip_backslash(struct slice rest)
{
    return rest.p[0] == '\\' ? 1 : 0;
}

static size_t
skip_blank(struct slice rest)
{
    return rest.p[0] == ' ' || rest.p[0] == '\t' || rest.p[0] == '\r'
                   || rest.p[0] == '\n'
               ? 1
               : 0;
}

/* Curly quotes, no-break and zero-width spaces, the byte order mark. */
static size_t
skip_typography(struct slice rest)
{
    static const struct slice marks[] = {
        SLICE_INIT("\xe2\x80\x9c"), SLICE_INIT("\xe2\x80\x9d"),
        SLICE_INIT("\xe2\x80\x98"), SLICE_INIT("\xe2\x80\x99"),
        SLICE_INIT("\xe2\x80\x9e"), SLICE_INIT("\xc2\xab"),
        SLICE_INIT("\xc2\xbb"),     SLICE_INIT("\xc2\xa0"),
        SLICE_INIT("\xe2\x80\x8b"), SLICE_INIT("\xe2\x80\xaf"),
        SLICE_INIT("\xef\xbb\xbf"),
    };

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        if (slice_starts(rest, marks[i]))
            return marks[i].n;
    return 0;
}

bool
nearmisstext_quotes_kept(struct slice found, struct slice expected)
{
    size_t f = 0, e = 0, quotes = 0;

    /* "one" "two": quotes, and blanks only between two of them. */
    while (f < found.n) {
        if (found.p[f] == '"'
            || (found.p[f] == '\\' && f + 1 < found.n
                && found.p[f + 1] == '"')) {
            quotes++;
            f += found.p[f] == '"' ? 1 : 2;
            while (f + 1 < found.n && found.p[f] == ' '
                   && found.p[f + 1] == '"')
                f++;
        } else if (e < expected.n && found.p[f] == expected.p[e]) {
            f++;
            e++;
        } else {
            return false;
        }
    }
    return e == expected.n && quotes > 0;
}

bool
nearmisstext_semicolon_escaped(struct slice found, struct slice expected)
{
    return same_skipping(found, expected, skip_backslash);
}

bool
nearmisstext_smart_quotes(struct slice found, struct slice expected)
{
    return same_skipping(found, expected, skip_typography);
}

bool
nearmisstext_leading_space(struct slice found, struct slice expected)
{
    return found.n != expected.n && slice_equal(slice_trim(found), expected);
}

/* Are both the same when each octet of expected at lost, lost + step, ... is
   passed over? */
static bool
same_without(struct slice found, struct slice expected, size_t lost,
             size_t step)
{
    size_t f = 0;

    for (size_t e = 0; e < expected.n; e++) {
        if (e >= lost && (e - lost) % step == 0)
            continue;
        if (f == found.n || found.p[f++] != expected.p[e])
            return false;
    }
    return f == found.n;
}

bool
nearmisstext_lost_256th(struct slice found, struct slice expected)
{
    enum { STRING = 255 };

    /* A pattern "(.{255})." eats the octet behind each string; other tools
       lose only the first one. */
    return expected.n > STRING && found.n < expected.n
           && (same_without(found, expected, STRING, STRING + 1)
               || same_without(found, expected, STRING, expected.n));
}

bool
nearmisstext_joined_with_space(struct slice found, struct slice expected)
{
    enum { STRINGS = 3 };

    /* A blank every 255 octets or so; more than a few are line breaks. */
    return found.n > 255 && found.n > expected.n
           && found.n - expected.n <= STRINGS
           && nearmisstext_base64_wrapped(found, expected);
}

static bool
cut_at(struct slice found, struct slice expected, size_t from, size_t to)
{
    return found.n >= from && found.n <= to && found.n < expected.n
           && slice_starts(expected, found);
}

bool
nearmisstext_cut_at_255(struct slice found, struct slice expected)
{
    return cut_at(found, expected, 253, 256);
}

bool
nearmisstext_cut_at_1024(struct slice found, struct slice expected)
{
    return cut_at(found, expected, 1022, 1025);
}

bool
nearmisstext_cut_elsewhere(struct slice found, struct slice expected)
{
    return cut_at(found, expected, 8, found.n);
}

/* Equal but for the case of letters in the value of k=. */
bool
nearmisstext_key_type_case(struct slice found, struct slice expected)
{
    size_t k = slice_search(expected, SLICE("k="));

    if (found.n != expected.n || k == expected.n
        || !slice_equal_case(found, expected))
        return false;
    for (size_t i = 0; i < found.n; i++) {
        size_t end = k + 2 + slice_find(slice_from(expected, k + 2), ';');

        if (found.p[i] != expected.p[i] && (i < k || i >= end))
            return false;
    }
    return !slice_equal(found, expected);
}

bool
nearmisstext_case_changed(struct slice found, struct slice expected)
{
    return slice_equal_case(found, expected) && !slice_equal(found, expected);
}

/* Both without any blanks: are they the same? */
bool
nearmisstext_base64_wrapped(struct slice found, struct slice expected)
{
    size_t e = 0, f = 0, extra = 0;

    for (;;) {
        while (f < found.n && skip_blank(slice_from(found, f)) > 0
               && !(e < expected.n && expected.p[e] == found.p[f])) {
            f++;
            extra++;
        }
        if (f == found.n || e == expected.n)
            return f == found.n && e == expected.n && extra > 0;
        if (found.p[f++] != expected.p[e++])
            return false;
    }
}

/* The tag=value parts of text, trimmed: is part among them? */
static bool
has_part(struct slice text, struct slice part)
{
    struct slice one;

    while (slice_next(&text, ';', &one))
        if (slice_equal(slice_trim(one), part))
            return true;
    return false;
}

bool
nearmisstext_version_not_first(struct slice found, struct slice expected)
{
    struct slice rest = expected, part;

    if (slice_starts(slice_trim(found), SLICE("v="))
        || !slice_starts(expected, SLICE("v=")))
        return false;
    while (slice_next(&rest, ';', &part))
        if (slice_trim(part).n > 0 && !has_part(found, slice_trim(part)))
            return false;
    return true;
}

static struct slice
tag_value(struct slice part)
{
    size_t equals = slice_find(part, '=');

    return equals == part.n ? SLICE_EMPTY
                            : slice_trim(slice_from(part, equals + 1));
}

static bool
is_tag(struct slice part, char tag)
{
    size_t equals = slice_find(part, '=');
    struct slice name = slice_trim(slice_sub(part, 0, equals));

    return equals < part.n && name.n == 1 && name.p[0] == tag;
}

struct slice
nearmisstext_key(struct slice text)
{
    struct slice part;

    while (slice_next(&text, ';', &part))
        if (is_tag(part, 'p'))
            return tag_value(part);
    return SLICE_EMPTY;
}

bool
nearmisstext_two_p_tags(struct slice found, struct slice expected)
{
    struct slice part;
    size_t count = 0;

    (void)expected;
    while (slice_next(&found, ';', &part))
        count += is_tag(part, 'p') ? 1 : 0;
    return count > 1;
}

/* A SubjectPublicKeyInfo of RSA 2048 is 24 octets of header, 32 characters
   of base64, and then the PKCS #1 form. */
bool
nearmisstext_pkcs1_key(struct slice found, struct slice expected)
{
    enum { HEADER_BASE64 = 32 };
    struct slice seen = nearmisstext_key(found);
    struct slice wanted = nearmisstext_key(expected);

    return seen.n > HEADER_BASE64 && wanted.n == seen.n + HEADER_BASE64
           && slice_ends(wanted, seen);
}

static bool
holds(struct slice text, struct slice words)
{
    return slice_search(text, words) < text.n;
}

bool
nearmisstext_pem_armour(struct slice found, struct slice expected)
{
    (void)expected;
    return holds(found, SLICE("-----BEGIN"))
           || holds(found, SLICE("-----END"));
}

bool
nearmisstext_private_key(struct slice found, struct slice expected)
{
    struct slice p = nearmisstext_key(found);

    (void)expected;
    /* PKCS #8 and PKCS #1 private keys of 2048 bits begin so in base64. */
    return holds(found, SLICE("PRIVATE KEY"))
           || slice_starts(p, SLICE("MIIEv"))
           || slice_starts(p, SLICE("MIIEo"))
           || slice_starts(p, SLICE("MIIEp"));
}

bool
nearmisstext_bare_key(struct slice found, struct slice expected)
{
    struct slice wanted = nearmisstext_key(expected);

    return wanted.n > 0 && slice_equal(slice_trim(found), wanted);
}

bool
nearmisstext_testing_left(struct slice found, struct slice expected)
{
    struct slice seen = nearmisstext_key(found), part;
    bool testing = false;

    while (slice_next(&found, ';', &part))
        testing = testing
                  || (is_tag(part, 't') && holds(tag_value(part), SLICE("y")));
    return testing && seen.n > 0
           && slice_equal(seen, nearmisstext_key(expected));
}

bool
nearmisstext_is_target(struct slice found, struct slice expected)
{
    struct slice bare = slice_trim(found);

    if (slice_ends(bare, SLICE(".")))
        bare.n--;
    if (slice_ends(expected, SLICE(".")))
        expected.n--;
    return slice_equal_case(bare, expected);
}

bool
nearmisstext_is_kin(struct slice found, struct slice expected)
{
    size_t n = 0;

    while (n < expected.n && expected.p[n] != ' ' && expected.p[n] != ';')
        n++;
    return n > 2 && slice_starts_case(found, slice_sub(expected, 0, n));
}
