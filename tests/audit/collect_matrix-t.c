/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/audit/collect_matrix.c, and serverview.c with it. */
#include "common/audit/collect_dkim.h"
#include "tests/audit/auditview.h"

/* Two servers of their own and a resolver; what no row says is not there. */
#define WORLD                                                                 \
    "* example.com SOA found ns1.example.com. d.example.com. 1 1 1 1 1\n"     \
    "resolver example.com NS found ns1.example.com. | ns2.example.com.\n"     \
    "* ns1.example.com A found 192.0.2.1\n"                                   \
    "* ns2.example.com A found 192.0.2.2\n"                                   \
    "* *.example.com ANY nxdomain\n* example.com ANY nodata\n"

#define SEL "s1._domainkey.example.com"

/* clang-format off */

/* What is said of s1._domainkey TXT: by 192.0.2.1, 192.0.2.2, the resolver. */
static const struct {
    const char *name;
    const char *rules;
    const char *states;
} rows[] = {
    {"all the same", "* " SEL " TXT found \"v=DKIM1; p=\"\n",
     "same: same same same"},
    {"nobody has it", "", "missing: missing missing missing"},
    {"one is stale",
     "192.0.2.2 " SEL " TXT found \"v=DKIM1; p=QQ==\"\n"
     "* " SEL " TXT found \"v=DKIM1; p=\"\n",
     "different: same different same"},
    {"one lacks it",
     "192.0.2.2 " SEL " TXT nodata\n* " SEL " TXT found \"v=DKIM1; p=\"\n",
     "missing: same missing same"},
    {"one does not answer",
     "192.0.2.1 " SEL " TXT timeout\n* " SEL " TXT found \"v=DKIM1; p=\"\n",
     "unknown: unknown same same"},
    {"one refuses, one lacks it, the resolver remembers",
     "192.0.2.1 " SEL " TXT refused\n192.0.2.2 " SEL " TXT nodata\n"
     "* " SEL " TXT found \"v=DKIM1; p=\"\n",
     "missing: unknown missing same"},
    {"nobody answers", "* " SEL " TXT timeout\n",
     "unknown: unknown unknown unknown"},
    {"the order of records does not count",
     "192.0.2.1 " SEL " TXT found \"a\" | \"b\"\n"
     "* " SEL " TXT found \"b\" | \"a\"\n", "same: same same same"},
    {"an alias whose end only the resolver knows",
     "resolver " SEL " TXT through k1.esp.example \"v=DKIM1; p=\"\n"
     "* " SEL " TXT alias k1.esp.example\n", "same: same same same"},
    {"an alias, and another one",
     "192.0.2.1 " SEL " TXT alias k2.esp.example\n"
     "resolver " SEL " TXT through k1.esp.example \"v=DKIM1; p=\"\n"
     "* " SEL " TXT alias k1.esp.example\n", "different: different same same"},
    {"an alias at one, text at the other",
     "192.0.2.1 " SEL " TXT found \"v=DKIM1; p=\"\n"
     "resolver " SEL " TXT through k1.esp.example \"v=DKIM1; p=\"\n"
     "* " SEL " TXT alias k1.esp.example\n", "different: different same same"},
};

/* clang-format on */

static void
tell(const struct value *record, struct strbuf *out)
{
    const struct value *servers = value_get(record, "servers");

    strbuf_addf(out, "%s:", value_as_text(value_get(record, "state")));
    for (size_t i = 0; i < value_count(servers); i++)
        strbuf_addf(
            out, " %s",
            value_as_text(value_get(value_element(servers, i), "state")));
}

static void
run(struct auditview *view, const char *rules)
{
    struct arena *arena = arena_new();

    auditview_open(view, "example.com", "s1");
    view->areas[0] = &area_dkim;
    view->areas[1] = &area_matrix;
    view->input.compare_servers = true;
    auditview_rules(view, arena_printf(arena, "%s%s", rules, WORLD));
    arena_free(arena);
}

/* The area's list of records: behind the facts of DKIM. */
static const struct value *
records_of(struct arena *arena, const struct auditview *view)
{
    struct slice json = strbuf_slice(&view->json);
    struct value *list = NULL;
    size_t from = slice_search(json, SLICE("}[")) + 1;

    if (value_parse(arena, slice_from(json, from), &list, NULL) != ST_OK)
        bail("no list in %s", view->json.p);
    return list;
}

static void
test_row(size_t i)
{
    struct arena *arena = arena_new();
    struct strbuf seen = STRBUF_INIT;
    struct auditview view;
    const struct value *records;

    run(&view, rows[i].rules);
    records = records_of(arena, &view);
    is_int(3, (long long)value_count(records), "%s: records", rows[i].name);
    tell(value_element(records, 2), &seen);
    is_string(rows[i].states, seen.p, "%s", rows[i].name);
    auditview_close(&view);
    strbuf_clear(&seen);
    arena_free(arena);
}

/* The object of one server. */
static void
test_server(void)
{
    struct arena *arena = arena_new();
    struct strbuf seen = STRBUF_INIT;
    struct auditview view;
    const struct value *records, *servers;

    run(&view, "* " SEL " TXT found \"v=DKIM1; p=\"\n");
    records = records_of(arena, &view);
    servers = value_get(value_element(records, 2), "servers");
    value_json(value_element(servers, 0), 0, &seen);
    is_string("{\"server\":\"192.0.2.1\",\"role\":\"authoritative\","
              "\"state\":\"same\",\"outcome\":\"found\",\"ttl\":300,"
              "\"data\":[\"\\\"v=DKIM1; p=\\\"\"]}",
              seen.p, "a server");
    is_string("resolver",
              value_as_text(value_get(value_element(servers, 2), "role")),
              "a resolver");
    auditview_close(&view);
    strbuf_clear(&seen);
    arena_free(arena);
}

/* It costs questions: only where it was asked for. */
static void
test_not_asked(void)
{
    struct auditview view;
    size_t asked;

    run(&view, "");
    asked = view.asked;
    view.input.compare_servers = false;
    view.areas[1] = NULL;
    auditview_rules(&view, WORLD);
    ok(asked > view.asked, "it asks more");
    asked = view.asked;
    view.areas[1] = &area_matrix;
    view.areas[2] = NULL;
    auditview_rules(&view, WORLD);
    is_int((long long)asked, (long long)view.asked, "but not by itself");
    auditview_close(&view);
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(i);
    test_server();
    test_not_asked();
    return tap_done();
}
