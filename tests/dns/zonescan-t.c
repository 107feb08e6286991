/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/zonescan.c. */
#include "common/dns/zonescan.h"

#include <stdio.h>

#include "common/base/strbuf.h"
#include "common/dns/answer.h"
#include "tests/tap/tap.h"

#define A64  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A256 A64 A64 A64 A64

/* What the sink was given, one item after the other: records as
   "LINE OWNER TTL TYPE DATA" and strings as "(LINE:COLUMN:LENGTH)", marks as
   "LINE;ORIGIN;TEXT", includes as "LINE<PATH ORIGIN TTL"; then the error.  The
   origin is "o.", the TTL 60. */
static const struct {
    const char *name;
    const char *text;
    const char *want;
} rows[] = {
    {"nothing",                         "",                                              ""                                               },
    {"a record",                        "a A 192.0.2.1\n",                               "1 a.o. 60 A 192.0.2.1"                          },
    {"no final newline",                "a A 192.0.2.1",                                 "1 a.o. 60 A 192.0.2.1"                          },
    {"CRLF",                            "a A 192.0.2.1\r\nb TXT ( x\r\n y )\r\n",
     "1 a.o. 60 A 192.0.2.1 | 2 b.o. 60 TXT \"x\" \"y\""                                                                                  },
    {"owner, TTL and class",
     "$TTL 1h\nA.Example. 5 IN TXT x\n IN 6 TXT y\n@ TXT z\n",                           "2 a.example. 5 TXT \"x\" | 3 a.example. 6 TXT \"y\""
     " | 4 o. 3600 TXT \"z\""                                               },
    {"1035 5.1: the last TTL goes on",
     "a TXT x\nb 5 TXT x\nc TXT x\n$INCLUDE d\ne 0 TXT x\nf TXT x\n",                    "1 a.o. 60 TXT \"x\" | 2 b.o. 5 TXT \"x\" | 3 c.o. 5 TXT \"x\""
     " | 4<dir/d o. 5 | 5 e.o. 0 TXT \"x\" | 6 f.o. 0 TXT \"x\""     },
    {"2308 4: not where there is $TTL",
     "b 5 TXT x\n$ttl 7\nc TXT x\nd 5 TXT x\ne TXT x\n",                                 "1 b.o. 5 TXT \"x\" | 3 c.o. 7 TXT \"x\" | 4 d.o. 5 TXT \"x\""
     " | 5 e.o. 7 TXT \"x\""                                                      },
    {"lines of records in parentheses",
     "\n; c\na TXT ( \"x\" ; c\n \"y\" )\nb TXT z\n",                                    "3 a.o. 60 TXT \"x\" \"y\" | 5 b.o. 60 TXT \"z\""},
    {"blanks before the first owner",   " \n\t\n  ; c\na TXT x\n",
     "4 a.o. 60 TXT \"x\""                                                                                                                },
    {"case in data is kept",            "a CNAME B.Example.\n",
     "1 a.o. 60 CNAME B.Example."                                                                                                         },
    {"a string that is split",          "a TXT " A256 "\n",
     "1 a.o. 60 TXT \"" A64 A64 A64
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" \"a\""
     "(1:7:256)"                                                                                                                          },
    {"origins",                         "$ORIGIN p.\n;! x\na TXT x\n$ORIGIN q.\n;! y\n",
     "2;p.; x | 3 a.p. 60 TXT \"x\" | 5;q.; y"                                                                                            },
    {"a mark before a record",          ";! x\na TXT x\n",
     "1;o.; x | 2 a.o. 60 TXT \"x\""                                                                                                      },
    {"an include",                      "a TXT x\n$INCLUDE b.zone\n TXT y\n",
     "1 a.o. 60 TXT \"x\" | 2<dir/b.zone o. 60 | 3 a.o. 60 TXT \"y\""                                                                     },
    {"an include with an origin",       "$TTL 5\n$INCLUDE /b/c d. ; x\n",
     "2</b/c d. 5"                                                                                                                        },
    {"any class but IN",                "a CH TXT x\n",
     "'dir/f', line 1, column 3: class 'CH': only IN is known"                                                                            },
    {"by number",                       "a CLASS3 TXT x\n",
     "'dir/f', line 1, column 3: class 'CLASS3': only IN is known"                                                                        },
    {"an unknown type",                 "a A 192.0.2.1\nb FOO x\n",
     "1 a.o. 60 A 192.0.2.1 | 'dir/f', line 2, column 3: neither a number nor"
     " a known type at 'FOO'"                                                                                                             },
    {"a bad address",                   "a A 1.2.3\n",
     "'dir/f', line 1, column 5: invalid IPv4 address at '1.2.3'"                                                                         },
    {"no data",                         "a TXT\n",
     "'dir/f', line 1, column 3: bad or missing data at 'TXT'"                                                                            },
    {"too much data",                   "a A 192.0.2.1 x\n",
     "'dir/f', line 1, column 15: more data than the record may have at 'x'"                                                              },
    {"a bad TTL",                       "a 5x TXT y\n",
     "'dir/f', line 1, column 3: a bad TTL at '5x'"                                                                                       },
    {"a large TTL",                     "a 99999999999 TXT y\n",
     "'dir/f', line 1, column 3: too large a number at '99999999999'"                                                                     },
    {"a bad $TTL",                      "$TTL x\n",
     "'dir/f', line 1, column 6: neither a number nor a known type at 'x'"                                                                },
    {"a relative $ORIGIN",              "$ORIGIN x\n",
     "'dir/f', line 1, column 9: an origin that is no absolute name at 'x'"                                                               },
    {"an unknown directive",            "$FOO x\n",
     "'dir/f', line 1, column 1: an unknown directive at '$FOO'"                                                                          },
    {"$GENERATE",                       "\n$generate 1-5 a$ A 192.0.2.$\n",
     "'dir/f', line 2: $GENERATE is refused: write the records out"                                                                       },
    {"a placeholder",                   "{customer} TXT x\n",
     "'dir/f', line 1, column 1: a bad owner name at '{customer}'"                                                                        },
    {"an empty label",                  "a..b TXT x\n",
     "'dir/f', line 1, column 1: a bad domain name at 'a..b'"                                                                             },
    {"a long label",                    A64 ".b TXT x\n",
     "'dir/f', line 1, column 1: a label of more than 63 octets at"
     " 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'"                                                                                        },
    {"no owner",                        " TXT x\n",
     "'dir/f', line 1, column 1: no owner name, nor a record before"                                                                      },
    {"a fault within parentheses",      "a MX (\n 10\n b..c )\nd TXT x\n",
     "'dir/f', line 3, column 2: a bad domain name at 'b..c'"                                                                             },
    {"an open quote",                   "a TXT \"x\nb TXT y\n",
     "'dir/f', line 1, column 7: the quote that opens here is not closed"                                                                 },
    {"an open quote at the end",        "a TXT \"x",
     "'dir/f', line 1, column 7: the quote that opens here is not closed"                                                                 },
    {"an open parenthesis",             "a TXT ( x\nb TXT y\n",
     "'dir/f', line 1, column 7: the parenthesis that opens here is not"
     " closed"                                                                                                                            },
    {"a parenthesis too many",          "a TXT x )\n",
     "'dir/f', line 1, column 9: a parenthesis closes that none opened"                                                                   },
    {"UTF-8",                           "a TXT \"\303\251\"\n",
     "'dir/f', line 1, column 8: octet 195 may not stand there: write \\195"                                                              },
    {"a lone CR",                       "a TXT x\ry\n",
     "'dir/f', line 1, column 8: octet 13 may not stand there: write \\013"                                                               },
    {"a backslash at the end",          "a TXT x\\",
     "'dir/f', line 1, column 7: neither a number nor a known type at"
     " 'x\\'"                                                                                                                             },
};

static struct arena *arena;

static void
separate(struct strbuf *out)
{
    if (out->n > 0)
        strbuf_add_text(out, " | ");
}

static enum status
on_record(void *context, const struct zonescan_record *record,
          struct error *err)
{
    struct record shown = {.type = record->type, .data = record->data};
    struct strbuf *out = context;

    (void)err;
    separate(out);
    strbuf_addf(out, "%zu %s %u ", record->line,
                name_dotted(arena, &record->owner), record->ttl);
    rrtype_present(record->type, out);
    strbuf_add_char(out, ' ');
    record_present(&shown, out);
    for (size_t i = 0; i < record->string_count; i++)
        strbuf_addf(out, "(%zu:%zu:%zu)", record->strings[i].line,
                    record->strings[i].column, record->strings[i].length);
    return ST_OK;
}

static enum status
on_mark(void *context, const struct zonescan_mark *mark, struct error *err)
{
    struct strbuf *out = context;

    (void)err;
    separate(out);
    strbuf_addf(out, "%zu;%s;", mark->line, name_dotted(arena, &mark->origin));
    strbuf_add_slice(out, mark->text);
    return ST_OK;
}

static enum status
on_include(void *context, const struct zonescan_include *include,
           struct error *err)
{
    struct strbuf *out = context;

    (void)err;
    separate(out);
    strbuf_addf(out, "%zu<%s %s %u", include->line, include->path,
                name_dotted(arena, &include->origin), include->ttl);
    return ST_OK;
}

static enum status
refuse(void *context, const struct zonescan_record *record, struct error *err)
{
    (void)context;
    return error_set(err, ST_RANGE, "line %zu", record->line);
}

static enum status
scan(struct slice text, const struct zonescan_sink *sink, struct error *err)
{
    struct name origin;
    struct zonescan_input input = {
        .file = "dir/f", .text = text, .origin = &origin, .ttl = 60};

    if (name_parse(&origin, SLICE("o"), NULL) != ST_OK)
        bail("no origin");
    return zonescan_run(&input, sink, err);
}

int
main(void)
{
    struct strbuf seen = STRBUF_INIT;
    struct zonescan_sink sink = {on_record, on_mark, on_include, &seen};
    struct error err = ERROR_INIT;

    arena = arena_new();
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        strbuf_cut(&seen, 0);
        if (scan(slice_of(rows[i].text), &sink, &err) != ST_OK) {
            separate(&seen);
            strbuf_add_text(&seen, err.text);
        }
        is_string(rows[i].want, seen.p, "%s", rows[i].name);
    }
    strbuf_cut(&seen, 0);
    ok(scan(SLICE("a TXT x\0y\n"), &sink, &err) == ST_SYNTAX, "a NUL octet");
    is_string("'dir/f', line 1, column 8: octet 0 may not stand there: write"
              " \\000",
              err.text, "and what it says");
    ok(scan(SLICE("\177ELF\2\1\1\0\0"), &sink, &err) == ST_SYNTAX,
       "a program");
    is_string("'dir/f', line 1, column 1: octet 127 may not stand there: write"
              " \\127",
              err.text, "and what it says");
    sink.record = refuse;
    is_int(ST_RANGE, scan(SLICE("\na TXT x\nb TXT y\n"), &sink, &err),
           "the sink's status is returned");
    is_string("line 2", err.text, "at once");
    strbuf_clear(&seen);
    arena_free(arena);
    return tap_done();
}
