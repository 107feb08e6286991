/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a published text differs from the expected one, octet by octet. */
#include "common/records/nearmisstext.h"

#include "common/records/nearmisskey.h"

/* Octets of one character-string, RFC 1035 section 3.3. */
#define STRING_MAX 255
/* A beginning or end shorter than this says nothing. */
#define PART_LEAST 8

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/*
 * Do both texts read the same when some octets of found are passed over?
 * pass says how many from the beginning of rest (0: none), and may set
 * *instead to an octet of expected that they stand for.
 */
static bool
same_passing(struct slice found, struct slice expected,
             size_t (*pass)(struct slice rest, char *instead))
{
    size_t e = 0, f = 0, passed = 0;

    while (f < found.n) {
        char instead = '\0';
        size_t n;

        if (e < expected.n && found.p[f] == expected.p[e]) {
            f++;
            e++;
            continue;
        }
        n = pass(slice_from(found, f), &instead);
        if (n == 0)
            return false;
        f += n;
        passed += n;
        if (e < expected.n && instead != '\0' && expected.p[e] == instead)
            e++;
    }
    return e == expected.n && passed > 0;
}

static bool
holds(struct slice text, char c)
{
    return slice_find(text, c) < text.n;
}

/* ---- what was put in ---- */

/* "one" "two": quotes, the blanks between two strings, and what was put in
   front of semicolons with them. */
static size_t
pass_quote(struct slice rest, char *instead)
{
    size_t n = rest.p[0] == '\\' && rest.n > 1 ? 1 : 0;
    size_t blanks;

    (void)instead;
    if (n == 1 && rest.p[1] == ';')
        return 1;
    if (rest.p[n] != '"')
        return 0;
    blanks = ++n;
    while (blanks < rest.n && is_blank(rest.p[blanks]))
        blanks++;
    return blanks < rest.n
                   && (rest.p[blanks] == '"'
                       || (rest.p[blanks] == '\\' && blanks + 1 < rest.n
                           && rest.p[blanks + 1] == '"'))
               ? blanks
               : n;
}

bool
nearmisstext_quotes_kept(struct slice found, struct slice expected)
{
    struct slice bare = slice_trim(found);

    if (bare.n > 1 && bare.p[0] == '\'' && bare.p[bare.n - 1] == '\'')
        return slice_equal(slice_sub(bare, 1, bare.n - 2), expected);
    return holds(bare, '"') && same_passing(bare, expected, pass_quote);
}

static size_t
pass_backslash(struct slice rest, char *instead)
{
    (void)instead;
    return rest.n > 1 && rest.p[0] == '\\' && rest.p[1] == ';' ? 1 : 0;
}

bool
nearmisstext_semicolon_escaped(struct slice found, struct slice expected)
{
    return same_passing(found, expected, pass_backslash);
}

/* What word processors and web forms put in the place of ASCII, or among
   it. */
static size_t
pass_typography(struct slice rest, char *instead)
{
    static const struct {
        struct slice octets; /* UTF-8 */
        char instead;        /* what was meant, or NUL */
    } marks[] = {
        {SLICE_INIT("\xe2\x80\x9c"), '"' },
        {SLICE_INIT("\xe2\x80\x9d"), '"' },
        {SLICE_INIT("\xe2\x80\x9e"), '"' },
        {SLICE_INIT("\xe2\x80\x98"), '\''},
        {SLICE_INIT("\xe2\x80\x99"), '\''},
        {SLICE_INIT("\xc2\xab"),     '"' },
        {SLICE_INIT("\xc2\xbb"),     '"' },
        {SLICE_INIT("\xc2\xa0"),     ' ' },
        {SLICE_INIT("\xe2\x80\xaf"), ' ' },
        {SLICE_INIT("\xe2\x80\x8b"), '\0'},
        {SLICE_INIT("\xef\xbb\xbf"), '\0'},
        {SLICE_INIT("\xe2\x80\x93"), '-' },
        {SLICE_INIT("\xe2\x80\x94"), '-' },
        {SLICE_INIT("\xe2\x88\x92"), '-' },
    };

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        if (slice_starts(rest, marks[i].octets)) {
            *instead = marks[i].instead;
            return marks[i].octets.n;
        }
    return 0;
}

bool
nearmisstext_smart_characters(struct slice found, struct slice expected)
{
    return same_passing(found, expected, pass_typography);
}

bool
nearmisstext_blanks_around(struct slice found, struct slice expected)
{
    return found.n != expected.n && slice_equal(slice_trim(found), expected);
}

bool
nearmisstext_joined_with_space(struct slice found, struct slice expected)
{
    /* Strings are split at 255, and by some tools sooner; the lines of a key
       file are of 64 or 76. */
    enum { PIECE_LEAST = 100 };
    size_t e = 0, piece = 0, blanks = 0;

    for (size_t f = 0; f < found.n; f++) {
        if (e < expected.n && found.p[f] == expected.p[e]) {
            e++;
            piece++;
        } else if (found.p[f] == ' ' && piece >= PIECE_LEAST) {
            piece = 0;
            blanks++;
        } else {
            return false;
        }
    }
    return e == expected.n && blanks > 0 && piece > 0;
}

static char
upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}

/* What follows the word TXT in a line of a zone file, up to the quotes. */
static struct slice
behind_type(struct slice line)
{
    enum { WORD = 3 };

    for (size_t i = 0; i + WORD < line.n; i++) {
        if (upper(line.p[i]) != 'T' || upper(line.p[i + 1]) != 'X'
            || upper(line.p[i + 2]) != 'T' || !is_blank(line.p[i + WORD])
            || (i > 0 && !is_blank(line.p[i - 1])))
            continue;
        for (i += WORD; i < line.n; i++)
            if (!is_blank(line.p[i]) && line.p[i] != '(' && line.p[i] != '"'
                && line.p[i] != '\\')
                break;
        return slice_from(line, i);
    }
    return SLICE_EMPTY;
}

bool
nearmisstext_whole_line(struct slice found, struct slice expected)
{
    struct slice value = behind_type(found);

    return value.n > 0 && nearmisskey_is_kin(value, expected);
}

/* ---- what was lost ---- */

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
    /* A pattern "(.{255})." eats the octet behind each string; other tools
       lose only the first one. */
    return expected.n > STRING_MAX + 1 && found.n < expected.n
           && (same_without(found, expected, STRING_MAX, STRING_MAX + 1)
               || same_without(found, expected, STRING_MAX, expected.n));
}

static bool
is_beginning(struct slice found, struct slice expected)
{
    return found.n >= PART_LEAST && found.n < expected.n
           && slice_starts(expected, found);
}

/* Cut at limit, or a little before it: quotes may have been counted. */
static bool
is_cut_at(struct slice found, struct slice expected, size_t limit)
{
    return found.n + 2 >= limit && found.n <= limit
           && is_beginning(found, expected);
}

bool
nearmisstext_cut_at_255(struct slice found, struct slice expected)
{
    return is_cut_at(found, expected, STRING_MAX)
           || is_cut_at(found, expected, STRING_MAX + 1);
}

bool
nearmisstext_cut_at_1024(struct slice found, struct slice expected)
{
    enum { FIELD_MAX = 1024 };

    return is_cut_at(found, expected, FIELD_MAX)
           || is_cut_at(found, expected, FIELD_MAX - 1);
}

/* Whole tags or terms stand there, and the next ones are missing. */
static bool
ends_at_border(struct slice found, struct slice expected)
{
    char last = found.p[found.n - 1], next = expected.p[found.n];

    return last == ';' || last == ' ' || next == ';' || next == ' ';
}

bool
nearmisstext_cut_inside(struct slice found, struct slice expected)
{
    return is_beginning(found, expected) && !ends_at_border(found, expected);
}

bool
nearmisstext_end_left_out(struct slice found, struct slice expected)
{
    return is_beginning(found, expected) && ends_at_border(found, expected);
}

bool
nearmisstext_beginning_lost(struct slice found, struct slice expected)
{
    return found.n >= PART_LEAST && found.n < expected.n
           && slice_ends(expected, found);
}

/* ---- what was changed ---- */

bool
nearmisstext_out_of_order(struct slice found, struct slice expected)
{
    struct slice head = slice_sub(expected, 0, 2 * (size_t)PART_LEAST);
    size_t at = slice_search(found, head);

    return expected.n > STRING_MAX && found.n == expected.n && at > 0
           && at < found.n && slice_starts(expected, slice_from(found, at))
           && slice_ends(expected, slice_sub(found, 0, at));
}

bool
nearmisstext_case_changed(struct slice found, struct slice expected)
{
    return slice_equal_case(found, expected) && !slice_equal(found, expected);
}

bool
nearmisstext_is_target(struct slice found, struct slice expected)
{
    struct slice bare = slice_trim(found);

    if (slice_ends(bare, SLICE(".")))
        bare.n--;
    if (slice_ends(expected, SLICE(".")))
        expected.n--;
    return bare.n > 0 && slice_equal_case(bare, expected);
}
