/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/stunt/stuntentry.c: packed octets, sound and damaged. */
#include "common/stunt/stuntentry.h"

#include <stdlib.h>

#include "tests/tap/tap.h"

static const struct stunt_key keys[] = {
    {SLICE_INIT("k1"),    SLICE_INIT("rsa"),     SLICE_INIT("MIIB")},
    {SLICE_INIT("a.b"),   SLICE_INIT("ed25519"), SLICE_INIT("abc=")},
    {SLICE_INIT("x.y.z"), SLICE_INIT("rsa"),     {NULL, 0}         },
};
static const struct stunt_field fields[] = {
    {SLICE_INIT("pool"), SLICE_INIT("one")     },
    {SLICE_INIT("k1"),   SLICE_INIT("no key")  },
    {SLICE_INIT("raw"),  SLICE_INIT("\0\"\xff")},
};
static const struct stunt_entry whole = {keys, 3, fields, 3};

/* Octets in memory of just their size, so that no reading beyond goes
   unseen. */
static void *
exact(struct slice octets)
{
    void *p = malloc(octets.n == 0 ? 1 : octets.n);

    if (octets.n > 0)
        memcpy(p, octets.p, octets.n);
    return p;
}

static void
test_key(const void *entry, const char *selector, bool ending,
         const char *wanted)
{
    struct stunt_key key;
    bool found = stuntentry_key(entry, slice_of(selector), ending, &key);
    char text[64] = "";

    if (found)
        memcpy(text, key.selector.p, key.selector.n);
    is_string(wanted, found ? text : NULL, "%s%s", ending ? "*." : "",
              selector);
}

static void
test_sound(void)
{
    struct strbuf packed = STRBUF_INIT;
    struct slice value;
    struct stunt_key key;
    void *p;

    is_int(ST_OK, stuntentry_pack(&whole, 77, &packed), "an entry is packed");
    p = exact(strbuf_slice(&packed));
    ok(stuntentry_check((struct slice){p, packed.n}), "it is sound");
    is_int(77, stuntentry_run(p), "its run");
    ok(stuntentry_has_keys(p), "it has keys");
    test_key(p, "k1", false, "k1");
    test_key(p, "a.b", false, "a.b");
    test_key(p, "b", false, NULL);
    test_key(p, "k", false, NULL);
    test_key(p, "", false, NULL);
    test_key(p, "pool", false, NULL);
    test_key(p, "b", true, "a.b");
    test_key(p, "z", true, "x.y.z");
    test_key(p, "y.z", true, "x.y.z");
    test_key(p, "x.y.z", true, NULL);
    test_key(p, ".z", true, NULL);
    test_key(p, "1", true, NULL);
    stuntentry_key(p, SLICE("a.b"), false, &key);
    ok(slice_equal(key.algorithm, SLICE("ed25519"))
           && slice_equal(key.data, SLICE("abc=")),
       "algorithm and data");
    ok(stuntentry_key(p, SLICE("x.y.z"), false, &key) && key.data.n == 0,
       "a revoked one");
    ok(stuntentry_field(p, SLICE("k1"), &value)
           && slice_equal(value, SLICE("no key")),
       "a field is no key");
    ok(stuntentry_field(p, SLICE("raw"), &value)
           && slice_equal(value, SLICE("\0\"\xff")),
       "any octets");
    ok(!stuntentry_field(p, SLICE("poo"), &value), "no such field");
    ok(!stuntentry_field(p, SLICE("a.b"), &value), "a key is no field");
    free(p);
    strbuf_clear(&packed);
}

static void
test_limits(void)
{
    static char octets[70000];
    struct stunt_key key = {SLICE("k"), SLICE("rsa"), SLICE_EMPTY};
    struct stunt_field field = {SLICE("f"), SLICE_EMPTY};
    struct stunt_entry entry = {&key, 1, &field, 1};
    struct stunt_entry none = {NULL, 0, NULL, 0};
    struct strbuf packed = STRBUF_INIT;

    is_int(ST_OK, stuntentry_pack(&none, 0, &packed), "nothing in it");
    ok(stuntentry_check(strbuf_slice(&packed)), "it is sound");
    ok(!stuntentry_has_keys(packed.p), "it has no keys");
    strbuf_cut(&packed, 0);
    key.data = field.value = (struct slice){octets, 65535};
    is_int(ST_OK, stuntentry_pack(&entry, 0, &packed), "the longest data");
    ok(stuntentry_check(strbuf_slice(&packed)), "they are sound");
    key.data.n = 65536;
    is_int(ST_RANGE, stuntentry_pack(&entry, 0, &packed), "one octet more");
    key.data.n = 0;
    field.value.n = 65536;
    is_int(ST_RANGE, stuntentry_pack(&entry, 0, &packed), "in a field");
    field.value.n = 0;
    key.selector = (struct slice){octets, 256};
    is_int(ST_RANGE, stuntentry_pack(&entry, 0, &packed), "a long selector");
    key.selector = SLICE_EMPTY;
    is_int(ST_RANGE, stuntentry_pack(&entry, 0, &packed), "an empty one");
    key.selector = SLICE("k");
    entry.key_count = 65536;
    is_int(ST_RANGE, stuntentry_pack(&entry, 0, &packed), "too many keys");
    strbuf_clear(&packed);
}

/* All that reads, on octets that are what they are. */
static void
read_all(const void *p)
{
    struct stunt_key key;
    struct slice value;

    (void)stuntentry_run(p);
    (void)stuntentry_has_keys(p);
    (void)stuntentry_key(p, SLICE("nothing"), false, &key);
    (void)stuntentry_key(p, SLICE("z"), true, &key);
    (void)stuntentry_field(p, SLICE("nothing"), &value);
}

/* Each length cut, each octet changed in three ways: never read beyond. */
static void
test_damage(void)
{
    static const unsigned char changes[] = {0x01, 0x80, 0xff};
    struct strbuf packed = STRBUF_INIT;
    size_t sound = 0, unsound = 0;

    stuntentry_pack(&whole, 1, &packed);
    for (size_t n = 0; n < packed.n; n++) {
        void *p = exact(slice_sub(strbuf_slice(&packed), 0, n));

        unsound += !stuntentry_check((struct slice){p, n});
        free(p);
    }
    is_int((long long)packed.n, (long long)unsound,
           "every length but its own is damaged");
    for (size_t i = 0; i < packed.n * 3; i++) {
        unsigned char *p = exact(strbuf_slice(&packed));

        p[i / 3] ^= changes[i % 3];
        if (stuntentry_check((struct slice){(char *)p, packed.n})) {
            sound++;
            read_all(p);
        }
        free(p);
    }
    ok(sound > 0 && sound < packed.n * 3, "some changes are seen at once");
    strbuf_clear(&packed);
}

int
main(void)
{
    plan_lazy();
    test_sound();
    test_limits();
    test_damage();
    return tap_done();
}
