/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/base/json.c: JSON text read into a value tree. */
#include "common/base/value.h"

#include "tests/tap/tap.h"

static const struct {
    const char *name;    /* of the row */
    struct slice json;   /* to be read */
    const char *again;   /* written again, or NULL: refused */
    const char *message; /* how the sentence begins then */
} rows[] = {
    {"map",                SLICE_INIT(" {\"b\": 1, \"a\": [true, false, null]}\n"),
     "{\"b\":1,\"a\":[true,false,null]}",                                                          NULL                },
    {"numbers",            SLICE_INIT("[0,-1,9223372036854775807]"),
     "[0,-1,9223372036854775807]",                                                                 NULL                },
    {"scalar",             SLICE_INIT("\"x\""),                                     "\"x\"",       NULL                },
    {"escapes",            SLICE_INIT("[\"\\u00fc\\ud83e\\uddad\\n\\/\"]"),
     "[\"\xc3\xbc\xf0\x9f\xa6\xad\\n/\"]",                                                         NULL                },
    {"brackets in a text", SLICE_INIT("[\"[[{{\\\"[\\\\\"]"),
     "[\"[[{{\\\"[\\\\\"]",                                                                        NULL                },
    {"number in a text",   SLICE_INIT("[\"1.5e3\", \"\\\"1.5\"]"),
     "[\"1.5e3\",\"\\\"1.5\"]",                                                                    NULL                },
    {"empty",              SLICE_INIT("{\"\":[{}]}"),                               "{\"\":[{}]}", NULL                },
    {"nothing",            {NULL, 0},                                               NULL,          "line 1, column 0: "},
    {"blanks",             SLICE_INIT(" \n "),                                      NULL,          "line 2, column "   },
    {"no end",             SLICE_INIT("{\"a\":1"),                                  NULL,          "line 1, column 6: "},
    {"comma at the end",   SLICE_INIT("[1,]"),                                      NULL,          "line 1, column 4: "},
    {"second line",        SLICE_INIT("[1,\n 2 3]"),                                NULL,          "line 2, column 4: "},
    {"something behind",   SLICE_INIT("{} x"),                                      NULL,          "line 1, column 4: "},
    {"name twice",         SLICE_INIT("{\"a\":1,\"a\":2}"),                         NULL,
     "line 1, column 10: duplicate"                                                                                    },
    {"fraction",           SLICE_INIT("[1,\n  2.5]"),                               NULL,
     "line 2, column 3: not a whole number"                                                                            },
    {"exponent",           SLICE_INIT("{\"\xc3\xbc\":-1e2}"),                       NULL,
     "line 1, column 6: not a whole number"                                                                            },
    {"too large",          SLICE_INIT("[9223372036854775808]"),                     NULL,
     "line 1, column "                                                                                                 },
    {"leading zero",       SLICE_INIT("[01]"),                                      NULL,          "line 1, column 2: "},
    {"no UTF-8",           SLICE_INIT("[\"\xff\"]"),                                NULL,          "line 1, column "   },
    {"surrogate alone",    SLICE_INIT("[\"\\ud800\"]"),                             NULL,          "line 1, column "   },
    {"control in a text",  SLICE_INIT("[\"a\nb\"]"),                                NULL,          "line 1, column "   },
    {"NUL in a text",      SLICE_INIT("[\"\\u0000\"]"),                             NULL,          "line 1, column "   },
    {"NUL in a name",      SLICE_INIT("{\"\\u0000\":1}"),                           NULL,          "line 1, column "   },
    {"NUL octet",          SLICE_INIT("[1]\0"),                                     NULL,          "line 1, column "   },
    {"single quotes",      SLICE_INIT("['a']"),                                     NULL,          "line 1, column "   },
    {"byte order mark",    SLICE_INIT("\xef\xbb\xbf[]"),                            NULL,          "line 1, column "   },
};

static void
test_rows(struct arena *arena)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = ERROR_INIT;
        struct strbuf out = STRBUF_INIT;
        struct value *value = NULL;
        enum status st = value_parse(arena, rows[i].json, &value, &err);

        is_int(rows[i].again == NULL ? ST_SYNTAX : ST_OK, st, "%s: status",
               rows[i].name);
        if (rows[i].again != NULL) {
            value_json(value, 0, &out);
            is_string(rows[i].again, out.p, "%s", rows[i].name);
        } else {
            ok(slice_starts(slice_of(err.text), slice_of(rows[i].message)),
               "%s: sentence", rows[i].name);
            ok(value == NULL, "%s: nothing comes out", rows[i].name);
            diag("%s", err.text);
        }
        strbuf_clear(&out);
    }
}

static enum status
parse_nested(struct arena *arena, size_t depth, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    struct value *value;
    enum status st;

    strbuf_fill(&text, '[', depth);
    strbuf_fill(&text, ']', depth);
    st = value_parse(arena, strbuf_slice(&text), &value, err);
    strbuf_clear(&text);
    return st;
}

static void
test_depth(struct arena *arena)
{
    struct error err = ERROR_INIT;

    is_int(ST_OK, parse_nested(arena, VALUE_DEPTH_MAX, &err), "deep enough");
    is_int(ST_SYNTAX, parse_nested(arena, VALUE_DEPTH_MAX + 1, &err),
           "one too deep");
    is_string("line 1, column 65: nested too deeply", err.text,
              "one too deep: sentence");
    is_int(ST_SYNTAX, parse_nested(arena, 1000000, &err), "far too deep");
}

/* Quadratic work would take minutes here. */
static void
test_wide(struct arena *arena)
{
    enum { MEMBERS = 50000 };
    struct strbuf text = STRBUF_INIT;
    struct value *value = NULL;

    strbuf_add_char(&text, '{');
    for (int i = 0; i < MEMBERS; i++)
        strbuf_addf(&text, "%s\"m%d\":%d", i == 0 ? "" : ",", i, i);
    strbuf_add_char(&text, '}');
    is_int(ST_OK, value_parse(arena, strbuf_slice(&text), &value, NULL),
           "many members");
    is_int(MEMBERS, (long long)value_count(value), "all of them");
    is_int(49999, value_as_number(value_get(value, "m49999")), "the last");
    strbuf_clear(&text);
}

int
main(void)
{
    struct arena *arena = arena_new();

    plan_lazy();
    test_rows(arena);
    test_depth(arena);
    test_wide(arena);
    arena_free(arena);
    return tap_done();
}
