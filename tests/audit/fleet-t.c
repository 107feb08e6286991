/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/audit/fleet.c: keys planted under several domains. */
#include "common/audit/fleet.h"

#include "common/base/strbuf.h"
#include "common/dkim/batchgcd.h"
#include "tests/dkim/keys.h"
#include "tests/tap/tap.h"

/* clang-format off */

/* RSA moduli of 1024 bits: A and B have one prime in common; ALONE has none
   in common with them, and is there with two exponents. */
#define SHARES_A \
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC+q4IJc42B8PWVMb4gF3E2N8YvMpsAiP" \
    "1zzt5H2QypHMmCAnSHaK6ky/gsVCqYE3P/mLtCKt2iM3l9OntOwtAd1rKids2+4rRDvkcA" \
    "U/03L8smb/RrqY17olaVcoqi3/QhX42wS8GG3EDVAbTguo9+7X6BXJ+zgBS12EPvjZmUBQ" \
    "IDAQAB"
#define SHARES_B \
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDEiZMtIA7KDZj4wIlV8H3/3b026JxV+5" \
    "j9UQItIgOmok0VLNRCNx348r20Jp6kXgaMsWRz/FfxMIq+os8w+VlQAEeeqnTtygOvG9ne" \
    "LjXWWiEncaj/inVNT/6DkRGGckmieZV9J7FmGjqCaKRmg26y1H+0o1Yp0KxiEOrwiItdeQ" \
    "IDAQAB"
#define ALONE \
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCYnLX6tNxNAKGZh5UxXN7o0oQttweiZT" \
    "K9EFXRAw0aofz8wOY6dAfDe8FDCjfoL/t6uwb7QJbOW2iOH3ZVrhLrCCmARtkYlHZS+qWP" \
    "tkuYtIf1run1ylwmjqcsHTjgE6iaPJP+7YMXSbbCRNzcQg9jzROPsCdxReTRVplHNZJ1yw" \
    "IDAQAB"
#define ALONE_EXPONENT \
    "MIGdMA0GCSqGSIb3DQEBAQUAA4GLADCBhwKBgQCYnLX6tNxNAKGZh5UxXN7o0oQttweiZT" \
    "K9EFXRAw0aofz8wOY6dAfDe8FDCjfoL/t6uwb7QJbOW2iOH3ZVrhLrCCmARtkYlHZS+qWP" \
    "tkuYtIf1run1ylwmjqcsHTjgE6iaPJP+7YMXSbbCRNzcQg9jzROPsCdxReTRVplHNZJ1yw" \
    "IBEQ=="

#define EXAMPLE "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

#define RSA(p) "v=DKIM1; k=rsa; p=" p
#define ED25519(p) "v=DKIM1; k=ed25519; p=" p
#define ENTRIES_MAX 5

/* Keys as "selector domain record", and the findings wanted: "id at", those
   of 1024 bits left out.  Where GCDs are needed, what is wanted without GMP
   stands behind it. */
static const struct {
    const char *name;
    const char *entries[ENTRIES_MAX][3];
    const char *wanted;
    const char *without;
} rows[] = {
    {"nothing at all", {{0}}, "", ""},
    {"one sound key", {{"s", "a.example", RSA(KEY_RSA_2048)}}, "", ""},
    {"one key under two domains",
     {{"s", "a.example", RSA(KEY_RSA_2048)},
      {"t", "b.example", RSA(KEY_RSA_2048)}},
     "dkim.key-shared s._domainkey.a.example. ", NULL},
    {"the same in another form",
     {{"s", "a.example", RSA(KEY_RSA_2048)},
      {"t", "b.example", RSA(KEY_RSA_2048_PKCS1)}},
     "dkim.key-shared s._domainkey.a.example. ", NULL},
    {"one key at two selectors is the domain's own affair",
     {{"s", "a.example", RSA(KEY_RSA_2048)},
      {"t", "a.example", RSA(KEY_RSA_2048)}},
     "", NULL},
    {"a shared prime",
     {{"s", "a.example", RSA(SHARES_A)},
      {"s", "b.example", RSA(ALONE)},
      {"s", "c.example", RSA(SHARES_B)}},
     "dkim.rsa-weak s._domainkey.a.example."
     " dkim.rsa-weak s._domainkey.c.example. ",
     ""},
    {"a shared prime, one of the keys under two domains",
     {{"s", "a.example", RSA(SHARES_A)},
      {"s", "b.example", RSA(SHARES_B)},
      {"s", "c.example", RSA(SHARES_B)}},
     "dkim.rsa-weak s._domainkey.a.example."
     " dkim.rsa-weak s._domainkey.b.example."
     " dkim.rsa-weak s._domainkey.c.example."
     " dkim.key-shared s._domainkey.b.example. ",
     "dkim.key-shared s._domainkey.b.example. "},
    {"one modulus with two exponents",
     {{"s", "a.example", RSA(ALONE)},
      {"s", "b.example", RSA(ALONE_EXPONENT)}},
     "dkim.rsa-weak s._domainkey.a.example."
     " dkim.rsa-weak s._domainkey.b.example. ", NULL},
    {"a small factor, and the fingerprint of ROCA",
     {{"s", "a.example", RSA(KEY_RSA_MULTIPLE_OF_7)},
      {"s", "b.example", RSA(KEY_RSA_ROCA)}},
     "dkim.rsa-weak s._domainkey.a.example."
     " dkim.rsa-weak s._domainkey.b.example. ", NULL},
    {"the example of a standard",
     {{"s", "a.example", ED25519(EXAMPLE)}},
     "dkim.key-published-test s._domainkey.a.example. ", NULL},
    {"test mode forgotten",
     {{"s", "a.example", "t=y; " RSA(KEY_RSA_2048)}},
     "dkim.flag-testing s._domainkey.a.example. ", NULL},
    {"too short a key", {{"s", "a.example", RSA(KEY_RSA_1023)}},
     "dkim.rsa-too-short s._domainkey.a.example. ", NULL},
    {"no key in it", {{"s", "a.example", "v=DKIM1; p="}}, "", NULL},
};

/* clang-format on */

static struct arena *arena;

static void
add(struct fleet *fleet, const char *const entry[3])
{
    struct fleet_place place = {
        .at = arena_printf(arena, "%s._domainkey.%s.", entry[0], entry[1]),
        .domain = entry[1],
        .key = dkimkey_parse(arena, slice_of(entry[2]), NULL, 0),
    };

    fleet_add(fleet, &place);
}

static void
tell(struct strbuf *out, const struct report *report)
{
    for (size_t i = 0; i < report_count(report); i++) {
        const struct finding *finding = report_finding(report, i);

        if (strchr(finding_message(arena, finding), '{') != NULL)
            strbuf_addf(out, "(%s) ", finding_message(arena, finding));
        if (finding->id != FIND_DKIM_RSA_BELOW_2048)
            strbuf_addf(out, "%s %s ", finding_def(finding->id)->name,
                        finding->at);
    }
}

static void
test_row(size_t r)
{
    struct fleet *fleet = fleet_new();
    struct strbuf seen = STRBUF_INIT;
    bool all = batchgcd_is_available() || rows[r].without == NULL;

    for (unsigned i = 0; i < ENTRIES_MAX && rows[r].entries[i][0]; i++)
        add(fleet, rows[r].entries[i]);
    fleet_compare(fleet, NULL);
    tell(&seen, fleet_check(fleet, arena));
    is_string(all ? rows[r].wanted : rows[r].without, seen.p, "%s",
              rows[r].name);
    strbuf_clear(&seen);
    fleet_free(fleet);
}

/* Keys too old by one limit or the other: named, and counted. */
static void
test_age(void)
{
    static const struct {
        const char *at;
        enum keyage_verdict age;
    } places[] = {
        {"new._domainkey.a.example.",  KEYAGE_FINE},
        {"old._domainkey.a.example.",  KEYAGE_OLD },
        {"over._domainkey.a.example.", KEYAGE_OVER},
    };
    struct fleet *fleet = fleet_new();
    struct strbuf seen = STRBUF_INIT;
    const struct value *facts;

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        struct fleet_place place = {
            .at = places[i].at,
            .domain = "a.example",
            .key = dkimkey_parse(arena, slice_of(RSA(KEY_RSA_2048)), NULL, 0),
            .age = places[i].age,
            .days = 400,
            .limit = 180,
            .how = "the registry",
        };

        fleet_add(fleet, &place);
    }
    fleet_compare(fleet, NULL);
    tell(&seen, fleet_check(fleet, arena));
    is_string("dkim.key-overage over._domainkey.a.example."
              " dkim.key-age old._domainkey.a.example. ",
              seen.p, "keys that are too old");
    facts = fleet_value(fleet, arena);
    is_int(2, value_as_number(value_at(facts, "fleet.old")), "two are old");
    is_int(1, value_as_number(value_at(facts, "fleet.overage")),
           "one is beyond the last limit");
    strbuf_clear(&seen);
    fleet_free(fleet);
}

static bool
is_decided(const struct report *report, enum finding_id wanted)
{
    size_t position = 0;
    enum finding_id id;
    bool known;

    while (report_each_decided(report, &position, &id, &known))
        if (id == wanted)
            return known;
    return false;
}

/* Not compared is not known to be sound. */
static void
test_unknown(void)
{
    struct fleet *fleet = fleet_new();
    volatile int stop = 1;

    add(fleet, rows[5].entries[0]);
    add(fleet, rows[5].entries[2]);
    fleet_compare(fleet, &stop);
    ok(!is_decided(fleet_check(fleet, arena), FIND_DKIM_RSA_WEAK),
       "after a signal rsa-weak is unknown");
    is_string(
        "unknown",
        value_as_text(value_at(fleet_value(fleet, arena), "fleet.state")),
        "and so is the fleet");
    fleet_free(fleet);
    fleet = fleet_new();
    add(fleet, rows[1].entries[0]);
    fleet_compare(fleet, NULL);
    is_int(batchgcd_is_available(),
           is_decided(fleet_check(fleet, arena), FIND_DKIM_RSA_WEAK),
           "a sound key is a pass where moduli were compared");
    fleet_free(fleet);
}

static void
test_facts(void)
{
    struct fleet *fleet = fleet_new();
    const struct value *facts;
    static const struct {
        const char *path;
        int wanted;
    } counts[] = {
        {"fleet.domains",        3},
        {"fleet.names",          5},
        {"fleet.keys",           4},
        {"fleet.shared",         1},
        {"fleet.rsa",            4},
        {"fleet.ed25519",        1},
        {"fleet.below_1024",     0},
        {"fleet.below_2048",     2},
        {"fleet.testing",        1},
        {"fleet.published_test", 1},
    };
    static const char *const entries[][3] = {
        {"s", "a.example", RSA(KEY_RSA_2048)    },
        {"s", "b.example", RSA(KEY_RSA_2048)    },
        {"t", "b.example", "t=y; " RSA(SHARES_A)},
        {"s", "c.example", RSA(SHARES_B)        },
        {"t", "c.example", ED25519(EXAMPLE)     },
    };

    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
        add(fleet, entries[i]);
    fleet_compare(fleet, NULL);
    facts = fleet_value(fleet, arena);
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
        is_int(counts[i].wanted,
               value_as_number(value_at(facts, counts[i].path)), "%s",
               counts[i].path);
    is_int(batchgcd_is_available() ? 2 : 0,
           value_as_number(value_at(facts, "fleet.weak")), "fleet.weak");
    fleet_free(fleet);
}

/* One key under very many domains is one finding with some of the names;
   test mode at each is a bounded number of findings. */
static void
test_bounds(void)
{
    struct fleet *fleet = fleet_new();
    struct report *report;
    struct fleet_place place = {
        .at = "s._domainkey.example.",
        .key = dkimkey_parse(arena, SLICE("t=y; " RSA(KEY_RSA_2048)), NULL, 0),
    };
    const struct finding *finding;
    size_t testing = 0;

    for (unsigned i = 0; i < FLEET_RAISED_MAX + 10; i++) {
        place.domain = arena_printf(arena, "d%u.example", i);
        fleet_add(fleet, &place);
    }
    fleet_compare(fleet, NULL);
    report = fleet_check(fleet, arena);
    for (size_t i = 0; i < report_count(report); i++)
        testing += report_finding(report, i)->id == FIND_DKIM_FLAG_TESTING;
    is_int(FLEET_RAISED_MAX, (long long)testing, "findings are bounded");
    finding = report_find(report, FIND_DKIM_KEY_SHARED, place.at);
    ok(finding != NULL, "one key under many domains");
    is_int(FLEET_NAMES_MAX,
           (long long)value_count(
               value_at(finding_value(arena, finding), "fields.names")),
           "so are the names in one");
    is_int(FLEET_RAISED_MAX + 10,
           value_as_number(
               value_at(finding_value(arena, finding), "fields.count")),
           "but it says how many there are");
    fleet_free(fleet);
}

int
main(void)
{
    plan_lazy();
    arena = arena_new();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(i);
    test_unknown();
    test_facts();
    test_bounds();
    test_age();
    arena_free(arena);
    return tap_done();
}
