/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The DNS server against the zone that the plan writes out: for every name of
 * that zone, and for names around them, both must say the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/strbuf.h"
#include "common/dns/message.h"
#include "common/dns/zonefile.h"
#include "common/records/emit.h"
#include "common/records/plan.h"
#include "common/registry/customers.h"
#include "common/registry/keys.h"
#include "common/stunt/publish.h"
#include "common/stunt/stuntmessage.h"
#include "common/stunt/stuntview.h"
#include "tests/keys/testkeys.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

#define CUSTOMERS 200

static const char template_text[] =
    "$TTL 300\n"
    "@ 900 SOA ns1 h 1 2 3 4 60\n"
    "@ NS ns1\n"
    "ns1 A 192.0.2.1\n"
    "mx A 192.0.2.10\n"
    "www TXT \"w\"\n"
    "{customer} MX 10 mx\n"
    "{customer} TXT \"c={customer}\"\n"
    "rua-{customer} TXT \"rua\"\n"
    "{selector}._domainkey.{customer} TXT \"k={algorithm}; p={key}\"\n"
    "fixed._domainkey.{customer} TXT \"fixed\"\n"
    "_dmarc.{customer} TXT \"rua={customer}\"\n"
    "pool.{customer} CNAME {pool}.pools\n"
    "only.deep.{customer} TXT \"{pool}\"\n"
    "bounces.deep.{customer} TXT \"{bounces}\"\n"
    "*.wild.{customer} TXT \"w={customer}\"\n"
    "x.wild.{customer} MX 5 mx\n"
    "a.b.wild.{customer} TXT \"deep\"\n"
    "pool.wild.{customer} TXT \"{pool}\"\n"
    "{customer}.either TXT \"{pool}\"\n"
    "*.either TXT \"wild\"\n"
    "*.pools TXT \"some pool\"\n"
    "one.pools A 192.0.2.20\n"
    "{customer}.sub NS ns.{customer}.sub\n"
    "{customer}.sub NS ns1\n"
    "ns.{customer}.sub A 192.0.2.9\n"
    "{customer}.sausagemail.com._report._dmarc.reports TXT \"v=DMARC1\"\n"
    "{selector}._dkim TXT \"{key}\"\n"
    "{selector}.{token}._dkim TXT \"{key}\"\n"
    "{token}._own TXT \"{domain} of {customer}\"\n"
    "alias.{customer} CNAME k1._domainkey.{customer}\n"
    "dn.{customer} DNAME wild.{customer}\n"
    /* What some customers have instead. */
    "{customer}.over TXT \"all\"\n"
    "a.{customer}.over TXT \"all\"\n"
    "{selector}._domainkey.{customer:own_key}.over TXT \"p={key}\"\n"
    "{customer:own_key}.over TXT \"own key\"\n"
    "{customer:pool}.over TXT \"pool {pool}\"\n"
    "b.{customer:pool}.over CNAME {pool}.pools\n"
    "{customer:suspended}.over TXT \"suspended\"\n"
    "out.{customer} CNAME www.elsewhere.example.\n";

static struct registry *registry;
static struct seal *seal;
static struct template *template;
static struct source *source;
static struct template_binder binder;
static struct stunt_result result;

static void
must(enum status st, const struct error *err)
{
    if (st != ST_OK)
        bail("%s", err->text);
}

/* ---- whom there is ---- */

static void
add_shared(const char *selector)
{
    struct key_pair pair = KEY_PAIR_INIT;
    struct error err = ERROR_INIT;
    struct key_claim claim = {.share = "all",
                              .signing_domain = "_dkim." FIXTURE_ESP,
                              .selector = selector,
                              .state = KEY_PENDING,
                              .pair = &pair};
    int64_t id;

    must(testkeys_source()->make(NULL, ALGORITHM_ED25519, KEY_ED25519, &pair,
                                 &err),
         &err);
    must(keys_add(registry, seal, &claim, &id, &err), &err);
    key_pair_wipe(&pair);
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
add_keys(unsigned i, int64_t domain, const char *signing_domain)
{
    static const char *const selectors[] = {"k1",    "k2",    "a.b",
                                            "x.y.b", "fixed", "m.fixed"};
    struct error err = ERROR_INIT;

    for (unsigned k = 0; k < sizeof(selectors) / sizeof(selectors[0]); k++) {
        struct key_step step = {KEY_PENDING, KEY_REVOKED, 0};
        int64_t key;

        if ((i >> k & 1) == 0)
            continue;
        key =
            fixture_key(registry, seal, domain, signing_domain, selectors[k]);
        step.to = i % 5 == 0 ? KEY_RETIRED : KEY_REVOKED;
        if ((i + k) % 4 == 0)
            must(keys_move(registry, key, &step, &err), &err);
    }
}

/* Each number is another mixture; some have names that patterns or literals
   overlap. */
static void
add_customer(unsigned i)
{
    static const char *const special[] = {"www",   "rua-c1", "ns1",
                                          "pools", "sub",    "reports"};
    struct error err = ERROR_INIT;
    char name[32], domain[64];

    if (i < sizeof(special) / sizeof(special[0]))
        snprintf(name, sizeof(name), "%s", special[i]);
    else
        snprintf(name, sizeof(name), "c%u", i);
    snprintf(domain, sizeof(domain), "%s." FIXTURE_ESP, name);
    add_keys(i, fixture_domain(registry, name, NULL), domain);
    snprintf(domain, sizeof(domain), "%s.example", name);
    if (i % 3 == 0)
        add_keys(i / 3, fixture_domain(registry, name, domain), domain);
    if (i % 2 == 0)
        set_field(name, "pool", i % 4 == 0 ? "one" : "two");
    if (i % 11 == 0)
        must(customers_set_state(registry, name, CUSTOMER_SUSPENDED, 0, &err),
             &err);
    if (i % 13 == 0)
        must(customers_remove(registry, name, &err), &err);
}

static void
fill_registry(void)
{
    struct error err = ERROR_INIT;

    fixture_create("registry.db", &registry, &seal);
    must(registry_begin(registry, &err), &err);
    for (unsigned i = 0; i < CUSTOMERS; i++)
        add_customer(i);
    add_shared("s1");
    add_shared("n.s2");
    must(registry_commit(registry, &err), &err);
}

/* ---- the two ---- */

static void
write_zone(struct strbuf *out)
{
    struct emit_state state = {.out = out};
    struct served_filter filter = {.customer = NULL};
    struct served_customer customer;
    struct served *served = NULL;
    struct planner *planner = NULL;
    struct arena *arena = arena_new();
    struct error err = ERROR_INIT;
    struct plan plan = {NULL, 0};

    must(planner_new(template, registry, &planner, &err), &err);
    must(planner_fixed(planner, arena, &plan, &err), &err);
    emit_plan(&emit_zone, &state, NULL, &plan);
    must(served_open(registry, &filter, &served, &err), &err);
    while (served_next(served, arena, &customer, &err) == ST_OK) {
        plan = (struct plan){NULL, 0};
        must(planner_customer(planner, &customer, arena, &plan, &err), &err);
        emit_plan(&emit_zone, &state, customer.customer.name, &plan);
    }
    served_free(served);
    planner_free(planner);
    arena_free(arena);
}

static struct zonefile *
load_zone(void)
{
    struct zonefile_settings settings = {.ttl = 1};
    struct zonefile *zone = zonefile_new();
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;

    write_zone(&text);
    must(zonefile_parse(zone, "zone", strbuf_slice(&text), &settings, &err),
         &err);
    source = zonefile_source(zone);
    strbuf_clear(&text);
    return zone;
}

/* ---- comparing ---- */

static int
compare_slices(const void *a, const void *b)
{
    return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

/* All that both must agree on, records in order of their data. */
static void
show(struct arena *arena, const struct answer *answer, struct strbuf *out)
{
    struct slice *data =
        ARENA_ARRAY(arena, struct slice, answer->record_count + 1);

    strbuf_addf(out, "%s%s%s rcode %u", outcome_word(answer->outcome),
                answer->aa ? " aa" : "", answer->referral ? " referral" : "",
                answer->rcode == ANSWER_NO_RCODE ? 0 : answer->rcode);
    for (size_t i = 0; i < answer->chain_count; i++) {
        strbuf_addf(out, " -%u-> ", answer->chain[i].ttl);
        name_present(&answer->chain[i].target, out);
    }
    for (size_t i = 0; i < answer->record_count; i++)
        data[i] = answer->records[i].data;
    qsort(data, answer->record_count, sizeof(*data), compare_slices);
    for (size_t i = 0; i < answer->record_count; i++) {
        struct record view = {.type = answer->records[i].type,
                              .data = data[i]};

        strbuf_addf(out, " %u ", answer->records[i].ttl);
        name_present(&answer->records[i].owner, out);
        strbuf_add_char(out, ' ');
        record_present(&view, out);
    }
    if (outcome_is_absent(answer->outcome)) {
        strbuf_addf(out, " (%u ", answer->negative_ttl);
        name_present(&answer->zone, out);
        strbuf_add_text(out, ")");
    }
    if (answer->referral)
        strbuf_addf(out, " authority %zu additional %zu",
                    answer->authority_count, answer->additional_count);
}

static const struct answer *
ask_server(struct arena *arena, const struct question *question)
{
    uint8_t in[MESSAGE_QUERY_MAX];
    uint8_t *out = arena_alloc(arena, STUNTMESSAGE_MAX);
    struct stunt_query query = {in, message_query(question, 7, in), true};
    size_t n = stuntmessage_answer(template, &binder, &query, &result, out);

    return message_answer(arena, question,
                          (struct slice){(const char *)out, n});
}

/* How many comparisons failed, the first few shown. */
static unsigned compared, differ;

static void
compare(const struct name *name, uint16_t type)
{
    struct arena *arena = arena_new();
    struct strbuf wanted = STRBUF_INIT, seen = STRBUF_INIT;
    struct address server = {
        .family = 4, .octets = {127, 0, 0, 1}
    };
    struct question question = question_direct(&server, name, type);

    show(arena, source->ops->ask(source, NULL, &question), &wanted);
    show(arena, ask_server(arena, &question), &seen);
    compared++;
    if (strcmp(wanted.p, seen.p) != 0 && ++differ < 10)
        diag("%s type %u:\n zone   %s\n server %s", name_dotted(arena, name),
             type, wanted.p, seen.p);
    strbuf_clear(&wanted);
    strbuf_clear(&seen);
    arena_free(arena);
}

static void
compare_types(const struct name *name)
{
    static const uint16_t types[] = {RR_TXT, RR_MX,  RR_A,    RR_CNAME,
                                     RR_NS,  RR_SOA, RR_DNAME};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        compare(name, types[i]);
}

static void
verdict(const char *what)
{
    ok(compared > 0 && differ == 0, "%s: %u of %u differ", what, differ,
       compared);
    compared = differ = 0;
}

/* ---- names ---- */

/* The first two labels as one that holds a dot. */
static bool
merge(struct name *out, const struct name *name)
{
    size_t first = name->wire[0];

    *out = *name;
    if (name->labels < 2 || first + 1 + name->wire[first + 1] > NAME_LABEL_MAX)
        return false;
    out->wire[0] = (uint8_t)(first + 1 + name->wire[first + 1]);
    out->wire[first + 1] = '.';
    out->labels--;
    return true;
}

/* Names around one that exists: below it, beside it, one label less, one
   changed, with an octet in a label that means something elsewhere. */
static void
compare_around(const struct name *name)
{
    static const char *const labels[] = {"zz",  "*",          "k1", "b",
                                         "a.b", "_domainkey", "c7", "nobody"};
    struct name other, parent;

    if (merge(&other, name))
        compare(&other, RR_TXT);
    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        if (name_prepend(&other, slice_of(labels[i]), name) == ST_OK)
            compare(&other, i % 2 == 0 ? RR_TXT : RR_A);
        name_parent(&parent, name);
        if (name_prepend(&other, slice_of(labels[i]), &parent) == ST_OK)
            compare(&other, RR_TXT);
    }
    for (unsigned at = 0; at < name->size; at += 5) {
        other = *name;
        if (other.wire[at] < 64)
            continue; /* a length, or not a letter */
        other.wire[at] = at % 2 == 0 ? '.' : 'q';
        compare(&other, RR_TXT);
    }
}

static void
compare_all(const struct zonefile *zone, const struct name *origin)
{
    const struct namenode *node = NULL;
    struct name name;
    size_t n = 0;

    while ((node = nametree_next(zone->tree, node)) != NULL) {
        namenode_name(node, &name);
        if (name_is_under(&name, origin))
            compare_types(&name);
    }
    verdict("names that exist, empty ones too");
    while ((node = nametree_next(zone->tree, node)) != NULL) {
        namenode_name(node, &name);
        if (name_is_under(&name, origin) && n++ % 3 == 0)
            compare_around(&name);
    }
    verdict("names around them");
}

/* Every pattern filled with every kind of value, whether it is there or
   not. */
static void
compare_patterns(void)
{
    static const char *const customers[] = {"www",    "c6",  "c7",    "c12",
                                            "c13",    "c26", "c30",   "c63",
                                            "rua-c1", "sub", "nobody"};
    static const char *const selectors[] = {"k1",  "k2",    "a.b",     "b",
                                            "y.b", "fixed", "m.fixed", "m"};
    const struct template_node *node = NULL;
    struct name name;

    while ((node = template_next(template, node)) != NULL)
        for (size_t c = 0; c < sizeof(customers) / sizeof(customers[0]); c++)
            for (size_t s = 0; s < sizeof(selectors) / sizeof(selectors[0]);
                 s++) {
                struct slice values[3] = {slice_of(customers[c]),
                                          slice_of(customers[c]),
                                          slice_of(selectors[s])};

                if (template_node_name(template, node, values, &name) == ST_OK)
                    compare(&name, s % 2 == 0 ? RR_TXT : RR_MX);
            }
    verdict("patterns, filled");
}

int
main(void)
{
    struct stuntview *view = NULL;
    struct stuntreader *reader = NULL;
    struct error err = ERROR_INIT;
    struct zonefile *zone;
    struct name origin;

    plan_lazy();
    name_parse(&origin, SLICE(FIXTURE_ESP), NULL);
    must(template_parse("t", SLICE(template_text), &origin, &template, &err),
         &err);
    fill_registry();
    must(publish_view(registry, fixture_path("view"), NULL, &err), &err);
    must(stuntview_open(fixture_path("view"), &view, &err), &err);
    must(stuntreader_new(view, &reader, &err), &err);
    stuntreader_binder(reader, &binder);
    zone = load_zone();
    compare_all(zone, &origin);
    compare_patterns();
    source_free(source);
    zonefile_free(zone);
    stuntreader_free(reader);
    stuntview_close(view);
    template_free(template);
    seal_free(seal);
    registry_free(registry);
    return tap_done();
}
