/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/audit/keyage.c. */
#include "common/audit/keyage.h"

#include "common/base/clock.h"
#include "tests/tap/tap.h"

/* 2026-11-24T08:00:00Z */
#define NOW 1795507200

/* clang-format off */

/* The end of the time that the name names, "" where it names none. */
static const struct {
    const char *selector;
    const char *since;
} names[] = {
    {"s20261123r",      "2026-11-24T00:00:00Z"},
    {"20230601",        "2023-06-02T00:00:00Z"},
    {"k-20240229",      "2024-03-01T00:00:00Z"}, /* a leap year */
    {"k20230229",       ""},
    {"k20240430e2",     "2024-05-01T00:00:00Z"},
    {"k20240431",       ""},
    {"k20241231",       "2025-01-01T00:00:00Z"},
    {"s202409",         "2024-10-01T00:00:00Z"},
    {"s202412",         "2025-01-01T00:00:00Z"},
    {"s202413",         ""},
    {"s20240900",       ""},
    {"2024q1",          "2024-04-01T00:00:00Z"},
    {"mail-2024Q4-a",   "2025-01-01T00:00:00Z"},
    {"2024q5",          ""},
    {"2024q12",         ""},
    {"s2024",           ""}, /* a year may be another number */
    {"s20031231",       ""}, /* before DKIM */
    {"s20040101",       "2004-01-02T00:00:00Z"},
    {"s20261124",       ""}, /* the day is not over */
    {"s20270101",       ""},
    {"20240101-20250101", ""}, /* which of them? */
    {"k1",              ""},
    {"123456789",       ""},
    {"",                ""},
};

/* clang-format on */

static void
test_name(size_t i)
{
    int64_t since = keyage_of_name(names[i].selector, NOW);
    char text[CLOCK_TEXT_SIZE] = "";

    if (since != 0)
        clock_text(since, text);
    is_string(names[i].since, text, "'%s'", names[i].selector);
}

static void
test_same(void)
{
    struct selector_known known = {.has_key = true};

    keyage_digest(SLICE("MIIB IjAN\r\n\tBg"), known.key);
    ok(keyage_same_key(&known, SLICE("MIIBIjANBg")), "blanks do not count");
    ok(!keyage_same_key(&known, SLICE("MIIBIjANBh")), "octets do");
    ok(!keyage_same_key(&known, SLICE("MIIBIjANB")), "all of them");
    known.has_key = false;
    ok(!keyage_same_key(&known, SLICE("MIIBIjANBg")), "nothing is known");
}

static void
test_baseline(void)
{
    static const char text[] =
        "{\"recording\":1,\"clock\":1790000000}\n"
        "{\"name\":\"a._domainkey.x.\",\"type\":\"TXT\",\"outcome\":\"found\","
        "\"answer\":[\"a._domainkey.x. 1 TXT \\\"v=DKIM1; p=QUJD\\\"\"]}\n"
        "{\"name\":\"b._domainkey.x.\",\"type\":\"TXT\",\"outcome\":\"found\","
        "\"answer\":[\"b._domainkey.x. 1 TXT \\\"v=DKIM1; p=QUJD\\\"\","
        "\"b._domainkey.x. 1 TXT \\\"v=DKIM1; p=REVG\\\"\"]}\n"
        "{\"name\":\"c._domainkey.x.\",\"type\":\"TXT\",\"outcome\":\"found\","
        "\"answer\":[\"c._domainkey.x. 1 TXT \\\"v=DKIM1; p=\\\"\"]}\n"
        "{\"name\":\"d._domainkey.x.\",\"type\":\"TXT\",\"outcome\":"
        "\"timeout\"}\n";
    static const struct {
        const char *name;
        bool found;
    } rows[] = {
        {"a._domainkey.x.", true },
        {"b._domainkey.x.", false}, /* several */
        {"c._domainkey.x.", false}, /* revoked */
        {"d._domainkey.x.", false},
        {"e._domainkey.x.", false}, /* not asked then */
    };
    struct recording *recording = NULL;
    struct keyage_baseline *baseline;
    struct arena *arena = arena_new();

    if (recording_parse("test", SLICE(text), &recording, NULL) != ST_OK)
        bail("bad recording");
    baseline = keyage_baseline_new(recording);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct selector_known known = {0};
        struct name name;

        if (name_parse(&name, slice_of(rows[i].name), NULL) != ST_OK)
            bail("bad name");
        ok(keyage_baseline_find(baseline, arena, &name, &known)
               == rows[i].found,
           "%s", rows[i].name);
        is_int(rows[i].found ? 1790000000 : 0, known.since, "%s: since",
               rows[i].name);
        ok(keyage_same_key(&known, SLICE("QUJD")) == rows[i].found,
           "%s: its key", rows[i].name);
    }
    keyage_baseline_free(baseline);
    recording_free(recording);
    arena_free(arena);
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        test_name(i);
    test_same();
    test_baseline();
    return tap_done();
}
