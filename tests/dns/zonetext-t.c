/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/zonetext.c. */
#include "common/dns/zonetext.h"

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

/* As SLICE, for a constant initializer. */
#define OCTETS(literal)                                                       \
    {                                                                         \
        literal, sizeof(literal) - 1                                          \
    }

#define A50  "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee"
#define A250 A50 A50 A50 A50 A50

/* Each line as "KIND@NUMBER", then [word], (line:column:length) of strings
   that are too long, and "i" where it is indented, "g" where generic; at the
   end the error. */
static const struct {
    const char *name;
    struct slice text;
    const char *want;
} rows[] = {
    {"nothing",                               OCTETS(""),                                     ""                          },
    {"a newline",                             OCTETS("\n"),                                   "blank@1"                   },
    {"no final newline",                      OCTETS("a A 1"),                                "record@1[a]"               },
    {"two lines",                             OCTETS("a A 1\n\nb A 1\n"),
     "record@1[a] blank@2 record@3[b]"                                                                                    },
    {"comments",                              OCTETS("; x\n  ; \"( y\nb A 1 ; (\n"),
     "blank@1 blank@2i record@3[b]"                                                                                       },
    {"a comment in another encoding",         OCTETS("; \303\251\201\n"),                     "blank@1"                   },
    {"parentheses",                           OCTETS("a SOA (\n1 ; )\n2 )\nb A 1\n"),
     "record@1[a] record@4[b]"                                                                                            },
    {"parentheses escaped, quoted, in words",
     OCTETS("a\\( A \"(\" x(\n)y\nb\n"),                                                      "record@1[a\\(] record@3[b]"},
    {"a quote holds all",                     OCTETS("a TXT \"x;(\\\" y\"\nb\n"),
     "record@1[a] record@2[b]"                                                                                            },
    {"indented",                              OCTETS(" A 1\n\tA 1\n"),                        "record@1[A]i record@2[A]i" },
    {"directives",                            OCTETS("$TTL 5\n$Foo\n $TTL 5\n"),
     "directive@1[$TTL] directive@2[$Foo] record@3[$TTL]i"                                                                },
    {"marks",                                 OCTETS(";! a TXT NODATA ; why\n;!\na ;! no\n"),
     "mark@1[ a TXT NODATA ] mark@2[] record@3[a]"                                                                        },
    {"no mark within parentheses",            OCTETS("( ;! x\n)\n"),                          "blank@1"                   },
    {"generic data",                          OCTETS("a TXT \\# 2 0161\nb TXT \"\\#\"\n"),
     "record@1[a]g record@2[b]"                                                                                           },
    {"255 octets",                            OCTETS("a TXT \"" A250 "12345\"\n"),            "record@1[a]"               },
    {"256 octets",                            OCTETS("a TXT \"" A250 "123456\"\n"),
     "record@1[a](1:7:256)"                                                                                               },
    {"256 octets, no quotes",                 OCTETS("a TXT x " A250 "123456\n"),
     "record@1[a](1:9:256)"                                                                                               },
    {"escapes are one octet each",            OCTETS("a TXT " A250 "1\\0502\\\"\\\\\n"),
     "record@1[a]"                                                                                                        },
    {"and count",                             OCTETS("a TXT " A250 "1\\0502\\\"\\\\6\n"),
     "record@1[a](1:7:256)"                                                                                               },
    {"two too long, on other lines",
     OCTETS("a TXT (\n \"" A250 "123456\"\n" A250 "1234567)\n"),
     "record@1[a](2:2:256)(3:1:257)"                                                                                      },
    {"a quote that does not end",             OCTETS("x\na TXT \"b\nc\n"),
     "record@1[x] 'f', line 2, column 7: the quote that opens here is not"
     " closed"                                                                                                            },
    {"nor at the end",                        OCTETS("a TXT \"b"),
     "'f', line 1, column 7: the quote that opens here is not closed"                                                     },
    {"a quote within parentheses neither",    OCTETS("a TXT (\"b\nc\")"),
     "'f', line 1, column 8: the quote that opens here is not closed"                                                     },
    {"an open parenthesis",                   OCTETS("a TXT (b\nc\n\n"),
     "'f', line 1, column 7: the parenthesis that opens here is not closed"                                               },
    {"a closing one",                         OCTETS("a TXT b)\n"),
     "'f', line 1, column 8: a parenthesis closes that none opened"                                                       },
    {"one in another",                        OCTETS("a TXT ((b))\n"),
     "'f', line 1, column 8: a parenthesis within parentheses"                                                            },
    {"a NUL",                                 OCTETS("a\nb TXT x\0y\n"),
     "record@1[a] 'f', line 2, column 8: octet 0 may not stand there: write"
     " \\000"                                                                                                             },
    {"a NUL in a comment",                    OCTETS("; \0\n"),
     "'f', line 1, column 3: octet 0 may not stand there: write \\000"                                                    },
    {"a NUL in quotes",                       OCTETS("a \"\0\"\n"),
     "'f', line 1, column 4: octet 0 may not stand there: write \\000"                                                    },
    {"UTF-8",                                 OCTETS("a TXT \303\251\n"),
     "'f', line 1, column 7: octet 195 may not stand there: write \\195"                                                  },
    {"a backslash at the end",                OCTETS("a TXT \\"),                             "record@1[a]"               },
    {"a backslash before a newline",          OCTETS("a TXT \\\nb\n"),
     "record@1[a] record@2[b]"                                                                                            },
    {"half an escape",                        OCTETS("a TXT \\06\nb\n"),                      "record@1[a] record@2[b]"   },
};

static void
describe(struct strbuf *out, const struct zonetext_line *line)
{
    static const char *const kinds[] = {"blank", "mark", "directive",
                                        "record"};

    if (out->n > 0)
        strbuf_add_char(out, ' ');
    strbuf_addf(out, "%s@%zu", kinds[line->kind], line->number);
    if (line->kind != ZONETEXT_BLANK) {
        strbuf_add_char(out, '[');
        strbuf_add_slice(out, line->word);
        strbuf_add_char(out, ']');
    }
    for (size_t i = 0; i < line->string_count; i++)
        strbuf_addf(out, "(%zu:%zu:%zu)", line->strings[i].line,
                    line->strings[i].column, line->strings[i].length);
    if (line->indented)
        strbuf_add_char(out, 'i');
    if (line->generic)
        strbuf_add_char(out, 'g');
}

static void
test_row(const char *name, struct slice text, const char *want)
{
    struct strbuf seen = STRBUF_INIT;
    struct error err = ERROR_INIT;
    struct zonetext_line line;
    struct zonetext zonetext;
    enum status status;

    zonetext_init(&zonetext, "f", text, &name_root);
    while ((status = zonetext_next(&zonetext, &line, &err)) == ST_OK)
        describe(&seen, &line);
    zonetext_clear(&zonetext);
    if (status != ST_NOT_FOUND)
        strbuf_addf(&seen, "%s%s", seen.n > 0 ? " " : "", err.text);
    is_string(want, seen.p, "%s", name);
    strbuf_clear(&seen);
}

static void
test_origin(void)
{
    static const char text[] = "$ORIGIN a.example. ; x\n"
                               "$origin\tb.example.\n"
                               "$ORIGIN relative\n"
                               "$ORIGIN bad..\n";
    static const char *const want[] = {"a.example.", "b.example.", "relative.",
                                       "relative."};
    struct arena *arena = arena_new();
    struct zonetext_line line;
    struct zonetext zonetext;

    zonetext_init(&zonetext, "f", slice_of(text), &name_root);
    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        zonetext_next(&zonetext, &line, NULL);
        is_string(want[i], name_dotted(arena, &zonetext.origin),
                  "the origin after line %zu", i + 1);
    }
    zonetext_clear(&zonetext);
    arena_free(arena);
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(rows[i].name, rows[i].text, rows[i].want);
    test_origin();
    return tap_done();
}
