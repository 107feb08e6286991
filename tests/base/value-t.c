/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/base/value.c: the tree, and how it is written as JSON. */
#include "common/base/value.h"

#include <stdio.h>

#include "tests/tap/tap.h"

static void
is_json(const char *wanted, const struct value *value, const char *name)
{
    struct strbuf out = STRBUF_INIT;

    value_json(value, 0, &out);
    is_string(wanted, out.p, "%s", name);
    strbuf_clear(&out);
}

static void
test_scalars(struct arena *arena)
{
    is_json("null", value_null(arena), "null");
    is_json("null", NULL, "NULL is null");
    is_json("true", value_bool(arena, true), "true");
    is_json("false", value_bool(arena, false), "false");
    is_json("-7", value_number(arena, -7), "number");
    is_json("9223372036854775807", value_number(arena, INT64_MAX), "largest");
    is_json("-9223372036854775808", value_number(arena, INT64_MIN),
            "smallest");
    is_json("\"a\"", value_text(arena, "a"), "text");
    is_json("null", value_text(arena, NULL), "no text is null");
    is_json("\"\"", value_slice(arena, SLICE_EMPTY), "empty slice");
    is_json("\"a\\\\000\\\\\\\\\"", value_octets(arena, SLICE("a\0\\")),
            "octets in presentation form");
    is_json("[]", value_list(arena), "empty list");
    is_json("{}", value_map(arena), "empty map");
}

static const struct {
    const char *name;  /* of the row */
    struct slice text; /* a text value */
    const char *json;  /* without the quotes */
} texts[] = {
    {"quotes and backslash",   SLICE_INIT("\"\\/"),                    "\\\"\\\\/"               },
    {"short escapes",          SLICE_INIT("\b\f\n\r\t"),               "\\b\\f\\n\\r\\t"         },
    {"NUL and other controls", SLICE_INIT("\0\033\x1f"),
     "\\u0000\\u001b\\u001f"                                                                     },
    {"DEL and C1",             SLICE_INIT("\x7f\xc2\x9b"),             "\\u007f\\u009b"          },
    {"UTF-8",                  SLICE_INIT("\xc3\xbc\xf0\x9f\xa6\xad"),
     "\xc3\xbc\xf0\x9f\xa6\xad"                                                                  },
    {"turned writing",         SLICE_INIT("\xe2\x80\xae"),             "\\u202e"                 },
    {"line separator",         SLICE_INIT("\xe2\x80\xa8"),             "\\u2028"                 },
    {"tag, as a pair",         SLICE_INIT("\xf3\xa0\x81\x81"),         "\\udb40\\udc41"          },
    {"no UTF-8",
     SLICE_INIT("a\xff"
                "b"),
     "a\xef\xbf\xbd"
     "b"                                                                                         },
    {"cut UTF-8",              SLICE_INIT("\xe2\x82"),                 "\xef\xbf\xbd\xef\xbf\xbd"},
    {"surrogate",              SLICE_INIT("\xed\xa0\x80"),
     "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"                                                      },
};

static void
test_texts(struct arena *arena)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char wanted[64];

        snprintf(wanted, sizeof(wanted), "\"%s\"", texts[i].json);
        is_json(wanted, value_slice(arena, texts[i].text), texts[i].name);
    }
}

static struct value *
sample(struct arena *arena)
{
    struct value *root = value_map(arena);
    struct value *facts = value_set(root, "facts", value_map(arena));
    struct value *spf = value_set(facts, "spf", value_map(arena));
    struct value *list;

    value_set(spf, "lookups", value_number(arena, 11));
    value_set(spf, "record", value_text(arena, "v=spf1"));
    value_set(spf, "broken", value_bool(arena, true));
    list = value_set(root, "data", value_list(arena));
    value_add(list, value_text(arena, "a"));
    value_add(list, value_list(arena));
    value_add(list, value_map(arena));
    return root;
}

static void
test_tree(struct arena *arena)
{
    struct value *root = sample(arena);
    const struct value *data = value_get(root, "data");
    struct strbuf out = STRBUF_INIT;

    is_json("{\"facts\":{\"spf\":{\"lookups\":11,\"record\":\"v=spf1\","
            "\"broken\":true}},\"data\":[\"a\",[],{}]}",
            root, "one line");
    value_json(root, 2, &out);
    is_string("{\n  \"facts\": {\n    \"spf\": {\n      \"lookups\": 11,\n"
              "      \"record\": \"v=spf1\",\n      \"broken\": true\n"
              "    }\n  },\n  \"data\": [\n    \"a\",\n    [],\n    {}\n"
              "  ]\n}",
              out.p, "indented");
    strbuf_clear(&out);
    value_set(root, "facts", value_null(arena));
    is_json("{\"facts\":null,\"data\":[\"a\",[],{}]}", root,
            "a member replaced keeps its place");
    is_int(2, (long long)value_count(root), "count of a map");
    is_int(3, (long long)value_count(data), "count of a list");
    is_int(0, (long long)value_count(value_text(arena, "abc")),
           "count of a text");
    is_int(0, (long long)value_count(NULL), "count of NULL");
    is_string("data", value_name(root, 1), "name");
    ok(value_name(root, 2) == NULL, "name beyond the end");
    ok(value_name(data, 0) == NULL, "a list has no names");
    ok(value_element(root, 1) == data, "element of a map");
    is_string("a", value_as_text(value_element(data, 0)), "of a list");
    ok(value_element(data, 3) == NULL, "element beyond the end");
    ok(value_element(NULL, 0) == NULL, "element of NULL");
}

static void
test_reading(struct arena *arena)
{
    const struct value *root = sample(arena);

    is_int(11, value_as_number(value_at(root, "facts.spf.lookups")), "path");
    is_string("v=spf1", value_as_text(value_at(root, "facts.spf.record")),
              "path to a text");
    ok(value_as_bool(value_at(root, "facts.spf.broken")), "path to a truth");
    ok(value_at(root, "facts.dkim.lookups") == NULL, "path: none in between");
    ok(value_at(root, "facts.spf.lookups.x") == NULL, "path: no map");
    ok(value_at(NULL, "facts") == NULL, "path: from NULL");
    ok(value_get(value_get(root, "data"), "a") == NULL, "member of a list");
    ok(value_get(NULL, "a") == NULL, "member of NULL");
    is_string("", value_as_text(NULL), "text of NULL");
    is_string("", value_as_text(root), "text of a map");
    is_int(0, value_as_number(value_text(arena, "7")), "number of a text");
    ok(!value_as_bool(value_number(arena, 1)), "truth of a number");
    ok(value_is_null(NULL) && value_is_null(value_null(arena)), "null");
    ok(!value_is_null(root), "a map is not null");
    is_int(VALUE_NULL, value_kind(NULL), "kind of NULL");
    is_int(VALUE_MAP, value_kind(root), "kind of a map");
}

/* More members than are searched one by one. */
static void
test_many(struct arena *arena)
{
    enum { MANY = 5000 };
    struct value *map = value_map(arena);
    bool good = true;

    for (int64_t i = 0; i < MANY; i++) {
        const char *name = arena_printf(arena, "m%lld", (long long)i);

        value_set(map, name, value_number(arena, i));
        good = good && value_count(map) == (size_t)i + 1
               && value_as_number(value_get(map, name)) == i
               && value_get(map, "other") == NULL;
    }
    ok(good, "many: each is found, as the map grows");
    for (int64_t i = 0; i < MANY; i += 7)
        value_set(map, arena_printf(arena, "m%lld", (long long)i),
                  value_number(arena, -i));
    is_int(MANY, (long long)value_count(map), "many: replaced, not added");
    for (size_t i = 0; i < MANY; i++) {
        char name[16];
        int64_t wanted = i % 7 == 0 ? -(int64_t)i : (int64_t)i;

        snprintf(name, sizeof(name), "m%zu", i);
        good = good && strcmp(name, value_name(map, i)) == 0
               && value_as_number(value_element(map, i)) == wanted;
    }
    ok(good, "many: in order, with what was set last");
}

int
main(void)
{
    struct arena *arena = arena_new();

    plan_lazy();
    test_scalars(arena);
    test_texts(arena);
    test_tree(arena);
    test_reading(arena);
    test_many(arena);
    arena_free(arena);
    return tap_done();
}
