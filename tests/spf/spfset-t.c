/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets of addresses: merging, difference, smallest lists of networks. */
#include "common/spf/spfset.h"

#include <stdlib.h>
#include <string.h>

#include "tests/tap/tap.h"

static struct arena *arena;

/* "192.0.2.0/24 2001:db8::/32" */
static struct spfset
parse(const char *text)
{
    struct slice rest = slice_of(text), word;
    struct spfset set = {0};

    while (slice_next(&rest, ' ', &word)) {
        size_t slash = slice_find(word, '/');
        struct address address;
        uint64_t bits;

        if (word.n == 0)
            continue;
        if (address_parse(&address, slice_sub(word, 0, slash), NULL) != ST_OK)
            bail("no address in '%s'", text);
        bits = address.family == 6 ? 128 : 32;
        if (slash < word.n)
            slice_number(slice_from(word, slash + 1), 128, &bits);
        spfset_add(arena, &set, &address, (unsigned)bits);
    }
    spfset_sort(&set);
    return set;
}

static void
present(const struct spfset *set, struct strbuf *out)
{
    size_t count;
    struct spfcidr *list = spfset_cidrs(arena, set, &count);

    strbuf_cut(out, 0);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            strbuf_add_char(out, ' ');
        address_present(&list[i].address, out);
        strbuf_addf(out, "/%u", list[i].bits);
    }
}

/* clang-format off */
static const struct {
    const char *name, *a, *b, *both, *only_a;
} rows[] = {
    {"nothing", "", "", "", ""},
    {"neighbours merge", "192.0.2.0/25", "192.0.2.128/25", "192.0.2.0/24",
     "192.0.2.0/25"},
    {"unaligned neighbours do not become one", "192.0.2.1", "192.0.2.2",
     "192.0.2.1/32 192.0.2.2/32", "192.0.2.1/32"},
    {"contained", "10.0.0.0/8", "10.1.2.3", "10.0.0.0/8",
     "10.0.0.0/16 10.1.0.0/23 10.1.2.0/31 10.1.2.2/32 10.1.2.4/30"
     " 10.1.2.8/29 10.1.2.16/28 10.1.2.32/27 10.1.2.64/26 10.1.2.128/25"
     " 10.1.3.0/24 10.1.4.0/22 10.1.8.0/21 10.1.16.0/20 10.1.32.0/19"
     " 10.1.64.0/18 10.1.128.0/17 10.2.0.0/15 10.4.0.0/14 10.8.0.0/13"
     " 10.16.0.0/12 10.32.0.0/11 10.64.0.0/10 10.128.0.0/9"},
    {"host bits do not count", "192.0.2.77/24", "", "192.0.2.0/24",
     "192.0.2.0/24"},
    {"the ends of IPv4", "0.0.0.0/1 128.0.0.0/1", "255.255.255.255",
     "0.0.0.0/0", "0.0.0.0/1 128.0.0.0/2 192.0.0.0/3 224.0.0.0/4 240.0.0.0/5"
     " 248.0.0.0/6 252.0.0.0/7 254.0.0.0/8 255.0.0.0/9 255.128.0.0/10"
     " 255.192.0.0/11 255.224.0.0/12 255.240.0.0/13 255.248.0.0/14"
     " 255.252.0.0/15 255.254.0.0/16 255.255.0.0/17 255.255.128.0/18"
     " 255.255.192.0/19 255.255.224.0/20 255.255.240.0/21"
     " 255.255.248.0/22 255.255.252.0/23 255.255.254.0/24"
     " 255.255.255.0/25 255.255.255.128/26 255.255.255.192/27"
     " 255.255.255.224/28 255.255.255.240/29 255.255.255.248/30"
     " 255.255.255.252/31 255.255.255.254/32"},
    {"all of IPv6", "::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0",
     NULL},
    {"all but half", "::/0", "8000::/1", "::/0", "::/1"},
    {"64 bits in the middle", "2001:db8::/64 2001:db8:0:1::/64", "",
     "2001:db8::/63", "2001:db8::/63"},
    {"families apart", "0.0.0.0/0", "::/0", "0.0.0.0/0 ::/0", "0.0.0.0/0"},
    {"several holes", "192.0.2.0/29", "192.0.2.1 192.0.2.4/31 192.0.2.7",
     "192.0.2.0/29", "192.0.2.0/32 192.0.2.2/31 192.0.2.6/32"},
    {"beyond both ends", "192.0.2.4/30", "192.0.2.0/24", "192.0.2.0/24", ""},
    {"overlap", "192.0.2.0/25 192.0.2.64/26 192.0.2.0/26", "", "192.0.2.0/25",
     "192.0.2.0/25"},
};
/* clang-format on */

static void
test_rows(void)
{
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct spfset a = parse(rows[i].a), b = parse(rows[i].b);
        struct spfset both = spfset_union(arena, &a, &b);
        struct spfset only = spfset_minus(arena, &a, &b);
        struct spfset again;

        present(&both, &out);
        is_string(rows[i].both, out.p, "%s: union", rows[i].name);
        present(&only, &out);
        if (rows[i].only_a != NULL)
            is_string(rows[i].only_a, out.p, "%s: difference", rows[i].name);
        again = spfset_union(arena, &only, &b);
        ok(spfset_equal(&again, &both), "%s: and back", rows[i].name);
    }
    strbuf_clear(&out);
}

/* clang-format off */
static const struct {
    const char *set, *v4, *v6;
} counts[] = {
    {"", "0", "0"},
    {"192.0.2.0/24 192.0.2.3", "256", "0"},
    {"0.0.0.0/0 ::/0", "4294967296",
     "340282366920938463463374607431768211456"},
    {"2001:db8::/32", "0", "79228162514264337593543950336"},
    {"::ffff:ffff:ffff:ffff/127", "0", "2"},
};
/* clang-format on */

static void
test_counts(void)
{
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
        struct spfset set = parse(counts[i].set);

        strbuf_cut(&out, 0);
        spfset_count(&set.v4, &out);
        is_string(counts[i].v4, out.p, "IPv4 in '%s'", counts[i].set);
        strbuf_cut(&out, 0);
        spfset_count(&set.v6, &out);
        is_string(counts[i].v6, out.p, "IPv6 in '%s'", counts[i].set);
    }
    strbuf_clear(&out);
}

static void
test_members(void)
{
    struct spfset set = parse("192.0.2.0/24 198.51.100.0/25 2001:db8::/32");
    struct address address;

    address_parse(&address, SLICE("192.0.2.0"), NULL);
    ok(spfset_has(&set, &address), "the first");
    ok(spfset_covers(&set, &address, 24), "the whole network");
    ok(!spfset_covers(&set, &address, 23), "and no more");
    address_parse(&address, SLICE("192.0.3.0"), NULL);
    ok(!spfset_has(&set, &address), "the one behind");
    address_parse(&address, SLICE("192.0.1.255"), NULL);
    ok(!spfset_has(&set, &address), "the one before");
    address_parse(&address, SLICE("2001:db8:ffff:ffff::"), NULL);
    ok(spfset_has(&set, &address), "IPv6");
    ok(!spfset_has(&set, &(struct address){0}), "no address");
    ok(spfset_is_empty(&(struct spfset){0}), "empty");
}

/* A set of 2,000 networks against the same as a list of booleans. */
static void
test_random(void)
{
    static unsigned char wanted[65536], taken[65536];
    struct spfset set = {0}, less = {0}, rest;
    struct address address = {
        .family = 4, .octets = {10, 9}
    };
    bool good = true;

    srand(7);
    for (int i = 0; i < 2000; i++) {
        unsigned at = (unsigned)rand() & 0xffff;
        unsigned bits = 20 + (unsigned)rand() % 13;
        unsigned size = 1u << (32 - bits), from = at & ~(size - 1);

        address.octets[2] = (uint8_t)(at >> 8);
        address.octets[3] = (uint8_t)at;
        spfset_add(arena, i % 2 != 0 ? &set : &less, &address, bits);
        memset((i % 2 != 0 ? wanted : taken) + from, 1, size);
    }
    spfset_sort(&set);
    spfset_sort(&less);
    rest = spfset_minus(arena, &set, &less);
    for (unsigned at = 0; at < 65536; at++) {
        address.octets[2] = (uint8_t)(at >> 8);
        address.octets[3] = (uint8_t)at;
        good = good && spfset_has(&set, &address) == (wanted[at] != 0)
               && spfset_has(&rest, &address)
                      == (wanted[at] != 0 && taken[at] == 0);
    }
    ok(good, "2,000 networks, each address looked at");
}

int
main(void)
{
    plan_lazy();
    arena = arena_new();
    test_rows();
    test_counts();
    test_members();
    test_random();
    arena_free(arena);
    return tap_done();
}
