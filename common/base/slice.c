/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A borrowed run of octets: how text is parsed. */
#include "common/base/slice.h"

bool
slice_ends(struct slice s, struct slice suffix)
{
    return slice_equal(slice_from(s, s.n < suffix.n ? 0 : s.n - suffix.n),
                       suffix);
}

size_t
slice_search(struct slice s, struct slice needle)
{
    const char *found;

    if (needle.n == 0)
        return 0;
    if (s.n < needle.n)
        return s.n;
    found = memmem(s.p, s.n, needle.p, needle.n);
    return found == NULL ? s.n : (size_t)(found - s.p);
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct slice
slice_trim(struct slice s)
{
    while (s.n > 0 && is_blank(s.p[s.n - 1]))
        s.n--;
    while (s.n > 0 && is_blank(s.p[0])) {
        s.p++;
        s.n--;
    }
    return s;
}

bool
slice_next(struct slice *rest, char separator, struct slice *part)
{
    size_t at;

    if (rest->p == NULL)
        return false;
    at = slice_find(*rest, separator);
    *part = slice_sub(*rest, 0, at);
    *rest = at == rest->n ? SLICE_EMPTY : slice_from(*rest, at + 1);
    return true;
}

bool
slice_number(struct slice s, uint64_t max, uint64_t *value)
{
    uint64_t sum = 0;

    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        uint64_t digit = (uint64_t)c - '0';

        if (!ascii_is_digit(c) || digit > max || sum > (max - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return true;
}

int
slice_compare(struct slice a, struct slice b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

    return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}
