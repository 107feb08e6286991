/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A borrowed run of octets: how text is parsed.  May hold NUL octets. */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
    const char *p; /* first octet; may be NULL when n is 0 */
    size_t n;      /* octets */
};

#define SLICE(literal) ((struct slice){(literal), sizeof(literal) - 1})
#define SLICE_EMPTY    ((struct slice){NULL, 0})
/* For members of static tables, where SLICE() is no constant. */
#define SLICE_INIT(literal)                                                   \
    {                                                                         \
        (literal), sizeof(literal) - 1                                        \
    }
/* For printf("%.*s", SLICE_ARGS(s)): only where s is known to be printable. */
#define SLICE_ARGS(s) (int)(s).n, (s).p

static inline struct slice
slice_of(const char *text)
{
    return (struct slice){text, text == NULL ? 0 : strlen(text)};
}

/* ASCII only, whatever the locale: what protocols mean by these words. */
static inline bool
ascii_is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static inline bool
ascii_is_alpha(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool
ascii_is_alnum(unsigned char c)
{
    return ascii_is_digit(c) || ascii_is_alpha(c);
}

static inline unsigned char
ascii_lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + ('a' - 'A')) : c;
}

/* From the index on; from is cut to s.n.  And n octets from the index on. */
static inline struct slice
slice_from(struct slice s, size_t from)
{
    if (from > s.n)
        from = s.n;
    /* NULL + 0 is undefined in C. */
    return from == 0 ? s : (struct slice){s.p + from, s.n - from};
}

static inline struct slice
slice_sub(struct slice s, size_t from, size_t n)
{
    s = slice_from(s, from);
    if (n < s.n)
        s.n = n;
    return s;
}

/* Same octets; the _case forms take ASCII letters as equal whatever case.
   memcmp must not be given NULL, even with 0 octets. */
static inline bool
slice_equal(struct slice a, struct slice b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Up to n octets from the start of *rest, which loses them. */
static inline struct slice
slice_take(struct slice *rest, size_t n)
{
    struct slice taken = slice_sub(*rest, 0, n);

    *rest = slice_from(*rest, taken.n);
    return taken;
}

static inline bool
slice_starts(struct slice s, struct slice prefix)
{
    return s.n >= prefix.n && slice_equal(slice_sub(s, 0, prefix.n), prefix);
}

static inline bool
slice_equal_case(struct slice a, struct slice b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (ascii_lower((unsigned char)a.p[i])
            != ascii_lower((unsigned char)b.p[i]))
            return false;
    return true;
}

static inline bool
slice_starts_case(struct slice s, struct slice prefix)
{
    return s.n >= prefix.n
           && slice_equal_case(slice_sub(s, 0, prefix.n), prefix);
}

bool slice_ends(struct slice s, struct slice suffix);

/* Index of the first octet c, or s.n when there is none. */
static inline size_t
slice_find(struct slice s, char c)
{
    const char *found = s.n == 0 ? NULL : (const char *)memchr(s.p, c, s.n);

    return found == NULL ? s.n : (size_t)(found - s.p);
}

/* Index at which needle first begins, or s.n when it does not. */
size_t slice_search(struct slice s, struct slice needle);

/* Without leading and trailing SP, TAB, CR and LF. */
struct slice slice_trim(struct slice s);

/*
 * Take the part before the first separator off *rest; *rest becomes what
 * follows it.  Returns false, touching nothing, once *rest has been used up
 * (its p is NULL).  "a::b" by ':' gives "a", "" and "b".
 */
bool slice_next(struct slice *rest, char separator, struct slice *part);

/* Decimal digits only, at least one, the value at most max. */
bool slice_number(struct slice s, uint64_t max, uint64_t *value);

/* 0, negative or positive by octet values, a shorter one first. */
int slice_compare(struct slice a, struct slice b);

#endif
