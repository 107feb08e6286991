/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/records/emit*.c: what is written is read back the same. */
#include "common/records/emit.h"

#include <string.h>

#include "common/base/value.h"
#include "common/dns/answer.h"
#include "common/dns/zonefile.h"
#include "tests/tap/tap.h"

#define LENGTH_MAX 1000

static struct arena *arena;

static void
add(struct plan *plan, const char *owner, uint16_t type, struct slice data)
{
    struct plan_record *record;

    plan->records =
        arena_grow(arena, plan->records, plan->count, sizeof(*plan->records));
    record = &plan->records[plan->count++];
    *record = (struct plan_record){.type = type, .ttl = 3600, .data = data};
    if (name_parse(&record->owner, slice_of(owner), NULL) != ST_OK)
        bail("'%s' is no name", owner);
}

static void
add_text(struct plan *plan, const char *owner, uint16_t type,
         const char *presented)
{
    struct slice data;
    struct error err = ERROR_INIT;

    if (record_parse(arena, type, slice_of(presented), &data, &err) != ST_OK)
        bail("%s", err.text);
    add(plan, owner, type, data);
}

static void
emit(const struct emitter *emitter, const struct plan *fixed,
     const struct plan *customer, struct strbuf *out)
{
    struct name origin;
    struct emit_state state = {.out = out, .origin = &origin};

    name_parse(&origin, SLICE("esp.example"), NULL);
    strbuf_cut(out, 0);
    emit_begin(emitter, &state);
    if (fixed != NULL)
        emit_plan(emitter, &state, NULL, fixed);
    if (customer != NULL)
        emit_plan(emitter, &state, "snufkin", customer);
    emit_end(emitter, &state);
}

/* ---- documents, whole ---- */

static void
small_plans(struct plan *fixed, struct plan *customer)
{
    *fixed = *customer = (struct plan){NULL, 0};
    add_text(fixed, "esp.example", RR_SOA, "ns.x. h.x. 1 2 3 4 5");
    add_text(fixed, "esp.example", RR_NS, "ns.x.");
    add_text(customer, "a.esp.example", RR_MX, "10 mx.x.");
    add_text(customer, "a.esp.example", RR_TXT,
             "\"one; \" \"t\\\"w\\\\o\" \"\\255\"");
}

static void
test_documents(void)
{
    struct plan fixed, customer, none = {NULL, 0};
    struct strbuf out = STRBUF_INIT;

    small_plans(&fixed, &customer);
    emit(&emit_zone, &fixed, &customer, &out);
    is_string("esp.example.\t3600\tIN\tSOA\tns.x. h.x. 1 2 3 4 5\n"
              "esp.example.\t3600\tIN\tNS\tns.x.\n"
              "a.esp.example.\t3600\tIN\tMX\t10 mx.x.\n"
              "a.esp.example.\t3600\tIN\tTXT\t\"one; \" \"t\\\"w\\\\o\" "
              "\"\\255\"\n",
              out.p, "zone");
    emit(&emit_text, &fixed, &customer, &out);
    is_string("the ESP's own records\n"
              "\n  name   esp.example\n  type   SOA\n"
              "  value  ns.x. h.x. 1 2 3 4 5\n"
              "\n  name   esp.example\n  type   NS\n  value  ns.x.\n"
              "\ncustomer snufkin\n"
              "\n  name   a.esp.example\n  type   MX\n  value  10 mx.x.\n"
              "\n  name   a.esp.example\n  type   TXT\n"
              "  value  one; t\"w\\\\o\\255\n",
              out.p, "text");
    emit(&emit_json, &fixed, &customer, &out);
    is_string("{\"version\":1,\"command\":\"records\",\"groups\":[\n"
              "{\"customer\":null,\"records\":[\n"
              " {\"name\":\"esp.example.\",\"type\":\"SOA\",\"ttl\":3600,"
              "\"data\":\"ns.x. h.x. 1 2 3 4 5\","
              "\"value\":\"ns.x. h.x. 1 2 3 4 5\"},\n"
              " {\"name\":\"esp.example.\",\"type\":\"NS\",\"ttl\":3600,"
              "\"data\":\"ns.x.\",\"value\":\"ns.x.\"}]},\n"
              "{\"customer\":\"snufkin\",\"records\":[\n"
              " {\"name\":\"a.esp.example.\",\"type\":\"MX\",\"ttl\":3600,"
              "\"data\":\"10 mx.x.\",\"value\":\"10 mx.x.\"},\n"
              " {\"name\":\"a.esp.example.\",\"type\":\"TXT\",\"ttl\":3600,"
              "\"data\":\"\\\"one; \\\" \\\"t\\\\\\\"w\\\\\\\\o\\\" "
              "\\\"\\\\255\\\"\",\"value\":\"one; t\\\"w\\\\\\\\o\\\\255\"}"
              "]}]}\n",
              out.p, "json");
    emit(&emit_json, NULL, NULL, &out);
    is_string("{\"version\":1,\"command\":\"records\",\"groups\":[]}\n", out.p,
              "json of nothing");
    emit(&emit_json, &none, &none, &out);
    is_string("{\"version\":1,\"command\":\"records\",\"groups\":[\n"
              "{\"customer\":null,\"records\":[]},\n"
              "{\"customer\":\"snufkin\",\"records\":[]}]}\n",
              out.p, "json of empty groups");
    emit(&emit_zone, NULL, NULL, &out);
    is_string("", out.p, "zone of nothing");
    strbuf_clear(&out);
}

static void
test_find(void)
{
    static const char *const names[] = {"zone", "text", "json"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        ok(emit_find(names[i]) != NULL
               && strcmp(emit_find(names[i])->name, names[i]) == 0,
           "%s", names[i]);
    ok(emit_find("") == NULL && emit_find("Zone") == NULL, "no others");
    ok(emit_each(15) != NULL && emit_each(16) == NULL, "sixteen in all");
}

/* ---- read back ---- */

/* TXT of n octets, all 256 values in turn, those first that mean something in
   a zone file. */
static struct slice
hostile_text(size_t n)
{
    static const char first[] = "\";\\()$@ \t\n\r\0\x7f\xff{%,'`<";
    struct strbuf data = STRBUF_INIT;
    struct slice kept;
    size_t done = 0;

    do {
        size_t size = n - done > 255 ? 255 : n - done;

        strbuf_add_char(&data, (char)size);
        for (size_t i = 0; i < size; i++, done++)
            strbuf_add_char(&data,
                            (done + n) % 3 == 0
                                ? first[(done + n) % (sizeof(first) - 1)]
                                : (char)((done * 7 + n) & 0xff));
    } while (done < n);
    kept = arena_slice(arena, strbuf_slice(&data));
    strbuf_clear(&data);
    return kept;
}

static void
add_hostile(struct plan *plan)
{
    for (size_t n = 1; n <= LENGTH_MAX; n++)
        add(plan, arena_printf(arena, "t%zu.esp.example", n), RR_TXT,
            hostile_text(n));
    /* Strings as they were cut, though they would fit fewer. */
    add_text(plan, "cut.esp.example", RR_TXT, "\"\" \"a\" \"\" \"b\"");
    add_text(plan, "empty.esp.example", RR_TXT, "\"\"");
    /* Owners. */
    add_text(plan, "\\000\\\".a\\.b.\\@.\\$x.\\;.esp.example", RR_TXT,
             "\"x\"");
    add_text(plan, "*.w.esp.example", RR_TXT, "\"x\"");
    add_text(plan, "a\\032b.esp.example", RR_MX, "10 a\\.b\\032c.x.");
    add_text(plan, "c.esp.example", RR_CNAME, "@.\\$x.");
    /* Other types, one of them unknown. */
    add_text(plan, "a.esp.example", RR_AAAA, "2001:db8::1");
    add_text(plan, "s.esp.example", RR_SRV, "1 2 3 a.x.");
    add_text(plan, "u.esp.example", 65280, "\\# 3 010203");
}

static bool
has(const struct zonefile *zone, const struct plan_record *record)
{
    const struct namenode *node = nametree_find(zone->tree, &record->owner);
    const struct rrset *rrset =
        node == NULL ? NULL : namenode_rrset(node, record->type);

    if (rrset == NULL || rrset->ttl != record->ttl)
        return false;
    for (size_t i = 0; i < rrset->count; i++)
        if (slice_equal(rrset->data[i], record->data))
            return true;
    return false;
}

static void
test_read_back(void)
{
    struct zonefile_settings settings = {.ttl = 1};
    struct zonefile *zone = zonefile_new();
    struct plan fixed, plan;
    struct strbuf out = STRBUF_INIT;
    struct error err = ERROR_INIT;
    size_t lines = 0, missing = 0;

    small_plans(&fixed, &plan);
    add_hostile(&plan);
    emit(&emit_zone, &fixed, &plan, &out);
    for (size_t i = 0; i < out.n; i++)
        lines += out.p[i] == '\n' ? 1 : 0;
    is_int((long long)(fixed.count + plan.count), (long long)lines,
           "a record a line");
    if (!is_int(
            ST_OK,
            zonefile_parse(zone, "zone", strbuf_slice(&out), &settings, &err),
            "it is read"))
        diag("%s", err.text);
    is_int(0, (long long)zone->note_count, "without a note");
    for (size_t i = 0; i < plan.count; i++)
        if (!has(zone, &plan.records[i]) && missing++ < 5)
            diag("%s is not the same",
                 name_dotted(arena, &plan.records[i].owner));
    is_int(0, (long long)missing, "all is as it was");
    zonefile_free(zone);
    strbuf_clear(&out);
}

/* JSON by another reader: every record's data, parsed, is what it was. */
static void
test_json_back(void)
{
    struct plan plan = {NULL, 0};
    struct strbuf out = STRBUF_INIT;
    struct error err = ERROR_INIT;
    struct value *document = NULL;
    const struct value *records;
    size_t same = 0;

    add_hostile(&plan);
    emit(&emit_json, NULL, &plan, &out);
    is_int(ST_OK, value_parse(arena, strbuf_slice(&out), &document, &err),
           "the JSON is JSON");
    records =
        value_get(value_element(value_get(document, "groups"), 0), "records");
    is_int((long long)plan.count, (long long)value_count(records),
           "with all records");
    for (size_t i = 0; i < value_count(records); i++) {
        const struct value *row = value_element(records, i);
        struct slice data;

        same += record_parse(arena, plan.records[i].type,
                             slice_of(value_as_text(value_get(row, "data"))),
                             &data, NULL)
                    == ST_OK
                && slice_equal(data, plan.records[i].data);
    }
    is_int((long long)plan.count, (long long)same, "that are the same");
    strbuf_clear(&out);
}

int
main(void)
{
    plan_lazy();
    arena = arena_new();
    test_documents();
    test_find();
    test_read_back();
    test_json_back();
    arena_free(arena);
    return tap_done();
}
