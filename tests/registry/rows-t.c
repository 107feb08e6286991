/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of walking the registry. */
#include "common/registry/rows.h"

#include "common/base/clock.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

static struct registry *registry;
static struct seal *seal;

static enum status
move(int64_t key, enum key_state from, enum key_state to, int64_t due,
     struct error *err)
{
    struct key_step step = {from, to, due};

    return keys_move(registry, key, &step, err);
}

/* snufkin: two domains, k1 active and k2 pending below the first, none below
   the second.  toffle: nothing.  moomin: removed.  alma: k1 retired, k2
   revoked. */
static void
fill(void)
{
    int64_t domain;
    int64_t key;
    int64_t id;

    clock_set(1000);
    domain = fixture_domain(registry, "snufkin", NULL);
    key = fixture_key(registry, seal, domain, "snufkin.sausagemail.com", "k1");
    move(key, KEY_PENDING, KEY_ACTIVE, 0, NULL);
    clock_set(2000);
    key = fixture_key(registry, seal, domain, "snufkin.sausagemail.com", "k2");
    move(key, KEY_PENDING, KEY_PUBLISHED, 5000, NULL);
    fixture_domain(registry, "snufkin", "snufkin.example");
    customers_add(registry, "toffle", &id, NULL);
    domain = fixture_domain(registry, "moomin", NULL);
    fixture_key(registry, seal, domain, "moomin.sausagemail.com", "k1");
    customers_remove(registry, "moomin", NULL);
    domain = fixture_domain(registry, "alma", "alma.example");
    key = fixture_key(registry, seal, domain, "alma.example", "k1");
    move(key, KEY_PENDING, KEY_RETIRED, 0, NULL);
    key = fixture_key(registry, seal, domain, "alma.example", "k2");
    move(key, KEY_PENDING, KEY_REVOKED, 0, NULL);
}

/* clang-format off */
static const struct {
    const char *name;         /* of the row */
    struct row_filter filter; /* asked for */
    const char *wanted;       /* customer/domain's first letters/selector */
} rows_wanted[] = {
    {"all that is there", {0},
     "alma/alma.example/k2 snufkin/snufkin.sausagemail.com/k1"
     " snufkin/snufkin.sausagemail.com/k2 snufkin/snufkin.example/-"
     " toffle/-/- "},
    {"tombstones too", {.with_removed = true},
     "alma/alma.example/k1 alma/alma.example/k2"
     " moomin/moomin.sausagemail.com/k1" " snufkin/snufkin.sausagemail.com/k1"
     " snufkin/snufkin.sausagemail.com/k2 snufkin/snufkin.example/-"
     " toffle/-/- "},
    {"one customer", {.customer = "snufkin"},
     "snufkin/snufkin.sausagemail.com/k1"
     " snufkin/snufkin.sausagemail.com/k2 snufkin/snufkin.example/- "},
    {"one customer by number", {.customer_id = 2}, "toffle/-/- "},
    {"nobody", {.customer = "nobody"}, ""},
    {"a removed customer", {.customer = "moomin"}, ""},
    {"active keys", {.key_states = 1u << KEY_ACTIVE},
     "snufkin/snufkin.sausagemail.com/k1 "},
    {"due keys", {.due_by = 5000}, "snufkin/snufkin.sausagemail.com/k2 "},
    {"keys not yet due", {.due_by = 4999}, ""},
    {"old keys", {.created_before = 2000},
     "snufkin/snufkin.sausagemail.com/k1 "},
    {"keys of an algorithm",
     {.has_algorithm = true, .algorithm = ALGORITHM_RSA}, ""},
    {"retired keys", {.with_removed = true, .key_states = 1u << KEY_RETIRED},
     "alma/alma.example/k1 moomin/moomin.sausagemail.com/k1 "},
};
/* clang-format on */

static void
test_filters(void)
{
    for (size_t i = 0; i < sizeof(rows_wanted) / sizeof(rows_wanted[0]); i++) {
        struct strbuf seen = STRBUF_INIT;
        struct rows *rows = NULL;
        const struct row *row;
        enum status st;

        rows_open(registry, &rows_wanted[i].filter, &rows, NULL);
        while ((st = rows_next(rows, &row, NULL)) == ST_OK)
            strbuf_addf(&seen, "%s/%s/%s ", row->customer.name,
                        row->domain.id == 0 ? "-" : row->domain.name,
                        row->key.id == 0 ? "-" : row->key.selector);
        is_string(rows_wanted[i].wanted, seen.p, "%s", rows_wanted[i].name);
        is_int(ST_NOT_FOUND, st, "%s: ends", rows_wanted[i].name);
        is_int(ST_NOT_FOUND, rows_next(rows, &row, NULL), "%s: stays so",
               rows_wanted[i].name);
        rows_free(rows);
        strbuf_clear(&seen);
    }
}

/* A walk sees one instant, and others may write meanwhile. */
static void
test_instant(void)
{
    struct registry *other = NULL;
    struct rows *rows = NULL;
    const struct row *row;
    unsigned n = 1;

    registry_open(fixture_path("a.db"), &other, NULL);
    rows_open(registry, &(struct row_filter){0}, &rows, NULL);
    rows_next(rows, &row, NULL);
    is_int(ST_OK, customers_remove(other, "snufkin", NULL),
           "another writes during a walk");
    while (rows_next(rows, &row, NULL) == ST_OK)
        n++;
    is_int(5, n, "the walk does not see it");
    rows_free(rows);
    rows_open(registry, &(struct row_filter){0}, &rows, NULL);
    for (n = 0; rows_next(rows, &row, NULL) == ST_OK; n++)
        ;
    is_int(2, n, "the next one does");
    rows_free(rows);
    rows_free(NULL);
    registry_free(other);
}

int
main(void)
{
    plan_lazy();
    fixture_create("a.db", &registry, &seal);
    fill();
    test_filters();
    test_instant();
    seal_free(seal);
    registry_free(registry);
    return tap_done();
}
