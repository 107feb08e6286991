/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets of addresses of both families: union, difference, smallest CIDRs. */
#include "common/spf/spfset.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Decimal digits of 2^128. */
#define DIGITS_MAX 40

static int
compare(struct spfnumber a, struct spfnumber b)
{
    if (a.high != b.high)
        return a.high < b.high ? -1 : 1;
    return a.low < b.low ? -1 : a.low > b.low;
}

/* The next number; the last one of all wraps round to 0. */
static struct spfnumber
next(struct spfnumber n)
{
    if (++n.low == 0)
        n.high++;
    return n;
}

static struct spfnumber
previous(struct spfnumber n)
{
    if (n.low-- == 0)
        n.high--;
    return n;
}

/* The n lowest bits set. */
static struct spfnumber
low_bits(unsigned n)
{
    struct spfnumber mask = {0, 0};

    if (n >= 128)
        return (struct spfnumber){UINT64_MAX, UINT64_MAX};
    if (n >= 64) {
        mask.low = UINT64_MAX;
        mask.high = n == 64 ? 0 : UINT64_MAX >> (128 - n);
    } else if (n > 0) {
        mask.low = UINT64_MAX >> (64 - n);
    }
    return mask;
}

struct spfnumber
spfset_number(const struct address *address)
{
    unsigned size = address->family == 6 ? 16 : 4;
    struct spfnumber n = {0, 0};

    for (unsigned i = 0; i < size; i++) {
        n.high = n.high << 8 | n.low >> 56;
        n.low = n.low << 8 | address->octets[i];
    }
    return n;
}

struct address
spfset_address(const struct spfnumber *number, uint8_t family)
{
    struct address address = {.family = family};
    struct spfnumber n = *number;

    for (int i = family == 6 ? 15 : 3; i >= 0; i--) {
        address.octets[i] = (uint8_t)n.low;
        n.low = n.low >> 8 | n.high << 56;
        n.high >>= 8;
    }
    return address;
}

static struct spfspan
span_of(const struct address *address, unsigned bits)
{
    struct spfnumber mask = low_bits((address->family == 6 ? 128 : 32) - bits);
    struct spfspan span = {
        spfset_number(address), {0, 0}
    };

    span.first.high &= ~mask.high;
    span.first.low &= ~mask.low;
    span.last.high = span.first.high | mask.high;
    span.last.low = span.first.low | mask.low;
    return span;
}

static void
append(struct arena *arena, struct spfspans *to, struct spfspan span)
{
    to->spans = arena_grow(arena, to->spans, to->count, sizeof(span));
    to->spans[to->count++] = span;
}

void
spfset_add(struct arena *arena, struct spfset *set,
           const struct address *address, unsigned bits)
{
    if (address->family == 0)
        return;
    append(arena, address->family == 6 ? &set->v6 : &set->v4,
           span_of(address, bits));
}

static int
compare_spans(const void *a, const void *b)
{
    return compare(((const struct spfspan *)a)->first,
                   ((const struct spfspan *)b)->first);
}

/* Does the second begin within the first, or right behind it? */
static bool
joins(const struct spfspan *a, const struct spfspan *b)
{
    struct spfnumber end = next(a->last);

    return compare(b->first, a->last) <= 0
           || (compare(end, a->last) > 0 && compare(b->first, end) == 0);
}

/* Merge sorted spans in place. */
static void
merge(struct spfspans *spans)
{
    size_t kept = 0;

    for (size_t i = 0; i < spans->count; i++) {
        struct spfspan *last = kept > 0 ? &spans->spans[kept - 1] : NULL;

        if (last == NULL || !joins(last, &spans->spans[i]))
            spans->spans[kept++] = spans->spans[i];
        else if (compare(spans->spans[i].last, last->last) > 0)
            last->last = spans->spans[i].last;
    }
    spans->count = kept;
}

static void
sort(struct spfspans *spans)
{
    if (spans->count < 2)
        return;
    qsort(spans->spans, spans->count, sizeof(*spans->spans), compare_spans);
    merge(spans);
}

void
spfset_sort(struct spfset *set)
{
    sort(&set->v4);
    sort(&set->v6);
}

struct spfset
spfset_all(struct arena *arena)
{
    struct spfset set = {0};
    struct address any = {.family = 4};

    spfset_add(arena, &set, &any, 0);
    any.family = 6;
    spfset_add(arena, &set, &any, 0);
    return set;
}

static struct spfspans
union_of(struct arena *arena, const struct spfspans *a,
         const struct spfspans *b)
{
    struct spfspans out = {
        ARENA_ARRAY(arena, struct spfspan, a->count + b->count), 0};
    size_t i = 0, k = 0;

    while (i < a->count || k < b->count) {
        bool from_a =
            k == b->count
            || (i < a->count
                && compare(a->spans[i].first, b->spans[k].first) <= 0);

        out.spans[out.count++] = from_a ? a->spans[i++] : b->spans[k++];
    }
    merge(&out);
    return out;
}

/* What of span is not in b; *k is the first of b that can reach into it. */
static void
cut(struct arena *arena, struct spfspan span, const struct spfspans *b,
    size_t *k, struct spfspans *out)
{
    while (*k < b->count && compare(b->spans[*k].last, span.first) < 0)
        ++*k;
    for (size_t i = *k;
         i < b->count && compare(b->spans[i].first, span.last) <= 0; i++) {
        if (compare(b->spans[i].first, span.first) > 0)
            append(arena, out,
                   (struct spfspan){span.first, previous(b->spans[i].first)});
        if (compare(b->spans[i].last, span.last) >= 0)
            return;
        span.first = next(b->spans[i].last);
    }
    append(arena, out, span);
}

static struct spfspans
minus(struct arena *arena, const struct spfspans *a, const struct spfspans *b)
{
    struct spfspans out = {NULL, 0};
    size_t k = 0;

    for (size_t i = 0; i < a->count; i++)
        cut(arena, a->spans[i], b, &k, &out);
    return out;
}

struct spfset
spfset_union(struct arena *arena, const struct spfset *a,
             const struct spfset *b)
{
    return (struct spfset){union_of(arena, &a->v4, &b->v4),
                           union_of(arena, &a->v6, &b->v6)};
}

struct spfset
spfset_minus(struct arena *arena, const struct spfset *a,
             const struct spfset *b)
{
    return (struct spfset){minus(arena, &a->v4, &b->v4),
                           minus(arena, &a->v6, &b->v6)};
}

/* The span that holds n, or NULL. */
static const struct spfspan *
find(const struct spfspans *spans, struct spfnumber n)
{
    size_t low = 0, high = spans->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare(spans->spans[middle].last, n) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < spans->count && compare(spans->spans[low].first, n) <= 0
               ? &spans->spans[low]
               : NULL;
}

bool
spfset_covers(const struct spfset *set, const struct address *address,
              unsigned bits)
{
    struct spfspan span = span_of(address, bits);
    const struct spfspan *found;

    if (address->family == 0)
        return false;
    found = find(address->family == 6 ? &set->v6 : &set->v4, span.first);
    return found != NULL && compare(span.last, found->last) <= 0;
}

bool
spfset_has(const struct spfset *set, const struct address *address)
{
    return spfset_covers(set, address, address->family == 6 ? 128 : 32);
}

bool
spfset_is_empty(const struct spfset *set)
{
    return set->v4.count == 0 && set->v6.count == 0;
}

static bool
equal(const struct spfspans *a, const struct spfspans *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (compare(a->spans[i].first, b->spans[i].first) != 0
            || compare(a->spans[i].last, b->spans[i].last) != 0)
            return false;
    return true;
}

bool
spfset_equal(const struct spfset *a, const struct spfset *b)
{
    return equal(&a->v4, &b->v4) && equal(&a->v6, &b->v6);
}

/* The largest n for which first, with its n lowest bits 0, spans n bits
   without going past last. */
static unsigned
free_bits(const struct spfspan *span, unsigned width)
{
    unsigned n = 0;

    while (n < width) {
        struct spfnumber mask = low_bits(n + 1);
        struct spfnumber last = {span->first.high | mask.high,
                                 span->first.low | mask.low};

        if ((span->first.high & mask.high) != 0
            || (span->first.low & mask.low) != 0
            || compare(last, span->last) > 0)
            break;
        n++;
    }
    return n;
}

static void
add_cidrs(struct arena *arena, struct spfspan span, uint8_t family,
          struct spfcidr **list, size_t *count)
{
    unsigned width = family == 6 ? 128 : 32, n;
    struct spfnumber mask, last;

    for (;;) {
        n = free_bits(&span, width);
        mask = low_bits(n);
        last = (struct spfnumber){span.first.high | mask.high,
                                  span.first.low | mask.low};
        *list = arena_grow(arena, *list, *count, sizeof(**list));
        (*list)[(*count)++] = (struct spfcidr){
            spfset_address(&span.first, family), (uint8_t)(width - n)};
        if (compare(last, span.last) >= 0)
            return;
        span.first = next(last);
    }
}

struct spfcidr *
spfset_cidrs(struct arena *arena, const struct spfset *set, size_t *count)
{
    struct spfcidr *list = NULL;

    *count = 0;
    for (size_t i = 0; i < set->v4.count; i++)
        add_cidrs(arena, set->v4.spans[i], 4, &list, count);
    for (size_t i = 0; i < set->v6.count; i++)
        add_cidrs(arena, set->v6.spans[i], 6, &list, count);
    return list;
}

/* A number of up to 160 bits, most significant part first. */
struct big {
    uint32_t part[5];
};

static void
big_add(struct big *big, struct spfnumber n)
{
    const uint32_t parts[5] = {0, (uint32_t)(n.high >> 32), (uint32_t)n.high,
                               (uint32_t)(n.low >> 32), (uint32_t)n.low};
    uint64_t carry = 0;

    for (int i = 4; i >= 0; i--) {
        carry += (uint64_t)big->part[i] + parts[i];
        big->part[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static unsigned
big_divide10(struct big *big)
{
    uint64_t rest = 0;

    for (int i = 0; i < 5; i++) {
        rest = rest << 32 | big->part[i];
        big->part[i] = (uint32_t)(rest / 10);
        rest %= 10;
    }
    return (unsigned)rest;
}

void
spfset_count(const struct spfspans *spans, struct strbuf *out)
{
    char digits[DIGITS_MAX];
    struct big sum = {{0}};
    size_t at = DIGITS_MAX;

    for (size_t i = 0; i < spans->count; i++) {
        struct spfnumber size = spans->spans[i].last;

        if (size.low < spans->spans[i].first.low)
            size.high--;
        size.low -= spans->spans[i].first.low;
        size.high -= spans->spans[i].first.high;
        big_add(&sum, size);
        big_add(&sum, (struct spfnumber){0, 1});
    }
    do {
        digits[--at] = (char)('0' + big_divide10(&sum));
    } while (
        (sum.part[0] | sum.part[1] | sum.part[2] | sum.part[3] | sum.part[4])
            != 0
        && at > 0);
    strbuf_add(out, digits + at, DIGITS_MAX - at);
}
