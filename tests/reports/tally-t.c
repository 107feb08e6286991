/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/reports/tally.c, tallyvalue.c and owners.c: reports in,
   their document out. */
#include "common/reports/tallyvalue.h"

#include <stdio.h>

#include "tests/tap/tap.h"

#define DAY    86400
#define MONDAY 1767571200 /* 2026-01-05T00:00:00Z */

/* What is added up, in this order. */
static const struct {
    const char *file, *org, *id; /* of the report */
    int day;                     /* of the week, from Monday */
    const char *ip, *from;       /* of its only row */
    unsigned count;              /* of messages */
    const char *d, *s;           /* signature, or NULL */
    enum feedback_result result; /* of it */
    bool aligned;                /* DKIM, by the receiver */
} inputs[] = {
    {"a", "one.example", "1", 0,  "192.0.2.1", "example.com",      10, "example.com",
     "old",                                                                                 FEEDBACK_PASS, true },
    {"b", "one.example", "2", 1,  "192.0.2.1", "example.com",      5,  "example.com",
     "new",                                                                                 FEEDBACK_PASS, true },
    {"c", "two.example", "1", 1,  "192.0.2.9", "news.example.com", 7,
     "esp.example",                                                                   "k",  FEEDBACK_PASS, false},
    {"d", "one.example", "2", 1,  "192.0.2.1", "example.com",      5,  "example.com",
     "new",                                                                                 FEEDBACK_PASS, true },
    {"e", "one.example", "3", 2,  "192.0.2.1", "example.com",      2,  "example.com",
     "old",                                                                                 FEEDBACK_FAIL, false},
    {"f", "one.example", "4", 30, "192.0.2.2", "example.com",      1,  NULL,          NULL,
     FEEDBACK_NONE,                                                                                        false},
};
#define INPUTS (sizeof(inputs) / sizeof(inputs[0]))

static void
add(struct tally *tally, size_t i)
{
    struct feedback_row row = {.count = inputs[i].count,
                               .header_from = slice_of(inputs[i].from),
                               .dkim_aligned = inputs[i].aligned};
    struct feedback_dkim dkim = {.result = inputs[i].result};
    struct feedback report = {.org = slice_of(inputs[i].org),
                              .id = slice_of(inputs[i].id),
                              .domain = SLICE("example.com"),
                              .policy = SLICE("none"),
                              .begin = MONDAY + inputs[i].day * DAY,
                              .end = MONDAY + inputs[i].day * DAY + DAY - 1,
                              .rows = &row,
                              .row_count = 1};
    struct feedbackpart part = {.name = inputs[i].file, .report = &report};

    address_parse(&row.source, slice_of(inputs[i].ip), NULL);
    if (inputs[i].d != NULL) {
        dkim.domain = slice_of(inputs[i].d);
        dkim.selector = slice_of(inputs[i].s);
        row.dkim = &dkim;
        row.dkim_count = 1;
    }
    tally_add(tally, &part);
}

/* clang-format off */

/* Members of the document, worked out by hand from the table above: the
   fourth report is the second again. */
static const struct {
    const char *name, *list;
    int element;
    const char *member;
    const char *value;
} wanted[] = {
    {"five reports count", NULL, 0, "reports", "5"},
    {"one is a duplicate", NULL, 0, "duplicates", "1"},
    {"10 + 5 + 7 + 2 + 1", NULL, 0, "messages", "25"},
    {"10 + 5 pass", NULL, 0, "aligned", "15"},
    {"the first day", NULL, 0, "first", "\"2026-01-05T00:00:00Z\""},
    {"the worst source", "sources", 0, "address", "\"192.0.2.9\""},
    {"it fails always", "sources", 0, "failing", "7"},
    {"its name", "sources", 0, "name", "\"mail.esp.example\""},
    {"its customer is that of the domain above", "sources", 0, "customer",
     "\"acme\""},
    {"why", "sources", 0, "why",
     "[{\"cause\":\"esp-signature\",\"messages\":7,\"meaning\":\"signed by"
     " another domain only\",\"remedy\":\"have this sender sign with d= of"
     " the From domain\"}]"},
    {"then it", "sources", 1, "address", "\"192.0.2.1\""},
    {"10 + 5 + 2", "sources", 1, "messages", "17"},
    {"2 fail", "sources", 1, "failing", "2"},
    {"no name is known", "sources", 1, "name", "null"},
    {"its signatures", "sources", 1, "signed",
     "[{\"domain\":\"example.com\",\"selector\":\"old\",\"result\":\"pass\","
     "\"messages\":10},{\"domain\":\"example.com\",\"selector\":\"new\","
     "\"result\":\"pass\",\"messages\":5},{\"domain\":\"example.com\","
     "\"selector\":\"old\",\"result\":\"fail\",\"messages\":2}]"},
    {"selectors by domain and name", "selectors", 0, "domain",
     "\"esp.example\""},
    {"another's", "selectors", 0, "known", "false"},
    {"not aligned", "selectors", 0, "is_aligned", "false"},
    {"the new one", "selectors", 1, "selector", "\"new\""},
    {"counted once", "selectors", 1, "passed", "5"},
    {"not known", "selectors", 1, "known", "false"},
    {"the old one", "selectors", 2, "selector", "\"old\""},
    {"seen to pass on Monday, and not when it failed", "selectors", 2,
     "last_pass", "\"2026-01-05T23:59:59Z\""},
    {"but seen on Wednesday", "selectors", 2, "last",
     "\"2026-01-07T23:59:59Z\""},
    {"its key's state", "selectors", 2, "state", "\"retiring\""},
    {"one of ours that no report has", "selectors", 3, "selector",
     "\"never\""},
    {"it never passed", "selectors", 3, "last_pass", "null"},
    {"two receivers, the larger first", "receivers", 0, "name",
     "\"one.example\""},
    {"its reports", "receivers", 0, "reports", "4"},
    {"days in order", "days", 1, "name", "\"2026-01-06\""},
    {"5 + 7", "days", 1, "messages", "12"},
    {"the worst domain", "domains", 0, "name", "\"news.example.com\""},
    {"both are of one customer", "customers", 0, "messages", "25"},
};

/* clang-format on */

static void
test_members(const struct value *document)
{
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        const struct value *map = document;
        struct strbuf seen = STRBUF_INIT;

        if (wanted[i].list != NULL)
            map = value_element(value_get(document, wanted[i].list),
                                (size_t)wanted[i].element);
        if (value_get(map, wanted[i].member) != NULL)
            value_json(value_get(map, wanted[i].member), 0, &seen);
        is_string(wanted[i].value, seen.p, "%s: %s", wanted[i].name,
                  wanted[i].member);
        strbuf_clear(&seen);
    }
}

static void
test_findings(const struct report *report)
{
    const struct finding *finding = report_find(
        report, FIND_REPORT_UNKNOWN_SELECTOR, "new._domainkey.example.com.");

    ok(finding != NULL, "the selector that nobody knows is found");
    ok(report_find(report, FIND_REPORT_UNKNOWN_SELECTOR,
                   "k._domainkey.esp.example.")
           == NULL,
       "that of another domain is not");
    ok(report_find(report, FIND_REPORT_UNKNOWN_SELECTOR,
                   "old._domainkey.example.com.")
           == NULL,
       "nor that of the registry");
    finding = report_find(report, FIND_REPORT_DUPLICATE, "");
    ok(finding != NULL, "the duplicate is found");
    is_string("d",
              finding == NULL ? "" : value_as_text(finding->fields[0].value),
              "the later one");
    finding = report_find(report, FIND_REPORT_MALFORMED, "");
    ok(finding != NULL, "a date in the future is found");
}

static struct owners *
make_owners(void)
{
    static const struct owners_selector selectors[] = {
        {"example.com", "Old",   "retiring"},
        {"example.com", "never", "active"  }
    };
    struct owners *owners = owners_new();

    owners_add_domain(owners, "example.com", "acme");
    owners_add_domain(owners, "example.com", "other");
    for (size_t i = 0; i < 2; i++)
        owners_add_selector(owners, &selectors[i]);
    return owners;
}

/* Memory does not grow with what strangers make up: the rest is one line. */
static void
test_limits(void)
{
    struct tally *tally = tally_new(MONDAY + 7 * DAY);
    struct arena *arena = arena_new();
    struct tally_lists lists;
    char text[32];

    for (int i = 0; i < TALLY_GROUPS_MAX + 10; i++) {
        struct feedback_row row = {.count = 1,
                                   .header_from = SLICE("example.com")};
        struct feedback report = {.domain = SLICE("example.com"),
                                  .begin = MONDAY,
                                  .end = MONDAY,
                                  .id = SLICE("1"),
                                  .rows = &row,
                                  .row_count = 1};
        struct feedbackpart part = {.name = "x", .report = &report};
        int n = snprintf(text, sizeof(text), "org%d", i);

        report.org = (struct slice){text, (size_t)n};
        row.source.family = 4;
        tally_add(tally, &part);
    }
    tally_lists(tally, arena, &lists);
    is_int(TALLY_GROUPS_MAX + 1, (long long)lists.receiver_count,
           "receivers are bounded");
    is_int(10, (long long)lists.receivers[0]->counts.messages,
           "and the rest is one");
    is_int(TALLY_GROUPS_MAX + 10, (long long)lists.counts.messages,
           "all of them count");
    arena_free(arena);
    tally_free(tally);
}

/* A million million messages a row, the most that is believed of one: 2^53 is
   9007 of them and some, and 10,000 rows are more. */
static void
test_sums(void)
{
    static struct feedback_row rows[10000];
    struct tally *tally = tally_new(MONDAY + 7 * DAY);
    struct arena *arena = arena_new();
    struct feedback_dkim dkim = {SLICE("example.com"), SLICE("k"),
                                 FEEDBACK_PASS};
    struct feedback report = {.domain = SLICE("example.com"),
                              .begin = MONDAY,
                              .end = MONDAY,
                              .id = SLICE("1"),
                              .rows = rows};
    struct feedbackpart part = {.name = "x", .report = &report};
    struct tally_lists lists;

    for (size_t i = 0; i < 10000; i++)
        rows[i] = (struct feedback_row){.next = i < 9999 ? &rows[i + 1] : NULL,
                                        .count = 1000000000000,
                                        .header_from = SLICE("example.com"),
                                        .dkim = &dkim,
                                        .dkim_count = 1};
    tally_add(tally, &part);
    tally_lists(tally, arena, &lists);
    is_int(9007199254740992, (long long)lists.counts.messages,
           "the sum of all ends at 2^53");
    is_int(9007199254740992, (long long)lists.days[0]->counts.messages,
           "that of a day, too");
    is_int(9007199254740992, (long long)lists.causes[CAUSE_OTHER],
           "and of why they fail");
    is_int(9007199254740992, (long long)lists.selectors[0]->passed,
           "and of a selector");
    is_int(9007199254740992, (long long)lists.sources[0]->seen[0].messages,
           "and of a signature of a source");
    arena_free(arena);
    tally_free(tally);
}

/* A row of five messages with these results of one selector's signatures. */
static const struct {
    const char *name;
    enum feedback_result results[3];
    unsigned passed, failed;
} twice[] = {
    {"two that pass are five messages", {FEEDBACK_PASS, FEEDBACK_PASS}, 5, 0},
    {"two that fail are five messages",
     {FEEDBACK_FAIL, FEEDBACK_NEUTRAL},
     0,                                                                    5},
    {"one that passes is enough",
     {FEEDBACK_FAIL, FEEDBACK_PASS, FEEDBACK_FAIL},
     5,                                                                    0},
};

static void
test_twice(void)
{
    for (size_t i = 0; i < sizeof(twice) / sizeof(twice[0]); i++) {
        struct tally *tally = tally_new(MONDAY + 7 * DAY);
        struct feedback_dkim dkim[3];
        struct feedback_row row = {.count = 5,
                                   .header_from = SLICE("example.com"),
                                   .dkim = dkim,
                                   .dkim_count = 3};
        struct feedback report = {.domain = SLICE("example.com"),
                                  .begin = MONDAY,
                                  .end = MONDAY,
                                  .id = SLICE("1"),
                                  .rows = &row};
        struct feedbackpart part = {.name = "x", .report = &report};
        const struct tally_selector *selector;

        for (size_t k = 0; k < 3; k++)
            dkim[k] = (struct feedback_dkim){SLICE("example.com"), SLICE("k"),
                                             twice[i].results[k]};
        tally_add(tally, &part);
        selector =
            tally_find_selector(tally, SLICE("example.com"), SLICE("k"));
        is_int(twice[i].passed, (long long)selector->passed, "%s: passed",
               twice[i].name);
        is_int(twice[i].failed, (long long)selector->failed, "%s: failed",
               twice[i].name);
        tally_free(tally);
    }
}

int
main(void)
{
    struct arena *arena = arena_new();
    struct tally *tally = tally_new(MONDAY + 7 * DAY);
    struct owners *owners = make_owners();
    struct table *names = table_new();
    struct value *document = value_map(arena);
    struct report *report = report_new(arena);
    struct tally_lists lists;
    struct address address;
    struct tallyvalue from = {tally, &lists, owners, names};

    plan_lazy();
    address_parse(&address, SLICE("192.0.2.9"), NULL);
    table_put(names, tallyvalue_key(&address), (void *)"mail.esp.example");
    for (size_t i = 0; i < INPUTS; i++)
        add(tally, i);
    tally_lists(tally, arena, &lists);
    tallyvalue_fill(&from, arena, document);
    tallyvalue_check(&from, report);
    test_members(document);
    test_findings(report);
    test_limits();
    test_sums();
    test_twice();
    table_free(names);
    owners_free(owners);
    tally_free(tally);
    arena_free(arena);
    return tap_done();
}
