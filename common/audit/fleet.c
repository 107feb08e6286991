/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of many domains side by side: what no domain's own audit can see. */
#include "common/audit/fleet.h"

#include <stdlib.h>

#include "common/audit/collect_dkim.h"
#include "common/base/memory.h"
#include "common/base/table.h"
#include "common/dkim/batchgcd.h"

struct material;

/* One name with a key. */
struct place {
    struct place *next;        /* of the same key, in order of entry */
    struct material *material; /* the key */
    const char *at;            /* owner name with final dot */
    const char *domain;        /* whose */
    bool is_testing;           /* t=y */
    enum keyage_verdict age;   /* is it too old? */
    int64_t days, limit;       /* when it is: its age, and the limit */
    const char *how;           /* who says so */
};

/* One key: modulus and exponent, or an Ed25519 key. */
struct material {
    struct place *first, *last;         /* where it is */
    size_t places;                      /* of them */
    bool is_under_many;                 /* of several domains */
    bool is_rsa;                        /* else Ed25519 */
    unsigned bits;                      /* its length */
    enum keymaterial_weakness weakness; /* by itself */
    unsigned small_prime;               /* when that is it */
    const char *example;                /* where it is published */
    struct modulus *modulus;            /* RSA */
};

/* One RSA modulus. */
struct modulus {
    struct slice octets;             /* big-endian */
    const struct material *material; /* the first that has it */
    bool is_twice;                 /* another has it, with another exponent */
    bool is_factored;              /* shares a factor with another */
    const struct modulus *partner; /* which; NULL: one that is not known */
};

/* What facts.fleet counts: names, not keys. */
enum count {
    COUNT_RSA,
    COUNT_ED25519,
    COUNT_BELOW_1024,
    COUNT_BELOW_2048,
    COUNT_TESTING,
    COUNT_EXAMPLE,
    COUNT_WEAK,
    COUNT_OLD,
    COUNT_OVERAGE,
    COUNT_KINDS
};

struct fleet {
    struct arena *arena;     /* all of it */
    struct table *domains;   /* by name; any value */
    struct table *materials; /* by digest */
    struct table *moduli;    /* by digest of the modulus */
    struct place **places;   /* in order of entry */
    size_t place_count;      /* of them */
    size_t left_out;         /* moduli that were not compared */
    bool is_compared;        /* moduli were, all but left_out */
};

struct fleet *
fleet_new(void)
{
    struct fleet *fleet = memory_zeroed(1, sizeof(*fleet));

    fleet->arena = arena_new();
    fleet->domains = table_new();
    fleet->materials = table_new();
    fleet->moduli = table_new();
    return fleet;
}

void
fleet_free(struct fleet *fleet)
{
    if (fleet == NULL)
        return;
    table_free(fleet->domains);
    table_free(fleet->materials);
    table_free(fleet->moduli);
    arena_free(fleet->arena);
    free(fleet);
}

/* ---- collecting ---- */

static struct modulus *
modulus_of(struct fleet *fleet, const struct keymaterial *key,
           struct material *material)
{
    uint8_t digest[DIGEST_SHA256_SIZE];
    struct slice index = {(const char *)digest, sizeof(digest)};
    struct modulus *modulus;

    digest_sha256(key->modulus, digest);
    modulus = table_get(fleet->moduli, index);
    if (modulus != NULL) {
        modulus->is_twice = true;
        return modulus;
    }
    modulus = ARENA_NEW(fleet->arena, struct modulus);
    modulus->octets = arena_slice(fleet->arena, key->modulus);
    modulus->material = material;
    table_put(fleet->moduli, index, modulus);
    return modulus;
}

static struct material *
material_of(struct fleet *fleet, const struct keymaterial *key)
{
    struct slice digest = {(const char *)key->digest, sizeof(key->digest)};
    struct material *material = table_get(fleet->materials, digest);

    if (material != NULL)
        return material;
    material = ARENA_NEW(fleet->arena, struct material);
    material->bits = key->bits;
    material->weakness = key->weakness;
    material->small_prime = key->small_prime;
    material->example = keymaterial_example(key);
    material->is_rsa = key->modulus.n > 0;
    if (material->is_rsa)
        material->modulus = modulus_of(fleet, key, material);
    table_put(fleet->materials, digest, material);
    return material;
}

/* One copy of a domain's name, however many keys it has. */
static const char *
domain_of(struct fleet *fleet, const char *name)
{
    char *domain = table_get(fleet->domains, slice_of(name));

    if (domain == NULL) {
        domain = arena_text(fleet->arena, slice_of(name));
        table_put(fleet->domains, slice_of(name), domain);
    }
    return domain;
}

void
fleet_add(struct fleet *fleet, const struct fleet_place *given)
{
    struct material *material;
    struct place *place;

    if (given->key->material.bits == 0)
        return;
    material = material_of(fleet, &given->key->material);
    place = ARENA_NEW(fleet->arena, struct place);
    place->material = material;
    place->at = arena_text(fleet->arena, slice_of(given->at));
    place->domain = domain_of(fleet, given->domain);
    place->is_testing = given->key->is_testing;
    place->age = given->age;
    place->days = given->days;
    place->limit = given->limit;
    place->how = given->how;
    if (material->first == NULL)
        material->first = place;
    else
        material->last->next = place;
    material->last = place;
    material->places++;
    material->is_under_many |= place->domain != material->first->domain;
    fleet->places = arena_grow(fleet->arena, fleet->places, fleet->place_count,
                               sizeof(*fleet->places));
    fleet->places[fleet->place_count++] = place;
}

void
fleet_add_facts(struct fleet *fleet, const struct facts *facts,
                struct arena *arena)
{
    const struct dkim_facts *dkim = facts->dkim;
    struct fleet_place place = {.domain =
                                    name_bare(arena, &facts->input->domain)};

    for (size_t i = 0; i < dkim->count; i++) {
        const struct dkim_selector *selector = &dkim->selectors[i];

        if (!selector->is_listed || selector->is_wildcard
            || selector->key_count != 1)
            continue;
        place.at = name_dotted(arena, &selector->name);
        place.key = selector->keys[0];
        place.age = keyage_judge(facts->input, &selector->age, &place.days,
                                 &place.limit);
        place.how = selector->age.how;
        fleet_add(fleet, &place);
    }
}

/* ---- comparing ---- */

/* A damaged modulus has small factors, and shares them with others that are:
   that is told of it already. */
static bool
is_comparable(const struct modulus *modulus)
{
    const struct material *material = modulus->material;

    return material->weakness != KEYMATERIAL_SMALL_PRIME
           && material->bits >= FLEET_BITS_LEAST
           && material->bits <= FLEET_BITS_MOST;
}

void
fleet_compare(struct fleet *fleet, const volatile int *stop)
{
    size_t count = table_count(fleet->moduli), position = 0;
    struct modulus **list = memory_zeroed(count, sizeof(struct modulus *));
    struct slice *octets = memory_zeroed(count, sizeof(struct slice));
    struct batchgcd_input input = {octets, 0, stop};
    struct batchgcd_result result;
    void *value;

    while (table_each(fleet->moduli, &position, NULL, &value)) {
        if (!is_comparable(value))
            continue;
        if (input.count == FLEET_MODULI_MAX) {
            fleet->left_out++;
            continue;
        }
        list[input.count] = value;
        octets[input.count] = list[input.count]->octets;
        input.count++;
    }
    fleet->is_compared = batchgcd_run(fleet->arena, &input, &result) == ST_OK;
    for (size_t i = 0; i < result.count; i++) {
        const struct batchgcd_hit *hit = &result.hits[i];

        list[hit->index]->is_factored = true;
        if (hit->partner != BATCHGCD_NO_PARTNER)
            list[hit->index]->partner = list[hit->partner];
    }
    free(list);
    free(octets);
}

/* ---- findings ---- */

/* A finding at a place; NULL when there are enough of that id. */
static struct finding *
raise_at(struct report *report, enum finding_id id, const struct place *place,
         size_t *raised)
{
    if (++raised[id] > FLEET_RAISED_MAX)
        return NULL;
    return finding_word(report_add(report, id, place->at), "domain",
                        place->domain);
}

/* Whose key it is that has the same modulus or factor, for a sentence. */
static const char *
other_of(struct arena *arena, const struct material *material,
         const char *what, const struct modulus *other)
{
    const struct material *first = other == NULL ? NULL : other->material;

    if (first == NULL || first == material)
        return arena_printf(arena, "%s that of another key here", what);
    return arena_printf(arena, "%s that of the key at %.*s", what,
                        (int)strlen(first->first->at) - 1, first->first->at);
}

/* Why anybody can compute a key, or NULL. */
static const char *
weakness_of(const struct material *material, struct arena *arena)
{
    if (material->weakness == KEYMATERIAL_SMALL_PRIME)
        return arena_printf(arena, "%u divides its modulus",
                            material->small_prime);
    if (material->weakness == KEYMATERIAL_ROCA)
        return "its modulus has the fingerprint of ROCA";
    if (material->modulus == NULL)
        return NULL;
    if (material->modulus->is_factored)
        return other_of(arena, material, "a prime factor of it is also",
                        material->modulus->partner);
    if (material->modulus->is_twice)
        return other_of(arena, material, "but for the exponent its modulus is",
                        material->modulus);
    return NULL;
}

static void
check_age(const struct place *place, struct report *report, size_t *raised)
{
    struct finding *finding;

    if (place->age == KEYAGE_FINE)
        return;
    finding = raise_at(report,
                       place->age == KEYAGE_OVER ? FIND_DKIM_KEY_OVERAGE
                                                 : FIND_DKIM_KEY_AGE,
                       place, raised);
    if (finding == NULL)
        return;
    finding_number(finding, "days", place->days);
    finding_number(finding, "limit", place->limit);
    finding_word(finding, "origin", place->how);
}

static void
check_place(const struct place *place, struct report *report, size_t *raised)
{
    const struct material *material = place->material;
    const char *weakness = weakness_of(material, report_arena(report));
    struct finding *finding;

    if (weakness != NULL
        && (finding = raise_at(report, FIND_DKIM_RSA_WEAK, place, raised)))
        finding_word(finding, "reason", weakness);
    if (material->example != NULL
        && (finding =
                raise_at(report, FIND_DKIM_KEY_PUBLISHED_TEST, place, raised)))
        finding_word(finding, "origin", material->example);
    if (material->is_rsa && material->bits < 2048
        && (finding =
                raise_at(report,
                         material->bits < 1024 ? FIND_DKIM_RSA_TOO_SHORT
                                               : FIND_DKIM_RSA_BELOW_2048,
                         place, raised)))
        finding_number(finding, "bits", material->bits);
    if (place->is_testing)
        raise_at(report, FIND_DKIM_FLAG_TESTING, place, raised);
    check_age(place, report, raised);
}

static void
check_material(const struct material *material, struct report *report,
               size_t *raised)
{
    const struct place *place = material->first;
    struct finding *finding;
    size_t named = 0;

    if (!material->is_under_many)
        return;
    finding = raise_at(report, FIND_DKIM_KEY_SHARED, place, raised);
    if (finding == NULL)
        return;
    for (; place != NULL && named < FLEET_NAMES_MAX; place = place->next) {
        finding_item(finding, "names",
                     (struct slice){place->at, strlen(place->at) - 1});
        named++;
    }
    finding_number(finding, "count", (int64_t)material->places);
}

struct report *
fleet_check(const struct fleet *fleet, struct arena *arena)
{
    static const enum finding_id ids[] = {
        FIND_DKIM_KEY_PUBLISHED_TEST, FIND_DKIM_RSA_TOO_SHORT,
        FIND_DKIM_RSA_BELOW_2048, FIND_DKIM_FLAG_TESTING,
        FIND_DKIM_KEY_SHARED};
    struct report *report = report_new(arena);
    size_t *raised = ARENA_ARRAY(arena, size_t, FIND_COUNT);
    size_t position = 0;
    void *material;

    for (size_t i = 0; i < fleet->place_count; i++)
        check_place(fleet->places[i], report, raised);
    while (table_each(fleet->materials, &position, NULL, &material))
        check_material(material, report, raised);
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
        report_decide(report, ids[i], true);
    report_decide(report, FIND_DKIM_RSA_WEAK,
                  fleet->is_compared && fleet->left_out == 0);
    report_sort(report);
    return report;
}

/* ---- facts ---- */

static void
count_place(const struct place *place, struct arena *arena, size_t *counts)
{
    const struct material *material = place->material;

    counts[COUNT_RSA] += material->is_rsa;
    counts[COUNT_ED25519] += !material->is_rsa;
    counts[COUNT_BELOW_1024] += material->is_rsa && material->bits < 1024;
    counts[COUNT_BELOW_2048] +=
        material->is_rsa && material->bits >= 1024 && material->bits < 2048;
    counts[COUNT_TESTING] += place->is_testing;
    counts[COUNT_EXAMPLE] += material->example != NULL;
    counts[COUNT_OLD] += place->age != KEYAGE_FINE;
    counts[COUNT_OVERAGE] += place->age == KEYAGE_OVER;
    counts[COUNT_WEAK] += weakness_of(material, arena) != NULL;
}

/* How many keys are under several domains. */
static size_t
count_shared(const struct fleet *fleet)
{
    size_t position = 0, count = 0;
    void *material;

    while (table_each(fleet->materials, &position, NULL, &material))
        count += ((const struct material *)material)->is_under_many;
    return count;
}

struct value *
fleet_value(const struct fleet *fleet, struct arena *arena)
{
    static const char *const words[COUNT_KINDS] = {
        [COUNT_RSA] = "rsa",
        [COUNT_ED25519] = "ed25519",
        [COUNT_BELOW_1024] = "below_1024",
        [COUNT_BELOW_2048] = "below_2048",
        [COUNT_TESTING] = "testing",
        [COUNT_EXAMPLE] = "published_test",
        [COUNT_WEAK] = "weak",
        [COUNT_OLD] = "old",
        [COUNT_OVERAGE] = "overage",
    };
    struct value *facts = value_map(arena);
    struct value *map = value_set(facts, "fleet", value_map(arena));
    size_t counts[COUNT_KINDS] = {0};

    for (size_t i = 0; i < fleet->place_count; i++)
        count_place(fleet->places[i], arena, counts);
    value_set(map, "state",
              value_text(arena, fleet->is_compared && fleet->left_out == 0
                                    ? "known"
                                    : "unknown"));
    value_set(map, "domains",
              value_number(arena, (int64_t)table_count(fleet->domains)));
    value_set(map, "names", value_number(arena, (int64_t)fleet->place_count));
    value_set(map, "keys",
              value_number(arena, (int64_t)table_count(fleet->materials)));
    value_set(map, "shared",
              value_number(arena, (int64_t)count_shared(fleet)));
    for (size_t i = 0; i < COUNT_KINDS; i++)
        value_set(map, words[i], value_number(arena, (int64_t)counts[i]));
    value_set(map, "compared", value_bool(arena, fleet->is_compared));
    return facts;
}
