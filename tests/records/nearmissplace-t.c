/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/records/nearmissplace.c. */
#include "common/records/nearmissplace.h"

#include "tests/tap/tap.h"

/* clang-format off */

static const struct {
    const char *owner;
    const char *zone;
    const char *places[NEARMISSPLACE_COUNT]; /* NULL: none */
} rows[] = {
    {"k1._domainkey.c.example.com", "example.com",
     {"k1._domainkey.c.example.com.example.com", "example.com",
      "c.example.com", "_dmarc.c.example.com", "k1.c.example.com",
      "_domainkey.c.example.com", "k1.domainkey.c.example.com"}},
    {"s.eu._domainkey.example.com", "example.com",
     {"s.eu._domainkey.example.com.example.com", "example.com",
      "example.com", "_dmarc.example.com", "s.eu.example.com",
      "_domainkey.example.com", "s.eu.domainkey.example.com"}},
    {"_dmarc.c.example.com", "example.com",
     {"_dmarc.c.example.com.example.com", "example.com",
      "c.example.com", NULL, NULL, NULL, "dmarc.c.example.com"}},
    {"a.b._report._dmarc.r.example.com", "example.com",
     {"a.b._report._dmarc.r.example.com.example.com", "example.com",
      "r.example.com", NULL, NULL, NULL, "a.b.report.dmarc.r.example.com"}},
    {"c.example.com", "example.com",
     {"c.example.com.example.com", "example.com", NULL, NULL, NULL, NULL,
      NULL}},
    {"example.com", "example.com",
     {"example.com.example.com", NULL, NULL, NULL, NULL, NULL, NULL}},
    {"k1._domainkey", ".",
     {NULL, ".", NULL, NULL, "k1", "_domainkey", "k1.domainkey"}},
    {"_.example.com", "example.com",
     {"_.example.com.example.com", "example.com", "example.com", NULL, NULL,
      NULL, "example.com"}},
};

/* clang-format on */

#define LABEL63                                                               \
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"

static void
test_row(size_t i)
{
    struct arena *arena = arena_new();
    struct name owner, zone, out;

    name_parse(&owner, slice_of(rows[i].owner), NULL);
    name_parse(&zone, slice_of(rows[i].zone), NULL);
    for (int k = 0; k < NEARMISSPLACE_COUNT; k++)
        is_string(
            rows[i].places[k],
            nearmissplace_name((enum nearmissplace)k, &owner, &zone, &out)
                ? name_bare(arena, &out)
                : NULL,
            "place %d of %s", k, rows[i].owner);
    arena_free(arena);
}

/* A name that doubles to more than 255 octets. */
static void
test_long(void)
{
    struct name owner, out;

    name_parse(&owner, SLICE("k1._domainkey." LABEL63 "." LABEL63 "." LABEL63),
               NULL);
    ok(!nearmissplace_name(NEARMISSPLACE_DOUBLED, &owner, &owner, &out),
       "a name too long to be doubled");
    ok(nearmissplace_name(NEARMISSPLACE_NO_DOMAINKEY, &owner, &owner, &out)
           && out.labels == 4,
       "long labels are kept");
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(i);
    test_long();
    return tap_done();
}
