/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/records/plan.c: template times registry. */
#include "common/records/plan.h"

#include <string.h>

#include "common/base/strbuf.h"
#include "common/dns/answer.h"
#include "common/registry/customers.h"
#include "common/registry/domains.h"
#include "common/registry/keys.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

static struct registry *registry;
static struct seal *seal;
static struct name origin;

static void
must(enum status st, const struct error *err)
{
    if (st != ST_OK)
        bail("%s", err->text);
}

static void
set_field(const char *customer, const char *name, const char *value)
{
    struct arena *arena = arena_new();
    struct error err = ERROR_INIT;
    struct customer found;

    must(customers_find(registry, arena, customer, &found, &err), &err);
    must(customers_set_field(registry, found.id, name, value, &err), &err);
    arena_free(arena);
}

static void
fill(void)
{
    struct error err = ERROR_INIT;
    struct key_step revoke = {KEY_PENDING, KEY_REVOKED, 0};
    int64_t domain = fixture_domain(registry, "snufkin", NULL);
    int64_t key;

    fixture_key(registry, seal, domain, "snufkin.sausagemail.com", "k1");
    key =
        fixture_key(registry, seal, domain, "snufkin.sausagemail.com", "a.b");
    must(keys_move(registry, key, &revoke, &err), &err);
    set_field("snufkin", "pool", "one");
    fixture_domain(registry, "toffle", NULL);
    domain = fixture_domain(registry, "toffle", "toffle.example");
    fixture_key(registry, seal, domain, "toffle.example", "t1");
    fixture_domain(registry, "rua-snufkin", NULL);
    domain = fixture_domain(registry, "www", NULL);
    fixture_key(registry, seal, domain, "www.sausagemail.com", "k1");
    fixture_domain(registry, "gone", NULL);
    must(customers_remove(registry, "gone", &err), &err);
}

#define HEAD                                                                  \
    "$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\nwww A "          \
    "192.0.2.2\n"

struct row {
    const char *text;     /* of the template, behind HEAD */
    const char *customer; /* NULL: the fixed records but those of HEAD */
    const char *wanted;   /* "OWNER TYPE DATA" below the zone, a line each;
                             p= values as "KEY", a token as "TOKEN" */
};

#define ROW(text, customer, wanted)                                           \
    {                                                                         \
        text, customer, wanted                                                \
    }
static const struct row rows[] = {
    ROW("a TXT \"x\"\n", NULL, "a TXT \"x\"\n"),
    ROW("a TXT \"x\"\n", "snufkin", ""),
    ROW("{customer} TXT \"{customer}\"\n", NULL, ""),
    ROW("{customer} TXT \"{customer}\"\n", "snufkin",
        "snufkin TXT \"snufkin\"\n"),
    ROW("{customer} TXT \"x\"\n{customer} TXT \"x\"\n", "snufkin",
        "snufkin TXT \"x\"\n"),
    ROW("b.{customer} MX 1 {customer}\na.{customer} TXT \"x\"\n", "snufkin",
        "b.snufkin MX 1 snufkin.sausagemail.com.\na.snufkin TXT \"x\"\n"),
    ROW("{selector}._d.{customer} TXT \"{selector}:{key}\"\n", "snufkin",
        "k1._d.snufkin TXT \"k1:KEY\"\na.b._d.snufkin TXT \"a.b:\"\n"),
    ROW("{selector}._d.{customer} TXT \"{key}\"\n", "rua-snufkin", ""),
    ROW("{customer} TXT \"{pool}\"\n", "snufkin", "snufkin TXT \"one\"\n"),
    ROW("{customer} TXT \"{pool}\"\n", "toffle", ""),
    ROW("{customer} TXT \"{pool}\"\n{customer} MX 1 a\n", "toffle",
        "toffle MX 1 a.sausagemail.com.\n"),
    ROW("{selector}.{token} TXT \"{key} {customer} {domain}\"\n", "toffle",
        "t1.TOKEN TXT \"KEY toffle toffle.example\"\n"),
    ROW("{token} TXT \"x\"\n", "toffle", "TOKEN TXT \"x\"\n"),
    ROW("{token} TXT \"x\"\n", "snufkin", ""),
    ROW("{selector}._d.{customer} TXT \"{key}\"\n", "toffle", ""),
    ROW("{selector}._d TXT \"{key}\"\n", NULL, ""),
    ROW("{any} TXT \"x\"\n", NULL, ""),
    ROW("{any}.{customer} TXT \"x\"\n", "snufkin", ""),
    ROW("*.{customer} TXT \"x\"\n", "snufkin", "*.snufkin TXT \"x\"\n"),
    /* What is closer has the name. */
    ROW("{customer} TXT \"x\"\n", "www", ""),
    ROW("a.{customer} TXT \"x\"\n", "www", ""),
    ROW("k1._d.{customer} TXT \"f\"\n{selector}._d.{customer} TXT \"v\"\n",
        "snufkin", "k1._d.snufkin TXT \"f\"\na.b._d.snufkin TXT \"v\"\n"),
    ROW("b._d.{customer} TXT \"f\"\n{selector}._d.{customer} TXT \"v\"\n",
        "snufkin", "b._d.snufkin TXT \"f\"\nk1._d.snufkin TXT \"v\"\n"),
    ROW("{customer} TXT \"c\"\nrua-{customer} TXT \"r\"\n", "snufkin",
        "snufkin TXT \"c\"\nrua-snufkin TXT \"r\"\n"),
    ROW("{customer} TXT \"c\"\nrua-{customer} TXT \"r\"\n", "rua-snufkin",
        "rua-rua-snufkin TXT \"r\"\n"),
    ROW("{customer} TXT \"c\"\nsnufkin TXT \"f\"\n", "snufkin", ""),
    /* Below a DNAME nothing is. */
    ROW("dn.{customer} DNAME x.\na.dn.{customer} TXT \"x\"\n", "snufkin",
        "dn.snufkin DNAME x.\n"),
    /* Glue is. */
    ROW("{customer} NS ns.{customer}\nns.{customer} A 192.0.2.3\n", "snufkin",
        "snufkin NS ns.snufkin.sausagemail.com.\nns.snufkin A 192.0.2.3\n"),
};

/* Replace what is random: runs of base64 as keys have them, and tokens. */
static void
add_masked(struct strbuf *out, const char *text)
{
    static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
                                 "pqrstuvwxyz0123456789+/=";

    while (*text != '\0') {
        size_t n = strspn(text, base64);

        if (n == 44)
            strbuf_add_text(out, "KEY");
        else if (n == 20)
            strbuf_add_text(out, "TOKEN");
        else
            strbuf_add(out, text, n == 0 ? 1 : n);
        text += n == 0 ? 1 : n;
    }
}

static void
show(struct arena *arena, const struct plan *plan, struct strbuf *out)
{
    static const char zone[] = ".sausagemail.com.";

    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_record *r = &plan->records[i];
        struct record view = {.type = r->type, .data = r->data};
        struct slice owner = slice_of(name_dotted(arena, &r->owner));
        struct strbuf data = STRBUF_INIT;

        if (r->line <= 5)
            continue;
        add_masked(out, arena_text(arena, slice_sub(owner, 0,
                                                    owner.n - strlen(zone))));
        strbuf_add_char(out, ' ');
        rrtype_present(r->type, out);
        strbuf_add_char(out, ' ');
        record_present(&view, &data);
        add_masked(out, data.p);
        strbuf_add_char(out, '\n');
        strbuf_clear(&data);
    }
}

static struct template *
compile(const char *text)
{
    struct template *template = NULL;
    struct strbuf all = STRBUF_INIT;
    struct error err = ERROR_INIT;

    strbuf_addf(&all, "%s%s", HEAD, text);
    must(template_parse("t", strbuf_slice(&all), &origin, &template, &err),
         &err);
    strbuf_clear(&all);
    return template;
}

static enum status
plan_fixed(const struct template *template, struct arena *arena,
           struct plan *plan, struct error *err)
{
    struct planner *planner = NULL;
    enum status st = planner_new(template, registry, &planner, err);

    if (st == ST_OK)
        st = planner_fixed(planner, arena, plan, err);
    planner_free(planner);
    return st;
}

static void
test_row(const struct row *row)
{
    struct template *template = compile(row->text);
    struct arena *arena = arena_new();
    struct strbuf seen = STRBUF_INIT;
    struct plan plan = {NULL, 0};
    struct error err = ERROR_INIT;
    enum status st = row->customer == NULL
                         ? plan_fixed(template, arena, &plan, &err)
                         : plan_customer(template, registry, row->customer,
                                         arena, &plan, &err);

    is_int(ST_OK, st, "%s for %s", row->text, row->customer);
    show(arena, &plan, &seen);
    is_string(row->wanted, seen.p, "... gives what it should");
    if (row->customer == NULL)
        is_int(4, (long long)plan.count - (*row->wanted != '\0'),
               "... beside the zone's own");
    strbuf_clear(&seen);
    arena_free(arena);
    template_free(template);
}

static void
test_faults(void)
{
    struct arena *arena = arena_new();
    struct error err = ERROR_INIT;
    struct plan plan = {NULL, 0};
    struct template *template = compile(
        "{selector}.x.{customer} CNAME {key}.{key}.{key}.{key}.{key}.{key}\n"
        "{customer} TXT \"x\"\n");

    is_int(ST_RANGE,
           plan_customer(template, registry, "snufkin", arena, &plan, &err),
           "data that grow too long");
    is_string(
        "template line 6: '{selector}.x.{customer}.sausagemail.com.' for "
        "customer 'snufkin' has a name or text that is too long",
        err.text, "are told with line and customer");
    template_free(template);

    template = compile("");
    is_int(ST_NOT_FOUND,
           plan_customer(template, registry, "nobody", arena, &plan, &err),
           "nobody has no plan");
    is_int(ST_NOT_FOUND,
           plan_customer(template, registry, "gone", arena, &plan, &err),
           "nor has one who was removed");
    template_free(template);
    arena_free(arena);
}

/* A pattern that leaves no room for a long customer's name. */
static void
test_long_name(void)
{
    struct template *template =
        compile("a-{customer} TXT \"x\"\n{customer} TXT \"x\"\n");
    static const char label[] =
        "c23456789012345678901234567890123456789012345678901234567890123";
    struct arena *arena = arena_new();
    struct error err = ERROR_INIT;
    struct plan plan = {NULL, 0};

    fixture_domain(registry, label, NULL);
    is_int(ST_RANGE,
           plan_customer(template, registry, label, arena, &plan, &err),
           "a name that grows too long");
    ok(strstr(err.text, "'a-{customer}.sausagemail.com.'") != NULL,
       "is told by its pattern");
    template_free(template);
    arena_free(arena);
}

int
main(void)
{
    name_parse(&origin, SLICE(FIXTURE_ESP), NULL);
    plan_lazy();
    fixture_create("registry.db", &registry, &seal);
    fill();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(&rows[i]);
    test_faults();
    test_long_name();
    seal_free(seal);
    registry_free(registry);
    return tap_done();
}
