/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/base/table.c: a hash table that remembers the order. */
#include "common/base/table.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/tap/tap.h"

static int values[8];

static void
test_small(void)
{
    struct table *table = table_new();
    size_t position = 0;
    struct slice key;
    void *value;

    is_int(0, (long long)table_count(table), "a new one is empty");
    ok(table_get(table, SLICE("a")) == NULL, "nothing is in it");
    ok(table_remove(table, SLICE("a")) == NULL, "nothing to take out");
    ok(!table_each(table, &position, &key, &value), "nothing to visit");
    table_reset(table);
    ok(table_put(table, SLICE("a"), &values[0]) == NULL, "put: new");
    ok(table_put(table, SLICE(""), &values[1]) == NULL, "put: empty key");
    ok(table_put(table, SLICE("a\0b"), &values[2]) == NULL, "put: NUL in it");
    ok(table_put(table, SLICE("A"), &values[3]) == NULL, "put: case counts");
    ok(table_put(table, SLICE("a"), &values[4]) == &values[0],
       "put: the one replaced comes back");
    is_int(4, (long long)table_count(table), "count");
    ok(table_get(table, SLICE("a")) == &values[4], "get: replaced");
    ok(table_get(table, SLICE_EMPTY) == &values[1], "get: empty key");
    ok(table_get(table, SLICE("a\0b")) == &values[2], "get: NUL in it");
    ok(table_get(table, SLICE("a\0c")) == NULL, "get: NUL ends no key");
    ok(table_remove(table, SLICE("a")) == &values[4], "remove");
    ok(table_get(table, SLICE("a")) == NULL, "get: removed");
    is_int(3, (long long)table_count(table), "count after that");
    ok(table_put(table, SLICE("a"), &values[5]) == NULL, "put: again");
    table_reset(table);
    is_int(0, (long long)table_count(table), "reset: count");
    ok(table_get(table, SLICE("a")) == NULL, "reset: nothing there");
    ok(table_put(table, SLICE("a"), &values[5]) == NULL, "reset: put");
    table_free(table);
    table_free(NULL);
    ok(true, "table_free(NULL)");
}

static void
test_order(void)
{
    static const char *const letters = "zebrafish";
    struct table *table = table_new();
    char seen[32] = "";
    size_t position = 0;
    struct slice key;
    void *value;

    for (size_t i = 0; letters[i] != '\0'; i++)
        table_put(table, (struct slice){letters + i, 1}, &values[1]);
    table_remove(table, SLICE("b"));
    table_put(table, SLICE("r"), &values[2]);
    table_remove(table, SLICE("z"));
    table_put(table, SLICE("z"), &values[3]);
    while (table_each(table, &position, &key, &value))
        strncat(seen, key.p, key.n);
    is_string("erafishz", seen,
              "order: of entry; replaced stays, put again is last");
    position = 0;
    ok(table_each(table, &position, NULL, &value), "key may be NULL");
    table_free(table);
}

/* A key is copied: what it was made from may change. */
static void
test_copied(void)
{
    struct table *table = table_new();
    char text[] = "seal";

    table_put(table, slice_of(text), &values[0]);
    text[0] = 'm';
    ok(table_get(table, SLICE("seal")) == &values[0], "keys are copied");
    ok(table_get(table, SLICE("meal")) == NULL, "all of them");
    table_free(table);
}

enum { MANY = 20000 };

static struct slice
numbered(char text[16], unsigned n)
{
    snprintf(text, 16, "key%u", n);
    return slice_of(text);
}

/* Against a plain array: put, replace, remove in an order of a generator. */
static void
test_many(void)
{
    static unsigned char model[MANY];
    static unsigned char marks[3];
    struct table *table = table_new();
    uint32_t random = 1;
    size_t count = 0;
    char text[16];
    bool good = true;

    for (unsigned i = 0; i < 10 * MANY; i++) {
        unsigned n;

        random = random * 1664525u + 1013904223u;
        n = (random >> 8) % MANY;
        if (random >> 30 == 0) {
            good = good
                   && (table_remove(table, numbered(text, n)) != NULL)
                          == (model[n] != 0);
            model[n] = 0;
        } else {
            unsigned char mark = (unsigned char)(1 + (random >> 5) % 2);
            void *before = table_put(table, numbered(text, n), &marks[mark]);

            good = good && before == (model[n] == 0 ? NULL : &marks[model[n]]);
            model[n] = mark;
        }
    }
    ok(good, "many: each put and remove knows what was there");
    for (unsigned n = 0; n < MANY; n++) {
        void *wanted = model[n] == 0 ? NULL : &marks[model[n]];

        good = good && table_get(table, numbered(text, n)) == wanted;
        count += model[n] != 0;
    }
    ok(good, "many: each is found");
    is_int((long long)count, (long long)table_count(table), "many: count");
    table_free(table);
}

/* A window that moves on must not grow, nor lose its order. */
static void
test_window(void)
{
    enum { WINDOW = 10 };
    struct table *table = table_new();
    char text[16];
    size_t position = 0;
    unsigned next = MANY - WINDOW;
    bool good = true;
    struct slice key;
    void *value;

    for (unsigned n = 0; n < MANY; n++) {
        table_put(table, numbered(text, n), &values[0]);
        if (n >= WINDOW)
            good = good
                   && table_remove(table, numbered(text, n - WINDOW)) != NULL;
    }
    ok(good, "window: the oldest goes each time");
    is_int(WINDOW, (long long)table_count(table), "window: count");
    while (table_each(table, &position, &key, &value))
        good = good && slice_equal(key, numbered(text, next++));
    ok(good && next == MANY, "window: order");
    ok(position <= 4 * WINDOW, "window: the table stays small");
    table_free(table);
}

/* The same hash for the same octets, at each length and alignment. */
static void
test_hash(void)
{
    char text[80];
    bool same = true;
    bool differ = true;

    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (char)i;
    for (size_t n = 0; n < 40; n++) {
        char copy[48];

        memcpy(copy + n % 8, text, n);
        same = same
               && table_hash((struct slice){text, n})
                      == table_hash((struct slice){copy + n % 8, n});
        differ = differ
                 && table_hash((struct slice){text, n})
                        != table_hash((struct slice){text, n + 1});
    }
    ok(same, "hash: of the octets alone");
    ok(differ, "hash: of every length another");
}

int
main(void)
{
    plan_lazy();
    test_small();
    test_order();
    test_copied();
    test_many();
    test_window();
    test_hash();
    return tap_done();
}
