/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/base/options.c: command lines, good and bad. */
#include "common/base/options.h"

#include <stdlib.h>
#include <string.h>

#include "tests/tap/tap.h"

struct own {
    const char *domain;    /* --domain */
    unsigned long jobs;    /* --jobs */
    bool strict;           /* --strict */
    bool verbose;          /* -v */
    struct opt_list files; /* --file */
};

struct common {
    int format;         /* --format */
    const char *record; /* --record */
    const char *replay; /* --replay */
    bool ipv4;          /* -4, which has no long form */
};

static const char *const formats[] = {"text", "json", "ndjson", NULL};

static const struct opt_def own_defs[] = {
    OPT_GROUP("What to do"),
    OPT_TEXT('d', "domain", struct own, domain, "NAME", "look at NAME"),
    OPT_NUMBER('j', "jobs", struct own, jobs, 1, 64, "N", "N at a time"),
    OPT_FLAG('s', "strict", struct own, strict, "warnings count"),
    OPT_FLAG('v', "verbose", struct own, verbose, "say more"),
    OPT_LIST('f', "file", struct own, files, "FILE", "read FILE"),
    OPT_END,
};

static const struct opt_def common_defs[] = {
    OPT_CHOICE(0, "format", struct common, format, formats, "F", "as F"),
    OPT_TEXT(0, "record", struct common, record, "FILE", "write FILE"),
    OPT_TEXT(0, "replay", struct common, replay, "FILE", "read FILE"),
    OPT_FLAG('4', NULL, struct common, ipv4, "only IPv4"),
    OPT_END,
};

static struct own own;
static struct common common;
static const struct opt_set sets[] = {
    {own_defs,    &own   },
    {common_defs, &common},
    {NULL,        NULL   }
};

enum { ARGS_MAX = 16 };

static char *argv[ARGS_MAX + 1];
static int argc;
static int first;
static bool help;
static struct error err;

/* Words with one blank between them; "''" is an empty one. */
static enum status
parse(const char *line)
{
    static char text[512];
    struct slice rest;
    struct slice word;

    strcpy(text, line);
    opt_list_clear(&own.files);
    own = (struct own){.jobs = 8};
    common = (struct common){0};
    err = (struct error)ERROR_INIT;
    argv[0] = text + sizeof(text) - 1;
    argc = 1;
    rest = *line == '\0' ? SLICE_EMPTY : slice_of(text);
    while (argc < ARGS_MAX && slice_next(&rest, ' ', &word)) {
        char *start = text + (word.p - text);

        start[word.n] = '\0';
        argv[argc++] = strcmp(start, "''") == 0 ? start + 2 : start;
    }
    argv[argc] = NULL;
    return options_parse(sets, argc, argv, &first, &help, &err);
}

/* All that was set, and the operands. */
static void
describe(struct strbuf *out)
{
    if (own.domain != NULL)
        strbuf_addf(out, "domain=%s ", own.domain);
    if (own.jobs != 8)
        strbuf_addf(out, "jobs=%lu ", own.jobs);
    strbuf_add_text(out, own.strict ? "strict " : "");
    strbuf_add_text(out, own.verbose ? "verbose " : "");
    for (size_t i = 0; i < own.files.count; i++)
        strbuf_addf(out, "file=%s ", own.files.items[i]);
    if (common.format != 0)
        strbuf_addf(out, "format=%s ", formats[common.format]);
    if (common.record != NULL)
        strbuf_addf(out, "record=%s ", common.record);
    strbuf_add_text(out, common.ipv4 ? "4 " : "");
    strbuf_add_text(out, help ? "help " : "");
    strbuf_add_char(out, '|');
    for (int i = first; i < argc; i++)
        strbuf_addf(out, " %s", argv[i]);
}

static const struct {
    const char *line;   /* of the command */
    const char *wanted; /* what it sets, and the operands */
} good[] = {
    {"",                            "|"                      },
    {"a b",                         "| a b"                  },
    {"--domain x",                  "domain=x |"             },
    {"--domain=x",                  "domain=x |"             },
    {"--domain=",                   "domain= |"              },
    {"--domain ''",                 "domain= |"              },
    {"--domain=a=b",                "domain=a=b |"           },
    {"--domain x --domain y",       "domain=y |"             },
    {"-d x",                        "domain=x |"             },
    {"-dx",                         "domain=x |"             },
    {"-d=x",                        "domain==x |"            },
    {"-sv",                         "strict verbose |"       },
    {"-svj9",                       "jobs=9 strict verbose |"},
    {"-svj 9",                      "jobs=9 strict verbose |"},
    {"-4s",                         "strict 4 |"             },
    {"--jobs 1",                    "jobs=1 |"               },
    {"--jobs 64",                   "jobs=64 |"              },
    {"--file a -f b --file=c",      "file=a file=b file=c |" },
    {"--format ndjson",             "format=ndjson |"        },
    {"--format json --format text", "|"                      },
    {"--dom x --str",               "domain=x strict |"      },
    {"--rec f",                     "record=f |"             },
    {"a --strict b -d x c",         "domain=x strict | a b c"},
    {"a -- --strict b",             "| a --strict b"         },
    {"--strict -- -v",              "strict | -v"            },
    {"-- --",                       "| --"                   },
    {"-",                           "| -"                    },
    {"--domain - -",                "domain=- | -"           },
    {"--domain --strict",           "domain=--strict |"      },
    {"--domain -- x",               "domain=-- | x"          },
    {"'' a",                        "|  a"                   },
    {"--help",                      "help |"                 },
    {"-h",                          "help |"                 },
    {"--he",                        "help |"                 },
    {"-sh --bogus",                 "strict help |"          },
    {"--strict --help --bogus",     "strict help |"          },
    {"-- -h",                       "| -h"                   },
};

static void
test_good(void)
{
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct strbuf seen = STRBUF_INIT;
        enum status st = parse(good[i].line);

        describe(&seen);
        is_int(ST_OK, st, "'%s': status", good[i].line);
        is_string(good[i].wanted, seen.p, "'%s'", good[i].line);
        is_string("", err.text, "'%s': no error", good[i].line);
        strbuf_clear(&seen);
    }
}

static const struct {
    const char *line;    /* of the command */
    const char *message; /* in full */
} bad[] = {
    {"--domian x",              "unknown option '--domian' (did you mean '--domain'?)"  },
    {"--domian=x",              "unknown option '--domian' (did you mean '--domain'?)"  },
    {"--strct",                 "unknown option '--strct' (did you mean '--strict'?)"   },
    {"--jbos",                  "unknown option '--jbos' (did you mean '--jobs'?)"      },
    {"--formatt x",             "unknown option '--formatt' (did you mean '--format'?)" },
    {"--hepl",                  "unknown option '--hepl' (did you mean '--help'?)"      },
    {"--colour",                "unknown option '--colour'"                             },
    {"--x",                     "unknown option '--x'"                                  },
    {"--=x",                    "unknown option '--'"                                   },
    {"--Strict",                "unknown option '--Strict' (did you mean '--strict'?)"  },
    {"-x",                      "unknown option '-x'"                                   },
    {"-sx",                     "unknown option '-x'"                                   },
    {"-replay x",               "unknown option '-r' (did you mean '--replay'?)"        },
    {"-\xc3\xbc",               "unknown option '-\\195'"                               },
    {"--b\033ogus",             "unknown option '--b\\027ogus'"                         },
    {"a --jobs",                "option '--jobs' needs a value"                         },
    {"-j",                      "option '-j' needs a value"                             },
    {"-sj",                     "option '-j' needs a value"                             },
    {"--jo",                    "option '--jobs' needs a value"                         },
    {"--jobs 99",               "option '--jobs': '99' is not a number from 1 to 64"    },
    {"--jobs=0",                "option '--jobs': '0' is not a number from 1 to 64"     },
    {"-j x",                    "option '-j': 'x' is not a number from 1 to 64"         },
    {"-j -1",                   "option '-j': '-1' is not a number from 1 to 64"        },
    {"-j ''",                   "option '-j': '' is not a number from 1 to 64"          },
    {"-j 99999999999999999999",
     "option '-j': '99999999999999999999' is not a number from 1 to 64"                 },
    {"--strict=yes",            "option '--strict' takes no value"                      },
    {"--help=x",                "option '--help' takes no value"                        },
    {"--format xml",            "option '--format': 'xml' is none of text, json,"
                     " ndjson"                                      },
    {"--re x",                  "ambiguous option '--re' (could be: --record, --replay)"},
    {"--f x",                   "ambiguous option '--f' (could be: --file, --format)"   },
};

static void
test_bad(void)
{
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        is_int(ST_SYNTAX, parse(bad[i].line), "'%s': status", bad[i].line);
        is_string(bad[i].message, err.text, "'%s'", bad[i].line);
    }
    is_int(ST_SYNTAX,
           options_parse(sets, 2, (char *[]){"x", "--no", NULL}, &first, &help,
                         NULL),
           "nobody reads the error");
}

/* All of argv is there still, options first, both in order. */
static void
test_order(void)
{
    static const char *const wanted[] = {"-d", "x", "--strict", "--",
                                         "a",  "b", "-v"};
    bool same = true;

    parse("a -d x b --strict -- -v");
    for (int i = 1; i < argc; i++)
        same = same && strcmp(wanted[i - 1], argv[i]) == 0;
    ok(same && argc == 8, "argv: options first, operands last");
    ok(argv[argc] == NULL, "argv: NULL at the end");
    is_int(5, first, "argv: the first operand");
    is_int(ST_OK, options_parse(sets, 0, argv, &first, &help, &err),
           "argv: not even a name");
}

/* What was typed may be of any length. */
static void
test_long_argument(void)
{
    struct strbuf text = STRBUF_INIT;
    char *args[] = {argv[0], NULL, NULL};

    strbuf_add_text(&text, "--");
    strbuf_fill(&text, 'x', 100000);
    args[1] = text.p;
    is_int(ST_SYNTAX, options_parse(sets, 2, args, &first, &help, &err),
           "a long unknown option");
    is_string("...", err.text + strlen(err.text) - 3, "its sentence is cut");
    strbuf_clear(&text);
}

static void
test_list(void)
{
    struct opt_list list = {0};
    char names[100][4];
    bool same = true;

    for (size_t i = 0; i < 100; i++) {
        names[i][0] = (char)i;
        opt_list_add(&list, names[i]);
    }
    for (size_t i = 0; i < 100; i++)
        same = same && list.items[i] == names[i];
    ok(same && list.count == 100, "list: grows");
    opt_list_clear(&list);
    ok(list.items == NULL && list.count == 0, "list: cleared");
    opt_list_clear(&list);
    ok(list.count == 0, "list: cleared twice");
}

/* What is offered for a word that is no name. */
static void
test_nearer(void)
{
    static const char *const names[] = {"audit", "list", "customer show"};
    static const struct {
        const char *written; /* the word */
        const char *near;    /* what was meant, or NULL */
    } rows[] = {
        {"adit",          "audit"        },
        {"aduit",         "audit"        },
        {"lst",           "list"         },
        {"lt",            NULL           },
        {"customer shwo", "customer show"},
        {"x",             NULL           },
        {"",              NULL           },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *found = NULL;
        size_t best = SIZE_MAX;

        for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
            if (options_nearer(slice_of(rows[i].written), slice_of(names[k]),
                               &best))
                found = names[k];
        is_string(rows[i].near, found, "nearer: '%s'", rows[i].written);
    }
}

int
main(void)
{
    plan_lazy();
    test_good();
    test_bad();
    test_order();
    test_long_argument();
    test_list();
    test_nearer();
    opt_list_clear(&own.files);
    return tap_done();
}
